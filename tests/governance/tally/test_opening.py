"""What keeps a ballot from being opened."""

from typing import Any

import pytest

from services.governance.events.papers import OPTIONS_MAX, Cost, DrawKind, Method, Missing, Parameters, Rule, TiePolicy
from services.governance.tally.opening import fault_of_parameters
from tests.governance.tally.boxes import DRAW_IN_CLASS, PLAIN

ABC = ("a", "b", "c")
GRADES = ("bad", "fair", "good")
COSTS = (Cost(option="a", amount=100), Cost(option="b", amount=200), Cost(option="c", amount=300))
SOUND: dict[Method, tuple[tuple[str, ...], dict[str, Any]]] = {
    Method.YES_NO: (("yes", "no", "abstain"), {"rule": Rule.TWO_THIRDS}),
    Method.PLURALITY: (ABC, {}),
    Method.TWO_ROUNDS: (ABC, {}),
    Method.APPROVAL: (ABC, {"seats": 2}),
    Method.BORDA: (ABC, {}),
    Method.SCHULZE: (ABC, {}),
    Method.IRV: (ABC, {}),
    Method.STV: (ABC, {"seats": 2}),
    Method.SCORE: (ABC, {"top": 5}),
    Method.MAJORITY_JUDGMENT: (ABC, {"grades": GRADES}),
    Method.DOTS: (ABC, {"dots": 8, "dots_each": 4}),
    Method.KNAPSACK: (ABC, {"budget": 400, "costs": COSTS}),
    Method.EQUAL_SHARES: (ABC, {"budget": 400, "costs": COSTS}),
    Method.MAX_WELFARE: (ABC, {"budget": 400, "costs": COSTS}),
    Method.SORTITION: (tuple(f"p_{number:026}" for number in range(OPTIONS_MAX + 1)), {"seats": 3}),
}


@pytest.mark.parametrize("method", list(Method))
def test_a_sound_rule_has_no_fault(method: Method) -> None:
    options, parameters = SOUND[method]
    assert fault_of_parameters(method, options, Parameters(**parameters), DRAW_IN_CLASS) is None


@pytest.mark.parametrize("method", list(Method))
def test_what_a_method_does_not_use_must_be_absent(method: Method) -> None:
    options, parameters = SOUND[method]
    other: dict[str, Any] = {"dots": 3} if method is not Method.DOTS else {"top": 3}
    fault = fault_of_parameters(method, options, Parameters(**parameters, **other), DRAW_IN_CLASS)
    assert fault == f"takes-no-{next(iter(other))}"


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        (Method.SCORE, "top"),
        (Method.MAJORITY_JUDGMENT, "grades"),
        (Method.DOTS, "dots"),
        (Method.STV, "seats"),
        (Method.KNAPSACK, "budget"),
        (Method.EQUAL_SHARES, "costs"),
        (Method.MAX_WELFARE, "budget"),
    ],
)
def test_what_a_method_cannot_do_without_must_be_there(method: Method, needed: str) -> None:
    options, parameters = SOUND[method]
    left = {name: value for name, value in parameters.items() if name != needed}
    assert fault_of_parameters(method, options, Parameters(**left), DRAW_IN_CLASS) == f"needs-{needed}"


def test_a_name_with_two_words_is_said_with_a_hyphen() -> None:
    assert fault_of_parameters(Method.PLURALITY, ABC, Parameters(dots_each=2), DRAW_IN_CLASS) == "takes-no-dots-each"


@pytest.mark.parametrize(
    ("method", "options", "fault"),
    [
        (Method.YES_NO, ("yes", "no"), None),
        (Method.YES_NO, ("yes",), "not-yes-no"),
        (Method.YES_NO, ("no", "yes"), "not-yes-no"),
        (Method.YES_NO, ("yes", "no", "maybe"), "not-yes-no"),
        (Method.PLURALITY, ("a",), "too-few-options"),
        (Method.PLURALITY, (), "too-few-options"),
        (Method.PLURALITY, ("a", "b", "a"), "option-twice"),
        (Method.PLURALITY, ("a", "abstain"), "reserved-option"),
        (Method.PLURALITY, tuple(f"o{number}" for number in range(OPTIONS_MAX)), None),
        (Method.PLURALITY, tuple(f"o{number}" for number in range(OPTIONS_MAX + 1)), "too-many-options"),
    ],
)
def test_options_are_several_and_each_once(method: Method, options: tuple[str, ...], fault: str | None) -> None:
    assert fault_of_parameters(method, options, PLAIN, DRAW_IN_CLASS) == fault


@pytest.mark.parametrize(
    ("method", "parameters", "fault"),
    [
        (Method.PLURALITY, {"seats": 2}, None),
        (Method.PLURALITY, {"seats": 3}, "too-many-seats"),
        (Method.MAJORITY_JUDGMENT, {"grades": GRADES[:1]}, "too-few-grades"),
        (Method.MAJORITY_JUDGMENT, {"grades": ()}, "too-few-grades"),
        (Method.MAJORITY_JUDGMENT, {"grades": tuple(str(number) for number in range(21))}, "too-many-grades"),
        (Method.MAJORITY_JUDGMENT, {"grades": (*GRADES, "bad")}, "grade-twice"),
        (Method.MAJORITY_JUDGMENT, {"grades": GRADES, "missing": Missing.IGNORED}, "missing-ignored"),
        (Method.MAJORITY_JUDGMENT, {"grades": GRADES, "missing": Missing.VOID}, None),
        (Method.SCORE, {"top": 5, "missing": Missing.IGNORED}, None),
        (Method.DOTS, {"dots": 3, "dots_each": 3}, None),
        (Method.DOTS, {"dots": 3, "dots_each": 4}, "dots-each-above-dots"),
        (Method.KNAPSACK, {"budget": 400, "costs": COSTS[:2]}, "cost-missing"),
        (Method.KNAPSACK, {"budget": 400, "costs": (*COSTS, COSTS[0])}, "cost-twice"),
        (Method.KNAPSACK, {"budget": 400, "costs": (*COSTS, Cost(option="z", amount=1))}, "cost-unknown"),
    ],
)
def test_parameters_fit_each_other_and_the_options(method: Method, parameters: dict[str, Any], fault: str | None) -> None:
    assert fault_of_parameters(method, ABC, Parameters(**parameters), DRAW_IN_CLASS) == fault


@pytest.mark.parametrize(
    ("status_quo", "order", "fault"),
    [
        (None, None, None),
        ("b", ("c", "b", "a"), None),
        ("z", None, "status-quo-unknown"),
        (None, ("a", "b"), "order-incomplete"),
        (None, ("a", "b", "b"), "order-incomplete"),
        (None, ("a", "b", "c", "d"), "order-incomplete"),
    ],
)
def test_ties_are_parted_by_options_of_the_ballot(status_quo: str | None, order: tuple[str, ...] | None, fault: str | None) -> None:
    policy = TiePolicy(status_quo=status_quo, order=order, draw=DrawKind.REGISTER)
    assert fault_of_parameters(Method.PLURALITY, ABC, PLAIN, policy) == fault


@pytest.mark.parametrize("policy", [TiePolicy(status_quo="a", draw=DrawKind.CLASS), TiePolicy(order=ABC, draw=DrawKind.CLASS)])
def test_a_sortition_is_nothing_but_a_draw(policy: TiePolicy) -> None:
    assert fault_of_parameters(Method.SORTITION, ABC, PLAIN, policy) == "draw-alone"

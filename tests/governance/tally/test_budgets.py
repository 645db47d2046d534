"""Projects paid from one envelope: vector T8 under each method, completions and ties."""

from fractions import Fraction

import pytest

from services.governance.events.papers import Completion, Cost, DrawKind, Overflow, Parameters, TiePolicy, Utility
from services.governance.tally.best_choices import BestChoices, Priced
from services.governance.tally.counting import Counting, DrawNeeded, Options, Ties
from services.governance.tally.equal_shares import EQUAL_SHARES_1
from services.governance.tally.knapsack import KNAPSACK_1
from services.governance.tally.max_welfare import MAX_WELFARE_1
from tests.governance.tally.boxes import NOT_DRAWN, counted, drawn, marks, numbers, steps_named

EUROS = {"cabane": 700, "velos": 500, "livres": 250, "jeux-bois": 350, "jardin": 180, "spectacle": 300}
NAMES = " ".join(EUROS)
T8 = marks("""
    64 cabane velos
    36 jeux-bois livres
    28 jardin livres
    21 spectacle jardin
""")
VOTES = {"cabane": 64, "velos": 64, "livres": 64, "jardin": 49, "jeux-bois": 36, "spectacle": 21}
CHEAPEST_FIRST = Ties(TiePolicy(order=tuple(sorted(EUROS, key=lambda one: EUROS[one])), draw=DrawKind.CLASS))
FROM_A_TO_Z = Ties(TiePolicy(order=tuple(sorted(EUROS)), draw=DrawKind.CLASS))
COMPLETED = {"completion": Completion.ADD_ONE_THEN_GREEDY}


def envelope(euros: int, **others: Overflow | Utility | Completion) -> Parameters:
    """The projects of T8 and an envelope."""
    costs = tuple(Cost(option=name, amount=100 * cost) for name, cost in EUROS.items())
    return Parameters.model_validate({"budget": 100 * euros, "costs": costs, **others})


def priced(costs: dict[str, int], budget: int, **others: Overflow | Utility | Completion) -> Parameters:
    """Other projects, in cents."""
    return Parameters.model_validate(
        {"budget": budget, "costs": tuple(Cost(option=name, amount=cost) for name, cost in costs.items()), **others}
    )


@pytest.mark.parametrize(
    ("counting", "rule", "ties", "funded", "spent"),
    [
        (KNAPSACK_1, envelope(1200), CHEAPEST_FIRST, "livres velos jardin", 930),
        (KNAPSACK_1, envelope(1200), FROM_A_TO_Z, "cabane livres jardin", 1130),
        (KNAPSACK_1, envelope(1200, overflow=Overflow.STOP), CHEAPEST_FIRST, "livres velos", 750),
        (MAX_WELFARE_1, envelope(1200, utility=Utility.COST), NOT_DRAWN, "cabane velos", 1200),
        (MAX_WELFARE_1, envelope(1200), CHEAPEST_FIRST, "velos livres jardin", 930),
        (MAX_WELFARE_1, envelope(1200), FROM_A_TO_Z, "cabane livres jardin", 1130),
        (EQUAL_SHARES_1, envelope(1200), NOT_DRAWN, "jardin livres velos", 930),
        (EQUAL_SHARES_1, envelope(1000), NOT_DRAWN, "jardin livres", 430),
        (EQUAL_SHARES_1, envelope(1000, **COMPLETED), NOT_DRAWN, "jardin livres velos", 930),
        (EQUAL_SHARES_1, envelope(1200, **COMPLETED), NOT_DRAWN, "jardin livres velos", 930),
    ],
)
def test_t8(counting: Counting, rule: Parameters, ties: Ties, funded: str, spent: int) -> None:
    count = counted(counting, NAMES, T8, rule, ties)
    assert count.elected == tuple(funded.split()) and count.spent == 100 * spent
    assert numbers(count.counts) == VOTES


def test_t8_knapsack_and_welfare_depend_on_how_ties_are_parted() -> None:
    with pytest.raises(DrawNeeded, match="cabane, livres, velos"):
        counted(KNAPSACK_1, NAMES, T8, envelope(1200))
    with pytest.raises(DrawNeeded, match="cabane, velos"):
        counted(MAX_WELFARE_1, NAMES, T8, envelope(1200))
    best = counted(MAX_WELFARE_1, NAMES, T8, envelope(1200), FROM_A_TO_Z)
    assert numbers(steps_named(best, "best")[0].figures) == {"total": 177}
    assert steps_named(best, "best")[0].options == ("livres", "jardin") and best.ties[0].options == ("cabane", "velos")


def test_t8_equal_shares_tells_each_price() -> None:
    count = counted(EQUAL_SHARES_1, NAMES, T8, envelope(1200))
    assert [step.step for step in count.steps] == ["share", *["price", "funded"] * 3, "short", "short", "short"]
    assert numbers(count.steps[0].figures)["share"] == Fraction(120000, 149)
    assert [numbers(step.figures)["price"] for step in steps_named(count, "funded")] == [
        Fraction(18000, 49), Fraction(25000, 64), Fraction(50000, 64),
    ]  # fmt: skip
    assert {step.options for step in steps_named(count, "short")} == {("cabane",), ("jeux-bois",), ("spectacle",)}


def test_with_cost_as_utility_what_the_most_voters_want_comes_first() -> None:
    count = counted(EQUAL_SHARES_1, NAMES, T8, envelope(1200, utility=Utility.COST))
    assert count.elected == ("livres", "velos", "jardin")  # 1/64, 1/64 (dearer), 1/49 of a cent for each cent
    assert numbers(steps_named(count, "funded")[0].figures)["price"] == Fraction(1, 64)


def test_equal_prices_and_votes_and_costs_wait_for_the_policy() -> None:
    rule = priced({"a": 200, "b": 200}, 300)
    box = marks("2 a b")
    with pytest.raises(DrawNeeded):
        counted(EQUAL_SHARES_1, "a b", box, rule)
    assert counted(EQUAL_SHARES_1, "a b", box, rule, drawn("b", "a")).elected == ("b",)


def test_the_poorest_give_all_they_have_and_the_others_the_rest() -> None:
    first = counted(EQUAL_SHARES_1, "a b", marks("2 a b\n2 b"), priced({"a": 160, "b": 200}, 400))
    assert first.elected == ("b",) and numbers(steps_named(first, "short")[0].figures) == {"cost": 160, "have": 100}
    dear = counted(EQUAL_SHARES_1, "a b", marks("2 a b\n2 b"), priced({"a": 40, "b": 320}, 400))
    assert [numbers(step.figures)["paid-most"] for step in steps_named(dear, "funded")] == [20, 80]
    dearer = counted(EQUAL_SHARES_1, "a b", marks("2 a b\n2 b"), priced({"a": 60, "b": 330}, 400))
    assert [numbers(step.figures)["paid-most"] for step in steps_named(dearer, "funded")] == [30, 95]  # 70 + 70 + 95 + 95


def test_a_project_that_nobody_marked_is_never_funded() -> None:
    for counting in (KNAPSACK_1, MAX_WELFARE_1, EQUAL_SHARES_1):
        count = counted(counting, "a b", marks("1 a"), priced({"a": 10, "b": 10}, 100))
        assert count.elected == ("a",) and count.spent == 10
        assert (counted(counting, "a b", {}, priced({"a": 10, "b": 10}, 100)).elected, count.ties) == ((), ())


def test_equals_that_all_fit_need_no_draw() -> None:
    count = counted(KNAPSACK_1, "a b c", marks("2 a b\n1 c"), priced({"a": 30, "b": 40, "c": 40}, 100))
    assert count.elected == ("a", "b") and not count.ties
    assert [step.step for step in count.steps] == ["votes", "fits", "fits", "too-dear"]


@pytest.mark.parametrize(("paper", "fault"), [("cabane velos", None), ("cabane velos jardin", "over-budget"), ("lune", "unknown-option")])
def test_a_basket_keeps_within_the_envelope(paper: str, fault: str | None) -> None:
    choice = next(iter(marks(f"1 {paper}")))
    names: Options = tuple(EUROS)
    assert KNAPSACK_1.fault(names, choice, envelope(1200)) == fault
    assert MAX_WELFARE_1.fault(names, choice, envelope(1200)) == (None if fault == "over-budget" else fault)


def test_all_the_best_choices_are_known_without_listing_them() -> None:
    best = BestChoices([Priced(f"p{number}", 10, 10) for number in range(40)], 200)  # 137,846,528,820 choices of twenty
    assert best.worth == 200 and len(best.in_some()) == 40
    for number in range(20):
        best.keep_those_with(f"p{number}")
    assert best.in_some() == () and set(best.in_all()) == {f"p{number}" for number in range(20)}

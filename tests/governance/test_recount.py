"""A declared result counted again, told step by step, and seen under other methods, from the records alone."""

import re
from pathlib import Path

import pytest

from services.governance import tally
from services.governance.api.ballots import (
    steps_shown,
)
from services.governance.commands.ballots import OpenBallot
from services.governance.events.ballots import HandCount, Publish
from services.governance.events.papers import Cost, DrawKind, Figure, Method, Parameters, Step, TiePolicy
from services.governance.telling.steps import SENTENCES, told
from services.governance.telling.what_if import NotDeclaredYet, PapersNotPublished, recounted, what_if
from tests.governance.polls import (
    Room,
    ballot,
    counted,
    hand_count,
    options,
    pile,
    poll,
    ranked,
    sums,
)
from tests.governance.test_voted_year import COSTS, T1, T3, T8, big_school, box

RECOUNTED: list[tuple[str, OpenBallot, HandCount]] = [
    ("yes-no", ballot(), hand_count(pile(9, "yes"), pile(9, "no"), pile(2))),
    ("approval", ballot(method=Method.APPROVAL, options=options("a", "b")), sums(20, a=14, b=10)),
    ("tied", ballot(method=Method.PLURALITY, options=options("a", "b", "c")), sums(15, a=5, b=5, c=5)),
    *((f"{method}", ballot(method=method, options=options(*"CKMN")), box(T1)) for method in (Method.BORDA, Method.IRV, Method.SCHULZE)),
    ("stv", ballot(method=Method.STV, options=options(*"ABCDE"), parameters=Parameters(seats=2)), box(T3)),
    ("score", ballot(method=Method.SCORE, options=options("a", "b"), parameters=Parameters(top=5)), sums(10, a=30, b=30)),
]


@pytest.mark.parametrize(("command", "count"), [one[1:] for one in RECOUNTED], ids=[one[0] for one in RECOUNTED])
def test_a_result_is_counted_again_with_its_own_version_and_with_todays(command: OpenBallot, count: HandCount) -> None:
    again = recounted(counted(command, count, big_school(100)))
    assert again.then.tallied == again.now.tallied == again.declared
    assert (again.same_then, again.same_now) == (True, True)


def test_a_result_that_is_off_by_one_is_seen() -> None:
    found = counted(ballot(), hand_count(pile(9, "yes"), pile(8, "no")))
    assert found.result is not None and found.shown is not None
    shown = found.shown.__class__(piles=(pile(10, "yes"), pile(8, "no")))
    forged = found.__class__(**{name: getattr(found, name) for name in found.__dataclass_fields__} | {"shown": shown})
    assert not recounted(forged).same_then


def test_papers_that_are_not_published_are_not_counted_again() -> None:
    quiet = counted(ballot(publish=Publish.COUNTS), hand_count(pile(9, "yes")))
    room = Room()
    still_open = poll(room, room.open(ballot()))
    for again in (recounted, what_if):
        with pytest.raises(PapersNotPublished):
            again(quiet)
        with pytest.raises(NotDeclaredYet):
            again(still_open)


def test_v05_under_other_methods_with_the_real_result_alone_not_hypothetical() -> None:
    rows = (
        (10, ("mer", "volcans", "montagne", "paris")),
        (8, ("paris", "volcans", "mer", "montagne")),
        (5, ("volcans", "montagne", "mer", "paris")),
        (4, ("montagne", "volcans", "mer", "paris")),
    )
    command = ballot(method=Method.SCHULZE, options=options("mer", "volcans", "montagne", "paris"))
    found = what_if(counted(command, hand_count(*(ranked(number, *order) for number, order in rows))))
    assert [one.method for one in found if not one.hypothetical] == [Method.SCHULZE]
    elected = {one.method: one.tallied.elected for one in found if one.tallied}
    assert (elected[Method.PLURALITY], elected[Method.IRV], elected[Method.BORDA]) == (("mer",), ("volcans",), ("volcans",))
    (borda,) = (one.tallied for one in found if one.method is Method.BORDA)
    assert borda and {one.of: one.value for one in borda.counts} == {"mer": "47", "volcans": "59", "paris": "24", "montagne": "32"}


def test_v07_under_other_methods() -> None:
    cheapest = TiePolicy(order=tuple(sorted(COSTS, key=lambda one: COSTS[one])), draw=DrawKind.REGISTER)
    costs = tuple(Cost(option=one, amount=COSTS[one]) for one in COSTS)
    command = ballot(
        method=Method.EQUAL_SHARES, options=options(*COSTS), parameters=Parameters(budget=1_200_00, costs=costs), tie_policy=cheapest
    )
    found = what_if(counted(command, hand_count(*(pile(number, *marks) for number, marks in T8)), big_school(149)))
    assert set(next(one.tallied.elected for one in found if one.method is Method.KNAPSACK and one.tallied)) == {"livres", "velos", "jardin"}
    assert any(one.method is Method.MAX_WELFARE and one.hypothetical for one in found)


def test_a_what_if_leaves_no_record() -> None:
    room = Room()
    name = room.open(ballot(method=Method.BORDA, options=options(*"CKMN")))
    room.both_count(name, hand_count(ranked(5, *"CKMN")))
    before = len(room.records)
    what_if(poll(room, name))
    assert len(room.records) == before


@pytest.mark.parametrize(("command", "count"), [one[1:] for one in RECOUNTED], ids=[one[0] for one in RECOUNTED])
def test_each_step_is_told_in_two_languages_and_the_last_one_ends_on_the_result(command: OpenBallot, count: HandCount) -> None:
    found = counted(command, count, big_school(100))
    steps = steps_shown(found)
    assert steps and all(step["fr"] != step["en"] and "{" not in step["fr"] + step["en"] for step in steps)
    if found.opened.method is not Method.YES_NO and found.result:
        assert found.opened.options[0].label
        assert steps[-1]["step"] in {"elected", "filled"}


def test_a_sentence_names_options_by_their_labels() -> None:
    step = Step(step="second-round", options=("a", "b"))
    (said,) = told([step], Method.TWO_ROUNDS, Parameters(), {"a": "Ana", "b": "Ben"})
    assert said.en == "Nobody has more than half: second round between Ana, Ben."


def test_every_step_word_of_the_counts_has_its_sentences() -> None:
    (folder,) = tally.__path__
    words = {word for path in Path(folder).glob("*.py") for word in re.findall(r'step="([a-z-]+)"', path.read_text("utf8"))}
    assert words and words <= set(SENTENCES)


def test_grades_are_told_by_their_names() -> None:
    grades = Parameters(grades=("à rejeter", "passable", "bien"))
    counts = Step(step="grades", options=("a",), figures=(Figure(of="0", value="1"), Figure(of="2", value="4")))
    majority = Step(step="majority-grade", figures=(Figure(of="a", value="2"),))
    said = told([counts, majority], Method.MAJORITY_JUDGMENT, grades, {"a": "Refuge"})
    assert [one.fr for one in said] == [
        "Refuge : combien de fois chaque mention : « à rejeter » 1, « bien » 4.",
        "La mention majoritaire de chacun : Refuge bien.",
    ]

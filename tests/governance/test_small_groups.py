"""Few voters, and nearly the same voters twice: what is offered, what is refused, and whom a second vote would tell apart (B14)."""

from typing import Any

import pytest

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.events.ballots import Publish, RollCollege, RollLine, Way
from services.governance.events.papers import Method
from services.governance.rules.small_groups import isolates, listable, nearly_the_same, offered, too_few
from tests.given import NOW, pseudonym
from tests.governance.calling import BALLOT, BALLOT_OPENED

PEOPLE = [pseudonym(letter) for letter in "abcdefghijk"]
SIX = frozenset(PEOPLE[:6])


def held(people: frozenset[str], **changed: Any) -> Ballot:
    """Return a ballot of these people, held by hand."""
    roll = (RollCollege(college="eleves", voters=tuple(RollLine(voter=one) for one in sorted(people))),)
    opening = {name: value for name, value in changed.items() if name != "phase"}
    opened = BALLOT_OPENED.model_copy(update={"roll": roll} | opening)
    return Ballot(opened, NOW, phase=changed.get("phase", Phase.DECLARED))


def near(before: Ballot, people: frozenset[str], question: str = BALLOT_OPENED.question, **more: Any) -> tuple[str, ...]:
    return nearly_the_same({BALLOT: before}, people, question, more.get("proposal"), more.get("way", Way.HAND))


@pytest.mark.parametrize(
    ("voters", "first", "listed"),
    [(5, Publish.OUTCOME, False), (7, Publish.OUTCOME, False), (8, Publish.LIST, True), (25, Publish.LIST, True)],
)
def test_by_cards_up_to_seven_the_outcome_is_proposed_and_the_list_is_not_offered(voters: int, first: Publish, listed: bool) -> None:
    shown = offered(Way.CARDS, Method.YES_NO, voters)
    assert (shown[0], Publish.LIST in shown) == (first, listed)
    assert listable(Method.YES_NO, voters, 2) is listed


def test_fewer_than_five_are_offered_real_paper_and_a_show_of_hands_needs_no_number() -> None:
    assert [too_few(Way.CARDS, voters) for voters in (4, 5)] == [True, False]
    assert not too_few(Way.HAND, 2)
    assert offered(Way.HAND, Method.YES_NO, 5)[0] is Publish.LIST
    assert offered(Way.HAND, Method.PLURALITY, 5, on_people=True)[0] is Publish.OUTCOME
    assert offered(Way.NAMED, Method.YES_NO, 5) == (Publish.LIST,)


def test_a_ranking_by_cards_proposes_the_totals_and_one_of_five_options_lists_nothing() -> None:
    assert offered(Way.CARDS, Method.SCHULZE, 20)[0] is Publish.COUNTS
    assert (listable(Method.SCHULZE, 20, 4), listable(Method.SCHULZE, 20, 5)) == (True, False)
    assert listable(Method.APPROVAL, 20, 5)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (SIX, False),
        (SIX | {PEOPLE[6]}, True),
        (SIX - {PEOPLE[0]}, True),
        (SIX - {PEOPLE[0]} | {PEOPLE[7]}, True),
        (SIX | {PEOPLE[6], PEOPLE[7]}, True),
        (SIX | {PEOPLE[6], PEOPLE[7], PEOPLE[8]}, False),
    ],
)
def test_two_rolls_that_differ_by_one_or_two_people_tell_their_votes(other: frozenset[str], told: bool) -> None:
    assert isolates(SIX, other) is told
    assert isolates(other, SIX) is told
    assert (near(held(SIX), other) == (BALLOT,)) is told


def test_the_question_counts_not_how_it_is_typed_and_a_proposal_stays_itself() -> None:
    seven = SIX | {PEOPLE[6]}
    assert near(held(SIX), seven, "  achetons-nous UNE table") == (BALLOT,)
    assert near(held(SIX), seven, "Achetons-nous une chaise ?") == ()
    assert near(held(SIX, proposal="p" * 26), seven, "Autre chose", proposal="p" * 26) == (BALLOT,)
    assert near(held(SIX), seven, "Autre chose", proposal="p" * 26) == ()
    assert near(held(SIX, question="?"), seven, "!") == ()


def test_votes_in_everybodys_name_and_ballots_that_told_nothing_isolate_nobody() -> None:
    seven = SIX | {PEOPLE[6]}
    assert near(held(SIX), seven, way=Way.NAMED) == ()
    assert near(held(SIX, way=Way.NAMED), seven) == ()
    assert near(held(SIX, phase=Phase.CANCELLED), seven) == ()
    assert near(held(SIX, phase=Phase.OPEN), seven) == (BALLOT,)

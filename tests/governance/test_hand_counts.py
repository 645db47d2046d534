"""Two tellers count: each under seal, the totals add up, and the second of two equal counts closes the ballot."""

from base64 import b64decode
from collections.abc import Sequence

import orjson
import pytest

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import CloseBallot, EnterHandCount
from services.governance.deciders.closing import TellersCloseIt
from services.governance.deciders.hand import CountTooLong, DoesNotAddUp, MorePapersThanPeople, NoSuchAdvisoryCollege
from services.governance.events.ballots import (
    AdvisoryCount,
    HandCount,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    OptionSum,
    Publish,
    ResultDeclared,
    Verdict,
)
from services.governance.events.bodies import College, Members
from services.governance.events.papers import Choice, Method, Parameters, Pile, Points, VoidPapers
from services.governance.rules.polling import GivenAnotherWay
from shared.eventlog.codec import data_of
from shared.messages import Event
from shared.refusals import Forbidden
from shared.vault.sealing import opens
from tests.governance.polls import (
    ANA,
    BEN,
    PUPILS,
    PUPILS_VOTE,
    TEACHER,
    Room,
    ballot,
    hand_count,
    named,
    options,
    pile,
    school,
    sums,
)

COUNT = hand_count(pile(15, "yes"), pile(1, "no"), pile(2))


def enter(ballot_id: str, count: HandCount) -> EnterHandCount:
    return EnterHandCount(ballot=ballot_id, count=count)


def result_of(facts: Sequence[Event]) -> ResultDeclared:
    (declared,) = (fact for fact in facts if isinstance(fact, ResultDeclared))
    return declared


def test_a_first_count_says_nothing_to_anybody() -> None:
    room = Room()
    name = room.open(ballot())
    (entered,) = room.ask(enter(name, COUNT), ANA)
    assert isinstance(entered, HandCountEntered)
    assert set(data_of(entered)) == {"ballot", "count"}
    assert set(data_of(entered)["count"]) == {"sealed"}


def test_the_second_of_two_equal_counts_closes_and_declares_in_one_append() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(enter(name, COUNT), ANA)
    entered, agreed, declared = room.ask(enter(name, COUNT), TEACHER)
    assert isinstance(entered, HandCountEntered)
    assert isinstance(agreed, HandCountsAgreed) and agreed.count == COUNT
    assert isinstance(declared, ResultDeclared) and declared.verdict is Verdict.ADOPTED
    assert (declared.registered, declared.voters) == (27, 18)
    assert (declared.tallied.blank, declared.tallied.expressed, declared.tallied.elected) == (2, 16, ("yes",))


def test_the_salt_that_is_shown_opens_the_seal_of_the_first_count() -> None:
    room = Room()
    name = room.open(ballot())
    (first,) = room.ask(enter(name, COUNT), ANA)
    agreed = room.ask(enter(name, COUNT), TEACHER)[1]
    assert isinstance(first, HandCountEntered) and isinstance(agreed, HandCountsAgreed) and agreed.salt and agreed.count
    said = agreed.count.model_dump(mode="json", exclude_none=True)
    assert opens(b64decode(first.count.sealed), b64decode(agreed.salt), said)
    assert not opens(b64decode(first.count.sealed), b64decode(agreed.salt), said | {"present": 19})


def test_two_who_found_the_same_said_the_same_however_they_piled_it() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(enter(name, COUNT), ANA)
    piled_otherwise = hand_count(pile(2), pile(7, "yes"), pile(1, "no"), pile(8, "yes"), void=(VoidPapers(reason="torn", papers=0),))
    assert result_of(room.ask(enter(name, piled_otherwise), TEACHER)).voters == 18


def test_two_counts_that_differ_are_both_kept_sealed_and_both_count_again() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(enter(name, COUNT), ANA)
    other = hand_count(pile(14, "yes"), pile(2, "no"), pile(2))
    entered, differed = room.ask(enter(name, other), TEACHER)
    assert isinstance(entered, HandCountEntered)
    assert differed == HandCountsDiffered(ballot=name)
    assert room.state.ballots.by_id[name].phase is Phase.OPEN
    recorded = b"".join(orjson.dumps(data_of(one.event)) for one in room.records)
    assert b'"yes","papers"' not in recorded and b'"papers":14' not in recorded
    assert len(room.ask(enter(name, COUNT), TEACHER)) == 1  # the other one's earlier count no longer waits
    assert result_of(room.ask(enter(name, COUNT), ANA)).voters == 18


def test_a_teller_may_correct_a_count_that_still_waits() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(enter(name, hand_count(pile(3, "no"))), ANA)
    room.ask(enter(name, COUNT), ANA)
    assert result_of(room.ask(enter(name, COUNT), TEACHER)).voters == 18


def test_one_teller_alone_declares_nothing() -> None:
    room = Room()
    name = room.open(ballot())
    for _ in range(3):
        assert len(room.ask(enter(name, COUNT), ANA)) == 1
    assert room.state.ballots.by_id[name].phase is Phase.OPEN


@pytest.mark.parametrize("actor", [BEN, PUPILS[5]])
def test_nobody_else_enters_a_count(actor: str) -> None:
    room = Room()
    room.refused(Forbidden, enter(room.open(ballot()), COUNT), actor)


def test_a_count_adds_up_to_the_papers_found() -> None:
    room = Room()
    name = room.open(ballot())
    room.refused(DoesNotAddUp, enter(name, HandCount(found=19, present=20, piles=COUNT.piles)), ANA)
    both = HandCount(found=18, present=18, piles=COUNT.piles, sums=(OptionSum(option="yes", points=18),))
    room.refused(DoesNotAddUp, enter(name, both), ANA)


def test_papers_present_and_roll_are_in_order() -> None:
    room = Room()
    name = room.open(ballot())
    room.refused(MorePapersThanPeople, enter(name, HandCount(found=18, present=17, piles=COUNT.piles)), ANA)
    room.refused(MorePapersThanPeople, enter(name, HandCount(found=18, present=28, piles=COUNT.piles)), ANA)


def test_papers_that_were_set_aside_are_found_void() -> None:
    room = Room()
    name = room.open(ballot())
    torn = hand_count(pile(9, "yes"), pile(8, "no"), void=(VoidPapers(reason="torn", papers=1),))
    tallied = result_of(room.both_count(name, torn)).tallied
    assert (tallied.void, tallied.voters, tallied.expressed) == ((VoidPapers(reason="torn", papers=1),), 18, 17)


def test_hands_and_dots_may_be_known_as_sums_only() -> None:
    room = Room()
    raised = result_of(room.both_count(room.open(ballot()), sums(18, blank=2, yes=15, no=1)))
    assert (raised.tallied.elected, raised.tallied.blank, raised.papers is not None) == (("yes",), 2, True)
    dots = ballot(method=Method.DOTS, options=options("livres", "piscine"), parameters=Parameters(dots=8, dots_each=4))
    stuck = result_of(room.both_count(room.open(dots), sums(25, livres=71, piscine=64)))
    assert (stuck.tallied.elected, stuck.papers) == (("livres",), None)


def test_sums_hold_what_so_many_papers_can_say() -> None:
    room = Room()
    name = room.open(ballot())
    for wrong in (sums(18, yes=15, no=1), sums(3, blank=4), sums(2, yes=1, maybe=1)):
        room.refused(DoesNotAddUp, enter(name, wrong), ANA)
    dots = room.open(ballot(method=Method.DOTS, options=options("a", "b"), parameters=Parameters(dots=3, dots_each=2)))
    for wrong in (sums(5, a=11), sums(5, a=8, b=8), sums(5, a=2)):
        room.refused(DoesNotAddUp, enter(dots, wrong), ANA)
    approval = room.open(ballot(method=Method.APPROVAL, options=options("a", "b")))
    for wrong in (sums(5, a=6), sums(5, a=2, b=2)):
        room.refused(DoesNotAddUp, enter(approval, wrong), ANA)
    ranking = room.open(ballot(method=Method.BORDA, options=options("a", "b")))
    no = room.refused(DoesNotAddUp, enter(ranking, sums(5, a=5)), ANA)
    assert no.details["fault"] == "sums-do-not-tell"


def test_advisory_colleges_are_counted_apart() -> None:
    parents = College(college="parents", of=Members.ADVISORY_PARENTS, advisory=True)
    room = Room(school(composition=(*PUPILS_VOTE, parents)))
    name = room.open(ballot())
    heard = (AdvisoryCount(college="parents", found=3, piles=(pile(3, "yes"),)),)
    room.refused(
        NoSuchAdvisoryCollege, enter(name, hand_count(pile(3, "no"), advisory=(heard[0].model_copy(update={"college": "x"}),))), ANA
    )
    crowd = AdvisoryCount(college="parents", found=4, piles=(pile(4, "yes"),))
    room.refused(MorePapersThanPeople, enter(name, hand_count(pile(3, "no"), advisory=(crowd,))), ANA)
    short = AdvisoryCount(college="parents", found=3, piles=(pile(2, "yes"),))
    room.refused(DoesNotAddUp, enter(name, hand_count(pile(3, "no"), advisory=(short,))), ANA)
    declared = result_of(room.both_count(name, hand_count(pile(2, "yes"), pile(13, "no"), pile(2), advisory=heard)))
    assert (declared.verdict, declared.registered, declared.voters) == (Verdict.REJECTED, 27, 17)
    (parents_said,) = declared.advisory or ()
    assert (parents_said.tallied.voters, parents_said.tallied.elected) == (3, ("yes",))


def test_a_result_may_show_its_outcome_only() -> None:
    room = Room()
    quiet = result_of(room.both_count(room.open(ballot(publish=Publish.OUTCOME)), COUNT))
    assert (quiet.tallied.counts, quiet.rounds, quiet.papers, quiet.tallied.elected) == ((), (), None, ("yes",))
    totals = room.both_count(room.open(ballot(publish=Publish.COUNTS)), COUNT)
    assert result_of(totals).tallied.counts and result_of(totals).papers is None
    (agreed,) = (fact for fact in totals if isinstance(fact, HandCountsAgreed))
    assert agreed.count is None


def test_a_long_count_is_shown_in_parts_that_make_it_whole_again() -> None:
    room = Room()
    codes = [f"{'livre-' * 5}{number}" for number in range(45)]
    name = room.open(ballot(method=Method.SCORE, options=options(*codes), parameters=Parameters(top=26)))
    count = hand_count(
        *(
            Pile(choice=Choice(points=tuple(Points(option=code, points=(turn + at) % 27) for at, code in enumerate(codes))), papers=1)
            for turn in range(27)
        )
    )
    agreed = [fact for fact in room.both_count(name, count) if isinstance(fact, HandCountsAgreed)]
    assert [one.part for one in agreed] == list(range(1, len(agreed) + 1)) and len(agreed) > 1
    assert tuple(one for part in agreed if part.count for one in part.count.piles or ()) == count.piles


def test_a_count_too_long_for_one_append_is_refused() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(enter(name, COUNT), ANA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.governance.deciders.hand.COUNT_BYTES_MAX", 100)
        room.refused(CountTooLong, enter(name, COUNT), TEACHER)


def test_hands_are_closed_by_their_tellers_and_names_are_not_counted_by_hand() -> None:
    room = Room()
    room.refused(TellersCloseIt, CloseBallot(ballot=room.open(ballot())))
    room.refused(GivenAnotherWay, enter(room.open(named()), COUNT), ANA)

"""How a ballot ends: the quorum first, then the count, ties parted as declared, and what follows from it in the same append."""

from datetime import timedelta
from hashlib import sha256

import pytest

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import CancelBallot, CloseBallot, EnterHandCount, HoldDraw
from services.governance.deciders.closing import (
    CastingVoteIsTheirs,
    NoDrawAwaited,
    NotEachOptionOnce,
    NotYet,
    TwoOtherWitnesses,
)
from services.governance.events.ballots import (
    DrawHeld,
    HandCountsAgreed,
    QuorumMissed,
    ResultDeclared,
    Verdict,
    VotesRevealed,
)
from services.governance.events.bodies import MeetingCalled, MeetingOpened, Quorum, QuorumOf
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.rules.due import closing_id, due, next_hour
from services.governance.rules.polling import ClosedNeverReopens
from services.governance.standing import CLOCK_BADGE
from services.governance.tally.draw import drawn_order
from shared.merkle import Frontier
from shared.messages import id_from
from shared.refusals import Forbidden
from tests.examples_governance import RENTREE
from tests.given import pseudonym
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    COUNCIL,
    DAN,
    HOUR,
    PUPILS,
    STRANGER,
    TEACHER,
    TUTOR,
    Room,
    ballot,
    hand_count,
    named,
    of_kind,
    options,
    pile,
    result_of,
    school,
    sums,
    voted,
)

CLOCK = pseudonym("c")
IN_CLASS = TiePolicy(draw=DrawKind.CLASS)
YES, NO = Choice(marks=("yes",)), Choice(marks=("no",))
HALF = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)


def test_the_clock_closes_at_the_hour_and_not_before() -> None:
    room = Room()
    name = voted(room, named(closes_at=HOUR), yes=(YES, 3))
    room.at(HOUR - timedelta(microseconds=1)).refused(NotYet, CloseBallot(ballot=name), CLOCK, CLOCK_BADGE)
    facts = room.at(HOUR).ask(CloseBallot(ballot=name), CLOCK, CLOCK_BADGE)
    assert [type(fact) for fact in facts] == [VotesRevealed, ResultDeclared]


def test_who_conducts_the_body_does_not_close_before_the_announced_hour() -> None:
    room = Room()
    name = room.open(named(closes_at=HOUR))
    room.refused(NotYet, CloseBallot(ballot=name), TUTOR)
    assert room.at(HOUR).ask(CloseBallot(ballot=name), TUTOR)


def test_a_ballot_without_an_hour_is_closed_by_who_conducts_the_body() -> None:
    room = Room()
    name = room.open(named())
    room.refused(Forbidden, CloseBallot(ballot=name), BEN)
    room.refused(NotYet, CloseBallot(ballot=name), CLOCK, CLOCK_BADGE)
    assert room.ask(CloseBallot(ballot=name), TUTOR)
    room.refused(ClosedNeverReopens, CloseBallot(ballot=name), TUTOR)


def test_what_is_due_is_the_same_command_whoever_asks() -> None:
    room = Room()
    first, second = room.open(named(closes_at=HOUR)), room.open(named(closes_at=HOUR + timedelta(hours=1)))
    room.open(named())
    room.open(ballot())
    assert due(room.state.ballots, room.now) == ()
    assert next_hour(room.state.ballots, room.now) == HOUR
    at_two = due(room.state.ballots, HOUR + timedelta(hours=1))
    assert at_two == ((CloseBallot(ballot=first), closing_id(first)), (CloseBallot(ballot=second), closing_id(second)))
    assert closing_id(first) == id_from(sha256(first.encode() + b"close").digest())
    room.at(HOUR).ask(CloseBallot(ballot=first), CLOCK, CLOCK_BADGE)
    assert due(room.state.ballots, HOUR) == ()


def test_a_missed_quorum_shows_no_vote() -> None:
    room = Room(school(quorum=HALF))
    name = voted(room, named(), yes=(YES, 13))
    assert room.ask(CloseBallot(ballot=name)) == [QuorumMissed(call=1, needed=14, counted=13, ballot=name)]
    assert room.state.ballots.by_id[name].phase is Phase.NO_QUORUM
    assert result_of(room.ask(CloseBallot(ballot=voted(room, named(), yes=(YES, 14))))).verdict is Verdict.ADOPTED


def test_blank_papers_count_towards_the_quorum_unless_it_says_otherwise() -> None:
    blanks: dict[str, tuple[Choice, int]] = {"yes": (YES, 10), "blank": (Choice(), 4)}
    room = Room(school(quorum=HALF))
    assert result_of(room.ask(CloseBallot(ballot=voted(room, named(), **blanks))))
    strict = Room(school(quorum=HALF.model_copy(update={"blanks_count": False})))
    (missed,) = strict.ask(CloseBallot(ballot=voted(strict, named(), **blanks)))
    assert isinstance(missed, QuorumMissed) and (missed.needed, missed.counted) == (14, 10)


def test_a_quorum_of_the_expressed_and_of_those_present() -> None:
    expressed = Room(school(quorum=Quorum(of=QuorumOf.EXPRESSED, numerator=1, denominator=2)))
    (missed,) = expressed.ask(CloseBallot(ballot=voted(expressed, named(), yes=(YES, 13), blank=(Choice(), 9))))
    assert isinstance(missed, QuorumMissed) and (missed.needed, missed.counted) == (14, 13)
    present = Room(school(quorum=Quorum(of=QuorumOf.PRESENT, numerator=2, denominator=3)))
    facts = present.both_count(present.open(ballot()), hand_count(pile(11, "yes"), present=18))
    assert facts[1:] == [QuorumMissed(call=1, needed=12, counted=11, ballot=facts[0].ballot)]  # type: ignore[attr-defined]
    assert result_of(present.both_count(present.open(ballot()), hand_count(pile(12, "yes"), present=18)))


def test_a_quorum_of_classes_looks_at_who_is_in_the_room() -> None:
    meeting = "g" * 26
    of_classes = Quorum(of=QuorumOf.CLASSES, numerator=1, denominator=1)
    called = MeetingCalled(meeting=meeting, body=COUNCIL, on=RENTREE, call=1, agenda=())
    empty = Room((*school(quorum=of_classes), called, MeetingOpened(meeting=meeting, on=RENTREE, present=(TEACHER,), roles=())))
    (_, missed) = empty.both_count(empty.open(ballot(meeting=meeting)), hand_count(pile(1, "yes")))
    assert isinstance(missed, QuorumMissed) and (missed.needed, missed.counted) == (1, 0)
    full = Room((*school(quorum=of_classes), called, MeetingOpened(meeting=meeting, on=RENTREE, present=PUPILS[:5], roles=())))
    assert result_of(full.both_count(full.open(ballot(meeting=meeting)), hand_count(pile(5, "yes"))))


def test_a_tie_is_a_rejection_without_a_casting_vote() -> None:
    room = Room()
    declared = result_of(room.both_count(room.open(ballot()), hand_count(pile(9, "yes"), pile(9, "no"))))
    assert (declared.verdict, declared.tallied.ties[0].step) == (Verdict.REJECTED, "status-quo")


@pytest.mark.parametrize(("says", "verdict"), [("yes", Verdict.ADOPTED), ("no", Verdict.REJECTED)])
def test_a_declared_casting_vote_parts_a_tie_once_it_is_known(says: str, verdict: Verdict) -> None:
    room = Room()
    name = room.open(ballot(casting_vote=BEN))
    waiting = room.both_count(name, hand_count(pile(9, "yes"), pile(9, "no")))
    assert isinstance(waiting[-1], HandCountsAgreed)
    assert room.state.ballots.by_id[name].phase is Phase.DRAW_NEEDED
    for command, by in ((CloseBallot(ballot=name, casting=says), CLEO), (CloseBallot(ballot=name, casting="maybe"), BEN)):
        room.refused(CastingVoteIsTheirs, command, by)
    room.refused(ClosedNeverReopens, CancelBallot(ballot=name, reason="Le résultat déplaît"))
    room.refused(ClosedNeverReopens, EnterHandCount(ballot=name, count=sums(1, yes=1)), ANA)
    room.refused(NoDrawAwaited, HoldDraw(ballot=name, order=("yes", "no", "abstain"), witnesses=(CLEO, DAN)), ANA)
    declared = result_of(room.ask(CloseBallot(ballot=name, casting=says), BEN))
    assert (declared.verdict, declared.tallied.ties[0].step) == (verdict, "casting-vote")


def test_a_casting_vote_waits_for_a_tie() -> None:
    room = Room()
    assert result_of(room.both_count(room.open(ballot(casting_vote=BEN)), hand_count(pile(9, "yes"), pile(8, "no"))))
    room.refused(CastingVoteIsTheirs, CloseBallot(ballot=room.open(named(casting_vote=BEN)), casting="yes"), BEN)


def test_a_tie_is_parted_by_a_draw_from_the_register_that_anybody_can_repeat() -> None:
    room = Room()
    name = room.open(ballot(method=Method.PLURALITY, options=options("a", "b", "c")))
    room.ask(EnterHandCount(ballot=name, count=sums(14, a=7, b=7)), ANA)
    tree = Frontier().grown([b"one", b"two"])
    declared = result_of(room.ask(EnterHandCount(ballot=name, count=sums(14, a=7, b=7)), TEACHER, tree=tree))
    order = [one for one in drawn_order(("a", "b", "c"), tree.root(), name) if one != "c"]
    assert (declared.tallied.elected, declared.tallied.ties[0].step, declared.draw_root) == ((order[0],), "draw", tree.root().hex())
    untied = result_of(room.both_count(room.open(ballot(method=Method.PLURALITY, options=options("a", "b"))), sums(3, a=2, b=1)))
    assert untied.draw_root is None


def test_a_declared_order_parts_before_any_draw() -> None:
    room = Room()
    policy = TiePolicy(order=("b", "a"), draw=DrawKind.CLASS)
    name = room.open(ballot(method=Method.PLURALITY, options=options("a", "b"), tie_policy=policy))
    declared = result_of(room.both_count(name, sums(14, a=7, b=7)))
    assert (declared.tallied.elected, declared.tallied.ties[0].step) == (("b",), "declared-order")


def test_a_tie_waits_for_the_draw_in_class_before_two_witnesses() -> None:
    room = Room()
    name = room.open(ballot(method=Method.PLURALITY, options=options("a", "b", "c"), tie_policy=IN_CLASS))
    held = HoldDraw(ballot=name, order=("b", "c", "a"), witnesses=(CLEO, DAN))
    room.refused(NoDrawAwaited, held, ANA)
    assert not of_kind(room.both_count(name, sums(14, a=7, b=7)), ResultDeclared)
    room.refused(Forbidden, held, BEN)
    for witnesses in ((CLEO, CLEO), (ANA, CLEO), (STRANGER, CLEO)):
        room.refused(TwoOtherWitnesses, HoldDraw(ballot=name, order=held.order, witnesses=witnesses), ANA)
    room.refused(NotEachOptionOnce, HoldDraw(ballot=name, order=("b", "a"), witnesses=held.witnesses), ANA)
    drawn, declared = room.ask(held, ANA)
    assert drawn == DrawHeld(**dict(held))
    assert isinstance(declared, ResultDeclared) and declared.tallied.elected == ("b",)
    assert (declared.tallied.ties[0].step, declared.draw_root) == ("draw", None)
    room.refused(ClosedNeverReopens, held, ANA)


def test_a_named_tie_is_drawn_by_who_conducts_the_body() -> None:
    room = Room()
    choices = {"a": (Choice(marks=("a",)), 3), "b": (Choice(marks=("b",)), 3)}
    name = voted(room, named(method=Method.PLURALITY, options=options("a", "b"), tie_policy=IN_CLASS), **choices)
    (revealed,) = room.ask(CloseBallot(ballot=name))
    assert isinstance(revealed, VotesRevealed)
    room.refused(Forbidden, HoldDraw(ballot=name, order=("a", "b"), witnesses=(CLEO, DAN)), BEN)
    assert result_of(room.ask(HoldDraw(ballot=name, order=("a", "b"), witnesses=(CLEO, DAN)), TUTOR)).tallied.elected == ("a",)

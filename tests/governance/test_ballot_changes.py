"""What may still change once a ballot is open: its closing time and nothing else; a closed one never reopens."""

from datetime import timedelta

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import CancelBallot, CastVote, CloseBallot, EnterHandCount, GiveProxy, HoldDraw, MoveClosing
from services.governance.deciders.ballots import (
    NotAFollowUp,
    NothingToMove,
)
from services.governance.events.ballots import (
    BallotCancelled,
    BallotChanged,
    BallotOpened,
    QuorumMissed,
)
from services.governance.events.bodies import (
    Quorum,
    QuorumOf,
)
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.rules.opening import (
    ClosingNotInFuture,
)
from services.governance.rules.polling import ClosedNeverReopens, HourIsPast, NoSuchBallot
from shared.refusals import Forbidden
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    HOUR,
    TEACHER,
    Room,
    ballot,
    fresh,
    hand_count,
    named,
    options,
    pile,
    school,
)


def opened(room: Room, name: str) -> BallotOpened:
    return room.state.ballots.by_id[name].opened


def test_the_closing_time_moves_with_a_reason_before_it_has_come() -> None:
    room = Room()
    name, later = room.open(named(closes_at=HOUR)), HOUR + timedelta(days=1)
    moved = room.ask(MoveClosing(ballot=name, closes_at=later, reason="Deux absents rentrent demain"))
    assert moved == [BallotChanged(ballot=name, before=HOUR, after=later, reason="Deux absents rentrent demain")]
    assert room.ask(MoveClosing(ballot=name, closes_at=later, reason="Encore")) == []
    room.refused(ClosingNotInFuture, MoveClosing(ballot=name, closes_at=room.now, reason="Tout de suite"))
    room.refused(Forbidden, MoveClosing(ballot=name, closes_at=HOUR, reason="Plus tôt"), BEN)
    room.at(later).refused(HourIsPast, MoveClosing(ballot=name, closes_at=later + timedelta(days=1), reason="Encore un jour"))


def test_a_ballot_without_an_hour_has_none_to_move() -> None:
    room = Room()
    room.refused(NothingToMove, MoveClosing(ballot=room.open(named()), closes_at=HOUR, reason="Ce soir"))


def test_a_ballot_is_cancelled_with_its_reason_before_it_is_counted() -> None:
    room = Room()
    name = room.open(ballot())
    room.refused(Forbidden, CancelBallot(ballot=name, reason="Pas envie"), BEN)
    assert room.ask(CancelBallot(ballot=name, reason="Question mal posée")) == [BallotCancelled(ballot=name, reason="Question mal posée")]
    room.refused(NoSuchBallot, CancelBallot(ballot=fresh(3), reason="Rien"))


def test_every_command_on_a_closed_ballot_is_refused_with_the_sentence_of_the_rule() -> None:
    room = Room()
    name = room.open(ballot())
    room.both_count(name, hand_count(pile(20, "yes"), pile(2, "no")))
    other = room.open(named())
    room.ask(CloseBallot(ballot=other))
    cancelled = room.open(named())
    room.ask(CancelBallot(ballot=cancelled, reason="Mal posée"))
    for closed in (name, other, cancelled):
        for command, by in (
            (MoveClosing(ballot=closed, closes_at=HOUR, reason="Encore"), TEACHER),
            (CancelBallot(ballot=closed, reason="Le résultat déplaît"), TEACHER),
            (EnterHandCount(ballot=closed, count=hand_count(pile(3, "no"))), TEACHER),
            (CastVote(ballot=closed, choice=Choice(marks=("no",))), BEN),
            (GiveProxy(ballot=closed, holder=ANA), BEN),
            (CloseBallot(ballot=closed), TEACHER),
            (HoldDraw(ballot=closed, order=("yes", "no", "abstain"), witnesses=(BEN, CLEO)), TEACHER),
        ):
            room.refused(ClosedNeverReopens, command, by)


def test_a_second_call_follows_a_missed_quorum_with_the_same_options() -> None:
    waived = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2, waived_on_second_call=True)
    room = Room(school(quorum=waived))
    first = room.open(ballot())
    room.refused(NotAFollowUp, ballot(after=first))
    _, missed = room.both_count(first, hand_count(pile(5, "yes")))
    assert missed == QuorumMissed(call=1, needed=14, counted=5, ballot=first)
    assert room.state.ballots.by_id[first].phase is Phase.NO_QUORUM
    room.refused(NotAFollowUp, ballot(after=first, method=Method.PLURALITY, options=options("a", "b")))
    second = room.open(ballot(after=first))
    assert (opened(room, second).call, opened(room, second).after) == (2, first)
    room.refused(NotAFollowUp, ballot(after=first))
    assert len(room.both_count(second, hand_count(pile(5, "yes")))) == 3


def test_a_draw_in_class_may_be_the_last_step_of_the_ties() -> None:
    room = Room()
    policy = TiePolicy(draw=DrawKind.CLASS, status_quo="b")
    assert opened(room, room.open(ballot(method=Method.PLURALITY, options=options("a", "b"), tie_policy=policy))).tie_policy == policy

"""« À toi de jouer » : what waits for each person, and what no longer does (F46)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.governance.chamber.whole import CHAMBER
from services.governance.commands.proposals import FRAMES
from services.governance.events.ballots import (
    BallotCancelled,
    BallotChanged,
    BoxSealed,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    ProxyGiven,
    QuorumMissed,
    RollClosed,
    Verdict,
    VoteCast,
    VoterMarked,
    VoterUnmarked,
    VotesRevealed,
    Way,
)
from services.governance.events.bodies import MeetingCalled, MeetingClosed
from services.governance.events.papers import DrawKind, TiePolicy
from services.governance.events.people import EndOfMandate, MandateEnded, MemberLeft, MemberMoved, Role, RoleAssigned, RoleEnded
from services.governance.events.proposals import (
    DecisionFollowed,
    DecisionRevoked,
    FollowUp,
    FrameStated,
    ProposalWithdrawn,
)
from services.governance.projections.todo import TO_DO, todo_shown
from services.governance.rules.conducting import conducts
from services.governance.rules.rolls import leads, sits_in
from services.governance.seats import NOBODY, seated
from shared.messages import Circumstances, Event, Recorded
from shared.projecting import fold
from shared.values import Pseudonym
from tests.examples_governance import (
    CHRISTMAS,
    CLOCK,
    DA_SILVA,
    FIRST_MANDATE,
    GARNIER,
    HADDAD,
    LEFEVRE,
    LOU,
    NINO,
    OFFICER,
    RENTREE,
    ROUSSEAU,
    STRANGER,
    SUMMER,
    WINTER,
)
from tests.examples_proposals import (
    ADOPTED,
    ADOPTED_LATER,
    BALLOT,
    BIRDS,
    COUNCIL_DAY,
    COUNCILS,
    DECISION,
    FIVE_BIRDS,
    ISA,
    LATER_DECISION,
    MEETING,
    PROJECTOR,
    PROPOSAL,
    ROUND_OPENED,
    TOM,
    VIDEO,
    declared,
    voted_on,
)
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEALED, SEED, recorded

AT = NOW.astimezone(PARIS)
HOUR = timedelta(hours=1)
NAMED: dict[str, Any] = {"way": Way.NAMED, "tellers": ()}
CLASS_DRAW = TiePolicy(draw=DrawKind.CLASS)
EVERYBODY = (OFFICER, GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE, HADDAD, LOU, NINO, ISA, TOM, CLOCK, STRANGER)


def waits(person: Pseudonym, *facts: Event | list[Recorded[Any]], at: datetime = AT) -> dict[str, Any]:
    records = recorded(COUNCILS)
    for fact in facts:
        records.extend(fact if isinstance(fact, list) else recorded([fact]))
    return todo_shown(fold(TO_DO, records), person, at)


def cast(voter: Pseudonym, proxy_for: Pseudonym | None = None) -> VoteCast:
    return VoteCast(ballot=BALLOT, voter=voter, choice=SEALED, proxy_for=proxy_for)


def entered(teller: Pseudonym) -> list[Recorded[Any]]:
    return recorded([HandCountEntered(ballot=BALLOT, count=SEALED)], by=teller)


def test_a_voter_sees_the_ballots_still_to_vote_in_with_their_closing_time() -> None:
    closes = NOW + HOUR
    opened = voted_on(None, closes_at=closes, **NAMED)
    (line,) = waits(TOM, opened)["ballots"]
    assert (line["ballot"], line["way"], line["closes_at"], line["proxy_for"]) == (BALLOT, "named", closes, None)
    assert not waits(NINO, opened)["ballots"]
    assert not waits(TOM, opened, cast(TOM))["ballots"]
    assert waits(ISA, opened, cast(TOM))["ballots"]


def test_a_ballot_past_its_hour_waits_for_nobody_unless_the_hour_moved() -> None:
    opened = voted_on(None, closes_at=NOW + HOUR, **NAMED)
    moved = BallotChanged(ballot=BALLOT, before=NOW + HOUR, after=NOW + 3 * HOUR, reason="Panne")
    assert not waits(TOM, opened, at=AT + HOUR)["ballots"]
    assert waits(TOM, opened, moved, at=AT + HOUR)["ballots"]


def test_ballots_that_close_first_stand_first() -> None:
    free, late, soon = (
        voted_on(None, name * 26, closes_at=hour, **NAMED) for name, hour in (("a", None), ("b", NOW + 2 * HOUR), ("c", NOW + HOUR))
    )
    assert [line["ballot"][0] for line in waits(TOM, free, late, soon)["ballots"]] == ["c", "b", "a"]


@pytest.mark.parametrize(
    "over",
    [
        BallotCancelled(ballot=BALLOT, reason="Erreur"),
        QuorumMissed(ballot=BALLOT, call=1, needed=3, counted=1),
        declared(BALLOT, Verdict.ADOPTED),
        VotesRevealed(ballot=BALLOT, votes=(), part=1, parts=1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_ballot_that_is_over_waits_for_nobody(over: Event) -> None:
    assert not waits(TOM, voted_on(None, **NAMED), over)["ballots"]


def test_a_vote_that_was_entrusted_waits_for_whoever_holds_it() -> None:
    facts = (voted_on(None, **NAMED), ProxyGiven(ballot=BALLOT, giver=TOM, holder=ISA))
    assert not waits(TOM, *facts)["ballots"]
    assert [line["proxy_for"] for line in waits(ISA, *facts)["ballots"]] == [None, TOM]
    assert [line["proxy_for"] for line in waits(ISA, *facts, cast(ISA))["ballots"]] == [TOM]
    assert not waits(ISA, *facts, cast(ISA), cast(ISA, proxy_for=TOM))["ballots"]


def test_a_ballot_by_cards_waits_until_the_box_is_closed_for_whoever_drew_one() -> None:
    opened, marked = voted_on(None, way=Way.CARDS), VoterMarked(ballot=BALLOT, voter=TOM)
    closed = RollClosed(ballot=BALLOT, marked=1, void=(), tellers=(LOU, LEFEVRE))
    sealed = BoxSealed(ballot=BALLOT, received=1, counted=1, root="ab" * 32)
    assert waits(TOM, opened)["ballots"] and waits(TOM, opened, marked)["ballots"]
    assert waits(TOM, opened, marked, closed)["ballots"]
    assert not waits(ISA, opened, marked, closed)["ballots"]
    assert not waits(TOM, opened, marked, closed, sealed)["ballots"]
    assert not waits(TOM, opened, marked, VoterUnmarked(ballot=BALLOT, voter=TOM), closed)["ballots"]


def test_a_teller_enters_a_count_and_again_when_the_two_differ() -> None:
    opened = voted_on(None)
    differed = HandCountsDiffered(ballot=BALLOT)
    assert [line["ballot"] for line in waits(LOU, opened)["counts"]] == [BALLOT]
    assert not waits(TOM, opened)["counts"]
    assert not waits(LOU, opened, entered(LOU))["counts"]
    assert waits(LEFEVRE, opened, entered(LOU))["counts"]
    assert waits(LOU, opened, entered(LOU), entered(LEFEVRE), differed)["counts"]
    assert waits(LOU, voted_on(None, closes_at=NOW - HOUR))["counts"], "papers are counted after the hour"
    assert not waits(LOU, opened, HandCountsAgreed(ballot=BALLOT, part=1, parts=1))["counts"]


def test_a_draw_held_in_class_waits_for_the_tellers() -> None:
    agreed = HandCountsAgreed(ballot=BALLOT, part=1, parts=1)
    assert not waits(LOU, voted_on(None, tie_policy=CLASS_DRAW))["draws"]
    assert [line["ballot"] for line in waits(LOU, voted_on(None, tie_policy=CLASS_DRAW), agreed)["draws"]] == [BALLOT]
    assert not waits(TOM, voted_on(None, tie_policy=CLASS_DRAW), agreed)["draws"]
    assert not waits(LOU, voted_on(None, tie_policy=CLASS_DRAW), agreed, declared(BALLOT, Verdict.ADOPTED))["draws"]
    assert not waits(LOU, voted_on(None), agreed)["draws"]


def test_without_tellers_a_draw_waits_for_who_conducts() -> None:
    revealed = VotesRevealed(ballot=BALLOT, votes=(), part=1, parts=1)
    for somebody, count in ((LOU, 1), (GARNIER, 1), (TOM, 0), (DA_SILVA, 0)):
        assert len(waits(somebody, voted_on(None, tie_policy=CLASS_DRAW, **NAMED), revealed)["draws"]) == count


def test_open_decisions_wait_for_who_conducts_the_body() -> None:
    assert [line["title"] for line in waits(LOU, ADOPTED)["decisions"]] == [ADOPTED.title]
    assert not waits(TOM, ADOPTED)["decisions"]
    assert waits(LOU, ADOPTED, DecisionFollowed(decision=DECISION, state=FollowUp.ONGOING))["decisions"]
    assert not waits(LOU, ADOPTED, DecisionFollowed(decision=DECISION, state=FollowUp.DONE))["decisions"]
    revoked = DecisionRevoked(decision=DECISION, by=LATER_DECISION, reason="Le projet change")
    assert [line["decision"] for line in waits(LOU, ADOPTED, ADOPTED_LATER, revoked)["decisions"]] == [LATER_DECISION]


def test_proposals_wait_for_the_frame_of_the_adult_in_charge() -> None:
    assert [line["proposal"] for line in waits(LEFEVRE, BIRDS, PROJECTOR)["proposals"]] == [PROPOSAL]
    assert [line["proposal"] for line in waits(GARNIER, BIRDS, PROJECTOR)["proposals"]] == [PROPOSAL, VIDEO]
    assert not waits(LOU, BIRDS, PROJECTOR)["proposals"]
    assert waits(LEFEVRE, BIRDS, FIVE_BIRDS)["proposals"][0]["title"] == FIVE_BIRDS.title


@pytest.mark.parametrize(
    "settled",
    [
        FrameStated(proposal=PROPOSAL, limits="Loin du portail", reason="La sécurité", role=Role.CLASS_TUTOR),
        ProposalWithdrawn(proposal=PROPOSAL, reason="Donné"),
        voted_on(PROPOSAL),
        ROUND_OPENED,
        ADOPTED,
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_was_framed_or_is_decided_waits_no_more(settled: Event) -> None:
    assert not waits(LEFEVRE, BIRDS, settled)["proposals"]


def test_meetings_to_come_wait_for_whoever_sits_there() -> None:
    called = MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=())
    missed = QuorumMissed(meeting=MEETING, call=1, needed=3, counted=1)
    assert waits(TOM, called)["meetings"] == [{"meeting": MEETING, "body": "conseil-CM2", "on": "2024-10-14", "call": 1}]
    assert waits(LEFEVRE, called)["meetings"] and not waits(NINO, called)["meetings"]
    assert not waits(TOM, called, at=AT + timedelta(days=1))["meetings"]
    assert not waits(TOM, called, MeetingClosed(meeting=MEETING, outcomes=()))["meetings"]
    assert not waits(TOM, called, missed)["meetings"]


def test_nothing_waits_for_a_stranger() -> None:
    assert not any(waits(STRANGER, BIRDS, ADOPTED, voted_on(None)).values())


PEOPLE: list[Event] = [
    *COUNCILS,
    RoleAssigned(role=Role.DELEGATE, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2"),
    RoleAssigned(role=Role.ADVISORY_PARENT, person=HADDAD, starts=CHRISTMAS, until=SUMMER, body="conseil-ecole"),
    RoleAssigned(role=Role.SECRETARY, person=NINO, starts=RENTREE, until=WINTER, class_code="CE1"),
    MandateEnded(mandate=FIRST_MANDATE, on=CHRISTMAS, reason=EndOfMandate.RESIGNED),
    MemberMoved(member=NINO, class_code="CM2", on=WINTER),
    RoleEnded(role=Role.CLASS_TUTOR, person=LEFEVRE, on=WINTER, class_code="CM2"),
    MemberLeft(member=TOM, on=CHRISTMAS),
]


@pytest.mark.parametrize("day", [RENTREE, COUNCIL_DAY, CHRISTMAS, WINTER, SUMMER])
@pytest.mark.parametrize("body", ["conseil-CM2", "conseil-ecole", "conseil-maitres", "conseil-CP"])
def test_the_view_and_the_deciders_agree_who_sits_conducts_and_answers(body: str, day: Any) -> None:
    chamber, seats = CHAMBER.initial, NOBODY
    evolve = CHAMBER.listening()
    for record in recorded(PEOPLE):
        chamber, seats = evolve(chamber, record), seated(seats, record.event)
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)
    for person in EVERYBODY:
        given = Circumstances(person, REGISTER, COMMAND_ID, moment, SEED, PARIS)
        answers = bool(chamber.standing.roles(person, day) & FRAMES) and leads(chamber, body, given)
        assert seats.sits(person, body, day) is sits_in(chamber, body, person, day), person
        assert seats.conducts(person, body, day) is conducts(chamber, body, given), person
        assert seats.leads(person, body, day) is answers, person

"""« À toi de jouer » : what waits for one person on a day, from the ballots still open to the meetings to come (F46).

Who conducts a body or answers for it is read as the deciders read it (services/governance/rules/rolls.py); a test compares the two.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from immutables import Map

from services.governance.events.ballots import (
    BallotCancelled,
    BallotChanged,
    BallotOpened,
    BoxOpened,
    BoxSealed,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    ProxyGiven,
    QuorumMissed,
    ResultDeclared,
    RollClosed,
    VoteCast,
    VoterMarked,
    VoterUnmarked,
    VotesRevealed,
    Way,
)
from services.governance.events.bodies import MeetingCalled, MeetingClosed
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import DrawKind
from services.governance.events.proposals import (
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRevoked,
    FollowUp,
    FrameStated,
    ProposalMade,
    ProposalRevised,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.seats import NOBODY, Seats, seated
from shared.messages import Event, Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Pseudonym, Table


@dataclass(frozen=True, slots=True)
class Open:
    """A ballot that is not over. `waiting` are those of the roll who have not voted (with cards: not drawn a card); `drawn` hold one."""

    body: Code
    question: str
    way: Way
    tellers: tuple[Pseudonym, ...]
    waiting: frozenset[Pseudonym]
    drawn: frozenset[Pseudonym] = frozenset()
    proxies: Table[Pseudonym, Pseudonym] = Map()
    counted: frozenset[Pseudonym] = frozenset()
    closes_at: datetime | None = None
    class_draw: bool = False
    shown: bool = False  # its papers are counted, and a draw is awaited


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that waits in a body: a decision to follow, a proposal to frame, a meeting to come (with its day and its call)."""

    body: Code
    title: str | None = None
    on: str | None = None
    call: int | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits in the register, and who sits where. What is over is forgotten."""

    seats: Seats = NOBODY
    ballots: Table[Id, Open] = Map()
    decisions: Table[Id, Thing] = Map()
    proposals: Table[Id, Thing] = Map()
    meetings: Table[Id, Thing] = Map()


def evolve(todo: Todo, record: Recorded[GovernanceEvent]) -> Todo:
    """Apply one fact; one about what a cut hides changes nothing."""
    event = record.event
    match event:
        case BallotOpened():
            return _opened(todo, event)
        case BallotCancelled(ballot=ballot) | ResultDeclared(ballot=ballot):
            return replace(todo, ballots=_without(todo.ballots, ballot))
        case QuorumMissed():
            return replace(todo, ballots=_without(todo.ballots, event.ballot), meetings=_without(todo.meetings, event.meeting))
        case MeetingCalled():
            return replace(todo, meetings=todo.meetings.set(event.meeting, Thing(event.body, on=event.on.isoformat(), call=event.call)))
        case MeetingClosed():
            return replace(todo, meetings=_without(todo.meetings, event.meeting))
        case DecisionAdopted():
            known = replace(todo, decisions=todo.decisions.set(event.decision, Thing(event.body, event.title)))
            return replace(known, proposals=_without(known.proposals, event.proposal))
        case DecisionFollowed(state=FollowUp.DONE | FollowUp.NOT_CARRIED_OUT, decision=decision) | DecisionRevoked(decision=decision):
            return replace(todo, decisions=_without(todo.decisions, decision))
        case ProposalMade():
            return replace(todo, proposals=todo.proposals.set(event.proposal, Thing(event.body, event.title)))
        case ProposalRevised():
            before = todo.proposals.get(event.proposal)
            return replace(todo, proposals=todo.proposals.set(event.proposal, replace(before, title=event.title))) if before else todo
        case FrameStated() | ProposalVetoed() | ProposalWithdrawn() | RoundOpened() | ConsentReached():
            return replace(todo, proposals=_without(todo.proposals, event.proposal))
        case _:
            return replace(_voted(todo, event, record.actor), seats=seated(todo.seats, event))


TO_DO: Projection[Todo] = Projection(name="governance.todo", version=1, initial=Todo(), evolve=evolve)


def todo_shown(todo: Todo, person: Pseudonym, now: datetime) -> dict[str, Any]:
    """Return what waits for a person at a moment, given in the zone of the cooperative; what presses first stands first.

    A ballot by cards stays until its box is closed: nobody knows whether a card that was drawn has voted. What must be counted or
    drawn stays past the closing time.
    """
    day = now.date()
    seats = todo.seats
    conducted = {body for body in seats.bodies if seats.conducts(person, body, day)}
    framed = {body for body in seats.bodies if seats.leads(person, body, day)}
    open_ballots = sorted(todo.ballots.items(), key=lambda one: (one[1].closes_at is None, one[1].closes_at or now, one[0]))
    running = [(key, one) for key, one in open_ballots if not one.shown and (one.closes_at is None or now < one.closes_at)]
    coming = sorted((one.on or "", key) for key, one in todo.meetings.items() if one.on and one.on >= day.isoformat())
    return {
        "ballots": [line for key, one in running for line in _to_vote(key, one, person)],
        "counts": [_ballot(key, one) for key, one in open_ballots if _counts(one, person)],
        "draws": [_ballot(key, one) for key, one in open_ballots if one.shown and one.class_draw and _draws(one, person, conducted)],
        "decisions": [_thing("decision", key, one) for key, one in sorted(todo.decisions.items()) if one.body in conducted],
        "proposals": [_thing("proposal", key, one) for key, one in sorted(todo.proposals.items()) if one.body in framed],
        "meetings": [_thing("meeting", key, todo.meetings[key]) for _, key in coming if seats.sits(person, todo.meetings[key].body, day)],
    }


def _to_vote(key: Id, one: Open, person: Pseudonym) -> list[dict[str, Any]]:
    """Return a line for one's own vote unless it was given away, and one for each vote that was entrusted."""
    own = person in (one.waiting | one.drawn) and person not in one.proxies
    entrusted = sorted(giver for giver, holder in one.proxies.items() if holder == person and giver in one.waiting)
    return [_ballot(key, one) | {"proxy_for": giver} for giver in [*([None] if own else []), *entrusted]]


def _counts(one: Open, person: Pseudonym) -> bool:
    return one.way is Way.HAND and not one.shown and person in one.tellers and person not in one.counted


def _draws(one: Open, person: Pseudonym, conducted: set[Code]) -> bool:
    """A draw is entered by a teller; where there are none, by who conducts the body."""
    return person in one.tellers if one.tellers else one.body in conducted


def _ballot(key: Id, one: Open) -> dict[str, Any]:
    return {"ballot": key, "body": one.body, "question": one.question, "way": one.way, "closes_at": one.closes_at}


def _thing(name: str, key: Id, one: Thing) -> dict[str, Any]:
    told = {"title": one.title, "on": one.on, "call": one.call}
    return {name: key, "body": one.body, **{field: value for field, value in told.items() if value is not None}}


def _opened(todo: Todo, event: BallotOpened) -> Todo:
    voters = frozenset(line.voter for college in event.roll for line in college.voters)
    draw = event.tie_policy.draw is DrawKind.CLASS
    opened = Open(event.body, event.question, event.way, event.tellers, voters, closes_at=event.closes_at, class_draw=draw)
    proposals = todo.proposals
    for proposal in {event.proposal, *(option.proposal for option in event.options)}:
        proposals = _without(proposals, proposal)
    return replace(todo, ballots=todo.ballots.set(event.ballot, opened), proposals=proposals)


def _voted(todo: Todo, event: Event, actor: Pseudonym) -> Todo:
    """Apply one fact about a ballot that is open."""
    ballot: Id = getattr(event, "ballot", None) or ""
    one = todo.ballots.get(ballot)
    if one is None:
        return todo
    match event:
        case BallotChanged():
            one = replace(one, closes_at=event.after)
        case VoteCast():
            one = replace(one, waiting=one.waiting - {event.proxy_for or event.voter})
        case ProxyGiven():
            one = replace(one, proxies=one.proxies.set(event.giver, event.holder))
        case VoterMarked():
            one = replace(one, waiting=one.waiting - {event.voter}, drawn=one.drawn | {event.voter})
        case VoterUnmarked():
            one = replace(one, waiting=one.waiting | {event.voter}, drawn=one.drawn - {event.voter})
        case RollClosed():
            one = replace(one, waiting=frozenset())  # whoever drew no card votes no more
        case BoxSealed():
            one = replace(one, drawn=frozenset())
        case HandCountEntered():
            one = replace(one, counted=one.counted | {actor})
        case HandCountsDiffered():
            one = replace(one, counted=frozenset())
        case HandCountsAgreed() | VotesRevealed() | BoxOpened():
            one = replace(one, shown=True)
    return replace(todo, ballots=todo.ballots.set(ballot, one))


def _without(table: Map[Id, Any], key: Id | None) -> Map[Id, Any]:
    return table.delete(key) if key is not None and key in table else table

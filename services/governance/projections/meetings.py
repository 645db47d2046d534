"""What each body is and when it met: calendar, agendas, who was there, what became of each point and of earlier decisions."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, assert_never

from immutables import Map

from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import (
    AgendaItem,
    AgendaRevised,
    AttendanceNoted,
    BodyFormed,
    BodyKind,
    College,
    ItemOutcome,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MeetingRole,
    MinutesApproved,
    Quorum,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import ClassOpened, CouncilFormat, RulesAdopted
from services.governance.events.proposals import DecisionAdopted, DecisionFollowed, DecisionRevoked, FollowUp
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Checked, Code, Count, Digest, Id, Passage, Pseudonym, Seq, Table


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it was last formed."""

    kind: BodyKind
    label: Checked
    composition: tuple[College, ...]
    quorum: Quorum | None = None
    class_code: Code | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """People who joined a running meeting, or left it."""

    seq: Seq
    at: datetime
    arrived: tuple[Pseudonym, ...]
    left: tuple[Pseudonym, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A quorum that was missed: how many were needed, how many counted."""

    seq: Seq
    at: datetime
    needed: Count
    counted: Count


@dataclass(frozen=True, slots=True)
class Approval:
    """Minutes as they were approved: written from facts 1 to `through_seq`, with this digest."""

    seq: Seq
    by: Pseudonym
    through_seq: Seq
    digest: Digest


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `present` are those of the opening; `moves` say who came and went afterwards. A seq of 0 is not yet.

    `label` and `kind` are those that the body had when the meeting was called.
    """

    body: Code
    on: date
    call: Count
    agenda: tuple[AgendaItem, ...]
    called_seq: Seq
    first_call: Id | None = None
    label: Checked | None = None
    kind: BodyKind | None = None
    opened_on: date | None = None
    opened_at: datetime | None = None
    opened_seq: Seq = 0
    present: tuple[Pseudonym, ...] = ()
    roles: tuple[MeetingRole, ...] = ()
    moves: tuple[Move, ...] = ()
    closed_at: datetime | None = None
    closed_seq: Seq = 0
    outcomes: tuple[ItemOutcome, ...] = ()
    missed: Missed | None = None
    approval: Approval | None = None

    @property
    def state(self) -> str:
        """Return where it stands: called, running, closed, or no-quorum."""
        if self.missed:
            return "no-quorum"
        return "closed" if self.closed_seq else "running" if self.opened_seq else "called"

    @property
    def held_seq(self) -> int:
        """Return the fact that gives it its place in the minute book: its opening or its missed quorum; 0 while there is none."""
        return self.missed.seq if self.missed else self.opened_seq

    def sat_at(self, seq: int) -> bool:
        """Tell whether it was running when a fact was recorded."""
        return 0 < self.opened_seq < seq and (not self.closed_seq or seq < self.closed_seq)


@dataclass(frozen=True, slots=True)
class Look:
    """What a council found when it looked at a decision again."""

    seq: Seq
    state: FollowUp
    meeting: Id | None = None
    reason: Passage | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """An adopted decision, each look at it since, and whether it was revoked."""

    body: Code
    title: Checked
    seq: Seq
    looks: tuple[Look, ...] = ()
    revoked: bool = False

    @property
    def open(self) -> bool:
        """Tell whether a council still has to look at it."""
        return not self.revoked and (not self.looks or self.looks[-1].state is FollowUp.ONGOING)


@dataclass(frozen=True, slots=True)
class FormatsFrom:
    """The formats that a version of the association's rules brings, from a day on."""

    valid_from: date
    formats: tuple[CouncilFormat, ...]


@dataclass(frozen=True, slots=True)
class Meetings:
    """Bodies by code, meetings and decisions by id, the cycles of each class as last opened, and formats adopted with the rules."""

    bodies: Table[Code, Body] = Map()
    meetings: Table[Id, Meeting] = Map()
    decisions: Table[Id, Followed] = Map()
    cycles: Table[Code, tuple[int, ...]] = Map()
    formats: tuple[FormatsFrom, ...] = ()

    def of(self, body: Code | None = None) -> list[tuple[Id, Meeting]]:
        """Return the meetings of a body, or all, by day then in the order in which they were called."""
        chosen = ((key, one) for key, one in self.meetings.items() if body in {None, one.body})
        return sorted(chosen, key=lambda pair: (pair[1].opened_on or pair[1].on, pair[1].called_seq))

    def to_follow(self, body: Code) -> list[tuple[Id, Followed]]:
        """Return the open decisions of a body, oldest first."""
        open_ones = ((key, one) for key, one in self.decisions.items() if one.body == body and one.open)
        return sorted(open_ones, key=lambda pair: pair[1].seq)

    def formats_on(self, day: date) -> tuple[CouncilFormat, ...]:
        """Return the formats of the rules in force on a day; none when the rules have none."""
        begun = [one for one in self.formats if one.valid_from <= day]
        return max(reversed(begun), key=lambda one: one.valid_from).formats if begun else ()


def evolve(meetings: Meetings, record: Recorded[GovernanceEvent]) -> Meetings:
    """Apply one fact; one about a meeting or a decision that a cut hides changes nothing."""
    match record.event:
        case BodyFormed() as event:
            formed = Body(event.kind, event.label, event.composition, event.quorum, event.class_code)
            return replace(meetings, bodies=meetings.bodies.set(event.body, formed))
        case MeetingCalled() as event:
            body = meetings.bodies.get(event.body)
            called = Meeting(event.body, event.on, event.call, event.agenda, record.seq, event.first_call)
            called = replace(called, label=body.label, kind=body.kind) if body else called
            return replace(meetings, meetings=meetings.meetings.set(event.meeting, called))
        case AgendaRevised() | MeetingOpened() | AttendanceNoted() | MeetingClosed() | MinutesApproved():
            return _met(meetings, record.event, record)
        case QuorumMissed(meeting=str(meeting)) as event:
            return _meeting(meetings, meeting, missed=Missed(record.seq, record.time, event.needed, event.counted))
        case DecisionAdopted() as event:
            adopted = Followed(event.body, event.title, record.seq)
            return replace(meetings, decisions=meetings.decisions.set(event.decision, adopted))
        case DecisionFollowed() as event:
            before = meetings.decisions.get(event.decision)
            look = Look(record.seq, event.state, event.meeting, event.reason)
            return _decision(meetings, event.decision, looks=(*(before.looks if before else ()), look))
        case DecisionRevoked() as event:
            return _decision(meetings, event.decision, revoked=True)
        case ClassOpened() as event:
            return replace(meetings, cycles=meetings.cycles.set(event.class_code, event.cycle))
        case RulesAdopted() as event:
            formats = FormatsFrom(event.valid_from, event.content.council_formats or ())
            return replace(meetings, formats=(*meetings.formats, formats))
        case _:
            return meetings


MEETINGS: Projection[Meetings] = Projection(name="governance.meetings", version=1, initial=Meetings(), evolve=evolve)


def _met(
    meetings: Meetings,
    event: AgendaRevised | MeetingOpened | AttendanceNoted | MeetingClosed | MinutesApproved,
    record: Recorded[Any],
) -> Meetings:
    seq, at = record.seq, record.time
    match event:
        case AgendaRevised():
            return _meeting(meetings, event.meeting, agenda=event.agenda)
        case MeetingOpened():
            opened = {"opened_on": event.on, "opened_at": at, "opened_seq": seq}
            return _meeting(meetings, event.meeting, present=event.present, roles=event.roles, **opened)
        case AttendanceNoted():
            before = meetings.meetings.get(event.meeting)
            move = Move(seq, at, event.arrived or (), event.left or ())
            return _meeting(meetings, event.meeting, moves=(*(before.moves if before else ()), move))
        case MeetingClosed():
            return _meeting(meetings, event.meeting, closed_seq=seq, closed_at=at, outcomes=event.outcomes)
        case MinutesApproved():
            return _meeting(meetings, event.meeting, approval=Approval(seq, record.actor, event.through_seq, event.digest))
        case _:
            assert_never(event)


def _meeting(meetings: Meetings, name: Id, **changed: Any) -> Meetings:
    known = meetings.meetings.get(name)
    return replace(meetings, meetings=meetings.meetings.set(name, replace(known, **changed))) if known else meetings


def _decision(meetings: Meetings, name: Id, **changed: Any) -> Meetings:
    known = meetings.decisions.get(name)
    return replace(meetings, decisions=meetings.decisions.set(name, replace(known, **changed))) if known else meetings

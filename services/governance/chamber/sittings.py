"""What governance's deciders know of bodies and their meetings: who sits where, what is called, open and closed, who may not vote."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from immutables import Map

from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import (
    AgendaItem,
    AgendaRevised,
    AttendanceNoted,
    BodyFormed,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MeetingRole,
    MinutesApproved,
    VotingRightRestored,
    VotingRightSuspended,
)
from services.governance.events.people import ClassClosed, ClassOpened, Year
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Id, Pseudonym

SittingEvent = (
    BodyFormed
    | MeetingCalled
    | AgendaRevised
    | MeetingOpened
    | AttendanceNoted
    | MeetingClosed
    | MinutesApproved
    | QuorumMissed
    | VotingRightSuspended
    | VotingRightRestored
    | ClassOpened
    | ClassClosed
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting, from its call to its approved minutes. `present` counts whoever is in the room now.

    `opened_seq` and `closed_seq` are the facts that opened and closed it, 0 before.
    """

    body: Code
    on: date
    call: int
    agenda: tuple[AgendaItem, ...]
    present: frozenset[Pseudonym] = frozenset()
    roles: tuple[MeetingRole, ...] = ()
    opened_seq: int = 0
    closed_seq: int = 0
    missed_quorum: bool = False
    approved: bool = False
    first_call: Id | None = None

    @property
    def opened(self) -> bool:
        """Tell whether people sat down, now or before."""
        return self.opened_seq > 0

    @property
    def closed(self) -> bool:
        """Tell whether it ended."""
        return self.closed_seq > 0

    @property
    def running(self) -> bool:
        """Tell whether people are sitting now."""
        return self.opened and not self.closed


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days on which a person does not vote in a body, both included."""

    member: Pseudonym
    body: Code
    starts: date
    until: date


@dataclass(frozen=True, slots=True)
class Sittings:
    """Bodies by code, meetings by id, suspended voting rights, and the years in which each class is open."""

    bodies: Map[Code, BodyFormed] = Map()
    meetings: Map[Id, Meeting] = Map()
    suspensions: tuple[Suspension, ...] = ()
    open_years: Map[Code, frozenset[Year]] = Map()

    def suspended(self, member: Pseudonym, body: Code, day: date) -> bool:
        """Tell whether a person's right to vote in a body is suspended on that day."""
        return any((one.member, one.body) == (member, body) and one.starts <= day <= one.until for one in self.suspensions)

    def open_meetings(self, body: Code) -> Iterator[tuple[Id, Meeting]]:
        """Iterate over the meetings of a body that are called or running."""
        return ((key, one) for key, one in self.meetings.items() if one.body == body and not one.closed and not one.missed_quorum)


def evolve(sittings: Sittings, record: Recorded[SittingEvent]) -> Sittings:
    """Apply one fact about bodies or meetings."""
    match record.event:
        case BodyFormed() as event:
            return replace(sittings, bodies=sittings.bodies.set(event.body, event))
        case MeetingCalled() as event:
            meeting = Meeting(event.body, event.on, event.call, event.agenda, first_call=event.first_call)
            return replace(sittings, meetings=sittings.meetings.set(event.meeting, meeting))
        case AgendaRevised() as event:
            return _meeting(sittings, event.meeting, agenda=event.agenda)
        case MeetingOpened() as event:
            return _meeting(sittings, event.meeting, opened_seq=record.seq, present=frozenset(event.present), roles=event.roles)
        case AttendanceNoted() as event:
            before = sittings.meetings.get(event.meeting)
            present = (before.present if before else frozenset()) | set(event.arrived or ()) - set(event.left or ())
            return _meeting(sittings, event.meeting, present=present - set(event.left or ()))
        case MeetingClosed() as event:
            return _meeting(sittings, event.meeting, closed_seq=record.seq)
        case MinutesApproved() as event:
            return _meeting(sittings, event.meeting, approved=True)
        case QuorumMissed(meeting=meeting):
            return _meeting(sittings, meeting, missed_quorum=True) if meeting else sittings
        case VotingRightSuspended() as event:
            suspension = Suspension(event.member, event.body, event.starts, event.until)
            return replace(sittings, suspensions=(*sittings.suspensions, suspension))
        case VotingRightRestored() as event:
            return replace(sittings, suspensions=tuple(_shortened(one, event) for one in sittings.suspensions))
        case ClassOpened() as event:
            years = sittings.open_years.get(event.class_code, frozenset()) | {event.year}
            return replace(sittings, open_years=sittings.open_years.set(event.class_code, years))
        case ClassClosed() as event:
            years = sittings.open_years.get(event.class_code, frozenset()) - {event.year}
            return replace(sittings, open_years=sittings.open_years.set(event.class_code, years))
        case _:
            assert_never(record.event)


SITTINGS: Fold[Sittings] = Fold(SittingEvent, Sittings(), evolve)


def _meeting(sittings: Sittings, name: Id, **changed: object) -> Sittings:
    """Change a meeting; one that a cut hides stays hidden."""
    meeting = sittings.meetings.get(name)
    return replace(sittings, meetings=sittings.meetings.set(name, replace(meeting, **changed))) if meeting else sittings  # type: ignore[arg-type]


def _shortened(one: Suspension, event: VotingRightRestored) -> Suspension:
    ends_sooner = (one.member, one.body) == (event.member, event.body) and one.until >= event.on
    return replace(one, until=event.on - timedelta(days=1)) if ends_sooner else one

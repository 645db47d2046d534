"""Who belongs to the cooperative, in which class, since when, and what each person has been given."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import (
    MandateEnded,
    MandateGiven,
    MemberEnrolled,
    MemberLeft,
    MemberMoved,
    PersonKind,
    Role,
    RoleAssigned,
    RoleEnded,
)
from services.governance.events.privacy import PersonErased
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Pseudonym, Table


@dataclass(frozen=True, slots=True)
class Holding:
    """A role or a mandate with its days, both included; a mandate is known by its id."""

    role: Role
    starts: date
    until: date | None = None
    class_code: Code | None = None
    body: Code | None = None
    mandate: Id | None = None

    @property
    def scope(self) -> Code | None:
        """Return what narrows it: the class, or else the body."""
        return self.class_code or self.body

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on that day."""
        return self.starts <= day and (self.until is None or day <= self.until)

    def replaces(self, other: "Holding") -> bool:
        """Tell whether it is the same grant said again: of the same role, from the same day, in the same place."""
        return (self.role, self.starts, self.scope, self.mandate) == (other.role, other.starts, other.scope, other.mandate)

    def ended(self, last_day: date) -> "Holding":
        """Return the same with an earlier last day."""
        return self if self.until is not None and self.until <= last_day else replace(self, until=last_day)


@dataclass(frozen=True, slots=True)
class Member:
    """One person: what they are, in which class, since when and until when, what they were given, and whether they were erased."""

    kind: PersonKind
    since: date
    class_code: Code | None = None
    left: date | None = None
    holdings: tuple[Holding, ...] = ()
    erased: bool = False

    def belongs_on(self, day: date) -> bool:
        """Tell whether the person belongs on that day (the day of leaving included)."""
        return self.since <= day and (self.left is None or day <= self.left)

    def roles(self, day: date) -> tuple[Role, ...]:
        """Return what the person holds on a day, in alphabetical order; nothing when they do not belong."""
        return tuple(sorted({holding.role for holding in self.holdings if holding.holds_on(day)})) if self.belongs_on(day) else ()


@dataclass(frozen=True, slots=True)
class Members:
    """Everybody who ever belonged; whose each mandate is."""

    people: Table[Pseudonym, Member] = Map()
    mandates: Table[Id, Pseudonym] = Map()

    def on(self, day: date) -> Iterator[tuple[Pseudonym, Member]]:
        """Iterate over those who belong on a day, in no particular order: nobody is ranked."""
        return ((person, member) for person, member in self.people.items() if member.belongs_on(day))

    def counted(self, day: date) -> int:
        """Return how many members the cooperative declares: pupils and staff."""
        return sum(1 for _, member in self.on(day) if member.kind in {PersonKind.PUPIL, PersonKind.STAFF})


def evolve(members: Members, record: Recorded[GovernanceEvent]) -> Members:
    """Apply one fact; one about somebody whose enrolment is hidden by a cut changes nothing."""
    match record.event:
        case MemberEnrolled() as event:
            return replace(members, people=members.people.set(event.member, Member(event.kind, event.on, event.class_code)))
        case MemberMoved() as event:
            member = members.people.get(event.member)
            return _with(members, event.member, member and replace(member, class_code=event.class_code))
        case MemberLeft() as event:
            member = members.people.get(event.member)
            return _with(members, event.member, member and replace(member, left=event.on))
        case PersonErased(person=person):
            member = members.people.get(person)
            return _with(members, person, member and replace(member, erased=True))
        case MandateGiven() as event:
            known = replace(members, mandates=members.mandates.set(event.mandate, event.holder))
            return _given(known, event.holder, Holding(Role.MANDATE_HOLDER, event.starts, event.until, mandate=event.mandate))
        case MandateEnded() as event:
            return _mandate_ended(members, event)
        case RoleAssigned() as event:
            return _given(members, event.person, Holding(event.role, event.starts, event.until, event.class_code, event.body))
        case RoleEnded() as event:
            return _role_ended(members, event)
        case _:
            return members


MEMBERS: Projection[Members] = Projection(name="governance.members", version=2, initial=Members(), evolve=evolve)


def _with(members: Members, person: Pseudonym, member: Member | None) -> Members:
    return replace(members, people=members.people.set(person, member)) if member else members


def _given(members: Members, person: Pseudonym, holding: Holding) -> Members:
    member = members.people.get(person)
    if member is None:
        return members
    others = tuple(one for one in member.holdings if not holding.replaces(one))
    return _with(members, person, replace(member, holdings=(*others, holding)))


def _mandate_ended(members: Members, event: MandateEnded) -> Members:
    holder = members.mandates.get(event.mandate)
    member = members.people.get(holder) if holder else None
    if holder is None or member is None:
        return members
    holdings = tuple(one.ended(event.on) if one.mandate == event.mandate else one for one in member.holdings)
    return _with(members, holder, replace(member, holdings=holdings))


def _role_ended(members: Members, event: RoleEnded) -> Members:
    member = members.people.get(event.person)
    if member is None:
        return members
    holdings = tuple(one.ended(event.on) if _is_meant(one, event) else one for one in member.holdings)
    return _with(members, event.person, replace(member, holdings=holdings))


def _is_meant(holding: Holding, event: RoleEnded) -> bool:
    return holding.role is event.role and event.class_code in {None, holding.scope}

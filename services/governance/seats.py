"""Who sits in a body, conducts it or answers for it on a day, for views: from the facts alone, in a shape that can be stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from immutables import Map

from services.governance.events.bodies import BodyFormed, College, Members
from services.governance.events.people import (
    ClassOpened,
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
from shared.identity import Grant
from shared.messages import Event
from shared.values import Code, Pseudonym, Table

KINDS: Final = {Members.PUPILS: PersonKind.PUPIL, Members.STAFF: PersonKind.STAFF}
ROLES: Final = {
    Members.DELEGATES: Role.DELEGATE,
    Members.TUTORS: Role.CLASS_TUTOR,
    Members.VERIFIERS: Role.VERIFIER,
    Members.ADVISORY_PARENTS: Role.ADVISORY_PARENT,
}
EVERYWHERE: Final = frozenset({Role.ASSOCIATION, Role.MANDATE_HOLDER})
IN_THEIR_BODY: Final = frozenset({Role.CLASS_TUTOR, Role.PRESIDENT, Role.SECRETARY})


@dataclass(frozen=True, slots=True)
class Seat:
    """One person: what they are, in which class, and from when until when."""

    kind: PersonKind
    joined: date
    class_code: Code | None = None
    left: date | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """People, what each was given (a key for each grant), bodies as last formed, and every class that was ever opened."""

    people: Table[Pseudonym, Seat] = Map()
    grants: Table[str, Grant] = Map()
    bodies: Table[Code, BodyFormed] = Map()
    classes: frozenset[Code] = frozenset()

    def sits(self, person: Pseudonym, body: Code, day: date) -> bool:
        """Tell whether a person is called to a body on a day, with a vote or without."""
        formed = self.bodies.get(body)
        if formed is None or not self._there(person, day):
            return False
        return any(self._is_of(person, formed, college, day) for college in formed.composition)

    def conducts(self, person: Pseudonym, body: Code, day: date) -> bool:
        """Tell whether a person may lead a body on a day: tutors and pupils of a bureau in the body of their class or one they sit in."""
        held = {grant.what for grant in self._held(person, day)}
        if self._everywhere(person, day):
            return True
        formed = self.bodies.get(body)
        if formed is None or not held & IN_THEIR_BODY:
            return False
        own = {formed.body, formed.class_code} - {None}
        return self.sits(person, body, day) or any(grant.scope in own for grant in self._held(person, day))

    def leads(self, person: Pseudonym, body: Code, day: date) -> bool:
        """Tell whether a person answers for a body as an adult: tutors for the body of their class, mandate holders for all."""
        if self._everywhere(person, day):
            return True
        formed = self.bodies.get(body)
        tutored = {grant.scope for grant in self._held(person, day) if grant.what == Role.CLASS_TUTOR}
        return formed is not None and formed.class_code is not None and bool(tutored & {None, formed.class_code})

    def _everywhere(self, person: Pseudonym, day: date) -> bool:
        officer = self._there(person, day) and self.people[person].kind is PersonKind.ASSOCIATION
        return officer or any(grant.what in EVERYWHERE for grant in self._held(person, day))

    def _held(self, person: Pseudonym, day: date) -> Iterator[Grant]:
        if self._there(person, day):
            yield from (grant for grant in self.grants.values() if grant.holder == person and grant.holds_on(day))

    def _there(self, person: Pseudonym, day: date) -> bool:
        seat = self.people.get(person)
        return seat is not None and seat.joined <= day and (seat.left is None or day <= seat.left)

    def _is_of(self, person: Pseudonym, formed: BodyFormed, college: College, day: date) -> bool:
        if college.of in KINDS:
            seat = self.people[person]
            in_class = college.of is not Members.PUPILS or formed.class_code in {None, seat.class_code}
            return seat.kind is KINDS[college.of] and in_class
        scopes = (grant.scope for grant in self._held(person, day) if grant.what == ROLES[college.of])
        own = {None, formed.body, formed.class_code} | (self.classes if formed.class_code is None else frozenset())
        return any(scope in own for scope in scopes)


NOBODY: Final = Seats()


def seated(seats: Seats, event: Event) -> Seats:
    """Apply one fact about people, classes or bodies; any other changes nothing, nor does one about somebody whom a cut hides."""
    match event:
        case MemberEnrolled():
            return replace(seats, people=seats.people.set(event.member, Seat(event.kind, event.on, event.class_code)))
        case MemberMoved() if seat := seats.people.get(event.member):
            return replace(seats, people=seats.people.set(event.member, replace(seat, class_code=event.class_code)))
        case MemberLeft() if seat := seats.people.get(event.member):
            return replace(seats, people=seats.people.set(event.member, replace(seat, left=event.on)))
        case MandateGiven():
            grant = Grant(Role.MANDATE_HOLDER, event.holder, event.starts, event.until)
            return replace(seats, grants=seats.grants.set(event.mandate, grant))
        case MandateEnded() if mandate := seats.grants.get(event.mandate):
            return replace(seats, grants=seats.grants.set(event.mandate, _shortened(mandate, event.on)))
        case RoleAssigned():
            scope = event.class_code or event.body
            grant = Grant(event.role, event.person, event.starts, event.until, scope)
            return replace(seats, grants=seats.grants.set(f"{event.role} {event.person} {scope or ''} {event.starts}", grant))
        case RoleEnded():
            return _role_ended(seats, event)
        case ClassOpened():
            return replace(seats, classes=seats.classes | {event.class_code})
        case BodyFormed():
            return replace(seats, bodies=seats.bodies.set(event.body, event))
        case _:
            return seats


def _role_ended(seats: Seats, event: RoleEnded) -> Seats:
    grants = seats.grants
    for key, grant in seats.grants.items():
        if (grant.what, grant.holder) == (event.role, event.person) and event.class_code in {None, grant.scope}:
            grants = grants.set(key, _shortened(grant, event.on))
    return replace(seats, grants=grants)


def _shortened(grant: Grant, last_day: date) -> Grant:
    return grant if grant.until is not None and grant.until <= last_day else replace(grant, until=last_day)

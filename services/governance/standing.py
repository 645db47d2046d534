"""Who holds which role or mandate, and what the cooperative is: a pure fold, the same for every service's deciders."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from immutables import Map

from services.governance.events.people import (
    CooperativeAffiliated,
    CooperativeLeft,
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
from services.governance.events.privacy import HomonymAccepted, NameReason
from shared.deciding import Fold
from shared.identity import Grant, Grants
from shared.messages import Circumstances, Recorded
from shared.refusals import Refused
from shared.values import Code, Pseudonym

ADULTS: Final = frozenset({PersonKind.STAFF, PersonKind.PARENT, PersonKind.ASSOCIATION})
BECAUSE: Final = "names_because"  # command handling's name for the seal of what is said with a reason
CLOCK_BADGE: Final = "clock"  # whoever has this badge can affiliate nothing, so no association has this code


class AdultsAcceptNames(Refused):
    """Seul un adulte peut accepter un mot qui est aussi un nom d'ici : demande-lui, ou dis-le autrement.
    Only an adult can accept a word that is also a name from here: ask one, or say it in another way."""


class NoSuchNameReason(Refused):
    """Choisis une raison de la liste : homonyme, personne publique, ou autre avec une explication.
    Choose a reason from the list: homonym, public person, or other with an explanation."""


StandingEvent = (
    CooperativeAffiliated
    | CooperativeLeft
    | MemberEnrolled
    | MemberMoved
    | MemberLeft
    | MandateGiven
    | MandateEnded
    | RoleAssigned
    | RoleEnded
)


@dataclass(frozen=True, slots=True)
class Belonging:
    """One person of the cooperative: what they are, in which class, since when and until when."""

    kind: PersonKind
    joined: date
    class_code: Code | None = None
    left: date | None = None

    def belongs_on(self, day: date) -> bool:
        """Tell whether the person belongs to the cooperative on that day (the day of leaving included)."""
        return self.joined <= day and (self.left is None or day <= self.left)


@dataclass(frozen=True, slots=True)
class Standing:
    """The cooperative and everybody in it. Days are those of `zone`."""

    name: str = ""
    association: Code = ""
    zone: str = "UTC"
    sandbox: bool = False
    left_on: date | None = None
    people: Map[Pseudonym, Belonging] = Map()
    grants: Grants = Grants()

    def roles(self, actor: Pseudonym, day: date) -> frozenset[str]:
        """Return what a person is on that day; nobody who does not belong holds anything."""
        belonging = self.people.get(actor)
        if belonging is None or not belonging.belongs_on(day):
            return frozenset()
        own = {Role.ASSOCIATION, Role.MEMBER} if belonging.kind is PersonKind.ASSOCIATION else {Role.MEMBER}
        return self.grants.held(actor, day) | own

    def invited(self, badge: Code | None) -> frozenset[str]:
        """Return what a token's badge gives beyond the person: an association's in a new register or in one of its own, and the
        clock's, which belongs to no cooperative."""
        if badge == CLOCK_BADGE:
            return frozenset({Role.CLOCK})
        return frozenset({Role.ASSOCIATION}) if badge and self.association in {"", badge} else frozenset()

    def mandated(self, person: Pseudonym, day: date) -> bool:
        """Tell whether a person holds a mandate on that day."""
        return Role.MANDATE_HOLDER in self.grants.held(person, day)

    def kind(self, person: Pseudonym) -> PersonKind | None:
        """Return what a person is, or None for somebody who never belonged."""
        belonging = self.people.get(person)
        return belonging.kind if belonging else None

    def counted(self, day: date) -> int:
        """Return how many members the cooperative declares: pupils and staff."""
        return sum(1 for one in self.people.values() if one.kind in {PersonKind.PUPIL, PersonKind.STAFF} and one.belongs_on(day))


def evolve(standing: Standing, record: Recorded[StandingEvent]) -> Standing:
    """Apply one fact about people."""
    match record.event:
        case CooperativeAffiliated() as event:
            return replace(standing, name=event.name, association=event.association, zone=event.zone, sandbox=event.sandbox)
        case CooperativeLeft(on=on):
            return replace(standing, left_on=on)
        case MemberEnrolled() as event:
            return _with(standing, event.member, Belonging(event.kind, event.on, event.class_code))
        case MemberMoved() as event:
            belonging = standing.people.get(event.member)
            return _with(standing, event.member, belonging and replace(belonging, class_code=event.class_code))
        case MemberLeft() as event:
            belonging = standing.people.get(event.member)
            return _with(standing, event.member, belonging and replace(belonging, left=event.on))
        case MandateGiven() as event:
            grant = Grant(Role.MANDATE_HOLDER, event.holder, event.starts, event.until)
            return replace(standing, grants=standing.grants.given(event.mandate, grant))
        case MandateEnded() as event:
            return replace(standing, grants=standing.grants.ended(event.mandate, event.on))
        case RoleAssigned() as event:
            grant = Grant(event.role, event.person, event.starts, event.until, event.class_code or event.body)
            return replace(standing, grants=standing.grants.given(_key(event, event.starts), grant))
        case RoleEnded() as event:
            return replace(standing, grants=_without(standing.grants, event))


def _with(standing: Standing, person: Pseudonym, belonging: Belonging | None) -> Standing:
    """Return the standing with what is known of a person; of somebody hidden by a cut nothing is."""
    return replace(standing, people=standing.people.set(person, belonging)) if belonging else standing


def _without(grants: Grants, event: RoleEnded) -> Grants:
    for key, held in grants.by_key.items():
        if held.what == event.role and held.holder == event.person and event.class_code in {None, held.scope}:
            grants = grants.ended(key, event.on)
    return grants


def _key(event: RoleAssigned, starts: date) -> str:
    return f"{event.role} {event.person} {event.class_code or event.body or ''} {starts}"


def homonym_accepted(standing: Standing, reason: str, given: Circumstances) -> HomonymAccepted:
    """Return the fact that an adult lets stand a text that names somebody of the register.

    A fact of its own beside the others of the command: no other fact needs a field for it, and a verifier finds them all by their kind.
    It does not say which word, for that would tell whose name it is. Raises AdultsAcceptNames or NoSuchNameReason.
    """
    if standing.kind(given.actor) not in ADULTS and Role.ASSOCIATION not in standing.invited(given.badge):
        raise AdultsAcceptNames
    because = given.seals.get(BECAUSE)
    if reason not in set(NameReason) or (reason == NameReason.OTHER) is (because is None):
        raise NoSuchNameReason(reasons=sorted(NameReason))
    return HomonymAccepted(reason=NameReason(reason), because=because)


STANDING: Fold[Standing] = Fold(StandingEvent, Standing(), evolve)

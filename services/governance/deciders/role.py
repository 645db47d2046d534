"""Who has which role: pupils' offices, tutors, tellers, verifiers and parents, each for at most a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, assert_never

from immutables import Map

from services.governance.commands import AssignRole, EndRole
from services.governance.events import ClassClosed, ClassOpened, GovernanceEvent, PersonKind, Role, RoleAssigned, RoleEnded, Year
from services.governance.standing import STANDING, Belonging, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.identity import Grant
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code

ROLE_DAYS_MAX: Final = 366  # "for at most a year" (model rules of the bureaus; domain, section 2), leap years included
KINDS: Final[Mapping[Role, frozenset[PersonKind]]] = {  # who may have which role; those not named come with a mandate or with belonging
    Role.TREASURER: frozenset({PersonKind.PUPIL}),
    Role.PRESIDENT: frozenset({PersonKind.PUPIL}),
    Role.SECRETARY: frozenset({PersonKind.PUPIL}),
    Role.DELEGATE: frozenset({PersonKind.PUPIL}),
    Role.CLASS_TUTOR: frozenset({PersonKind.STAFF}),
    Role.TELLER: frozenset({PersonKind.STAFF, PersonKind.PUPIL}),
    Role.ADVISORY_PARENT: frozenset({PersonKind.PARENT}),
    Role.VERIFIER: frozenset({PersonKind.STAFF, PersonKind.PARENT}),
}


class RoleNotAssignable(Refused):
    """Ce rôle ne se confie pas ainsi : un mandat est donné par l'association, et l'on est membre en étant inscrit.
    This role is not assigned this way: a mandate is given by the association, and one is a member by being enrolled."""


class RoleForOthers(Refused):
    """Ce rôle n'est pas pour cette personne : le bureau est aux élèves, le tutorat à l'équipe, la vérification à l'équipe ou aux parents.
    This role is not for this person: the bureau is for pupils, tutoring for the staff, verifying for staff or parents."""


class RoleEndsBeforeItStarts(Refused):
    """Le dernier jour du rôle vient avant le premier : corrige les dates.
    The last day of the role comes before the first: correct the dates."""


class LongerThanAYear(Refused):
    """Un rôle dure au plus un an : choisis une date de fin plus proche, il pourra être confié de nouveau.
    A role lasts at most a year: choose an earlier end, it can be assigned again."""


class NotHereAllThatTime(Refused):
    """Cette personne n'est pas dans la coopérative tout ce temps : inscris-la d'abord, ou choisis d'autres dates.
    This person is not in the cooperative all that time: enrol them first, or choose other dates."""


class TutorNeedsOpenClass(Refused):
    """On est tuteur d'une classe ouverte : dis laquelle, ou ouvre-la d'abord.
    A tutor is the tutor of an open class: say which one, or open it first."""


class HoldsAMandate(Refused):
    """Cette personne tient un mandat dans ce temps-là : on ne vérifie pas ses propres comptes, choisis une autre personne.
    This person holds a mandate in that time: nobody verifies their own books, choose somebody else."""


class RoleNotHeld(Refused):
    """Cette personne n'a pas ce rôle ce jour-là : vérifie la date et le rôle.
    This person does not have this role on that day: check the date and the role."""


@dataclass(frozen=True, slots=True)
class Offices:
    """Everybody's standing, and the years in which each class is open."""

    standing: Standing = STANDING.initial
    open_years: Map[Code, frozenset[Year]] = Map()


RoleCommand = AssignRole | EndRole
OfficeEvent = StandingEvent | ClassOpened | ClassClosed


def decide(offices: Offices, command: RoleCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about roles."""
    if command.role not in KINDS:  # ending a mandate through its role would get round the association
        raise RoleNotAssignable(role=command.role)
    _tutors_only_their_class(offices.standing, command, given)
    match command:
        case AssignRole():
            return _assign(offices, command)
        case EndRole():
            return _end(offices.standing, command)
        case _:
            assert_never(command)


def evolve(offices: Offices, record: Recorded[OfficeEvent]) -> Offices:
    """Apply one fact about classes, members or roles."""
    match record.event:
        case ClassOpened() as event:
            years = offices.open_years.get(event.class_code, frozenset()) | {event.year}
            return replace(offices, open_years=offices.open_years.set(event.class_code, years))
        case ClassClosed() as event:
            years = offices.open_years.get(event.class_code, frozenset()) - {event.year}
            return replace(offices, open_years=offices.open_years.set(event.class_code, years))
        case _:
            return replace(offices, standing=STANDING.evolve(offices.standing, record))


ROLE: Decider[Offices] = Decider(RoleCommand, Fold(OfficeEvent, Offices(), evolve), decide)


def _assign(offices: Offices, command: AssignRole) -> Sequence[GovernanceEvent]:
    if command.until < command.starts:
        raise RoleEndsBeforeItStarts(starts=command.starts, until=command.until)
    if (command.until - command.starts).days > ROLE_DAYS_MAX:
        raise LongerThanAYear(days=(command.until - command.starts).days, days_max=ROLE_DAYS_MAX)
    belonging = offices.standing.people.get(command.person)
    if belonging is None or not _there_throughout(belonging, command.starts, command.until):
        raise NotHereAllThatTime
    if belonging.kind not in KINDS[command.role]:
        raise RoleForOthers(role=command.role, kind=belonging.kind)
    if command.role is Role.CLASS_TUTOR and not offices.open_years.get(command.class_code or "", frozenset()):
        raise TutorNeedsOpenClass(class_code=command.class_code)
    if command.role is Role.VERIFIER:
        _holds_no_mandate(offices.standing, command)
    grant = Grant(command.role, command.person, command.starts, command.until, command.class_code or command.body)
    return [] if grant in offices.standing.grants.of(command.person) else [RoleAssigned(**dict(command))]


def _end(standing: Standing, command: EndRole) -> Sequence[GovernanceEvent]:
    """End what is held on that day, or begins on the next (assigned by mistake, it never holds); once is enough."""
    lasts = [
        grant.until
        for grant in standing.grants.of(command.person)
        if grant.what == command.role and command.class_code in {None, grant.scope} and _ends_within(grant, command.on)
    ]
    if not lasts:
        raise RoleNotHeld(role=command.role, on=command.on)
    return [] if set(lasts) == {command.on} else [RoleEnded(**dict(command))]


def _tutors_only_their_class(standing: Standing, command: RoleCommand, given: Circumstances) -> None:
    held = standing.roles(given.actor, given.today) | standing.invited(given.badge)
    if held & {Role.ASSOCIATION, Role.MANDATE_HOLDER}:
        return
    grants = standing.grants.of(given.actor)
    own_classes = {grant.scope for grant in grants if grant.what == Role.CLASS_TUTOR and grant.holds_on(given.today)}
    person = standing.people.get(command.person)
    pupil_of_theirs = person is not None and person.kind is PersonKind.PUPIL and person.class_code in own_classes
    if not pupil_of_theirs or command.class_code not in {None, *own_classes}:
        raise Forbidden(asked=command.slug(), needs=[Role.ASSOCIATION, Role.MANDATE_HOLDER])


def _holds_no_mandate(standing: Standing, command: AssignRole) -> None:
    for grant in standing.grants.of(command.person):
        if grant.what == Role.MANDATE_HOLDER and _overlaps(grant, command.starts, command.until):
            raise HoldsAMandate(starts=grant.starts, until=grant.until)


def _ends_within(grant: Grant, last_day: date) -> bool:
    return grant.starts - timedelta(days=1) <= last_day and (grant.until is None or last_day <= grant.until)


def _there_throughout(belonging: Belonging, starts: date, until: date) -> bool:
    return belonging.belongs_on(starts) and belonging.belongs_on(until)


def _overlaps(grant: Grant, starts: date, until: date) -> bool:
    """Tell whether some day is in both; a grant ended before it started holds on no day."""
    return max(grant.starts, starts) <= min(grant.until or date.max, until)

"""Who fits which role, for how long: the same rules whether the role is assigned or comes with an election."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from immutables import Map

from services.governance.events.people import PersonKind, Role, Year
from services.governance.standing import Belonging, Standing
from shared.identity import Grant
from shared.refusals import Refused
from shared.values import Code, Pseudonym

ROLE_DAYS_MAX: Final = 366  # "for at most a year" (model rules of the bureaus; domain, section 2), leap years included
KINDS: Final[Mapping[Role, frozenset[PersonKind]]] = {  # who may have which role; those not named come with a mandate or with belonging
    Role.TREASURER: frozenset({PersonKind.PUPIL}),
    Role.PRESIDENT: frozenset({PersonKind.PUPIL}),
    Role.SECRETARY: frozenset({PersonKind.PUPIL}),
    Role.DELEGATE: frozenset({PersonKind.PUPIL}),
    Role.TIME_KEEPER: frozenset({PersonKind.PUPIL, PersonKind.STAFF}),
    Role.FLOOR_GIVER: frozenset({PersonKind.PUPIL, PersonKind.STAFF}),
    Role.DECISION_KEEPER: frozenset({PersonKind.PUPIL, PersonKind.STAFF}),
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


def check_role(role: Role, starts: date, until: date) -> None:
    """Let pass a role that is assigned for a time. Raises RoleNotAssignable, RoleEndsBeforeItStarts or LongerThanAYear."""
    if role not in KINDS:
        raise RoleNotAssignable(role=role)
    if until < starts:
        raise RoleEndsBeforeItStarts(starts=starts, until=until)
    if (until - starts).days > ROLE_DAYS_MAX:
        raise LongerThanAYear(days=(until - starts).days, days_max=ROLE_DAYS_MAX)


def check_person(standing: Standing, open_years: Map[Code, frozenset[Year]], person: Pseudonym, grant: Grant) -> None:
    """Let pass whoever fits a role that `check_role` let pass; the grant's `scope` is the class of a tutor.

    Raises NotHereAllThatTime, RoleForOthers, TutorNeedsOpenClass or HoldsAMandate.
    """
    role, until = Role(grant.what), grant.until or date.max
    belonging = standing.people.get(person)
    if belonging is None or not _there_throughout(belonging, grant.starts, until):
        raise NotHereAllThatTime
    if belonging.kind not in KINDS[role]:
        raise RoleForOthers(role=role, kind=belonging.kind)
    if role is Role.CLASS_TUTOR and not open_years.get(grant.scope or "", frozenset()):
        raise TutorNeedsOpenClass(class_code=grant.scope)
    if role is Role.VERIFIER:
        _holds_no_mandate(standing, person, grant.starts, until)


def _holds_no_mandate(standing: Standing, person: Pseudonym, starts: date, until: date) -> None:
    for grant in standing.grants.of(person):
        if grant.what == Role.MANDATE_HOLDER and _overlaps(grant, starts, until):
            raise HoldsAMandate(starts=grant.starts, until=grant.until)


def _there_throughout(belonging: Belonging, starts: date, until: date) -> bool:
    return belonging.belongs_on(starts) and belonging.belongs_on(until)


def _overlaps(grant: Grant, starts: date, until: date) -> bool:
    """Tell whether some day is in both; a grant ended before it started holds on no day."""
    return max(grant.starts, starts) <= min(grant.until or date.max, until)

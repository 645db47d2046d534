"""Who has which role: pupils' offices, tutors, tellers, verifiers and parents, each for at most a year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from immutables import Map

from services.governance.commands.people import AssignRole, EndRole
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import ClassClosed, ClassOpened, PersonKind, Role, RoleAssigned, RoleEnded, Year
from services.governance.rules.roles import KINDS, RoleNotAssignable, check_person, check_role
from services.governance.standing import STANDING, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.identity import Grant
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code


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
    check_role(command.role, command.starts, command.until)
    held = Grant(command.role, command.person, command.starts, command.until, command.class_code)
    check_person(offices.standing, offices.open_years, command.person, held)
    grant = replace(held, scope=command.class_code or command.body)
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


def _ends_within(grant: Grant, last_day: date) -> bool:
    return grant.starts - timedelta(days=1) <= last_day and (grant.until is None or last_day <= grant.until)

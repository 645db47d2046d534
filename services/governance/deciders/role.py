"""Who has which role: pupils' offices, tutors, tellers, verifiers and parents, each for at most a year; and what parents agree to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, assert_never

from immutables import Map

from services.governance.commands.people import AssignRole, EndRole
from services.governance.commands.privacy import RecordAuthorisation
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import (
    BUREAU,
    AcceptedRule,
    ClassClosed,
    ClassOpened,
    PersonKind,
    Role,
    RoleAssigned,
    RoleEnded,
    RulesAdopted,
    Year,
)
from services.governance.events.privacy import AuthorisationKind, AuthorisationRecorded, AuthorisationState
from services.governance.rules.roles import KINDS, RoleNotAssignable, check_person, check_role
from services.governance.standing import STANDING, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.identity import Grant
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Notice, Refused
from shared.values import Code, Pseudonym

AGREEMENT_RULE: Final = "parents-agree-to-bureau"  # under 16 the parents agree in writing (law of 1901, article 2 bis; domain, section 11)


class RoleNotHeld(Refused):
    """Cette personne n'a pas ce rôle ce jour-là : vérifie la date et le rôle.
    This person does not have this role on that day: check the date and the role."""


class AgreementMissing(Refused):
    """Les règles demandent l'accord écrit des parents pour entrer au bureau, et il n'est pas noté : note-le, ou dis pourquoi.
    The rules ask for the written agreement of the parents to join the bureau, and it is not noted: note it, or say why."""


class OnlyForPupils(Refused):
    """On note l'accord des parents d'un élève de la coopérative : cette personne n'en est pas un.
    The agreement of parents is noted for a pupil of the cooperative: this person is not one."""


class BureauWithoutAgreement(Notice):
    """Un élève entre au bureau sans l'accord écrit de ses parents que les règles demandent : demande-le à la famille.
    A pupil joins the bureau without the written agreement of the parents that the rules ask for: ask the family for it."""


@dataclass(frozen=True, slots=True)
class Offices:
    """Everybody's standing, the years in which each class is open, the rules, and the last answer of each pupil's family."""

    standing: Standing = STANDING.initial
    open_years: Map[Code, frozenset[Year]] = Map()
    rules: tuple[RulesAdopted, ...] = ()
    answers: Map[tuple[Pseudonym, AuthorisationKind], AuthorisationRecorded] = Map()

    def unmet(self, person: Pseudonym, role: Role, day: date) -> RulesAdopted | None:
        """Return the rules of a day that ask for an agreement which a pupil of a bureau has not; None when nothing is missing."""
        begun = [rules for rules in self.rules if rules.valid_from <= day]
        rules = max(reversed(begun), key=lambda one: one.valid_from, default=None)
        asked = rules is not None and bool(rules.content.parents_agree_to_bureau) and role in BUREAU
        if not asked or self.standing.kind(person) is not PersonKind.PUPIL:
            return None
        answer = self.answers.get((person, AuthorisationKind.BUREAU))
        agreed = answer is not None and answer.state is AuthorisationState.GIVEN and (answer.until is None or day <= answer.until)
        return None if agreed else rules


RoleCommand = AssignRole | EndRole | RecordAuthorisation
OfficeEvent = StandingEvent | ClassOpened | ClassClosed | RulesAdopted | AuthorisationRecorded


def decide(offices: Offices, command: RoleCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about roles, and about what families agree to."""
    if isinstance(command, RecordAuthorisation):
        return _noted(offices, command, given)
    if command.role not in KINDS:  # ending a mandate through its role would get round the association
        raise RoleNotAssignable(role=command.role)
    _tutors_only_their_class(offices.standing, command, command.person, command.class_code, given)
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
        case RulesAdopted() as event:
            return replace(offices, rules=(*offices.rules, event))
        case AuthorisationRecorded() as event:
            return replace(offices, answers=offices.answers.set((event.member, event.kind), event))
        case _:
            return replace(offices, standing=STANDING.evolve(offices.standing, record))


def warn(offices: Offices, record: Recorded[OfficeEvent]) -> Sequence[Notice]:
    """Say that somebody elected to a bureau has no agreement yet: nobody is asked for a reason when a vote gives the role."""
    event = record.event
    if isinstance(event, RoleAssigned) and event.accepted is None and (rules := offices.unmet(event.person, event.role, event.starts)):
        return [BureauWithoutAgreement(person=event.person, role=event.role, rule=AGREEMENT_RULE, version=rules.version)]
    return ()


ROLE: Decider[Offices] = Decider(RoleCommand, Fold(OfficeEvent, Offices(), evolve), decide, warn)


def _assign(offices: Offices, command: AssignRole) -> Sequence[GovernanceEvent]:
    check_role(command.role, command.starts, command.until)
    held = Grant(command.role, command.person, command.starts, command.until, command.class_code)
    check_person(offices.standing, offices.open_years, command.person, held)
    grant = replace(held, scope=command.class_code or command.body)
    if grant in offices.standing.grants.of(command.person):
        return []
    return [RoleAssigned(**dict(command) | {"accepted": _accepted(offices, command)})]


def _accepted(offices: Offices, command: AssignRole) -> AcceptedRule | None:
    """Return the rule about the parents' agreement with its reason, where it is not met; a reason that nothing asks for is not kept.

    Raises AgreementMissing without a reason for this rule in its version of that day.
    """
    rules = offices.unmet(command.person, command.role, command.starts)
    if rules is None:
        return None
    if command.accepted is None or (command.accepted.rule, command.accepted.version) != (AGREEMENT_RULE, rules.version):
        raise AgreementMissing(rule=AGREEMENT_RULE, version=rules.version, valid_from=rules.valid_from)
    return command.accepted


def _noted(offices: Offices, command: RecordAuthorisation, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Note a family's answer; the same answer again records nothing."""
    if offices.standing.kind(command.member) is not PersonKind.PUPIL:
        raise OnlyForPupils
    _tutors_only_their_class(offices.standing, command, command.member, None, given)
    noted = AuthorisationRecorded(**dict(command))
    return [] if offices.answers.get((command.member, command.kind)) == noted else [noted]


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


def _tutors_only_their_class(
    standing: Standing, command: RoleCommand, about: Pseudonym, class_code: Code | None, given: Circumstances
) -> None:
    held = standing.roles(given.actor, given.today) | standing.invited(given.badge)
    if held & {Role.ASSOCIATION, Role.MANDATE_HOLDER}:
        return
    grants = standing.grants.of(given.actor)
    own_classes = {grant.scope for grant in grants if grant.what == Role.CLASS_TUTOR and grant.holds_on(given.today)}
    person = standing.people.get(about)
    pupil_of_theirs = person is not None and person.kind is PersonKind.PUPIL and person.class_code in own_classes
    if not pupil_of_theirs or class_code not in {None, *own_classes}:
        raise Forbidden(asked=command.slug(), needs=[Role.ASSOCIATION, Role.MANDATE_HOLDER])


def _ends_within(grant: Grant, last_day: date) -> bool:
    return grant.starts - timedelta(days=1) <= last_day and (grant.until is None or last_day <= grant.until)

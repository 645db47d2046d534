"""Who may have which role, for how long, and who assigns it."""

from datetime import date, timedelta

import pytest

from services.governance.commands.people import AssignRole, EndRole
from services.governance.deciders.role import ROLE, RoleNotHeld
from services.governance.events.people import ClassClosed, EndOfMandate, MandateEnded, MemberLeft, Role, RoleAssigned, RoleEnded
from services.governance.rules.roles import (
    KINDS,
    ROLE_DAYS_MAX,
    HoldsAMandate,
    LongerThanAYear,
    NotHereAllThatTime,
    RoleEndsBeforeItStarts,
    RoleForOthers,
    RoleNotAssignable,
    TutorNeedsOpenClass,
)
from shared.refusals import Forbidden
from shared.values import Pseudonym
from tests.examples_governance import (
    CHRISTMAS,
    DA_SILVA,
    FIRST_MANDATE,
    GARNIER,
    GARNIER_MANDATED,
    HADDAD,
    LEFEVRE,
    LEFEVRE_TUTORS_CM2,
    LOU,
    NINO,
    OFFICER,
    RENTREE,
    RUN_SCHOOL,
    SCHOOL,
    STRANGER,
    SUMMER,
    WINTER,
)
from tests.given import given

RIGHT_PERSON = {
    Role.TREASURER: LOU,
    Role.PRESIDENT: LOU,
    Role.SECRETARY: LOU,
    Role.DELEGATE: LOU,
    Role.TIME_KEEPER: LOU,
    Role.FLOOR_GIVER: LOU,
    Role.DECISION_KEEPER: LEFEVRE,
    Role.TELLER: LOU,
    Role.CLASS_TUTOR: LEFEVRE,
    Role.VERIFIER: HADDAD,
    Role.ADVISORY_PARENT: HADDAD,
}
LOU_KEEPS_THE_CASH = RoleAssigned(role=Role.TREASURER, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2")


def assign(role: Role, person: Pseudonym, starts: date = RENTREE, until: date = SUMMER, class_code: str | None = "CM2") -> AssignRole:
    return AssignRole(role=role, person=person, starts=starts, until=until, class_code=class_code)


@pytest.mark.parametrize("role", sorted(RIGHT_PERSON))
def test_each_role_goes_to_the_right_kind_of_person(role: Role) -> None:
    command = assign(role, RIGHT_PERSON[role])
    given(ROLE, *SCHOOL).when(command, by=OFFICER).then(RoleAssigned(**dict(command)))


@pytest.mark.parametrize("role", sorted(RIGHT_PERSON))
def test_and_to_no_other(role: Role) -> None:
    for person, kind in ((LOU, "pupil"), (LEFEVRE, "staff"), (HADDAD, "parent"), (OFFICER, "association")):
        if kind not in KINDS[role]:
            given(ROLE, *SCHOOL).when(assign(role, person), by=OFFICER).refused(RoleForOthers, role=role, kind=kind)


@pytest.mark.parametrize("role", [Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.MEMBER])
def test_a_mandate_or_membership_is_neither_assigned_nor_ended_as_a_role(role: Role) -> None:
    given(ROLE, *RUN_SCHOOL).when(assign(role, GARNIER), by=GARNIER).refused(RoleNotAssignable, role=role)
    given(ROLE, *RUN_SCHOOL).when(EndRole(role=role, person=GARNIER, on=WINTER), by=OFFICER).refused(RoleNotAssignable)


def test_every_role_is_either_for_somebody_or_not_assignable() -> None:
    assert set(Role) == {*KINDS, Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.MEMBER, Role.CLOCK}


def test_a_role_lasts_at_most_a_year() -> None:
    a_year_on = RENTREE + timedelta(days=ROLE_DAYS_MAX)
    longest = assign(Role.VERIFIER, HADDAD, until=a_year_on)
    given(ROLE, *SCHOOL).when(longest, by=OFFICER).then(RoleAssigned(**dict(longest)))
    too_long = assign(Role.VERIFIER, HADDAD, until=a_year_on + timedelta(days=1))
    given(ROLE, *SCHOOL).when(too_long, by=OFFICER).refused(LongerThanAYear, days=ROLE_DAYS_MAX + 1)


def test_a_role_does_not_end_before_it_starts() -> None:
    given(ROLE, *SCHOOL).when(assign(Role.TELLER, LOU, WINTER, CHRISTMAS), by=OFFICER).refused(RoleEndsBeforeItStarts)


def test_a_role_is_for_who_belongs_all_that_time() -> None:
    given(ROLE, *SCHOOL).when(assign(Role.TELLER, STRANGER), by=OFFICER).refused(NotHereAllThatTime)
    given(ROLE, *SCHOOL, MemberLeft(member=LOU, on=CHRISTMAS)).when(assign(Role.TELLER, LOU), by=OFFICER).refused(NotHereAllThatTime)
    too_early = assign(Role.TELLER, LOU, date(2024, 8, 31))
    given(ROLE, *SCHOOL).when(too_early, by=OFFICER).refused(NotHereAllThatTime)


def test_a_tutor_is_the_tutor_of_an_open_class() -> None:
    given(ROLE, *SCHOOL).when(assign(Role.CLASS_TUTOR, LEFEVRE, class_code=None), by=OFFICER).refused(TutorNeedsOpenClass)
    closed = ClassClosed(class_code="CM2", year="2024-25")
    given(ROLE, *SCHOOL, closed).when(assign(Role.CLASS_TUTOR, LEFEVRE), by=OFFICER).refused(TutorNeedsOpenClass, class_code="CM2")


def test_a_mandate_holder_of_that_time_does_not_verify() -> None:
    verify = assign(Role.VERIFIER, GARNIER, WINTER, WINTER + timedelta(days=200))
    given(ROLE, *SCHOOL, GARNIER_MANDATED).when(verify, by=OFFICER).refused(HoldsAMandate, until=SUMMER)
    ended = MandateEnded(mandate=FIRST_MANDATE, on=WINTER - timedelta(days=1), reason=EndOfMandate.RESIGNED)
    given(ROLE, *SCHOOL, GARNIER_MANDATED, ended).when(verify, by=OFFICER).then(RoleAssigned(**dict(verify)))


def test_assigning_the_same_role_again_records_nothing() -> None:
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH).when(AssignRole(**dict(LOU_KEEPS_THE_CASH)), by=OFFICER).then()


def test_a_tutor_assigns_and_ends_roles_of_pupils_of_their_own_class() -> None:
    given(ROLE, *RUN_SCHOOL).when(AssignRole(**dict(LOU_KEEPS_THE_CASH)), by=LEFEVRE).then(LOU_KEEPS_THE_CASH)
    ended = RoleEnded(role=Role.TREASURER, person=LOU, on=CHRISTMAS)
    given(ROLE, *RUN_SCHOOL, LOU_KEEPS_THE_CASH).when(EndRole(**dict(ended)), by=LEFEVRE).then(ended)


@pytest.mark.parametrize(
    "command",
    [
        assign(Role.TREASURER, NINO, class_code="CE1"),
        assign(Role.TREASURER, NINO, class_code=None),
        assign(Role.TREASURER, LOU, class_code="CE1"),
        assign(Role.CLASS_TUTOR, DA_SILVA),
        assign(Role.VERIFIER, HADDAD, class_code=None),
        assign(Role.TREASURER, STRANGER),
        EndRole(role=Role.CLASS_TUTOR, person=LEFEVRE, on=CHRISTMAS),
    ],
)
def test_a_tutor_has_no_say_elsewhere(command: AssignRole | EndRole) -> None:
    given(ROLE, *RUN_SCHOOL).when(command, by=LEFEVRE).refused(Forbidden)


def test_a_tutor_of_last_year_has_no_class_any_more() -> None:
    this_year = LEFEVRE_TUTORS_CM2.model_copy(update={"starts": SUMMER, "until": SUMMER + timedelta(days=300), "class_code": "CE1"})
    next_september = assign(Role.TREASURER, LOU, SUMMER, SUMMER)
    given(ROLE, *RUN_SCHOOL, this_year).when(next_september, by=LEFEVRE, on=SUMMER + timedelta(days=1)).refused(Forbidden)
    given(ROLE, *RUN_SCHOOL, this_year).when(next_september, by=LEFEVRE, on=SUMMER).then(RoleAssigned(**dict(next_september)))


def test_a_tutor_who_holds_a_mandate_assigns_any_role() -> None:
    garnier_tutors_ce1 = LEFEVRE_TUTORS_CM2.model_copy(update={"person": GARNIER, "class_code": "CE1"})
    given(ROLE, *RUN_SCHOOL, garnier_tutors_ce1).when(AssignRole(**dict(LOU_KEEPS_THE_CASH)), by=GARNIER).then(LOU_KEEPS_THE_CASH)


def test_a_role_ends_once() -> None:
    end = EndRole(role=Role.TREASURER, person=LOU, on=CHRISTMAS)
    ended = RoleEnded(role=Role.TREASURER, person=LOU, on=CHRISTMAS)
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH).when(end, by=OFFICER).then(ended)
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH, ended).when(end, by=OFFICER).then()
    later = EndRole(role=Role.TREASURER, person=LOU, on=WINTER)
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH, ended).when(later, by=OFFICER).refused(RoleNotHeld, on=WINTER)


def test_a_role_of_another_class_or_another_role_does_not_end() -> None:
    held = given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH)
    held.when(EndRole(role=Role.TREASURER, person=LOU, on=CHRISTMAS, class_code="CE1"), by=OFFICER).refused(RoleNotHeld)
    held.when(EndRole(role=Role.PRESIDENT, person=LOU, on=CHRISTMAS), by=OFFICER).refused(RoleNotHeld)


def test_a_role_assigned_by_mistake_ends_the_day_before_its_first() -> None:
    end = EndRole(role=Role.TREASURER, person=LOU, on=RENTREE - timedelta(days=1))
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH).when(end, by=OFFICER).then(RoleEnded(**dict(end)))
    given(ROLE, *SCHOOL, LOU_KEEPS_THE_CASH, RoleEnded(**dict(end))).when(end, by=OFFICER).then()

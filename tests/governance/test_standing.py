"""Who holds which role on which day: what every service asks."""

from datetime import timedelta

from services.governance.events.people import EndOfMandate, MandateEnded, MemberLeft, PersonKind, Role, RoleAssigned, RoleEnded
from services.governance.standing import STANDING, Standing
from shared.messages import Event
from tests.examples_governance import (
    CHRISTMAS,
    FIRST_MANDATE,
    GARNIER,
    GARNIER_MANDATED,
    LEFEVRE,
    LOU,
    OFFICER,
    RENTREE,
    ROUSSEAU,
    RUN_SCHOOL,
    STRANGER,
    SUMMER,
    WINTER,
)
from tests.given import recorded

A_DAY = timedelta(days=1)


def standing(*facts: Event) -> Standing:
    state = STANDING.initial
    for record in recorded([*RUN_SCHOOL, *facts]):
        if type(record.event) in STANDING.types():
            state = STANDING.evolve(state, record)
    return state


def test_a_mandate_holds_from_its_first_day_to_its_last() -> None:
    held = [day for day in (RENTREE - A_DAY, RENTREE, WINTER, WINTER + A_DAY) if standing().mandated(ROUSSEAU, day)]
    assert held == [RENTREE, WINTER]


def test_an_ended_mandate_still_held_before() -> None:
    state = standing(MandateEnded(mandate=FIRST_MANDATE, on=CHRISTMAS, reason=EndOfMandate.WITHDRAWN))
    assert state.mandated(GARNIER, CHRISTMAS)
    assert not state.mandated(GARNIER, CHRISTMAS + A_DAY)


def test_whoever_belongs_is_a_member_and_an_officer_is_the_association() -> None:
    assert standing().roles(LOU, CHRISTMAS) == {Role.MEMBER}
    assert standing().roles(OFFICER, CHRISTMAS) == {Role.MEMBER, Role.ASSOCIATION}
    assert standing().roles(STRANGER, CHRISTMAS) == frozenset()
    assert standing().roles(LEFEVRE, CHRISTMAS) == {Role.MEMBER, Role.CLASS_TUTOR}


def test_nobody_who_left_holds_anything() -> None:
    state = standing(MemberLeft(member=LEFEVRE, on=CHRISTMAS))
    assert Role.CLASS_TUTOR in state.roles(LEFEVRE, CHRISTMAS)
    assert state.roles(LEFEVRE, CHRISTMAS + A_DAY) == frozenset()


def test_a_role_of_one_class_ends_there_alone() -> None:
    tells = [RoleAssigned(role=Role.TELLER, person=LOU, starts=RENTREE, until=SUMMER, class_code=code) for code in ("CM2", "CE1")]
    here = RoleEnded(role=Role.TELLER, person=LOU, on=CHRISTMAS, class_code="CM2")
    assert Role.TELLER in standing(*tells, here).roles(LOU, WINTER)
    everywhere = RoleEnded(role=Role.TELLER, person=LOU, on=CHRISTMAS)
    assert Role.TELLER not in standing(*tells, everywhere).roles(LOU, WINTER)


def test_only_pupils_and_staff_are_counted() -> None:
    assert standing().counted(CHRISTMAS) == 6
    assert standing(MemberLeft(member=LOU, on=CHRISTMAS)).counted(CHRISTMAS + A_DAY) == 5
    assert standing().kind(OFFICER) is PersonKind.ASSOCIATION
    assert standing().kind(STRANGER) is None


def test_the_cooperative_is_what_its_affiliation_says() -> None:
    state = standing()
    assert (state.association, state.zone, state.sandbox) == ("AD99", "Europe/Paris", True)
    assert GARNIER_MANDATED.mandate in state.grants.by_key

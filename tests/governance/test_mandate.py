"""Who may hold a mandate, how many at once, and how it ends."""

from datetime import date, timedelta

import pytest

from services.governance.commands.people import EndMandate, GiveMandate
from services.governance.deciders.mandate import (
    MANDATE,
    HolderNotHereAllThatTime,
    HoldsOneAlready,
    MandateEndsBeforeItStarts,
    MandateIsOver,
    NoSuchMandate,
    OnlyStaffHoldMandates,
    TwoHoldersAlready,
    VerifiesTheAccounts,
)
from services.governance.events.people import EndOfMandate, MandateEnded, MandateGiven, MemberLeft, Role, RoleAssigned, RoleEnded
from shared.messages import Circumstances
from shared.values import Pseudonym
from tests.examples_governance import (
    CHRISTMAS,
    DA_SILVA,
    FIRST_MANDATE,
    GARNIER,
    GARNIER_MANDATED,
    HADDAD,
    LEFEVRE,
    LOU,
    OFFICER,
    RENTREE,
    RUN_SCHOOL,
    SCHOOL,
    SECOND_MANDATE,
    STRANGER,
    SUMMER,
    WINTER,
)
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, given

FRESH = Circumstances(OFFICER, REGISTER, COMMAND_ID, NOW, SEED).id()
A_DAY = timedelta(days=1)
DA_SILVA_VERIFIES = RoleAssigned(role=Role.VERIFIER, person=DA_SILVA, starts=RENTREE, until=WINTER)


def give(holder: Pseudonym, starts: date = RENTREE, until: date | None = SUMMER) -> GiveMandate:
    return GiveMandate(holder=holder, starts=starts, until=until)


def end(on: date, mandate: str = FIRST_MANDATE) -> EndMandate:
    return EndMandate(mandate=mandate, on=on, reason=EndOfMandate.WITHDRAWN)


def ended(on: date, mandate: str = FIRST_MANDATE) -> MandateEnded:
    return MandateEnded(**dict(end(on, mandate)))


def test_the_association_gives_a_mandate_to_a_member_of_the_staff() -> None:
    given(MANDATE, *SCHOOL).when(give(GARNIER)).then(MandateGiven(mandate=FRESH, holder=GARNIER, starts=RENTREE, until=SUMMER))


def test_a_mandate_may_run_without_an_end() -> None:
    given(MANDATE, *SCHOOL).when(give(GARNIER, until=None)).then(MandateGiven(mandate=FRESH, holder=GARNIER, starts=RENTREE))


def test_giving_the_same_mandate_again_records_nothing() -> None:
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(give(GARNIER)).then()


@pytest.mark.parametrize("holder", [LOU, HADDAD, OFFICER])
def test_only_staff_hold_mandates(holder: Pseudonym) -> None:
    given(MANDATE, *SCHOOL).when(give(holder)).refused(OnlyStaffHoldMandates)


def test_a_holder_belongs_all_that_time() -> None:
    given(MANDATE, *SCHOOL).when(give(STRANGER)).refused(HolderNotHereAllThatTime)
    given(MANDATE, *SCHOOL).when(give(GARNIER, RENTREE - A_DAY)).refused(HolderNotHereAllThatTime)
    leaving = MemberLeft(member=GARNIER, on=CHRISTMAS)
    given(MANDATE, *SCHOOL, leaving).when(give(GARNIER)).refused(HolderNotHereAllThatTime, left=CHRISTMAS)
    given(MANDATE, *SCHOOL, leaving).when(give(GARNIER, until=None)).refused(HolderNotHereAllThatTime)
    until_then = give(GARNIER, until=CHRISTMAS)
    given(MANDATE, *SCHOOL, leaving).when(until_then).then(MandateGiven(mandate=FRESH, **dict(until_then)))


def test_a_mandate_does_not_end_before_it_starts() -> None:
    given(MANDATE, *SCHOOL).when(give(GARNIER, WINTER, CHRISTMAS)).refused(MandateEndsBeforeItStarts)
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(end(RENTREE - 2 * A_DAY)).refused(MandateEndsBeforeItStarts)


def test_two_people_at_most_hold_a_mandate_on_any_day() -> None:
    given(MANDATE, *RUN_SCHOOL).when(give(DA_SILVA)).refused(TwoHoldersAlready, on=RENTREE)
    given(MANDATE, *RUN_SCHOOL).when(give(DA_SILVA, WINTER)).refused(TwoHoldersAlready, on=WINTER)
    given(MANDATE, *RUN_SCHOOL).when(give(DA_SILVA, CHRISTMAS, None)).refused(TwoHoldersAlready)


def test_two_holders_who_come_later_count_too() -> None:
    later = MandateGiven(mandate="w" * 26, holder=LEFEVRE, starts=SUMMER - A_DAY, until=SUMMER)
    given(MANDATE, *RUN_SCHOOL, later).when(give(DA_SILVA, WINTER + A_DAY)).refused(TwoHoldersAlready, on=SUMMER - A_DAY)


def test_the_next_holder_starts_the_day_after_one_of_two_ends() -> None:
    following = give(DA_SILVA, WINTER + A_DAY)
    given(MANDATE, *RUN_SCHOOL).when(following).then(MandateGiven(mandate=FRESH, **dict(following)))
    sooner = give(DA_SILVA, CHRISTMAS)
    shortened = ended(CHRISTMAS - A_DAY, SECOND_MANDATE)
    given(MANDATE, *RUN_SCHOOL, shortened).when(sooner).then(MandateGiven(mandate=FRESH, **dict(sooner)))


def test_nobody_holds_two_mandates_at_once() -> None:
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(give(GARNIER, SUMMER, None)).refused(HoldsOneAlready, until=SUMMER)
    renewed = give(GARNIER, SUMMER + A_DAY, None)
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(renewed).then(MandateGiven(mandate=FRESH, **dict(renewed)))


def test_a_verifier_of_that_time_holds_no_mandate() -> None:
    given(MANDATE, *SCHOOL, DA_SILVA_VERIFIES).when(give(DA_SILVA)).refused(VerifiesTheAccounts, until=WINTER)
    given(MANDATE, *SCHOOL, DA_SILVA_VERIFIES).when(give(DA_SILVA, WINTER)).refused(VerifiesTheAccounts)
    afterwards = give(DA_SILVA, WINTER + A_DAY)
    given(MANDATE, *SCHOOL, DA_SILVA_VERIFIES).when(afterwards).then(MandateGiven(mandate=FRESH, **dict(afterwards)))
    resigned = RoleEnded(role=Role.VERIFIER, person=DA_SILVA, on=RENTREE - A_DAY)
    given(MANDATE, *SCHOOL, DA_SILVA_VERIFIES, resigned).when(give(DA_SILVA)).then(MandateGiven(mandate=FRESH, **dict(give(DA_SILVA))))


def test_a_mandate_ends_with_its_reason() -> None:
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(end(WINTER)).then(ended(WINTER))


def test_a_mandate_given_by_mistake_ends_the_day_before_its_first() -> None:
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(end(RENTREE - A_DAY)).then(ended(RENTREE - A_DAY))


def test_an_ended_mandate_does_not_end_again() -> None:
    over = given(MANDATE, *SCHOOL, GARNIER_MANDATED, ended(WINTER))
    for day in (CHRISTMAS, WINTER, SUMMER):
        over.when(end(day)).refused(MandateIsOver, until=WINTER)


def test_a_mandate_that_ran_out_does_not_end_again() -> None:
    given(MANDATE, *SCHOOL, GARNIER_MANDATED).when(end(SUMMER)).refused(MandateIsOver, until=SUMMER)


def test_an_unknown_mandate_does_not_end() -> None:
    given(MANDATE, *SCHOOL).when(end(WINTER)).refused(NoSuchMandate)

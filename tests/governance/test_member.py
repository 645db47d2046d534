"""Who joins, moves and leaves, and which classes are open."""

from services.governance.commands.people import CloseClass, EnrolMember, MoveMember, OpenClass, RecordDeparture
from services.governance.deciders.member import (
    MEMBER,
    ClassOpenedOtherwise,
    HasLeft,
    MandateStillRuns,
    NoSuchClass,
    NotAMember,
    NotThereYet,
    PupilWithoutClass,
)
from services.governance.events.people import ClassClosed, MemberEnrolled, MemberLeft, MemberMoved, PersonKind
from shared.messages import Circumstances
from shared.refusals import Forbidden
from tests.examples_governance import (
    AFFILIATED,
    CE1_OPENED,
    CHRISTMAS,
    CM2_OPENED,
    GARNIER,
    GARNIER_JOINED,
    GARNIER_MANDATED,
    LOU,
    LOU_JOINED,
    OFFICER,
    OFFICER_JOINED,
    RENTREE,
    SCHOOL,
    STRANGER,
    SUMMER,
    WINTER,
)
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, given

NEWCOMER = Circumstances(GARNIER, REGISTER, COMMAND_ID, NOW, SEED).person
OPEN_CM2 = OpenClass(**dict(CM2_OPENED))
CM2_CLOSED = ClassClosed(class_code="CM2", year="2024-25")
TO_CM2 = MoveMember(member=LOU, class_code="CM2", on=CHRISTMAS)
LOU_LEFT = MemberLeft(member=LOU, on=CHRISTMAS)


def enrol(kind: PersonKind, class_code: str | None = None) -> EnrolMember:
    return EnrolMember(first_name="Mathilde", last_name="Pham", kind=kind, class_code=class_code, on=CHRISTMAS)


def test_a_class_opens_for_a_year() -> None:
    given(MEMBER, AFFILIATED).when(OPEN_CM2).then(CM2_OPENED)


def test_opening_an_open_class_again_records_nothing() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED).when(OPEN_CM2).then()


def test_an_open_class_does_not_change_its_name() -> None:
    renamed = OpenClass(**dict(CM2_OPENED) | {"label": "Les grands"})
    given(MEMBER, AFFILIATED, CM2_OPENED).when(renamed).refused(ClassOpenedOtherwise, label="CM2")


def test_a_class_closed_by_mistake_opens_again() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED, CM2_CLOSED).when(OPEN_CM2).then(CM2_OPENED)


def test_a_class_closes() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED).when(CloseClass(class_code="CM2", year="2024-25")).then(CM2_CLOSED)


def test_closing_a_closed_class_records_nothing() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED, CM2_CLOSED).when(CloseClass(class_code="CM2", year="2024-25")).then()


def test_a_class_that_never_opened_does_not_close() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED).when(CloseClass(class_code="CM2", year="2025-26")).refused(NoSuchClass)


def test_a_pupil_joins_an_open_class_under_a_fresh_pseudonym() -> None:
    joined = MemberEnrolled(member=NEWCOMER, kind=PersonKind.PUPIL, class_code="CM2", on=CHRISTMAS)
    given(MEMBER, AFFILIATED, CM2_OPENED).when(enrol(PersonKind.PUPIL, "CM2")).then(joined)


def test_a_pupil_joins_no_class_that_is_closed_or_unknown() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED, CM2_CLOSED).when(enrol(PersonKind.PUPIL, "CM2")).refused(NoSuchClass, class_code="CM2")
    given(MEMBER, AFFILIATED).when(enrol(PersonKind.PUPIL, "CM2")).refused(NoSuchClass)


def test_a_pupil_always_has_a_class() -> None:
    given(MEMBER, *SCHOOL).when(enrol(PersonKind.PUPIL)).refused(PupilWithoutClass)


def test_an_adult_or_a_process_joins_without_a_class() -> None:
    for kind in (PersonKind.STAFF, PersonKind.PARENT, PersonKind.PROCESS):
        given(MEMBER, *SCHOOL).when(enrol(kind)).then(MemberEnrolled(member=NEWCOMER, kind=kind, on=CHRISTMAS))


def test_only_the_association_brings_in_people_of_the_association() -> None:
    at_work = given(MEMBER, *SCHOOL, GARNIER_MANDATED)
    at_work.when(enrol(PersonKind.ASSOCIATION), by=GARNIER).refused(Forbidden, needs=["association"])
    at_work.when(enrol(PersonKind.ASSOCIATION), by=OFFICER).then(
        MemberEnrolled(member=NEWCOMER, kind=PersonKind.ASSOCIATION, on=CHRISTMAS),
    )


def test_nobody_joins_before_there_is_a_cooperative() -> None:
    given(MEMBER).when(enrol(PersonKind.STAFF), by=OFFICER).refused(Forbidden)


def test_a_pupil_moves_to_another_open_class() -> None:
    moved = MemberMoved(member=LOU, class_code="CE1", on=CHRISTMAS)
    given(MEMBER, AFFILIATED, CM2_OPENED, CE1_OPENED, LOU_JOINED).when(MoveMember(**dict(moved))).then(moved)


def test_moving_to_the_class_one_is_in_records_nothing() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED, LOU_JOINED).when(TO_CM2).then()


def test_nobody_moves_to_a_closed_class() -> None:
    given(MEMBER, AFFILIATED, CM2_OPENED, CM2_CLOSED, LOU_JOINED).when(TO_CM2).refused(NoSuchClass)


def test_nobody_moves_who_never_joined_or_has_left_or_has_not_come_yet() -> None:
    given(MEMBER, *SCHOOL).when(MoveMember(member=STRANGER, class_code="CM2", on=CHRISTMAS)).refused(NotAMember)
    given(MEMBER, *SCHOOL, LOU_LEFT).when(MoveMember(member=LOU, class_code="CE1", on=WINTER)).refused(HasLeft, left=CHRISTMAS)
    too_soon = MoveMember(member=LOU, class_code="CE1", on=RENTREE.replace(month=8))
    given(MEMBER, *SCHOOL).when(too_soon).refused(NotThereYet, joined=RENTREE)


def test_a_departure_is_recorded_once() -> None:
    departure = RecordDeparture(**dict(LOU_LEFT))
    given(MEMBER, *SCHOOL).when(departure).then(LOU_LEFT)
    given(MEMBER, *SCHOOL, LOU_LEFT).when(departure).then()


def test_nobody_leaves_twice_on_different_days() -> None:
    given(MEMBER, *SCHOOL, LOU_LEFT).when(RecordDeparture(member=LOU, on=WINTER)).refused(HasLeft, left=CHRISTMAS)
    given(MEMBER, *SCHOOL, LOU_LEFT).when(RecordDeparture(member=LOU, on=RENTREE)).refused(HasLeft, left=CHRISTMAS)


def test_nobody_leaves_with_a_mandate_that_runs_on() -> None:
    leaving = RecordDeparture(member=GARNIER, on=WINTER)
    given(MEMBER, *SCHOOL, GARNIER_MANDATED).when(leaving).refused(MandateStillRuns, until=SUMMER)
    given(MEMBER, *SCHOOL).when(leaving).then(MemberLeft(member=GARNIER, on=WINTER))
    at_its_end = RecordDeparture(member=GARNIER, on=SUMMER)
    given(MEMBER, *SCHOOL, GARNIER_MANDATED).when(at_its_end).then(MemberLeft(member=GARNIER, on=SUMMER))


def test_a_mandate_holder_does_not_send_the_association_away() -> None:
    leaving = RecordDeparture(member=OFFICER, on=CHRISTMAS)
    at_work = given(MEMBER, AFFILIATED, OFFICER_JOINED, GARNIER_JOINED, GARNIER_MANDATED)
    at_work.when(leaving, by=GARNIER).refused(Forbidden)
    at_work.when(leaving, by=OFFICER).then(MemberLeft(member=OFFICER, on=CHRISTMAS))

"""A class of CM2 with five pupils and its council, for the tests of bodies, meetings and minutes."""

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import MemberEnrolled, PersonKind, Role, RoleAssigned
from tests.examples_bodies import CALLED, CM2_COUNCIL, OPENED, SCHOOL_COUNCIL
from tests.examples_governance import HADDAD, LEFEVRE, LOU, NINO, RENTREE, RUN_SCHOOL, SUMMER
from tests.given import pseudonym

ANA, ILYES, MAE, TOM = (pseudonym(letter) for letter in "ijkt")  # of CM2, with Lou
PUPILS = tuple(sorted((LOU, ANA, ILYES, MAE, TOM)))
MAJORITY = (LOU, ANA, ILYES)

COUNCIL: tuple[GovernanceEvent, ...] = (
    *RUN_SCHOOL,
    *(MemberEnrolled(member=one, kind=PersonKind.PUPIL, on=RENTREE, class_code="CM2") for one in (ANA, ILYES, MAE, TOM)),
    RoleAssigned(role=Role.PRESIDENT, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2"),
    RoleAssigned(role=Role.DELEGATE, person=ANA, starts=RENTREE, until=SUMMER, class_code="CM2"),
    RoleAssigned(role=Role.DELEGATE, person=NINO, starts=RENTREE, until=SUMMER, class_code="CE1"),
    RoleAssigned(role=Role.ADVISORY_PARENT, person=HADDAD, starts=RENTREE, until=SUMMER, body="ecole"),
    RoleAssigned(role=Role.PRESIDENT, person=NINO, starts=RENTREE, until=SUMMER, class_code="CE1"),
    CM2_COUNCIL,
    SCHOOL_COUNCIL,
)
CONVENED: tuple[GovernanceEvent, ...] = (*COUNCIL, CALLED)
SITTING: tuple[GovernanceEvent, ...] = (*CONVENED, OPENED.model_copy(update={"present": tuple(sorted((*MAJORITY, LEFEVRE)))}))

"""One canonical example of every event of governance, and the people of a small school, for everybody's tests."""

from datetime import date

from services.governance.deciders.cooperative import digest_of
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import (
    AllowedUse,
    Balance,
    ChecklistItem,
    ClassClosed,
    ClassOpened,
    CooperativeAffiliated,
    CooperativeLeft,
    EndOfMandate,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MemberEnrolled,
    MemberLeft,
    MemberMoved,
    PersonKind,
    Role,
    RoleAssigned,
    RoleEnded,
    Rules,
    RulesAdopted,
    SpendingRule,
    VerifierMix,
)
from services.governance.events.privacy import (
    AuthorisationKind,
    AuthorisationRecorded,
    AuthorisationState,
    ErasureReason,
    HomonymAccepted,
    NameReason,
    PersonErased,
)
from shared.values import Checkpoint
from tests.given import SEALED, pseudonym

RENTREE, CHRISTMAS, WINTER, SUMMER = date(2024, 9, 1), date(2024, 12, 20), date(2025, 2, 28), date(2025, 8, 31)

OFFICER = pseudonym("a")  # of the association
GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE = (pseudonym(letter) for letter in "grdl")  # staff: two mandate holders, the next one, a tutor
HADDAD = pseudonym("h")  # a parent
LOU, NINO = pseudonym("o"), pseudonym("n")  # pupils, of CM2 and of CE1
CLOCK = pseudonym("c")  # a process
STRANGER = pseudonym("x")

FIRST_MANDATE, SECOND_MANDATE, THIRD_MANDATE = "m" * 26, "n" * 26, "q" * 26

RULES = Rules(
    membership_fee=235,
    insurance=25,
    advance_cap=150_00,
    approval_threshold=300_00,
    late_entry_days=30,
    cash_kept_days=3,
    verifiers=VerifierMix(minimum=2, parents=1),
    verified=False,
    spending=(
        SpendingRule(
            id="photocopieur",
            fr="Le photocopieur et son contrat reviennent à la commune",
            en="The photocopier and its contract are for the town to pay",
            use=AllowedUse.FORBIDDEN,
            verified=False,
            words=("photocopieur", "photocopies"),
            source="OCCE 51",
        ),
    ),
)

AFFILIATED = CooperativeAffiliated(
    association="AD99",
    number="0412",
    name="Coopérative scolaire de l'école élémentaire Les Tilleuls",
    level="elementary",
    on=RENTREE,
    zone="Europe/Paris",
    sandbox=True,
)
OFFICER_JOINED = MemberEnrolled(member=OFFICER, kind=PersonKind.ASSOCIATION, on=RENTREE)
RULES_ADOPTED = RulesAdopted(rule_set="AD99", version="2024-25", valid_from=RENTREE, content=RULES, digest=digest_of(RULES))
CM2_OPENED = ClassOpened(class_code="CM2", label="CM2", level=("CM2",), cycle=(3,), year="2024-25")
CE1_OPENED = ClassOpened(class_code="CE1", label="CE1", level=("CE1",), cycle=(2,), year="2024-25")
GARNIER_JOINED, ROUSSEAU_JOINED, DA_SILVA_JOINED, LEFEVRE_JOINED = (
    MemberEnrolled(member=member, kind=PersonKind.STAFF, on=RENTREE) for member in (GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE)
)
HADDAD_JOINED = MemberEnrolled(member=HADDAD, kind=PersonKind.PARENT, on=RENTREE)
LOU_JOINED = MemberEnrolled(member=LOU, kind=PersonKind.PUPIL, on=RENTREE, class_code="CM2")
NINO_JOINED = MemberEnrolled(member=NINO, kind=PersonKind.PUPIL, on=RENTREE, class_code="CE1")
CLOCK_JOINED = MemberEnrolled(member=CLOCK, kind=PersonKind.PROCESS, on=RENTREE)
GARNIER_MANDATED = MandateGiven(mandate=FIRST_MANDATE, holder=GARNIER, starts=RENTREE, until=SUMMER)
ROUSSEAU_MANDATED = MandateGiven(mandate=SECOND_MANDATE, holder=ROUSSEAU, starts=RENTREE, until=WINTER)
LEFEVRE_TUTORS_CM2 = RoleAssigned(role=Role.CLASS_TUTOR, person=LEFEVRE, starts=RENTREE, until=SUMMER, class_code="CM2")

SCHOOL: tuple[GovernanceEvent, ...] = (
    AFFILIATED,
    OFFICER_JOINED,
    RULES_ADOPTED,
    CM2_OPENED,
    CE1_OPENED,
    GARNIER_JOINED,
    ROUSSEAU_JOINED,
    DA_SILVA_JOINED,
    LEFEVRE_JOINED,
    HADDAD_JOINED,
    LOU_JOINED,
    NINO_JOINED,
    CLOCK_JOINED,
)
RUN_SCHOOL: tuple[GovernanceEvent, ...] = (*SCHOOL, GARNIER_MANDATED, ROUSSEAU_MANDATED, LEFEVRE_TUTORS_CM2)

CHECKLIST = (ChecklistItem(item="books", state="handed-over"), ChecklistItem(item="cheque-books", state="none"))

EXAMPLES: tuple[GovernanceEvent, ...] = (
    AFFILIATED,
    CooperativeLeft(on=SUMMER, reason="La coopérative rejoint une association autonome"),
    RULES_ADOPTED,
    CM2_OPENED,
    ClassClosed(class_code="CM2", year="2024-25"),
    LOU_JOINED,
    MemberMoved(member=NINO, class_code="CM2", on=CHRISTMAS),
    MemberLeft(member=NINO, on=CHRISTMAS),
    GARNIER_MANDATED,
    MandateEnded(mandate=FIRST_MANDATE, on=WINTER, reason=EndOfMandate.WITHDRAWN),
    MandateHandedOver(
        outgoing=ROUSSEAU,
        incoming=DA_SILVA,
        on=WINTER,
        through_seq=212,
        checkpoint=Checkpoint(size=212, root="ab" * 32),
        balances=(Balance(account="512", amount=2_912_56), Balance(account="530", amount=100_90)),
        checklist=CHECKLIST,
    ),
    RoleAssigned(role=Role.TREASURER, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2", ballot="v" * 26),
    RoleEnded(role=Role.TREASURER, person=LOU, on=CHRISTMAS, class_code="CM2"),
    HomonymAccepted(reason=NameReason.OTHER, because=SEALED),
    PersonErased(person=NINO, reason=ErasureReason.DEPARTURE),
    AuthorisationRecorded(member=LOU, kind=AuthorisationKind.BUREAU, state=AuthorisationState.GIVEN, until=SUMMER),
)

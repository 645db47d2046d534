"""Everything that can have happened to the people of a cooperative and to the rules it lives by."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from shared.messages import Event
from shared.values import Cents, Checked, Checkpoint, Code, Count, Digest, Id, PositiveCents, Pseudonym, Seq, Value, ZoneName


class Role(StrEnum):
    """What a person may be in a cooperative, on the days of their grant."""

    ASSOCIATION = "association"  # an actor of the departmental association
    MANDATE_HOLDER = "mandate_holder"  # holds a written mandate: signs, pays, keeps the books
    CLASS_TUTOR = "class_tutor"
    TREASURER = "treasurer"
    PRESIDENT = "president"
    SECRETARY = "secretary"
    TIME_KEEPER = "time_keeper"
    FLOOR_GIVER = "floor_giver"
    DECISION_KEEPER = "decision_keeper"  # follows what was decided until it is done
    DELEGATE = "delegate"
    VERIFIER = "verifier"  # account verifier, elected for a year
    TELLER = "teller"
    ADVISORY_PARENT = "advisory_parent"
    CLOCK = "clock"  # the process that closes at its hour what is due
    MEMBER = "member"  # whoever belongs to the cooperative today, whatever else they hold


BUREAU: Final = frozenset({Role.PRESIDENT, Role.SECRETARY, Role.TREASURER})  # who runs a cooperative among its pupils


class PersonKind(StrEnum):
    """What somebody is; only pupils and staff are counted as members."""

    PUPIL = "pupil"
    STAFF = "staff"
    PARENT = "parent"
    ASSOCIATION = "association"
    PROCESS = "process"


class EndOfMandate(StrEnum):
    """Why a mandate ended."""

    DEPARTURE = "departure"
    HANDOVER = "handover"
    WITHDRAWN = "withdrawn"
    RESIGNED = "resigned"


class AllowedUse(StrEnum):
    """How a rule looks at a kind of spending: none of them ever blocks a fact."""

    ALLOWED = "allowed"
    TOLERATED = "tolerated"
    FORBIDDEN = "forbidden"


class SpendingRule(Value):
    """One row of the association's list: an entry that meets it must say why, when it is not simply allowed."""

    id: Code
    fr: Checked
    en: Checked
    use: AllowedUse
    verified: bool
    account: Code | None = None
    words: tuple[Checked, ...] | None = None
    source: Checked | None = None


class VerifierMix(Value):
    """Who must verify the accounts: how many in all, how many of them parents."""

    minimum: Count
    parents: Count


class CouncilFormat(Value):
    """How long a council of one cycle lasts, in minutes, and how many points it takes; `pictograms` where pupils read little."""

    cycle: Annotated[int, Field(strict=True, ge=1, le=4)]
    minutes: Count
    minutes_max: Count
    items_max: Count
    pictograms: bool
    verified: bool
    source: Checked | None = None


class Rules(Value):
    """The dated data of an association: rates and caps in cents, delays in days, proxies a person may hold."""

    membership_fee: Cents
    insurance: Cents
    advance_cap: PositiveCents
    approval_threshold: PositiveCents
    late_entry_days: Count
    cash_kept_days: Count
    verifiers: VerifierMix
    verified: bool
    spending: tuple[SpendingRule, ...] | None = None
    council_formats: tuple[CouncilFormat, ...] | None = None
    parents_agree_to_bureau: bool | None = None  # a pupil of a bureau needs the written agreement of their parents
    proxies_max: Count | None = None


class AcceptedRule(Value):
    """A rule that was met, its version, and why it was done all the same."""

    rule: Code
    version: Code
    reason: Checked


class Balance(Value):
    """What one treasury account holds, as two persons signed it."""

    account: Code
    amount: Cents


class ChecklistItem(Value):
    """One point of a handover: what was handed over, and in which state."""

    item: Code
    state: Code


Year = Annotated[Code, Field(pattern=r"^20[0-9]{2}-[0-9]{2}$")]
Cycles = tuple[Annotated[int, Field(strict=True, ge=1, le=4)], ...]


class CooperativeAffiliated(
    Event,
    name="governance.cooperative-affiliated.v1",
    fr="La coopérative {name} est affiliée à l'association {association} sous le numéro {number}",
    en="The cooperative {name} is affiliated to the association {association} under number {number}",
):
    """La coopérative entre dans l'association départementale : son registre s'ouvre.
    The cooperative joins the departmental association: its register opens."""

    association: Code
    number: Code
    name: Checked
    level: Code
    on: date
    zone: ZoneName
    sandbox: bool


class CooperativeLeft(
    Event,
    name="governance.cooperative-left.v1",
    fr="La coopérative quitte l'association : {reason}",
    en="The cooperative leaves the association: {reason}",
):
    """La coopérative a quitté l'association.
    The cooperative left the association."""

    on: date
    reason: Checked


class RulesAdopted(
    Event,
    name="governance.rules-adopted.v1",
    dated_by="valid_from",
    fr="Les règles {rule_set} {version} s'appliquent à partir du {valid_from}",
    en="The rules {rule_set} {version} apply from {valid_from}",
):
    """Le registre adopte une version des règles de l'association, avec leur contenu.
    The register adopts a version of the association's rules, with their content."""

    rule_set: Code
    version: Code
    valid_from: date
    content: Rules
    digest: Digest


class ClassOpened(
    Event,
    name="governance.class-opened.v1",
    fr="La classe {label} ouvre pour l'année {year}",
    en="The class {label} opens for the year {year}",
):
    """Une classe a ouvert.
    A class opened."""

    class_code: Code
    label: Checked
    level: tuple[Code, ...]
    cycle: Cycles
    year: Year


class ClassClosed(
    Event,
    name="governance.class-closed.v1",
    fr="La classe {class_code} ferme pour l'année {year}",
    en="The class {class_code} closes for the year {year}",
):
    """Une classe a fermé.
    A class closed."""

    class_code: Code
    year: Year


class MemberEnrolled(
    Event,
    name="governance.member-enrolled.v1",
    fr="{member} rejoint la coopérative ({kind})",
    en="{member} joins the cooperative ({kind})",
):
    """Une personne a rejoint la coopérative, sous un pseudonyme.
    A person joined the cooperative, under a pseudonym."""

    member: Pseudonym
    kind: PersonKind
    on: date
    class_code: Code | None = None


class MemberMoved(
    Event,
    name="governance.member-moved.v1",
    fr="{member} passe dans la classe {class_code}",
    en="{member} moves to the class {class_code}",
):
    """Une personne a changé de classe.
    A person moved to another class."""

    member: Pseudonym
    class_code: Code
    on: date


class MemberLeft(
    Event,
    name="governance.member-left.v1",
    fr="{member} quitte la coopérative",
    en="{member} leaves the cooperative",
):
    """Une personne a quitté la coopérative.
    A person left the cooperative."""

    member: Pseudonym
    on: date


class MandateGiven(
    Event,
    name="governance.mandate-given.v1",
    dated_by="starts",
    fr="{holder} reçoit un mandat à partir du {starts}",
    en="{holder} is given a mandate from {starts}",
):
    """L'association a donné un mandat : signer, payer, tenir les comptes.
    The association gave a mandate: to sign, to pay, to keep the books."""

    mandate: Id
    holder: Pseudonym
    starts: date
    until: date | None = None


class MandateEnded(
    Event,
    name="governance.mandate-ended.v1",
    fr="Un mandat prend fin le {on} ({reason})",
    en="A mandate ends on {on} ({reason})",
):
    """Un mandat a pris fin ; `on` est son dernier jour.
    A mandate ended; `on` is its last day."""

    mandate: Id
    on: date
    reason: EndOfMandate


class MandateHandedOver(
    Event,
    name="governance.mandate-handed-over.v1",
    fr="{outgoing} passe les comptes à {incoming}, au fait n° {through_seq}",
    en="{outgoing} hands the books over to {incoming}, at fact no. {through_seq}",
):
    """Les comptes ont été transmis : la responsabilité change de mains à ce fait précis.
    The books were handed over: responsibility changes hands at exactly this fact."""

    outgoing: Pseudonym
    incoming: Pseudonym
    on: date
    through_seq: Seq
    checkpoint: Checkpoint
    balances: tuple[Balance, ...]
    checklist: tuple[ChecklistItem, ...]


class RoleAssigned(
    Event,
    name="governance.role-assigned.v1",
    dated_by="starts",
    fr="{person} prend le rôle {role} du {starts} au {until}",
    en="{person} takes the role {role} from {starts} to {until}",
):
    """Une personne a pris un rôle pour un temps.
    A person took a role for a time."""

    role: Role
    person: Pseudonym
    starts: date
    until: date
    body: Code | None = None
    class_code: Code | None = None
    ballot: Id | None = None
    accepted: AcceptedRule | None = None


class RoleEnded(
    Event,
    name="governance.role-ended.v1",
    fr="{person} quitte le rôle {role}",
    en="{person} leaves the role {role}",
):
    """Une personne a quitté un rôle ; `on` est son dernier jour.
    A person left a role; `on` is its last day."""

    role: Role
    person: Pseudonym
    on: date
    class_code: Code | None = None


PeopleEvent = (
    CooperativeAffiliated
    | CooperativeLeft
    | RulesAdopted
    | ClassOpened
    | ClassClosed
    | MemberEnrolled
    | MemberMoved
    | MemberLeft
    | MandateGiven
    | MandateEnded
    | MandateHandedOver
    | RoleAssigned
    | RoleEnded
)

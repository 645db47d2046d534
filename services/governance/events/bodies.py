"""Everything that can have happened in a body: how it is made up, its meetings, its agenda, who may vote there."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.governance.events.people import Role
from shared.messages import Event
from shared.values import Checked, Code, Count, Digest, Id, Passage, Pseudonym, Sealed, Value


class BodyKind(StrEnum):
    """What a body is (domain, section 3)."""

    CLASS_COUNCIL = "class-council"
    SCHOOL_COUNCIL = "school-council"
    ADULTS_COUNCIL = "adults-council"
    GENERAL_ASSEMBLY = "general-assembly"
    VERIFICATION_COMMITTEE = "verification-committee"


class Members(StrEnum):
    """Who is called to a college of a body; where the body belongs to a class, pupils and tutors are those of the class."""

    PUPILS = "pupils"
    DELEGATES = "delegates"
    TUTORS = "tutors"
    STAFF = "staff"
    VERIFIERS = "verifiers"
    ADVISORY_PARENTS = "advisory-parents"


class College(Value):
    """People who are called and counted together; an advisory college is heard, and counted apart."""

    college: Code
    of: Members
    advisory: bool | None = None


class QuorumOf(StrEnum):
    """What a quorum is a share of: those on the roll, those present, the expressed papers, or the classes that sent somebody."""

    ROLL = "roll"
    PRESENT = "present"
    EXPRESSED = "expressed"
    CLASSES = "classes"


class Quorum(Value):
    """How many must take part: counted × denominator ≥ numerator × the whole, in integers. Blank papers count unless said."""

    of: QuorumOf
    numerator: Annotated[Count, Field(ge=1)]
    denominator: Annotated[Count, Field(ge=1)]
    college: Code | None = None  # measured in that college alone
    blanks_count: bool | None = None
    waived_on_second_call: bool | None = None


class ItemKind(StrEnum):
    """What a point of an agenda is about."""

    FOLLOW_UP = "follow-up"
    IDEA = "idea"
    PROPOSAL = "proposal"
    BALLOT = "ballot"
    ACCOUNTS = "accounts"
    INFORMATION = "information"


class Outcome(StrEnum):
    """What became of a point of the agenda."""

    DECIDED = "decided"
    REJECTED = "rejected"
    DISCUSSED = "discussed"
    POSTPONED = "postponed"
    REFERRED = "referred"


class AgendaItem(Value):
    """One point of an agenda; `subject` is the decision, idea, proposal or ballot it is about."""

    item: Id
    kind: ItemKind
    title: Checked
    subject: Id | None = None


class MeetingRole(Value):
    """A role that somebody takes for one meeting."""

    role: Role
    person: Pseudonym


class ItemOutcome(Value):
    """What became of one point of the agenda, and what was said of it."""

    item: Id
    outcome: Outcome
    note: Passage | None = None


class BodyFormed(
    Event,
    name="governance.body-formed.v1",
    fr="L'instance {body} est formée ({kind})",
    en="The body {body} is formed ({kind})",
):
    """Une instance a été formée, avec sa composition et son quorum ; la former de nouveau change ses règles pour la suite.
    A body was formed, with its composition and its quorum; forming it again changes its rules from then on."""

    body: Code
    kind: BodyKind
    label: Checked
    composition: tuple[College, ...]
    quorum: Quorum | None = None
    class_code: Code | None = None


class MeetingCalled(
    Event,
    name="governance.meeting-called.v1",
    fr="L'instance {body} est convoquée pour le {on} (convocation n° {call})",
    en="The body {body} is called for {on} (call no. {call})",
):
    """Une réunion a été convoquée, avec son ordre du jour.
    A meeting was called, with its agenda."""

    meeting: Id
    body: Code
    on: date
    call: Annotated[Count, Field(ge=1, le=2)]
    agenda: tuple[AgendaItem, ...]
    first_call: Id | None = None  # the meeting that missed its quorum


class AgendaRevised(
    Event,
    name="governance.agenda-revised.v1",
    fr="L'ordre du jour de la réunion change",
    en="The agenda of the meeting changes",
):
    """L'ordre du jour d'une réunion à venir a changé.
    The agenda of a meeting to come changed."""

    meeting: Id
    agenda: tuple[AgendaItem, ...]


class MeetingOpened(
    Event,
    name="governance.meeting-opened.v1",
    fr="La réunion s'ouvre",
    en="The meeting opens",
):
    """Une réunion s'est ouverte, avec les présents et les rôles du jour.
    A meeting opened, with those present and the roles of the day."""

    meeting: Id
    on: date
    present: tuple[Pseudonym, ...]
    roles: tuple[MeetingRole, ...]


class AttendanceNoted(
    Event,
    name="governance.attendance-noted.v1",
    fr="Des personnes arrivent à la réunion ou la quittent",
    en="People join or leave the meeting",
):
    """Des personnes sont arrivées en cours de réunion, ou l'ont quittée.
    People joined the meeting while it ran, or left it."""

    meeting: Id
    arrived: tuple[Pseudonym, ...] | None = None
    left: tuple[Pseudonym, ...] | None = None


class MeetingClosed(
    Event,
    name="governance.meeting-closed.v1",
    fr="La réunion se termine ; chaque point a son issue",
    en="The meeting ends; each point has its outcome",
):
    """Une réunion s'est terminée, chaque point ayant une issue.
    A meeting ended, each point having an outcome."""

    meeting: Id
    outcomes: tuple[ItemOutcome, ...]


class MinutesApproved(
    Event,
    name="governance.minutes-approved.v1",
    fr="Le procès-verbal de la réunion est approuvé",
    en="The minutes of the meeting are approved",
):
    """Le procès-verbal d'une réunion a été approuvé tel qu'il s'écrit des faits 1 à `through_seq`.
    The minutes of a meeting were approved as they are written from facts 1 to `through_seq`."""

    meeting: Id
    through_seq: Count
    digest: Digest


class VotingRightSuspended(
    Event,
    name="governance.voting-right-suspended.v1",
    dated_by="starts",
    fr="{member} ne vote pas à {body} du {starts} au {until}",
    en="{member} does not vote in {body} from {starts} to {until}",
):
    """Le droit de vote d'une personne a été suspendu pour un temps ; la raison est au coffre.
    Somebody's right to vote was suspended for a time; the reason is in the vault."""

    member: Pseudonym
    body: Code
    starts: date
    until: date
    reason: Sealed


class VotingRightRestored(
    Event,
    name="governance.voting-right-restored.v1",
    fr="{member} vote de nouveau à {body}",
    en="{member} votes again in {body}",
):
    """Une personne a retrouvé son droit de vote avant la date prévue ; `on` est le premier jour où elle vote.
    Somebody got the right to vote back before its date; `on` is the first day on which they vote."""

    member: Pseudonym
    body: Code
    on: date


BodyEvent = (
    BodyFormed
    | MeetingCalled
    | AgendaRevised
    | MeetingOpened
    | AttendanceNoted
    | MeetingClosed
    | MinutesApproved
    | VotingRightSuspended
    | VotingRightRestored
)

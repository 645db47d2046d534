"""Everything that can be asked about bodies and their meetings, and who may ask."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.governance.commands.people import SETS_UP
from services.governance.events.bodies import BodyKind, College, ItemKind, ItemOutcome, MeetingRole, Quorum
from services.governance.events.people import Role
from shared.messages import Command
from shared.values import Checked, Code, Confided, Count, Digest, Id, Pseudonym, Value

COLLEGES_MAX = 10
ITEMS_MAX = 40  # a long general assembly; a class council has three or four points
PRESENT_MAX = 1_000  # a whole school in its general assembly

FORMS = SETS_UP | {Role.CLASS_TUTOR}  # a tutor: the council of their class
CONDUCTS = FORMS | {Role.PRESIDENT, Role.SECRETARY}  # pupils of a bureau: in their class, or in a body they sit in


class AgendaPoint(Value):
    """A point as it is asked for; `item` names one that is on the agenda already."""

    kind: ItemKind
    title: Checked
    subject: Id | None = None
    item: Id | None = None


Points = Annotated[tuple[AgendaPoint, ...], Field(max_length=ITEMS_MAX)]
Present = Annotated[tuple[Pseudonym, ...], Field(max_length=PRESENT_MAX)]


class FormBody(Command, may=FORMS):
    """Former une instance, ou changer sa composition et son quorum pour la suite.
    Form a body, or change its composition and quorum from now on."""

    body: Code
    kind: BodyKind
    label: Checked
    composition: Annotated[tuple[College, ...], Field(min_length=1, max_length=COLLEGES_MAX)]
    quorum: Quorum | None = None
    class_code: Code | None = None


class CallMeeting(Command, may=CONDUCTS):
    """Convoquer une réunion ; les décisions à suivre viennent d'abord à l'ordre du jour.
    Call a meeting; the decisions to follow come first on the agenda."""

    body: Code
    on: date
    agenda: Points
    first_call: Id | None = None


class ReviseAgenda(Command, may=CONDUCTS):
    """Changer l'ordre du jour d'une réunion qui n'est pas terminée.
    Change the agenda of a meeting that is not over."""

    meeting: Id
    agenda: Points


class OpenMeeting(Command, may=CONDUCTS):
    """Ouvrir une réunion : les présents, les rôles du jour ; sans quorum elle ne s'ouvre pas.
    Open a meeting: those present, the roles of the day; without its quorum it does not open."""

    meeting: Id
    present: Annotated[Present, Field(min_length=1)]
    roles: Annotated[tuple[MeetingRole, ...], Field(max_length=10)] = ()


class NoteAttendance(Command, may=CONDUCTS):
    """Noter qui arrive à une réunion en cours, ou la quitte.
    Note who joins a running meeting, or leaves it."""

    meeting: Id
    arrived: Present = ()
    left: Present = ()


class CloseMeeting(Command, may=CONDUCTS):
    """Terminer une réunion, chaque point ayant son issue.
    End a meeting, each point having its outcome."""

    meeting: Id
    outcomes: Annotated[tuple[ItemOutcome, ...], Field(max_length=ITEMS_MAX)]


class ApproveMinutes(Command, may=CONDUCTS):
    """Approuver le procès-verbal tel qu'il se lit (son empreinte), jusqu'à un fait précis.
    Approve the minutes as they read (their digest), up to one fact."""

    meeting: Id
    through_seq: Count
    digest: Digest


class SuspendVotingRight(Command, may=FORMS):
    """Suspendre le droit de vote d'une personne dans une instance, pour un temps et avec une raison.
    Suspend somebody's right to vote in a body, for a time and with a reason."""

    member: Pseudonym
    body: Code
    starts: date
    until: date
    reason: Confided


class RestoreVotingRight(Command, may=FORMS):
    """Rendre son droit de vote à une personne avant la date prévue.
    Give somebody the right to vote back before its date."""

    member: Pseudonym
    body: Code
    on: date

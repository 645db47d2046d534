"""What can be asked when a year is verified and closed, and who may ask."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.governance.events.people import Role
from services.ledger.commands.books import KEEPS_THE_BOOKS, POTS_MAX
from services.ledger.events.books import OpeningBalance, Year
from services.ledger.events.verification import FindingKind, SampleMethod, SampleParameters
from shared.messages import Command
from shared.values import Cents, Code, Id, Passage, Pseudonym

SIGNATORIES_MAX = 60  # the teachers of a large school
RESERVATIONS_MAX = 100  # findings kept as reservations of one year
VERIFIES = {Role.VERIFIER}
EXAMINES = {Role.VERIFIER, Role.ASSOCIATION}


class DrawSample(Command, may=EXAMINES):
    """Tirer au sort des écritures à vérifier : au hasard, selon les sommes, ou les espèces d'abord.
    Draw entries to verify by lot: at random, by amount, or cash first."""

    year: Year
    method: SampleMethod
    parameters: SampleParameters


class RecordFinding(Command, may=EXAMINES):
    """Noter un constat sur une écriture ou sur un exercice : une question, une anomalie ou une réserve.
    Note a finding about an entry or a fiscal year: a question, an anomaly or a reservation."""

    subject: Code
    kind: FindingKind
    text: Passage
    sample: Id | None = None


class AnswerFinding(Command, may=KEEPS_THE_BOOKS):
    """Répondre à un constat.
    Answer a finding."""

    finding: Id
    text: Passage


class IssueFinancialReport(Command, may=KEEPS_THE_BOOKS):
    """Établir le compte rendu financier d'un exercice terminé ; les signataires sont les adultes qui le signent sur papier.
    Issue the financial report of a year that is over; the signatories are the adults who sign it on paper."""

    year: Year
    signatories: Annotated[tuple[Pseudonym, ...], Field(min_length=1, max_length=SIGNATORIES_MAX)]


class GiveDischarge(Command, may=VERIFIES):
    """Donner quitus à un exercice terminé, avec ses réserves s'il y en a.
    Give discharge to a year that is over, with reservations if there are any."""

    year: Year
    reservations: Annotated[tuple[Id, ...], Field(max_length=RESERVATIONS_MAX)] = ()


class WithholdDischarge(Command, may=VERIFIES):
    """Refuser le quitus d'un exercice terminé ; les réserves disent pourquoi.
    Withhold the discharge of a year that is over; the reservations say why."""

    year: Year
    reservations: Annotated[tuple[Id, ...], Field(min_length=1, max_length=RESERVATIONS_MAX)]


class CloseYear(Command, may=KEEPS_THE_BOOKS):
    """Clore un exercice : on signe son résultat et les soldes repris par le suivant, refusés s'ils ne sont pas ceux des comptes.
    Close a fiscal year: its result and the balances that the next one carries are signed, refused unless they are those of the books."""

    year: Year
    on: date
    result: Cents
    carried: Annotated[tuple[OpeningBalance, ...], Field(max_length=POTS_MAX)]

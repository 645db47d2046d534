"""What can be asked about statements of the bank, and who may ask."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.ledger.commands.books import KEEPS_THE_BOOKS
from services.ledger.events.bank import BankLine, LineNumber
from shared.messages import Command
from shared.values import Cents, Checked, Code, Confided, Id, TextClass, Value

LINES_MAX = 5_000  # of one statement, as `statements/assembling.py` reads them
TOGETHER_MAX = 50  # entries of one line: a deposit slip has fewer cheques
MATCHES_MAX = 500  # accepted at once: a year of a school has fewer lines, and each is a record


class LineText(Value):
    """What the bank says of one operation."""

    line: LineNumber
    text: Confided
    reference: Annotated[str, TextClass.SEALED, Field(min_length=1, max_length=80)] | None = None


class LineTexts(Value):
    """What the bank says of every operation of a statement: sealed as one value, for one commitment a statement."""

    lines: Annotated[tuple[LineText, ...], Field(max_length=LINES_MAX)]


class LineOf(Value):
    """One line of one statement."""

    statement: Id
    line: LineNumber


class Match(Value):
    """One line that is some entries, or some lines that are one entry."""

    lines: Annotated[tuple[LineOf, ...], Field(min_length=1, max_length=TOGETHER_MAX)]
    entries: Annotated[tuple[Id, ...], Field(min_length=1, max_length=TOGETHER_MAX)]


class ImportStatement(Command, may=KEEPS_THE_BOOKS, impersonal=True):
    """Importer un relevé de la banque, dont le fichier est le corps de la demande ; deux fois le même n'ajoute rien.
    Import a statement of the bank, whose file is the body of the request; the same one twice adds nothing."""

    account: Code
    starts: date
    ends: date
    opening: Cents
    closing: Cents
    lines: Annotated[tuple[BankLine, ...], Field(max_length=LINES_MAX)]
    texts: Annotated[LineTexts, TextClass.SEALED]


class MatchLines(Command, may=KEEPS_THE_BOOKS):
    """Reconnaître des opérations de la banque dans les écritures.
    Recognise operations of the bank in the entries."""

    matches: Annotated[tuple[Match, ...], Field(min_length=1, max_length=MATCHES_MAX)]


class UnmatchLine(Command, may=KEEPS_THE_BOOKS):
    """Défaire une reconnaissance, avec la raison ; les autres lignes de la même écriture sont défaites avec elle.
    Undo a recognition, with the reason; the other lines of the same entry are undone with it."""

    statement: Id
    line: LineNumber
    reason: Checked


class SignReconciliation(Command, may=KEEPS_THE_BOOKS):
    """Signer le rapprochement d'un compte à une date : refusé tant qu'un centime n'est pas expliqué.
    Sign the reconciliation of an account on a date: refused while a cent is unexplained."""

    account: Code
    on: date

"""What the bank says: a statement was imported, its lines recognised in the books, the books of an account signed as explained."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages import Event
from shared.values import Cents, Checked, Code, Digest, Id, Sealed, Value

LineNumber = Annotated[int, Field(strict=True, ge=1, le=10_000)]  # twice what a file may have


class BankLine(Value):
    """One operation of the bank: its number in its statement, its day, signed cents (positive: money came in).

    `mark` is what the operation is known by when it comes again, under a key that is in no record: it tells nothing of the text.
    """

    line: LineNumber
    on: date
    amount: Cents
    mark: Digest


class Outstanding(Value):
    """What the books have of one entry and the bank does not have yet, in signed cents."""

    entry: Id
    amount: Cents


class StatementImported(
    Event,
    name="ledger.statement-imported.v1",
    fr="Relevé du compte {account} du {starts} au {ends} : solde {closing:money}",
    en="Statement of account {account} from {starts} to {ends}: balance {closing:money}",
    dated_by="ends",
):
    """Un relevé de la banque a été lu ; ses opérations déjà connues n'y sont pas reprises, les libellés sont dans le coffre.
    A statement of the bank was read; its operations already known are not taken again, the texts are in the vault."""

    statement: Id
    account: Code
    starts: date
    ends: date
    opening: Cents
    closing: Cents
    lines: tuple[BankLine, ...]
    texts: Sealed


class LineMatched(
    Event,
    name="ledger.line-matched.v1",
    fr="La ligne {line} d'un relevé est reconnue dans les comptes",
    en="Line {line} of a statement is recognised in the books",
):
    """Une opération de la banque est celle d'une ou plusieurs écritures ; une écriture peut être celle de plusieurs opérations.
    An operation of the bank is that of one or several entries; an entry may be that of several operations."""

    statement: Id
    line: LineNumber
    entries: tuple[Id, ...]


class LineUnmatched(
    Event,
    name="ledger.line-unmatched.v1",
    fr="La ligne {line} d'un relevé n'est plus reconnue : {reason}",
    en="Line {line} of a statement is no longer recognised: {reason}",
):
    """Une opération de la banque avait été reconnue à tort, et on a dit pourquoi.
    An operation of the bank was recognised by mistake, and somebody said why."""

    statement: Id
    line: LineNumber
    reason: Checked


class ReconciliationSigned(
    Event,
    name="ledger.reconciliation-signed.v1",
    fr="Rapprochement du compte {account} : relevé {statement:money}, comptes {book:money}",
    en="Reconciliation of account {account}: statement {statement:money}, books {book:money}",
):
    """Les comptes d'une date ont été expliqués au centime depuis le relevé de la banque ; ce que la banque n'a pas encore est listé.
    The books of a date were explained to the cent from the statement of the bank; what the bank does not have yet is listed."""

    account: Code
    on: date
    statement: Cents
    book: Cents
    outstanding: tuple[Outstanding, ...]


BankEvent = StatementImported | LineMatched | LineUnmatched | ReconciliationSigned

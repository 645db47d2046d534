"""Statements of the bank and the reconciliation: what came in twice, which line is which entry, what no line explains."""

from collections.abc import Sequence
from typing import Final, assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.bank import ImportStatement, Match, MatchLines, SignReconciliation, UnmatchLine
from services.ledger.deciders.checks import has_come
from services.ledger.events.bank import LineMatched, LineUnmatched, Outstanding, ReconciliationSigned, StatementImported
from services.ledger.events.books import TreasuryKind
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.reconciling import Bank, LineName, between, noted, reconciled
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code, Id

BankCommand = ImportStatement | MatchLines | UnmatchLine | SignReconciliation

PART_LINES: Final = 400  # of one record: at 130 bytes a line they stay under the 65,535 of a record
TEXTS: Final = "texts"


class NotAtTheBank(Refused):
    """Ce compte n'est pas tenu par une banque : il n'a pas de relevé.
    This account is not held by a bank: it has no statement."""


class StatementDoesNotAddUp(Refused):
    """Le solde de départ et les opérations ne donnent pas le solde d'arrivée : il manque la somme indiquée.
    The opening balance and the operations do not give the closing balance: the sum shown is missing."""


class OtherLinesThoseDays(Refused):
    """Un autre relevé de ces jours donne d'autres opérations : les deux ne peuvent pas être vrais, la différence est indiquée.
    Another statement of these days gives other operations: both cannot be true, the difference is shown."""


class NoSuchLine(Refused):
    """Cette ligne n'est dans aucun relevé importé.
    This line is in no imported statement."""


class LineIsMatched(Refused):
    """Cette ligne est déjà reconnue dans les comptes : défais d'abord cette reconnaissance, avec la raison.
    This line is already recognised in the books: undo that first, with the reason."""


class LineIsNotMatched(Refused):
    """Cette ligne n'est reconnue dans aucune écriture.
    This line is recognised in no entry."""


class EntryNotOnThisAccount(Refused):
    """Cette écriture ne touche pas le compte de ce relevé.
    This entry does not touch the account of this statement."""


class EntryIsMatched(Refused):
    """Cette écriture a déjà sa ligne sur un relevé.
    This entry already has its line on a statement."""


class ManyToMany(Refused):
    """Une ligne est une ou plusieurs écritures, ou plusieurs lignes sont une seule écriture : sépare le reste.
    One line is one or several entries, or several lines are one entry: set the rest apart."""


class SumsDiffer(Refused):
    """Les lignes et les écritures ne font pas la même somme : il manque la différence indiquée.
    The lines and the entries do not make the same sum: the difference shown is missing."""


class NoStatementThatDay(Refused):
    """Aucun relevé de ce compte ne va jusqu'à ce jour : importe-le d'abord.
    No statement of this account reaches that day: import it first."""


class CentsUnexplained(Refused):
    """Le relevé et les comptes ne s'expliquent pas au centime : il reste la différence ou les lignes indiquées.
    The statement and the books are not explained to the cent: the difference or the lines shown remain."""


def decide(books: Books, command: BankCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command about the bank. It moves no money: neither a lock nor the cooperative's leaving is in its way."""
    match command:
        case ImportStatement():
            return _imported(books, command, given)
        case MatchLines():
            return _matched(books.bank, command)
        case UnmatchLine():
            return _unmatched(books.bank, command)
        case SignReconciliation():
            return _signed(books, command, given)
        case _:
            assert_never(command)


def _imported(books: Books, command: ImportStatement, given: Circumstances) -> list[LedgerEvent]:
    _at_the_bank(books, command.account)
    has_come(command.ends, given)
    total = sum(line.amount for line in command.lines)
    if missing := command.closing - command.opening - total:
        raise StatementDoesNotAddUp(opening=command.opening, moved=total, closing=command.closing, missing=missing)
    bank = books.bank
    fresh = [line for line in command.lines if line.mark not in bank.marks]
    known = between(bank, command.account, command.starts, command.ends)
    if missing := command.closing - command.opening - known - sum(line.amount for line in fresh):
        raise OtherLinesThoseDays(starts=command.starts.isoformat(), ends=command.ends.isoformat(), missing=missing)
    if not fresh and _covered(bank, command):
        return []
    told = {name: getattr(command, name) for name in ("account", "starts", "ends", "opening", "closing")}
    statement, texts = given.id(), given.seals[TEXTS]
    parts = [fresh[first : first + PART_LINES] for first in range(0, len(fresh), PART_LINES)] or [[]]
    return [StatementImported(statement=statement, lines=tuple(part), texts=texts, **told) for part in parts]


def _covered(bank: Bank, command: ImportStatement) -> bool:
    """Tell whether one statement that is known covers the days of this one."""
    same = (one for one in bank.statements.values() if one.account == command.account)
    return any(one.starts <= command.starts and command.ends <= one.ends for one in same)


def _at_the_bank(books: Books, account: Code) -> None:
    treasury = books.treasuries.get(account)
    if treasury is None or treasury.kind is TreasuryKind.CASH:
        raise NotAtTheBank(account=account)


def _matched(bank: Bank, command: MatchLines) -> list[LedgerEvent]:
    """Return one fact a line; what is so already is passed over."""
    happened: list[LedgerEvent] = []
    for match in command.matches:
        names = [LineName(one.statement, one.line) for one in match.lines]
        if all(bank.entries_of.get(name) == match.entries for name in names):
            continue
        _fits(bank, match, names)
        for name in names:
            event = LineMatched(statement=name.statement, line=name.line, entries=match.entries)
            bank = noted(bank, event)
            happened.append(event)
    return happened


def _fits(bank: Bank, match: Match, names: Sequence[LineName]) -> None:
    """Refuse a match of what is not there, is matched already, or does not make the same sum."""
    for name in names:
        if name not in bank.lines:
            raise NoSuchLine(**name._asdict())
        if name in bank.entries_of:
            raise LineIsMatched(**name._asdict())
    if len(names) > 1 and len(match.entries) > 1:
        raise ManyToMany(lines=len(names), entries=len(match.entries))
    account = bank.lines[names[0]].account
    asked = sum(_on_account(bank, account, entry) for entry in dict.fromkeys(match.entries))
    there = sum(bank.lines[name].amount for name in dict.fromkeys(names) if bank.lines[name].account == account)
    if asked != there or len(set(names)) < len(names) or len(set(match.entries)) < len(match.entries):
        raise SumsDiffer(lines=there, entries=asked, missing=there - asked)


def _on_account(bank: Bank, account: Code, entry: Id) -> int:
    move = bank.moves.get(entry)
    if move is None or account not in move.amounts:
        raise EntryNotOnThisAccount(account=account, entry=entry)
    if (account, entry) in bank.lines_of:
        raise EntryIsMatched(account=account, entry=entry)
    return move.amounts[account]


def _unmatched(bank: Bank, command: UnmatchLine) -> list[LedgerEvent]:
    name = LineName(command.statement, command.line)
    if name not in bank.lines:
        raise NoSuchLine(**name._asdict())
    if name not in bank.entries_of:
        raise LineIsNotMatched(**name._asdict())
    account = bank.lines[name].account
    together = dict.fromkeys(one for entry in bank.entries_of[name] for one in bank.lines_of[account, entry])
    return [LineUnmatched(statement=one.statement, line=one.line, reason=command.reason) for one in together]


def _signed(books: Books, command: SignReconciliation, given: Circumstances) -> list[LedgerEvent]:
    _at_the_bank(books, command.account)
    has_come(command.on, given)
    found = reconciled(books.bank, command.account, command.on)
    if found.statement is None or found.difference is None:
        raise NoStatementThatDay(account=command.account, on=command.on.isoformat())
    if found.difference or found.unexplained:
        lines = [name._asdict() for name in found.unexplained]
        raise CentsUnexplained(statement=found.statement, book=found.book, difference=found.difference, lines=lines)
    outstanding = tuple(Outstanding(entry=rest.entry, amount=rest.amount) for rest in found.outstanding)
    balances = {"statement": found.statement, "book": found.book}
    signed = ReconciliationSigned(account=command.account, on=command.on, outstanding=outstanding, **balances)
    return [] if signed in books.bank.signed else [signed]


BANK: Decider[Books] = Decider(BankCommand, BOOKS, decide)

"""What the bank says and what the books say of each treasury account, line beside entry, and what either has alone on a day.

The books of a day are explained from the statement of that day by what the bank does not have yet. Nothing is stored but facts: the
balances are summed when asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.double_entry import HELD
from services.ledger.events.bank import BankEvent, LineMatched, LineUnmatched, ReconciliationSigned, StatementImported
from services.ledger.events.books import YearOpened
from services.ledger.events.entries import EntryReversed
from services.ledger.events.legs import Posting
from shared.messages import Recorded, id_from
from shared.values import Code, Digest, Id, Sealed, Table


class LineName(NamedTuple):
    """A statement, and the number of a line in it."""

    statement: Id
    line: int


class Operation(NamedTuple):
    """One line of the bank, in signed cents."""

    account: Code
    on: date
    amount: int


class Kept(NamedTuple):
    """One statement: what it covers, both days included, and its balances in cents."""

    account: Code
    starts: date
    ends: date
    opening: int
    closing: int
    texts: Sealed


class Move(NamedTuple):
    """What one entry did to treasury accounts, in signed cents; `reverses` is the entry that it undoes."""

    on: date
    amounts: Mapping[Code, int]
    reverses: Id | None = None


class Rest(NamedTuple):
    """What the bank does not have yet of an entry, in signed cents."""

    entry: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Bank:
    """Statements, their lines, the entries that move treasury accounts, what was matched, what was signed."""

    statements: Table[Id, Kept] = Map()
    lines: Table[LineName, Operation] = Map()
    marks: Table[Digest, LineName] = Map()
    moves: Table[Id, Move] = Map()
    brought: tuple[tuple[date, Code, int], ...] = ()
    entries_of: Table[LineName, tuple[Id, ...]] = Map()
    lines_of: Table[tuple[Code, Id], tuple[LineName, ...]] = Map()
    signed: tuple[ReconciliationSigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One account on one day, in cents: `statement` is None where no statement covers the day.

    `unexplained` are lines whose entries the books do not all have by then; `difference` is what remains between both balances once
    what the bank does not have yet is counted.
    """

    statement: int | None
    book: int
    outstanding: tuple[Rest, ...]
    unexplained: tuple[LineName, ...]

    @property
    def difference(self) -> int | None:
        """Return the cents that nothing explains, None without a statement."""
        return None if self.statement is None else self.statement - self.book + sum(one.amount for one in self.outstanding)


def moved(bank: Bank, record: Recorded[Any], lines: tuple[Posting, ...]) -> Bank:
    """Apply the double entry of one fact."""
    event = record.event
    amounts: dict[Code, int] = {}
    for line in lines:
        if line.account[0] == HELD and line.pot is None:
            amounts[line.account] = amounts.get(line.account, 0) + line.amount
    if not amounts:
        return bank
    if isinstance(event, YearOpened):
        return replace(bank, brought=(*bank.brought, *((event.starts, account, amount) for account, amount in amounts.items())))
    move = Move(event.on, amounts, event.reverses if isinstance(event, EntryReversed) else None)
    return replace(bank, moves=bank.moves.set(entry_of(record), move))


def entry_of(record: Recorded[Any]) -> Id:
    """Return the name of the entry that a fact makes; the return of an advance once had none, and gets one from its place."""
    named = getattr(record.event, "entry", None)
    granted = None if hasattr(record.event, "entry") else getattr(record.event, "advance", None)
    return named or granted or id_from(f"{record.register} {record.seq}".encode())


def noted(bank: Bank, event: BankEvent) -> Bank:
    """Apply one fact about the bank; one about a statement that a cut hides changes nothing."""
    match event:
        case StatementImported():
            return _imported(bank, event)
        case LineMatched() if (name := LineName(event.statement, event.line)) in bank.lines:
            account, lines_of = bank.lines[name].account, bank.lines_of
            for entry in event.entries:
                lines_of = lines_of.set((account, entry), (*lines_of.get((account, entry), ()), name))
            return replace(bank, entries_of=bank.entries_of.set(name, event.entries), lines_of=lines_of)
        case LineUnmatched() if (name := LineName(event.statement, event.line)) in bank.entries_of:
            account, lines_of = bank.lines[name].account, bank.lines_of
            for entry in bank.entries_of[name]:
                left = tuple(one for one in lines_of.get((account, entry), ()) if one != name)
                lines_of = lines_of.set((account, entry), left) if left else lines_of.delete((account, entry))
            return replace(bank, entries_of=bank.entries_of.delete(name), lines_of=lines_of)
        case ReconciliationSigned():
            return replace(bank, signed=(*bank.signed, event))
        case _:
            return bank


def _imported(bank: Bank, event: StatementImported) -> Bank:
    kept = Kept(event.account, event.starts, event.ends, event.opening, event.closing, event.texts)
    lines, marks = bank.lines, bank.marks
    for one in event.lines:
        name = LineName(event.statement, one.line)
        lines, marks = lines.set(name, Operation(event.account, one.on, one.amount)), marks.set(one.mark, name)
    return replace(bank, statements=bank.statements.set(event.statement, kept), lines=lines, marks=marks)


def between(bank: Bank, account: Code, first: date, last: date) -> int:
    """Return what the known lines of an account sum to from one day to another, both included, in cents."""
    return sum(one.amount for one in bank.lines.values() if one.account == account and first <= one.on <= last)


def reconciled(bank: Bank, account: Code, on: date) -> Reconciliation:
    """Hold the books of one account on one day against the bank."""
    moves = {name: one for name, one in bank.moves.items() if account in one.amounts and one.on <= on}
    brought = sum(amount for starts, where, amount in bank.brought if where == account and starts <= on)
    undone = _undone(bank, account, moves)
    rests = (Rest(name, _rest(bank, account, name, on)) for name in moves if name not in undone)
    lines = sorted((one.on, name) for name, one in bank.lines.items() if one.account == account and one.on <= on)
    return Reconciliation(
        statement=_balance(bank, account, on),
        book=brought + sum(one.amounts[account] for one in moves.values()),
        outstanding=tuple(sorted((rest for rest in rests if rest.amount), key=lambda rest: (moves[rest.entry].on, rest.entry))),
        unexplained=tuple(name for _, name in lines if not set(bank.entries_of.get(name, ("",))) <= moves.keys()),
    )


def unmatched(bank: Bank, account: Code) -> dict[Id, Move]:
    """Return the entries of an account that no line is; an entry and its reversal that the bank never saw are none of them."""
    moves = {name: one for name, one in bank.moves.items() if account in one.amounts}
    undone = _undone(bank, account, moves)
    return {name: one for name, one in moves.items() if name not in undone and (account, name) not in bank.lines_of}


def _undone(bank: Bank, account: Code, moves: Mapping[Id, Move]) -> set[Id]:
    """Return the entries whose reversal is there too, with that reversal, where no line is either of them."""
    pairs = ((name, one.reverses) for name, one in moves.items() if one.reverses is not None and one.reverses in moves)
    return {part for pair in pairs if not any((account, one) in bank.lines_of for one in pair) for part in pair}


def _rest(bank: Bank, account: Code, entry: Id, on: date) -> int:
    """Return what of an entry no line has by a day; of an entry that shares its line, all or nothing."""
    amount, names = bank.moves[entry].amounts[account], bank.lines_of.get((account, entry), ())
    there = [bank.lines[name].amount for name in names if bank.lines[name].on <= on]
    if len(names) == 1:
        return 0 if there else amount
    return amount - sum(there)


def _balance(bank: Bank, account: Code, on: date) -> int | None:
    """Return the balance that the bank states for the end of a day, from the latest statement that covers it."""
    covering = [one for one in bank.statements.values() if one.account == account and one.starts <= on <= one.ends]
    latest = max(covering, key=lambda one: one.starts, default=None)
    return None if latest is None else latest.opening + between(bank, account, latest.starts, on)

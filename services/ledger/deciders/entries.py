"""The journal: receipts, expenses, internal transfers and their reversals; what may be written, and when."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands import ExplainVoucherGap, RecordExpense, RecordReceipt, RecordTransfer, ReverseEntry
from services.ledger.deciders.checks import (
    NoDecisionNoReason,
    OutsideTheYear,
    balanced,
    free_voucher,
    mandated,
    result_accounts,
    treasury_accounts,
    writable,
)
from services.ledger.events import (
    EntryReversed,
    ExpenseRecorded,
    LedgerEvent,
    ReceiptRecorded,
    TransferRecorded,
    TreasuryKind,
    VoucherGapExplained,
)
from services.ledger.kept import Entry
from services.ledger.watch import floors, late, undecided
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused
from shared.values import Id

EntryCommand = RecordReceipt | RecordExpense | RecordTransfer | ReverseEntry | ExplainVoucherGap


class SamePlace(Refused):
    """Un virement va d'un compte à un autre : les deux sont les mêmes ici.
    A transfer goes from one account to another: here both are the same."""


class NoSuchEntry(Refused):
    """Cette écriture n'existe pas dans ce registre.
    This entry does not exist in this register."""


class AlreadyReversed(Refused):
    """Cette écriture est déjà contre-passée.
    This entry is already reversed."""


class BeforeTheEntry(Refused):
    """Une contre-passation ne peut pas être datée d'avant l'écriture qu'elle annule.
    A reversal cannot be dated before the entry that it undoes."""


class AdvancesAreReturned(Refused):
    """Une avance ne se contre-passe pas : ce qui n'a pas été dépensé se rend, puis l'avance se solde.
    An advance is not reversed: what was not spent is returned, and the advance is settled."""


class ReversalStands(Refused):
    """Une contre-passation ne s'annule pas : enregistre de nouveau l'écriture, elle peut reprendre son numéro de pièce.
    A reversal is not undone: record the entry again, it may take its voucher number back."""


class NotReversed(Refused):
    """Cette écriture n'est pas contre-passée : contre-passe-la d'abord, ou n'en remplace aucune.
    This entry is not reversed: reverse it first, or replace none."""


class OneReplacement(Refused):
    """Une écriture contre-passée est remplacée par une seule autre.
    A reversed entry is replaced by one other only."""


class NumberIsUsed(Refused):
    """Ce numéro a servi : il n'y a pas de trou à expliquer.
    This number was used: there is no gap to explain."""


def decide(books: Books, command: EntryCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on the journal."""
    match command:
        case RecordReceipt():
            return [_receipt(books, command, given, given.id())]
        case RecordExpense():
            return [_expense(books, command, given, given.id())]
        case RecordTransfer():
            return [_transfer(books, command, given, given.id())]
        case ReverseEntry():
            return _reversal(books, command, given)
        case ExplainVoucherGap():
            return _explanation(books, command)
        case _:
            assert_never(command)


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say what looks wrong about a fact of the ledger just recorded, advances and pots included, given the books before it."""
    event = record.event
    _, lines = books.posted.after(event)
    cash = frozenset(account for account, one in books.treasuries.items() if one.kind is TreasuryKind.CASH)
    rules = books.content_on(event.business_date) if event.business_date else None
    late_days = rules.late_entry_days if rules else None
    return [
        *floors(books.accounts, books.held, lines, cash, frozenset(books.treasuries)),
        *undecided(event),
        *late(record, books.standing.zone, late_days),
    ]


def _receipt(books: Books, command: RecordReceipt, given: Circumstances, entry: Id) -> ReceiptRecorded:
    _written(books, command, given)
    treasury_accounts(books, command.on, [leg.account for leg in command.treasury])
    result_accounts(books, command.on, command.allocations, command.pot)
    balanced(command.treasury, command.allocations, 1)
    return ReceiptRecorded(entry=entry, **dict(command))


def _expense(books: Books, command: RecordExpense, given: Circumstances, entry: Id) -> ExpenseRecorded:
    taken_over = bool(command.taken_over)
    _written(books, command, given)
    treasury_accounts(books, command.on, [leg.account for leg in command.treasury])
    result_accounts(books, command.on, command.allocations, command.pot)
    balanced(command.treasury, command.allocations, -1)
    signatory = mandated(books, command.signatory, command.on, actor=given.actor, taken_over=taken_over)
    if command.irregular is None and not taken_over:
        raise NoDecisionNoReason
    return ExpenseRecorded(entry=entry, **dict(command) | {"signatory": signatory})


def _transfer(books: Books, command: RecordTransfer, given: Circumstances, entry: Id) -> TransferRecorded:
    _written(books, command, given)
    if command.out_of == command.into:
        raise SamePlace(account=command.into)
    treasury_accounts(books, command.on, [command.out_of, command.into])
    return TransferRecorded(entry=entry, **dict(command))


def _written(books: Books, command: RecordReceipt | RecordExpense | RecordTransfer, given: Circumstances) -> None:
    """Check what every entry needs: a day that can be written, a reversed entry if it replaces one, a free number."""
    year = writable(books, command.on, given, taken_over=command.taken_over)
    if command.replaces is not None:
        replaced = _entry(books, command.replaces)
        if replaced.reversed_by is None:
            raise NotReversed(entry=command.replaces)
        if replaced.replaced_by is not None:
            raise OneReplacement(entry=command.replaces, by=replaced.replaced_by)
    free_voucher(books, year, command.voucher, command.replaces)


def _entry(books: Books, name: Id) -> Entry:
    entry = books.entries.get(name)
    if entry is None:
        raise NoSuchEntry(entry=name)
    return entry


def _reversal(books: Books, command: ReverseEntry, given: Circumstances) -> list[LedgerEvent]:
    if command.reverses in books.advances:
        raise AdvancesAreReturned(advance=command.reverses)
    entry = _entry(books, command.reverses)
    if entry.reverses is not None:
        raise ReversalStands(reverses=entry.reverses)
    if entry.reversed_by is not None:
        raise AlreadyReversed(entry=command.reverses, by=entry.reversed_by)
    if command.on < entry.on:
        raise BeforeTheEntry(entry_on=entry.on.isoformat(), on=command.on.isoformat())
    writable(books, command.on, given)
    undone = EntryReversed(entry=given.id(0), reverses=command.reverses, reason=command.reason, on=command.on)
    replacements = [one for one in (command.receipt, command.expense, command.transfer) if one is not None]
    if len(replacements) > 1:
        raise OneReplacement
    then = BOOKS.evolve(books, Recorded(given.register, 0, given.now, given.actor, given.command, undone))
    match replacements:
        case [RecordReceipt() as receipt]:
            return [undone, _receipt(then, receipt.model_copy(update={"replaces": command.reverses}), given, given.id(1))]
        case [RecordExpense() as expense]:
            return [undone, _expense(then, expense.model_copy(update={"replaces": command.reverses}), given, given.id(1))]
        case [RecordTransfer() as transfer]:
            return [undone, _transfer(then, transfer.model_copy(update={"replaces": command.reverses}), given, given.id(1))]
        case _:
            return [undone]


def _explanation(books: Books, command: ExplainVoucherGap) -> list[LedgerEvent]:
    if command.year not in books.years:
        raise OutsideTheYear(year=command.year)
    number = (command.year, command.voucher.series, command.voucher.number)
    if number in books.vouchers:
        raise NumberIsUsed(series=command.voucher.series, number=command.voucher.number)
    if number in books.explained:
        return []
    return [VoucherGapExplained(year=command.year, series=command.voucher.series, number=command.voucher.number, reason=command.reason)]


ENTRIES: Decider[Books] = Decider(EntryCommand, BOOKS, decide, warn)

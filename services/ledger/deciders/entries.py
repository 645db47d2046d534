"""The journal: receipts, expenses, internal transfers and their reversals; what may be written, and when."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.books import (
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    RegulariseExpense,
    ReverseEntry,
)
from services.ledger.commands.explaining import ExplainAnomaly, ExplainVoucherGap
from services.ledger.commitments import drawn_by
from services.ledger.deciders.checks import (
    OutsideTheYear,
    balanced,
    carried,
    free_voucher,
    irregular_reason,
    mandated,
    result_accounts,
    still_affiliated,
    treasury_accounts,
    writable,
)
from services.ledger.events.books import TreasuryKind
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import (
    Accepted,
    EntryReversed,
    ExpenseRecorded,
    ExpenseRegularised,
    ReceiptRecorded,
    TransferRecorded,
    VoucherGapExplained,
)
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.legs import legs
from services.ledger.kept import Entry, Step
from services.ledger.paying import confirmable, ordered
from services.ledger.registers.cheques import free_cheque
from services.ledger.registers.grants import known_grant
from services.ledger.spending_rules import accepted
from services.ledger.watch import floors, late, undecided
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused
from shared.values import Id

EXPLAINABLE = frozenset({"probable-duplicate", "cash-kept", "voucher-came-late", "recorded-late", "above-the-ceiling"})

EntryCommand = RecordReceipt | RecordExpense | RegulariseExpense | RecordTransfer | ReverseEntry | ExplainVoucherGap | ExplainAnomaly


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


class AdvanceWasUsed(Refused):
    """Une part de cette avance est déjà justifiée ou rendue : contre-passe d'abord ces écritures, ou fais rendre ce qui reste.
    Part of this advance is already justified or returned: reverse those entries first, or have what is left returned."""


class SettledFiguresStand(Refused):
    """Cette avance est soldée et ses chiffres sont signés : corrige par une recette ou une dépense.
    This advance is settled and its figures are signed: correct it by a receipt or an expense."""


class ReversalStands(Refused):
    """Une contre-passation ne s'annule pas : enregistre de nouveau l'écriture, elle peut reprendre son numéro de pièce.
    A reversal is not undone: record the entry again, it may take its voucher number back."""


class NotReversed(Refused):
    """Cette écriture n'est pas contre-passée : contre-passe-la d'abord, ou n'en remplace aucune.
    This entry is not reversed: reverse it first, or replace none."""


class OneReplacement(Refused):
    """Une écriture contre-passée est remplacée par une seule autre.
    A reversed entry is replaced by one other only."""


class NothingToRegularise(Refused):
    """Cette écriture n'attend pas de décision : elle en a déjà une, elle est contre-passée, ou ce n'est pas une dépense.
    This entry awaits no decision: it has one already, it is reversed, or it is no expense."""


class NothingToExplain(Refused):
    """Ce contrôle ne s'explique pas : ce qu'il signale doit être réparé, ou il ne porte pas ce nom.
    This check is not explained: what it lists must be repaired, or it has another name."""


class NumberIsUsed(Refused):
    """Ce numéro a servi : il n'y a pas de trou à expliquer.
    This number was used: there is no gap to explain."""


def decide(books: Books, command: EntryCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on the journal."""
    still_affiliated(books, command)
    match command:
        case RecordReceipt():
            return [_receipt(books, command, given, given.id())]
        case RecordExpense():
            return [_expense(books, command, given, given.id())]
        case RecordTransfer():
            return [_transfer(books, command, given, given.id())]
        case ReverseEntry():
            return _reversal(books, command, given)
        case RegulariseExpense():
            return _regularised(books, command)
        case ExplainVoucherGap():
            return _explanation(books, command)
        case ExplainAnomaly():
            return _anomaly_explained(books, command)
        case _:
            assert_never(command)


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say what looks wrong about a fact of the ledger just recorded, advances and pots included, given the books before it."""
    event = record.event
    # An entry's lines need nothing that was posted before; `after` would build the tables of what follows as well.
    lines = legs(event) if isinstance(event, ReceiptRecorded | ExpenseRecorded | TransferRecorded) else books.posted.after(event)[1]
    treasuries = books.treasuries
    cash = {line.account for line in lines if (place := treasuries.get(line.account)) and place.kind is TreasuryKind.CASH}
    rules = books.content_on(event.business_date) if event.business_date else None
    late_days = rules.late_entry_days if rules else None
    return [
        *floors(books.accounts, books.held, lines, cash, treasuries),
        *undecided(event),
        *late(record, books.standing.zone, late_days),
    ]


def _receipt(books: Books, command: RecordReceipt, given: Circumstances, entry: Id) -> ReceiptRecorded:
    _written(books, command, given)
    confirmable(books, command)
    treasury_accounts(books, command.on, [leg.account for leg in command.treasury])
    result_accounts(books, command.on, command.allocations, command.pot)
    balanced(command.treasury, command.allocations, 1)
    known_grant(books.registers.grants, command.funding)
    return ReceiptRecorded(entry=entry, **vars(command) | {"accepted": _rules_met(books, command)})


def _expense(books: Books, command: RecordExpense, given: Circumstances, entry: Id) -> ExpenseRecorded:
    taken_over = bool(command.taken_over)
    _written(books, command, given)
    confirmable(books, command)
    command = ordered(books, command, given)
    treasury_accounts(books, command.on, [leg.account for leg in command.treasury])
    result_accounts(books, command.on, command.allocations, command.pot)
    balanced(command.treasury, command.allocations, -1)
    known_grant(books.registers.grants, command.grant)
    free_cheque(books.registers.cheques, command.cheque, [leg.account for leg in command.treasury])
    signatory = mandated(books, command.signatory, command.on, actor=given.actor, taken_over=taken_over)
    irregular = irregular_reason(books, command, drawn_by(command.allocations, command.pot))
    told = {"signatory": signatory, "irregular": irregular, "accepted": _rules_met(books, command)}
    return ExpenseRecorded(entry=entry, **vars(command) | told)


def _rules_met(books: Books, command: RecordReceipt | RecordExpense) -> tuple[Accepted, ...] | None:
    """Return the rules of its day that an entry meets, each with its reason; history taken over is judged by nobody."""
    rules = None if command.taken_over else books.rules_on(command.on)
    return accepted(rules, command.label, command.allocations, command.accepted or ()) or None


def _transfer(books: Books, command: RecordTransfer, given: Circumstances, entry: Id) -> TransferRecorded:
    _written(books, command, given)
    if command.out_of == command.into:
        raise SamePlace(account=command.into)
    treasury_accounts(books, command.on, [command.out_of, command.into])
    return TransferRecorded(entry=entry, **vars(command))


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
    entry = _entry(books, command.reverses)
    if entry.reverses is not None:
        raise ReversalStands(reverses=entry.reverses)
    if entry.reversed_by is not None:
        raise AlreadyReversed(entry=command.reverses, by=entry.reversed_by)
    if entry.step is not None:
        _still_open(books, entry.step)
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


def _still_open(books: Books, step: Step) -> None:
    """Check that a step of an advance can be undone: nothing was settled since, and a grant was not used."""
    advance = books.advances[step.advance]
    if advance.settled:
        raise SettledFiguresStand(advance=step.advance)
    if step.granted and (advance.justified or advance.returned):
        raise AdvanceWasUsed(advance=step.advance, justified=advance.justified, returned=advance.returned)


def _regularised(books: Books, command: RegulariseExpense) -> list[LedgerEvent]:
    _entry(books, command.entry)
    spending = books.commitments.spendings.get(command.entry)
    if spending is None or not spending.awaits:
        if spending is not None and command.decision in {use.decision for use in spending.uses}:
            return []
        raise NothingToRegularise(entry=command.entry)
    carried(books, command.decision, spending.uncarried())
    return [ExpenseRegularised(**dict(command))]


def _explanation(books: Books, command: ExplainVoucherGap) -> list[LedgerEvent]:
    if command.year not in books.years:
        raise OutsideTheYear(year=command.year)
    number = (command.year, command.voucher.series, command.voucher.number)
    if number in books.vouchers:
        raise NumberIsUsed(series=command.voucher.series, number=command.voucher.number)
    if number in books.explained:
        return []
    return [VoucherGapExplained(year=command.year, series=command.voucher.series, number=command.voucher.number, reason=command.reason)]


def _anomaly_explained(books: Books, command: ExplainAnomaly) -> list[LedgerEvent]:
    if command.check not in EXPLAINABLE:
        raise NothingToExplain(check=command.check, explainable=sorted(EXPLAINABLE))
    for entry in command.entries:
        _entry(books, entry)
    return [AnomalyExplained(**dict(command))]


ENTRIES: Decider[Books] = Decider(EntryCommand, BOOKS, decide, warn)

"""The books as the ledger's deciders know them: accounts, pots, years, vouchers, entries and advances.

One pure fold, shared by every decider of the ledger, so that a register has one warm state whatever is asked.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, assert_never, get_args
from zoneinfo import ZoneInfo

from immutables import Map

from services.governance.events.people import (
    ClassClosed,
    ClassOpened,
    CooperativeAffiliated,
    Rules,
    RulesAdopted,
)
from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionRevoked
from services.governance.standing import STANDING, Standing, StandingEvent
from services.ledger.closing import Closing, turned
from services.ledger.commitments import CommitmentEvent, Commitments, DecisionEvent
from services.ledger.commitments import evolve as commitments_after
from services.ledger.double_entry import Posted, accounts_after, pots_after
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.bank import BankEvent
from services.ledger.events.books import (
    ChartAdopted,
    MembershipDeclared,
    PeriodLocked,
    PeriodUnlocked,
    PotClosed,
    PotOpened,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    Year,
    YearOpened,
)
from services.ledger.events.budget import BudgetAdopted
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.closing import ClosingEvent
from services.ledger.events.entries import (
    EntryReversed,
    ExpenseRecorded,
    ExpenseRegularised,
    ReceiptRecorded,
    TransferRecorded,
    VoucherGapExplained,
)
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.events.verification import VerificationEvent
from services.ledger.events.vouchers import VoucherAttached, VoucherDeclaredLost
from services.ledger.kept import Advance, Chart, Entry, Papers, Pot, Span, Step, Treasury
from services.ledger.orders import Orders, Preparing
from services.ledger.orders import noted as orders_after
from services.ledger.reconciling import Bank, noted
from services.ledger.reconciling import moved as bank_after
from services.ledger.registers.kept import RegisterEvent, Registers
from services.ledger.registers.kept import noted as registers_after
from services.ledger.verifying import Verifying
from services.ledger.verifying import noted as verified
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Id

BooksEvent = LedgerEvent | StandingEvent | RulesAdopted | ClassOpened | ClassClosed | DecisionEvent
COMMITS = frozenset(get_args(CommitmentEvent))


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the deciders of the ledger must know of one register."""

    standing: Standing = Standing()
    since: date | None = None  # the day on which the register itself was opened: what is older is history
    rules: tuple[RulesAdopted, ...] = ()
    open_classes: frozenset[tuple[Code, Year]] = frozenset()  # a class code may be open in two years at once, in September
    charts: tuple[Chart, ...] = ()
    years: Map[Year, Span] = Map()
    year_charts: Map[Year, Code] = Map()
    locked_through: date | None = None
    treasuries: Map[Code, Treasury] = Map()
    pots: Map[Code, Pot] = Map()
    posted: Posted = Posted()
    accounts: Map[Code, int] = Map()
    held: Map[Code, int] = Map()
    entries: Map[Id, Entry] = Map()
    vouchers: Map[tuple[Year, str, int], Id] = Map()
    explained: Map[tuple[Year, str, int], str] = Map()
    papers: Map[Id, Papers] = Map()
    advances: Map[Id, Advance] = Map()
    commitments: Commitments = Commitments()
    bank: Bank = Bank()
    orders: Orders = Orders()
    verifying: Verifying = Verifying()
    closing: Closing = Closing()
    registers: Registers = Registers()

    def year_of(self, day: date) -> Year | None:
        """Return the fiscal year that contains a day."""
        return next((year for year, span in self.years.items() if span.covers(day)), None)

    def chart_on(self, day: date) -> Chart | None:
        """Return the chart in force on a day: of the chart its year follows, the version begun last, or adopted last on a tie."""
        year = self.year_of(day)
        name = self.year_charts.get(year) if year else None
        begun = [chart for chart in self.charts if chart.valid_from <= day and name in {None, chart.name}]
        return max(reversed(begun), key=lambda chart: chart.valid_from, default=None)  # of one date, the last adopted

    def rules_on(self, day: date) -> RulesAdopted | None:
        """Return the rules in force on a day: those begun last, or adopted last on a tie."""
        begun = [rules for rules in self.rules if rules.valid_from <= day]
        return max(reversed(begun), key=lambda rules: rules.valid_from, default=None)  # of one date, the last adopted

    def is_class(self, class_code: Code) -> bool:
        """Tell whether a class is open under this code, in whichever year."""
        return any(code == class_code for code, _ in self.open_classes)

    def paper_of(self, entry: Id) -> Papers:
        """Return what is known of the paper of an entry."""
        return self.papers.get(entry, Papers())

    def entrusted(self, pot: Code) -> int:
        """Return how much of what a pot holds lies in open advances, in cents."""
        return sum(advance.left for advance in self.advances.values() if advance.pot == pot)

    def available(self, pot: Code) -> int:
        """Return what may leave a pot, in cents: what it holds less what lies in open advances and what is decided but not spent."""
        return self.held.get(pot, 0) - self.entrusted(pot) - self.commitments.held_back(pot)

    def content_on(self, day: date) -> Rules | None:
        """Return what the rules in force on a day say."""
        rules = self.rules_on(day)
        return rules.content if rules else None


def evolve(books: Books, record: Recorded[BooksEvent]) -> Books:
    """Apply one fact."""
    event = record.event
    if isinstance(event, ReceiptRecorded | ExpenseRecorded | TransferRecorded):  # nearly every fact, so they come first
        return _entered(books, record)
    if isinstance(event, BankEvent):
        return replace(books, bank=noted(books.bank, event))
    if isinstance(event, Preparing):
        return replace(books, orders=orders_after(books.orders, record))
    if isinstance(event, VerificationEvent):
        return replace(books, verifying=verified(books.verifying, record))
    if isinstance(event, StandingEvent):
        return _stood(books, event, STANDING.evolve(books.standing, record), record.time)
    books = _registered(_counted(books, record), record)
    if isinstance(event, ClosingEvent | RegisterEvent):
        return books
    match event:
        case DecisionAdopted() | DecisionRevoked() | CommitmentReleased() | ExpenseRegularised():
            return books  # what is committed is all they change, if anything
        case MembershipDeclared() | BudgetAdopted() | AnomalyExplained():
            return books
        case RulesAdopted():
            return replace(books, rules=(*books.rules, event))
        case ClassOpened():
            return replace(books, open_classes=books.open_classes | {(event.class_code, event.year)})
        case ClassClosed():
            return replace(books, open_classes=books.open_classes - {(event.class_code, event.year)})
        case ChartAdopted():
            return replace(books, charts=(*books.charts, Chart.of(event)))
        case YearOpened():
            years = books.years.set(event.year, Span(event.starts, event.ends))
            return replace(books, years=years, year_charts=books.year_charts.set(event.year, event.chart))
        case PeriodLocked(through=through) | PeriodUnlocked(through=through):
            return replace(books, locked_through=through)
        case TreasuryAccountOpened():
            return replace(books, treasuries=books.treasuries.set(event.account, Treasury(event.kind, Span(event.on))))
        case TreasuryAccountClosed():
            return _treasury_closed(books, event)
        case PotOpened():
            return replace(books, pots=books.pots.set(event.pot, Pot(event.kind, Span(event.on))))
        case PotClosed():
            return _pot_closed(books, event)
        case PotTransferRecorded():
            return replace(books, entries=books.entries.set(event.transfer, Entry(event.on, None)))
        case EntryReversed():
            return replace(_reversed(books, event), orders=orders_after(books.orders, record))
        case VoucherGapExplained():
            return replace(books, explained=books.explained.set((event.year, event.series, event.number), event.reason))
        case VoucherAttached() | VoucherDeclaredLost():
            return _with_paper(books, event)
        case AdvanceGranted() | AdvanceJustified() | AdvanceReturned():
            return _stepped(books, event)
        case AdvanceSettled():
            return _settled(books, event)
        case _:
            assert_never(event)


def _stood(books: Books, event: StandingEvent, standing: Standing, time: datetime) -> Books:
    since = time.astimezone(ZoneInfo(event.zone)).date() if isinstance(event, CooperativeAffiliated) else books.since
    return replace(books, standing=standing, since=since)


def _counted(books: Books, record: Recorded[BooksEvent]) -> Books:
    books = _with_lines(books, record)
    if type(record.event) not in COMMITS:
        return books
    return replace(books, commitments=commitments_after(books.commitments, record))


def _registered(books: Books, record: Recorded[BooksEvent]) -> Books:
    registers = registers_after(books.registers, record)
    return books if registers is books.registers else replace(books, registers=registers)


def _with_lines(books: Books, record: Recorded[BooksEvent]) -> Books:
    posted, lines = books.posted.after(record.event)
    closing = turned(books.closing, record, lines)
    if not lines and posted is books.posted:
        return books if closing is books.closing else replace(books, closing=closing)
    accounts, held = accounts_after(books.accounts, lines), pots_after(books.held, lines)
    return replace(books, posted=posted, accounts=accounts, held=held, bank=bank_after(books.bank, record, lines), closing=closing)


def _stepped(books: Books, event: AdvanceGranted | AdvanceJustified | AdvanceReturned) -> Books:
    """Apply one step of an advance. Older steps have no entry of their own: nobody can name them, so nothing undoes them."""
    entry = event.advance if isinstance(event, AdvanceGranted) else event.entry
    match event:
        case AdvanceGranted():
            nothing = Advance(event.pot, event.holder, event.on, event.on, 0, event.ceiling)
            books, step = replace(books, advances=books.advances.set(event.advance, nothing)), Step(event.advance, granted=event.amount)
        case AdvanceJustified():
            step = Step(event.advance, justified=sum(one.amount for one in event.allocations))
        case AdvanceReturned():
            step = Step(event.advance, returned=event.amount)
    if (advance := books.advances.get(step.advance)) is None:
        return books
    books = replace(books, advances=books.advances.set(step.advance, advance.after(step, event.on)))
    if entry is not None:
        books = replace(books, entries=books.entries.set(entry, Entry(event.on, event.voucher, step=step)))
    if (year := books.year_of(event.on)) is None:
        return books
    number = (year, event.voucher.series, event.voucher.number)
    return replace(books, vouchers=books.vouchers.set(number, entry or step.advance))


def _entered(books: Books, record: Recorded[Any]) -> Books:
    """Apply one entry of the journal, which nearly every fact is, in one change of the state."""
    event, commitments = record.event, books.commitments
    if isinstance(event, ExpenseRecorded):
        commitments = commitments_after(commitments, record)
    posted, lines = books.posted.after(event)
    entries, papers = books.entries.set(event.entry, Entry(event.on, event.voucher)), books.papers
    if event.replaces is not None and (replaced := entries.get(event.replaces)) is not None:
        entries = entries.set(event.replaces, replace(replaced, replaced_by=event.entry))
        if replaced.voucher == event.voucher and (paper := papers.get(event.replaces)) is not None:
            papers = papers.set(event.entry, paper)  # the same paper under the same number
    if isinstance(event, ExpenseRecorded) and event.order is not None and (paper := papers.get(event.order)) is not None:
        papers = papers.set(event.entry, paper)  # the paper that the order was approved on
    year, vouchers = books.year_of(event.on), books.vouchers
    if year is not None:
        vouchers = vouchers.set((year, event.voucher.series, event.voucher.number), event.entry)
    accounts, held = accounts_after(books.accounts, lines), pots_after(books.held, lines)
    posted_to: dict[str, Any] = {"posted": posted, "accounts": accounts, "held": held, "commitments": commitments}
    posted_to |= {"bank": bank_after(books.bank, record, lines), "closing": turned(books.closing, record, lines)}
    posted_to |= {"registers": registers_after(books.registers, record), "orders": orders_after(books.orders, record)}
    return replace(books, entries=entries, papers=papers, vouchers=vouchers, **posted_to)


def _with_paper(books: Books, event: VoucherAttached | VoucherDeclaredLost) -> Books:
    known, lost = books.paper_of(event.entry), isinstance(event, VoucherDeclaredLost)
    return replace(books, papers=books.papers.set(event.entry, Papers(known.files if lost else known.files + 1, lost)))


def _reversed(books: Books, event: EntryReversed) -> Books:
    entries = books.entries.set(event.entry, Entry(event.on, None, reverses=event.reverses))
    if (entry := entries.get(event.reverses)) is None:
        return replace(books, entries=entries)
    entries, advances = entries.set(event.reverses, replace(entry, reversed_by=event.entry)), books.advances
    if entry.step is not None and (advance := advances.get(entry.step.advance)) is not None:
        advances = advances.set(entry.step.advance, advance.after(entry.step, event.on, sign=-1))
    return replace(books, entries=entries, advances=advances)


def _treasury_closed(books: Books, event: TreasuryAccountClosed) -> Books:
    if (known := books.treasuries.get(event.account)) is None:
        return books
    return replace(books, treasuries=books.treasuries.set(event.account, replace(known, span=replace(known.span, closed=event.on))))


def _pot_closed(books: Books, event: PotClosed) -> Books:
    pot = books.pots.get(event.pot)
    return books if pot is None else replace(books, pots=books.pots.set(event.pot, replace(pot, span=replace(pot.span, closed=event.on))))


def _settled(books: Books, event: AdvanceSettled) -> Books:
    if (known := books.advances.get(event.advance)) is None:
        return books
    return replace(books, advances=books.advances.set(event.advance, replace(known, last=max(known.last, event.on), settled=True)))


BOOKS: Fold[Books] = Fold(BooksEvent, Books(), evolve)

"""The books as the ledger's deciders know them: accounts, pots, years, vouchers, entries and advances.

One pure fold, shared by every decider of the ledger, so that a register has one warm state whatever is asked.
"""

from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from services.governance.events import Rules, RulesAdopted
from services.governance.standing import Standing, StandingEvent
from services.governance.standing import evolve as standing_after
from services.ledger.double_entry import Posted, accounts_after, pots_after
from services.ledger.events import (
    AccountType,
    AdvanceGranted,
    AdvanceJustified,
    AdvanceReturned,
    AdvanceSettled,
    ChartAdopted,
    EntryReversed,
    ExpenseRecorded,
    LedgerEvent,
    PeriodLocked,
    PeriodUnlocked,
    PotClosed,
    PotKind,
    PotOpened,
    PotTransferRecorded,
    ReceiptRecorded,
    TransferRecorded,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    TreasuryKind,
    Voucher,
    VoucherGapExplained,
    Year,
    YearOpened,
)
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Digest, Id, Pseudonym

BooksEvent = LedgerEvent | StandingEvent | RulesAdopted


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when something can be used; both days included."""

    opened: date
    closed: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether a day lies inside."""
        return self.opened <= day and (self.closed is None or day <= self.closed)


@dataclass(frozen=True, slots=True)
class Pot:
    """Whose money, and when the pot is open."""

    kind: PotKind
    span: Span


@dataclass(frozen=True, slots=True)
class Treasury:
    """A place where money lies, and when it is open."""

    kind: TreasuryKind
    span: Span


@dataclass(frozen=True, slots=True)
class Chart:
    """One version of the chart of accounts: what each account is for."""

    name: Code
    version: Code
    valid_from: date
    types: Map[Code, AccountType]
    digest: Digest


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal: its day, its voucher (None for a transfer between pots), and what undid it."""

    on: date
    voucher: Voucher | None
    reversed_by: Id | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """One petty cash advance, in cents."""

    pot: Code
    holder: Pseudonym
    granted: int
    justified: int = 0
    returned: int = 0
    settled: bool = False

    @property
    def left(self) -> int:
        """Return what is neither justified nor returned."""
        return self.granted - self.justified - self.returned


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the deciders of the ledger must know of one register."""

    standing: Standing = Standing()
    rules: tuple[RulesAdopted, ...] = ()
    charts: tuple[Chart, ...] = ()
    years: Map[Year, Span] = Map()
    locked_through: date | None = None
    treasuries: Map[Code, Treasury] = Map()
    pots: Map[Code, Pot] = Map()
    posted: Posted = Posted()
    accounts: Map[Code, int] = Map()
    held: Map[Code, int] = Map()
    entries: Map[Id, Entry] = Map()
    vouchers: Map[tuple[Year, str, int], Id] = Map()
    explained: Map[tuple[Year, str, int], bool] = Map()
    advances: Map[Id, Advance] = Map()

    def year_of(self, day: date) -> Year | None:
        """Return the fiscal year that contains a day."""
        return next((year for year, span in self.years.items() if span.covers(day)), None)

    def chart_on(self, day: date) -> Chart | None:
        """Return the chart in force on a day: the one adopted last among those that had begun."""
        begun = [chart for chart in self.charts if chart.valid_from <= day]
        return max(begun, key=lambda chart: chart.valid_from) if begun else None

    def rules_on(self, day: date) -> RulesAdopted | None:
        """Return the rules in force on a day."""
        begun = [rules for rules in self.rules if rules.valid_from <= day]
        return max(begun, key=lambda rules: rules.valid_from) if begun else None

    def content_on(self, day: date) -> Rules | None:
        """Return what the rules in force on a day say."""
        rules = self.rules_on(day)
        return rules and rules.content


def evolve(books: Books, record: Recorded[BooksEvent]) -> Books:
    """Apply one fact."""
    event = record.event
    books = _with_lines(books, record)
    match event:
        case RulesAdopted():
            return replace(books, rules=(*books.rules, event))
        case ChartAdopted():
            types = Map({account.code: account.type for account in event.content})
            return replace(books, charts=(*books.charts, Chart(event.chart, event.version, event.valid_from, types, event.digest)))
        case YearOpened():
            return replace(books, years=books.years.set(event.year, Span(event.starts, event.ends)))
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
        case ReceiptRecorded() | ExpenseRecorded() | TransferRecorded():
            entry = Entry(event.on, event.voucher)
            return replace(_numbered(books, event.on, event.voucher, event.entry), entries=books.entries.set(event.entry, entry))
        case PotTransferRecorded():
            return replace(books, entries=books.entries.set(event.transfer, Entry(event.on, None)))
        case EntryReversed():
            return _reversed(books, event)
        case VoucherGapExplained():
            return replace(books, explained=books.explained.set((event.year, event.series, event.number), True))
        case AdvanceGranted():
            advance = Advance(event.pot, event.holder, event.amount)
            return replace(_numbered(books, event.on, event.voucher, event.advance), advances=books.advances.set(event.advance, advance))
        case AdvanceJustified():
            spent = sum(one.amount for one in event.allocations)
            return _numbered(_advance(books, event.advance, justified=spent), event.on, event.voucher, event.advance)
        case AdvanceReturned():
            return _numbered(_advance(books, event.advance, returned=event.amount), event.on, event.voucher, event.advance)
        case AdvanceSettled():
            return _advance(books, event.advance, settled=True)
        case _:
            return replace(books, standing=standing_after(books.standing, record)) if event.wire.startswith("governance.") else books


def _with_lines(books: Books, record: Recorded[BooksEvent]) -> Books:
    posted, lines = books.posted.after(record.event)
    if not lines and posted is books.posted:
        return books
    return replace(books, posted=posted, accounts=accounts_after(books.accounts, lines), held=pots_after(books.held, lines))


def _numbered(books: Books, on: date, voucher: Voucher, by: Id) -> Books:
    year = books.year_of(on)
    return books if year is None else replace(books, vouchers=books.vouchers.set((year, voucher.series, voucher.number), by))


def _reversed(books: Books, event: EntryReversed) -> Books:
    entry = books.entries.get(event.reverses)
    return books if entry is None else replace(books, entries=books.entries.set(event.reverses, replace(entry, reversed_by=event.entry)))


def _treasury_closed(books: Books, event: TreasuryAccountClosed) -> Books:
    treasury = books.treasuries.get(event.account)
    if treasury is None:
        return books
    closed = replace(treasury, span=replace(treasury.span, closed=event.on))
    return replace(books, treasuries=books.treasuries.set(event.account, closed))


def _pot_closed(books: Books, event: PotClosed) -> Books:
    pot = books.pots.get(event.pot)
    return books if pot is None else replace(books, pots=books.pots.set(event.pot, replace(pot, span=replace(pot.span, closed=event.on))))


def _advance(books: Books, advance: Id, *, justified: int = 0, returned: int = 0, settled: bool = False) -> Books:
    known = books.advances.get(advance)
    if known is None:
        return books
    grown = replace(known, justified=known.justified + justified, returned=known.returned + returned, settled=known.settled or settled)
    return replace(books, advances=books.advances.set(advance, grown))


BOOKS: Fold[Books] = Fold(BooksEvent, Books(), evolve)


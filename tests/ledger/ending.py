"""A small school whose year is over: everything that its closing needs, and the same without one thing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.ledger.books import BOOKS, Books
from services.ledger.commands.year_end import CloseYear
from services.ledger.events.bank import BankLine, LineMatched, ReconciliationSigned, StatementImported
from services.ledger.events.books import YearOpened
from services.ledger.events.closing import Capacity, DischargeGiven, FinancialReportIssued
from services.ledger.events.vouchers import MediaType, VoucherAttached
from services.ledger.rules.financial_report import financial_report, report_digest, result_of
from services.ledger.rules.year_end import carried
from shared.messages import Event, Recorded
from shared.values import Checkpoint, Pseudonym
from tests.examples_governance import GARNIER, HADDAD, LEFEVRE, RENTREE, SUMMER
from tests.examples_ledger import FAMILIES_RECEIVED, FEES_PAID, FIRST_ENTRY, OPEN_BOOKS, SECOND_ENTRY
from tests.given import COMMAND_ID, NOW, REGISTER, SEALED

YEAR, NEXT = "2024-25", "2025-26"
AFTER = date(2025, 9, 20)  # when the year is judged and closed
OPENING, CLOSING_BANK = 2_846_37, 2_846_37 + 1_806_00 - 405_60
STATEMENT = "s" * 26
Fact = Event | tuple[Pseudonym, Event]  # with whoever recorded it, where it matters

NEXT_OPENED = YearOpened(year=NEXT, starts=date(2025, 9, 1), ends=date(2026, 8, 31), chart="occe")
PAPERS = tuple(VoucherAttached(entry=entry, document=SEALED, media_type=MediaType.PDF, size=9) for entry in (FIRST_ENTRY, SECOND_ENTRY))
STATEMENT_READ = StatementImported(
    statement=STATEMENT,
    account="512",
    starts=RENTREE,
    ends=SUMMER,
    opening=OPENING,
    closing=CLOSING_BANK,
    lines=(
        BankLine(line=1, on=date(2024, 9, 22), amount=1_806_00, mark="1" * 64),
        BankLine(line=2, on=date(2024, 10, 4), amount=-405_60, mark="2" * 64),
    ),
    texts=SEALED,
)
MATCHED = (
    LineMatched(statement=STATEMENT, line=1, entries=(FIRST_ENTRY,)),
    LineMatched(statement=STATEMENT, line=2, entries=(SECOND_ENTRY,)),
)
SIGNED = ReconciliationSigned(account="512", on=SUMMER, statement=CLOSING_BANK, book=CLOSING_BANK, outstanding=())
KEPT: tuple[Fact, ...] = (*OPEN_BOOKS, FAMILIES_RECEIVED, FEES_PAID, *PAPERS, NEXT_OPENED, STATEMENT_READ, *MATCHED, SIGNED)


def history(facts: Iterable[Fact]) -> list[Recorded[Any]]:
    """Stand facts one after the other, each by whoever recorded it."""
    told = [fact if isinstance(fact, tuple) else (GARNIER, fact) for fact in facts]
    return [Recorded(REGISTER, seq, NOW, by, COMMAND_ID, fact) for seq, (by, fact) in enumerate(told, start=1)]


def books_of(facts: Iterable[Fact]) -> Books:
    """Fold facts into the books."""
    books, listening = BOOKS.initial, BOOKS.listening()
    for record in history(facts):
        books = listening(books, record)
    return books


def report_of(*facts: Fact) -> FinancialReportIssued:
    """Return the report issued after these facts."""
    digest = report_digest(financial_report(books_of(facts), YEAR))
    return FinancialReportIssued(year=YEAR, through_seq=len(facts), checkpoint=root(len(facts)), digest=digest, signatories=(GARNIER,))


def discharge(through: int, capacity: Capacity = Capacity.PARENT) -> DischargeGiven:
    """Return a discharge on facts 1 to `through`."""
    return DischargeGiven(year=YEAR, through_seq=through, checkpoint=root(through), capacity=capacity, reservations=())


def root(size: int) -> Checkpoint:
    """Return a checkpoint of a size, which no test looks at."""
    return Checkpoint(size=size, root="ab" * 32)


def ended(*kept: Fact) -> tuple[Fact, ...]:
    """Return kept books with the report, and the discharge of a parent and a teacher."""
    reported = (*kept, report_of(*kept))
    through = len(reported)
    return (*reported, (HADDAD, discharge(through)), (LEFEVRE, discharge(through, Capacity.TEACHER)))


def closing(*facts: Fact, **changes: Any) -> CloseYear:
    """Return the command that closes the year of these facts with the figures of their books."""
    books = books_of(facts)
    told: dict[str, Any] = {"year": YEAR, "on": AFTER, "result": result_of(books.closing, YEAR), "carried": carried(books, YEAR)}
    return CloseYear(**told | changes)

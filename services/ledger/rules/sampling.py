"""Which entries of a year a sample is drawn from: those that stand, each with what it moves and whether in cash."""

from services.ledger.books import Books
from services.ledger.events.books import TreasuryKind
from services.ledger.verifying import Candidate
from shared.values import Code


def candidates(books: Books, year: Code) -> list[Candidate]:
    """Return the entries of a year with a voucher that were not reversed, in the order of their ids.

    The amount is what the entry debits, in cents: as much as it credits.
    """
    cash = {account for account, one in books.treasuries.items() if one.kind is TreasuryKind.CASH}
    found = []
    for entry, known in sorted(books.entries.items()):
        if known.voucher is None or known.reversed_by is not None or books.closing.year_of(known.on) != year:
            continue
        lines = books.posted.entries.get(entry, ())
        amount = sum(line.amount for line in lines if line.amount > 0)
        found.append(Candidate(entry, amount, any(line.account in cash for line in lines)))
    return found

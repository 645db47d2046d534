"""Two CSV files for GnuCash: the accounts, then the entries, to be imported in that order.

In GnuCash 4 or 5, with a new book in EUR: *File, Import, Import Accounts from CSV* takes the first as it is (separator: comma). *Import
Transactions from CSV* takes the second with the boxes *Multi-split* and *skip 1 leading line*, date format y-m-d, number format
`Period: 123,456.78`, and the columns named as in the first line: Date, Transaction ID, Number, Description, Notes, Account, Amount,
Memo. Each line is one posting; those of one entry share the transaction's ID.
"""

import csv
import io
from collections.abc import Iterable

from services.ledger.exports.account_roots import Root, root_of
from services.ledger.exports.amounts import euros
from services.ledger.exports.entries import called, entries_of, reference, sums
from services.ledger.exports.exported import Exported
from services.ledger.exports.guarding import guarded
from services.ledger.projections.balances import YearSpan, is_verified
from shared.values import Code

ACCOUNT_COLUMNS = (
    "Type", "Full Account Name", "Account Name", "Account Code", "Description", "Account Color", "Notes", "Symbol", "Namespace",
    "Hidden", "Tax Info", "Placeholder",
)  # fmt: skip
ENTRY_COLUMNS = ("Date", "Transaction ID", "Number", "Description", "Notes", "Account", "Amount", "Memo")
TYPES = {Root.ASSETS: "ASSET", Root.EQUITY: "EQUITY", Root.INCOME: "INCOME", Root.EXPENSES: "EXPENSE"}
PARENTS = {Root.ASSETS: "Actif", Root.EQUITY: "Fonds propres", Root.INCOME: "Produits", Root.EXPENSES: "Charges"}


def gnucash_accounts(exported: Exported, span: YearSpan | None) -> bytes:
    """Return the accounts that the entries of a year, or of all years, touch, below one parent for each kind."""
    rows = [_account(root, PARENTS[root], PARENTS[root], "", "", "T") for root in Root]
    last = span.ends if span else None
    for account in sorted(sums(entries_of(exported, span))):
        root = root_of(exported, account)
        note = "" if is_verified(exported.funds.balances, account, last) else "code non confirmé"
        rows.append(_account(root, _full_name(exported, account), account, called(exported, account, last), note, "F"))
    return _written([ACCOUNT_COLUMNS, *rows])


def gnucash(exported: Exported, span: YearSpan | None) -> bytes:
    """Return the entries of a year, with its opening balances, or of all years."""
    rows = [
        (
            entry.on.isoformat(),
            str(entry.seq),
            reference(entry),
            guarded(entry.label),
            entry.decision or entry.regularised_by or "",
            _full_name(exported, posting.account),
            euros(posting.amount),
            " ".join(part for part in (posting.pot, posting.project) if part),
        )
        for entry in entries_of(exported, span)
        for posting in entry.lines
    ]
    return _written([ENTRY_COLUMNS, *rows])


def _account(root: Root, full_name: str, name: str, label: str, note: str, is_parent: str) -> tuple[str, ...]:
    code = "" if is_parent == "T" else name
    return (TYPES[root], full_name, name, code, guarded(label), "", note, "EUR", "CURRENCY", "F", "F", is_parent)


def _full_name(exported: Exported, account: Code) -> str:
    return f"{PARENTS[root_of(exported, account)]}:{account}"


def _written(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

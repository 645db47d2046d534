"""A journal for Beancount 2 and 3: every account opened, every entry with its record, its balances asserted at the end to the cent.

Of each entry: `seq` is its record, `voucher` its number, `decision` what it cites; projects are tags, and each line names its pot and
project. An entry that awaits a decision has the flag `!`. Accounts are named by their code, so that the names never change; their
label is beside their opening.
"""

import re
from collections.abc import Iterator
from datetime import date

from services.ledger.exports.account_roots import Root, root_of
from services.ledger.exports.amounts import euros
from services.ledger.exports.entries import awaits_a_decision, called, day_after, entries_of, reference, sums
from services.ledger.exports.exported import Exported
from services.ledger.projections.balances import YearSpan, is_verified
from services.ledger.projections.journal import JournalLine
from shared.values import Code

NAMES = {Root.ASSETS: "Assets", Root.EQUITY: "Equity", Root.INCOME: "Income", Root.EXPENSES: "Expenses"}
COMPONENT = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")  # what an account's name is made of


def beancount(exported: Exported, span: YearSpan | None) -> bytes:
    """Return the entries of a year, with its opening balances, or of all years."""
    entries = entries_of(exported, span)
    lines = [f'option "title" {_text(exported.name)}', 'option "operating_currency" "EUR"', ""]
    if entries:
        lines += [*_openings(exported, entries, span.ends if span else None), ""]
        lines += [part for entry in entries for part in _transaction(exported, entry)]
        lines += [*_assertions(exported, entries), ""]
    return "\n".join(lines).encode()


def _openings(exported: Exported, entries: list[JournalLine], last: date | None) -> Iterator[str]:
    for account in _accounts(exported, entries):
        yield f"{entries[0].on} open {_name(exported, account)} EUR"
        yield f"  label: {_text(called(exported, account, last))}"
        yield f"  verified: {'TRUE' if is_verified(exported.funds.balances, account, last) else 'FALSE'}"


def _transaction(exported: Exported, entry: JournalLine) -> Iterator[str]:
    projects = sorted({posting.project for posting in entry.lines if posting.project})
    flag = "!" if awaits_a_decision(entry) else "*"
    yield " ".join([f"{entry.on} {flag} {_text(entry.label)}", *(f"#{project}" for project in projects)])
    yield f"  seq: {entry.seq}"
    yield f"  voucher: {_text(reference(entry))}"
    if decision := entry.decision or entry.regularised_by:
        yield f"  decision: {_text(decision)}"
    if undone := exported.journal.seqs.get(entry.reverses or ""):
        yield f"  reverses: {undone}"
    for posting in entry.lines:
        yield f"  {_name(exported, posting.account)}  {euros(posting.amount)} EUR"
        if posting.pot:
            yield f"    pot: {_text(posting.pot)}"
        if posting.project:
            yield f"    project: {_text(posting.project)}"
    yield ""


def _assertions(exported: Exported, entries: list[JournalLine]) -> Iterator[str]:
    balances = sums(entries)
    for account in _accounts(exported, entries):
        # Without `~ 0` Beancount would let a cent pass.
        yield f"{day_after(entries)} balance {_name(exported, account)}  {euros(balances[account])} ~ 0 EUR"


def _accounts(exported: Exported, entries: list[JournalLine]) -> list[Code]:
    return sorted({*sums(entries), *exported.funds.balances.treasury})


def _name(exported: Exported, account: Code) -> str:
    code = account if COMPONENT.fullmatch(account) else f"X{account.encode().hex().upper()}"
    return f"{NAMES[root_of(exported, account)]}:{code}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

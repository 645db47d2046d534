"""A journal for hledger: accounts and currency declared, every entry with its tags, its balances asserted at the end to the cent.

The tags `seq`, `pot`, `project` and `decision` are for queries such as `hledger balance tag:pot=CE1`; the code in brackets is the
voucher; `!` marks an entry that awaits a decision. A semicolon of a label is written as a comma: it would begin a comment.
"""

from collections.abc import Iterator

from services.ledger.events.legs import Posting
from services.ledger.exports.account_roots import root_of
from services.ledger.exports.amounts import euros
from services.ledger.exports.entries import awaits_a_decision, called, entries_of, reference, sums
from services.ledger.exports.exported import Exported
from services.ledger.projections.balances import YearSpan, is_verified
from services.ledger.projections.journal import JournalLine
from shared.values import Code


def hledger(exported: Exported, span: YearSpan | None) -> bytes:
    """Return the entries of a year, with its opening balances, or of all years."""
    entries = entries_of(exported, span)
    lines = [f"; {exported.name}", "decimal-mark .", "commodity 1000.00 EUR", ""]
    accounts = sorted({*sums(entries), *exported.funds.balances.treasury})
    last = span.ends if span else None
    for account in accounts:
        unverified = "" if is_verified(exported.funds.balances, account, last) else " (code non confirmé)"
        lines += [f"; {called(exported, account, last)}{unverified}", f"account {_name(exported, account)}"]
    lines += ["", *(part for entry in entries for part in _transaction(exported, entry))]
    if entries:
        balances = sums(entries)
        lines.append(f"{entries[-1].on} * Soldes")
        lines += [f"    {_name(exported, account)}  0.00 EUR == {euros(balances[account])} EUR" for account in accounts]
    return "\n".join([*lines, ""]).encode()


def _transaction(exported: Exported, entry: JournalLine) -> Iterator[str]:
    tags = {"seq": f"{entry.seq}", "decision": entry.decision or entry.regularised_by}
    flag = "!" if awaits_a_decision(entry) else "*"
    yield f"{entry.on} {flag} ({reference(entry)}) {entry.label.replace(';', ',')}{_comment(tags)}"
    yield from (_line(exported, posting) for posting in entry.lines)
    yield ""


def _line(exported: Exported, posting: Posting) -> str:
    amount = f"{_name(exported, posting.account)}  {euros(posting.amount)} EUR"
    return f"    {amount}{_comment({'pot': posting.pot, 'project': posting.project})}"


def _comment(tags: dict[str, str | None]) -> str:
    said = ", ".join(f"{name}:{value}" for name, value in tags.items() if value)
    return f"  ; {said}" if said else ""


def _name(exported: Exported, account: Code) -> str:
    return f"{root_of(exported, account)}:{account}"

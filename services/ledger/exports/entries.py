"""The entries of a year, or of all years, as other programs keep them: balanced lines, the year's opening balances first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.ledger.double_entry import RESULT
from services.ledger.events.legs import BETWEEN_POTS, CARRIED_FORWARD, Posting
from services.ledger.exports.exported import Exported
from services.ledger.projections.balances import YearSpan, label_of
from services.ledger.projections.journal import JournalLine
from shared.values import Code

OPENING = "year-opened"
# What an entry without a label of its own is called; the label follows where there is one.
WORDS = {
    OPENING: "À-nouveaux",
    "entry-reversed": "Contre-passation :",
    "advance-granted": "Avance confiée",
    "advance-returned": "Reliquat d'avance rendu",
}


def entries_of(exported: Exported, span: YearSpan | None) -> list[JournalLine]:
    """Return the entries of a year, or of all years, by business date, then in the order of recording.

    A year begins with one entry of opening balances: what was carried in when the register began, or what the earlier years left.
    """
    lines = [_written(exported, line) for line in exported.journal.ordered()]
    if span is not None:
        opening = _opening(exported, lines, span)
        lines = [opening, *(line for line in lines if line.kind != OPENING and span.starts <= line.on <= span.ends)]
    return [line for line in lines if line.lines]


def sums(entries: Iterable[JournalLine]) -> Counter[Code]:
    """Return the balance that some entries give to each account that they touch, debit positive, in cents."""
    found: Counter[Code] = Counter()
    for entry in entries:
        for posting in entry.lines:
            found[posting.account] += posting.amount
    return found


def reference(entry: JournalLine) -> str:
    """Return the voucher of an entry, or the number of its record where it has none; a series has three letters at most."""
    return f"{entry.voucher.series}{entry.voucher.number:02d}" if entry.voucher else f"FAIT-{entry.seq}"


def called(exported: Exported, account: Code, day: date | None = None) -> str:
    """Return the label of an account, by the chart in force on a day (without a day: the last)."""
    return label_of(exported.funds.balances, account, day)


def awaits_a_decision(entry: JournalLine) -> bool:
    """Tell whether an entry was made without a decision, and no council regularised it, and it stands."""
    return bool(entry.irregular and not (entry.taken_over or entry.regularised_by or entry.reversed_by))


def _written(exported: Exported, line: JournalLine) -> JournalLine:
    """Return a line with its whole label, without postings of nothing."""
    pot = advance.pot if (advance := exported.funds.advances.by_id.get(line.entry)) and line.kind == "advance-granted" else ""
    label = " ".join(word for word in (WORDS.get(line.kind, ""), line.label, pot) if word)
    return replace(line, label=label, lines=tuple(posting for posting in line.lines if posting.amount))


def _opening(exported: Exported, lines: list[JournalLine], span: YearSpan) -> JournalLine:
    """Return the opening balances of a year: those it brought, and what everything before it left."""
    opened = next(line for line in exported.openings if line.label == span.year)
    brought = [posting for line in lines if line.seq == opened.seq for posting in line.lines]
    left = _left(line for line in lines if line.on < span.starts)
    return replace(opened, label=f"{WORDS[OPENING]} {span.year}", lines=(*brought, *left))


def _left(lines: Iterable[JournalLine]) -> list[Posting]:
    """Return the balances that some lines leave: the results are carried forward, by the pot whose they are."""
    accounts: Counter[Code] = Counter()
    carried: Counter[Code | None] = Counter()
    for line in lines:
        for posting in line.lines:
            if posting.account[0] in RESULT or posting.account in {CARRIED_FORWARD, BETWEEN_POTS}:
                carried[posting.pot] += posting.amount
            else:
                accounts[posting.account] += posting.amount
    standing = [Posting(account, amount) for account, amount in sorted(accounts.items()) if amount]
    pots = sorted(carried.items(), key=lambda one: one[0] or "")
    return standing + [Posting(CARRIED_FORWARD, amount, pot) for pot, amount in pots if amount]


def day_after(entries: Iterable[JournalLine]) -> date:
    """Return the day after the last entry. Raises ValueError without any."""
    last = max(entry.on for entry in entries)
    return date.fromordinal(last.toordinal() + 1)

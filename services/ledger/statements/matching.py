"""Which entries of the books the operations of the bank may be: proposals with a reason, for somebody to accept or not.

What is proposed always explains the sum to the cent. Strong reasons are looked at first; a proposal that nothing of the same or a
greater strength contradicts takes its lines and entries, and weaker ones about them are left out. The others are marked as ambiguous.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import nsmallest
from itertools import chain
from typing import Final

from services.ledger.statements import match_reasons as why
from services.ledger.statements.match_sums import Amounts
from services.ledger.statements.match_words import cheque_numbers, names_a_cheque, words_of
from services.ledger.statements.statement import StatementLine
from shared.refusals import Sentence
from shared.values import Id

DAYS_BEFORE: Final = 10  # a line may come before its entry: a direct debit is written down when the statement arrives
DAYS_AFTER: Final = 45  # and after it, as a voucher waits for the bank
CHEQUE_DAYS_AFTER: Final = 373  # a French cheque can be cashed for a year and eight days (Code monétaire et financier, L131-32, L131-59)
CLOSE_DAYS: Final = 5  # a bank's working days around a weekend
CANDIDATES_MAX: Final = 20  # entries of one sum that are looked at for one line, the nearest
SHOWN_MAX: Final = 5  # proposals for one line: more are a search, not a choice


@dataclass(frozen=True, slots=True)
class BookEntry:
    """What one entry did to the account of the statement, in signed cents, and what the bank may know it by.

    `slip` is the deposit slip it went to the bank on. An entry already matched, or reversed, is none of these.
    """

    entry: Id
    on: date
    amount: int
    label: str
    voucher: str = ""
    cheque: str = ""
    slip: Id | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines that may be these entries: `rank` from 1 among the proposals for the first of the lines, `days` the farthest apart."""

    lines: tuple[int, ...]
    entries: tuple[Id, ...]
    reason: type[Sentence]
    days: int
    rank: int = 0
    ambiguous: bool = False

    @property
    def touched(self) -> tuple[Hashable, ...]:
        """Return its lines, which are numbers, and its entries, which are words."""
        return (*self.lines, *self.entries)


def proposals(lines: Sequence[StatementLine], entries: Sequence[BookEntry]) -> tuple[Proposal, ...]:
    """Return what may match, by line and rank; lines and entries are those that are not matched yet. Nothing here decides."""
    order = {one.entry: place for place, one in enumerate(entries)}
    by_reason: dict[type[Sentence], list[Proposal]] = defaultdict(list)
    for one in chain(_of_slips(lines, entries), _of_single_entries(lines, entries)):
        by_reason[one.reason].append(one)
    taken: set[Hashable] = set()
    contested: set[Hashable] = set()
    kept: list[Proposal] = []
    for reason in why.REASONS:
        if reason is why.SeveralEntries:
            by_reason[reason] = _sums_of_entries(lines, entries, taken | contested)
        elif reason is why.SeveralLines:
            by_reason[reason] = _sums_of_lines(lines, entries, taken | contested)
        standing = [one for one in by_reason[reason] if taken.isdisjoint(one.touched)]
        standing.sort(key=lambda one: (one.days, one.lines, [order[entry] for entry in one.entries]))
        wanted = Counter(part for one in standing for part in one.touched)
        judged = [replace(one, ambiguous=_ambiguous(one, wanted, contested)) for one in standing]
        for one in judged:
            (contested if one.ambiguous else taken).update(one.touched)
        kept += _apart_first(judged)
    return _ranked(kept)


def near(line: date, entry: date, *, cheque: bool = False) -> bool:
    """Tell whether a line of one day can be an entry of another."""
    return -DAYS_BEFORE <= (line - entry).days <= (CHEQUE_DAYS_AFTER if cheque else DAYS_AFTER)


def _ambiguous(one: Proposal, wanted: Counter[Hashable], contested: set[Hashable]) -> bool:
    """Tell whether a proposal of the same strength, or a stronger one that is contested itself, is about one of its parts."""
    return any(wanted[part] > 1 or part in contested for part in one.touched)


def _of_single_entries(lines: Sequence[StatementLine], entries: Sequence[BookEntry]) -> Iterator[Proposal]:
    by_sum: dict[int, list[BookEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.on):
        by_sum[entry.amount].append(entry)
    words = {entry.entry: words_of(f"{entry.label} {entry.voucher}") for entry in entries}
    for line in lines:
        said, numbers, is_cheque = words_of(line.text), cheque_numbers(line), names_a_cheque(line)
        for entry in _nearest(line, by_sum.get(line.amount, [])):
            days = abs((line.on - entry.on).days)
            reason = _reason(days, shares_words=bool(said & words[entry.entry]))
            if entry.cheque and entry.cheque.lstrip("0") in numbers:
                reason = why.SameCheque
            elif entry.cheque and is_cheque and numbers:
                continue  # another cheque
            yield Proposal((line.line,), (entry.entry,), reason, days)


def _reason(days: int, *, shares_words: bool) -> type[Sentence]:
    close = days <= CLOSE_DAYS
    if shares_words:
        return why.SameWordsAndDays if close else why.SameWords
    return why.SameDays if close else why.SameSum


def _nearest(line: StatementLine, entries: list[BookEntry]) -> list[BookEntry]:
    """Return the entries of a sum, in order of days, that a line can be by its day, the nearest of them."""
    first = bisect_left(entries, line.on - timedelta(CHEQUE_DAYS_AFTER), key=lambda one: one.on)
    last = bisect_right(entries, line.on + timedelta(DAYS_BEFORE), key=lambda one: one.on)
    able = [one for one in entries[first:last] if near(line.on, one.on, cheque=bool(one.cheque))]
    return nsmallest(CANDIDATES_MAX, able, key=lambda one: abs((line.on - one.on).days))


def _of_slips(lines: Sequence[StatementLine], entries: Sequence[BookEntry]) -> Iterator[Proposal]:
    slips: dict[Id, list[BookEntry]] = defaultdict(list)
    for entry in entries:
        if entry.slip:
            slips[entry.slip].append(entry)
    for on_it in slips.values():
        made, amount = max(one.on for one in on_it), sum(one.amount for one in on_it)
        for line in lines:
            if line.amount == amount and near(line.on, made):
                yield Proposal((line.line,), tuple(one.entry for one in on_it), why.SameSlip, abs((line.on - made).days))


def _sums_of_entries(lines: Sequence[StatementLine], entries: Sequence[BookEntry], gone: set[Hashable]) -> list[Proposal]:
    free, found = Amounts(one for one in entries if one.entry not in gone), []
    for line in lines:
        if line.line not in gone:
            for parts in free.making(line.amount, line.on, _entries_around(line.on)):
                days = max(abs((line.on - one.on).days) for one in parts)
                found.append(Proposal((line.line,), tuple(one.entry for one in parts), why.SeveralEntries, days))
    return found


def _sums_of_lines(lines: Sequence[StatementLine], entries: Sequence[BookEntry], gone: set[Hashable]) -> list[Proposal]:
    free, found = Amounts(one for one in lines if one.line not in gone), []
    for entry in entries:
        if entry.entry not in gone:
            for parts in free.making(entry.amount, entry.on, _lines_around(entry.on)):
                days = max(abs((one.on - entry.on).days) for one in parts)
                found.append(Proposal(tuple(sorted(one.line for one in parts)), (entry.entry,), why.SeveralLines, days))
    return found


def _entries_around(line: date) -> Callable[[BookEntry], bool]:
    return lambda one: near(line, one.on, cheque=bool(one.cheque))


def _lines_around(entry: date) -> Callable[[StatementLine], bool]:
    return lambda one: near(one.on, entry)


def _apart_first(judged: Sequence[Proposal]) -> list[Proposal]:
    """Return first those that can all be accepted together, the nearest days first, then the others."""
    used: set[Hashable] = set()
    first, others = [], []
    for one in judged:
        if used.isdisjoint(one.touched):
            used.update(one.touched)
            first.append(one)
        else:
            others.append(one)
    return first + others


def _ranked(kept: Iterable[Proposal]) -> tuple[Proposal, ...]:
    ranks: Counter[int] = Counter()
    ranked = []
    for one in kept:
        ranks[one.lines[0]] += 1
        if (rank := ranks[one.lines[0]]) <= SHOWN_MAX:
            ranked.append(replace(one, rank=rank))
    return tuple(sorted(ranked, key=lambda one: (one.lines[0], one.rank)))

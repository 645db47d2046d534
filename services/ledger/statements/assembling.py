"""How the operations that were found in a file become one statement: in order, counted, adding up.

Banks write the newest first or last; both become the same lines. An operation of zero moves nothing and is passed over.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.source import Source, one_line
from services.ledger.statements.statement import ACCOUNT_LENGTH_MAX, Statement, StatementLine

LINES_MAX: Final = 5_000  # of one statement: a cooperative has a few hundred operations a year


class Found(NamedTuple):
    """One operation as it stands in the file: at which line of it, and what the bank alone gives to one operation.

    `mark` is a number that the bank gives once, `balance` the balance just after.
    """

    place: int
    on: date
    amount: int
    text: str
    reference: str = ""
    mark: str = ""
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One part of a file, about one account; balances in cents, None where it states none.

    `announced` is how many operations it says there are; `dated` the day of a balance that may not be that of the end.
    """

    account: str = ""
    currency: str = "EUR"
    starts: date | None = None
    ends: date | None = None
    opening: int | None = None
    closing: int | None = None
    found: tuple[Found, ...] = ()
    announced: int | None = None
    dated: date | None = None


def assembled(source: Source, pages: Sequence[Page]) -> Statement:
    """Return the statement that some pages of one account make. Raises a Refused of `bad_statements.py`."""
    if not pages:
        raise source.bad(bad.NothingInside, 0)
    accounts = dict.fromkeys(one_line(page.account) for page in pages)
    if len(accounts) > 1:
        raise source.bad(bad.SeveralAccounts, 0, ", ".join(accounts))
    account = next(iter(accounts))
    if len(account) > ACCOUNT_LENGTH_MAX:
        raise source.bad(bad.NotOfThisForm, 0, account)
    if sum(len(page.found) for page in pages) > LINES_MAX:
        raise source.bad(bad.TooManyLines, 0, most=LINES_MAX)
    ordered = sorted((_page(source, page) for page in pages), key=lambda page: (page.starts or date.min, page.ends or date.min))
    _chained(source, ordered)
    found = [one for page in ordered for one in page.found]
    _given_once(source, found)
    days = sorted(day for page in ordered for day in (page.starts, page.ends) if day)
    if not days:
        raise source.bad(bad.NothingInside, 0)
    moves = sorted((one for one in found if one.amount), key=lambda one: one.on)
    lines = tuple(
        StatementLine(line=number, on=one.on, amount=one.amount, text=one.text, reference=one.reference)
        for number, one in enumerate(moves, 1)
    )
    opening, closing = ordered[0].opening, ordered[-1].closing
    return Statement(account=account, currency="EUR", starts=days[0], ends=days[-1], opening=opening, closing=closing, lines=lines)


def _page(source: Source, page: Page) -> Page:
    """Return one page, oldest first, over all its days, its own figures checked."""
    if page.announced is not None and page.announced != len(page.found):
        raise source.bad(bad.OperationsDiffer, 0, str(page.announced), announced=page.announced, counted=len(page.found))
    found = tuple(_oldest_first(page.found))
    days = [one.on for one in found]
    starts = min([*days, *([page.starts] if page.starts else [])], default=None)
    ended = page.ends or page.dated
    ends = max([*days, *([ended] if ended else [])], default=None)
    page = replace(page, found=found, starts=starts, ends=ends)
    if page.dated and ends and not max(days, default=page.dated) <= page.dated <= ends:
        page = replace(page, closing=None)  # the balance of another day, as banks give that of the download
    page = _with_running_balances(source, page)
    if page.opening is not None and page.closing is not None:
        _add_up(source, page.found, page.opening, page.closing)
    return page


def _oldest_first(found: Sequence[Found]) -> list[Found]:
    """Return the operations of a page as time went; where the days do not tell, the balances beside them do."""
    backwards = list(reversed(found))
    later = sum((after.on > before.on) - (after.on < before.on) for before, after in pairwise(found))
    if not later:
        return backwards if _break(found) and not _break(backwards) else list(found)
    return backwards if later < 0 else list(found)


def _break(found: Sequence[Found]) -> tuple[Found, Found, int] | None:
    """Return the first two operations whose balances do not follow from each other, and the cents that are missing."""
    known, since = None, 0
    for one in found:
        since += one.amount
        if one.balance is not None:
            if known is not None and known.balance is not None and (missing := one.balance - known.balance - since):
                return known, one, missing
            known, since = one, 0
    return None


def _with_running_balances(source: Source, page: Page) -> Page:
    """Return a page with the balances before and after it, where they stand beside its operations."""
    if broken := _break(page.found):
        before, after, missing = broken
        twice = (before.on, before.amount, before.text) == (after.on, after.amount, after.text) and missing == -after.amount
        raise source.bad(bad.LineTwice if twice else bad.BalancesDoNotAddUp, after.place, after.text, missing=missing)
    known = [place for place, one in enumerate(page.found) if one.balance is not None]
    if not known:
        return page
    first, last = page.found[known[0]].balance or 0, page.found[known[-1]].balance or 0
    opening = first - sum(one.amount for one in page.found[: known[0] + 1])
    closing = last + sum(one.amount for one in page.found[known[-1] + 1 :])
    return replace(
        page,
        opening=opening if page.opening is None else page.opening,
        closing=closing if page.closing is None else page.closing,
    )


def _add_up(source: Source, found: Sequence[Found], opening: int, closing: int) -> None:
    moved = sum(one.amount for one in found)
    missing = closing - opening - moved
    if not missing:
        return
    seen: set[tuple[date, int, str]] = set()
    for one in found:
        if (one.on, one.amount, one.text) in seen and one.amount == -missing:
            raise source.bad(bad.LineTwice, one.place, one.text, missing=missing)
        seen.add((one.on, one.amount, one.text))
    raise source.bad(bad.BalancesDoNotAddUp, 0, opening=opening, moved=moved, closing=closing, missing=missing)


def _chained(source: Source, pages: Sequence[Page]) -> None:
    """Check that each page begins where the one before it ended."""
    for before, after in pairwise(pages):
        if before.closing is not None and after.opening is not None and before.closing != after.opening:
            missing = after.opening - before.closing
            raise source.bad(bad.BalancesDoNotAddUp, 0, opening=before.closing, moved=0, closing=after.opening, missing=missing)


def _given_once(source: Source, found: Sequence[Found]) -> None:
    """Check that no operation is there twice under the bank's own number for it."""
    marked = Counter((one.mark, one.on, one.amount, one.text) for one in found if one.mark)
    for one in reversed(found):
        if marked[one.mark, one.on, one.amount, one.text] > 1:
            raise source.bad(bad.LineTwice, one.place, one.text)

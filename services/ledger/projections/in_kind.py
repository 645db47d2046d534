"""Contributions in kind: what was given without money, and the equal totals of accounts 86 and 87 for each year."""

from dataclasses import dataclass, replace
from typing import Any

from services.ledger.events.books import YearOpened
from services.ledger.kept import Span
from services.ledger.registers.in_kind import Given, InKind, noted
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code


@dataclass(frozen=True, slots=True)
class InKindBook:
    """What was given without money, and the fiscal years."""

    in_kind: InKind = InKind()
    years: tuple[tuple[Code, Span], ...] = ()


def evolve(book: InKindBook, record: Recorded[Any]) -> InKindBook:
    """Apply one fact."""
    event = record.event
    if isinstance(event, YearOpened):
        return replace(book, years=(*book.years, (event.year, Span(event.starts, event.ends))))
    in_kind = noted(book.in_kind, event)
    return book if in_kind is book.in_kind else replace(book, in_kind=in_kind)


def in_kind_shown(book: InKindBook) -> dict[str, Any]:
    """Return each contribution by date, and of each year the sums of accounts 86 (use) and 87 (origin), in cents, and the minutes.

    They stand under the result of the year, not in it: no treasury account and no pot moves.
    """
    standing = book.in_kind.standing()
    return {
        "contributions": [
            {"contribution": name, **{field: value for field, value in one._asdict().items() if field != "stands"}}
            for name, one in standing
        ],
        "years": [_year_shown(year, [one for _, one in standing if span.covers(one.on)]) for year, span in book.years],
    }


def _year_shown(year: Code, given: list[Given]) -> dict[str, Any]:
    uses, origins = dict[Code, int](), dict[Code, int]()
    for one in given:
        uses[one.used_in] = uses.get(one.used_in, 0) + one.amount
        origins[one.given_as] = origins.get(one.given_as, 0) + one.amount
    totals = {"86": sum(uses.values()), "87": sum(origins.values())}
    return {"year": year, "uses": uses, "origins": origins, "totals": totals, "minutes": sum(one.minutes or 0 for one in given)}


IN_KIND_BOOK = Projection(name="ledger.in-kind", version=1, initial=InKindBook(), evolve=evolve)

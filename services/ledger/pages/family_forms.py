"""A family's sheet as somebody types it: a form read as a sheet, and a sheet that is kept as the form that corrects it."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.ledger.events.entries import Means
from services.ledger.family_sheets import GIFTS_MAX, FamilySheet, Gift
from shared.web.forms import AmountUnread, Filled, NotADate

ROWS_MORE: Final = 2  # empty rows below what was given already; saving shows two more


def family_of(form: Filled) -> FamilySheet:
    """Read a form as the sheet that it stands for. Raises AmountUnread, NotADate, ValidationError."""
    return FamilySheet(
        year=form.text("year") or "",
        children=form.texts("children"),
        asked=form.cents("asked"),
        gifts=tuple(_gift(form, row) for row in range(GIFTS_MAX) if form.text(f"amount-{row}")),
        note=form.text("note"),
    )


def rows_of(fields: Mapping[str, Sequence[str]]) -> int:
    """Return how many rows of gifts a form shows: those that are filled, and two empty ones."""
    filled = [row for row in range(GIFTS_MAX) if any(fields.get(f"amount-{row}", ()))]
    return min(max(filled, default=-1) + 1 + ROWS_MORE, GIFTS_MAX)


def as_typed(family: FamilySheet) -> dict[str, Sequence[str]]:
    """Return what the form of a sheet that is kept would hold."""
    told: dict[str, Sequence[str]] = {"year": [family.year], "children": list(family.children), "note": [family.note or ""]}
    told["asked"] = [_typed(family.asked)] if family.asked else [""]
    for row, one in enumerate(family.gifts):
        told |= {f"amount-{row}": [_typed(one.amount)], f"on-{row}": [one.on.isoformat()], f"means-{row}": [str(one.means)]}
    return told


def _gift(form: Filled, row: int) -> Gift:
    on, amount = form.day(f"on-{row}"), form.cents(f"amount-{row}")
    if on is None:
        raise NotADate(field=f"on-{row}")
    if amount is None or amount <= 0:
        raise AmountUnread(field=f"amount-{row}")
    return Gift(amount=amount, on=on, means=Means(form.text(f"means-{row}") or ""))


def _typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"

"""An entry of the journal as somebody types it: a form read as a command, and an entry already there as a form that replaces it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.ledger.books import Books
from services.ledger.commands.books import RecordExpense, RecordReceipt, RecordTransfer
from services.ledger.double_entry import BROUGHT_IN, COST, HELD
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.projections.journal import JournalLine
from shared.refusals import Refused
from shared.values import Code
from shared.web.forms import AmountUnread, Filled, NotADate

RECEIPT, EXPENSE, TRANSFER = "recette", "depense", "virement"
SERIES: Final[Mapping[str, Code]] = {RECEIPT: "R", EXPENSE: "D", TRANSFER: "T"}  # proposed: the letter decides nothing
OF_KIND: Final[Mapping[str, str]] = {"receipt-recorded": RECEIPT, "expense-recorded": EXPENSE, "transfer-recorded": TRANSFER}
ROWS_MAX: Final = 20  # lines of a split on a page: a school's longest has five
# Where a field of a command stands in the form.
FIELDS: Final[Mapping[str, str]] = {"voucher": "number", "series": "series", "treasury": "amount", "allocations": "account-0"}


class NoRows(Refused):
    """Il manque une ligne : choisis au moins un compte pour dire ce que c'est.
    A line is missing: choose at least one account to say what it is."""


def command_of(form: Filled, books: Books) -> RecordReceipt | RecordExpense | RecordTransfer:
    """Read a form as the command that it stands for. Raises NotADate, AmountUnread, NumberUnread, NoRows, ValidationError."""
    on = form.day("on")
    if on is None:
        raise NotADate(field="on")
    told: dict[str, Any] = {"on": on, "voucher": voucher_of(form, books, on), "label": form.text("label") or ""}
    told["replaces"] = form.text("replaces")
    if form.text("what") == TRANSFER:
        places: dict[str, Any] = {"out_of": form.text("out_of") or "", "into": form.text("into") or ""}
        return RecordTransfer(**told, **places, amount=_cents(form, "amount"))
    amount = _cents(form, "amount")
    told |= {"allocations": _allocations(form, amount), "pot": form.text("pot") or "", "project": form.text("project")}
    told["means"] = Means(form.text("means") or "")
    place = form.text("place") or ""
    if form.text("what") == RECEIPT:
        return RecordReceipt(**told, treasury=(Leg(account=place, amount=amount),), families=form.whole("families"))
    told |= {name: form.text(name) for name in ("signatory", "cheque", "decision", "irregular")}
    return RecordExpense(**told, treasury=(Leg(account=place, amount=-amount),))


def voucher_of(form: Filled, books: Books, on: date) -> Voucher:
    """Return the number of the voucher: as typed, or the next of its series where none was typed.

    A number left as it was proposed for another year than the entry's is that year's: the entry takes the next of its own.
    """
    series, number = (form.text("series") or "").upper(), form.whole("number")
    year = books.year_of(on) or ""
    offered = form.text("offered") or ""
    if number is None or (offered.partition(":")[2] == f"{series}{number}" and not offered.startswith(f"{year}:")):
        number = next_number(books, year, series)
    return Voucher(series=series, number=number)


def next_number(books: Books, year: str, series: str) -> int:
    """Return the number after the last one of a series in a year; 1 for the first."""
    return max((number for of, letters, number in books.vouchers if of == year and letters == series), default=0) + 1


def rows_of(fields: Mapping[str, Sequence[str]]) -> int:
    """Return how many lines a form has; one at least."""
    typed = (fields.get("rows") or ["1"])[0]
    return max(1, min(int(typed[:3]), ROWS_MAX)) if typed.isascii() and typed.isdecimal() else 1


def as_typed(line: JournalLine) -> dict[str, Sequence[str]]:
    """Return what the form of an entry would hold, for the one that replaces it: the same date, voucher, label, places and lines."""
    told = {"replaces": line.entry, "on": line.on.isoformat(), "label": line.label}
    if line.voucher:
        told |= {"series": line.voucher.series, "number": str(line.voucher.number)}
    places = [one for one in line.lines if one.account[0] == HELD]
    split = [one for one in line.lines if one.account[0] in {COST, BROUGHT_IN}]
    told["amount"] = _typed(sum(one.amount for one in places if one.amount > 0) or -sum(one.amount for one in places))
    if places and not split:
        told |= {"out_of": min(places, key=lambda one: one.amount).account, "into": max(places, key=lambda one: one.amount).account}
    elif places:
        told |= {"place": places[0].account, "pot": split[0].pot or "", "rows": str(len(split))}
    for row, one in enumerate(split):
        told |= {f"account-{row}": one.account, f"share-{row}": _typed(abs(one.amount)), f"project-{row}": one.project or ""}
        told[f"pot-{row}"] = one.pot if one.pot and one.pot != split[0].pot else ""
    return {name: [value] for name, value in told.items()}


def _allocations(form: Filled, amount: int) -> tuple[Allocation, ...]:
    rows = [row for row in range(rows_of(form.fields)) if form.text(f"account-{row}") or form.text(f"share-{row}")]
    if not rows:
        raise NoRows(field="account-0")
    return tuple(
        Allocation(
            account=form.text(f"account-{row}") or "",
            amount=amount if len(rows) == 1 and form.text(f"share-{row}") is None else _cents(form, f"share-{row}"),
            pot=form.text(f"pot-{row}"),
            project=form.text(f"project-{row}"),
        )
        for row in rows
    )


def _cents(form: Filled, name: str) -> int:
    cents = form.cents(name)
    if cents is None or cents <= 0:
        raise AmountUnread(field=name)
    return cents


def _typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"

"""The commands that the forms of the page of orders stand for, read field by field."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.ledger.books import Books
from services.ledger.commands.books import RecordExpense, RecordReceipt
from services.ledger.commands.orders import ApprovePayment, DeclineEntry, OrderPayment, PrepareEntry, RefusePayment
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.events.orders import EntryKind
from services.ledger.paying import open_draft, open_order
from shared.messages import Command
from shared.web.forms import AmountUnread, Filled, NotADate, NumberUnread

Builds = Callable[[Filled, Books], Command]
SERIES: Final = {EntryKind.RECEIPT: "R", EntryKind.EXPENSE: "D"}


def order(form: Filled, _books: Books) -> Command:
    """Return the order that a form asks for."""
    told = {name: form.text(name) for name in ("decision", "pot", "label")}
    return OrderPayment(**told, amount=_cents(form), project=form.text("project"))  # type: ignore[arg-type] # pydantic refuses what lacks


def approve(form: Filled, _books: Books) -> Command:
    """Return the approval of the order that the button stands under."""
    return ApprovePayment(order=form.about)


def refuse(form: Filled, _books: Books) -> Command:
    """Return the refusal of an order."""
    return RefusePayment(order=form.about, reason=form.text("reason") or "")


def pay(form: Filled, books: Books) -> Command:
    """Return the expense that pays an order: one line of one account, for exactly its sum."""
    what = open_order(books, form.about).ordered
    account, place = form.text("account") or "", form.text("place") or ""
    return RecordExpense(
        order=form.about,
        label=what.label,
        pot=what.pot,
        project=what.project,
        treasury=(Leg(account=place, amount=-what.amount),),
        allocations=(Allocation(account=account, amount=what.amount),),
        cheque=form.text("cheque"),
        **_numbered(form, EntryKind.EXPENSE),
    )


def prepare(form: Filled, _books: Books) -> Command:
    """Return the entry that a pupil treasurer prepares: one line of one account."""
    kind, cents = EntryKind(form.text("kind") or ""), _cents(form)
    account = form.text("income" if kind is EntryKind.RECEIPT else "cost") or ""
    told = {name: form.text(name) for name in ("label", "pot")}
    return PrepareEntry(
        **told,  # type: ignore[arg-type] # pydantic refuses what lacks
        kind=kind,
        on=_day(form),
        means=Means(form.text("means") or ""),
        treasury=(Leg(account=form.text("place") or "", amount=cents if kind is EntryKind.RECEIPT else -cents),),
        allocations=(Allocation(account=account, amount=cents),),
    )


def confirm(form: Filled, books: Books) -> Command:
    """Return the entry that was prepared, with the voucher number and, for an expense, its decision or the reason why it has none."""
    prepared = open_draft(books, form.about).prepared
    names = ("on", "label", "treasury", "allocations", "pot", "means", "project")
    told: dict[str, Any] = {name: getattr(prepared, name) for name in names} | {"draft": form.about}
    told["voucher"] = Voucher(series=SERIES[prepared.kind], number=form.whole("number") or 0)
    if prepared.kind is EntryKind.RECEIPT:
        return RecordReceipt(**told)
    return RecordExpense(**told, decision=form.text("decision"), order=prepared.order, irregular=form.text("irregular"))


def decline(form: Filled, _books: Books) -> Command:
    """Return the refusal of a prepared entry."""
    return DeclineEntry(draft=form.about, reason=form.text("reason") or "")


def _numbered(form: Filled, kind: EntryKind) -> dict[str, Any]:
    if (number := form.whole("number")) is None:
        raise NumberUnread(field="number")
    voucher = Voucher(series=SERIES[kind], number=number)
    return {"on": _day(form), "voucher": voucher, "means": Means(form.text("means") or "")}


def _day(form: Filled) -> Any:
    if (day := form.day("on")) is None:
        raise NotADate(field="on")
    return day


def _cents(form: Filled) -> int:
    if (cents := form.cents("amount")) is None:
        raise AmountUnread(field="amount")
    return cents


FORMS: Final[Mapping[str, Builds]] = {
    "order-payment": order,
    "approve-payment": approve,
    "refuse-payment": refuse,
    "record-expense": pay,
    "prepare-entry": prepare,
    "confirm-entry": confirm,
    "decline-entry": decline,
}

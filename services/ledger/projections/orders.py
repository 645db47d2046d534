"""Which payments are ordered, what each waits for and from whom; what pupils prepared; the thread from an entry to its vote."""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.governance.events.people import Role, RulesAdopted
from services.governance.events.proposals import DecisionAdopted
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ExpenseRegularised, Voucher
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.events.vouchers import VoucherAttached
from services.ledger.orders import Draft, Order, Orders, noted
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Digest, Id, Pseudonym, Seq, Table


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision: by which body, by which ballot or in which meeting, with which envelope in cents."""

    seq: Seq
    title: str
    body: Code
    ballot: Id | None = None
    meeting: Id | None = None
    envelope: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """One entry that spends, entrusts or moves money of a pot, in cents, with what it cites."""

    seq: Seq
    kind: str
    on: date
    label: str
    amount: int
    pot: Code
    voucher: Voucher | None = None
    order: Id | None = None
    draft: Id | None = None
    decision: Id | None = None
    irregular: str | None = None
    taken_over: bool = False
    regularised_by: Id | None = None
    reversed_by: Id | None = None


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Orders and drafts, the files of each order and entry, every decision, what was spent, and the thresholds by their first day."""

    orders: Orders = Orders()
    files: Table[Id, tuple[Digest, ...]] = Map()
    decisions: Table[Id, Taken] = Map()
    spent: Table[Id, Spent] = Map()
    thresholds: tuple[tuple[date, int], ...] = ()

    def needed(self, amount: int, day: date) -> int:
        """Return how many persons must approve a sum on a day; two where no rules say what is small."""
        begun = [rule for rule in self.thresholds if rule[0] <= day]
        threshold = max(reversed(begun), key=lambda rule: rule[0])[1] if begun else None
        return 1 if threshold is not None and amount <= threshold else 2


def evolve(book: OrderBook, record: Recorded[LedgerEvent | DecisionAdopted | RulesAdopted]) -> OrderBook:
    """Apply one fact; one about an entry that a cut hides changes nothing."""
    orders = noted(book.orders, record)
    if orders is not book.orders:
        book = replace(book, orders=orders)
    match record.event:
        case DecisionAdopted() as event:
            envelope = event.spending.amount if event.spending else None
            taken = Taken(record.seq, event.title, event.body, event.ballot, event.meeting, envelope)
            return replace(book, decisions=book.decisions.set(event.decision, taken))
        case RulesAdopted() as event:
            return replace(book, thresholds=(*book.thresholds, (event.valid_from, event.content.approval_threshold)))
        case VoucherAttached() as event:
            named = b64decode(event.document.sealed).hex()
            return replace(book, files=book.files.set(event.entry, (*book.files.get(event.entry, ()), named)))
        case ExpenseRecorded() as event:
            amount = sum(one.amount for one in event.allocations)
            if event.order is not None and (files := book.files.get(event.order)):
                book = replace(book, files=book.files.set(event.entry, files))
            return _spent(book, record, event.entry, amount, event.pot)
        case AdvanceGranted() as event:
            return _spent(book, record, event.advance, event.amount, event.pot)
        case PotTransferRecorded() as event:
            return _spent(book, record, event.transfer, event.amount, event.out_of)
        case ExpenseRegularised() as event:
            return _changed(book, event.entry, regularised_by=event.decision)
        case EntryReversed() as event:
            return _changed(book, event.reverses, reversed_by=event.entry)
        case _:
            return book


def _spent(book: OrderBook, record: Recorded[Any], entry: Id, amount: int, pot: Code) -> OrderBook:
    event = record.event
    told = {name: getattr(event, name, None) for name in ("voucher", "order", "draft", "decision", "irregular")}
    kind, label = event.wire.split(".")[1], str(getattr(event, "label", ""))
    spent = Spent(record.seq, kind, event.on, label, amount, pot, **told, taken_over=bool(event.taken_over))
    return replace(book, spent=book.spent.set(entry, spent))


def _changed(book: OrderBook, entry: Id, **changes: Any) -> OrderBook:
    known = book.spent.get(entry)
    return book if known is None else replace(book, spent=book.spent.set(entry, replace(known, **changes)))


ATTACH, APPROVE, PAY = "attach-voucher", "approve-payment", "record-expense"  # what an open order waits for, by the command
SECOND = (Role.MANDATE_HOLDER, Role.ASSOCIATION)


def waits_for(book: OrderBook, name: Id, day: date) -> str | None:
    """Return the command that an order waits for on a day; None for one that is paid or refused."""
    order = book.orders.by_id[name]
    if not order.open:
        return None
    if order.approved(book.needed(order.ordered.amount, day)):
        return PAY
    return APPROVE if book.files.get(name) else ATTACH


def who_may(order: Order, act: str | None, roles: Collection[str], actor: Pseudonym) -> bool:
    """Tell whether somebody with these roles may do what an order waits for."""
    holder = Role.MANDATE_HOLDER in roles
    match act:
        case "attach-voucher":
            return holder or (Role.CLASS_TUTOR in roles and actor in order.drafters)
        case "approve-payment":
            new = actor not in {*order.drafters, *order.approvers}
            return new and (holder or (bool(order.approvals) and Role.ASSOCIATION in roles))
        case "record-expense":
            return holder
        case _:
            return False


def orders_shown(book: OrderBook, register: Id, actor: Pseudonym, roles: Collection[str], day: date) -> dict[str, Any]:
    """Return the orders, the last first, with what each waits for and from whom; and the expenses that no order carries.

    `without_order` are the expenses paid on a decision alone, whose approvals are therefore nowhere.
    """
    newest = sorted(book.orders.by_id.items(), key=lambda pair: -pair[1].seq)
    alone = [
        (entry, one)
        for entry, one in book.spent.items()
        if one.kind == "expense-recorded" and one.order is None and one.irregular is None and not one.taken_over and not one.reversed_by
    ]
    return {
        "orders": [order_shown(book, register, name, actor, roles, day) for name, _ in newest],
        "without_order": [{"entry": entry, "seq": one.seq, "amount": one.amount, "decision": one.decision} for entry, one in alone],
    }


def order_shown(book: OrderBook, register: Id, name: Id, actor: Pseudonym, roles: Collection[str], day: date) -> dict[str, Any]:
    """Return one order; `next` is the command it waits for, who may give it, and whether the reader may."""
    order = book.orders.by_id[name]
    act = waits_for(book, name, day)
    asked = {ATTACH: (Role.MANDATE_HOLDER,), PAY: (Role.MANDATE_HOLDER,)}
    anybody = asked.get(act or "", SECOND if order.approvals else (Role.MANDATE_HOLDER,))
    barred = [*order.drafters, *order.approvers] if act == APPROVE else []
    return {
        "order": name,
        "href": f"{_ledger(register)}/orders/{name}",
        "seq": order.seq,
        **{field: getattr(order.ordered, field) for field in ("label", "amount", "pot", "project")},
        "decision": decision_shown(book, register, order.ordered.decision),
        "state": "refused" if order.refused is not None else "paid" if order.entry is not None else "open",
        "drafted_by": list(order.drafters),
        "approvals": [{"by": one.by, "seq": one.seq, "at": one.at} for one in order.approvals],
        "needed": book.needed(order.ordered.amount, day),
        "documents": _documents(book, register, name),
        "next": act and {"act": act, "roles": list(anybody), "not": barred, "you_may": who_may(order, act, roles, actor)},
        "refused": order.refused,
        "entry": order.entry,
    }


def drafts_shown(book: OrderBook) -> dict[str, Any]:
    """Return what was prepared, the last first: waiting, confirmed by which entry, or declined with its reason."""
    newest = sorted(book.orders.drafts.items(), key=lambda pair: -pair[1].seq)
    return {"drafts": [draft_shown(name, draft) for name, draft in newest]}


def draft_shown(name: Id, draft: Draft) -> dict[str, Any]:
    """Return one prepared entry."""
    state = "declined" if draft.declined is not None else "confirmed" if draft.entry is not None else "waiting"
    told = draft.prepared.model_dump(mode="json", exclude={"draft"})
    amount = sum(one.amount for one in draft.prepared.allocations)
    ends = {"entry": draft.entry, "declined": draft.declined, "settled_by": draft.confirmed_seq or draft.declined_seq}
    return {"draft": name, "seq": draft.seq, "by": draft.by, "state": state, "amount": amount, **told, **ends}


def thread_shown(book: OrderBook, register: Id, entry: Id) -> dict[str, Any] | None:
    """Return what stands behind an entry: voucher, order, decision and count; None for an entry that spends nothing."""
    one = book.spent.get(entry)
    if one is None:
        return None
    number = f"{one.voucher.series}{one.voucher.number:02d}" if one.voucher else None
    told = {field: getattr(one, field) for field in ("seq", "kind", "on", "label", "amount", "pot", "irregular", "reversed_by")}
    order = book.orders.by_id.get(one.order or "")
    approvals = [{"by": yes.by, "seq": yes.seq} for yes in order.approvals] if order else []
    ordered = order and {"order": one.order, "href": f"{_ledger(register)}/orders/{one.order}", "seq": order.seq, "approvals": approvals}
    decision = one.decision or one.regularised_by
    return {
        "entry": {"entry": entry, **told},
        "voucher": {"number": number, "documents": _documents(book, register, entry)},
        "order": ordered,
        "decision": decision_shown(book, register, decision) if decision else None,
        "regularised": one.decision is None and one.regularised_by is not None,
    }


def decision_shown(book: OrderBook, register: Id, name: Id) -> dict[str, Any]:
    """Return a decision with the way to its count: that of a ballot, where one took it."""
    taken = book.decisions.get(name)
    shown = {"decision": name, "href": f"{_ledger(register)}/decisions/{name}"}
    if taken is None:
        return shown
    ballot = f"/v1/registers/{register}/governance/ballots/{taken.ballot}/result" if taken.ballot else None
    count = ballot and {"ballot": taken.ballot, "href": ballot}
    return {**shown, "seq": taken.seq, "title": taken.title, "body": taken.body, "meeting": taken.meeting, "count": count}


def bought_shown(book: OrderBook, register: Id, name: Id) -> dict[str, Any] | None:
    """Return all that was ordered and really bought on a decision, named by itself or by its ballot; None for no decision."""
    found = name if name in book.decisions else next((one for one, taken in book.decisions.items() if taken.ballot == name), None)
    if found is None:
        return None
    entries = sorted((one.seq, entry) for entry, one in book.spent.items() if found in {one.decision, one.regularised_by})
    orders = sorted((one.seq, order) for order, one in book.orders.by_id.items() if one.ordered.decision == found)
    return {
        **decision_shown(book, register, found),
        "envelope": book.decisions[found].envelope,
        "orders": [{"order": order, "href": f"{_ledger(register)}/orders/{order}", "seq": seq} for seq, order in orders],
        "entries": [_bought(book, register, entry) for _, entry in entries],
    }


def _bought(book: OrderBook, register: Id, entry: Id) -> dict[str, Any]:
    one = book.spent[entry]
    told = {field: getattr(one, field) for field in ("seq", "kind", "on", "label", "amount", "pot", "irregular", "reversed_by")}
    return {"entry": entry, "href": f"{_ledger(register)}/entries/{entry}/thread", **told}


def _documents(book: OrderBook, register: Id, name: Id) -> list[dict[str, str]]:
    return [{"document": one, "href": f"{_ledger(register)}/vouchers/{name}/{one}"} for one in book.files.get(name, ())]


def _ledger(register: Id) -> str:
    return f"/v1/registers/{register}/ledger"


ORDER_BOOK = Projection(name="ledger.orders", version=1, initial=OrderBook(), evolve=evolve)

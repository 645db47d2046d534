"""Orders of payment and prepared entries: who drafted and who approved each, what became of it, what is ordered and not paid yet.

An order is open until it is paid or refused; when the entry that paid it is reversed it is open again, with its approvals.
One pseudonym is one person, however many tokens it has.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from immutables import Map

from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded
from services.ledger.events.orders import (
    DraftEvent,
    EntryDeclined,
    EntryPrepared,
    OrderEvent,
    PaymentApproved,
    PaymentOrdered,
    PaymentRefused,
)
from shared.messages import Recorded
from shared.values import Code, Id, Pseudonym, Seq, Table

Preparing = OrderEvent | DraftEvent


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved, when, by which record."""

    by: Pseudonym
    seq: Seq
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """One payment order, in cents; `entry` is the expense that paid it."""

    seq: Seq
    ordered: PaymentOrdered
    by: Pseudonym
    approvals: tuple[Approval, ...] = ()
    refused: str | None = None
    refused_seq: Seq | None = None
    entry: Id | None = None

    @property
    def open(self) -> bool:
        """Tell whether it may still be approved, refused or paid."""
        return self.refused is None and self.entry is None

    @property
    def drafters(self) -> tuple[Pseudonym, ...]:
        """Return who drafted it: none of them approves it."""
        prepared = self.ordered.prepared_by
        return (self.by,) if prepared in {None, self.by} else (self.by, str(prepared))

    @property
    def approvers(self) -> tuple[Pseudonym, ...]:
        """Return the distinct persons who approved it."""
        return tuple(dict.fromkeys(one.by for one in self.approvals))

    def approved(self, needed: int) -> bool:
        """Tell whether it has so many approvers."""
        return len(self.approvers) >= needed


@dataclass(frozen=True, slots=True)
class Draft:
    """One prepared entry; `entry` is what it became once an adult confirmed it, `confirmed_seq` by which record."""

    seq: Seq
    prepared: EntryPrepared
    by: Pseudonym
    entry: Id | None = None
    confirmed_seq: Seq | None = None
    declined: str | None = None
    declined_seq: Seq | None = None

    @property
    def open(self) -> bool:
        """Tell whether it still waits for an adult."""
        return self.entry is None and self.declined is None


@dataclass(frozen=True, slots=True)
class Orders:
    """Every order and every draft by its id, and the order that each expense paid."""

    by_id: Table[Id, Order] = Map()
    drafts: Table[Id, Draft] = Map()
    paid_by: Table[Id, Id] = Map()

    def waiting(self, decision: Id) -> int:
        """Return how much is ordered on a decision and not paid, in cents."""
        return sum(one.ordered.amount for one in self.by_id.values() if one.open and one.ordered.decision == decision)

    def waiting_by_decision(self, pot: Code) -> dict[Id, int]:
        """Return how much is ordered from a pot and not paid, in cents, by decision."""
        waiting: dict[Id, int] = {}
        for one in self.by_id.values():
            if one.open and one.ordered.pot == pot:
                waiting[one.ordered.decision] = waiting.get(one.ordered.decision, 0) + one.ordered.amount
        return waiting


def noted(known: Orders, record: Recorded[Any]) -> Orders:
    """Apply one fact; one about an order or a draft that a cut hides changes nothing."""
    seq = record.seq
    match record.event:
        case PaymentOrdered(order=name) as event:
            return replace(known, by_id=known.by_id.set(name, Order(seq, event, record.actor)))
        case PaymentApproved(order=name) if order := known.by_id.get(name):
            return _ordered(known, name, replace(order, approvals=(*order.approvals, Approval(record.actor, seq, record.time))))
        case PaymentRefused(order=name, reason=reason) if order := known.by_id.get(name):
            return _ordered(known, name, replace(order, refused=reason, refused_seq=seq))
        case EntryPrepared(draft=name) as event:
            return replace(known, drafts=known.drafts.set(name, Draft(seq, event, record.actor)))
        case EntryDeclined(draft=name, reason=reason) if draft := known.drafts.get(name):
            return replace(known, drafts=known.drafts.set(name, replace(draft, declined=reason, declined_seq=seq)))
        case ReceiptRecorded(draft=str()) as event:
            return _confirmed(known, event, seq)
        case ExpenseRecorded(order=None, draft=None):
            return known
        case ExpenseRecorded() as event:
            return _paid(_confirmed(known, event, seq), event)
        case EntryReversed(reverses=entry) if paid := known.paid_by.get(entry):
            known = replace(known, paid_by=known.paid_by.delete(entry))
            return _ordered(known, paid, replace(known.by_id[paid], entry=None))
        case _:
            return known


def _ordered(known: Orders, name: Id, order: Order) -> Orders:
    return replace(known, by_id=known.by_id.set(name, order))


def _confirmed(known: Orders, event: ReceiptRecorded | ExpenseRecorded, seq: Seq) -> Orders:
    draft = known.drafts.get(event.draft or "")
    if draft is None:
        return known
    return replace(known, drafts=known.drafts.set(event.draft or "", replace(draft, entry=event.entry, confirmed_seq=seq)))


def _paid(known: Orders, event: ExpenseRecorded) -> Orders:
    order = known.by_id.get(event.order or "")
    if order is None or event.order is None:
        return known
    known = replace(known, paid_by=known.paid_by.set(event.entry, event.order))
    return _ordered(known, event.order, replace(order, entry=event.entry))

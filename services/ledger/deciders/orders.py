"""Orders of payment, their approvals, and entries that pupils prepare: who may bring money to leave, one person never alone."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.orders import ApprovePayment, DeclineEntry, OrderPayment, PrepareEntry, RefusePayment
from services.ledger.deciders.checks import (
    balanced,
    open_pot,
    result_accounts,
    standing_decision,
    still_affiliated,
    treasury_accounts,
    writable,
)
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.orders import (
    EntryDeclined,
    EntryKind,
    EntryPrepared,
    PaymentApproved,
    PaymentOrdered,
    PaymentRefused,
)
from services.ledger.paying import NoSuchDraft, NoSuchOrder, may_approve, open_draft, open_order, orderable
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused

OrderCommand = OrderPayment | ApprovePayment | RefusePayment | PrepareEntry | DeclineEntry


class PreparedByNobody(Refused):
    """La personne qui a préparé cet ordre n'est pas dans cette coopérative aujourd'hui.
    The person who prepared this order is not in this cooperative today."""


def decide(books: Books, command: OrderCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on orders and drafts. None of them moves a figure."""
    still_affiliated(books, command)
    match command:
        case OrderPayment():
            return [_ordered(books, command, given)]
        case ApprovePayment():
            may_approve(books, command.order, open_order(books, command.order), given)
            return [PaymentApproved(order=command.order)]
        case RefusePayment():
            return _refused(books, command)
        case PrepareEntry():
            return [_prepared(books, command, given)]
        case DeclineEntry():
            return _declined(books, command)
        case _:
            assert_never(command)


def _ordered(books: Books, command: OrderPayment, given: Circumstances) -> PaymentOrdered:
    open_pot(books, command.pot, given.today)
    if command.prepared_by is not None and not books.standing.roles(command.prepared_by, given.today):
        raise PreparedByNobody(prepared_by=command.prepared_by)
    orderable(books, command.decision, command.pot, command.amount)
    return PaymentOrdered(order=given.id(), **dict(command))


def _refused(books: Books, command: RefusePayment) -> list[LedgerEvent]:
    order = books.orders.by_id.get(command.order)
    if order is None:
        raise NoSuchOrder(order=command.order)
    if order.refused is not None:
        return []
    open_order(books, command.order)
    return [PaymentRefused(**dict(command))]


def _prepared(books: Books, command: PrepareEntry, given: Circumstances) -> EntryPrepared:
    """Check what the entry itself will be checked for, so that what waits for an adult can be confirmed as it is."""
    writable(books, command.on, given)
    treasury_accounts(books, command.on, [leg.account for leg in command.treasury])
    result_accounts(books, command.on, command.allocations, command.pot)
    balanced(command.treasury, command.allocations, 1 if command.kind is EntryKind.RECEIPT else -1)
    if command.decision is not None:
        standing_decision(books, command.decision)
    if command.order is not None:
        open_order(books, command.order)
    return EntryPrepared(draft=given.id(), **dict(command))


def _declined(books: Books, command: DeclineEntry) -> list[LedgerEvent]:
    draft = books.orders.drafts.get(command.draft)
    if draft is None:
        raise NoSuchDraft(draft=command.draft)
    if draft.declined is not None:
        return []
    open_draft(books, command.draft)
    return [EntryDeclined(**dict(command))]


ORDERS: Decider[Books] = Decider(OrderCommand, BOOKS, decide)

"""What can be asked before money goes out, and who may ask: orders of payment, approvals, entries that pupils prepare."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.governance.events.people import Role
from services.ledger.commands.books import ALLOCATIONS_MAX, KEEPS_THE_BOOKS, LEGS_MAX
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.events.orders import EntryKind
from shared.messages import Command
from shared.values import Checked, Code, Id, PositiveCents, Pseudonym

PREPARES = {Role.TREASURER, Role.CLASS_TUTOR, Role.MANDATE_HOLDER}
APPROVES = {Role.MANDATE_HOLDER, Role.ASSOCIATION}


class OrderPayment(Command, may=PREPARES):
    """Demander le paiement d'une dépense qu'un conseil a décidée.
    Ask for an expense that a council decided to be paid."""

    decision: Id
    amount: PositiveCents
    pot: Code
    label: Checked
    project: Code | None = None
    prepared_by: Pseudonym | None = None


class ApprovePayment(Command, may=APPROVES):
    """Approuver un ordre de paiement, après avoir vu sa pièce.
    Approve a payment order, having seen its voucher."""

    order: Id


class RefusePayment(Command, may=APPROVES):
    """Refuser un ordre de paiement, avec la raison.
    Refuse a payment order, with the reason."""

    order: Id
    reason: Checked


class PrepareEntry(Command, may={Role.TREASURER}):
    """Préparer une recette ou une dépense, qu'un adulte confirmera.
    Prepare a receipt or an expense, which an adult will confirm."""

    kind: EntryKind
    on: date
    label: Checked
    treasury: Annotated[tuple[Leg, ...], Field(max_length=LEGS_MAX)]
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=ALLOCATIONS_MAX)]
    pot: Code
    means: Means
    project: Code | None = None
    proposed: Voucher | None = None
    decision: Id | None = None
    order: Id | None = None


class DeclineEntry(Command, may=KEEPS_THE_BOOKS):
    """Ne pas retenir une écriture préparée, avec la raison.
    Decline a prepared entry, with the reason."""

    draft: Id
    reason: Checked

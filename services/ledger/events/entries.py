"""Everything that can have happened in the journal: receipts, expenses, transfers, their reversals, missing numbers.

Signs: treasury legs are signed, positive when money comes in; allocations are positive. Receipt: Σ treasury = Σ
allocations; expense: −Σ treasury = Σ allocations. Amounts are integer cents.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.ledger.events.books import Year
from shared.messages import Event
from shared.values import Cents, Checked, Code, Count, Id, PositiveCents, Pseudonym, Value

VoucherNumber = Annotated[int, Field(strict=True, ge=1, le=999_999)]


class Means(StrEnum):
    """How money came in or went out."""

    CASH = "cash"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    OTHER = "other"


class Voucher(Value):
    """The number of a piece of evidence: a series (a label, it decides nothing) and a number, from 1 each year."""

    series: Annotated[Code, Field(pattern=r"^[A-Z]{1,3}$")]
    number: VoucherNumber


class Leg(Value):
    """What one treasury account gains (positive) or loses (negative), in cents."""

    account: Code
    amount: Cents


class Allocation(Value):
    """How much of an entry goes to one account of income or expense; its own pot and project, else the entry's."""

    account: Code
    amount: PositiveCents
    pot: Code | None = None
    project: Code | None = None


class Accepted(Value):
    """A rule the entry met, its version, and why the entry was written all the same."""

    rule: Code
    version: Code
    reason: Checked


class ReceiptRecorded(
    Event,
    name="ledger.receipt-recorded.v1",
    fr="{label} : {allocations:total} reçus, pot {pot} ({voucher})",
    en="{label}: {allocations:total} received, pot {pot} ({voucher})",
):
    """De l'argent est entré dans un pot.
    Money came into a pot."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    treasury: tuple[Leg, ...]
    allocations: tuple[Allocation, ...]
    pot: Code
    means: Means
    project: Code | None = None
    families: Count | None = None
    funding: Id | None = None
    accepted: tuple[Accepted, ...] | None = None
    replaces: Id | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class ExpenseRecorded(
    Event,
    name="ledger.expense-recorded.v1",
    fr="{label} : {allocations:total} dépensés, pot {pot} ({voucher})",
    en="{label}: {allocations:total} spent, pot {pot} ({voucher})",
):
    """De l'argent est sorti d'un pot ; `irregular` dit pourquoi aucune décision, aucun ordre ou aucun accord ne le porte.
    Money went out of a pot; `irregular` says why no decision, order or approval carries it."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    treasury: tuple[Leg, ...]
    allocations: tuple[Allocation, ...]
    pot: Code
    means: Means
    signatory: Pseudonym | None = None
    project: Code | None = None
    order: Id | None = None
    decision: Id | None = None
    grant: Id | None = None
    cheque: Code | None = None
    irregular: Checked | None = None
    accepted: tuple[Accepted, ...] | None = None
    replaces: Id | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class ExpenseRegularised(
    Event,
    name="ledger.expense-regularised.v1",
    fr="Une dépense faite sans décision est régularisée par un conseil",
    en="An expense made without a decision is regularised by a council",
):
    """Un conseil a décidé après coup d'une dépense ou d'une avance déjà faite.
    A council decided afterwards on an expense or an advance already made."""

    entry: Id
    decision: Id


class TransferRecorded(
    Event,
    name="ledger.transfer-recorded.v1",
    fr="{label} : {amount:money} de {out_of} vers {into} ({voucher})",
    en="{label}: {amount:money} from {out_of} to {into} ({voucher})",
):
    """De l'argent a changé de place sans être ni une recette ni une dépense.
    Money changed place; it is neither income nor expense."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    replaces: Id | None = None
    taken_over: bool | None = None


class EntryReversed(
    Event,
    name="ledger.entry-reversed.v1",
    fr="Écriture contre-passée : {reason}",
    en="Entry reversed: {reason}",
):
    """Une écriture a été annulée par son contraire, avec la raison ; rien n'est effacé.
    An entry was undone by its opposite, with the reason; nothing is deleted."""

    entry: Id
    reverses: Id
    reason: Checked
    on: date


class VoucherGapExplained(
    Event,
    name="ledger.voucher-gap-explained.v1",
    fr="Le numéro {series}{number:02} de {year} manque : {reason}",
    en="The number {series}{number:02} of {year} is missing: {reason}",
):
    """Un numéro de pièce jamais utilisé a été expliqué.
    A voucher number that was never used was explained."""

    year: Year
    series: Annotated[Code, Field(pattern=r"^[A-Z]{1,3}$")]
    number: VoucherNumber
    reason: Checked

"""What happens before money goes out: a payment was ordered, approved or refused; an entry was prepared, or declined."""

from datetime import date
from enum import StrEnum

from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from shared.messages import Event
from shared.values import Checked, Code, Id, PositiveCents, Pseudonym


class EntryKind(StrEnum):
    """What a prepared entry becomes once it is confirmed."""

    RECEIPT = "receipt"
    EXPENSE = "expense"


class PaymentOrdered(
    Event,
    name="ledger.payment-ordered.v1",
    fr="Ordre de paiement : {label}, {amount:money}, pot {pot}",
    en="Payment ordered: {label}, {amount:money}, pot {pot}",
):
    """On demande de payer une dépense qu'un conseil a décidée ; `label` dit ce qui est acheté.
    Somebody asks for an expense that a council decided to be paid; `label` says what is bought."""

    order: Id
    decision: Id
    amount: PositiveCents
    pot: Code
    label: Checked
    project: Code | None = None
    prepared_by: Pseudonym | None = None


class PaymentApproved(
    Event,
    name="ledger.payment-approved.v1",
    fr="Un ordre de paiement est approuvé sur sa pièce",
    en="A payment order is approved on its voucher",
):
    """Une personne a vu la pièce et approuvé l'ordre ; l'enveloppe du fait dit qui.
    Somebody saw the voucher and approved the order; the envelope of the fact says who."""

    order: Id


class PaymentRefused(
    Event,
    name="ledger.payment-refused.v1",
    fr="Un ordre de paiement est refusé : {reason}",
    en="A payment order is refused: {reason}",
):
    """Un ordre de paiement ne sera pas payé, et on a dit pourquoi ; ce qu'il prenait de l'enveloppe est libre.
    A payment order will not be paid, and somebody said why; what it took of the envelope is free."""

    order: Id
    reason: Checked


class EntryPrepared(
    Event,
    name="ledger.entry-prepared.v1",
    fr="Écriture préparée : {label}, {allocations:total}, pot {pot}",
    en="Entry prepared: {label}, {allocations:total}, pot {pot}",
):
    """Une écriture est préparée par les trésoriers élèves ; elle ne change aucun chiffre tant qu'un adulte ne la confirme pas.
    An entry was prepared by the pupil treasurers; it moves no figure until an adult confirms it."""

    draft: Id
    kind: EntryKind
    on: date
    label: Checked
    treasury: tuple[Leg, ...]
    allocations: tuple[Allocation, ...]
    pot: Code
    means: Means
    project: Code | None = None
    proposed: Voucher | None = None  # the number that was proposed for its voucher: it takes none
    decision: Id | None = None
    order: Id | None = None


class EntryDeclined(
    Event,
    name="ledger.entry-declined.v1",
    fr="Une écriture préparée n'est pas retenue : {reason}",
    en="A prepared entry is declined: {reason}",
):
    """Un adulte n'a pas retenu une écriture préparée, et a dit pourquoi.
    An adult declined a prepared entry, and said why."""

    draft: Id
    reason: Checked


OrderEvent = PaymentOrdered | PaymentApproved | PaymentRefused
DraftEvent = EntryPrepared | EntryDeclined

"""What can be asked of the accounts, pots, entries, vouchers and advances, and who may ask."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.governance.events.people import Role
from services.ledger.events.books import ChartAccount, ClassCount, OpeningBalance, PotKind, TreasuryKind, Year
from services.ledger.events.entries import Accepted, Allocation, Leg, Means, Voucher
from services.ledger.events.pots import KeyKind, PotWeight, Purpose, Rounding
from services.ledger.events.vouchers import FileSize, MediaType
from shared.messages import Command
from shared.values import Cents, Checked, Code, Count, Digest, Id, PositiveCents, Pseudonym

LEGS_MAX = 20  # treasury accounts that one operation touches: a school has two or three
ALLOCATIONS_MAX = 100  # lines of one split: with their codes they stay well under the bytes of one record
POTS_MAX = 200  # pots or classes named at once: more than any school has
ACCOUNTS_MAX = 400  # accounts of a chart: the one shipped has about forty

KEEPS_THE_BOOKS = {Role.MANDATE_HOLDER}
SETS_UP = {Role.MANDATE_HOLDER, Role.ASSOCIATION}


class OpenYear(Command, may=SETS_UP):
    """Ouvrir un exercice, avec les soldes de départ pour le premier du registre.
    Open a fiscal year, with the opening balances for the first one of the register."""

    year: Year
    starts: date
    ends: date
    chart: Code
    opening: Annotated[tuple[OpeningBalance, ...], Field(max_length=POTS_MAX)] | None = None


class AdoptChart(Command, may=SETS_UP):
    """Adopter un plan comptable à partir d'une date.
    Adopt a chart of accounts from a date on."""

    chart: Code
    version: Code
    valid_from: date
    content: Annotated[tuple[ChartAccount, ...], Field(max_length=ACCOUNTS_MAX)]


class OpenTreasuryAccount(Command, may=SETS_UP):
    """Ouvrir un compte de trésorerie.
    Open a treasury account."""

    account: Code
    kind: TreasuryKind
    label: Checked
    on: date


class CloseTreasuryAccount(Command, may=SETS_UP):
    """Fermer un compte de trésorerie.
    Close a treasury account."""

    account: Code
    on: date


class OpenPot(Command, may=SETS_UP):
    """Ouvrir un pot.
    Open a pot."""

    pot: Code
    label: Checked
    kind: PotKind
    on: date
    class_code: Code | None = None


class ClosePot(Command, may=SETS_UP):
    """Fermer un pot vide.
    Close an empty pot."""

    pot: Code
    on: date


class DeclareMembership(Command, may=KEEPS_THE_BOOKS):
    """Déclarer l'effectif de l'année à l'association.
    Declare the year's headcount to the association."""

    year: Year
    on: date
    classes: Annotated[tuple[ClassCount, ...], Field(max_length=POTS_MAX)]
    adults: Count
    rate: Cents
    insurance: Cents
    rules_version: Code


class RecordReceipt(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer une recette.
    Record money that came in."""

    on: date
    voucher: Voucher
    label: Checked
    treasury: Annotated[tuple[Leg, ...], Field(max_length=LEGS_MAX)]
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=ALLOCATIONS_MAX)]
    pot: Code
    means: Means
    project: Code | None = None
    families: Count | None = None
    funding: Id | None = None
    replaces: Id | None = None
    accepted: Annotated[tuple[Accepted, ...], Field(max_length=ALLOCATIONS_MAX)] | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class RecordExpense(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer une dépense déjà payée.
    Record an expense already paid."""

    on: date
    voucher: Voucher
    label: Checked
    treasury: Annotated[tuple[Leg, ...], Field(max_length=LEGS_MAX)]
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=ALLOCATIONS_MAX)]
    pot: Code
    means: Means
    signatory: Pseudonym | None = None
    project: Code | None = None
    cheque: Code | None = None
    order: Id | None = None
    decision: Id | None = None
    grant: Id | None = None
    irregular: Checked | None = None
    replaces: Id | None = None
    accepted: Annotated[tuple[Accepted, ...], Field(max_length=ALLOCATIONS_MAX)] | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class RegulariseExpense(Command, may=KEEPS_THE_BOOKS):
    """Rattacher à une décision une dépense ou une avance faite sans elle.
    Give an expense or an advance made without a decision the one a council took afterwards."""

    entry: Id
    decision: Id


class RecordTransfer(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer un virement interne (dépôt d'espèces en banque, par exemple).
    Record an internal transfer (cash taken to the bank, for instance)."""

    on: date
    voucher: Voucher
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    replaces: Id | None = None
    taken_over: bool | None = None


class ReverseEntry(Command, may=KEEPS_THE_BOOKS):
    """Contre-passer une écriture, avec la raison et, s'il en faut une, l'écriture qui la remplace.
    Reverse an entry, with the reason and, where one is needed, the entry that replaces it."""

    reverses: Id
    reason: Checked
    on: date
    receipt: RecordReceipt | None = None
    expense: RecordExpense | None = None
    transfer: RecordTransfer | None = None


class AttachVoucher(Command, may={Role.MANDATE_HOLDER, Role.CLASS_TUTOR}):
    """Joindre à une écriture la photo ou le PDF de sa pièce, qui est le corps de la demande.
    Attach to an entry the photograph or the PDF of its voucher, which is the body of the request."""

    entry: Id
    content: Digest  # SHA-256 of the file as it was sent: the same key with another file is another request; it is never recorded
    media_type: MediaType
    size: FileSize
    on: date | None = None


class DeclareVoucherLost(Command, may=KEEPS_THE_BOOKS):
    """Déclarer perdue la pièce d'une écriture, avec la raison.
    Declare the voucher of an entry lost, with the reason."""

    entry: Id
    reason: Checked
    on: date


class TransferBetweenPots(Command, may=KEEPS_THE_BOOKS):
    """Faire passer de l'argent d'un pot à un autre.
    Move money from one pot to another."""

    on: date
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    purpose: Purpose
    decision: Id | None = None
    taken_over: bool | None = None


class SharePot(Command, may=KEEPS_THE_BOOKS):
    """Partager une somme entre plusieurs pots, selon une clé votée.
    Share a sum among several pots, by a voted key."""

    on: date
    label: Checked
    out_of: Code
    amount: PositiveCents
    kind: KeyKind
    weights: Annotated[tuple[PotWeight, ...], Field(max_length=POTS_MAX)]
    rounding: Rounding
    decision: Id | None = None


class PayBackPots(Command, may=KEEPS_THE_BOOKS):
    """Reverser à l'école ce qui reste dans les pots des classes.
    Pay what is left in the class pots back to the school."""

    on: date
    label: Checked
    into: Code


class GrantAdvance(Command, may=KEEPS_THE_BOOKS):
    """Confier une avance pour les petites dépenses d'une classe.
    Entrust an advance for the small expenses of a class."""

    on: date
    voucher: Voucher
    pot: Code
    holder: Pseudonym
    out_of: Code
    amount: PositiveCents
    signatory: Pseudonym | None = None
    ceiling: PositiveCents | None = None
    cheque: Code | None = None
    decision: Id | None = None
    irregular: Checked | None = None
    cap_reason: Checked | None = None
    taken_over: bool | None = None


class JustifyAdvance(Command, may={Role.MANDATE_HOLDER, Role.CLASS_TUTOR}):
    """Justifier ce qu'une avance a payé.
    Justify what an advance paid for."""

    advance: Id
    on: date
    voucher: Voucher
    label: Checked
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=ALLOCATIONS_MAX)]
    taken_over: bool | None = None


class ReturnAdvance(Command, may=KEEPS_THE_BOOKS):
    """Recevoir ce qui reste d'une avance.
    Take back what is left of an advance."""

    advance: Id
    on: date
    voucher: Voucher
    into: Code
    amount: PositiveCents
    taken_over: bool | None = None


class SettleAdvance(Command, may=KEEPS_THE_BOOKS):
    """Solder une avance revenue à zéro.
    Settle an advance that is back at zero."""

    advance: Id
    on: date


class LockPeriod(Command, may=KEEPS_THE_BOOKS):
    """Verrouiller les écritures jusqu'à une date.
    Lock entries up to a date."""

    through: date
    reason: Checked


class UnlockPeriod(Command, may=SETS_UP):
    """Ramener le verrou à une date plus ancienne.
    Move the lock back to an earlier date."""

    through: date
    reason: Checked

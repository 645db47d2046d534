"""What can be asked of the inventory, cheque books, deposit slips, the cash box, grants and gifts in kind, and who may ask."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.governance.events.people import Role
from services.ledger.commands.bank import TOGETHER_MAX
from services.ledger.commands.books import KEEPS_THE_BOOKS
from services.ledger.events.cheques import ChequeNumber
from services.ledger.events.entries import Voucher
from services.ledger.events.grants import Source
from services.ledger.events.in_kind import Nature
from services.ledger.events.inventory import Disposal
from shared.messages import Command
from shared.values import Cents, Checked, Code, Id, PositiveCents, Value

ASSETS_MAX = 1_000  # of one check: as 26 letters each they stay under the 65,535 bytes of a record


class InventoryAsset(Command, may=KEEPS_THE_BOOKS):
    """Mettre un bien durable à l'inventaire, avec l'écriture qui l'a payé s'il y en a une.
    Put a durable good on the inventory, with the entry that paid for it where there is one."""

    number: Code
    label: Checked
    on: date
    value: PositiveCents
    entry: Id | None = None


class DisposeOfAsset(Command, may=KEEPS_THE_BOOKS):
    """Sortir un bien de l'inventaire à une date, avec la raison.
    Take a good off the inventory on a date, with the reason."""

    asset: Id
    on: date
    how: Disposal
    reason: Checked


class CheckInventory(Command, may={Role.MANDATE_HOLDER, Role.CLASS_TUTOR}):
    """Dire de chaque bien de l'inventaire s'il est là ou s'il manque.
    Say of each good of the inventory whether it is there or missing."""

    on: date
    present: Annotated[tuple[Id, ...], Field(max_length=ASSETS_MAX)]
    missing: Annotated[tuple[Id, ...], Field(max_length=ASSETS_MAX)]


class ReceiveChequeBook(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer un chéquier remis par la banque, du premier au dernier numéro.
    Record a cheque book handed over by the bank, from its first number to its last."""

    account: Code
    on: date
    first: ChequeNumber
    last: ChequeNumber


class VoidCheque(Command, may=KEEPS_THE_BOOKS):
    """Annuler un chèque qui n'a pas servi, avec la raison.
    Make void a cheque that was not used, with the reason."""

    account: Code
    number: ChequeNumber
    on: date
    reason: Checked


class CashPutIn(Value):
    """The cash of a slip: the box it leaves, how much, and the voucher of the transfer that it makes."""

    out_of: Code
    amount: PositiveCents
    voucher: Voucher
    label: Checked


class MakeDepositSlip(Command, may=KEEPS_THE_BOOKS):
    """Faire un bordereau de remise : des chèques reçus et, s'il y en a, des espèces qui quittent la caisse.
    Make a deposit slip: cheques received and, where there is some, cash that leaves the box."""

    on: date
    account: Code
    entries: Annotated[tuple[Id, ...], Field(max_length=TOGETHER_MAX - 1)]  # the cash is one more, and one line must hold them all
    cash: CashPutIn | None = None


class CountCash(Command, may=KEEPS_THE_BOOKS):
    """Compter la caisse et la comparer aux comptes.
    Count the cash box and compare it with the books."""

    account: Code
    on: date
    counted: Annotated[Cents, Field(ge=0)]


class EarmarkGrant(Command, may=KEEPS_THE_BOOKS):
    """Affecter une subvention à un usage.
    Earmark a grant for a purpose."""

    source: Source
    amount: PositiveCents
    purpose: Checked
    project: Code | None = None
    use_by: date | None = None
    decision: Id | None = None


class RecordInKindContribution(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer du temps, un bien ou un service offert ; à zéro, en remplaçant, efface une ligne fausse.
    Record time, a good or a service that was given; at zero, replacing, takes a wrong line away."""

    on: date
    nature: Nature
    label: Checked
    amount: Annotated[Cents, Field(ge=0)]
    minutes: Annotated[int, Field(strict=True, ge=1, le=10_000_000)] | None = None
    replaces: Id | None = None

"""The inventory of durable goods: what is put on it, what leaves it, what was found on the shelves; what an entry still asks for."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.goods import CheckInventory, DisposeOfAsset, InventoryAsset
from services.ledger.deciders.checks import has_come, still_affiliated
from services.ledger.events.advances import AdvanceJustified
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import ExpenseRecorded
from services.ledger.events.inventory import AssetDisposed, AssetInventoried, InventoryChecked
from services.ledger.reconciling import entry_of
from services.ledger.registers.inventory import Asset, Inventory, durable_cents
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused
from shared.values import Id

InventoryCommand = InventoryAsset | DisposeOfAsset | CheckInventory


class InventoryNumberTaken(Refused):
    """Ce numéro d'inventaire est déjà pris : un numéro reste à son bien pour toujours.
    This inventory number is taken: a number stays with its good for ever."""


class NotADurablePurchase(Refused):
    """Cette écriture n'a rien acheté au compte des biens durables, ou elle a été annulée.
    This entry bought nothing on the account of durable goods, or it was undone."""


class WorthMoreThanPaid(Refused):
    """Les biens de cette écriture vaudraient plus que ce qu'elle a payé : il reste la somme indiquée.
    The goods of this entry would be worth more than it paid: the sum shown is left."""


class InventoriedBeforeBought(Refused):
    """Un bien n'entre pas à l'inventaire avant d'être acheté.
    A good does not enter the inventory before it is bought."""


class NoSuchAsset(Refused):
    """Ce bien n'est pas à l'inventaire.
    This good is not on the inventory."""


class AssetIsGone(Refused):
    """Ce bien est déjà sorti de l'inventaire.
    This good has already left the inventory."""


class GoneBeforeItCame(Refused):
    """Un bien ne sort pas de l'inventaire avant d'y être entré.
    A good does not leave the inventory before it entered it."""


class EachGoodOnce(Refused):
    """Chaque bien de l'inventaire doit être dit une fois, présent ou manquant : ceux qui sont oubliés ou de trop sont indiqués.
    Each good of the inventory must be named once, present or missing: those left out or in excess are shown."""


class AsksForItsGood(Notice):
    """Cette écriture achète un bien durable : mets-le à l'inventaire, pour la somme indiquée.
    This entry buys a durable good: put it on the inventory, for the sum shown."""


class GoodMissing(Notice):
    """Des biens manquent : retrouve-les, ou sors-les de l'inventaire avec la raison.
    Goods are missing: find them, or take them off the inventory with the reason."""


def decide(books: Books, command: InventoryCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on the inventory. It moves no money, so that no lock is in its way."""
    still_affiliated(books, command)
    has_come(command.on, given)
    inventory = books.registers.inventory
    match command:
        case InventoryAsset():
            return [_inventoried(inventory, command, given)]
        case DisposeOfAsset():
            asset = _there(inventory, command.asset)
            if command.on < asset.on:
                raise GoneBeforeItCame(came=asset.on.isoformat(), on=command.on.isoformat())
            return [AssetDisposed(**dict(command))]
        case CheckInventory():
            return [_checked(inventory, command)]
        case _:
            assert_never(command)


def _inventoried(inventory: Inventory, command: InventoryAsset, given: Circumstances) -> AssetInventoried:
    if any(one.number == command.number for one in inventory.assets.values()):
        raise InventoryNumberTaken(number=command.number)
    if command.entry is not None:
        bought = inventory.bought.get(command.entry)
        if bought is None or bought.undone or bought.amount <= 0:
            raise NotADurablePurchase(entry=command.entry)
        if command.on < bought.on:
            raise InventoriedBeforeBought(bought_on=bought.on.isoformat(), on=command.on.isoformat())
        if (left := inventory.left(command.entry)) < command.value:
            raise WorthMoreThanPaid(left=left, value=command.value)
    return AssetInventoried(asset=given.id(), **dict(command))


def _there(inventory: Inventory, name: Id) -> Asset:
    asset = inventory.assets.get(name)
    if asset is None:
        raise NoSuchAsset(asset=name)
    if asset.gone is not None:
        raise AssetIsGone(asset=name, on=asset.gone.on.isoformat())
    return asset


def _checked(inventory: Inventory, command: CheckInventory) -> InventoryChecked:
    expected = [name for name, one in inventory.held().items() if one.on <= command.on]
    named = [*command.present, *command.missing]
    forgotten, foreign = (
        [name for name in expected if name not in named],
        [name for name in named if named.count(name) > 1 or name not in expected],
    )
    if forgotten or foreign:
        raise EachGoodOnce(forgotten=forgotten, in_excess=foreign)
    return InventoryChecked(**dict(command))


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say that a purchase asks for its line on the inventory, and that goods are missing."""
    event = record.event
    match event:
        case ExpenseRecorded() | AdvanceJustified() if amount := durable_cents(event.allocations):
            inventory, entry = books.registers.inventory, entry_of(record)
            stated = inventory.stated(event.replaces) if isinstance(event, ExpenseRecorded) and event.replaces else 0
            return [AsksForItsGood(entry=entry, left=amount - stated)] if amount > stated else []
        case InventoryChecked() if event.missing:
            return [GoodMissing(assets=event.missing)]
        case _:
            return []


INVENTORY: Decider[Books] = Decider(InventoryCommand, BOOKS, decide, warn)

"""What the durable goods are: what was bought on their account, what is on the inventory, what left it and when.

A good names the entry that paid for it; where that entry is reversed and replaced, the good follows the replacement.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from immutables import Map

from services.ledger.events.advances import AdvanceJustified
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, ReceiptRecorded
from services.ledger.events.inventory import AssetDisposed, AssetInventoried, Disposal, InventoryChecked
from services.ledger.reconciling import entry_of
from shared.messages import Recorded
from shared.values import Code, Id, Table

DURABLE_GOODS: Final = "6800"  # achats de biens durables, 68000008 in full (OCCE 83)


class Bought(NamedTuple):
    """What one entry put on the account of durable goods, in cents: below zero where a refund or a reversal took it back."""

    on: date
    amount: int
    label: str
    voucher: str
    undone: bool = False


class Gone(NamedTuple):
    """When, how and why a good left the inventory."""

    on: date
    how: Disposal
    reason: str


class Asset(NamedTuple):
    """One durable good, its value in cents; `gone` is None while it is there."""

    number: Code
    label: str
    on: date
    value: int
    entry: Id | None
    gone: Gone | None = None

    @property
    def counted(self) -> bool:
        """Tell whether it ever was there: a line written by mistake was not."""
        return self.gone is None or self.gone.how is not Disposal.MISTAKE


class Looked(NamedTuple):
    """What one check of the inventory found."""

    on: date
    present: tuple[Id, ...]
    missing: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The durable goods of a register."""

    bought: Table[Id, Bought] = Map()
    assets: Table[Id, Asset] = Map()
    checks: tuple[Looked, ...] = ()

    def left(self, entry: Id) -> int:
        """Return what of an entry no good on the inventory stands for, in cents."""
        paid = self.bought.get(entry)
        return (0 if paid is None or paid.undone else paid.amount) - self.stated(entry)

    def stated(self, entry: Id) -> int:
        """Return the value of the goods that name an entry, in cents."""
        return sum(one.value for one in self.assets.values() if one.entry == entry and one.counted)

    def held(self) -> dict[Id, Asset]:
        """Return the goods that are there, by number."""
        there = ((name, one) for name, one in self.assets.items() if one.gone is None)
        return dict(sorted(there, key=lambda item: (item[1].number, item[0])))

    def waiting(self) -> Iterator[tuple[Id, int]]:
        """Iterate over the entries whose goods are not all on the inventory, by date, with what is missing in cents."""
        for name, one in sorted(self.bought.items(), key=lambda item: (item[1].on, item[0])):
            if one.amount > 0 and (left := self.left(name)):
                yield name, left


def is_durable(account: Code) -> bool:
    """Tell whether an account is that of durable goods, in its short or its long code."""
    return account.startswith(DURABLE_GOODS)


def noted(inventory: Inventory, record: Recorded[Any]) -> Inventory:
    """Apply one fact; those about what a cut hides change nothing."""
    event: Any = record.event
    match event:
        case ExpenseRecorded() | AdvanceJustified() | ReceiptRecorded():
            return _entered(inventory, record)
        case EntryReversed() if (undone := inventory.bought.get(event.reverses)) is not None:
            back = Bought(event.on, -undone.amount, event.reason, "", undone=True)
            bought = inventory.bought.set(event.reverses, undone._replace(undone=True)).set(event.entry, back)
            return replace(inventory, bought=bought)
        case AssetInventoried():
            asset = Asset(event.number, event.label, event.on, event.value, event.entry)
            return replace(inventory, assets=inventory.assets.set(event.asset, asset))
        case AssetDisposed() if (known := inventory.assets.get(event.asset)) is not None:
            gone = known._replace(gone=Gone(event.on, event.how, event.reason))
            return replace(inventory, assets=inventory.assets.set(event.asset, gone))
        case InventoryChecked():
            return replace(inventory, checks=(*inventory.checks, Looked(event.on, event.present, event.missing)))
        case _:
            return inventory


def durable_cents(allocations: tuple[Allocation, ...]) -> int:
    """Return how much of a split is for durable goods, in cents."""
    return sum(one.amount for one in allocations if is_durable(one.account))


def _entered(inventory: Inventory, record: Recorded[Any]) -> Inventory:
    event = record.event
    if not (amount := durable_cents(event.allocations)):
        return inventory
    name, number = entry_of(record), f"{event.voucher.series}{event.voucher.number:02d}"
    sign = -1 if isinstance(event, ReceiptRecorded) else 1
    bought = inventory.bought.set(name, Bought(event.on, sign * amount, event.label, number))
    assets = inventory.assets
    if (replaced := getattr(event, "replaces", None)) is not None:
        for asset, one in assets.items():
            if one.entry == replaced:
                assets = assets.set(asset, one._replace(entry=name))
    return replace(inventory, bought=bought, assets=assets)

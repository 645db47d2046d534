"""What happens to durable goods: put on the inventory, taken off it with the reason, looked for on the shelves."""

from datetime import date
from enum import StrEnum

from shared.messages import Event
from shared.values import Checked, Code, Id, PositiveCents


class Disposal(StrEnum):
    """How a good leaves the inventory; a line written by mistake was never there, and its value was never insured."""

    SOLD = "sold"
    GIVEN = "given"
    WORN_OUT = "worn_out"
    LOST = "lost"
    STOLEN = "stolen"
    MISTAKE = "mistake"


class AssetInventoried(
    Event,
    name="ledger.asset-inventoried.v1",
    fr="Inventaire n° {number} : {label}, {value:money}",
    en="Inventory no. {number}: {label}, {value:money}",
):
    """Un bien durable est à l'inventaire ; sans écriture, il a été donné ou il était là avant le registre.
    A durable good is on the inventory; without an entry, it was given or was there before the register."""

    asset: Id
    number: Code
    label: Checked
    on: date
    value: PositiveCents
    entry: Id | None = None


class AssetDisposed(
    Event,
    name="ledger.asset-disposed.v1",
    fr="Sortie de l'inventaire : {reason}",
    en="Taken off the inventory: {reason}",
):
    """Un bien a quitté l'inventaire à une date, et on a dit comment et pourquoi ; il reste dans son histoire.
    A good left the inventory on a date, and somebody said how and why; it stays in its history."""

    asset: Id
    on: date
    how: Disposal
    reason: Checked


class InventoryChecked(
    Event,
    name="ledger.inventory-checked.v1",
    fr="Inventaire vérifié sur place",
    en="Inventory checked on the shelves",
):
    """Chaque bien de l'inventaire a été cherché : il était là ou il manquait.
    Each good of the inventory was looked for: it was there or it was missing."""

    on: date
    present: tuple[Id, ...]
    missing: tuple[Id, ...]


InventoryEvent = AssetInventoried | AssetDisposed | InventoryChecked

"""The inventory of durable goods: what is there and what it is insured for, what left, what was not found, what asks for its line."""

from dataclasses import dataclass, replace
from typing import Any

from services.ledger.events.books import YearOpened
from services.ledger.kept import Span
from services.ledger.registers.inventory import Asset, Inventory, noted
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id


@dataclass(frozen=True, slots=True)
class InventoryBook:
    """The durable goods and the fiscal years they were bought in."""

    inventory: Inventory = Inventory()
    years: tuple[tuple[Code, Span], ...] = ()


def evolve(book: InventoryBook, record: Recorded[Any]) -> InventoryBook:
    """Apply one fact."""
    event = record.event
    if isinstance(event, YearOpened):
        return replace(book, years=(*book.years, (event.year, Span(event.starts, event.ends))))
    inventory = noted(book.inventory, record)
    return book if inventory is book.inventory else replace(book, inventory=inventory)


def inventory_shown(book: InventoryBook) -> dict[str, Any]:
    """Return every good by number, in cents.

    `insured` is the value of what is there. `without` are the purchases whose goods are not all on the inventory. Of a year, `account` is
    the balance of the account of durable goods, `added` the value of the goods that its purchases brought; both are `equal`, or not.
    """
    inventory = book.inventory
    ordered = sorted(inventory.assets.items(), key=lambda item: (item[1].number, item[0]))
    return {
        "assets": [_asset_shown(inventory, name, asset) for name, asset in ordered],
        "insured": sum(one.value for one in inventory.held().values()),
        "without": [{"entry": name, "left": left, **_paid_shown(inventory, name)} for name, left in inventory.waiting()],
        "years": [_year_shown(inventory, year, span) for year, span in book.years],
        "checks": inventory.checks,
    }


def _asset_shown(inventory: Inventory, name: Id, asset: Asset) -> dict[str, Any]:
    looked = [one for one in inventory.checks if name in one.present or name in one.missing]
    last = {"on": looked[-1].on, "there": name in looked[-1].present} if looked else None
    told = {"number": asset.number, "label": asset.label, "on": asset.on, "value": asset.value, "entry": asset.entry}
    paid = _paid_shown(inventory, asset.entry) if asset.entry else {"bought_on": None, "voucher": None, "undone": False}
    return {"asset": name, **told, **paid, "gone": asset.gone, "last_check": last}


def _paid_shown(inventory: Inventory, entry: Id) -> dict[str, Any]:
    paid = inventory.bought.get(entry)
    if paid is None:  # a cut hides it
        return {"bought_on": None, "voucher": None, "undone": False}
    return {"bought_on": paid.on, "voucher": paid.voucher or None, "undone": paid.undone}


def _year_shown(inventory: Inventory, year: Code, span: Span) -> dict[str, Any]:
    bought = {name: one for name, one in inventory.bought.items() if span.covers(one.on)}
    account = sum(one.amount for one in bought.values())
    added = sum(one.value for one in inventory.assets.values() if one.entry in bought and one.counted)
    return {"year": year, "account": account, "added": added, "equal": account == added}


INVENTORY_BOOK = Projection(name="ledger.inventory", version=1, initial=InventoryBook(), evolve=evolve)

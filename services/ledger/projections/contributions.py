"""What families gave, as the books know it: receipts on account 7562 with their number of families, and never whose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from immutables import Map

from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed, ReceiptRecorded
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Table

VOLUNTARY: Final[Code] = "7562"  # "Participation volontaire des familles"; longer codes are its own subdivisions


class ContributionReceipt(NamedTuple):
    """One receipt: its business date, its cents on account 7562, how many families it says it is from."""

    on: date
    amount: int
    families: int | None


@dataclass(frozen=True, slots=True)
class Contributions:
    """Every receipt with a line on account 7562, by its entry; one that was reversed is none."""

    receipts: Table[Id, ContributionReceipt] = Map()

    def between(self, starts: date, ends: date) -> Iterator[ContributionReceipt]:
        """Iterate over the receipts of some days, both included."""
        return (one for one in self.receipts.values() if starts <= one.on <= ends)


def evolve(contributions: Contributions, record: Recorded[LedgerEvent]) -> Contributions:
    """Apply one fact."""
    receipts = contributions.receipts
    match record.event:
        case ReceiptRecorded() as event:
            amount = sum(one.amount for one in event.allocations if one.account.startswith(VOLUNTARY))
            if not amount:
                return contributions
            return replace(contributions, receipts=receipts.set(event.entry, ContributionReceipt(event.on, amount, event.families)))
        case EntryReversed(reverses=reverses) if reverses in receipts:
            return replace(contributions, receipts=receipts.delete(reverses))
        case _:
            return contributions


CONTRIBUTIONS = Projection(name="ledger.contributions", version=1, initial=Contributions(), evolve=evolve)

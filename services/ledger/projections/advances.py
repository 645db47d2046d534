"""Every petty cash advance: to whom, how much is justified, returned and left."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.ledger.events import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled, LedgerEvent
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Pseudonym, Table


@dataclass(frozen=True, slots=True)
class AdvanceLine:
    """One advance, in cents."""

    pot: Code
    holder: Pseudonym
    on: date
    granted: int
    justified: int = 0
    returned: int = 0
    settled_on: date | None = None

    @property
    def left(self) -> int:
        """Return what is neither justified nor returned."""
        return self.granted - self.justified - self.returned


@dataclass(frozen=True, slots=True)
class Advances:
    """Every advance, by its id."""

    by_id: Table[Id, AdvanceLine] = Map()

    def totals(self) -> dict[str, int]:
        """Return what was granted, justified and returned in all."""
        lines = list(self.by_id.values())
        return {name: sum(getattr(line, name) for line in lines) for name in ("granted", "justified", "returned")}


def evolve(advances: Advances, record: Recorded[LedgerEvent]) -> Advances:
    """Apply one fact; whatever happens to an advance that a cut hides changes nothing."""
    match record.event:
        case AdvanceGranted() as event:
            return Advances(advances.by_id.set(event.advance, AdvanceLine(event.pot, event.holder, event.on, event.amount)))
        case AdvanceJustified() as event:
            line = advances.by_id.get(event.advance)
            spent = sum(one.amount for one in event.allocations)
            return advances if line is None else _with(advances, event.advance, replace(line, justified=line.justified + spent))
        case AdvanceReturned() as event:
            line = advances.by_id.get(event.advance)
            return advances if line is None else _with(advances, event.advance, replace(line, returned=line.returned + event.amount))
        case AdvanceSettled() as event:
            line = advances.by_id.get(event.advance)
            return advances if line is None else _with(advances, event.advance, replace(line, settled_on=event.on))
        case _:
            return advances


def _with(advances: Advances, advance: Id, line: AdvanceLine) -> Advances:
    return Advances(advances.by_id.set(advance, line))


def advances_shown(advances: Advances) -> dict[str, Any]:
    """Return every advance, and what all of them make."""
    lines = [{"advance": name, "left": one.left, **asdict(one)} for name, one in advances.by_id.items()]
    return {"advances": sorted(lines, key=lambda line: (line["on"], line["pot"])), **advances.totals()}


ADVANCE_BOOK = Projection(name="ledger.advances", version=1, initial=Advances(), evolve=evolve)

"""Every petty cash advance: to whom, how much is justified, returned and left, once what was reversed is taken out."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed
from services.ledger.kept import Step
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
    reversed_on: date | None = None

    @property
    def left(self) -> int:
        """Return what is neither justified nor returned; nothing of an advance whose grant was reversed."""
        return 0 if self.reversed_on else self.granted - self.justified - self.returned


@dataclass(frozen=True, slots=True)
class Advances:
    """Every advance, by its id, and the steps that a reversal can name."""

    by_id: Table[Id, AdvanceLine] = Map()
    steps: Table[Id, Step] = Map()

    def totals(self) -> dict[str, int]:
        """Return what was granted, justified and returned in all, without the grants that were reversed."""
        lines = [line for line in self.by_id.values() if line.reversed_on is None]
        return {name: sum(getattr(line, name) for line in lines) for name in ("granted", "justified", "returned")}


def evolve(advances: Advances, record: Recorded[LedgerEvent]) -> Advances:
    """Apply one fact; whatever happens to an advance that a cut hides changes nothing."""
    match record.event:
        case AdvanceGranted() as event:
            line = AdvanceLine(event.pot, event.holder, event.on, event.amount)
            step = Step(event.advance, granted=event.amount)
            return Advances(advances.by_id.set(event.advance, line), advances.steps.set(event.advance, step))
        case AdvanceJustified() as event:
            return _stepped(advances, event.entry, Step(event.advance, justified=sum(one.amount for one in event.allocations)))
        case AdvanceReturned() as event:
            return _stepped(advances, event.entry, Step(event.advance, returned=event.amount))
        case AdvanceSettled() as event:
            return _with(advances, event.advance, settled_on=event.on)
        case EntryReversed() as event:
            return _undone(advances, event)
        case _:
            return advances


def _stepped(advances: Advances, entry: Id | None, step: Step) -> Advances:
    if entry is not None:
        advances = replace(advances, steps=advances.steps.set(entry, step))
    return _moved(advances, step, 1)


def _undone(advances: Advances, event: EntryReversed) -> Advances:
    step = advances.steps.get(event.reverses)
    if step is None:
        return advances
    return _with(advances, step.advance, reversed_on=event.on) if step.granted else _moved(advances, step, -1)


def _moved(advances: Advances, step: Step, sign: int) -> Advances:
    line = advances.by_id.get(step.advance)
    if line is None:
        return advances
    return _with(advances, step.advance, justified=line.justified + sign * step.justified, returned=line.returned + sign * step.returned)


def _with(advances: Advances, advance: Id, **changes: Any) -> Advances:
    line = advances.by_id.get(advance)
    return advances if line is None else replace(advances, by_id=advances.by_id.set(advance, replace(line, **changes)))


def advances_shown(advances: Advances) -> dict[str, Any]:
    """Return every advance, and what all of them make."""
    lines = [{"advance": name, "left": one.left, **asdict(one)} for name, one in advances.by_id.items()]
    return {"advances": sorted(lines, key=lambda line: (line["on"], line["pot"])), **advances.totals()}


ADVANCE_BOOK = Projection(name="ledger.advances", version=2, initial=Advances(), evolve=evolve)

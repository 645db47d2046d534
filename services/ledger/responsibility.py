"""Who answers for an entry: the mandate it falls under, the handover it comes after, and whether a discharge reaches it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.governance.events.people import MandateEnded, MandateGiven, MandateHandedOver
from services.ledger.discharging import DISCHARGING, Discharging, noted
from shared.messages import Recorded
from shared.values import Id, Pseudonym, Seq, Table

RESPONSIBLE = frozenset({MandateGiven, MandateEnded, MandateHandedOver, *DISCHARGING})


class Held(NamedTuple):
    """One mandate: whose, and its first and last day."""

    holder: Pseudonym
    starts: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.starts <= day and (self.until is None or day <= self.until)


class Handed(NamedTuple):
    """One handover: the act, and the last fact under the outgoing holder."""

    seq: Seq
    through_seq: Seq


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Mandates, handovers and discharges of a register."""

    mandates: Table[Id, Held] = Map()
    handovers: tuple[Handed, ...] = ()
    discharging: Discharging = Discharging()

    def mandate(self, signatory: Pseudonym | None, actor: Pseudonym, on: date) -> Id | None:
        """Return the mandate that an entry of a day falls under: its signatory's, else its recorder's, else the oldest of that day."""
        holding = sorted((one.starts, name, one.holder) for name, one in self.mandates.items() if one.covers(on))
        for person in (signatory, actor):
            if own := next((name for _, name, holder in holding if holder == person), None):
                return own
        return holding[0][1] if holding else None

    def after_handover(self, seq: Seq) -> Seq | None:
        """Return the handover after which a fact was recorded, the latest one; None before any."""
        return max((one.seq for one in self.handovers if one.through_seq < seq), default=None)

    def outside(self, seq: Seq, on: date) -> bool | None:
        """Tell whether an entry of a day came after what the discharge of its year reaches; None while there is none."""
        later = [(ends, year) for year, ends in self.discharging.ends.items() if ends >= on]
        through = self.discharging.through(min(later)[1]) if later else None
        return None if through is None else seq > through


def answered(known: Responsibility, record: Recorded[Any]) -> Responsibility:
    """Apply one fact; the end of a mandate that a cut hides changes nothing."""
    match record.event:
        case MandateGiven() as event:
            return replace(known, mandates=known.mandates.set(event.mandate, Held(event.holder, event.starts, event.until)))
        case MandateEnded() as event:
            held = known.mandates.get(event.mandate)
            if held is None or (held.until is not None and held.until <= event.on):
                return known
            return replace(known, mandates=known.mandates.set(event.mandate, held._replace(until=event.on)))
        case MandateHandedOver() as event:
            return replace(known, handovers=(*known.handovers, Handed(record.seq, event.through_seq)))
        case _:
            return replace(known, discharging=noted(known.discharging, record))

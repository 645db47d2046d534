"""Every mandate with its holder and its days, and each handover with the fact at which responsibility changed hands."""

from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Balance, ChecklistItem, EndOfMandate, MandateEnded, MandateGiven, MandateHandedOver
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Checkpoint, Id, Pseudonym, Seq, Table


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as it stands: `until` is its last day as known, `ended` why it was cut short; `seq` is where it was given."""

    holder: Pseudonym
    starts: date
    seq: Seq
    until: date | None = None
    ended: EndOfMandate | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on that day."""
        return self.starts <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Handover:
    """One handover: `seq` is the act itself, `through_seq` the last fact under the outgoing holder's responsibility."""

    seq: Seq
    outgoing: Pseudonym
    incoming: Pseudonym
    on: date
    through_seq: Seq
    checkpoint: Checkpoint
    balances: tuple[Balance, ...]
    checklist: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True)
class Mandates:
    """All mandates by id, and the handovers in the order they were recorded."""

    mandates: Table[Id, Mandate] = Map()
    handovers: tuple[Handover, ...] = ()

    def holders(self, day: date) -> frozenset[Pseudonym]:
        """Return who holds a mandate on a day."""
        return frozenset(mandate.holder for mandate in self.mandates.values() if mandate.holds_on(day))


def evolve(mandates: Mandates, record: Recorded[GovernanceEvent]) -> Mandates:
    """Apply one fact; the end of a mandate that a cut hides changes nothing."""
    match record.event:
        case MandateGiven() as event:
            given = Mandate(event.holder, event.starts, record.seq, event.until)
            return replace(mandates, mandates=mandates.mandates.set(event.mandate, given))
        case MandateEnded() as event:
            known = mandates.mandates.get(event.mandate)
            if known is None or (known.until is not None and known.until <= event.on):
                return mandates
            return replace(mandates, mandates=mandates.mandates.set(event.mandate, replace(known, until=event.on, ended=event.reason)))
        case MandateHandedOver() as event:
            return replace(mandates, handovers=(*mandates.handovers, Handover(record.seq, **dict(event))))
        case _:
            return mandates


MANDATES: Projection[Mandates] = Projection(name="governance.mandates", version=1, initial=Mandates(), evolve=evolve)

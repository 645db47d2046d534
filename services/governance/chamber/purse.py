"""What governance's deciders know of the money: which pots are open, and what each decision still holds of its envelope.

Facts of the ledger, folded so that a proposal names a real pot and no more is released than what is left. How an entry takes from
an envelope is the ledger's rule, and its own pure fold says it here too: two counts of one envelope would differ one day.
"""

from dataclasses import dataclass, replace

from immutables import Map

from services.ledger.commitments import CommitmentEvent, Commitments
from services.ledger.commitments import evolve as committed
from services.ledger.events.books import PotClosed, PotOpened
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Id

PurseEvent = PotOpened | PotClosed | CommitmentEvent
NOTHING = Commitments()


@dataclass(frozen=True, slots=True)
class Purse:
    """The open pots with the class of each (None: the school's), and the envelopes as the ledger counts them."""

    pots: Map[Code, Code | None] = Map()
    commitments: Commitments = NOTHING

    def left(self, decision: Id) -> int:
        """Return what may still be spent of the envelope of a decision, in cents."""
        known = self.commitments.decisions.get(decision)
        return known.left if known else 0


def evolve(purse: Purse, record: Recorded[PurseEvent]) -> Purse:
    """Apply one fact; one about what a cut hides changes nothing."""
    match record.event:
        case PotOpened() as event:
            return replace(purse, pots=purse.pots.set(event.pot, event.class_code))
        case PotClosed(pot=pot):
            return replace(purse, pots=purse.pots.delete(pot)) if pot in purse.pots else purse
        case _:
            return replace(purse, commitments=committed(purse.commitments, record))


PURSE: Fold[Purse] = Fold(PurseEvent, Purse(), evolve)

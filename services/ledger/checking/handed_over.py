"""Where responsibility changed hands: each handover of a mandate, at the record that splits the year."""

from collections.abc import Iterator
from datetime import date

from services.governance.events.people import MandateHandedOver
from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from shared.refusals import Notice


class HandedOver(Notice):
    """Un mandat passe d'une personne à une autre : ce qui précède cet enregistrement est à la première, ce qui suit à la seconde.
    A mandate passes from one person to another: what precedes this record is the first one's, what follows the second one's."""


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find each handover."""
    for one in facts.told:
        if isinstance(one.event, MandateHandedOver):
            about = {"outgoing": one.event.outgoing, "incoming": one.event.incoming, "on": one.event.on.isoformat()}
            yield Found(one.seq, Severity.NOTE, HandedOver(**about, through_seq=one.event.through_seq))

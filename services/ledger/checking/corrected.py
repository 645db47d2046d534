"""Errors that were repaired: an entry, its reversal with the reason, and what replaced it, told as one story."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from services.ledger.events.entries import EntryReversed
from shared.refusals import Notice


class Corrected(Notice):
    """Une erreur a été réparée : l'écriture, son contraire et celle qui la remplace sont toutes là.
    An error was repaired: the entry, its opposite and the one that replaces it are all there."""


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find each reversal, at the record of the entry that it undoes."""
    replaced_by = {one.event.replaces: name for name, one in facts.entries.items() if getattr(one.event, "replaces", None)}
    for one in facts.told:
        if not isinstance(one.event, EntryReversed):
            continue
        written = facts.entries.get(one.event.reverses)
        about = {"entry": one.event.reverses, "reversed_by": one.seq, "replaced_by": replaced_by.get(one.event.reverses)}
        yield Found(written.seq if written else one.seq, Severity.NOTE, Corrected(**about), one.event.reason)

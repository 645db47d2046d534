"""Up to which fact the accounts of a year are discharged: the last word of each verifier, against the mix that the rules ask for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.governance.events.people import RulesAdopted, VerifierMix
from services.ledger.events.books import YearOpened
from services.ledger.events.closing import Capacity, DischargeGiven, DischargeWithheld
from shared.messages import Recorded
from shared.values import Code, Id, Pseudonym, Seq, Table

DISCHARGING = (RulesAdopted, YearOpened, DischargeGiven, DischargeWithheld)


class Word(NamedTuple):
    """The last word of one verifier on a year: given or withheld, on facts 1 to `through_seq`; `seq` is where it stands."""

    seq: Seq
    given: bool
    through_seq: Seq
    root: str
    capacity: Capacity
    reservations: tuple[Id, ...]


class Mix(NamedTuple):
    """How many verifiers the rules ask for from a day on, and how many of them parents."""

    valid_from: date
    minimum: int
    parents: int


NO_RULES = VerifierMix(minimum=2, parents=1)  # of a register without rules: what the associations that publish it ask (domain, section 8)


@dataclass(frozen=True, slots=True)
class Discharging:
    """What the rules ask for, the last day of each year, and the words of its verifiers."""

    mixes: tuple[Mix, ...] = ()
    ends: Table[Code, date] = Map()
    words: Table[Code, Table[Pseudonym, Word]] = Map()

    def mix(self, year: Code) -> VerifierMix:
        """Return what the rules in force on the last day of a year ask for."""
        last = self.ends.get(year, date.max)
        begun = [one for one in self.mixes if one.valid_from <= last]
        if not begun:
            return NO_RULES
        asked = max(reversed(begun), key=lambda one: one.valid_from)  # of one date, the last adopted
        return VerifierMix(minimum=asked.minimum, parents=asked.parents)

    def through(self, year: Code) -> Seq | None:
        """Return the last fact that as many verifiers as the rules ask for have all discharged; None while there is none."""
        asked, given = self.mix(year), [word for word in self.words.get(year, Map()).values() if word.given]
        for seq in sorted({word.through_seq for word in given}, reverse=True):
            read = [word for word in given if word.through_seq >= seq]
            if len(read) >= asked.minimum and sum(word.capacity is Capacity.PARENT for word in read) >= asked.parents:
                return seq
        return None


def noted(known: Discharging, record: Recorded[Any]) -> Discharging:
    """Apply one fact."""
    match record.event:
        case RulesAdopted(valid_from=valid_from, content=content):
            mix = Mix(valid_from, content.verifiers.minimum, content.verifiers.parents)
            return replace(known, mixes=(*known.mixes, mix))
        case YearOpened() as event:
            return replace(known, ends=known.ends.set(event.year, event.ends))
        case DischargeGiven() | DischargeWithheld() as event:
            given = isinstance(event, DischargeGiven)
            word = Word(record.seq, given, event.through_seq, event.checkpoint.root, event.capacity, event.reservations)
            words = known.words.get(event.year, Map()).set(record.actor, word)
            return replace(known, words=known.words.set(event.year, words))
        case _:
            return known

"""What councils have decided to spend: each decision's envelope, what was paid from it, what was given back.

A commitment counts from the vote, not from the cheque: what is available of a pot falls when a decision with an envelope is
adopted, stays as it is when an entry that cites it is paid, and rises when the rest is released.

An envelope is money of one pot: an entry takes from it what it draws from that pot, as far as the envelope goes. What no decision
carries is taken from the envelope of the one that regularises it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from immutables import Map

from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionRevoked
from services.ledger.events.advances import AdvanceGranted, AdvanceReturned
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, ExpenseRegularised
from services.ledger.events.pots import PotTransferRecorded
from shared.messages import Recorded
from shared.values import Code, Id, Seq, Table

DecisionEvent = DecisionAdopted | DecisionRevoked | CommitmentReleased
SpendingEvent = ExpenseRecorded | ExpenseRegularised | AdvanceGranted | AdvanceReturned | PotTransferRecorded | EntryReversed
CommitmentEvent = DecisionEvent | SpendingEvent


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that may carry spending; without a `pot` it has no envelope and allows without counting. Amounts in cents."""

    title: str
    adopted_at: datetime
    seq: Seq
    pot: Code | None = None
    amount: int = 0
    project: Code | None = None
    used: int = 0
    released: int = 0
    revoked: bool = False

    @property
    def left(self) -> int:
        """Return what may still be spent."""
        return max(0, self.amount - self.released - self.used)

    @property
    def open(self) -> int:
        """Return what is held back from what is available."""
        return 0 if self.revoked else self.left

    def carries(self, drawn: Mapping[Code, int]) -> bool:
        """Tell whether an entry that draws these amounts from these pots fits the envelope."""
        return self.pot is None or (set(drawn) <= {self.pot} and sum(drawn.values()) <= self.left)


class Use(NamedTuple):
    """What one entry takes from a decision that it cites: cents of the envelope's pot, None of a decision without one."""

    decision: Id
    pot: Code | None
    amount: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What one entry draws from each pot, in cents less what came back of an advance; what it cites; whether it awaits a decision."""

    seq: Seq
    drawn: Table[Code, int]
    uses: tuple[Use, ...] = ()
    awaits: bool = False

    def uncarried(self) -> dict[Code, int]:
        """Return what no envelope carries yet, by pot, in cents."""
        rest = Counter(dict(self.drawn))
        rest.subtract({use.pot: use.amount for use in self.uses if use.pot is not None})
        return {pot: cents for pot, cents in rest.items() if cents > 0}


class Return(NamedTuple):
    """The money of an advance that one entry brought back, in cents."""

    advance: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Commitments:
    """Every adopted decision; every entry in force that cites one or awaits one; what came back of the advances among them."""

    decisions: Table[Id, Decision] = Map()
    spendings: Table[Id, Spending] = Map()
    returns: Table[Id, Return] = Map()

    def held_back(self, pot: Code) -> int:
        """Return what open commitments hold back in a pot, in cents."""
        return sum(decision.open for decision in self.decisions.values() if decision.pot == pot)


def drawn_by(allocations: tuple[Allocation, ...], pot: Code) -> dict[Code, int]:
    """Return what the lines of an expense draw from each pot, in cents; a line without a pot of its own draws from the entry's."""
    drawn: Counter[Code] = Counter()
    for one in allocations:
        drawn[one.pot or pot] += one.amount
    return dict(drawn)


def evolve(known: Commitments, record: Recorded[Any]) -> Commitments:
    """Apply one fact (a `CommitmentEvent`); one about a decision or an entry that a cut hides changes nothing."""
    match record.event:
        case DecisionAdopted(spending=envelope) as event:
            decision = Decision(event.title, record.time, record.seq)
            if envelope is not None:
                decision = replace(decision, pot=envelope.pot, amount=envelope.amount, project=envelope.project)
            return replace(known, decisions=known.decisions.set(event.decision, decision))
        case DecisionRevoked(decision=name) if before := known.decisions.get(name):
            return replace(known, decisions=known.decisions.set(name, replace(before, revoked=True)))
        case CommitmentReleased(decision=name, amount=amount) if before := known.decisions.get(name):
            return replace(known, decisions=known.decisions.set(name, replace(before, released=before.released + amount)))
        case ExpenseRecorded() as event:
            drawn, awaits = drawn_by(event.allocations, event.pot), event.irregular is not None and not event.taken_over
            return _spent(known, event.entry, Spending(record.seq, Map(drawn), awaits=awaits), event.decision)
        case AdvanceGranted() as event:
            awaits = event.irregular is not None and not event.taken_over
            return _spent(known, event.advance, Spending(record.seq, Map({event.pot: event.amount}), awaits=awaits), event.decision)
        case PotTransferRecorded() as event:
            return _spent(known, event.transfer, Spending(record.seq, Map({event.out_of: event.amount})), event.decision)
        case ExpenseRegularised(entry=entry, decision=name) if spending := known.spendings.get(entry):
            return _cited(known, entry, replace(spending, awaits=False), name)
        case AdvanceReturned() as event:
            return _returned(known, event)
        case EntryReversed(reverses=reverses):
            return _undone(known, reverses)
        case _:
            return known


def _spent(known: Commitments, entry: Id, spending: Spending, decision: Id | None) -> Commitments:
    """Keep an entry that cites or awaits a decision; of the others nothing follows here."""
    if decision is not None:
        return _cited(known, entry, spending, decision)
    return replace(known, spendings=known.spendings.set(entry, spending)) if spending.awaits else known


def _cited(known: Commitments, entry: Id, spending: Spending, name: Id) -> Commitments:
    """Take from the envelope of a decision what no other carries of an entry, as far as the envelope goes."""
    decision = known.decisions.get(name)
    taken = Use(name, None, 0)
    if decision is not None and decision.pot is not None:
        taken = Use(name, decision.pot, min(spending.uncarried().get(decision.pot, 0), decision.left))
    earlier = [use for use in spending.uses if use.decision != name]
    again = sum(use.amount for use in spending.uses if use.decision == name)
    uses = (*earlier, taken._replace(amount=again + taken.amount))
    return _used(replace(known, spendings=known.spendings.set(entry, replace(spending, uses=uses))), taken)


def _returned(known: Commitments, event: AdvanceReturned) -> Commitments:
    """Give back to the envelope what came back of an advance, once what no envelope carried is taken off."""
    advance = known.spendings.get(event.advance)
    if advance is None:
        return known
    if event.entry is not None:
        known = replace(known, returns=known.returns.set(event.entry, Return(event.advance, event.amount)))
    beyond = sum(advance.uncarried().values())
    back, uses = max(0, event.amount - beyond), list(advance.uses)
    for place, use in reversed(list(enumerate(uses))):  # what was decided last goes first
        given = min(back, use.amount)
        uses[place], back = use._replace(amount=use.amount - given), back - given
        known = _used(known, use._replace(amount=-given))
    drawn = Map({pot: cents - event.amount for pot, cents in advance.drawn.items()})  # an advance is money of one pot
    return replace(known, spendings=known.spendings.set(event.advance, replace(advance, drawn=drawn, uses=tuple(uses))))


def _undone(known: Commitments, reverses: Id) -> Commitments:
    """Give back to the envelopes what a reversed entry took from them, or take again what a reversed return had given back."""
    if (back := known.returns.get(reverses)) and (advance := known.spendings.get(back.advance)):
        known = replace(known, returns=known.returns.delete(reverses))
        drawn = Map({pot: cents + back.amount for pot, cents in advance.drawn.items()})
        known = replace(known, spendings=known.spendings.set(back.advance, replace(advance, drawn=drawn)))
        for use in advance.uses:
            known = _cited(known, back.advance, known.spendings[back.advance], use.decision)
        return known
    if (undone := known.spendings.get(reverses)) is None:
        return known
    for use in undone.uses:
        known = _used(known, use._replace(amount=-use.amount))
    return replace(known, spendings=known.spendings.delete(reverses))


def _used(known: Commitments, use: Use) -> Commitments:
    decision = known.decisions.get(use.decision)
    if decision is None or not use.amount:
        return known
    return replace(known, decisions=known.decisions.set(use.decision, replace(decision, used=decision.used + use.amount)))

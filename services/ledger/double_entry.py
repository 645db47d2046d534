"""The double entry of each fact in the light of earlier ones: a pure fold that deciders and views build on.

A reversal is the opposite of the entry it names; a justification falls on the pot of its advance. What a cut hides
counts as not there: the reversal of a hidden entry moves nothing.
"""

from dataclasses import dataclass

from immutables import Map

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.legs import Posting, legs
from services.ledger.events.pots import PotTransferRecorded
from shared.messages import Event
from shared.values import Code, Id, Table

# Classes of the plan comptable général, the first digit of an account: money owed and money held stand on the balance
# sheet, what came in and what it cost make the result of a year.
OWED, HELD, COST, BROUGHT_IN = "4", "5", "6", "7"
RESULT = frozenset({COST, BROUGHT_IN})


@dataclass(frozen=True, slots=True)
class Posted:
    """What each entry posted, the steps of advances among them, and the pot of each advance."""

    entries: Table[Id, tuple[Posting, ...]] = Map()
    advance_pots: Table[Id, Code] = Map()

    def after(self, event: Event) -> tuple["Posted", tuple[Posting, ...]]:
        """Return what is posted from now on, and the lines of this event."""
        match event:
            case ReceiptRecorded() | ExpenseRecorded() | TransferRecorded():
                lines = legs(event)
                return Posted(self.entries.set(event.entry, lines), self.advance_pots), lines
            case PotTransferRecorded():
                lines = legs(event)
                return Posted(self.entries.set(event.transfer, lines), self.advance_pots), lines
            case EntryReversed():
                return self, tuple(line._replace(amount=-line.amount) for line in self.entries.get(event.reverses, ()))
            case AdvanceGranted():
                lines = legs(event)
                return Posted(self.entries.set(event.advance, lines), self.advance_pots.set(event.advance, event.pot)), lines
            case AdvanceJustified():
                treasury, *spent = legs(event)
                pot = self.advance_pots.get(event.advance)
                return self._kept(event.entry, (treasury, *(line if line.pot else line._replace(pot=pot) for line in spent)))
            case AdvanceReturned():
                return self._kept(event.entry, legs(event))
            case _:
                return self, legs(event)

    def _kept(self, entry: Id | None, lines: tuple[Posting, ...]) -> tuple["Posted", tuple[Posting, ...]]:
        """Keep the lines of a step of an advance, unless it is too old to have a name that a reversal could give."""
        return (self if entry is None else Posted(self.entries.set(entry, lines), self.advance_pots)), lines


def moved(sums: Map[str, int], key: str, amount: int) -> Map[str, int]:
    """Add an amount to one sum of a persistent map."""
    return sums.set(key, sums.get(key, 0) + amount)


def pots_after(pots: Map[Code, int], lines: tuple[Posting, ...]) -> Map[Code, int]:
    """Return what each pot holds after some lines: whatever is credited to a pot's lines is the pot's."""
    for line in lines:
        if line.pot is not None:
            pots = moved(pots, line.pot, -line.amount)
    return pots


def accounts_after(accounts: Map[Code, int], lines: tuple[Posting, ...]) -> Map[Code, int]:
    """Return the balance of each account, debit positive, after some lines."""
    for line in lines:
        accounts = moved(accounts, line.account, line.amount)
    return accounts

"""The double entry of one event, debit positive, in integer cents: it sums to zero for every record."""

from typing import NamedTuple

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.books import YearOpened
from services.ledger.events.entries import Allocation, ExpenseRecorded, Leg, ReceiptRecorded, TransferRecorded
from services.ledger.events.pots import PotTransferRecorded
from shared.messages import Event
from shared.values import Code

ADVANCES = "467"  # petty cash advances, in every chart shipped (domain, section 10)
CARRIED_FORWARD = "110"  # report à nouveau: what the year was opened against
BETWEEN_POTS = "580"  # internal transfers: always at zero, each line names its pot (règlement ANC 2018-06)


class Posting(NamedTuple):
    """One line of the double entry: debit positive cents; pot and project where the line is income, expense or equity."""

    account: Code
    amount: int
    pot: Code | None = None
    project: Code | None = None


def legs(event: Event) -> tuple[Posting, ...]:
    """Return the double entry of one event, () for an event that moves no money.

    Two facts are only whole with an earlier one, which whoever folds has kept: a reversal has no lines of its own (it is
    the opposite of the entry it names), and a justification falls on the pot of its advance.
    """
    match event:
        case ReceiptRecorded():
            return (*_moved(event.treasury), *_allocated(event.allocations, -1, event.pot, event.project))
        case ExpenseRecorded():
            return (*_moved(event.treasury), *_allocated(event.allocations, 1, event.pot, event.project))
        case TransferRecorded():
            return (Posting(event.out_of, -event.amount), Posting(event.into, event.amount))
        case PotTransferRecorded():
            return (Posting(BETWEEN_POTS, event.amount, event.out_of), Posting(BETWEEN_POTS, -event.amount, event.into))
        case AdvanceGranted():
            return (Posting(event.out_of, -event.amount), Posting(ADVANCES, event.amount))
        case AdvanceJustified():
            spent = sum(allocation.amount for allocation in event.allocations)
            return (Posting(ADVANCES, -spent), *_allocated(event.allocations, 1, None, None))
        case AdvanceReturned():
            return (Posting(ADVANCES, -event.amount), Posting(event.into, event.amount))
        case YearOpened(opening=opening) if opening:
            return tuple(
                posting
                for balance in opening
                for posting in (Posting(balance.account, balance.amount), Posting(CARRIED_FORWARD, -balance.amount, balance.pot))
            )
        case _:
            return ()


def _moved(treasury: tuple[Leg, ...]) -> list[Posting]:
    return [Posting(leg.account, leg.amount) for leg in treasury]


def _allocated(allocations: tuple[Allocation, ...], sign: int, pot: Code | None, project: Code | None) -> list[Posting]:
    return [Posting(one.account, sign * one.amount, one.pot or pot, one.project or project) for one in allocations]

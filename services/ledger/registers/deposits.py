"""What is on its way to the bank: cheques received, those already on a slip, the slips, and each count of the cash box."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.events.deposits import CashCounted, DepositSlipMade
from services.ledger.events.entries import EntryReversed, Means, ReceiptRecorded, TransferRecorded
from shared.values import Code, Id, Table


class Line(NamedTuple):
    """What can stand on a slip: a cheque received, or cash moved to the bank; its treasury lines, in cents."""

    on: date
    label: str
    voucher: str
    moved: tuple[tuple[Code, int], ...]
    cash: bool
    undone: bool = False

    def amount(self, account: Code) -> int:
        """Return what it brings to an account, in cents."""
        return sum(cents for where, cents in self.moved if where == account)


class Slip(NamedTuple):
    """One slip as it was made, its total in cents."""

    on: date
    account: Code
    entries: tuple[Id, ...]
    amount: int


class Counted(NamedTuple):
    """One count of a cash box beside what the books said, in cents."""

    account: Code
    on: date
    counted: int
    book: int


@dataclass(frozen=True, slots=True)
class Deposits:
    """The slips of a register, what is on which, and the counts of its cash."""

    lines: Table[Id, Line] = Map()
    slips: Table[Id, Slip] = Map()
    slip_of: Table[Id, Id] = Map()
    counts: tuple[Counted, ...] = ()

    def waiting(self) -> list[tuple[Id, Line]]:
        """Return the cheques received that are on no slip, by date."""
        free = ((name, one) for name, one in self.lines.items() if not one.cash and not one.undone and name not in self.slip_of)
        return sorted(free, key=lambda item: (item[1].on, item[0]))


def noted(deposits: Deposits, event: Any) -> Deposits:
    """Apply one fact."""
    match event:
        case ReceiptRecorded(means=Means.CHEQUE) | TransferRecorded():
            return replace(deposits, lines=deposits.lines.set(event.entry, _line(event)))
        case EntryReversed() if (line := deposits.lines.get(event.reverses)) is not None:
            return replace(deposits, lines=deposits.lines.set(event.reverses, line._replace(undone=True)))
        case DepositSlipMade():
            slip_of = deposits.slip_of.update(dict.fromkeys(event.entries, event.slip))
            slip = Slip(event.on, event.account, event.entries, event.amount)
            return replace(deposits, slips=deposits.slips.set(event.slip, slip), slip_of=slip_of)
        case CashCounted():
            return replace(deposits, counts=(*deposits.counts, Counted(event.account, event.on, event.counted, event.book)))
        case _:
            return deposits


def _line(event: ReceiptRecorded | TransferRecorded) -> Line:
    number = f"{event.voucher.series}{event.voucher.number:02d}"
    if isinstance(event, TransferRecorded):
        return Line(event.on, event.label, number, ((event.out_of, -event.amount), (event.into, event.amount)), cash=True)
    return Line(event.on, event.label, number, tuple((leg.account, leg.amount) for leg in event.treasury), cash=False)

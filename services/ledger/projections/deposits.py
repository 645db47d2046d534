"""Deposit slips with their cheques and cash, the cheques that wait for one, and the counts of the cash box."""

from dataclasses import dataclass, replace
from typing import Any

from services.governance.events.people import CooperativeAffiliated
from services.ledger.registers.deposits import Deposits, Line, Slip, noted
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id


@dataclass(frozen=True, slots=True)
class DepositBook:
    """The deposits of a register, and whose register it is."""

    deposits: Deposits = Deposits()
    cooperative: str = ""


def evolve(book: DepositBook, record: Recorded[Any]) -> DepositBook:
    """Apply one fact."""
    event = record.event
    if isinstance(event, CooperativeAffiliated):
        return replace(book, cooperative=event.name)
    deposits = noted(book.deposits, event)
    return book if deposits is book.deposits else replace(book, deposits=deposits)


def deposits_shown(book: DepositBook) -> dict[str, Any]:
    """Return the slips by date, the cheques on none, and each count of cash with its difference; in cents."""
    deposits = book.deposits
    ordered = sorted(deposits.slips.items(), key=lambda item: (item[1].on, item[0]))
    return {
        "slips": [slip_shown(book, name, slip) for name, slip in ordered],
        "waiting": [_waiting_shown(name, line) for name, line in deposits.waiting()],
        "counts": [{**one._asdict(), "difference": one.counted - one.book} for one in deposits.counts],
    }


def slip_shown(book: DepositBook, name: Id, slip: Slip) -> dict[str, Any]:
    """Return one slip: its lines in the order they were put on it, what of it is cheques and what cash, its total; in cents.

    A line whose entry was reversed since is `undone`; it stays on the slip that went to the bank. One that a cut hides is left out.
    """
    found = {entry: line for entry in slip.entries if (line := book.deposits.lines.get(entry)) is not None}
    lines = [_line_shown(entry, line, slip.account) for entry, line in found.items()]
    cash = sum(line.amount(slip.account) for line in found.values() if line.cash)
    told = {"slip": name, "on": slip.on, "account": slip.account, "cooperative": book.cooperative}
    return {**told, "lines": lines, "cheques": slip.amount - cash, "cash": cash, "amount": slip.amount}


def _line_shown(entry: Id, line: Line, account: Code) -> dict[str, Any]:
    told = {"entry": entry, "on": line.on, "voucher": line.voucher, "label": line.label}
    return {**told, "kind": "cash" if line.cash else "cheque", "amount": line.amount(account), "undone": line.undone}


def _waiting_shown(entry: Id, line: Line) -> dict[str, Any]:
    moved = [{"account": account, "amount": cents} for account, cents in line.moved]
    return {"entry": entry, "on": line.on, "voucher": line.voucher, "label": line.label, "treasury": moved}


DEPOSIT_BOOK = Projection(name="ledger.deposits", version=1, initial=DepositBook(), evolve=evolve)

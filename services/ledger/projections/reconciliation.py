"""The reconciliation of each treasury account: book balance, statement balance, what the bank does not have yet, what nothing explains."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.double_entry import Posted
from services.ledger.events.bank import BankEvent
from services.ledger.events.deposits import DepositSlipMade
from services.ledger.reconciling import Bank, LineName, Reconciliation, Rest, entry_of, moved, noted, reconciled
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Table


class Told(NamedTuple):
    """What the books say of one entry: its words, its voucher such as D31, its cheque."""

    label: str
    voucher: str
    cheque: str


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The bank beside the books, what the books say of their entries, and the deposit slip that each went to the bank on."""

    posted: Posted = Posted()
    bank: Bank = Bank()
    told: Table[Id, Told] = Map()
    slip_of: Table[Id, Id] = Map()


def evolve(known: Reconciling, record: Recorded[Any]) -> Reconciling:
    """Apply one fact."""
    event = record.event
    if isinstance(event, BankEvent):
        return replace(known, bank=noted(known.bank, event))
    if isinstance(event, DepositSlipMade):
        return replace(known, slip_of=known.slip_of.update(dict.fromkeys(event.entries, event.slip)))
    posted, lines = known.posted.after(event)
    if not lines:
        return known
    bank, told = moved(known.bank, record, lines), known.told
    if bank.moves is not known.bank.moves:
        told = told.set(entry_of(record), _told(event))
    return replace(known, posted=posted, bank=bank, told=told)


def _told(event: Any) -> Told:
    voucher = getattr(event, "voucher", None)
    number = f"{voucher.series}{voucher.number:02d}" if voucher else ""
    label = getattr(event, "label", None) or getattr(event, "reason", None) or ""
    return Told(label, number, getattr(event, "cheque", None) or "")


def has_account(known: Reconciling, account: Code) -> bool:
    """Tell whether anything is known of an account."""
    bank = known.bank
    moved_it = any(account in one.amounts for one in bank.moves.values()) or any(account == where for _, where, _ in bank.brought)
    return moved_it or any(one.account == account for one in bank.statements.values())


def reconciliation_shown(known: Reconciling, account: Code, on: date) -> dict[str, Any]:
    """Return the reconciliation of one account on one day, amounts in signed cents.

    `statement` and `difference` are null where no statement covers the day; the books are explained when `difference` is 0 and
    `unexplained` is empty. What was signed `holds` while the same day still gives the same figures.
    """
    bank, found = known.bank, reconciled(known.bank, account, on)
    matched = sorted((one.on, name) for name, one in bank.lines.items() if one.account == account and one.on <= on)
    return {
        "account": account,
        "on": on,
        "statement": found.statement,
        "book": found.book,
        "difference": found.difference,
        "outstanding": [_rest_shown(known, rest) for rest in found.outstanding],
        "unexplained": [_line_shown(bank, name) for name in found.unexplained],
        "matched": [
            {**_line_shown(bank, name), "entries": bank.entries_of[name]}
            for _, name in matched
            if name in bank.entries_of and name not in found.unexplained
        ],
        "statements": [
            {"statement": name, "starts": one.starts, "ends": one.ends, "opening": one.opening, "closing": one.closing}
            for name, one in sorted(bank.statements.items(), key=lambda item: (item[1].starts, item[0]))
            if one.account == account
        ],
        "signed": [
            {"on": one.on, "statement": one.statement, "book": one.book, "holds": _holds(bank, one)}
            for one in bank.signed
            if one.account == account
        ],
    }


def _holds(bank: Bank, signed: Any) -> bool:
    found: Reconciliation = reconciled(bank, signed.account, signed.on)
    rests = tuple((one.entry, one.amount) for one in signed.outstanding)
    explained = not found.difference and not found.unexplained
    return explained and (found.statement, found.book, tuple(found.outstanding)) == (signed.statement, signed.book, rests)


def _rest_shown(known: Reconciling, rest: Rest) -> dict[str, Any]:
    told = known.told[rest.entry]
    said = {"label": told.label, "voucher": told.voucher or None, "cheque": told.cheque or None}
    return {"entry": rest.entry, "on": known.bank.moves[rest.entry].on, "amount": rest.amount, **said}


def _line_shown(bank: Bank, name: LineName) -> dict[str, Any]:
    line = bank.lines[name]
    return {"statement": name.statement, "line": name.line, "on": line.on, "amount": line.amount}


RECONCILIATION = Projection(name="ledger.reconciliation", version=2, initial=Reconciling(), evolve=evolve)

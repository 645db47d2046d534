"""Decisions of a council as they stand in a register, and spendings that cite them, for the tests of commitments."""

from datetime import date, datetime
from typing import Any

from services.governance.events.papers import Money
from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionRevoked
from services.ledger.commands.books import GrantAdvance, RecordExpense, RegulariseExpense, TransferBetweenPots
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.entries import Allocation, ExpenseRecorded, Leg
from services.ledger.events.pots import Purpose
from shared.messages import Event, Recorded
from tests.examples_ledger import FEES, GRANT, voucher
from tests.given import COMMAND_ID, NOW, REGISTER, SOMEBODY

TODAY = date(2024, 10, 14)
V04, V08, V10 = "b" * 26, "c" * 26, "d" * 26
PAID = "h" * 26


def decided(decision: str = V04, cents: int | None = 500_00, pot: str = "ECOLE") -> DecisionAdopted:
    """Return a decision with an envelope; with no amount, one that allows without counting."""
    spending = None if cents is None else Money(amount=cents, pot=pot)
    return DecisionAdopted(decision=decision, body="conseil-ecole", title="Un spectacle pour toute l'école", spending=spending)


def released(cents: int, decision: str = V04) -> CommitmentReleased:
    """Return what a council gives back of an envelope."""
    return CommitmentReleased(decision=decision, amount=cents, reason="Le spectacle a coûté moins cher")


def revoked(decision: str = V04) -> DecisionRevoked:
    """Return the revocation of a decision."""
    return DecisionRevoked(decision=decision, by=V10, reason="La troupe ne vient plus")


def paying(cents: int, **changes: Any) -> RecordExpense:
    """Return an expense of the school's pot that cites V04, paid today, with no reason given."""
    one: dict[str, Any] = {"treasury": (Leg(account="512", amount=-cents),), "allocations": (Allocation(account="6180", amount=cents),)}
    told = {"on": TODAY, "voucher": voucher("D11"), "decision": V04, "irregular": None}
    return RecordExpense(**dict(FEES) | one | told | changes)


def paid(cents: int, entry: str = PAID, **changes: Any) -> ExpenseRecorded:
    """Return that expense as it was recorded."""
    return ExpenseRecorded(entry=entry, **dict(paying(cents, **changes)))


def granting(cents: int, **changes: Any) -> GrantAdvance:
    """Return an advance to CM2 that cites V04, granted today, with no reason given."""
    told = {"on": TODAY, "amount": cents, "decision": V04, "irregular": None, "voucher": voucher("D12")}
    return GrantAdvance(**dict(GRANT) | told | changes)


def granted(cents: int, advance: str = PAID, **changes: Any) -> AdvanceGranted:
    """Return that advance as it was recorded."""
    told = dict(granting(cents, **changes))
    return AdvanceGranted(advance=advance, **{name: value for name, value in told.items() if name != "cap_reason"})


def moving(cents: int, **changes: Any) -> TransferBetweenPots:
    """Return a transfer of today from the school's pot to that of CM2, without a decision."""
    told: dict[str, Any] = {"on": TODAY, "label": "Complément", "out_of": "ECOLE", "into": "CM2", "purpose": Purpose.COMPLEMENT}
    return TransferBetweenPots(**told | {"amount": cents} | changes)


def regularising(decision: str = V08, entry: str = PAID) -> RegulariseExpense:
    """Return the command that gives an entry a decision afterwards."""
    return RegulariseExpense(entry=entry, decision=decision)


def at(moment: datetime, seq: int, event: Event) -> Recorded[Any]:
    """Stand one fact in the register at a moment."""
    return Recorded(REGISTER, seq, moment, SOMEBODY, COMMAND_ID, event)


def later(days: int) -> datetime:
    """Return the moment of the other facts, some days on."""
    return NOW.replace(day=NOW.day + days)

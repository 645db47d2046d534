"""The registers beside the journal as one state, so that the books of the deciders have them in one field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified
from services.ledger.events.cheques import ChequeEvent
from services.ledger.events.deposits import DepositEvent
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.grants import GrantEarmarked
from services.ledger.events.in_kind import InKindContributionRecorded
from services.ledger.events.inventory import InventoryEvent
from services.ledger.registers import cheques, deposits, grants, in_kind, inventory
from services.ledger.registers.cheques import Cheques
from services.ledger.registers.deposits import Deposits
from services.ledger.registers.grants import Grants
from services.ledger.registers.in_kind import InKind
from services.ledger.registers.inventory import Inventory
from shared.messages import Event, Recorded

RegisterEvent = InventoryEvent | ChequeEvent | DepositEvent | GrantEarmarked | InKindContributionRecorded


@dataclass(frozen=True, slots=True)
class Registers:
    """Inventory, cheque books, deposits, grants and contributions in kind of one register."""

    inventory: Inventory = Inventory()
    cheques: Cheques = Cheques()
    deposits: Deposits = Deposits()
    grants: Grants = Grants()
    in_kind: InKind = InKind()


def noted(known: Registers, record: Recorded[Any]) -> Registers:
    """Apply one fact to the registers that it can touch: the same object where it says nothing to any."""
    changed: dict[str, Any] = {}
    for name, fold in TOUCHED.get(type(record.event), ()):
        before = getattr(known, name)
        if (after := fold(before, record)) is not before:
            changed[name] = after
    return replace(known, **changed) if changed else known


def _of_event(fold: Callable[[Any, Any], Any]) -> Callable[[Any, Recorded[Any]], Any]:
    return lambda state, record: fold(state, record.event)


_INVENTORY = ("inventory", inventory.noted)
_CHEQUES = ("cheques", _of_event(cheques.noted))
_DEPOSITS = ("deposits", _of_event(deposits.noted))
_GRANTS = ("grants", _of_event(grants.noted))
_IN_KIND = ("in_kind", _of_event(in_kind.noted))

# Nearly every fact is an entry of the journal: each asks only the registers that it can touch.
TOUCHED: Final[Mapping[type[Event], tuple[tuple[str, Callable[[Any, Recorded[Any]], Any]], ...]]] = {
    ReceiptRecorded: (_INVENTORY, _DEPOSITS, _GRANTS),
    ExpenseRecorded: (_INVENTORY, _CHEQUES, _GRANTS),
    TransferRecorded: (_DEPOSITS,),
    AdvanceGranted: (_CHEQUES,),
    AdvanceJustified: (_INVENTORY,),
    EntryReversed: (_INVENTORY, _CHEQUES, _DEPOSITS, _GRANTS),
    **dict.fromkeys(get_args(InventoryEvent), (_INVENTORY,)),
    **dict.fromkeys(get_args(ChequeEvent), (_CHEQUES,)),
    **dict.fromkeys(get_args(DepositEvent), (_DEPOSITS,)),
    GrantEarmarked: (_GRANTS,),
    InKindContributionRecorded: (_IN_KIND,),
}

"""Orders of a class that voted 500 euros: what several tests start from."""

from typing import Any

from services.governance.events.people import Role, RoleAssigned
from services.ledger.commands.books import AttachVoucher, RecordExpense
from services.ledger.events.vouchers import MediaType, VoucherAttached
from shared.messages import Event, Recorded
from tests.examples_governance import (
    GARNIER,
    LOU,
    RENTREE,
    ROUSSEAU,
    SUMMER,
)
from tests.examples_ledger import OPEN_BOOKS, voucher
from tests.examples_orders import APPROVED, ORDER_ID, ORDERED
from tests.given import COMMAND_ID, NOW, REGISTER, SEALED
from tests.ledger.asking import but
from tests.ledger.decided import decided, paying

LOU_KEEPS_MONEY = RoleAssigned(role=Role.TREASURER, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2")
DECIDED = (*OPEN_BOOKS, LOU_KEEPS_MONEY, decided())
SHOWN = VoucherAttached(entry=ORDER_ID, document=SEALED, media_type=MediaType.PDF, size=48_213)
ATTACH = AttachVoucher(entry=ORDER_ID, content="c" * 64, media_type=MediaType.PDF, size=48_213)
LARGE, SMALL = but(ORDERED, prepared_by=None), but(ORDERED, prepared_by=None, amount=300_00)


def told(by: str, *facts: Event) -> list[Any]:
    """Stand facts as recorded by somebody."""
    return [Recorded(REGISTER, 1, NOW, by, COMMAND_ID, fact) for fact in facts]


def history(*by: tuple[str, Event]) -> list[Any]:
    """Stand the decided register, then facts each with its actor, in order."""
    facts = [(GARNIER, fact) for fact in DECIDED] + list(by)
    return [Recorded(REGISTER, seq, NOW, who, COMMAND_ID, fact) for seq, (who, fact) in enumerate(facts, start=1)]


ORDERED_BY_LOU = history((LOU, LARGE), (LOU, SHOWN))
APPROVED_ONCE = history((LOU, LARGE), (LOU, SHOWN), (GARNIER, APPROVED))
APPROVED_TWICE = history((LOU, LARGE), (LOU, SHOWN), (GARNIER, APPROVED), (ROUSSEAU, APPROVED))


def pay(cents: int = 486_90, **changes: Any) -> RecordExpense:
    """Return the payment of that order, by the mandate holder, with no reason given."""
    return paying(cents, **{"order": ORDER_ID, "decision": None, "voucher": voucher("D20")} | changes)

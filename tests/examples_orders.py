"""One canonical example of every event and command about orders of payment and prepared entries, for everybody's tests."""

from datetime import date

from services.ledger.commands.orders import ApprovePayment, DeclineEntry, OrderPayment, PrepareEntry, RefusePayment
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.events.orders import EntryDeclined, EntryKind, EntryPrepared, PaymentApproved, PaymentOrdered, PaymentRefused
from shared.messages import Command
from tests.examples_governance import LOU

ORDER_ID, DRAFT_ID = "o" * 26, "w" * 26
DECISION_ID = "b" * 26  # V04 of tests/ledger/decided.py

ORDER = OrderPayment(
    decision=DECISION_ID, amount=486_90, pot="ECOLE", label="Spectacle de la compagnie", project="spectacle", prepared_by=LOU
)
ORDERED = PaymentOrdered(order=ORDER_ID, **dict(ORDER))
APPROVE = ApprovePayment(order=ORDER_ID)
APPROVED = PaymentApproved(order=ORDER_ID)
REFUSE = RefusePayment(order=ORDER_ID, reason="La facture n'est pas au nom de la coopérative")
REFUSED = PaymentRefused(**dict(REFUSE))
PREPARE = PrepareEntry(
    kind=EntryKind.EXPENSE,
    on=date(2024, 10, 11),
    label="Graines pour le jardin",
    treasury=(Leg(account="530", amount=-12_40),),
    allocations=(Allocation(account="6180", amount=12_40),),
    pot="CM2",
    means=Means.CASH,
    proposed=Voucher(series="D", number=12),
)
PREPARED = EntryPrepared(draft=DRAFT_ID, **dict(PREPARE))
DECLINE = DeclineEntry(draft=DRAFT_ID, reason="Le ticket dit 12,90 €")
DECLINED = EntryDeclined(**dict(DECLINE))

ORDER_EXAMPLES: tuple[LedgerEvent, ...] = (ORDERED, APPROVED, REFUSED, PREPARED, DECLINED)
ORDER_COMMANDS: tuple[Command, ...] = (ORDER, APPROVE, REFUSE, PREPARE, DECLINE)

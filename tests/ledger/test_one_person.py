"""One person alone, with any number of tokens, never brings an order above the threshold to payment."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from services.ledger.commands.orders import ApprovePayment, RefusePayment
from services.ledger.deciders.vouchers import DOCUMENT
from services.ledger.events.entries import ExpenseRecorded
from services.ledger.events.orders import PaymentApproved, PaymentOrdered
from services.ledger.main import LEDGER
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from shared.refusals import Unanswered
from tests.examples_governance import (
    GARNIER,
    LOU,
    ROUSSEAU,
)
from tests.examples_ledger import voucher
from tests.examples_orders import ORDER
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEALED
from tests.ledger.asking import but
from tests.ledger.ordering import ATTACH, DECIDED, pay


class OnePerson(RuleBasedStateMachine):
    """Everything that one mandate holder can ask about one order above the threshold, with any of their tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Recorded[Any]] = []
        self.number = 0
        self.orders: list[str] = []

    @initialize()
    def open(self) -> None:
        for fact in DECIDED:
            self.stand(GARNIER, fact)

    def stand(self, by: str, fact: Event) -> None:
        self.records.append(Recorded(REGISTER, len(self.records) + 1, NOW, by, COMMAND_ID, fact))

    def ask(self, command: Command, badge: str | None, by: str = GARNIER) -> None:
        self.number += 1
        seed = self.number.to_bytes(32, "big")
        asked = Circumstances(by, REGISTER, id_from(seed), NOW, seed, PARIS, badge=badge, seals={DOCUMENT: SEALED})
        state = LEDGER.initial
        for record in self.records:
            state = LEDGER.evolve(state, record)
        try:
            events = LEDGER.answer(state, command, asked)
        except Unanswered:
            return
        for event in events:
            self.stand(by, event)
            if isinstance(event, PaymentOrdered):
                self.orders.append(event.order)
            self.look(event)

    def look(self, event: Event) -> None:
        """Nothing above the threshold is paid by an order, unless two others than its drafters approved it."""
        if not isinstance(event, ExpenseRecorded) or event.order is None:
            return
        drafted = next(one for one in self.records if isinstance(one.event, PaymentOrdered) and one.event.order == event.order)
        yes = {one.actor for one in self.records if isinstance(one.event, PaymentApproved) and one.event.order == event.order}
        assert drafted.event.amount <= 300_00 or len(yes - {drafted.actor, drafted.event.prepared_by}) >= 2
        assert yes - {drafted.actor, drafted.event.prepared_by}

    badges = st.sampled_from([None, "AD99"])
    cents = st.sampled_from([1_00, 300_00, 300_01, 486_90])
    picks = st.integers(0, 3)

    def picked(self, pick: int) -> str:
        return self.orders[pick % len(self.orders)] if self.orders else "z" * 26

    @rule(cents=cents, prepared_by=st.sampled_from([None, LOU, ROUSSEAU]), badge=badges)
    def order(self, cents: int, prepared_by: str | None, badge: str | None) -> None:
        self.ask(but(ORDER, amount=cents, prepared_by=prepared_by), badge)

    @rule(pick=picks, badge=badges)
    def attach(self, pick: int, badge: str | None) -> None:
        self.ask(but(ATTACH, entry=self.picked(pick)), badge)

    @rule(pick=picks, badge=badges)
    def approve(self, pick: int, badge: str | None) -> None:
        self.ask(ApprovePayment(order=self.picked(pick)), badge)

    @rule(pick=picks, badge=badges)
    def refuse(self, pick: int, badge: str | None) -> None:
        self.ask(RefusePayment(order=self.picked(pick), reason="Essai"), badge)

    @rule(pick=picks, cents=cents, irregular=st.sampled_from([None, "Urgent"]), badge=badges)
    def spend(self, pick: int, cents: int, irregular: str | None, badge: str | None) -> None:
        self.ask(pay(cents, order=self.picked(pick), irregular=irregular, voucher=voucher(f"D{100 + self.number}")), badge)

    def teardown(self) -> None:
        paid_orders = [one.event for one in self.records if isinstance(one.event, ExpenseRecorded) and one.event.order]
        assert paid_orders == [], paid_orders  # alone, no order is ever paid, whatever its sum


TestOnePerson = OnePerson.TestCase
TestOnePerson.settings = settings(max_examples=40, stateful_step_count=8, deadline=None)


def test_two_persons_bring_the_same_order_to_payment() -> None:
    """The negative control of the property: what one cannot do, a drafter and two approvers do."""
    machine = OnePerson()
    machine.open()
    machine.ask(but(ORDER, prepared_by=None), None, LOU)
    (order,) = machine.orders
    for command, by in (
        (but(ATTACH, entry=order), GARNIER),
        (ApprovePayment(order=order), GARNIER),
        (ApprovePayment(order=order), ROUSSEAU),
    ):
        machine.ask(command, None, by)
    machine.ask(pay(order=order), None)
    with pytest.raises(AssertionError):
        machine.teardown()

"""What is shown of orders: what each waits for, what was paid without one, and the thread from a euro to its count."""

from collections.abc import Sequence
from typing import Any

from services.governance.events.people import Role
from services.ledger.deciders.pots import POTS, BeyondPot
from services.ledger.events.entries import EntryReversed
from services.ledger.projections.orders import ORDER_BOOK, OrderBook, bought_shown, order_shown, orders_shown, thread_shown
from shared.messages import Event, Recorded
from shared.projecting import fold
from tests.examples_governance import (
    GARNIER,
    LOU,
    OFFICER,
    ROUSSEAU,
)
from tests.examples_orders import APPROVED, ORDER_ID, ORDERED, REFUSED
from tests.given import COMMAND_ID, NOW, REGISTER, given
from tests.ledger.asking import but
from tests.ledger.decided import PAID, TODAY, V04, decided, moving, paid
from tests.ledger.ordering import APPROVED_ONCE, APPROVED_TWICE, DECIDED, LARGE, ORDERED_BY_LOU, SHOWN, history, told


def seen(records: Sequence[Any], by: str, *roles: str) -> tuple[Any, ...]:
    """Return the state of the order, what it waits for, and whether somebody may do it."""
    shown = order_shown(fold(ORDER_BOOK, records), REGISTER, ORDER_ID, by, roles, TODAY)
    return (shown["state"], *((shown["next"]["act"], shown["next"]["you_may"]) if shown["next"] else (None, None)))


def test_the_list_says_what_an_order_waits_for_and_whether_the_reader_may() -> None:
    holder = Role.MANDATE_HOLDER
    assert seen(history((LOU, LARGE)), GARNIER, holder) == ("open", "attach-voucher", True)
    assert seen(history((LOU, LARGE)), LOU, Role.TREASURER) == ("open", "attach-voucher", False)
    assert seen(ORDERED_BY_LOU, GARNIER, holder) == ("open", "approve-payment", True)
    assert seen(ORDERED_BY_LOU, LOU, holder) == ("open", "approve-payment", False)
    assert seen(ORDERED_BY_LOU, OFFICER, Role.ASSOCIATION) == ("open", "approve-payment", False)
    assert seen(APPROVED_ONCE, GARNIER, holder) == ("open", "approve-payment", False)
    assert seen(APPROVED_ONCE, OFFICER, Role.ASSOCIATION) == ("open", "approve-payment", True)
    assert seen(APPROVED_TWICE, GARNIER, holder) == ("open", "record-expense", True)
    assert seen([*APPROVED_TWICE, *told(GARNIER, paid(486_90, order=ORDER_ID))], GARNIER, holder) == ("paid", None, None)
    assert seen([*ORDERED_BY_LOU, *told(GARNIER, REFUSED)], GARNIER, holder) == ("refused", None, None)


def test_an_expense_paid_on_a_decision_alone_is_listed_for_its_missing_approvals() -> None:
    def alone(*facts: Event) -> list[str]:
        shown = orders_shown(fold(ORDER_BOOK, [*APPROVED_TWICE, *told(GARNIER, *facts)]), REGISTER, LOU, (), TODAY)
        return [one["entry"] for one in shown["without_order"]]

    assert alone(paid(20_00)) == [PAID]
    assert alone(paid(486_90, order=ORDER_ID)) == alone(paid(20_00, irregular="Urgent")) == alone(paid(20_00, taken_over=True)) == []


def test_one_step_leads_from_an_entry_to_voucher_order_decision_and_count_and_back() -> None:
    voted = but(decided(), ballot="q" * 26)
    facts = [voted if fact == decided() else fact for fact in DECIDED]
    tail = [(LOU, LARGE), (LOU, SHOWN), (GARNIER, APPROVED), (ROUSSEAU, APPROVED), (GARNIER, paid(486_90, order=ORDER_ID))]
    every = [*((GARNIER, fact) for fact in facts), *tail]
    book = fold(ORDER_BOOK, [Recorded(REGISTER, seq, NOW, who, COMMAND_ID, fact) for seq, (who, fact) in enumerate(every, start=1)])
    thread = thread_shown(book, REGISTER, PAID)
    assert thread is not None
    assert thread["voucher"]["number"] == "D11" and len(thread["voucher"]["documents"]) == 1
    assert (thread["order"]["order"], [one["by"] for one in thread["order"]["approvals"]]) == (ORDER_ID, [GARNIER, ROUSSEAU])
    assert thread["decision"]["decision"] == V04 and thread["decision"]["count"]["ballot"] == "q" * 26
    for name in (V04, "q" * 26):
        bought = bought_shown(book, REGISTER, name)
        assert bought is not None and [one["entry"] for one in bought["entries"]] == [PAID]
        assert [one["order"] for one in bought["orders"]] == [ORDER_ID] and bought["envelope"] == 500_00
    assert thread_shown(book, REGISTER, "z" * 26) is bought_shown(book, REGISTER, "z" * 26) is None


def test_a_view_under_a_cut_that_hides_the_order_says_nothing_of_it() -> None:
    book: OrderBook = ORDER_BOOK.initial
    for record in told(
        GARNIER, APPROVED, REFUSED, paid(486_90, order=ORDER_ID), EntryReversed(entry="g" * 26, reverses=PAID, reason="x", on=TODAY)
    ):
        book = ORDER_BOOK.evolve(book, record)
    assert dict(book.orders.by_id) == {}


def test_money_that_is_ordered_is_still_available_to_nobody_else() -> None:
    """What an order takes lies within its decision's envelope, which no transfer may touch."""
    given(POTS, *DECIDED, ORDERED).when(moving(2_908_77 - 500_00 + 1)).refused(BeyondPot)

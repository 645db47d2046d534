"""From a decision to a paid order: who drafts, who approves, what is refused with which sentence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.governance.events.people import EndOfMandate, MandateEnded, Role, Rules, RulesAdopted
from services.ledger.commands.books import DeclareVoucherLost, RecordExpense, ReverseEntry
from services.ledger.commands.orders import OrderPayment
from services.ledger.deciders.checks import NoDecisionNoReason
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.orders import ORDERS, PreparedByNobody
from services.ledger.deciders.vouchers import DOCUMENT, VOUCHERS, ApprovedOnItsVoucher, NoEntryToAttachTo, NotYourVoucher
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded
from services.ledger.events.orders import PaymentOrdered
from services.ledger.paying import (
    ApprovedEnough,
    ApprovedOnce,
    BeyondAvailable,
    BeyondTheDecision,
    MandateHolderFirst,
    NoSuchOrder,
    NotAnApprover,
    NotApprovedYet,
    NotWhatWasApproved,
    OrderIsPaid,
    OrderIsRefused,
    OrderNeedsADecision,
    OwnOrder,
    PaidBeforeApproval,
    VoucherComesFirst,
)
from services.ledger.projections.journal import JOURNAL
from services.ledger.projections.vouchers import VOUCHER_BOOK
from shared.messages import Event
from shared.projecting import fold
from shared.refusals import Unanswered
from tests.examples_governance import (
    GARNIER,
    LEFEVRE,
    LOU,
    OFFICER,
    ROUSSEAU,
    RULES,
    RULES_ADOPTED,
    SECOND_MANDATE,
    STRANGER,
)
from tests.examples_ledger import OPEN_BOOKS, voucher
from tests.examples_orders import APPROVE, APPROVED, ORDER, ORDER_ID, ORDERED, REFUSE, REFUSED
from tests.given import SEALED, given
from tests.ledger.asking import but, fresh
from tests.ledger.decided import PAID, TODAY, V04, decided, paid, released, revoked
from tests.ledger.ordering import APPROVED_ONCE, APPROVED_TWICE, ATTACH, DECIDED, LARGE, ORDERED_BY_LOU, SHOWN, SMALL, history, pay, told


def test_an_order_is_given_on_a_decision_by_whoever_may_prepare() -> None:
    given(ORDERS, *DECIDED).when(ORDER, by=LOU).then(PaymentOrdered(order=fresh(), **dict(ORDER)))
    assert Role.TREASURER in OrderPayment.may and Role.MEMBER not in OrderPayment.may
    given(ORDERS, *DECIDED).when(but(ORDER, prepared_by=STRANGER)).refused(PreparedByNobody)


@pytest.mark.parametrize(
    ("facts", "changes", "why", "details"),
    [
        (OPEN_BOOKS, {}, OrderNeedsADecision, {"decision": V04}),
        ((*DECIDED, revoked()), {}, OrderNeedsADecision, {}),
        (DECIDED, {"amount": 500_01}, BeyondTheDecision, {"left": 500_00, "asked": 500_01}),
        (DECIDED, {"pot": "CM2", "amount": 1}, BeyondTheDecision, {"pot": "ECOLE"}),
        ((*DECIDED, paid(20_00)), {"amount": 480_01}, BeyondTheDecision, {"left": 480_00}),
        ((*DECIDED, released(100_00)), {"amount": 400_01}, BeyondTheDecision, {"left": 400_00}),
        ((*DECIDED, ORDERED), {"amount": 13_11}, BeyondTheDecision, {"left": 13_10}),
        ((*OPEN_BOOKS, decided(cents=None)), {"amount": 2_908_78}, BeyondAvailable, {"available": 2_908_77}),
        ((*OPEN_BOOKS, decided(cents=None), ORDERED), {"amount": 2_421_88}, BeyondAvailable, {"available": 2_421_87}),
        ((*OPEN_BOOKS, decided(cents=9_999_00)), {"amount": 2_908_78}, BeyondAvailable, {"available": 2_908_77}),
    ],
)
def test_an_order_is_refused_beyond_its_decision_its_envelope_or_what_is_available(
    facts: Sequence[Event], changes: dict[str, Any], why: type[Unanswered], details: dict[str, Any]
) -> None:
    given(ORDERS, *facts).when(but(ORDER, **changes)).refused(why, **details)
    if "amount" in changes and changes.get("pot") is None:  # the negative control: one cent less passes
        assert len(given(ORDERS, *facts).when(but(ORDER, **changes | {"amount": changes["amount"] - 1})).events()) == 1


def test_a_refused_order_gives_back_what_it_took() -> None:
    given(ORDERS, *DECIDED, ORDERED).when(but(ORDER, amount=500_00)).refused(BeyondTheDecision, left=13_10)
    assert len(given(ORDERS, *DECIDED, ORDERED, REFUSED).when(but(ORDER, amount=500_00)).events()) == 1


def test_neither_who_typed_an_order_nor_who_prepared_it_approves_it() -> None:
    by_garnier = history((GARNIER, LARGE), (GARNIER, SHOWN))
    given(ORDERS, *by_garnier).when(APPROVE, by=GARNIER).refused(OwnOrder)
    given(ORDERS, *by_garnier).when(APPROVE, by=ROUSSEAU).then(APPROVED)
    for_rousseau = history((LOU, but(LARGE, prepared_by=ROUSSEAU)), (LOU, SHOWN))
    given(ORDERS, *for_rousseau).when(APPROVE, by=ROUSSEAU).refused(OwnOrder)
    assert OwnOrder.sentences()[0] == "Tu as préparé cette dépense : une autre personne doit l'approuver."


def test_the_first_approval_is_a_mandate_holder_s_of_today_on_the_voucher() -> None:
    given(ORDERS, *history((LOU, LARGE))).when(APPROVE, by=GARNIER).refused(VoucherComesFirst)
    given(ORDERS, *ORDERED_BY_LOU).when(APPROVE, by=GARNIER).then(APPROVED)
    given(ORDERS, *ORDERED_BY_LOU).when(APPROVE, by=OFFICER).refused(MandateHolderFirst)
    given(ORDERS, *ORDERED_BY_LOU).when(APPROVE, by=LEFEVRE).refused(NotAnApprover)
    ended = MandateEnded(mandate=SECOND_MANDATE, on=date(2024, 10, 13), reason=EndOfMandate.WITHDRAWN)
    gone = history((LOU, LARGE), (LOU, SHOWN), (OFFICER, ended))
    given(ORDERS, *gone).when(APPROVE, by=ROUSSEAU).refused(NotAnApprover)
    given(ORDERS, *gone).when(APPROVE, by=GARNIER).then(APPROVED)


def test_a_token_of_the_association_makes_nobody_a_second_person() -> None:
    given(ORDERS, *APPROVED_ONCE).when(APPROVE, by=STRANGER, badge="AD99").refused(NotAnApprover)
    given(ORDERS, *APPROVED_ONCE).when(APPROVE, by=GARNIER, badge="AD99").refused(ApprovedOnce)
    given(ORDERS, *APPROVED_ONCE).when(APPROVE, by=OFFICER, badge="AD99").then(APPROVED)


def test_above_the_threshold_a_second_person_approves_and_one_counts_once() -> None:
    given(ORDERS, *APPROVED_ONCE).when(APPROVE, by=GARNIER).refused(ApprovedOnce)
    for second in (ROUSSEAU, OFFICER):
        given(ORDERS, *APPROVED_ONCE).when(APPROVE, by=second).then(APPROVED)
    given(ORDERS, *APPROVED_TWICE).when(APPROVE, by=OFFICER).refused(ApprovedEnough)
    given(ENTRIES, *APPROVED_ONCE).when(pay()).refused(NotApprovedYet, approvals=1, needed=2)
    assert len(given(ENTRIES, *APPROVED_TWICE).when(pay()).events()) == 1


def test_at_the_threshold_one_person_is_enough_and_without_rules_two_are_needed() -> None:
    small = history((LOU, SMALL), (LOU, SHOWN), (GARNIER, APPROVED))
    assert len(given(ENTRIES, *small).when(pay(300_00)).events()) == 1
    given(ORDERS, *small).when(APPROVE, by=ROUSSEAU).refused(ApprovedEnough)
    above = history((LOU, but(SMALL, amount=300_01)), (LOU, SHOWN), (GARNIER, APPROVED))
    given(ENTRIES, *above).when(pay(300_01)).refused(NotApprovedYet)
    without = [one for one in small if one.event != RULES_ADOPTED]
    assert len(without) == len(small) - 1
    given(ENTRIES, *without).when(pay(300_00)).refused(NotApprovedYet, needed=2)


def test_the_threshold_is_that_of_the_day() -> None:
    lower = Rules(**dict(RULES) | {"approval_threshold": 100_00})
    adopted = RulesAdopted(**dict(RULES_ADOPTED) | {"version": "b", "valid_from": date(2024, 10, 15), "content": lower})
    small = history((LOU, SMALL), (LOU, SHOWN), (GARNIER, APPROVED), (OFFICER, adopted))
    assert len(given(ENTRIES, *small).when(pay(300_00), on=TODAY).events()) == 1
    given(ENTRIES, *small).when(pay(300_00), on=date(2024, 10, 15)).refused(NotApprovedYet, needed=2)


def test_a_paid_order_carries_its_decision_to_the_entry_and_pays_once() -> None:
    (event,) = given(ENTRIES, *APPROVED_TWICE).when(pay()).events()
    assert isinstance(event, ExpenseRecorded)
    assert (event.order, event.decision, event.project, event.irregular) == (ORDER_ID, V04, "spectacle", None)
    spent = [*APPROVED_TWICE, *told(GARNIER, but(event, entry=PAID))]
    given(ENTRIES, *spent).when(pay(voucher=voucher("D13"))).refused(OrderIsPaid, entry=PAID)
    given(ORDERS, *spent).when(APPROVE, by=OFFICER).refused(OrderIsPaid)
    given(ORDERS, *spent).when(REFUSE, by=GARNIER).refused(OrderIsPaid)


def test_when_the_payment_is_reversed_its_order_can_be_paid_again_under_its_approvals() -> None:
    spent = [*APPROVED_TWICE, *told(GARNIER, paid(486_90, order=ORDER_ID))]
    again = ReverseEntry(reverses=PAID, reason="Mauvais compte", on=TODAY, expense=pay(voucher=voucher("D14")))
    undone, replaced = given(ENTRIES, *spent).when(again).events()
    assert isinstance(undone, EntryReversed) and isinstance(replaced, ExpenseRecorded) and replaced.order == ORDER_ID


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (pay(486_89), NotWhatWasApproved),
        (pay(486_91), NotWhatWasApproved),
        (pay(decision="d" * 26), NotWhatWasApproved),
        (pay(pot="CM2"), NotWhatWasApproved),
        (
            pay(allocations=(Allocation(account="6180", amount=400_00), Allocation(account="6180", amount=86_90, pot="CP"))),
            NotWhatWasApproved,
        ),
        (pay(on=date(2024, 10, 13)), PaidBeforeApproval),
        (pay(order="z" * 26), NoSuchOrder),
        (pay(irregular="Urgent", on=date(2024, 10, 13)), PaidBeforeApproval),
    ],
)
def test_what_is_paid_is_what_was_approved_and_afterwards(command: RecordExpense, why: type[Unanswered]) -> None:
    given(ENTRIES, *APPROVED_TWICE).when(command).refused(why)


def test_a_refused_order_is_not_paid_and_nobody_s_reason_lifts_an_approval_that_lacks() -> None:
    refused = [*APPROVED_TWICE, *told(ROUSSEAU, REFUSED)]
    given(ENTRIES, *refused).when(pay()).refused(OrderIsRefused, reason=REFUSE.reason)
    given(ORDERS, *refused).when(REFUSE, by=GARNIER).then()
    given(ORDERS, *ORDERED_BY_LOU).when(REFUSE, by=GARNIER).then(REFUSED)
    given(ENTRIES, *APPROVED_ONCE).when(pay(irregular="Urgent")).refused(NotApprovedYet)


def test_what_was_spent_beside_the_order_is_not_there_any_more_when_it_is_paid() -> None:
    beside = [*APPROVED_TWICE, *told(GARNIER, paid(20_00))]
    given(ENTRIES, *beside).when(pay()).refused(BeyondTheDecision, left=480_00)
    gone = [*history((LOU, LARGE), (LOU, SHOWN), (GARNIER, APPROVED), (ROUSSEAU, APPROVED), (GARNIER, revoked()))]
    given(ENTRIES, *gone).when(pay()).refused(OrderNeedsADecision)
    empty = [*APPROVED_TWICE, *told(GARNIER, paid(2_500_00, decision=None, irregular="Urgent"))]
    given(ENTRIES, *empty).when(pay(voucher=voucher("D15"))).refused(BeyondAvailable, available=408_77)
    assert (
        len(
            given(ENTRIES, *[*APPROVED_TWICE, *told(GARNIER, paid(2_421_87, decision=None, irregular="Urgent"))])
            .when(pay(voucher=voucher("D15")))
            .events()
        )
        == 1
    )


def test_a_payment_already_made_is_a_fact_without_its_order_once_somebody_says_why() -> None:
    given(ENTRIES, *APPROVED_ONCE).when(pay(order=None)).refused(NoDecisionNoReason)
    (event,) = given(ENTRIES, *APPROVED_ONCE).when(pay(order=None, irregular="Le chèque était parti")).events()
    assert isinstance(event, ExpenseRecorded) and event.irregular and event.order is None


def attached(facts: Sequence[Any], by: str) -> Sequence[Event]:
    """Attach a file to the order, which whoever kept it hands in under a seal."""
    asked = given(VOUCHERS, *facts).when(ATTACH, by=by)
    return VOUCHERS.decide(asked.state, asked.command, replace(asked.given, seals={DOCUMENT: SEALED}))


def test_a_voucher_is_attached_to_an_order_until_it_is_approved_on_it() -> None:
    by_lefevre = history((LEFEVRE, LARGE))
    assert attached(by_lefevre, LEFEVRE) == attached(by_lefevre, ROUSSEAU) == [SHOWN]
    with pytest.raises(NotYourVoucher):
        attached(history((LOU, LARGE)), LEFEVRE)
    for later in (APPROVED_ONCE, [*ORDERED_BY_LOU, *told(GARNIER, REFUSED)]):
        with pytest.raises(ApprovedOnItsVoucher):
            attached(later, GARNIER)
    with pytest.raises(NoEntryToAttachTo):
        attached(history(), GARNIER)
    lost = DeclareVoucherLost(entry=ORDER_ID, reason="Perdue", on=TODAY)
    given(VOUCHERS, *ORDERED_BY_LOU).when(lost).refused(NoEntryToAttachTo)


def test_the_voucher_of_an_order_is_that_of_the_entry_which_pays_it() -> None:
    records = [*APPROVED_TWICE, *told(GARNIER, paid(486_90, order=ORDER_ID))]
    papers = fold(VOUCHER_BOOK, records).papers
    assert papers[PAID].documents == papers[ORDER_ID].documents != () and not papers[PAID].missing
    assert fold(VOUCHER_BOOK, records).missing() == []
    (line,) = (one for one in fold(JOURNAL, records).ordered() if one.entry == PAID)
    assert line.paper == "attached"
    alone = [*APPROVED_TWICE, *told(GARNIER, paid(1_00))]
    assert [one.entry for one in fold(VOUCHER_BOOK, alone).missing()] == [PAID]

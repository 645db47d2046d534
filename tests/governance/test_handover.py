"""How the books change hands, with balances that equal the books."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.governance.commands.people import HandOverMandate
from services.governance.deciders.handover import (
    HANDOVER,
    BalancesDiffer,
    HandoverInTheFuture,
    Hands,
    IncomingHoldsNoMandate,
    OutgoingHeldNoMandate,
    SameHands,
)
from services.governance.events.people import Balance, ChecklistItem, EndOfMandate, MandateEnded, MandateGiven, MandateHandedOver
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified
from services.ledger.events.books import OpeningBalance, TreasuryAccountClosed, TreasuryAccountOpened, TreasuryKind, YearOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import Allocation, EntryReversed, Leg, Means, ReceiptRecorded, TransferRecorded, Voucher
from shared.merkle import Frontier
from shared.messages import Circumstances
from shared.refusals import Forbidden
from tests.examples_governance import (
    CHECKLIST,
    CHRISTMAS,
    DA_SILVA,
    GARNIER,
    LEFEVRE,
    OFFICER,
    RENTREE,
    ROUSSEAU,
    RUN_SCHOOL,
    SECOND_MANDATE,
    SUMMER,
    THIRD_MANDATE,
    WINTER,
)
from tests.given import COMMAND_ID, PARIS, REGISTER, SEED, Given, given

A_DAY = timedelta(days=1)
SPRING = MandateGiven(mandate=THIRD_MANDATE, holder=DA_SILVA, starts=WINTER + A_DAY, until=SUMMER)
MONEY: tuple[LedgerEvent, ...] = (
    TreasuryAccountOpened(account="512", kind=TreasuryKind.BANK, label="Compte bancaire", on=RENTREE),
    TreasuryAccountOpened(account="530", kind=TreasuryKind.CASH, label="Caisse", on=RENTREE),
    YearOpened(
        year="2024-25",
        starts=RENTREE,
        ends=SUMMER,
        chart="OCCE",
        opening=(OpeningBalance(account="512", pot="ECOLE", amount=2_846_37), OpeningBalance(account="530", pot="ECOLE", amount=62_40)),
    ),
)


def receipt(entry: str, cents: int) -> ReceiptRecorded:
    return ReceiptRecorded(
        entry=entry * 26,
        on=CHRISTMAS,
        voucher=Voucher(series="R", number=1),
        label="Marché de Noël",
        treasury=(Leg(account="530", amount=cents),),
        allocations=(Allocation(account="7080", amount=cents),),
        pot="ECOLE",
        means=Means.CASH,
    )


def hand_over(*, on: date = WINTER, bank: int = 2_846_37, cash: int = 62_40, **more: Any) -> HandOverMandate:
    told = {"outgoing": ROUSSEAU, "incoming": DA_SILVA, "balances": signed(bank, cash), "checklist": CHECKLIST}
    return HandOverMandate(on=on, **told | more)


def signed(bank: int, cash: int, *others: Balance) -> tuple[Balance, ...]:
    return (Balance(account="512", amount=bank), Balance(account="530", amount=cash), *others)


def school(*facts: Any) -> Given:
    return given(HANDOVER, *RUN_SCHOOL, SPRING, *MONEY, *facts)


def done(command: HandOverMandate) -> MandateHandedOver:
    empty = Frontier().checkpoint()
    return MandateHandedOver(**dict(command), through_seq=empty.size, checkpoint=empty)


def test_the_books_change_hands_with_signed_balances() -> None:
    school().when(hand_over(), by=ROUSSEAU, on=WINTER).then(done(hand_over()))


def test_responsibility_changes_hands_at_exactly_the_fact_before_the_act() -> None:
    frontier = Frontier().grown(b"record %d" % seq for seq in range(1, 213))
    circumstances = Circumstances(ROUSSEAU, REGISTER, COMMAND_ID, datetime(2025, 2, 28, 16, tzinfo=UTC), SEED, PARIS, frontier)
    hands: Hands = school().when(hand_over(), on=WINTER).state
    act, *others = HANDOVER.decide(hands, hand_over(), circumstances)
    assert isinstance(act, MandateHandedOver)
    assert not others
    assert (act.through_seq, act.checkpoint.root) == (212, frontier.root().hex())


def test_handing_over_again_records_nothing() -> None:
    school(done(hand_over())).when(hand_over(), by=ROUSSEAU, on=WINTER).then()


def test_a_balance_that_is_not_that_of_the_books_is_named() -> None:
    school().when(hand_over(cash=62_39), by=ROUSSEAU, on=WINTER).refused(BalancesDiffer, account="530", signed=62_39, book=62_40)
    without_cash = hand_over(balances=(Balance(account="512", amount=2_846_37),))
    school().when(without_cash, by=ROUSSEAU, on=WINTER).refused(BalancesDiffer, account="530", signed=None, book=62_40)
    one_more = hand_over(balances=signed(2_846_37, 62_40, Balance(account="514", amount=1)))
    school().when(one_more, by=ROUSSEAU, on=WINTER).refused(BalancesDiffer, account="514", signed=1, book=None)


def test_the_books_count_receipts_transfers_and_reversals() -> None:
    takings, mistaken = receipt("e", 180_00), receipt("f", 55_00)
    undone = EntryReversed(entry="g" * 26, reverses="f" * 26, reason="Saisie deux fois", on=CHRISTMAS)
    to_the_bank = TransferRecorded(
        entry="h" * 26,
        on=CHRISTMAS,
        voucher=Voucher(series="T", number=1),
        label="Remise en banque",
        out_of="530",
        into="512",
        amount=150_00,
    )
    year = school(takings, mistaken, undone, to_the_bank)
    exact = hand_over(bank=2_996_37, cash=92_40)
    year.when(exact, by=ROUSSEAU, on=WINTER).then(done(exact))
    year.when(hand_over(bank=2_996_37, cash=147_40), by=ROUSSEAU, on=WINTER).refused(BalancesDiffer, book=92_40)


def test_an_open_advance_is_signed_for_too() -> None:
    granted = AdvanceGranted(
        advance="j" * 26, on=CHRISTMAS, voucher=Voucher(series="D", number=2), pot="CM2", holder=LEFEVRE, out_of="512", amount=150_00
    )
    justified = AdvanceJustified(
        advance="j" * 26,
        on=CHRISTMAS,
        voucher=Voucher(series="D", number=3),
        label="Petit matériel",
        allocations=(Allocation(account="6180", amount=30_00),),
    )
    forgotten = hand_over(bank=2_696_37)
    school(granted, justified).when(forgotten, by=ROUSSEAU, on=WINTER).refused(BalancesDiffer, account="467", signed=None, book=120_00)
    exact = hand_over(balances=signed(2_696_37, 62_40, Balance(account="467", amount=120_00)))
    school(granted, justified).when(exact, by=ROUSSEAU, on=WINTER).then(done(exact))


def test_a_closed_account_needs_no_signature() -> None:
    opened = TreasuryAccountOpened(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=RENTREE)
    closed = TreasuryAccountClosed(account="514", on=CHRISTMAS)
    school(opened, closed).when(hand_over(), by=ROUSSEAU, on=WINTER).then(done(hand_over()))


def test_whoever_hands_over_held_a_mandate_that_day() -> None:
    school().when(hand_over(outgoing=LEFEVRE), by=OFFICER, on=WINTER).refused(OutgoingHeldNoMandate, on=WINTER)
    the_day_after = hand_over(on=WINTER + A_DAY)
    school().when(the_day_after, by=OFFICER, on=WINTER + A_DAY).refused(OutgoingHeldNoMandate)


def test_whoever_takes_over_holds_a_mandate_the_next_day_at_the_latest() -> None:
    too_soon = hand_over(on=WINTER - A_DAY)
    school().when(too_soon, by=ROUSSEAU, on=WINTER).refused(IncomingHoldsNoMandate, on=WINTER)
    to_the_other_holder = hand_over(incoming=GARNIER)
    school().when(to_the_other_holder, by=ROUSSEAU, on=WINTER).then(done(to_the_other_holder))


def test_books_are_not_handed_to_oneself() -> None:
    school().when(hand_over(incoming=ROUSSEAU), by=ROUSSEAU, on=WINTER).refused(SameHands)


def test_a_handover_is_recorded_when_it_takes_place() -> None:
    school().when(hand_over(), by=ROUSSEAU, on=WINTER - A_DAY).refused(HandoverInTheFuture, today=WINTER - A_DAY)


def test_a_mandate_that_runs_on_ends_with_the_handover() -> None:
    early = hand_over(on=CHRISTMAS, incoming=GARNIER)
    over = MandateEnded(mandate=SECOND_MANDATE, on=CHRISTMAS, reason=EndOfMandate.HANDOVER)
    school().when(early, by=ROUSSEAU, on=CHRISTMAS).then(done(early), over)


def test_nobody_but_the_holder_and_the_association_shortens_a_mandate() -> None:
    early = hand_over(on=CHRISTMAS, incoming=GARNIER)
    over = MandateEnded(mandate=SECOND_MANDATE, on=CHRISTMAS, reason=EndOfMandate.HANDOVER)
    school().when(early, by=GARNIER, on=CHRISTMAS).refused(Forbidden, needs=["association"])
    school().when(early, by=OFFICER, on=CHRISTMAS).then(done(early), over)


def test_whoever_takes_over_may_record_the_handover_of_a_mandate_that_is_over() -> None:
    school().when(hand_over(), by=DA_SILVA, on=WINTER + A_DAY).then(done(hand_over()))


def test_another_mandate_holder_takes_no_part() -> None:
    school().when(hand_over(), by=GARNIER, on=WINTER).refused(Forbidden)


def test_a_handover_lists_what_is_handed_over_each_point_once() -> None:
    with pytest.raises(ValidationError, match="checklist"):
        hand_over(checklist=())
    with pytest.raises(ValidationError, match="each item is named once"):
        hand_over(checklist=(*CHECKLIST, ChecklistItem(item="books", state="lost")))
    with pytest.raises(ValidationError, match="each account is named once"):
        hand_over(balances=signed(1, 2, Balance(account="512", amount=3)))

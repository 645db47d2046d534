"""What may be written in the journal: receipts, expenses and internal transfers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.ledger.deciders.checks import (
    InTheFuture,
    NoDecisionNoReason,
    NoMandateThatDay,
    NoSuchAccount,
    NoSuchPot,
    NoSuchTreasury,
    NotBalanced,
    NothingMoves,
    NotHistory,
    OutsideTheYear,
    PeriodIsLocked,
    WrongSideOfChart,
)
from services.ledger.deciders.entries import ENTRIES, SamePlace
from services.ledger.events.books import PeriodLocked, PeriodUnlocked, PotClosed, TreasuryAccountClosed, TreasuryAccountOpened, TreasuryKind
from services.ledger.events.entries import Allocation, ExpenseRecorded, Leg, ReceiptRecorded, TransferRecorded
from shared.messages import Command, Recorded
from tests.examples_governance import DA_SILVA, LEFEVRE, RENTREE, ROUSSEAU, SUMMER, WINTER
from tests.examples_ledger import DEPOSIT, FAMILIES, FEES, OPEN_BOOKS
from tests.given import COMMAND_ID, REGISTER, SOMEBODY, given
from tests.ledger.asking import but, fresh

EVERY_ENTRY: list[Command] = [FAMILIES, FEES, DEPOSIT]
MARCH = date(2025, 3, 1)
AT_RENTREE = datetime(2024, 9, 1, 8, tzinfo=UTC)


def test_a_receipt_is_recorded_as_asked() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(FAMILIES).then(ReceiptRecorded(entry=fresh(), **dict(FAMILIES)))


def test_an_expense_is_recorded_with_its_two_accounts_and_its_signatory() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(FEES).then(ExpenseRecorded(entry=fresh(), **dict(FEES)))


def test_a_transfer_is_recorded_as_asked() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(DEPOSIT).then(TransferRecorded(entry=fresh(), **dict(DEPOSIT)))


def test_whoever_names_no_signatory_signs() -> None:
    (paid,) = given(ENTRIES, *OPEN_BOOKS).when(but(FEES, signatory=None), by=ROUSSEAU).events()
    assert isinstance(paid, ExpenseRecorded)
    assert paid.signatory == ROUSSEAU


def test_a_split_one_cent_short_is_refused_and_names_the_cent() -> None:
    short = (Allocation(account="6281", amount=366_59), Allocation(account="6168", amount=39_00))
    given(ENTRIES, *OPEN_BOOKS).when(but(FEES, allocations=short)).refused(NotBalanced, paid=405_60, split=405_59, missing=1)
    more = (Allocation(account="7562", amount=1_806_01),)
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, allocations=more)).refused(NotBalanced, missing=-1)


def test_one_expense_may_be_borne_by_two_pots() -> None:
    two = (Allocation(account="6180", amount=300_00, pot="CP"), Allocation(account="6180", amount=105_60, pot="CM2"))
    given(ENTRIES, *OPEN_BOOKS).when(but(FEES, allocations=two)).then(ExpenseRecorded(entry=fresh(), **dict(FEES) | {"allocations": two}))


def test_one_receipt_may_be_paid_into_two_accounts() -> None:
    two = (Leg(account="512", amount=1_800_00), Leg(account="530", amount=6_00))
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, treasury=two)).then(ReceiptRecorded(entry=fresh(), **dict(FAMILIES) | {"treasury": two}))


@pytest.mark.parametrize("command", [FAMILIES, FEES], ids=["receipt", "expense"])
@pytest.mark.parametrize("pot", ["CM3", "CM2"], ids=["unknown", "closed"])
def test_every_pot_of_an_entry_is_open_that_day(command: Any, pot: str) -> None:
    books = given(ENTRIES, *OPEN_BOOKS, PotClosed(pot="CM2", on=date(2024, 9, 15)))
    total = sum(one.amount for one in command.allocations)
    books.when(but(command, pot=pot)).refused(NoSuchPot, pot=pot)
    its_own = (Allocation(account=command.allocations[0].account, amount=total, pot=pot),)
    books.when(but(command, allocations=its_own)).refused(NoSuchPot, pot=pot)
    elsewhere = (Allocation(account=command.allocations[0].account, amount=total, pot="ECOLE"),)
    books.when(but(command, pot=pot, allocations=elsewhere)).refused(NoSuchPot, pot=pot)


def test_a_pot_takes_entries_up_to_the_day_it_closed() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, PotClosed(pot="CM2", on=FAMILIES.on))
    assert len(books.when(but(FAMILIES, pot="CM2")).events()) == 1


@pytest.mark.parametrize("account", ["512", "467", "110"])
def test_money_is_not_split_over_accounts_of_treasury_advances_or_equity(account: str) -> None:
    split = (Allocation(account=account, amount=1_806_00),)
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, allocations=split)).refused(WrongSideOfChart, account=account)


@pytest.mark.parametrize("account", ["6070", "7070"])
def test_no_account_of_income_or_expense_holds_money(account: str) -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, treasury=(Leg(account=account, amount=1_806_00),))).refused(WrongSideOfChart)
    given(ENTRIES, *OPEN_BOOKS).when(but(FEES, treasury=(Leg(account=account, amount=-405_60),))).refused(WrongSideOfChart)
    given(ENTRIES, *OPEN_BOOKS).when(but(DEPOSIT, into=account)).refused(WrongSideOfChart, account=account)


def test_an_account_outside_the_chart_is_refused() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, allocations=(Allocation(account="7999", amount=1_806_00),))).refused(NoSuchAccount)


@pytest.mark.parametrize("account", ["514", "467", "580"])
def test_a_treasury_account_that_was_not_opened_is_refused(account: str) -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, treasury=(Leg(account=account, amount=1_806_00),))).refused(NoSuchTreasury)
    given(ENTRIES, *OPEN_BOOKS).when(but(DEPOSIT, out_of=account)).refused(NoSuchTreasury, account=account)


def test_a_treasury_account_takes_money_from_its_opening_to_its_closing() -> None:
    postal = TreasuryAccountOpened(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=date(2024, 9, 20))
    closed = TreasuryAccountClosed(account="514", on=date(2024, 10, 5))
    books = given(ENTRIES, *OPEN_BOOKS, postal, closed)
    into = (Leg(account="514", amount=1_806_00),)
    for day in (date(2024, 9, 20), date(2024, 10, 5)):
        assert len(books.when(but(FAMILIES, on=day, treasury=into)).events()) == 1
    for day in (date(2024, 9, 19), date(2024, 10, 6)):
        books.when(but(FAMILIES, on=day, treasury=into)).refused(NoSuchTreasury, account="514")


@pytest.mark.parametrize("amounts", [(), (0,), (-1_806_00,), (1_807_00, -1_00)], ids=["none", "zero", "out", "both-ways"])
def test_a_receipt_brings_money_in_on_every_line(amounts: tuple[int, ...]) -> None:
    treasury = tuple(Leg(account="512", amount=amount) for amount in amounts)
    given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, treasury=treasury)).refused(NothingMoves)


@pytest.mark.parametrize("amounts", [(), (0,), (405_60,), (-406_60, 1_00)], ids=["none", "zero", "in", "both-ways"])
def test_an_expense_takes_money_out_on_every_line(amounts: tuple[int, ...]) -> None:
    treasury = tuple(Leg(account="512", amount=amount) for amount in amounts)
    given(ENTRIES, *OPEN_BOOKS).when(but(FEES, treasury=treasury)).refused(NothingMoves)


def test_an_entry_has_a_split() -> None:
    for command in (FAMILIES, FEES):
        given(ENTRIES, *OPEN_BOOKS).when(but(command, allocations=())).refused(NothingMoves)


def test_a_transfer_goes_from_one_place_to_another() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(DEPOSIT, into="530")).refused(SamePlace, account="530")


@pytest.mark.parametrize("command", EVERY_ENTRY, ids=lambda command: command.slug())
def test_nothing_is_written_ahead_of_time(command: Command) -> None:
    tomorrow = date(2024, 10, 15)
    given(ENTRIES, *OPEN_BOOKS).when(but(command, on=tomorrow)).refused(InTheFuture, on="2024-10-15", today="2024-10-14")
    assert len(given(ENTRIES, *OPEN_BOOKS).when(but(command, on=tomorrow), on=tomorrow).events()) == 1


@pytest.mark.parametrize("command", EVERY_ENTRY, ids=lambda command: command.slug())
def test_nothing_is_written_outside_an_open_year(command: Command) -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(command, on=date(2024, 8, 31))).refused(OutsideTheYear, on="2024-08-31")
    given(ENTRIES, *OPEN_BOOKS).when(but(command, on=date(2025, 9, 1)), on=date(2025, 9, 2)).refused(OutsideTheYear)


@pytest.mark.parametrize("command", EVERY_ENTRY, ids=lambda command: command.slug())
def test_nothing_is_written_in_a_locked_period(command: Command) -> None:
    lock = PeriodLocked(through=date(2024, 10, 11), reason="Rapprochement signé")
    back = PeriodUnlocked(through=date(2024, 9, 15), reason="Une recette manquait")
    given(ENTRIES, *OPEN_BOOKS, lock).when(command).refused(PeriodIsLocked, locked_through="2024-10-11")
    assert len(given(ENTRIES, *OPEN_BOOKS, lock).when(but(command, on=date(2024, 10, 12))).events()) == 1
    assert len(given(ENTRIES, *OPEN_BOOKS, lock, back).when(command).events()) == 1
    given(ENTRIES, *OPEN_BOOKS, lock, back).when(but(command, on=date(2024, 9, 15))).refused(PeriodIsLocked)


def test_a_signatory_held_a_mandate_on_the_day_of_the_expense() -> None:
    books = given(ENTRIES, *OPEN_BOOKS)
    assert len(books.when(but(FEES, on=WINTER, signatory=ROUSSEAU), on=MARCH).events()) == 1
    books.when(but(FEES, on=MARCH, signatory=ROUSSEAU), on=MARCH).refused(NoMandateThatDay, signatory=ROUSSEAU, on="2025-03-01")
    books.when(but(FEES, signatory=LEFEVRE)).refused(NoMandateThatDay, signatory=LEFEVRE)
    books.when(but(FEES, signatory=None), by=DA_SILVA).refused(NoMandateThatDay, signatory=DA_SILVA)


def test_an_expense_without_decision_gives_its_reason() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(FEES, irregular=None)).refused(NoDecisionNoReason)


def test_history_taken_over_needs_no_reason_and_no_signatory() -> None:
    history = but(FEES, signatory=None, irregular=None, taken_over=True)
    given(ENTRIES, *OPEN_BOOKS).when(history).then(ExpenseRecorded(entry=fresh(), **dict(history)))


def test_a_signatory_named_by_history_held_a_mandate_all_the_same() -> None:
    history = but(FEES, signatory=LEFEVRE, irregular=None, taken_over=True)
    given(ENTRIES, *OPEN_BOOKS).when(history).refused(NoMandateThatDay)


def test_the_first_and_the_last_day_of_the_year_belong_to_it() -> None:
    assert len(given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, on=RENTREE)).events()) == 1
    assert len(given(ENTRIES, *OPEN_BOOKS).when(but(FAMILIES, on=SUMMER), on=SUMMER).events()) == 1


def test_nothing_since_the_register_was_opened_is_taken_over() -> None:
    history = but(FEES, irregular=None, taken_over=True)
    opened_before = [Recorded(REGISTER, seq, AT_RENTREE, SOMEBODY, COMMAND_ID, fact) for seq, fact in enumerate(OPEN_BOOKS, start=1)]
    given(ENTRIES, *opened_before).when(history).refused(NotHistory, on=FEES.on.isoformat())
    assert given(ENTRIES, *OPEN_BOOKS).when(history).events()

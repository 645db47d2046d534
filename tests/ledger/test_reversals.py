"""A correction is a reversal with a reason and, where one is needed, the entry that replaces it: three records, one story."""

from datetime import date

import pytest

from services.ledger.commands.books import ReverseEntry
from services.ledger.deciders.checks import InTheFuture, NotBalanced, PeriodIsLocked, VoucherTaken
from services.ledger.deciders.entries import (
    ENTRIES,
    AlreadyReversed,
    BeforeTheEntry,
    NoSuchEntry,
    NotReversed,
    OneReplacement,
    ReversalStands,
)
from services.ledger.events.books import PeriodLocked
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.pots import PotTransferRecorded, Purpose
from services.ledger.projections.balances import BALANCES, Balances
from services.ledger.projections.journal import JOURNAL
from shared.messages import Event
from shared.projecting import fold
from tests.examples_ledger import (
    DEPOSIT,
    FAMILIES,
    FAMILIES_RECEIVED,
    FEES,
    FEES_PAID,
    FIRST_ENTRY,
    OPEN_BOOKS,
    REVERSAL,
    SECOND_ENTRY,
    SHARED,
    voucher,
)
from tests.given import given, recorded
from tests.ledger.asking import but, fresh

REVERSE = ReverseEntry(reverses=FIRST_ENTRY, reason="Saisie sous le mauvais compte", on=date(2024, 10, 12))
REVERSED = EntryReversed(entry=REVERSAL, reverses=FIRST_ENTRY, reason=REVERSE.reason, on=REVERSE.on)
RIGHT = but(FAMILIES, allocations=(Allocation(account="7080", amount=1_806_00),))
TRANSFERRED = TransferRecorded(entry=SECOND_ENTRY, **dict(DEPOSIT))


def balances(*facts: Event) -> Balances:
    return fold(BALANCES, recorded([*OPEN_BOOKS, *facts]))


def test_a_receipt_under_the_wrong_account_is_reversed_and_replaced_under_its_own_number() -> None:
    """The story of R09: three records, the number kept, the totals as if it had been right at once."""
    story = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED).when(but(REVERSE, receipt=RIGHT))
    undone = EntryReversed(entry=fresh(0), reverses=FIRST_ENTRY, reason=REVERSE.reason, on=REVERSE.on)
    replaced = ReceiptRecorded(entry=fresh(1), **dict(RIGHT) | {"replaces": FIRST_ENTRY})
    story.then(undone, replaced)
    assert replaced.voucher == FAMILIES_RECEIVED.voucher
    after, at_once = balances(FAMILIES_RECEIVED, undone, replaced), balances(ReceiptRecorded(entry=FIRST_ENTRY, **dict(RIGHT)))
    assert (after.pots, after.accounts.get("7562", 0), after.accounts["7080"]) == (at_once.pots, 0, at_once.accounts["7080"])
    lines = fold(JOURNAL, recorded([*OPEN_BOOKS, FAMILIES_RECEIVED, undone, replaced])).ordered()[-3:]
    assert [(line.entry, line.reversed_by, line.reverses, line.replaces) for line in lines] == [
        (FIRST_ENTRY, fresh(0), None, None),
        (fresh(1), None, None, FIRST_ENTRY),
        (fresh(0), None, FIRST_ENTRY, None),
    ]


def test_an_expense_and_a_transfer_are_replaced_under_their_own_numbers_too() -> None:
    expense = but(REVERSE, reverses=SECOND_ENTRY, expense=but(FEES, pot="CM2"))
    _, paid = given(ENTRIES, *OPEN_BOOKS, FEES_PAID).when(expense).events()
    assert isinstance(paid, ExpenseRecorded)
    assert (paid.pot, paid.voucher, paid.replaces) == ("CM2", FEES.voucher, SECOND_ENTRY)
    transfer = but(REVERSE, reverses=SECOND_ENTRY, transfer=but(DEPOSIT, amount=40_00))
    _, moved = given(ENTRIES, *OPEN_BOOKS, TRANSFERRED).when(transfer).events()
    assert isinstance(moved, TransferRecorded)
    assert (moved.amount, moved.voucher, moved.replaces) == (40_00, DEPOSIT.voucher, SECOND_ENTRY)


def test_a_reversal_is_the_opposite_of_its_entry() -> None:
    before, after = balances(), balances(FAMILIES_RECEIVED, REVERSED)
    assert {code: amount for code, amount in after.accounts.items() if amount} == dict(before.accounts)
    assert after.pots == before.pots
    assert not sum(after.results["2024-25"].values())


def test_an_entry_replaced_later_may_still_take_its_number_back() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, REVERSED)
    books.when(RIGHT).refused(VoucherTaken)
    books.when(but(RIGHT, replaces=FIRST_ENTRY)).then(ReceiptRecorded(entry=fresh(), **dict(RIGHT) | {"replaces": FIRST_ENTRY}))


def test_a_replacement_may_take_another_number_but_not_one_that_serves() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, FEES_PAID)
    assert len(books.when(but(REVERSE, receipt=but(RIGHT, voucher=voucher("R02")))).events()) == 2
    books.when(but(REVERSE, receipt=but(RIGHT, voucher=FEES.voucher))).refused(VoucherTaken)


def test_a_replacement_of_a_replacement_keeps_the_number() -> None:
    second = ReceiptRecorded(entry=SECOND_ENTRY, **dict(RIGHT) | {"replaces": FIRST_ENTRY})
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, REVERSED, second)
    _, third = books.when(but(REVERSE, reverses=SECOND_ENTRY, receipt=FAMILIES)).events()
    assert isinstance(third, ReceiptRecorded)
    assert (third.voucher, third.replaces) == (FAMILIES.voucher, SECOND_ENTRY)


def test_only_a_reversed_entry_is_replaced_and_only_once() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(RIGHT, replaces=FIRST_ENTRY)).refused(NoSuchEntry, entry=FIRST_ENTRY)
    other = but(RIGHT, replaces=FIRST_ENTRY, voucher=voucher("R02"))
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED).when(other).refused(NotReversed, entry=FIRST_ENTRY)
    replaced = ReceiptRecorded(entry=SECOND_ENTRY, **dict(RIGHT) | {"replaces": FIRST_ENTRY})
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, REVERSED, replaced).when(other).refused(OneReplacement, by=SECOND_ENTRY)
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, FEES_PAID).when(but(REVERSE, receipt=RIGHT, expense=FEES)).refused(OneReplacement)


def test_a_replacement_obeys_every_rule_of_its_kind() -> None:
    short = but(RIGHT, allocations=(Allocation(account="7080", amount=1_805_99),))
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED).when(but(REVERSE, receipt=short)).refused(NotBalanced, missing=1)


def test_an_unknown_entry_is_not_reversed() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(REVERSE).refused(NoSuchEntry, entry=FIRST_ENTRY)


def test_an_entry_is_reversed_once() -> None:
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, REVERSED).when(REVERSE).refused(AlreadyReversed, by=REVERSAL)


def test_a_reversal_stands() -> None:
    again = but(REVERSE, reverses=REVERSAL)
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, REVERSED).when(again).refused(ReversalStands, reverses=FIRST_ENTRY)


def test_a_reversal_is_not_dated_before_its_entry_nor_ahead_of_time_nor_in_a_locked_period() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, PeriodLocked(through=date(2024, 9, 30), reason="Rapprochement signé"))
    books.when(but(REVERSE, on=date(2024, 9, 19))).refused(BeforeTheEntry, entry_on="2024-09-20")
    books.when(but(REVERSE, on=date(2024, 9, 20))).refused(PeriodIsLocked)
    books.when(but(REVERSE, on=date(2024, 10, 15))).refused(InTheFuture)
    assert len(books.when(but(REVERSE, on=date(2024, 10, 1))).events()) == 1


def test_what_a_locked_period_holds_is_corrected_after_it() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, PeriodLocked(through=date(2024, 9, 30), reason="Rapprochement signé"))
    books.when(but(REVERSE, receipt=RIGHT)).refused(PeriodIsLocked, on="2024-09-20")
    assert len(books.when(but(REVERSE, receipt=but(RIGHT, on=date(2024, 10, 12)))).events()) == 2


def test_a_transfer_between_pots_is_reversed_like_an_entry() -> None:
    moved = PotTransferRecorded(
        transfer=SHARED, on=date(2024, 10, 8), label="Répartition", out_of="ECOLE", into="CM2", amount=183_03, purpose=Purpose.SHARE
    )
    (undone,) = given(ENTRIES, *OPEN_BOOKS, moved).when(but(REVERSE, reverses=SHARED)).events()
    assert balances(moved).pots["CM2"] == 183_03
    assert balances(moved, undone).pots == balances().pots


@pytest.mark.parametrize("reversal", [REVERSED, but(REVERSED, reverses=SHARED)])
def test_the_reversal_of_a_hidden_entry_moves_nothing(reversal: EntryReversed) -> None:
    assert balances(reversal).pots == balances().pots

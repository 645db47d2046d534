"""A mistake in an advance is undone like any other: its grant while it is untouched, a justification or a return until it is settled."""

from datetime import date

from services.ledger.commands.books import ClosePot, ReverseEntry
from services.ledger.deciders.advances import ADVANCE, AdvanceIsUndone, NoSuchAdvance
from services.ledger.deciders.checks import VoucherTaken
from services.ledger.deciders.entries import ENTRIES, AdvanceWasUsed, AlreadyReversed, NoSuchEntry, ReversalStands, SettledFiguresStand
from services.ledger.deciders.pots import POTS, PotNotEmpty
from services.ledger.events.advances import AdvanceSettled
from services.ledger.events.entries import Allocation, EntryReversed
from services.ledger.projections.advances import ADVANCE_BOOK, AdvanceLine, advances_shown
from services.ledger.projections.balances import BALANCES, Balances
from services.ledger.projections.journal import JOURNAL
from shared.messages import Event
from shared.projecting import Cut, fold
from tests.examples_governance import LEFEVRE
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ADVANCE_ID,
    ADVANCE_JUSTIFIED,
    FEES,
    GRANT,
    JUSTIFICATION_ID,
    JUSTIFY,
    NAMED_JUSTIFICATION,
    NAMED_RETURN,
    OPEN_BOOKS,
    RETURN,
    RETURN_ID,
    REVERSAL,
    SETTLE,
    voucher,
)
from tests.given import given, recorded
from tests.ledger.asking import but, fresh

REVERSE = ReverseEntry(reverses=JUSTIFICATION_ID, reason="Tickets d'une autre classe", on=date(2024, 10, 12))
UNDONE = EntryReversed(entry=REVERSAL, reverses=JUSTIFICATION_ID, reason=REVERSE.reason, on=REVERSE.on)
GRANTED = (*OPEN_BOOKS, ADVANCE_GRANTED)
JUSTIFIED = (*GRANTED, NAMED_JUSTIFICATION)
AT_ZERO = (*JUSTIFIED, NAMED_RETURN)


def balances(*facts: Event) -> Balances:
    return fold(BALANCES, recorded(facts))


def line(*facts: Event) -> AdvanceLine:
    return fold(ADVANCE_BOOK, recorded(facts)).by_id[ADVANCE_ID]


def same_money(one: Balances, other: Balances) -> bool:
    accounts = [{code: cents for code, cents in side.accounts.items() if cents} for side in (one, other)]
    return accounts[0] == accounts[1] and one.pots == other.pots


def test_a_wrong_justification_is_undone_and_what_it_spent_is_left_again() -> None:
    given(ENTRIES, *JUSTIFIED).when(REVERSE).then(but(UNDONE, entry=fresh()))
    assert same_money(balances(*JUSTIFIED, UNDONE), balances(*GRANTED))
    assert not same_money(balances(*JUSTIFIED), balances(*GRANTED))
    assert (line(*JUSTIFIED).left, line(*JUSTIFIED, UNDONE).left, line(*JUSTIFIED, UNDONE).justified) == (70_95, 120_00, 0)
    undone = [one.reversed_by for one in fold(JOURNAL, recorded([*JUSTIFIED, UNDONE])).ordered() if one.entry == JUSTIFICATION_ID]
    assert undone == [REVERSAL]


def test_it_is_justified_again_under_its_own_number() -> None:
    right = but(JUSTIFY, on=date(2024, 10, 12), allocations=(Allocation(account="6180", amount=120_00),))
    given(ADVANCE, *JUSTIFIED).when(right, by=LEFEVRE).refused(VoucherTaken)
    (again,) = given(ADVANCE, *JUSTIFIED, UNDONE).when(right, by=LEFEVRE).events()
    settled = but(SETTLE, on=date(2024, 10, 12))
    given(ADVANCE, *JUSTIFIED, UNDONE, again).when(settled).then(
        AdvanceSettled(advance=ADVANCE_ID, on=date(2024, 10, 12), granted=120_00, justified=120_00, returned=0)
    )
    given(ADVANCE, *JUSTIFIED, UNDONE, again).when(but(right, label="Encore"), by=LEFEVRE).refused(VoucherTaken)


def test_what_was_no_expense_of_the_advance_is_replaced_by_an_expense() -> None:
    paid = but(FEES, on=date(2024, 10, 12), voucher=JUSTIFY.voucher)
    undone, expense = given(ENTRIES, *JUSTIFIED).when(but(REVERSE, expense=paid)).events()
    assert (expense.business_date, getattr(expense, "replaces", None)) == (date(2024, 10, 12), JUSTIFICATION_ID)
    assert line(*JUSTIFIED, undone, expense).left == 120_00


def test_a_wrong_return_is_undone() -> None:
    back = but(REVERSE, reverses=RETURN_ID)
    (undone,) = given(ENTRIES, *AT_ZERO).when(back).events()
    assert same_money(balances(*AT_ZERO, undone), balances(*JUSTIFIED))
    assert (line(*AT_ZERO, undone).left, line(*AT_ZERO, undone).returned) == (70_95, 0)
    again = but(RETURN, on=date(2024, 10, 13), amount=70_95)
    assert len(given(ADVANCE, *AT_ZERO, undone).when(again).events()) == 1


def test_a_grant_is_undone_while_nothing_was_justified_or_returned() -> None:
    grant = but(REVERSE, reverses=ADVANCE_ID)
    (undone,) = given(ENTRIES, *GRANTED).when(grant).events()
    assert same_money(balances(*GRANTED, undone), balances(*OPEN_BOOKS))
    assert (line(*GRANTED, undone).left, line(*GRANTED, undone).reversed_on) == (0, REVERSE.on)
    assert advances_shown(fold(ADVANCE_BOOK, recorded([*GRANTED, undone])))["granted"] == 0
    given(ENTRIES, *JUSTIFIED).when(grant).refused(AdvanceWasUsed, justified=49_05, returned=0)
    given(ENTRIES, *GRANTED, NAMED_RETURN).when(grant).refused(AdvanceWasUsed, justified=0, returned=70_95)
    assert len(given(ENTRIES, *JUSTIFIED, UNDONE).when(grant).events()) == 1


def test_nothing_follows_an_undone_grant_but_its_number_serves_again() -> None:
    undone = but(UNDONE, reverses=ADVANCE_ID)
    facts = (*GRANTED, undone)
    given(ADVANCE, *facts).when(but(JUSTIFY, voucher=voucher("D09")), by=LEFEVRE).refused(AdvanceIsUndone, advance=ADVANCE_ID)
    given(ADVANCE, *facts).when(but(RETURN, voucher=voucher("T09"))).refused(AdvanceIsUndone)
    given(ADVANCE, *facts).when(but(SETTLE, on=date(2024, 10, 13))).refused(AdvanceIsUndone)
    given(ADVANCE, *facts).when(but(JUSTIFY, advance="z" * 26), by=LEFEVRE).refused(NoSuchAdvance)
    given(ADVANCE, *GRANTED).when(GRANT).refused(VoucherTaken)
    assert len(given(ADVANCE, *facts).when(but(GRANT, on=date(2024, 10, 13))).events()) == 1


def test_what_an_undone_grant_held_is_the_pots_again() -> None:
    close = ClosePot(pot="CM2", on=date(2024, 10, 12))
    given(POTS, *GRANTED).when(close).refused(PotNotEmpty, entrusted=120_00)
    assert len(given(POTS, *GRANTED, but(UNDONE, reverses=ADVANCE_ID)).when(close).events()) == 1


def test_the_figures_of_a_settled_advance_stand() -> None:
    settled = AdvanceSettled(advance=ADVANCE_ID, on=SETTLE.on, granted=120_00, justified=49_05, returned=70_95)
    for step in (ADVANCE_ID, JUSTIFICATION_ID, RETURN_ID):
        given(ENTRIES, *AT_ZERO, settled).when(but(REVERSE, reverses=step)).refused(SettledFiguresStand, advance=ADVANCE_ID)


def test_a_step_is_undone_once_and_its_reversal_stands() -> None:
    given(ENTRIES, *JUSTIFIED, UNDONE).when(REVERSE).refused(AlreadyReversed, by=REVERSAL)
    given(ENTRIES, *JUSTIFIED, UNDONE).when(but(REVERSE, reverses=REVERSAL)).refused(ReversalStands)


def test_a_justification_from_before_it_had_a_name_cannot_be_named() -> None:
    """The control: its advance has the only id, and that one is the grant's."""
    before = (*GRANTED, ADVANCE_JUSTIFIED)
    given(ENTRIES, *before).when(REVERSE).refused(NoSuchEntry, entry=JUSTIFICATION_ID)
    given(ENTRIES, *before).when(but(REVERSE, reverses=ADVANCE_ID)).refused(AdvanceWasUsed)


def test_a_cut_that_hides_a_step_hides_what_undoes_it() -> None:
    facts = recorded([*JUSTIFIED, UNDONE])
    hidden = [record for record in facts if record.event is not NAMED_JUSTIFICATION]
    assert fold(ADVANCE_BOOK, hidden).by_id[ADVANCE_ID].left == 120_00
    assert fold(ADVANCE_BOOK, facts, Cut(au=date(2024, 10, 11))).by_id[ADVANCE_ID].left == 70_95

"""The life of a petty cash advance: granted, justified, returned, settled at exactly zero."""

from datetime import date

from services.ledger.commands.books import SettleAdvance
from services.ledger.deciders.advances import (
    ADVANCE,
    AboveTheCap,
    AdvanceIsSettled,
    AdvanceNotZero,
    BeforeTheAdvance,
    BeyondAdvance,
    HolderIsNoMember,
    NoSuchAdvance,
    NotAnAdult,
    NotYourAdvance,
)
from services.ledger.deciders.checks import (
    NoDecisionNoReason,
    NoMandateThatDay,
    NoSuchPot,
    NoSuchTreasury,
    NothingMoves,
    PeriodIsLocked,
    WrongSideOfChart,
)
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.books import PeriodLocked
from services.ledger.events.entries import Accepted, Allocation
from services.ledger.projections.advances import ADVANCE_BOOK
from services.ledger.projections.balances import BALANCES
from shared.messages import Event
from shared.projecting import fold
from tests.examples_governance import CLOCK, GARNIER, HADDAD, LEFEVRE, LOU, ROUSSEAU, STRANGER
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ADVANCE_ID,
    ADVANCE_JUSTIFIED,
    ADVANCE_RETURNED,
    GRANT,
    JUSTIFY,
    OPEN_BOOKS,
    RETURN,
    SETTLE,
    voucher,
)
from tests.given import given, recorded
from tests.ledger.asking import but, fresh

SETTLED = AdvanceSettled(advance=ADVANCE_ID, on=SETTLE.on, granted=120_00, justified=49_05, returned=70_95)
GRANTED = (*OPEN_BOOKS, ADVANCE_GRANTED)
AT_ZERO = (*GRANTED, ADVANCE_JUSTIFIED, ADVANCE_RETURNED)
OCTOBER_6 = date(2024, 10, 6)


def test_an_advance_lives_from_granted_to_settled_and_every_pot_pays_what_it_spent() -> None:
    (granted,) = given(ADVANCE, *OPEN_BOOKS).when(GRANT).events()
    assert granted == but(ADVANCE_GRANTED, advance=fresh(), accepted=None)
    given(ADVANCE, *GRANTED).when(JUSTIFY, by=LEFEVRE).then(AdvanceJustified(entry=fresh(), **dict(JUSTIFY)))
    given(ADVANCE, *GRANTED, ADVANCE_JUSTIFIED).when(RETURN).then(AdvanceReturned(entry=fresh(), **dict(RETURN)))
    given(ADVANCE, *AT_ZERO).when(SETTLE).then(SETTLED)
    balances = fold(BALANCES, recorded([*AT_ZERO, SETTLED]))
    assert (balances.accounts["467"], balances.accounts["512"], balances.pots["CM2"]) == (0, 2_846_37 - 49_05, -49_05)
    line = fold(ADVANCE_BOOK, recorded([*AT_ZERO, SETTLED])).by_id[ADVANCE_ID]
    assert (line.left, line.settled_on, line.holder) == (0, SETTLE.on, LEFEVRE)


def test_an_advance_paid_out_leaves_every_pot_as_it_was() -> None:
    before, after = (fold(BALANCES, recorded(facts)) for facts in (OPEN_BOOKS, GRANTED))
    assert after.pots == before.pots
    assert (after.accounts["512"], after.accounts["467"]) == (before.accounts["512"] - 120_00, 120_00)


def test_an_advance_above_the_cap_says_why() -> None:
    cap = but(GRANT, amount=150_00)
    assert len(given(ADVANCE, *OPEN_BOOKS).when(cap).events()) == 1
    above = but(GRANT, amount=150_01)
    given(ADVANCE, *OPEN_BOOKS).when(above).refused(AboveTheCap, cap=150_00, asked=150_01)
    (granted,) = given(ADVANCE, *OPEN_BOOKS).when(but(above, cap_reason="Deux sorties le même mois")).events()
    assert isinstance(granted, AdvanceGranted)
    assert granted.accepted == (Accepted(rule="advance_cap", version="2024-25", reason="Deux sorties le même mois"),)


def test_history_taken_over_meets_no_cap_and_names_whom_it_likes() -> None:
    history = but(GRANT, amount=900_00, holder=STRANGER, signatory=None, irregular=None, taken_over=True)
    assert len(given(ADVANCE, *OPEN_BOOKS).when(history).events()) == 1


def test_an_advance_is_entrusted_to_an_adult_of_the_cooperative() -> None:
    given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, holder=STRANGER)).refused(HolderIsNoMember, holder=STRANGER)
    for holder in (LOU, CLOCK):
        given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, holder=holder)).refused(NotAnAdult, holder=holder)
    for holder in (GARNIER, HADDAD):
        assert len(given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, holder=holder)).events()) == 1


def test_an_advance_without_decision_gives_its_reason() -> None:
    given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, irregular=None)).refused(NoDecisionNoReason)


def test_an_advance_is_signed_by_a_mandate_holder_of_its_day() -> None:
    march = date(2025, 3, 3)
    given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, on=march, signatory=ROUSSEAU), on=march).refused(NoMandateThatDay)
    (granted,) = given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, signatory=None), by=GARNIER).events()
    assert isinstance(granted, AdvanceGranted)
    assert granted.signatory == GARNIER


def test_an_advance_leaves_an_open_account_for_an_open_pot() -> None:
    given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, out_of="514")).refused(NoSuchTreasury)
    given(ADVANCE, *OPEN_BOOKS).when(but(GRANT, pot="CM3")).refused(NoSuchPot)
    given(ADVANCE, *GRANTED).when(but(RETURN, into="514")).refused(NoSuchTreasury)


def test_the_holder_or_a_mandate_holder_justifies() -> None:
    given(ADVANCE, *GRANTED).when(JUSTIFY, by=HADDAD).refused(NotYourAdvance)
    for who in (LEFEVRE, GARNIER):
        assert len(given(ADVANCE, *GRANTED).when(JUSTIFY, by=who).events()) == 1


def test_no_more_is_justified_or_returned_than_is_left() -> None:
    all_of_it = (Allocation(account="6180", amount=120_00),)
    one_more = (Allocation(account="6180", amount=120_01),)
    assert len(given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=all_of_it), by=LEFEVRE).events()) == 1
    given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=one_more), by=LEFEVRE).refused(BeyondAdvance, left=120_00, asked=120_01)
    given(ADVANCE, *GRANTED, ADVANCE_JUSTIFIED).when(but(RETURN, amount=70_96)).refused(BeyondAdvance, left=70_95, asked=70_96)
    given(ADVANCE, *AT_ZERO).when(but(JUSTIFY, voucher=voucher("D04")), by=LEFEVRE).refused(BeyondAdvance, left=0)


def test_an_advance_is_justified_in_several_times() -> None:
    half = but(JUSTIFY, voucher=voucher("D04"), allocations=(Allocation(account="6180", amount=70_95),))
    (second,) = given(ADVANCE, *GRANTED, ADVANCE_JUSTIFIED).when(half, by=LEFEVRE).events()
    given(ADVANCE, *GRANTED, ADVANCE_JUSTIFIED, second).when(SETTLE).then(but(SETTLED, justified=120_00, returned=0))


def test_a_justification_lists_its_expenses_under_accounts_of_the_chart() -> None:
    given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=()), by=LEFEVRE).refused(NothingMoves)
    given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=(Allocation(account="512", amount=1),)), by=LEFEVRE).refused(WrongSideOfChart)


def test_a_justification_may_charge_another_pot() -> None:
    shared = (Allocation(account="6180", amount=20_00), Allocation(account="6180", amount=10_00, pot="CP"))
    (justified,) = given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=shared), by=LEFEVRE).events()
    pots = fold(BALANCES, recorded([*GRANTED, justified])).pots
    assert (pots["CM2"], pots["CP"]) == (-20_00, -10_00)
    elsewhere = (Allocation(account="6180", amount=10_00, pot="CM3"),)
    given(ADVANCE, *GRANTED).when(but(JUSTIFY, allocations=elsewhere), by=LEFEVRE).refused(NoSuchPot, pot="CM3")


def test_an_advance_is_settled_at_zero_and_only_once() -> None:
    given(ADVANCE, *GRANTED, ADVANCE_JUSTIFIED).when(SETTLE).refused(AdvanceNotZero, left=70_95)
    given(ADVANCE, *AT_ZERO, SETTLED).when(SETTLE).then()


def test_a_settled_advance_takes_nothing_more() -> None:
    given(ADVANCE, *AT_ZERO, SETTLED).when(but(JUSTIFY, voucher=voucher("D04")), by=LEFEVRE).refused(AdvanceIsSettled)
    given(ADVANCE, *AT_ZERO, SETTLED).when(but(RETURN, voucher=voucher("T03"))).refused(AdvanceIsSettled)


def test_an_unknown_advance_is_refused() -> None:
    for command in (JUSTIFY, RETURN, SETTLE):
        given(ADVANCE, *OPEN_BOOKS).when(command, by=GARNIER).refused(NoSuchAdvance, advance=ADVANCE_ID)


def test_an_advance_is_granted_first_and_settled_last() -> None:
    given(ADVANCE, *GRANTED).when(but(JUSTIFY, on=OCTOBER_6), by=LEFEVRE).refused(BeforeTheAdvance, earliest="2024-10-07")
    given(ADVANCE, *GRANTED).when(but(RETURN, on=OCTOBER_6)).refused(BeforeTheAdvance)
    given(ADVANCE, *AT_ZERO).when(SettleAdvance(advance=ADVANCE_ID, on=date(2024, 10, 10))).refused(BeforeTheAdvance, earliest="2024-10-11")


def test_no_step_of_an_advance_is_written_in_a_locked_period() -> None:
    lock = PeriodLocked(through=date(2024, 10, 12), reason="Rapprochement signé")
    facts: tuple[Event, ...] = (*AT_ZERO, lock)
    books = given(ADVANCE, *facts)
    books.when(but(GRANT, voucher=voucher("D09"))).refused(PeriodIsLocked)
    books.when(but(JUSTIFY, voucher=voucher("D09")), by=LEFEVRE).refused(PeriodIsLocked)
    books.when(but(RETURN, voucher=voucher("T09"))).refused(PeriodIsLocked)
    books.when(SETTLE).refused(PeriodIsLocked)

"""Voucher numbers: one each in its year and series, gaps listed and explained."""

from datetime import date

from services.ledger.commands.explaining import ExplainVoucherGap
from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.checks import OutsideTheYear, VoucherTaken
from services.ledger.deciders.entries import ENTRIES, NumberIsUsed
from services.ledger.events.books import YearOpened
from services.ledger.events.entries import VoucherGapExplained
from services.ledger.projections.chase import CHASE, Gap
from shared.messages import Event
from shared.projecting import Cut, fold
from tests.examples_governance import LEFEVRE
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ADVANCE_JUSTIFIED,
    ADVANCE_RETURNED,
    DEPOSIT,
    FAMILIES,
    FAMILIES_RECEIVED,
    FEES,
    FEES_PAID,
    GRANT,
    JUSTIFY,
    OPEN_BOOKS,
    RETURN,
    voucher,
)
from tests.given import given, recorded
from tests.ledger.asking import but

NEXT_YEAR = YearOpened(year="2025-26", starts=date(2025, 9, 1), ends=date(2026, 8, 31), chart="occe")
EXPLAIN = ExplainVoucherGap(year="2024-25", voucher=voucher("T08"), reason="L'avance a été dépensée au centime près")
EXPLAINED = VoucherGapExplained(year="2024-25", series="T", number=8, reason=EXPLAIN.reason)


def gaps(*facts: Event, cut: Cut | None = None) -> list[Gap]:
    return fold(CHASE, recorded([*OPEN_BOOKS, *facts]), cut).gaps()


def test_a_number_serves_once_a_year_and_the_next_one_is_proposed() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED)
    books.when(FAMILIES).refused(VoucherTaken, series="R", number=1, next=2)
    assert len(books.when(but(FAMILIES, voucher=voucher("R02"))).events()) == 1
    assert len(books.when(but(FAMILIES, voucher=voucher("R40"))).events()) == 1


def test_the_number_proposed_follows_the_highest_number_not_the_longest_text() -> None:
    used = [
        but(FAMILIES_RECEIVED, entry=letter * 26, voucher=voucher(number)) for letter, number in (("a", "R9"), ("b", "R10"), ("c", "R2"))
    ]
    given(ENTRIES, *OPEN_BOOKS, *used).when(but(FAMILIES, voucher=voucher("R9"))).refused(VoucherTaken, next=11)


def test_each_series_counts_for_itself_and_decides_nothing() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED)
    assert len(books.when(FEES).events()) == 1
    assert len(books.when(but(FAMILIES, voucher=voucher("D01"))).events()) == 1
    books.when(but(FEES, voucher=voucher("R01"))).refused(VoucherTaken)
    books.when(but(DEPOSIT, voucher=voucher("R01"))).refused(VoucherTaken)


def test_every_step_of_an_advance_takes_a_number_of_the_same_list() -> None:
    books = given(ADVANCE, *OPEN_BOOKS, FEES_PAID, ADVANCE_GRANTED)
    books.when(but(GRANT, voucher=voucher("D01"))).refused(VoucherTaken, next=3)
    books.when(but(JUSTIFY, voucher=voucher("D02")), by=LEFEVRE).refused(VoucherTaken)
    books.when(but(RETURN, voucher=voucher("D02"))).refused(VoucherTaken)
    given(ENTRIES, *OPEN_BOOKS, ADVANCE_GRANTED, ADVANCE_JUSTIFIED).when(but(FEES, voucher=voucher("D03"))).refused(VoucherTaken)


def test_a_number_taken_by_history_is_taken() -> None:
    history = but(FAMILIES_RECEIVED, taken_over=True)
    given(ENTRIES, *OPEN_BOOKS, history).when(FAMILIES).refused(VoucherTaken)
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED).when(but(FAMILIES, taken_over=True)).refused(VoucherTaken)


def test_numbers_start_again_with_the_year_while_both_years_are_open() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED, NEXT_YEAR)
    september = but(FAMILIES, on=date(2025, 9, 1))
    assert len(books.when(september, on=date(2025, 9, 2)).events()) == 1
    books.when(FAMILIES, on=date(2025, 9, 2)).refused(VoucherTaken)
    late = but(FAMILIES, on=date(2025, 8, 31), voucher=voucher("R02"))
    assert len(books.when(late, on=date(2025, 9, 2)).events()) == 1


def test_a_number_never_used_below_the_highest_is_a_gap_until_it_is_explained() -> None:
    seven = but(ADVANCE_RETURNED, voucher=voucher("T07"))
    nine = but(ADVANCE_RETURNED, voucher=voucher("T09"))
    first = [but(ADVANCE_RETURNED, voucher=voucher(f"T{number:02d}")) for number in range(1, 7)]
    assert gaps(*first, seven) == []
    before = (*first, seven, nine)
    assert gaps(*before) == [Gap("2024-25", "T", 8)]
    assert gaps(*before, EXPLAINED) == [Gap("2024-25", "T", 8, EXPLAIN.reason)]
    assert gaps(*before, EXPLAINED, cut=Cut(seq=len(OPEN_BOOKS) + len(before))) == [Gap("2024-25", "T", 8)]


def test_a_gap_is_explained_once() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(EXPLAIN).then(EXPLAINED)
    given(ENTRIES, *OPEN_BOOKS, EXPLAINED).when(but(EXPLAIN, reason="Autrement dit")).then()


def test_a_number_that_was_used_is_no_gap() -> None:
    given(ENTRIES, *OPEN_BOOKS, FAMILIES_RECEIVED).when(but(EXPLAIN, voucher=voucher("R01"))).refused(NumberIsUsed, series="R", number=1)


def test_a_gap_stands_in_a_year_of_the_register() -> None:
    given(ENTRIES, *OPEN_BOOKS).when(but(EXPLAIN, year="2031-32")).refused(OutsideTheYear, year="2031-32")


def test_an_explained_number_that_turns_up_after_all_is_recorded() -> None:
    assert len(given(ENTRIES, *OPEN_BOOKS, EXPLAINED).when(but(DEPOSIT, voucher=voucher("T08"))).events()) == 1

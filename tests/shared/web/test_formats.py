"""Amounts, dates and plurals are written with the exact characters of French typography, and of British English."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.web import formats

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (440_660, "4\u202f406,60\u00a0€", "€4,406.60"),
        (0, "0,00\u00a0€", "€0.00"),
        (5, "0,05\u00a0€", "€0.05"),
        (-11_800, "\u2212118,00\u00a0€", "\u2212€118.00"),
        (123_456_789, "1\u202f234\u202f567,89\u00a0€", "€1,234,567.89"),
    ],
)
def test_money_is_written_from_cents(cents: int, french: str, english: str) -> None:
    assert formats.money(cents) == french
    assert formats.money(cents, "en") == english


@forall(st.integers(-(10**12), 10**12))
def test_money_says_every_cent(cents: int) -> None:
    written = formats.money(cents)
    assert "-" not in written
    digits = int("".join(sign for sign in written if sign.isdigit()))
    assert digits * (-1 if "\u2212" in written else 1) == cents


@pytest.mark.parametrize(
    ("cents", "french"),
    [
        (409_460, "4\u202f094\u00a0€"),
        (99, "0\u00a0€"),
        (-199, "\u22121\u00a0€"),
        (-99, "0\u00a0€"),
        (31_200, "312\u00a0€"),
        (100_000_000, "1\u202f000\u202f000\u00a0€"),
    ],
)
def test_the_youngest_read_whole_euros_and_cents_are_dropped(cents: int, french: str) -> None:
    assert formats.whole_money(cents) == french


def test_a_difference_has_its_sign() -> None:
    assert formats.signed_money(54_210) == "+542,10\u00a0€"
    assert formats.signed_money(-5) == "\u22120,05\u00a0€"
    assert formats.signed_money(0) == "0,00\u00a0€"
    assert formats.signed_money(54_210, "en") == "+€542.10"


def test_the_first_of_the_month_is_an_ordinal_in_french_alone() -> None:
    first = date(2026, 9, 1)
    assert formats.middle_date(first) == "1er septembre 2026"
    assert formats.long_date(first) == "mardi 1er septembre 2026"
    assert formats.long_date(date(2026, 9, 11)) == "vendredi 11 septembre 2026"
    assert formats.long_date(date(2026, 9, 21)) == "lundi 21 septembre 2026"
    assert formats.long_date(first, "en") == "Tuesday 1 September 2026"


def test_dates_and_months() -> None:
    on = date(2026, 4, 3)
    assert formats.short_date(on) == formats.short_date(on, "en") == "03/04/2026"
    assert formats.long_date(on) == "vendredi 3 avril 2026"
    assert formats.long_month(on) == "avril 2026"
    assert [formats.short_month(month) for month in (9, 2, 8)] == ["sept.", "févr.", "août"]


def test_a_moment_is_shown_on_the_clock_of_the_cooperative() -> None:
    winter, summer = datetime(2026, 1, 15, 12, 5, tzinfo=UTC), datetime(2026, 7, 15, 12, 5, tzinfo=UTC)
    assert formats.clock(winter, PARIS) == "13:05"
    assert formats.clock(summer, PARIS) == "14:05"
    assert formats.clock(summer, ZoneInfo("Indian/Reunion")) == "16:05"
    assert formats.moment(datetime(2026, 8, 31, 22, 30, tzinfo=UTC), PARIS) == "1er septembre 2026 à 00:30"
    assert formats.moment(summer, PARIS, "en") == "15 July 2026 at 14:05"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats.clock(datetime(2026, 1, 15, 12, 5), PARIS)  # noqa: DTZ001 - the fault itself


def test_zero_and_one_and_a_half_are_singular_in_french() -> None:
    assert [formats.is_singular(count) for count in (0, 1, 1.5, 2)] == [True, True, True, False]
    assert [formats.is_singular(count, "en") for count in (0, 1, 1.5, 2)] == [False, True, False, False]


def test_numbers_percentages_and_how_long_ago() -> None:
    assert formats.number(1284) == "1\u202f284"
    assert formats.number(-1284, "en") == "\u22121,284"
    assert formats.percent(1, 3) == "33\u00a0%"
    assert formats.percent(1, 0) == "0\u00a0%"
    assert formats.ago(timedelta(seconds=2)) == "il y a 2 secondes"
    assert formats.ago(timedelta(hours=3), "en") == "3 hours ago"
    assert formats.ago(timedelta(seconds=-4)) == "il y a 1 seconde"

"""How money, dates and numbers are written, in French first; the only door to Babel."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_month_names
from babel.numbers import format_currency, format_decimal, format_percent

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

# British English: its dates have the day first, like ours.
LOCALES: Mapping[Language, Locale] = {"fr": Locale("fr"), "en": Locale("en", "GB")}
MINUS = "\N{MINUS SIGN}"  # Babel writes a hyphen, which is shorter than the plus and breaks at the end of a line
NBSP = "\N{NO-BREAK SPACE}"
# An amount costs 40 µs to write; a page of a year's accounts repeats most of them.
AMOUNTS_REMEMBERED_MAX = 8_192


@lru_cache(maxsize=AMOUNTS_REMEMBERED_MAX)
def money(cents: int, language: Language = "fr") -> str:
    """`440660` is « 4 406,60 € »: U+202F between thousands, U+00A0 before €, U+2212 as minus. Cents in, text out."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=LOCALES[language]).replace("-", MINUS)


@lru_cache(maxsize=AMOUNTS_REMEMBERED_MAX)
def whole_money(cents: int, language: Language = "fr") -> str:
    """The amount for the youngest: cents are dropped, not rounded, so `409460` is « 4 094 € »."""
    euros = abs(cents) // 100 * (-1 if cents < 0 else 1)
    pattern = LOCALES[language].currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(euros, "EUR", format=pattern, locale=LOCALES[language], currency_digits=False).replace("-", MINUS)


def signed_money(cents: int, language: Language = "fr") -> str:
    """A difference: « +542,10 € », « −118,00 € »; nothing before zero."""
    return ("+" if cents > 0 else "") + money(cents, language)


def number(value: int, language: Language = "fr") -> str:
    """`1284` is « 1 284 »."""
    return format_decimal(value, locale=LOCALES[language]).replace("-", MINUS)


def percent(part: int, whole: int, language: Language = "fr") -> str:
    """Part of a whole, to the nearest per cent; a whole of 0 gives 0."""
    return format_percent(Decimal(part) / whole if whole else 0, locale=LOCALES[language]).replace("-", MINUS)


def short_date(on: date, language: Language = "fr") -> str:
    """« 03/04/2026 », for screens and columns."""
    return format_date(on, "dd/MM/y", locale=LOCALES[language])


def middle_date(on: date, language: Language = "fr") -> str:
    """« 3 avril 2026 », « 1er septembre 2026 »."""
    return _first_of_month(format_date(on, "d MMMM y", locale=LOCALES[language]), on, language)


def long_date(on: date, language: Language = "fr") -> str:
    """« vendredi 3 avril 2026 », for sentences."""
    return _first_of_month(format_date(on, "EEEE d MMMM y", locale=LOCALES[language]), on, language)


def short_month(month: int, language: Language = "fr") -> str:
    """« sept. », « févr. », « août », for axes; months are 1 to 12."""
    names: Mapping[int, str] = get_month_names("abbreviated", "format", LOCALES[language])
    return names[month]


def long_month(on: date, language: Language = "fr") -> str:
    """« avril 2026 »."""
    return format_date(on, "MMMM y", locale=LOCALES[language])


def clock(moment: datetime, zone: ZoneInfo, language: Language = "fr") -> str:
    """The hour of a moment on the clock of the cooperative: « 14:05 ». Refuses a moment without zone."""
    return format_time(_local(moment, zone), "HH:mm", tzinfo=zone, locale=LOCALES[language])


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment, where the cooperative is."""
    return _local(moment, zone).date()


def moment(at: datetime, zone: ZoneInfo, language: Language = "fr") -> str:
    """« 3 avril 2026 à 14:05 »."""
    between = {"fr": "à", "en": "at"}[language]
    return f"{middle_date(local_date(at, zone), language)} {between} {clock(at, zone, language)}"


def ago(elapsed: timedelta, language: Language = "fr") -> str:
    """« il y a 2 secondes »; less than a second, and clocks that disagree, count as one."""
    past = -max(elapsed, timedelta(seconds=1))
    return format_timedelta(past, granularity="second", add_direction=True, locale=LOCALES[language])


def is_singular(count: float, language: Language = "fr") -> bool:
    """Whether a count takes the singular: 0, 1 and 1,5 do in French, 1 alone in English."""
    return abs(count) < 2 if language == "fr" else count == 1


def _first_of_month(text: str, on: date, language: Language) -> str:
    """Babel says « 1 septembre »; French says « 1er septembre »."""
    if language != "fr" or on.day != 1:
        return text
    return text.replace("1 ", "1er ", 1)


def _local(at: datetime, zone: tzinfo) -> datetime:
    if at.tzinfo is None:
        message = "a moment without a zone: times are stored in UTC"
        raise ValueError(message)
    return at.astimezone(UTC).astimezone(zone)

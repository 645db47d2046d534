"""Statements as MT940 messages: lines that begin with a tag, `:61:` an operation and `:86:` what the bank says of it.

Source: SWIFT, Standards MT, category 9, MT 940 Customer Statement Message. A file holds one message for each day or page; blocks in
braces may stand around them.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.assembling import Found, Page, assembled
from services.ledger.statements.source import Source
from services.ledger.statements.statement import Statement

BEGINS: Final = re.compile(r"\A\s*(?:\{1:|(?:.*\n){0,5}?:20:)")
FIELD: Final = re.compile(r"(?:\{.*\{4:)?:([0-9]{2}[A-Z]?):(.*)")
BLOCK: Final = re.compile(r"\{[0-9]:.*|-(?:\}.*)?|\s*")
BALANCE: Final = re.compile(r"(?P<mark>[A-Z]*)(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9.,]+)")
MOVE: Final = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>[A-Z]{0,3})(?P<amount>[0-9]+[.,][0-9]*)"
    r"(?P<kind>[A-Z][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank>.*))?"
)
DATED: Final = re.compile(r"[0-9]{6}")
SIGNS: Final = {"C": 1, "D": -1, "RD": 1, "RC": -1}  # R: the reversal of one; a letter of the currency may follow
TEXT_WIDTH: Final = 65  # characters: a full line is cut where it stands, a shorter one ends with a word


class Field(NamedTuple):
    """One tag, the line of the file it begins at, and its lines."""

    tag: str
    place: int
    rows: list[str]


def is_mt940(text: str) -> bool:
    """Tell whether a text is MT940."""
    return bool(BEGINS.match(text)) and ":25" in text


def read_mt940(source: Source) -> Statement:
    """Read one. Raises a Refused of `bad_statements.py`, with the line."""
    messages: list[list[Field]] = []
    for one in _fields(source):
        if one.tag == "20":
            messages.append([])
        if not messages:
            raise source.bad(bad.NotOfThisForm, one.place, f":{one.tag}:")
        messages[-1].append(one)
    return assembled(source, [_page(source, message) for message in messages])


def _fields(source: Source) -> Iterator[Field]:
    field: Field | None = None
    for place, row in enumerate(source.text.split("\n"), 1):
        if found := FIELD.fullmatch(row):
            if field:
                yield field
            field = Field(found[1], place, [found[2]])
        elif BLOCK.fullmatch(row):
            continue
        elif field is None:
            raise source.bad(bad.NotOfThisForm, place, row)
        else:
            field.rows.append(row)
    if field:
        yield field


def _page(source: Source, message: list[Field]) -> Page:
    by_tag = {one.tag: one for one in reversed(message)}
    account = by_tag.get("25") or by_tag.get("25P")
    first, last = by_tag.get("60F") or by_tag.get("60M"), by_tag.get("62F") or by_tag.get("62M")
    if account is None or first is None:
        raise source.bad(bad.PartMissing, message[0].place, ":25:" if account is None else ":60F:")
    if last is None:
        raise source.bad(bad.TruncatedFile, message[-1].place, ":62F:")
    opening, starts = _balance(source, first)
    closing, ends = _balance(source, last)
    found = tuple(_found(source, one, after) for one, after in pairwise(message) if one.tag == "61")
    return Page(account.rows[0].strip(), "EUR", starts, ends, opening, closing, found)


def _balance(source: Source, field: Field) -> tuple[int, date]:
    text = field.rows[0].strip()
    found = BALANCE.fullmatch(text)
    if found is None:
        raise source.bad(bad.NotOfThisForm, field.place, text)
    source.in_euros(found["currency"], field.place)
    if found["mark"] not in {"C", "D"}:
        raise source.bad(bad.SignUnclear, field.place, text)
    return SIGNS[found["mark"]] * source.cents(found["amount"], field.place), source.day(found["day"], field.place)


def _found(source: Source, field: Field, after: Field) -> Found:
    text = field.rows[0].strip()
    if not DATED.match(text):
        raise source.bad(bad.UnreadableDay, field.place, text)
    found = MOVE.fullmatch(text)
    if found is None:
        raise source.bad(bad.NotOfThisForm if "," in text else bad.UnreadableAmount, field.place, text)
    sign = next((sign for mark, sign in SIGNS.items() if found["mark"] in {mark, *(mark + chr(one) for one in range(65, 91))}), None)
    if sign is None:
        raise source.bad(bad.SignUnclear, field.place, text)
    value = source.day(found["value"], field.place)
    says = after.rows if after.tag == "86" else field.rows[1:]
    return Found(
        place=field.place,
        on=_booked(source, value, found["entry"], field.place) if found["entry"] else value,
        amount=sign * source.cents(found["amount"], field.place),
        text=source.words([_joined(says) or found["kind"]], field.place),
        reference=source.reference(found["reference"], field.place),
    )


def _booked(source: Source, value: date, entry: str, place: int) -> date:
    """Read the day of booking, whose year is the one that brings it nearest to the day of value."""
    days = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            days.append(date(year, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    if not days:
        raise source.bad(bad.UnreadableDay, place, entry)
    return min(days, key=lambda day: abs((day - value).days))


def _joined(rows: list[str]) -> str:
    return "".join(row if len(row) >= TEXT_WIDTH else f"{row} " for row in rows).strip()

"""What was typed in a form of a page: read field by field, kept when the answer is no, so that nobody types it twice."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request

from shared.messages import id_from
from shared.refusals import Refused
from shared.values import CENTS_MAX

KEY_BYTES: Final = 32  # the id of the command that a form gives, drawn when the form is shown: sent twice it is done once
WHOLE_MAX: Final = 1_000_000  # past the largest count of the register; longer texts of digits are refused before they are read
FIELDS_MAX: Final = 5_000  # boxes of a form: an assembly of a thousand people, with room for the roles of the day
DO, ABOUT, KEY = "do", "about", "key"  # hidden fields: which form it is, what it is about, the id of its command


class NumberUnread(Refused):
    """Ce nombre ne se lit pas : écris-le en chiffres, sans lettre.
    This number cannot be read: write it in digits, without letters."""


class AmountUnread(Refused):
    """Ce montant ne se lit pas : écris des euros et au plus deux chiffres de centimes, comme 12,50.
    This amount cannot be read: write euros and at most two digits of cents, as in 12.50."""


class NotADate(Refused):
    """Cette date ne se lit pas : écris-la comme 2026-04-03, avec l'heure comme 2026-04-03T16:30.
    This date cannot be read: write it as 2026-04-03, with its hour as 2026-04-03T16:30."""


class NoSuchForm(Refused):
    """Ce formulaire n'existe pas ou n'existe plus : recharge la page.
    This form does not exist, or no longer does: reload the page."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One form as it was sent. Every reader takes the name of a field; an empty field reads as None."""

    fields: Mapping[str, Sequence[str]]

    @property
    def do(self) -> str:
        """Return which form it is."""
        return self.text(DO) or ""

    @property
    def about(self) -> str:
        """Return what the form is about, by its id."""
        return self.text(ABOUT) or ""

    @property
    def key(self) -> str:
        """Return the id of the command, as the form carried it."""
        return self.text(KEY) or ""

    def text(self, name: str) -> str | None:
        """Return what was typed, without spaces around it."""
        typed = self.fields.get(name)
        return (typed[0].strip() or None) if typed else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every box that was ticked, in the order of the page."""
        return tuple(one for one in self.fields.get(name, ()) if one)

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a long field, without the empty ones."""
        return tuple(line.strip() for line in (self.text(name) or "").splitlines() if line.strip())

    def whole(self, name: str) -> int | None:
        """Return a whole number. Raises NumberUnread."""
        typed = (self.text(name) or "").replace(" ", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal() and int(typed[:10]) <= WHOLE_MAX and len(typed) <= 10):
            raise NumberUnread(field=name)
        return int(typed)

    def cents(self, name: str) -> int | None:
        """Return an amount of money in cents. Raises AmountUnread."""
        typed = self.text(name)
        return None if typed is None else cents_of(typed, name)

    def day(self, name: str) -> date | None:
        """Return a day. Raises NotADate."""
        typed = self.text(name)
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise NotADate(field=name) from error

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """Return a moment, typed on the clock of the cooperative. Raises NotADate."""
        typed = self.text(name)
        try:
            return datetime.fromisoformat(typed).replace(tzinfo=zone) if typed else None
        except ValueError as error:
            raise NotADate(field=name) from error


def cents_of(typed: str, name: str) -> int:
    """Read an amount such as 12,50 or 1 200 € as cents. Raises AmountUnread naming the field."""
    plain = typed.replace("€", "").replace(",", ".")
    plain = "".join(plain.split())
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation as error:
        raise AmountUnread(field=name) from error
    if not cents.is_finite() or cents != cents.to_integral_value() or abs(cents) > CENTS_MAX:
        raise AmountUnread(field=name)
    return int(cents)


async def filled(request: Request) -> Filled:
    """Read the form of a request; the dependency of every page that takes one."""
    form = await request.form(max_fields=FIELDS_MAX)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return Filled(fields)


@dataclass(frozen=True, slots=True)
class Blank:
    """One form of a page as the template fills it: what was typed when it is the one that was refused, else nothing."""

    id: str
    key: str
    sentence: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()

    def value(self, name: str, default: object = "") -> str:
        """Return what a field holds."""
        typed = self.fields.get(name)
        if typed is None:
            return "" if default is None else str(default)
        return typed[0] if typed else ""

    def ticked(self, name: str, value: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - a template says it by position
        """Tell whether a box is ticked."""
        return value in self.fields.get(name, ()) if self.fields else default


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of the form that was sent: nothing when a page is only looked at."""

    filled: Filled = Filled({})
    sentence: str = ""
    wrong: frozenset[str] = frozenset()
    same_key: bool = False

    def form(self, do: str, about: str = "") -> Blank:
        """Return one form of the page, refused or fresh."""
        name = f"{do}-{about}" if about else do
        if not self.sentence or (self.filled.do, self.filled.about) != (do, about):
            return Blank(name, fresh_key())
        return Blank(name, self.filled.key if self.same_key else fresh_key(), self.sentence, self.filled.fields, self.wrong)


NOT_SENT: Final = Typed()  # of a page that is only looked at
Builds = Mapping[str, Callable[[Filled], Any]]


def fresh_key() -> str:
    """Return an id that nobody was given."""
    return id_from(secrets.token_bytes(KEY_BYTES))

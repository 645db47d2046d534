"""A record as a sentence, from the template that stands beside its event class.

A field is written `{label}`, or with a way of writing it: `{amount:money}`, `{allocations:total}` (the sum of the amounts,
without sign), `{classes:pupils}` (the sum of a field). Names of persons are not here: whoever shows the sentence says how
a pseudonym reads.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Any

from shared.messages import Event
from shared.values import ID_LENGTH, Value

Write = Callable[[Any], str]
PSEUDONYM = re.compile(rf"p_[a-z2-7]{{{ID_LENGTH}}}")  # a label may begin with these letters too


class SentenceWriter(Formatter):
    """Writes events as sentences in one language."""

    def __init__(
        self, language: str, money: Callable[[int], str], day: Callable[[date], str], person: Write, word: Callable[[str], str] = str
    ) -> None:
        """Take how cents, days, pseudonyms and the words of enumerations are written."""
        self._language, self._money, self._day, self._person, self._word = language, money, day, person, word

    def sentence(self, event: Event) -> str:
        """Return what happened, in one sentence."""
        template = event.en if self._language == "en" else event.fr
        return self.vformat(template, (), {name: getattr(event, name) for name in type(event).model_fields})

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one field the way its template asks."""
        match format_spec, value:
            case "money", int():
                return self._money(value)
            case "02", int():
                return f"{value:02d}"
            case "total", tuple():
                return self._money(abs(sum(one.amount for one in value)))
            case "", _:
                return self._plain(value)
            case field, Value():
                return str(getattr(value, field))
            case field, tuple():
                return str(sum(getattr(one, field) for one in value))
            case _:
                raise ValueError(f"no way to write {value!r} as {format_spec!r}")

    def _plain(self, value: Any) -> str:
        match value:
            case StrEnum():
                return self._word(str(value))
            case date():
                return self._day(value)
            case str() if PSEUDONYM.fullmatch(value):
                return self._person(value)
            case Value():
                return "".join(f"{part:02d}" if isinstance(part, int) else str(part) for _, part in value)  # a voucher: D07
            case _:
                return str(value)

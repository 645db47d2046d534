"""What is said to Ruche and what Ruche keeps: commands, events, and an event as it was recorded.

An event class carries its wire name, its sentence in French and in English and, where the business date is not the
field `on`, the name of that field, all in its header; a command class carries the roles that may give it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from immutables import Map

from shared.merkle import Frontier
from shared.refusals import kebab
from shared.values import ID_LENGTH, Checkpoint, Id, Pseudonym, Register, Sealed, Value

E_co = TypeVar("E_co", covariant=True)

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, in lower case
PAIRS = [first + second for first in BASE32 for second in BASE32]  # of an id's characters: half as many steps as one by one
SHIFTS = range(5 * (ID_LENGTH - 2), -1, -10)  # of each pair's ten bits


class Event(Value):
    """Something that happened, for ever."""

    wire: ClassVar[str]
    fr: ClassVar[str]
    en: ClassVar[str]
    dated_by: ClassVar[str | None]

    def __init_subclass__(cls, **header: Any) -> None:
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]  # the header is required
        cls, *, name: str, fr: str, en: str, dated_by: str | None = None, **header: Any
    ) -> None:
        super().__pydantic_init_subclass__(**header)
        cls.wire, cls.fr, cls.en = name, fr, en
        cls.dated_by = dated_by or ("on" if "on" in cls.model_fields else None)

    @property
    def business_date(self) -> date | None:
        """Return the day on which it happened, or None when only the time of recording is known."""
        return getattr(self, self.dated_by) if self.dated_by else None


class Command(Value):
    """Something that is asked. What an `impersonal` one seals is nobody's: it stays when whoever asked is forgotten."""

    may: ClassVar[frozenset[str]]
    impersonal: ClassVar[bool]

    def __init_subclass__(cls, **header: Any) -> None:
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]  # the header is required
        cls, *, may: Iterable[str], impersonal: bool = False, **header: Any
    ) -> None:
        super().__pydantic_init_subclass__(**header)
        cls.may, cls.impersonal = frozenset(may), impersonal

    @classmethod
    def slug(cls) -> str:
        """Return the last part of the command's URL."""
        return kebab(cls.__name__)


class Recorded(NamedTuple, Generic[E_co]):
    """An event as it stands in a register."""

    register: Register
    seq: int
    time: datetime
    actor: Pseudonym
    command: str
    event: E_co


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that a decision may know besides the register: who asks, when, and what was fetched before.

    `seed` (32 random bytes) gives the fresh ids; it is kept through retries, `now` is read again at each attempt.
    `tree` is the register's Merkle tree just before the append. `badge` is what the token says beyond the person: the code
    of the association it acts for. `seals` stand for what the command's sealed fields say, by their names; `brought` is what the
    service fetched for this command, as it is at each attempt.
    """

    actor: Pseudonym
    register: Register
    command: str
    now: datetime
    seed: bytes
    zone: tzinfo = UTC
    tree: Frontier = Frontier()
    badge: str | None = None
    seals: Mapping[str, Sealed] = Map()
    brought: Mapping[str, Any] = Map()

    @property
    def today(self) -> date:
        """Return today's date where the cooperative is."""
        return self.now.astimezone(self.zone).date()

    @property
    def checkpoint(self) -> Checkpoint:
        """Return size and root of the register just before the append."""
        return self.tree.checkpoint()

    def id(self, index: int = 0) -> Id:
        """Return the index-th fresh id of this command."""
        return id_from(self.seed + index.to_bytes(4, "big"))

    @property
    def person(self) -> Pseudonym:
        """Return a fresh pseudonym, for a command that brings a new person in."""
        return "p_" + id_from(self.seed + b"person")


def nobody_of(register: Register) -> Pseudonym:
    """Return the author of what is sealed for a register and is no person's own text: no person ever gets this pseudonym."""
    return f"p_{register}"


def id_from(seed: bytes) -> Id:
    """Return 26 lower-case base32 characters (RFC 4648) drawn from a seed."""
    drawn = int.from_bytes(hashlib.sha256(seed).digest()) >> (256 - 5 * ID_LENGTH)
    return "".join([PAIRS[(drawn >> shift) & 1023] for shift in SHIFTS])

"""A voting card: the token that nobody but its holder knows, the key that stands for it in the register, the code a child can read.

token (16 random bytes) → a = SHA-256("ruche/card-auth/v1" ‖ 0x00 ‖ ballot ‖ token) → key = SHA-256("ruche/card-key/v1" ‖ 0x00 ‖ a).
The code is an animal and a number taken from the key, so anybody can work it out again from the published board.
"""

import csv
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import orjson

from services.governance.events.ballots import BallotOpened, Token
from services.governance.events.papers import Choice, Points
from shared.values import Code, Digest, Id

TOKEN_BYTES: Final = 16
CARDS_OF_TWO_DIGITS_MAX: Final = 200  # beyond it numbers have three digits, so that codes stay different
POINTS_MAX: Final = 1_000_000  # the largest `Count`: the longest way to write points


class Animal(NamedTuple):
    """One of the 64 animals of the codes: the word of the code, and how it is written in French and in English."""

    code: str
    fr: str
    en: str


def key_of(ballot: Id, token: Token) -> Digest:
    """Return the key of a card, in hexadecimal."""
    auth = hashlib.sha256(b"ruche/card-auth/v1\x00" + ballot.encode() + bytes.fromhex(token)).digest()
    return hashlib.sha256(b"ruche/card-key/v1\x00" + auth).hexdigest()


def code_of(key: Digest, cards: int) -> str:
    """Return the code printed on a card, in a ballot of that many cards: `renard-42`."""
    drawn = bytes.fromhex(key)
    word = animals()[drawn[0] % len(animals())].code
    number = int.from_bytes(drawn[1:3])
    return f"{word}-{number % 90 + 10 if cards <= CARDS_OF_TWO_DIGITS_MAX else number % 900 + 100}"


def codes_of(keys: Iterable[Digest]) -> dict[str, Digest]:
    """Return key by code for all the cards of a ballot; two cards that share a code leave one of them out."""
    known = tuple(keys)
    return {code_of(key, len(known)): key for key in known}


@cache
def animals() -> tuple[Animal, ...]:
    """Return the 64 animals, in the order of the codes."""
    with files("services.governance.urn").joinpath("animals.csv").open(encoding="utf-8") as file:
        return tuple(Animal(**row) for row in csv.DictReader(file))


def paper_bytes(choice: Choice) -> bytes:
    """Return the canonical JSON of a choice, as it goes into the urn before it is padded."""
    return orjson.dumps(choice.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)


def void_bytes(reason: Code) -> bytes:
    """Return how a void paper stands under the root of its box: its reason, for its text is shown to nobody."""
    return orjson.dumps({"void": reason})


def paper_length(opened: BallotOpened) -> int:
    """Return the one length, in bytes, of every paper of a ballot: that of the longest choice, so that none shows by its size."""
    codes = tuple(option.option for option in opened.options)
    longest = (
        Choice(marks=codes),
        Choice(ranks=tuple((code,) for code in codes)),
        Choice(points=tuple(Points(option=code, points=POINTS_MAX) for code in codes)),
    )
    return max(len(paper_bytes(choice)) for choice in longest)

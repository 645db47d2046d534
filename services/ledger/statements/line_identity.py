"""Which operations of the bank are the same ones, so that a statement imported twice adds nothing.

An operation is its account, day, sum and words, and its place among those that share all four: two goûters bought alike on one day are
two. The words stand as a keyed digest: a plain one would tell the name in a short text to whoever guesses it.
"""

import hmac
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from services.ledger.statements.statement import StatementLine
from shared.values import Code


class LineKey(NamedTuple):
    """What one operation is known by; `words` in hexadecimal, `occurrence` from 1."""

    account: Code
    on: date
    amount: int
    words: str
    occurrence: int


def line_keys(account: Code, lines: Sequence[StatementLine], secret: bytes) -> tuple[LineKey, ...]:
    """Return what each line is known by; `account` is that of the books, `secret` the register's own, and never changes."""
    seen: Counter[tuple[Code, date, int, str]] = Counter()
    keys = []
    for line in lines:
        same = (account, line.on, line.amount, _digest(line.text, secret))
        seen[same] += 1
        keys.append(LineKey(*same, seen[same]))
    return tuple(keys)


def new_lines(account: Code, lines: Sequence[StatementLine], known: Iterable[LineKey], secret: bytes) -> tuple[StatementLine, ...]:
    """Return the lines that are not known yet, in order, with their numbers."""
    there = frozenset(known)
    return tuple(line for line, key in zip(lines, line_keys(account, lines, secret), strict=True) if key not in there)


def _digest(text: str, secret: bytes) -> str:
    """Return the digest of the letters and figures of a text: forms of one file differ in spaces, accents and capitals."""
    plain = re.sub(r"[^a-z0-9]+", "", unicodedata.normalize("NFKD", text.casefold()))
    return hmac.digest(secret, plain.encode(), "sha256").hex()

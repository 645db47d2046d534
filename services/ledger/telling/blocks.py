"""What a printed document is made of: headings, sentences, tables, places to sign; every word in French and in English."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from shared.values import Code

Words = tuple[str, str]  # French, English; an empty English where both are the same
Block = dict[str, Any]
MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
UNVERIFIED: Final = " *"  # beside an account whose code no association confirmed


def heading(french: str, english: str = "") -> Block:
    """Return a heading."""
    return {"kind": "heading", "words": (french, english)}


def text(french: str, english: str = "") -> Block:
    """Return a paragraph."""
    return {"kind": "text", "words": (french, english)}


def table(columns: Sequence[tuple[str, str, str]], rows: Sequence[Sequence[str]], total: Sequence[str] | None = None) -> Block:
    """Return a table; each column has its two titles and how it stands: `left`, `right`, or `wide` for the one that takes the room."""
    told = [{"title": (fr, en), "align": "right" if how == "right" else "left", "wide": how == "wide"} for fr, en, how in columns]
    return {"kind": "table", "columns": told, "rows": [list(row) for row in rows], "total": list(total) if total else None}


def signatures(*words: Words) -> Block:
    """Return places to sign."""
    return {"kind": "signatures", "words": list(words)}


def euros(cents: int) -> str:
    """Write cents as a French reader does: 15 346,00 €."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{whole:,}".replace(",", "\u202f") + f",{rest:02d}\u00a0€"


def day(on: str | date) -> str:
    """Write a day in French."""
    one = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{one.day}{'er' if one.day == 1 else ''} {MONTHS[one.month - 1]} {one.year}"


def coded(account: Code, label: str, *, verified: bool) -> list[str]:
    """Return the cells of an account: its code, marked where no association confirmed it, and its label."""
    return [account + ("" if verified else UNVERIFIED), label]

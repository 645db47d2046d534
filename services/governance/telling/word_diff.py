"""What changed between two wordings, word by word: kept, added, removed, in the order in which one reads."""

from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What happened to some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class Words(NamedTuple):
    """Some words in a row that share a fate."""

    kind: Kind
    words: str


def diff(before: str, after: str) -> tuple[Words, ...]:
    """Compare two texts by their words; what was removed comes before what stands in its place. Nothing at all gives nothing.

    Words on every line of a long text anchor nothing (difflib's own rule for more than 200 words): without it two pages of
    two words in turn take a minute and a half, with it a third of a second at worst. Hence the ends are matched beforehand.
    """
    old, new = before.split(), after.split()
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    kept_last = old[len(old) - end :]
    old, new, kept_first = old[start : len(old) - end], new[start : len(new) - end], old[:start]
    found = [(Kind.KEPT, kept_first)]
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found.append((Kind.KEPT, old[old_from:old_to]))
        else:
            found += [(Kind.REMOVED, old[old_from:old_to]), (Kind.ADDED, new[new_from:new_to])]
    found.append((Kind.KEPT, kept_last))
    return tuple(Words(kind, " ".join(words)) for kind, words in found if words)


def _alike(first: list[str], second: list[str]) -> int:
    """Return how many words two texts begin with alike."""
    return next(
        (count for count, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), min(len(first), len(second))
    )

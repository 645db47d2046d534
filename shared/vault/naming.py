"""Which words of a text name somebody: the check that keeps names out of records.

A person's words are those of the first name and of the last name, compound names whole and in parts, without
accents and in lower case. A word of three letters or more matches alone, except the French words of
`words_also_names.txt` (rose, pierre, petit…): those match only beside another word or an initial of the same person,
or after a title.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

LETTERS_MIN: Final = 3  # below, a word is an article or an initial much more often than a name
UNDECOMPOSED: Final = {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"}  # what NFKD leaves whole
APOSTROPHES: Final = "'’ʼ"
TITLES: Final = frozenset({"mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "maitre", "maitresse"})  # no shop


class Span(NamedTuple):
    """A part of a text, in code points: text[start:end]."""

    start: int
    end: int


class Word(NamedTuple):
    """One word of a text, and where it stands."""

    letters: str  # folded
    span: Span


@dataclass(frozen=True, slots=True)
class _Owner:
    """What may stand beside a weak word for it to be this person's name."""

    words: frozenset[str]
    initials: frozenset[str]
    particles: frozenset[str]  # "de", "le": one looks over them for the neighbour


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names of one register, ready to be looked for; of no use to print them."""

    strong: frozenset[str]
    weak: Mapping[str, tuple[_Owner, ...]]
    whole: Mapping[str, tuple[tuple[str, ...], ...]]  # first word -> full names that start with it

    def found_in(self, text: str) -> tuple[Span, ...]:
        """The words of this text that name somebody, in order; none when the text names nobody."""
        words = words_of(text)
        found: set[int] = set()
        for at, word in enumerate(words):
            if word.letters in self.strong:
                found.add(at)
            for owner in self.weak.get(word.letters, ()):
                found.update(_beside(words, at, owner, text))
            for name in self.whole.get(word.letters, ()):
                if tuple(near.letters for near in words[at : at + len(name)]) == name:
                    found.update(range(at, at + len(name)))
        return tuple(words[at].span for at in sorted(found))


def index_of(names: Iterable[tuple[str, str]], ordinary: frozenset[str] | None = None) -> NameIndex:
    """The index of these (first name, last name) pairs; `ordinary` words, those of the committed list unless given,
    are the weak ones."""
    weak_words = words_also_names() if ordinary is None else ordinary
    strong: set[str] = set()
    weak: dict[str, set[_Owner]] = {}
    whole: dict[str, set[tuple[str, ...]]] = {}
    for first_name, last_name in names:
        first, last = ([word.letters for word in words_of(part)] for part in (first_name, last_name))
        parts = {*first, *last, "".join(first), "".join(last)}
        words = frozenset(part for part in parts if len(part) >= LETTERS_MIN)
        strong |= words - weak_words
        for word in words & weak_words:
            others = (words | frozenset(first + last)) - {word}
            owner = _Owner(words - {word}, frozenset(other[0] for other in others), frozenset(first + last) - words)
            weak.setdefault(word, set()).add(owner)
        if first and last:
            for name in ((*first, *last), (*last, *first)):
                whole.setdefault(name[0], set()).add(name)
    return NameIndex(
        frozenset(strong),
        {word: tuple(owners) for word, owners in weak.items()},
        {word: tuple(sorted(full)) for word, full in whole.items()},
    )


def _beside(words: Sequence[Word], at: int, owner: _Owner, text: str) -> list[int]:
    """The weak word and its neighbours that belong to the same person; nothing when there is no such neighbour."""
    beside: list[int] = []
    for step in (-1, 1):
        near = at + step
        while 0 <= near < len(words) and words[near].letters in owner.particles:
            near += step
        if not 0 <= near < len(words):
            continue
        if (
            words[near].letters in owner.words
            or _is_initial(words[near], owner.initials, text)
            or (step < 0 and _is_title(words[near], text))
        ):
            beside.append(near)
    return [at, *beside] if beside else []


def _is_title(word: Word, text: str) -> bool:
    return word.letters in TITLES or _is_initial(word, frozenset("m"), text)


def _is_initial(word: Word, initials: frozenset[str], text: str) -> bool:
    """« B » and « b. » may be a person's initial; the « d » of « rose d'Inde », « à » and « a » are French."""
    if word.letters not in initials:
        return False
    following = text[word.span.end : word.span.end + 1]
    written = text[word.span.start : word.span.end]
    return following == "." or (written.isupper() and written != "À" and not (following and following in APOSTROPHES))


def words_of(text: str) -> list[Word]:
    """The words of a text, folded, each with its place in the text as it was typed."""
    words: list[Word] = []
    letters, start, end = "", 0, 0
    for place, typed in enumerate(text):
        folded = _folded(typed)
        if folded is None:
            if letters:
                words.append(Word(letters, Span(start, end)))
            letters = ""
            continue
        if not letters:
            start = place
        letters += folded
        end = place + 1
    if letters:
        words.append(Word(letters, Span(start, end)))
    return words


@lru_cache(maxsize=4096)  # one entry per distinct character ever typed; the French use about 120
def _folded(typed: str) -> str | None:
    """One character without marks and in lower case; "" for a mark or an invisible character (a soft hyphen hides
    no name); None for anything else than letters."""
    if unicodedata.category(typed) == "Cf":
        return ""
    kept = [part for part in unicodedata.normalize("NFKD", typed) if not unicodedata.category(part).startswith("M")]
    if not all(part.isalpha() for part in kept):
        return None
    return "".join(UNDECOMPOSED.get(small, small) for small in "".join(kept).casefold())


@lru_cache(maxsize=1)
def words_also_names() -> frozenset[str]:
    """The committed list of ordinary French words that are also first names or last names, folded."""
    lines = Path(__file__).with_name("words_also_names.txt").read_text("utf-8").splitlines()
    return frozenset(word.letters for line in lines if not line.startswith("#") for word in words_of(line))

"""What an adversary works with: where each name of a card was seen, and everything that could give an order to those places."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WORD: Final = re.compile(r"[0-9a-f]{32,}")  # a token, a hash or a key in hexadecimal
BYTES_WORD: Final = re.compile(rb"[0-9a-f]{32,}")
SHORTEST: Final = 32  # hexadecimal digits of a token


@dataclass(frozen=True, slots=True)
class Trace:
    """One row, message or line that was kept. `series` says of which kind it is: orders are compared within one kind.

    Each coordinate is what one attack sorts by, absent where there is none: the transaction, the place on disk, the place in the
    write-ahead log, the moments and the identifiers it carries, the line of a log file.
    """

    series: str
    xmin: int | None = None
    place: tuple[int, ...] | None = None
    lsn: int | None = None
    times: tuple[str, ...] = ()
    ids: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name of a card in a trace, so many characters from its beginning."""

    trace: Trace
    offset: int


class Sightings:
    """Every sighting of every name that is looked for."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = frozenset(wanted)
        self.by_name: dict[str, list[Sighting]] = defaultdict(list)

    def look(self, trace: Trace, text: str) -> None:
        """Look through what a trace says."""
        for word in WORD.finditer(text):
            for name, offset in self._names(word.group()):
                self.by_name[name].append(Sighting(trace, word.start() + offset))

    def look_file(self, series: str, content: bytes, kind: str) -> None:
        """Look through the bytes of a file: the offset is a place (`kind` is "place") or a position in the write-ahead log ("lsn")."""
        for word in BYTES_WORD.finditer(content):
            for name, offset in self._names(word.group().decode()):
                at = word.start() + offset
                self.by_name[name].append(Sighting(Trace(series, place=(at,)) if kind == "place" else Trace(series, lsn=at), 0))

    def _names(self, word: str) -> Iterator[tuple[str, int]]:
        if word in self._wanted:
            yield word, 0
        elif len(word) > SHORTEST:  # bytes come as one long word of two digits each: a name may stand anywhere within
            for length in (32, 64):
                for start in range(0, len(word) - length + 1, 2):
                    if (name := word[start : start + length]) in self._wanted:
                        yield name, start

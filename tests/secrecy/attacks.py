"""Six ways to link marks on the roll to papers: each puts both in one order, and says that the first mark goes with the first paper.

An adversary does not know which of the places where papers were seen keeps their order: it looks for the token, which nobody had before
the vote, then for what is made from it, and takes the place that tells most papers apart. Where nothing does, it guesses.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

from tests.secrecy.dump import Dump
from tests.secrecy.election import Election, aliases
from tests.secrecy.sightings import Sighting

ALIASES: Final = 3  # names of a card: its token, what is hashed from it, its key

Coordinates = Callable[[Sighting], Iterator[tuple[str, Any, Any]]]  # the series, what tells rows apart, what tells their parts apart


def by_xmin(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by the transaction that wrote the row."""
    if seen.trace.xmin is not None:
        yield seen.trace.series, seen.trace.xmin, 0


def by_place(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by where it stands on the disk."""
    if seen.trace.place is not None:
        yield seen.trace.series, seen.trace.place, seen.offset


def by_lsn(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by where it stands in the write-ahead log."""
    if seen.trace.lsn is not None:
        yield seen.trace.series, seen.trace.lsn, seen.offset


def by_time(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by the moments that it carries, one after the other."""
    for number, moment in enumerate(seen.trace.times):
        yield f"{seen.trace.series} time {number}", moment, 0


def by_id(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by each identifier that it carries."""
    for name, value in seen.trace.ids.items():
        yield f"{seen.trace.series} {name}", (type(value).__name__, str(value).zfill(20)), 0


def by_log(seen: Sighting) -> Iterator[tuple[str, Any, Any]]:
    """Order by the lines of a log that name it."""
    if seen.trace.line is not None:
        yield seen.trace.series, seen.trace.line, 0


ATTACKS: Final[Mapping[str, Coordinates]] = {
    "xmin": by_xmin,
    "physical order": by_place,
    "write-ahead log": by_lsn,
    "timestamps": by_time,
    "id order": by_id,
    "log correlation": by_log,
}


def guesses(attack: str, dump: Dump, ballot: str, rng: Random) -> dict[str, str]:
    """Return which token the attack says that each voter drew."""
    coordinates, board = ATTACKS[attack], dump.boards[ballot]
    marks = _ordered({voter: [Sighting(trace, 0)] for voter, trace in dump.marks[ballot].items()}, coordinates, rng)
    named = {token: aliases(ballot, token) for token in board}
    by_name = ({token: dump.sightings.by_name.get(names[kind], []) for token, names in named.items()} for kind in range(ALIASES))
    papers = next((found for seen in by_name if (found := _ordered(seen, coordinates, rng))), [])
    left = board if coordinates is by_id else rng.sample(board, len(board))  # nothing orders them: as they are shown, or in any order
    roll = sorted(dump.marks[ballot], key=lambda voter: dump.marks[ballot][voter].ids.get("seq", 0))
    return dict(zip(marks or roll, papers or left, strict=True))


def links(attack: str, dump: Dump, elections: list[Election], rng: Random) -> int:
    """Return how many cards an attack gives to the voter who drew them."""
    return sum(
        election.drew.get(voter) == token for election in elections for voter, token in guesses(attack, dump, election.ballot, rng).items()
    )


def _ordered(seen: Mapping[str, list[Sighting]], coordinates: Coordinates, rng: Random) -> list[str]:
    """Return what was seen in the order of the series that tells most apart; nothing when no series shows all or tells any apart."""
    series: dict[str, dict[str, tuple[Any, Any]]] = defaultdict(dict)
    for name, sightings in seen.items():
        for one in sightings:
            for kind, row, part in coordinates(one):
                series[kind][name] = min(series[kind].get(name, (row, part)), (row, part))
    whole = [places for places in series.values() if len(places) == len(seen)]
    best = max(whole, key=lambda places: len({row for row, _ in places.values()}), default={})
    if len(set(best.values())) < 2:
        return []
    names = rng.sample(list(seen), len(seen))  # what stands at the same place comes in any order
    return sorted(names, key=lambda name: best[name])

"""A view is a fold: a name, a version, a first state and how each record changes it.

A `Cut` chooses the records that a view is shown: as of a business date (`au`, a selection), as known on a date
(`connu_au`, by the time of recording) or up to a `seq` (both prefixes). Several cuts intersect. Days are those of the
cooperative's zone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Any, Generic, NamedTuple, TypeVar

from shared.messages import Recorded

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Cut:
    """Which records are looked at; the whole register by default."""

    au: date | None = None
    connu_au: date | None = None
    seq: int | None = None
    zone: tzinfo = UTC

    @property
    def whole(self) -> bool:
        """Tell whether every record is shown."""
        return self.au is None and self.connu_au is None and self.seq is None

    def asked(self) -> dict[str, str]:
        """Return the cut as the names and values of a query; nothing for the whole register."""
        asked = {"au": self.au, "connu_au": self.connu_au, "seq": self.seq}
        return {name: str(value) for name, value in asked.items() if value is not None}

    def shows(self, record: Recorded[Any]) -> bool:
        """Tell whether one record is shown."""
        if self.seq is not None and record.seq > self.seq:
            return False
        if self.connu_au is None and self.au is None:
            return True
        recorded_on = record.time.astimezone(self.zone).date()
        if self.connu_au is not None and recorded_on > self.connu_au:
            return False
        return self.au is None or (record.event.business_date or recorded_on) <= self.au

    def over(self, records: Iterable[Recorded[Any]]) -> Iterator[Recorded[Any]]:
        """Iterate over the records that are shown; stops reading where no later record can be."""
        for record in records:
            if self.seq is not None and record.seq > self.seq:
                return
            if self.shows(record):
                yield record


@dataclass(frozen=True, slots=True)
class Projection(Generic[S]):
    """A view of one register. A changed meaning takes a higher `version`; `evolve` copes with hidden predecessors.

    `evolve_all`, where there is one, gives what `evolve` gives record by record, faster.
    """

    name: str
    version: int
    initial: S
    evolve: Callable[[S, Recorded[Any]], S]
    evolve_all: Callable[[S, Iterable[Recorded[Any]]], S] | None = None


class Viewed(NamedTuple):
    """A view and the last `seq` that its register had when it was read, whatever a cut then showed of it."""

    state: Any
    seq: int


def fold(projection: Projection[S], records: Iterable[Recorded[Any]], cut: Cut | None = None) -> S:
    """Fold the records that the cut shows, from the projection's first state."""
    state, evolve = projection.initial, projection.evolve
    shown = records if cut is None or cut.whole else cut.over(records)
    if projection.evolve_all is not None:
        return projection.evolve_all(state, shown)
    for record in shown:
        state = evolve(state, record)
    return state

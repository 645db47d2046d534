"""The audit trail: every record of a register, in order, as somebody reads it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.portal.acts import Act, Acts, needs_neighbours
from services.portal.copy import SEQ_MAX, Kept
from services.portal.views import PortalViews
from services.portal.words import Speaker
from shared.messages import Event, Recorded
from shared.projecting import Cut
from shared.web.wordings import Wordings

CHUNK_RECORDS = 500  # read at once while looking for records that a cut shows
NEIGHBOURS = 20  # read at once beside a record while looking for those of its command: most commands write one to five


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the trail: its bytes, and what they say if this program can read them."""

    kept: Kept
    fact: Recorded[Any] | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some lines of the trail and whether there are more beyond the last."""

    lines: tuple[Line, ...]
    more: bool

    @property
    def last(self) -> int:
        """Return the seq of the last line, 0 when there is none."""
        return self.lines[-1].kept.seq if self.lines else 0


@dataclass(frozen=True, slots=True)
class Trail:
    """Reads the trail of registers."""

    views: PortalViews
    wordings: Wordings
    acts: Acts

    def speaker(self, register: str) -> tuple[Speaker, ZoneInfo]:
        """Return who says the records of a register, and its zone. Raises NotFound."""
        members, cooperative = self.views.together((MEMBERS, COOPERATIVE), register).states
        zone = ZoneInfo(cooperative.zone)
        return Speaker(self.wordings, members, zone), zone

    def onward(self, register: str, after: int, limit: int, cut: Cut, types: Sequence[str] | None = None) -> TrailPage:
        """Return the records after a seq that the cut shows, in order."""
        upto = SEQ_MAX if cut.seq is None else cut.seq
        return self._page(
            register, cut, limit, lambda last, rows: self.views.up_from(register, max(last, after), rows, upto=upto, types=types)
        )

    def backward(self, register: str, before: int, limit: int, cut: Cut, types: Sequence[str] | None = None) -> TrailPage:
        """Return the records before a seq that the cut shows, the last first."""
        top = before if cut.seq is None else min(before, cut.seq + 1)
        return self._page(register, cut, limit, lambda last, rows: self.views.down_from(register, last or top, rows, types))

    def exported(self, register: str, after: int, cut: Cut, types: Sequence[str] | None = None) -> Iterator[bytes]:
        """Iterate over the bytes of every record after a seq that the cut shows, in order."""
        while (page := self.onward(register, after, CHUNK_RECORDS, cut, types)).lines:
            yield from (line.kept.record for line in page.lines)
            after = page.last

    def one(self, register: str, seq: int) -> Line | None:
        """Return one record, None when it has not arrived."""
        found = self.views.up_from(register, seq - 1, 1, upto=seq)
        return self._read(found[0]) if found else None

    def asked(self, register: str, lines: Sequence[Line]) -> dict[int, Act | None]:
        """Return, by seq, which command wrote each of these records; None where it cannot be told."""
        here = {line.kept.seq: line for line in lines}
        known: dict[str, Act | None] = {}
        told: dict[int, Act | None] = {}
        for line in lines:
            if line.fact is not None and needs_neighbours(line.fact.event):
                if line.fact.command not in known:
                    known[line.fact.command] = self.acts.of(self._written_with(register, line.fact, here))
                told[line.kept.seq] = known[line.fact.command]
            else:
                told[line.kept.seq] = self.acts.of([line.fact.event]) if line.fact else None
        return told

    def shows(self, register: str, cut: Cut, fact: Recorded[Any]) -> bool:
        """Tell whether a cut shows a record, in days of the cooperative's zone."""
        return replace(cut, zone=ZoneInfo(self.views.standing(register).zone)).shows(fact)

    def _page(self, register: str, cut: Cut, limit: int, read: Callable[[int, int], list[Kept]]) -> TrailPage:
        """Read on until the page is full and one more line is known, or there is nothing left."""
        here = replace(cut, zone=ZoneInfo(self.views.standing(register).zone))
        lines: list[Line] = []
        for line in self._lines(read, limit + 1 if here.au is here.connu_au is None else CHUNK_RECORDS):
            if line.fact is None or here.shows(line.fact):
                lines.append(line)
            if len(lines) > limit:
                break
        return TrailPage(tuple(lines[:limit]), len(lines) > limit)

    def _written_with(self, register: str, fact: Recorded[Any], here: Mapping[int, Line]) -> list[Event]:
        """Return every readable event that the command of one record wrote: a command's records stand together.

        `here` are lines that were read already, by seq: on a page without a filter they hold nearly every neighbour.
        """

        def beside(step: int, read: Callable[[int, int], list[Kept]]) -> Iterator[Event]:
            seq = fact.seq + step
            while (line := here.get(seq)) is not None and line.fact is not None and line.fact.command == fact.command:
                yield line.fact.event
                seq += step
            if line is not None or seq == 0:
                return
            for line in self._lines(lambda last, rows: read(last or seq - step, rows), NEIGHBOURS):
                if line.fact is None or line.fact.command != fact.command:
                    return
                yield line.fact.event

        before = beside(-1, lambda seq, rows: self.views.down_from(register, seq, rows))
        after = beside(1, lambda seq, rows: self.views.up_from(register, seq, rows, upto=SEQ_MAX))
        return [fact.event, *before, *after]

    def _lines(self, read: Callable[[int, int], list[Kept]], rows: int) -> Iterator[Line]:
        last = 0
        while chunk := read(last, rows):
            yield from map(self._read, chunk)
            last = chunk[-1].seq

    def _read(self, kept: Kept) -> Line:
        fact = self.views.copy.read(kept)
        return Line(kept, fact if isinstance(fact, Recorded) else None)

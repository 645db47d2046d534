"""Answers questions about a register: now from a warm fold, as of another moment from a fresh one."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from shared.deciding import Fold
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.messages import Recorded
from shared.projecting import Cut, Projection, Viewed, fold
from shared.refusals import Busy, NotFound

S = TypeVar("S")

VIEWS_MAX = 4_000  # (view, register) pairs kept warm in one process
POLL_SECONDS = 0.02  # while a reader waits for a seq another process is about to write


class Views:
    """Folds projections over registers of the log."""

    def __init__(self, codec: Codec, reader: RegisterReader, standing: Fold[Any], views_max: int = VIEWS_MAX) -> None:
        """`standing` is asked for the zone in which days are counted, and for who belongs."""
        self._codec, self._reader, self._views_max = codec, reader, views_max
        self._standing = Projection("standing", 1, standing.initial, standing.listening())
        self._lock = threading.Lock()
        self._warm: OrderedDict[tuple[str, int, str], Viewed] = OrderedDict()

    def of(self, projection: Projection[S], register: str, cut: Cut | None = None) -> Viewed:
        """Return a view of one register; raises NotFound when the register has no record."""
        if cut is not None and not cut.whole:
            zone = ZoneInfo(self.standing(register).zone)
            records = list(self._records(register, 0))
            return Viewed(fold(projection, records, replace(cut, zone=zone)), records[-1].seq)
        return self._now(projection, register)

    def standing(self, register: str) -> Any:
        """Return who holds what in a register, as it stands now."""
        return self._now(self._standing, register).state

    def wait_for(self, register: str, after: int, seconds: float) -> None:
        """Return once the register has reached `after`; raises Busy when it has not in time."""
        deadline = time.monotonic() + seconds
        while not self._reader.read(register, after - 1, 1):
            if time.monotonic() >= deadline:
                raise Busy(after=after)
            time.sleep(POLL_SECONDS)

    def drop(self) -> None:
        """Forget every warm view."""
        with self._lock:
            self._warm.clear()

    def _now(self, projection: Projection[S], register: str) -> Viewed:
        key = (projection.name, projection.version, register)
        with self._lock:
            state, seq = self._warm.get(key) or Viewed(projection.initial, 0)
        for record in self._records(register, seq):
            state, seq = projection.evolve(state, record), record.seq
        if seq == 0:
            raise NotFound(register=register)
        with self._lock:
            if self._warm.get(key, Viewed(None, -1)).seq < seq:
                self._warm[key] = Viewed(state, seq)
            self._warm.move_to_end(key)
            while len(self._warm) > self._views_max:
                self._warm.popitem(last=False)
        return Viewed(state, seq)

    def _records(self, register: str, after: int) -> Iterator[Recorded[Any]]:
        for stored in self._reader.through(register, after=after):
            yield self._codec.decode(stored.type, stored.record)

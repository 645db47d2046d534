"""States of registers kept warm: bounded, fast-forwarded, droppable at any time.

An entry is where one register stands for one rulebook, with the register's Merkle frontier. Whoever holds an entry holds
its lock, so commands on one register of one process queue instead of colliding.
"""

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from shared.deciding import Rulebook, State
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.merkle import Frontier
from shared.messages import Recorded

REGISTERS_MAX = 2_000  # a state of a school year takes well under a megabyte: a few hundred megabytes at the worst
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Entry:
    """One register, as far as it was read. Use it only inside `with`, which holds its lock."""

    def __init__(self, register: str, rulebook: Rulebook, codec: Codec, reader: RegisterReader) -> None:
        """Start before the first record."""
        self.lock = threading.Lock()
        self.register = register
        self.seq = 0
        self.last_time = BEFORE_ALL
        self.frontier = Frontier()
        self.state: State = rulebook.initial
        self._rulebook, self._codec, self._reader = rulebook, codec, reader

    def __enter__(self) -> Self:
        """Hold the entry; a cold one is read from the log."""
        self.lock.acquire()
        try:
            if self.seq == 0:
                self.catch_up()
        except BaseException:
            self.lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next command on this register in."""
        self.lock.release()

    def catch_up(self) -> bool:
        """Read what was recorded since; tell whether there was anything."""
        before = self.seq
        stored = self._reader.through(self.register, after=self.seq)
        if records := [(self._codec.decode(one.type, one.record), one.record) for one in stored]:
            self.stand(self.after(records))
        return self.seq > before

    def after(self, records: list[tuple[Recorded[Any], bytes]]) -> "Ahead":
        """Tell where the register will stand once these records follow; nothing changes yet."""
        state = self.state
        for record, _ in records:
            state = self._rulebook.evolve(state, record)
        last = records[-1][0]
        return Ahead(last.seq, last.time, self.frontier.grown(stored for _, stored in records), state)

    def stand(self, ahead: "Ahead") -> None:
        """Go there: the records are in the log."""
        self.seq, self.last_time, self.frontier, self.state = ahead


class Ahead(NamedTuple):
    """Where a register stands, or will."""

    seq: int
    last_time: datetime
    frontier: Frontier
    state: State


class Warm:
    """The entries most recently used."""

    def __init__(self, rulebook: Rulebook, codec: Codec, reader: RegisterReader, registers_max: int = REGISTERS_MAX) -> None:
        """Keep at most `registers_max` registers."""
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._rulebook, self._codec, self._reader = rulebook, codec, reader
        self._registers_max = registers_max

    def entry(self, register: str) -> Entry:
        """Return the entry of one register, to be held with `with`."""
        with self._lock:
            entry = self._entries.get(register)
            if entry is None:
                entry = self._entries[register] = Entry(register, self._rulebook, self._codec, self._reader)
            self._entries.move_to_end(register)
            while len(self._entries) > self._registers_max:
                self._entries.popitem(last=False)
        return entry

    def drop(self) -> None:
        """Forget everything: the next use reads the log again."""
        with self._lock:
            self._entries.clear()

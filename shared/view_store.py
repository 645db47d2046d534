"""Views kept in a database: one row per view, version and register, folded as records arrive and rebuilt beside the live ones.

The tables `views`, `live_version`, `parked` and `seen` stand in one schema of the program. Whoever folds or rebuilds a register holds its
row of `seen`, so nobody else does at that moment. A record that a view cannot take parks that view of that register: what follows
waits behind it, everything else goes on, and a rebuild with the mended fold takes it up again. There is no skip.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, TypeVar

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from shared.messages import Recorded
from shared.projecting import Projection
from shared.refusals import Corrupt
from shared.view_rows import Folded, Key, Stored, Stuck, ViewRows, in_schema

S = TypeVar("S")
Transaction = Callable[[], AbstractContextManager[Connection[TupleRow]]]  # a transaction that may write every register
log = logging.getLogger(__name__)


class Unreadable(NamedTuple):
    """A record this program cannot read, and why; no view goes past it."""

    seq: int
    reason: str


Fact = Recorded[Any] | Unreadable
Source = Callable[[Connection[TupleRow], str, int], Iterable[Fact]]  # the kept records of a register after a seq, in order


class Progress(NamedTuple):
    """How far a rebuild has come: registers done, of how many, and records folded."""

    view: str
    done: int
    total: int
    records: int


Report = Callable[[Progress], None]


class ViewStore:
    """The views of a program. Two versions of one name may be given: both are kept up, and readers follow `live_version`."""

    def __init__(self, projections: Iterable[Projection[Any]], schema: str) -> None:
        """Take the projections, whose states are frozen dataclasses that pydantic can write and read, and the schema of the tables."""
        self.projections = {(one.name, one.version): one for one in projections}
        self.rows = ViewRows(self.projections.values(), schema)

    def load(self, connection: Connection[TupleRow], projection: Projection[S], register: str) -> Stored | None:
        """Return a view as it is kept; None while its version is not the live one, for a register without a row, for a view not kept."""
        key = (projection.name, projection.version)
        return self.rows.live(connection, key, register) if key in self.projections else None

    def take(self, connection: Connection[TupleRow], arrived: Mapping[str, Sequence[Fact]]) -> list[Stuck]:
        """Fold what arrived, by register, into every view that is level with it; a view that is behind waits for its rebuild.

        The caller holds the rows of `seen` and commits. Returns the views that got stuck on these records.
        """
        registers = sorted(arrived)
        kept = self.rows.kept(connection, registers)
        parked = self.rows.parked(connection, registers)
        folded: list[Folded] = []
        stuck: list[Stuck] = []
        for register in registers:
            for key, projection in self.projections.items():
                known = kept.get((*key, register))
                before = known or Stored(projection.initial, 0)
                after = [fact for fact in arrived[register] if fact.seq > before.seq]
                if (*key, register) in parked or not after or after[0].seq != before.seq + 1:
                    continue
                now, why = folded_on(projection, before, after)
                if why is not None:
                    stuck.append(Stuck(*key, register, now.seq + 1, why))
                if now.seq > before.seq:
                    folded.append(Folded(key, register, known, now))
        self.rows.keep(connection, folded)
        self._park(connection, stuck)
        return stuck

    def level(self, transaction: Transaction, source: Source, report: Report = lambda _: None) -> None:
        """Bring every view level with `seen`, then make its version the live one, all at once for that view.

        Rows of a version are filled beside those of the live one, which readers go on reading. May be stopped at any moment and
        begun again. Rows of versions left behind by an earlier switch are deleted first.
        """
        with transaction() as connection:
            connection.execute(self._sql("delete from {views} v using {live_version} l where v.name = l.name and v.version < l.version"))
            live: dict[str, int] = dict(connection.execute(self._sql("select name, version from {live_version}")).fetchall())
        for key in self.projections:
            while key[1] >= live.get(key[0], 0) and not self._switched(transaction, key):
                with transaction() as connection:
                    behind = self._behind(connection, key)
                self._fill(transaction, source, key, behind, report, afresh=False)

    def rebuild(
        self, transaction: Transaction, source: Source, name: str, register: str | None = None, report: Report = lambda _: None
    ) -> None:
        """Fold one view again from the first record, of one register or of all; what was parked goes on if the fold now allows it.

        Each register is replaced in one transaction. Raises KeyError for an unknown view.
        """
        keys = [key for key in self.projections if key[0] == name]
        if not keys:
            raise KeyError(name)
        for key in keys:
            with transaction() as connection:
                rows = connection.execute(
                    self._sql("select register_id from {seen} where seq > 0 and (%s::text is null or register_id = %s) order by 1"),
                    (register, register),
                ).fetchall()
            self._fill(transaction, source, key, [one for (one,) in rows], report, afresh=True)
            self._switched(transaction, key)

    def undo_switch(self, transaction: Transaction, source: Source, name: str, report: Report = lambda _: None) -> int:
        """Make the version before the live one live again, once it is level, in one act; return it.

        A program that knows both versions goes back at once; so does an older program, of the version that it knows. Raises KeyError
        for an unknown view, LookupError where no earlier version is known, Corrupt where it cannot be made level.
        """
        versions = [version for known, version in self.projections if known == name]
        if not versions:
            raise KeyError(name)
        with transaction() as connection:
            live = connection.execute(self._sql("select version from {live_version} where name = %s"), (name,)).fetchone()
        earlier = [version for version in versions if live is not None and version < live[0]]
        if not earlier:
            raise LookupError(name)
        key = (name, max(earlier))
        with transaction() as connection:
            behind = self._behind(connection, key)
        self._fill(transaction, source, key, behind, report, afresh=False)
        if not self._switched(transaction, key, back=True):
            raise Corrupt(f"version {key[1]} of {name} is behind")
        return key[1]

    def _fill(self, transaction: Transaction, source: Source, key: Key, registers: list[str], report: Report, *, afresh: bool) -> None:
        records = 0
        for done, register in enumerate(registers, start=1):
            with transaction() as connection:
                records += self._refold(connection, source, key, register, afresh=afresh)
            report(Progress(f"{key[0]} {key[1]}", done, len(registers), records))

    def _refold(self, connection: Connection[TupleRow], source: Source, key: Key, register: str, *, afresh: bool) -> int:
        """Fold the kept records of one register; the long part without holding it, then the rest while nobody else may."""
        projection = self.projections[key]
        before = None if afresh else self.rows.kept(connection, [register]).get((*key, register))
        start = before or Stored(projection.initial, 0)
        now, _ = folded_on(projection, start, source(connection, register, start.seq))
        held = connection.execute(self._sql("select seq from {seen} where register_id = %s for update"), (register,)).fetchone()
        if not afresh:  # the stream may have brought this very view further meanwhile
            now = max(now, self.rows.kept(connection, [register]).get((*key, register), now), key=lambda one: one.seq)
        now, why = folded_on(projection, now, source(connection, register, now.seq))
        if why is None and (held is None or now.seq != held[0]):
            raise Corrupt(f"the kept records of {register} end at {now.seq}, not at {held}")
        if why is None:
            connection.execute(self._sql("delete from {parked} where register_id = %s and name = %s and version = %s"), (register, *key))
        else:
            self._park(connection, [Stuck(*key, register, now.seq + 1, why)])
        self.rows.keep(connection, [Folded(key, register, None, now)])
        return now.seq - start.seq

    def _switched(self, transaction: Transaction, key: Key, *, back: bool = False) -> bool:
        """Make a version live if no register is behind at that very moment; goes back to a lower version only where that is asked."""
        with transaction() as connection:
            connection.execute(self._sql("lock table {seen} in share mode"))  # nobody folds while this looks
            if self._behind(connection, key):
                return False
            connection.execute(
                self._sql(
                    "insert into {live_version} as l (name, version) values (%s, %s) on conflict (name) do update"
                    " set version = excluded.version, switched_at = now() where l.version < excluded.version or %s"
                ),
                (*key, back),
            )
        return True

    def _behind(self, connection: Connection[TupleRow], key: Key) -> list[str]:
        rows = connection.execute(
            self._sql(
                "select s.register_id from {seen} s"
                " left join {views} v on v.name = %s and v.version = %s and v.register_id = s.register_id"
                " left join {parked} p on p.name = %s and p.version = %s and p.register_id = s.register_id"
                " where s.seq > coalesce(v.seq, 0) and p.register_id is null order by 1"
            ),
            (*key, *key),
        )
        return [register for (register,) in rows]

    def _park(self, connection: Connection[TupleRow], stuck: list[Stuck]) -> None:
        for one in stuck:
            log.critical("view %s %s of register %s is stuck at record %s: %s", *one)
            self.rows.park(connection, one)

    def _sql(self, statement: str) -> sql.Composed:
        return in_schema(self.rows.schema, statement)


def folded_on(projection: Projection[S], before: Stored, facts: Iterable[Fact]) -> tuple[Stored, str | None]:
    """Fold facts that follow a state, as far as they can be; returns where that is, and why not further (None: all were folded)."""
    state, seq = before
    for fact in facts:
        if isinstance(fact, Unreadable):
            return Stored(state, seq), fact.reason
        try:
            state = projection.evolve(state, fact)
        except MemoryError:  # trouble of the machine: not the record's fault
            raise
        except Exception as error:  # noqa: BLE001  # whatever a fold stumbles over, only this view of this register waits
            return Stored(state, seq), f"{type(error).__name__}: {error}"
        seq = fact.seq
    return Stored(state, seq), None

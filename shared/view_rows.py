"""The rows of stored views: states written as JSON and read back, each with the last record folded into it.

The tables `views`, `live_version` and `parked` stand in one schema of the program, beside its own.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow
from pydantic import TypeAdapter, ValidationError

from shared.projecting import Projection

Key = tuple[str, int]  # name and version of a view
Place = tuple[str, int, str]  # name, version, register
WARM_MAX = 1_500  # states kept in memory by whoever folds: three views of 500 registers, under 100 MB
log = logging.getLogger(__name__)

LOAD = (
    "select v.state, v.seq from {views} v join {live_version} l using (name, version)"
    " where v.name = %s and v.version = %s and v.register_id = %s"
)
KEEP = (
    "insert into {views} (name, version, register_id, seq, state)"
    " select * from unnest(%s::text[], %s::int[], %s::text[], %s::bigint[], %b::bytea[])"
    " on conflict (name, version, register_id) do update set seq = excluded.seq, state = excluded.state"
    " returning name, version, register_id, xmin::text"
)
ADVANCE = (
    "update {views} v set seq = n.seq from unnest(%s::text[], %s::int[], %s::text[], %s::bigint[]) n (name, version, register_id, seq)"
    " where (v.name, v.version, v.register_id) = (n.name, n.version, n.register_id)"
    " returning v.name, v.version, v.register_id, v.xmin::text"
)
PARK = (
    "insert into {parked} as p (name, version, register_id, seq, reason) values (%s, %s, %s, %s, %s)"
    " on conflict (register_id, name, version) do update"
    " set seq = excluded.seq, reason = excluded.reason, attempts = p.attempts + 1, last_at = now()"
)


class Stored(NamedTuple):
    """The state of one view of one register, and the last `seq` folded into it."""

    state: Any
    seq: int


class Stuck(NamedTuple):
    """A view of a register that stands still before the record `seq`."""

    name: str
    version: int
    register: str
    seq: int
    reason: str


class Folded(NamedTuple):
    """A state to be written: what it was before in the table, if it was there, and what it is now."""

    key: Key
    register: str
    before: Stored | None
    now: Stored


class ViewRows:
    """Reads and writes the rows inside a transaction of the caller, who sees to it that nobody else folds the same register."""

    def __init__(self, projections: Iterable[Projection[Any]], schema: str) -> None:
        """Take the projections, whose states are frozen dataclasses that pydantic can write and read, and the schema of the tables."""
        self.schema = schema
        self._adapters: dict[Key, TypeAdapter[Any]] = {(one.name, one.version): TypeAdapter(type(one.initial)) for one in projections}
        self._lock = threading.Lock()
        self._warm: OrderedDict[Place, tuple[str, Stored]] = OrderedDict()  # with the transaction that wrote the row

    def live(self, connection: Connection[TupleRow], key: Key, register: str) -> Stored | None:
        """Return a state, or None while its version is not the live one or the register has no row."""
        row = connection.execute(self._sql(LOAD), (*key, register), prepare=True).fetchone()
        return None if row is None else self._read(key, *row)

    def kept(self, connection: Connection[TupleRow], registers: list[str]) -> dict[Place, Stored]:
        """Return the states in the table; one that this process wrote itself, and nobody since, need not be read."""
        rows = connection.execute(
            self._sql("select name, version, register_id, xmin::text from {views} where register_id = any(%s)"), (registers,), prepare=True
        ).fetchall()
        stamps = {row[:3]: row[3] for row in rows if row[:2] in self._adapters}
        with self._lock:
            kept = {place: warm[1] for place, stamp in stamps.items() if (warm := self._warm.get(place)) and warm[0] == stamp}
        cold = sorted({place[2] for place in stamps if place not in kept})
        if cold:
            rows = connection.execute(
                self._sql("select name, version, register_id, state, seq from {views} where register_id = any(%s)"), (cold,), prepare=True
            ).fetchall()
            read = {row[:3]: self._read(row[:2], *row[3:]) for row in rows if row[:3] in stamps and row[:3] not in kept}
            kept |= {place: stored for place, stored in read.items() if stored is not None}
        return kept

    def parked(self, connection: Connection[TupleRow], registers: list[str]) -> set[Place]:
        """Return the views that stand still."""
        rows = connection.execute(
            self._sql("select name, version, register_id from {parked} where register_id = any(%s)"), (registers,), prepare=True
        )
        return {(name, version, register) for name, version, register in rows}

    def keep(self, connection: Connection[TupleRow], folded: list[Folded]) -> None:
        """Write states; of those a record did not change, which are most, only how far they are true."""
        unchanged = [one for one in folded if one.before is not None and one.now.state is one.before.state]
        changed = [one for one in folded if one.before is None or one.now.state is not one.before.state]
        stamps: dict[Place, str] = {}
        for statement, rows in (
            (ADVANCE, [(*one.key, one.register, one.now.seq) for one in unchanged]),
            (KEEP, [(*one.key, one.register, one.now.seq, self._adapters[one.key].dump_json(one.now.state)) for one in changed]),
        ):
            if rows:
                columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
                stamps |= {row[:3]: row[3] for row in connection.execute(self._sql(statement), columns, prepare=True)}
        with self._lock:
            for key, register, _, now in folded:
                self._warm.pop((*key, register), None)
                if (*key, register) in stamps:
                    self._warm[*key, register] = (stamps[*key, register], now)
            while len(self._warm) > WARM_MAX:
                self._warm.popitem(last=False)

    def park(self, connection: Connection[TupleRow], stuck: Stuck) -> None:
        """Write down that something stands still; again, it counts one more attempt."""
        connection.execute(self._sql(PARK), stuck)

    def _read(self, key: Key, state: bytes, seq: int) -> Stored | None:
        try:
            return Stored(self._adapters[key].validate_json(state), seq)
        except ValidationError:
            log.critical("view %s %s wrote a state it cannot read back; its readers fold from the first record", *key, exc_info=True)
            return None

    def _sql(self, statement: str) -> sql.Composed:
        return in_schema(self.schema, statement)


def in_schema(schema: str, statement: str) -> sql.Composed:
    """Return a statement whose `{table}` names stand in a schema."""
    names = ("views", "live_version", "parked", "seen", "records", "held", "positions")
    return sql.SQL(statement).format(**{name: sql.Identifier(schema, name) for name in names})

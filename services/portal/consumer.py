"""What the portal does with each lot of records from the stream: keep the bytes, fold the views, remember how far it came."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from services.portal.copy import Copy, Kept
from services.portal.database import Database
from shared.messages import Recorded
from shared.messaging.arrivals import Delivered
from shared.messaging.subscriber import Overtaken
from shared.view_rows import Stuck
from shared.view_store import Fact, ViewStore

THE_REGISTER = ("", 0)  # what `parked` holds when the register itself stands still, not one view of it
KEEP = "insert into portal.records select * from unnest(%s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %b::bytea[])"
ADVANCE = (
    "update portal.seen s set seq = n.seq from unnest(%s::text[], %s::bigint[]) n (register_id, seq) where s.register_id = n.register_id"
)
HOLD = "insert into portal.held select * from unnest(%s::text[], %s::bigint[], %s::text[], %b::bytea[]) on conflict do nothing"
log = logging.getLogger(__name__)


class _Lot(NamedTuple):
    """What a lot brings to one register: the records that follow, read, and those to be kept aside because it stands still."""

    following: list[Kept]
    facts: list[Fact]
    aside: list[Kept]
    was_still: bool
    fault: Stuck | None


class Consumer:
    """Applies the stream of one log to the portal's tables. Give `position` and `apply` to a Subscriber.

    `moved` is told, after each commit, how far the registers of the lot have come.
    """

    def __init__(
        self,
        database: Database,
        copy: Copy,
        store: ViewStore,
        log_id: int,
        moved: Callable[[Mapping[str, int]], None],
        program: str = "portal",
    ) -> None:
        self._database, self._copy, self._store = database, copy, store
        self._key = (log_id, program)
        self._moved = moved

    def position(self) -> int:
        """Return the last position committed, 0 before the first."""
        with self._database.every() as connection:
            row = connection.execute("select position from portal.positions where (log_id, program) = (%s, %s)", self._key).fetchone()
        return int(row[0]) if row else 0

    def apply(self, batch: Sequence[Delivered]) -> None:
        """Commit a lot and the position of its last record in one transaction.

        The bytes are canonical: the subscriber has checked them. Raises Overtaken when another instance has moved the position.
        """
        by_register: defaultdict[str, list[Kept]] = defaultdict(list)
        for one in batch:
            by_register[one.register].append(Kept(one.seq, one.type, one.record))
        with self._database.every() as connection:
            self._move_position(connection, batch[0].position - 1, batch[-1].position)
            seen = _hold(connection, sorted(by_register))
            still = _standing_still(connection, list(seen))
            lots = {one: self._sorted_out(connection, one, seen[one], records, still.get(one)) for one, records in by_register.items()}
            self._keep(connection, lots)
            self._store.take(connection, {register: lot.facts for register, lot in lots.items() if lot.facts})
        self._moved({register: lot.facts[-1].seq for register, lot in lots.items() if lot.facts})

    def _move_position(self, connection: Connection[TupleRow], before: int, after: int) -> None:
        if before == 0:
            connection.execute("insert into portal.positions (log_id, program) values (%s, %s) on conflict do nothing", self._key)
        moved = connection.execute(
            "update portal.positions set position = %s, updated_at = now() where (log_id, program) = (%s, %s) and position = %s",
            (after, *self._key, before),
            prepare=True,
        )
        if moved.rowcount != 1:
            raise Overtaken

    def _sorted_out(self, connection: Connection[TupleRow], register: str, seen: int, records: list[Kept], still_at: int | None) -> _Lot:
        """Say what becomes of each record of a register of which 1 to `seen` are kept, and which may stand still at a record."""
        again = [one for one in records if one.seq <= seen]
        ahead = {one.seq: one for one in reversed(records) if one.seq > seen}
        twice = {one.seq for one in records if one.seq > seen and one != ahead[one.seq]}
        if still_at is not None:  # it waits: perhaps for these
            ahead = {one.seq: one for one in _aside(connection, register)} | ahead
        following: list[Kept] = []
        fault = self._contradiction(connection, register, again)
        if fault is None and still_at is not None and still_at <= seen:
            return _Lot([], [], list(ahead.values()), was_still=True, fault=None)  # contradicted before: only a person can settle it
        facts: list[Fact] = []
        while fault is None and (one := ahead.pop(seen + len(following) + 1, None)) is not None:
            fact = self._copy.read(one)
            if isinstance(fact, Recorded) and (fact.register, fact.seq) != (register, one.seq):
                fault = Stuck(*THE_REGISTER, register, one.seq, f"record {one.seq} says it is {fact.register}/{fact.seq}")
                break
            following.append(one)
            facts.append(fact)
            if one.seq in twice:
                fault = Stuck(*THE_REGISTER, register, one.seq, f"record {one.seq} has come twice, with other bytes")
        if fault is None and ahead:
            missing = seen + len(following) + 1
            fault = Stuck(*THE_REGISTER, register, missing, f"record {missing} is missing, {min(ahead)} has come")
        return _Lot(following, facts, list(ahead.values()), still_at is not None, fault)

    def _contradiction(self, connection: Connection[TupleRow], register: str, again: list[Kept]) -> Stuck | None:
        """What comes again must be what came before, byte for byte."""
        for one in again:
            kept = self._copy.up_from(connection, register, one.seq - 1, 1)
            if kept != [one]:
                return Stuck(*THE_REGISTER, register, one.seq, f"record {one.seq} has come again with other bytes")
        return None

    def _keep(self, connection: Connection[TupleRow], lots: Mapping[str, _Lot]) -> None:
        """Write what follows to the copy, and see to the registers that stand still, or no longer do."""
        rows = [
            (register, one.seq, one.type, fact.time if isinstance(fact, Recorded) else None, one.record)
            for register, lot in lots.items()
            for one, fact in zip(lot.following, lot.facts, strict=True)
        ]
        _write(connection, KEEP, rows)
        _write(connection, ADVANCE, [(register, lot.facts[-1].seq) for register, lot in lots.items() if lot.facts])
        for register, lot in lots.items():
            if lot.was_still and lot.facts:
                connection.execute("delete from portal.held where register_id = %s and seq <= %s", (register, lot.facts[-1].seq))
                connection.execute("delete from portal.parked where (register_id, name, version) = (%s, %s, %s)", (register, *THE_REGISTER))
            if lot.fault is not None:
                log.critical("register %s stands still at record %s: %s", register, lot.fault.seq, lot.fault.reason)
                self._store.rows.park(connection, lot.fault)
            _write(connection, HOLD, [(register, *one) for one in lot.aside])


def _hold(connection: Connection[TupleRow], registers: list[str]) -> dict[str, int]:
    """Hold the rows of `seen` in sorted order: while a register moves, two logs carry it, and they take turns."""
    connection.execute("insert into portal.seen select unnest(%s::text[]), 0 on conflict do nothing", (registers,), prepare=True)
    rows = connection.execute(
        "select register_id, seq from portal.seen where register_id = any(%s) order by register_id for update", (registers,), prepare=True
    )
    return dict(rows.fetchall())


def _standing_still(connection: Connection[TupleRow], registers: list[str]) -> dict[str, int]:
    """Return the registers that stand still, each with the record it misses or that contradicts the copy."""
    rows = connection.execute(
        "select register_id, seq from portal.parked where register_id = any(%s) and name = ''", (registers,), prepare=True
    )
    return dict(rows.fetchall())


def _aside(connection: Connection[TupleRow], register: str) -> list[Kept]:
    rows = connection.execute("select seq, type, record from portal.held where register_id = %s", (register,), prepare=True)
    return [Kept(*row) for row in rows]


def _write(connection: Connection[TupleRow], statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows in one statement, which takes one array a column; nothing when there are none."""
    if rows:
        connection.execute(statement.encode(), [list(column) for column in zip(*rows, strict=True)], prepare=True)

"""The portal's own copy of every register: the bytes as they came from the stream, read back in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from shared.eventlog.codec import Codec
from shared.messages import Recorded
from shared.refusals import Corrupt
from shared.view_store import Fact, Unreadable

PAGE_MAX = 2_000  # records in one statement: a few megabytes at most

UP_FROM = (
    "select seq, type, record from portal.records where register_id = %s and seq > %s and seq <= %s"
    " and (%s::text[] is null or type = any(%s)) order by seq limit %s"
)
DOWN_FROM = (
    "select seq, type, record from portal.records where register_id = %s and seq < %s"
    " and (%s::text[] is null or type = any(%s)) order by seq desc limit %s"
)
SEQ_MAX = 2**53 - 1


class Kept(NamedTuple):
    """One record of the copy: its bytes are those of the stream."""

    seq: int
    type: str
    record: bytes


class Head(NamedTuple):
    """The last record of a register that arrived, and when it was recorded (None if it cannot be read)."""

    seq: int
    time: datetime | None


class Parking(NamedTuple):
    """What stands still in a register and since which record; `name` is empty when it is the register itself."""

    name: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Reads the copy inside a transaction of the caller, which says whose rows are seen."""

    codec: Codec

    def up_from(
        self,
        connection: Connection[TupleRow],
        register: str,
        after: int,
        limit: int,
        *,
        upto: int = SEQ_MAX,
        types: Sequence[str] | None = None,
    ) -> list[Kept]:
        """Return at most `limit` records with after < seq <= upto, in order; `types` are wire names."""
        asked = list(types) if types else None
        return [Kept(*row) for row in connection.execute(UP_FROM, (register, after, upto, asked, asked, limit), prepare=True, binary=True)]

    def down_from(
        self, connection: Connection[TupleRow], register: str, before: int, limit: int, types: Sequence[str] | None = None
    ) -> list[Kept]:
        """Return at most `limit` records with seq < before, the last first."""
        asked = list(types) if types else None
        return [Kept(*row) for row in connection.execute(DOWN_FROM, (register, before, asked, asked, limit), prepare=True, binary=True)]

    def facts(self, connection: Connection[TupleRow], register: str, after: int) -> Iterator[Fact]:
        """Iterate over the records after a seq, decoded, page by page."""
        while page := self.up_from(connection, register, after, PAGE_MAX):
            for kept in page:
                yield self.read(kept)
            if len(page) < PAGE_MAX:
                return
            after = page[-1].seq

    def read(self, kept: Kept) -> Recorded[Any] | Unreadable:
        """Decode one record; what this program cannot read is said, not raised."""
        try:
            return self.codec.decode(kept.type, kept.record)
        except Corrupt as error:
            return Unreadable(kept.seq, str(error))

    def head(self, connection: Connection[TupleRow], register: str) -> Head | None:
        """Return where a register stands in the copy, None when nothing of it has arrived."""
        row = connection.execute(
            "select seq, time from portal.records where register_id = %s order by seq desc limit 1", (register,), prepare=True
        ).fetchone()
        return Head(*row) if row else None

    def parked(self, connection: Connection[TupleRow], register: str) -> list[Parking]:
        """Return what stands still in a register, the oldest first."""
        rows = connection.execute(
            "select name, seq, reason from portal.parked where register_id = %s order by seq", (register,), prepare=True
        )
        return [Parking(*row) for row in rows]

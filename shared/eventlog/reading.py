"""Records read back: by register with a service's rights, by position and in bulk with a reader's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import TupleRow

from shared.eventlog.connecting import CONNECTIONS_MAX, Connections

PAGE_MAX = 2_000  # records of a register in one statement
TAIL_MAX = 500  # records by position in one statement

BY_POSITION = (
    "select position, register_id, seq, type, record from eventlog.records where log_id = %s and position > %s order by position limit %s"
)


class StoredRecord(NamedTuple):
    """One record as it lies in the log; `record` is its canonical bytes, `position` None where only the register's order is known."""

    position: int | None
    register: str
    seq: int
    type: str
    record: bytes


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which log holds a register, its head, and its state ('open' or 'frozen')."""

    log_id: int
    seq: int
    first_position: int
    state: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The first answer to a command: where its records are, and the fingerprint it came with."""

    first_seq: int
    last_seq: int
    fingerprint: bytes | None


class Hole(Exception):
    """A record is missing where the log promises one. Stop and alarm: never go on past it."""


class RegisterReader:
    """What a service reads of its registers in one log, one register at a time (role ruche_writer). For any thread."""

    def __init__(self, conninfo: str, log_id: int, pool_size: int = CONNECTIONS_MAX) -> None:
        self.log_id = log_id
        self._pool = Connections(conninfo, f"ruche-registers-{log_id}", pool_size)

    def read(self, register: str, after: int, limit: int = PAGE_MAX) -> list[StoredRecord]:
        """Records of `register` with seq > `after`, in order, at most `limit`. Raises Unavailable, Hole."""
        rows = self._pool.rows("select * from eventlog.read_register(%s::smallint, %s, %s::bigint, %s::int)",
                               (self.log_id, register, after, limit))  # fmt: skip
        records = [StoredRecord(position, register, seq, kind, record) for position, seq, kind, record in rows]
        _check_seq(records, register, after)
        return records

    def through(self, register: str, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records of `register` with after < seq <= `upto`, page by page. Raises Unavailable, Hole."""
        while upto is None or after < upto:
            page = self.read(register, after, PAGE_MAX if upto is None else min(PAGE_MAX, upto - after))
            yield from page
            if len(page) < PAGE_MAX:
                return
            after = page[-1].seq

    def answered(self, register: str, command_id: str) -> Answered | None:
        """The first answer to a command, None when the log does not know it. Raises Unavailable."""
        rows = self._pool.rows("select * from eventlog.answered(%s::smallint, %s, %s)", (self.log_id, register, command_id))
        return Answered(*rows[0]) if rows else None

    def assignment(self, register: str) -> Assignment | None:
        """Which log holds a register, None when it was never opened. Raises Unavailable."""
        rows = self._pool.rows("select * from eventlog.assignment(%s)", (register,))
        return Assignment(*rows[0]) if rows else None

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()


class LogReader:
    """Everything in every log of the database (role ruche_reader): tails, replays, exports. For any thread."""

    def __init__(self, conninfo: str, pool_size: int = CONNECTIONS_MAX) -> None:
        self._pool = Connections(conninfo, "ruche-reader", pool_size)

    def head(self, log_id: int) -> int:
        """The last position given out, 0 in an empty log. Raises LookupError for an unknown log, Unavailable."""
        return int(self._log(log_id)[0])

    def born(self, log_id: int) -> UUID:
        """The identity of a log. Raises LookupError for an unknown log, Unavailable."""
        born: UUID = self._log(log_id)[1]
        return born

    def by_position(self, log_id: int, after: int, limit: int = TAIL_MAX) -> list[StoredRecord]:
        """Records of a log with position > `after`, in order, at most `limit`. Raises Hole when one is missing, Unavailable."""
        records = list(map(StoredRecord._make, self._pool.rows(BY_POSITION, (log_id, after, limit))))
        check_positions(records, log_id, after)
        return records

    def by_register(self, register: str, after: int = 0, upto: int | None = None, batch: int = PAGE_MAX) -> Iterator[StoredRecord]:
        """Records of `register` with after < seq <= `upto`, in order, fetched `batch` at a time. Raises Hole, Unavailable."""
        rows = self._pool.rows(
            "select log_id from eventlog.registers where register_id = %s and state <> 'moved' order by state = 'open' desc limit 1",
            (register,),
        )
        last = upto if upto is not None else 2**63 - 1
        while rows and after < last:
            page = self._register_page(rows[0][0], register, after, min(batch, last - after))
            yield from page
            if len(page) < batch:
                return
            after = page[-1].seq

    def registers(self) -> list[tuple[int, str, int]]:
        """Every register as (log_id, register, seq of its head), in the order of logs and names; those moved away are left out."""
        rows = self._pool.rows(
            "select log_id, register_id, seq from eventlog.registers where state <> 'moved' order by log_id, register_id", ()
        )
        return [(log_id, register, seq) for log_id, register, seq in rows]

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()

    def _register_page(self, log_id: int, register: str, after: int, limit: int) -> list[StoredRecord]:
        rows = self._pool.rows(
            "select position, register_id, seq, type, record from eventlog.records "
            "where log_id = %s and register_id = %s and seq > %s order by seq limit %s",
            (log_id, register, after, limit),
        )
        page = list(map(StoredRecord._make, rows))
        _check_seq(page, register, after)
        return page

    def _log(self, log_id: int) -> TupleRow:
        rows = self._pool.rows("select head, born from eventlog.logs where log_id = %s", (log_id,))
        if not rows:
            raise LookupError(f"there is no log {log_id}")
        return rows[0]


def check_positions(records: list[StoredRecord], log_id: int, after: int) -> None:
    """Raises Hole unless positions run after+1, after+2, … A reader that has seen p has then seen everything before p."""
    for wanted, record in enumerate(records, after + 1):
        if record.position != wanted:
            raise Hole(f"log {log_id}: position {wanted} is missing, {record.position} follows {wanted - 1}")


def _check_seq(records: list[StoredRecord], register: str, after: int) -> None:
    for wanted, record in enumerate(records, after + 1):
        if record.seq != wanted:
            raise Hole(f"register {register}: record {wanted} is missing, {record.seq} follows {wanted - 1}")

"""New records as they come: a notification wakes the reader, a second of patience replaces a lost one."""

import time
from threading import Event

from psycopg import Connection, OperationalError, sql
from psycopg.rows import TupleRow

from shared.eventlog.connecting import connect
from shared.eventlog.reading import BY_POSITION, TAIL_MAX, StoredRecord, check_positions

WAIT_SECONDS = 1.0  # at most, for a notification; then the log is read again whatever happened
STOP_CHECK_SECONDS = 0.2  # how soon a waiting reader sees that it was stopped
PAUSE_SECONDS = 0.1  # before reconnecting; doubles
PAUSE_SECONDS_MAX = 5.0


class LogTail:
    """One reader of one log on a connection of its own. `more` belongs to one thread; `stop` may come from any other."""

    def __init__(self, conninfo: str, log_id: int) -> None:
        """`conninfo` logs in as a role that reads all (ruche_reader, ruche_publisher). Connects at the first reading."""
        self.log_id = log_id
        self.reconnects = 0
        self._conninfo = conninfo
        self._connection: Connection[TupleRow] | None = None
        self._pause_seconds = PAUSE_SECONDS
        self._stopped = Event()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Makes `more` return soon. The reading thread closes the connection: another one closing it under its feet breaks psycopg."""
        self._stopped.set()

    def more(self, after: int, limit: int = TAIL_MAX) -> list[StoredRecord]:
        """Records with position > `after`, in order; waits about a second when there is none, then may return an empty list.

        A lost connection is opened again, LISTEN first, with growing pauses. Raises Hole.
        """
        try:
            connection = self._listening()
            records = self._read(connection, after, limit)
            if not records and not self.stopped:
                self._wait(connection)
                connection.execute("select 1")  # a dead line shows itself here
                records = self._read(connection, after, limit)
            self._pause_seconds = PAUSE_SECONDS
            return records
        except OperationalError:
            self.close()
            self.reconnects += 1
            self._stopped.wait(self._pause_seconds)
            self._pause_seconds = min(self._pause_seconds * 2, PAUSE_SECONDS_MAX)
            return []

    def close(self) -> None:
        """Closes the connection; call it from the reading thread."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listening(self) -> Connection[TupleRow]:
        """LISTEN comes before the reading that follows: a record between the two wakes us, instead of waiting for the next one."""
        if self._connection is None:
            self._connection = connect(self._conninfo, f"ruche-tail-{self.log_id}")
            self._connection.execute(sql.SQL("listen {}").format(sql.Identifier(f"eventlog_{self.log_id}")))
        return self._connection

    def _read(self, connection: Connection[TupleRow], after: int, limit: int) -> list[StoredRecord]:
        rows = connection.execute(BY_POSITION, (self.log_id, after, limit), prepare=True, binary=True).fetchall()
        records = [StoredRecord(*row) for row in rows]
        check_positions(records, self.log_id, after)
        return records

    def _wait(self, connection: Connection[TupleRow]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.stopped and (left := deadline - time.monotonic()) > 0:
            for _ in connection.notifies(timeout=min(left, STOP_CHECK_SECONDS), stop_after=1):
                return

"""What the publisher asks of the log: one dedicated connection, which holds the lead for as long as it lives."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, sql

from shared.messaging.continuity import LOT_ROWS, LogSeen, Row

LEAD_LOCK = 73001  # first key of the advisory lock, the log's id is the second; nothing else of ours uses this number
STATEMENT_SECONDS = 10  # an index scan of 500 rows; past this the database is in trouble and the lead is given up
WAIT_SECONDS = 1.0  # the longest a lost notification delays a record
POLL_FIRST_SECONDS = 0.02
POLL_LAST_SECONDS = 0.25


class NoSuchLog(LookupError):
    """The database holds no log of this number."""


class LogTail:
    """The end of one log, over one connection in autocommit. Every method raises psycopg.Error when the connection is lost."""

    def __init__(self, connection: AsyncConnection[Any], log_id: int, *, notified: bool) -> None:
        self._connection = connection
        self._log_id = log_id
        self._notified = notified
        self._poll_seconds = POLL_FIRST_SECONDS

    async def take_lead(self) -> bool:
        """Whether this connection now leads the log. A second asking by the leader itself is a yes too: ask once."""
        found = await self._all("select pg_try_advisory_lock(%s, %s)", LEAD_LOCK, self._log_id)
        return bool(found[0][0])

    async def listen(self) -> None:
        """Asks to be told of new records, when told at all: poolers and Citus do not carry notifications."""
        if self._notified:
            await self._connection.execute(sql.SQL("listen {}").format(sql.Identifier(f"eventlog_{self._log_id}")))

    async def seen(self) -> LogSeen:
        """Who the log is, and how long. Raises NoSuchLog."""
        found = await self._all("select born::text, head from eventlog.logs where log_id = %s", self._log_id)
        if not found:
            raise NoSuchLog(f"no log {self._log_id} in this database")
        return LogSeen(*found[0])

    async def after(self, last: int) -> tuple[int, list[Row]]:
        """The head, and up to LOT_ROWS records after `last`, in one snapshot."""
        found = await self._all(
            """select l.head, r.* from eventlog.logs l left join lateral (
                   select position, register_id, seq, type, record, recorded_at from eventlog.records
                    where log_id = %s and position > %s order by position limit %s) r on true
                where l.log_id = %s order by r.position""",
            self._log_id,
            last,
            LOT_ROWS,
            self._log_id,
        )
        if not found:
            raise NoSuchLog(f"no log {self._log_id} in this database")
        rows = [Row(*columns) for _, *columns in found if columns[0] is not None]
        if rows:
            self._poll_seconds = POLL_FIRST_SECONDS
        return found[0][0], rows

    async def records(self, positions: Sequence[int]) -> dict[int, bytes]:
        """The bytes at these positions; a position the log does not hold is left out."""
        found = await self._all(
            "select position, record from eventlog.records where log_id = %s and position = any(%s)", self._log_id, list(positions)
        )
        return dict(found)

    async def wait(self) -> None:
        """Waits for new records: until a notification, at most WAIT_SECONDS; without notifications, a little longer each time."""
        if self._notified:
            async for _ in self._connection.notifies(timeout=WAIT_SECONDS, stop_after=1):
                pass
        else:
            await asyncio.sleep(self._poll_seconds)
            self._poll_seconds = min(self._poll_seconds * 1.5, POLL_LAST_SECONDS)

    async def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        # Binary, because the text form of bytea is twice as long.
        async with self._connection.cursor(binary=True) as cursor:
            await cursor.execute(query.encode(), values)
            return await cursor.fetchall()


@asynccontextmanager
async def opened(database_url: str, log_id: int, *, notified: bool) -> AsyncIterator[LogTail]:
    """Connects directly, not through a pooler, which would share the connection and with it the lead. Raises psycopg.Error."""
    connection = await AsyncConnection.connect(
        database_url,
        autocommit=True,
        connect_timeout=5,
        application_name=f"ruche-publisher-{log_id}",
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )
    async with connection:
        await connection.execute(f"set statement_timeout = '{STATEMENT_SECONDS}s'".encode())
        yield LogTail(connection, log_id, notified=notified)

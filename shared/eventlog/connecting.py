"""How a program reaches PostgreSQL: limits on every wait, and one error when it cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

CONNECTIONS_MAX = 8  # of one reader; the server has 100 in all
CONNECTION_WAIT_SECONDS = 5.0  # for a free connection; then Unavailable

# A server that vanished without a word (a pulled cable) is noticed within about ten seconds, not after the system's two hours.
REACH: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


class Unavailable(Exception):
    """The log could not be reached in time. What was asked may or may not have been done: ask again with the same command id."""


def connect(conninfo: str, program: str) -> Connection[TupleRow]:
    """A connection in autocommit, named `program` in `pg_stat_activity`.

    `conninfo` is a libpq URL or keyword string of one login role. Raises psycopg.OperationalError when the server is away.
    """
    return psycopg.connect(conninfo, autocommit=True, application_name=program, **REACH)


class Connections:
    """A few connections of one login role, each proven alive before use. For any thread; nothing is opened before the first use."""

    def __init__(self, conninfo: str, program: str, size: int = CONNECTIONS_MAX) -> None:
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            conninfo,
            kwargs={"autocommit": True, "application_name": program, **REACH},
            min_size=0,
            max_size=size,
            timeout=CONNECTION_WAIT_SECONDS,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def rows(self, statement: str, arguments: tuple[Any, ...]) -> list[TupleRow]:
        """Every row of one statement, in one round trip after the proof of life. Raises Unavailable."""
        with self.connection() as connection:
            return connection.execute(statement.encode(), arguments, prepare=True, binary=True).fetchall()

    @contextmanager
    def connection(self) -> Iterator[Connection[TupleRow]]:
        """A connection in autocommit for the length of the block. Raises Unavailable when the server is away or all are taken."""
        try:
            with self._pool.connection() as connection:
                yield connection
        except (OperationalError, PoolTimeout) as error:
            raise Unavailable(f"the database does not answer: {error}") from error

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()

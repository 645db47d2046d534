"""How the portal reaches its own tables: either one register at a time, or all of them for whoever follows the stream."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from shared.eventlog.connecting import Connections

EVERY_REGISTER = "*"


class Database:
    """The connections of role ruche_portal, for any thread. Every block is one transaction; Unavailable when the server is away."""

    def __init__(self, conninfo: str) -> None:
        self._connections = Connections(conninfo, "ruche-portal")

    @contextmanager
    def one(self, register: str) -> Iterator[Connection[TupleRow]]:
        """A transaction that changes nothing and sees the rows of one register, all as of the same moment."""
        with self._scoped(register, IsolationLevel.REPEATABLE_READ, read_only=True) as connection:
            yield connection

    @contextmanager
    def every(self) -> Iterator[Connection[TupleRow]]:
        """A transaction that sees and may change the rows of every register."""
        with self._scoped(EVERY_REGISTER, IsolationLevel.READ_COMMITTED, read_only=False) as connection:
            yield connection

    def close(self) -> None:
        """Closes every connection."""
        self._connections.close()

    @contextmanager
    def _scoped(self, register: str, isolation: IsolationLevel, *, read_only: bool) -> Iterator[Connection[TupleRow]]:
        with self._connections.connection() as connection:
            connection.isolation_level, connection.read_only = isolation, read_only  # said in the BEGIN that follows
            with connection.transaction():
                connection.execute("select set_config('ruche.register', %s, true)", (register,), prepare=True)
                yield connection

"""Snapshots of aggregates, for applications of the `eventsourcing` library; a cache that may be emptied."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import AggregateRecorder, DatabaseError, IntegrityError, OperationalError, StoredEvent
from psycopg import Connection
from psycopg.rows import TupleRow

from shared.eventlog.connecting import Connections, Unavailable

FOLD_VERSION = 1  # the library versions its classes inside the state


class SnapshotRecorder(AggregateRecorder):
    """Snapshots beside one log. Gaps in versions are normal here. `conninfo` logs in as ruche_writer."""

    def __init__(self, conninfo: str, log_id: int) -> None:
        self.log_id = log_id
        self._connections = Connections(conninfo, f"ruche-snapshots-{log_id}", size=2)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        """Stores snapshots, all or none. Raises IntegrityError when one is there already, OperationalError, DatabaseError."""
        with self._raising(), self._connections.connection() as connection, connection.transaction():
            for event in stored_events:
                _name_register(connection, event.originator_id)
                connection.execute(
                    "insert into eventsourcing.snapshots (log_id, register_id, service, version, seq, position, state) "
                    "values (%s, %s, %s, %s, %s, 0, %s)",
                    (self.log_id, str(event.originator_id), event.topic, FOLD_VERSION, event.originator_version, event.state),
                    binary=True,
                )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Snapshots of one aggregate with gt < version <= lte, in order, or the last ones first."""
        order = "desc" if desc else "asc"
        with self._raising(), self._connections.connection() as connection, connection.transaction():
            _name_register(connection, originator_id)
            rows = connection.execute(
                f"select seq, service, state from eventsourcing.snapshots where log_id = %s and register_id = %s "
                f"and (%s::bigint is null or seq > %s) and (%s::bigint is null or seq <= %s) order by seq {order} limit %s".encode(),
                (self.log_id, str(originator_id), gt, gt, lte, lte, limit),
                binary=True,
            ).fetchall()
        return [StoredEvent(originator_id, seq, topic, state) for seq, topic, state in rows]

    def close(self) -> None:
        """Closes the connections."""
        self._connections.close()

    @contextmanager
    def _raising(self) -> Iterator[None]:
        try:
            yield
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except Unavailable as error:
            raise OperationalError(str(error)) from error
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error


def _name_register(connection: Connection[TupleRow], register: UUID | str) -> None:
    """Row level security shows a service one register at a time, here until the end of the transaction."""
    connection.execute("select set_config('ruche.register', %s, true)", (str(register),))

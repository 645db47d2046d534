"""How far a projection of the `eventsourcing` library has come, written in the transaction of its view."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event
from time import monotonic

import psycopg
from eventsourcing.persistence import DatabaseError, IntegrityError, OperationalError, Tracking, TrackingRecorder, WaitInterruptedError
from psycopg import Connection
from psycopg.rows import TupleRow

from shared.eventlog.connecting import Connections, Unavailable

ELSEWHERE_SECONDS = 0.5  # a position written by another process is seen within this
INTERRUPT_SECONDS = 0.05  # and an interruption within this


class PositionRecorder(TrackingRecorder):
    """Positions of projections beside one log; a view subclasses it and writes inside `tracked`. Logs in as ruche_writer."""

    def __init__(self, conninfo: str, log_id: int) -> None:
        self.log_id = log_id
        self._connections = Connections(conninfo, f"ruche-positions-{log_id}", size=4)
        self._advanced = Condition()

    @contextmanager
    def tracked(self, tracking: Tracking) -> Iterator[Connection[TupleRow]]:
        """A transaction that records `tracking`; what the block writes on the connection is committed with it, or not at all.

        Raises IntegrityError when that position, or a later one, was recorded before.
        """
        try:
            with self._connections.connection() as connection, connection.transaction():
                done = connection.execute(
                    "insert into eventsourcing.positions as p (log_id, projection, version, part, position, status, updated_at) "
                    "values (%s, %s, 1, 0, %s, 'live', now()) on conflict (log_id, projection, version, part) "
                    "do update set position = excluded.position, updated_at = now() where p.position < excluded.position",
                    (self.log_id, tracking.application_name, tracking.notification_id),
                )
                if done.rowcount == 0:
                    raise IntegrityError(f"{tracking.application_name} is at position {tracking.notification_id} or further")
                yield connection
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error
        except Unavailable as error:
            raise OperationalError(str(error)) from error
        with self._advanced:
            self._advanced.notify_all()

    def insert_tracking(self, tracking: Tracking) -> None:
        """Records a position alone; raises IntegrityError as `tracked` does."""
        with self.tracked(tracking):
            pass

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position recorded for an application, None for none."""
        try:
            rows = self._connections.rows(
                "select position from eventsourcing.positions where log_id = %s and projection = %s and version = 1 and part = 0",
                (self.log_id, application_name),
            )
        except Unavailable as error:
            raise OperationalError(str(error)) from error
        return rows[0][0] if rows else None

    def wait(
        self,
        application_name: str,
        notification_id: int | None,
        timeout: float = 1.0,
        interrupt: Event | None = None,
    ) -> None:
        """Blocks until the position is recorded, woken by this process's own commits.

        Raises TimeoutError after `timeout` seconds, WaitInterruptedError when `interrupt` is set before.
        """
        deadline = monotonic() + timeout
        with self._advanced:
            while not self.has_tracking_id(application_name, notification_id):
                if interrupt is not None and interrupt.is_set():
                    raise WaitInterruptedError
                left = deadline - monotonic()
                if left <= 0:
                    raise TimeoutError(f"{application_name} has not reached position {notification_id}")
                self._advanced.wait(min(left, ELSEWHERE_SECONDS if interrupt is None else INTERRUPT_SECONDS))

    def close(self) -> None:
        """Closes the connections."""
        self._connections.close()

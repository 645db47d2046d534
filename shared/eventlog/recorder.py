"""The log as an `eventsourcing` application recorder, so that applications, projections and tools of that library run on it.

Originator = register, version = seq (from `first_version`), topic = type, state = the record's bytes, notification id = position.
Two differences: a gap in versions is a conflict, and one save touches one register. Ids have no holes.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    DatabaseError,
    DataError,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    NotSupportedError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from shared.eventlog.append import Answer, Append, Appended, Conflict, LogWriter, TooLarge
from shared.eventlog.connecting import Connections, Unavailable
from shared.eventlog.positions import PositionRecorder
from shared.eventlog.reading import LogReader
from shared.eventlog.safety import refuse_unlocked_functions
from shared.eventlog.snapshots import SnapshotRecorder
from shared.eventlog.subscription import LogSubscription, originator_of

POSITION_MAX = 2**63 - 1
R = TypeVar("R", "RegisterRecorder", SnapshotRecorder, PositionRecorder)


class VersionConflict(IntegrityError):
    """The register's head is not the version the events follow; `head` is its seq (None: no such register), `state` frozen or moved."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"the register is at {conflict.head}{', ' + conflict.state if conflict.state else ''}")
        self.head = conflict.head
        self.state = conflict.state


class CommandRepeated(IntegrityError):
    """The command id was used before; `RegisterRecorder.append` gives the first answer instead of raising."""


class RegisterRecorder(ApplicationRecorder):
    """Registers of one log. Writes share commits through `writer`; reads log in as `reader_conninfo` says (ruche_reader)."""

    def __init__(self, writer: LogWriter, reader_conninfo: str, first_version: int = 1) -> None:
        """`first_version` is the version of an originator's first event: 1 for aggregates, 0 in some of the library's tests."""
        self.log_id = writer.log_id
        self.first_version = first_version
        self._writer = writer
        self._reader_conninfo = reader_conninfo
        self._connections = Connections(reader_conninfo, f"ruche-recorder-{self.log_id}")
        self._reader = LogReader(reader_conninfo, pool_size=1)

    def append(self, command: Append) -> Answer:
        """Appends one command's records, sharing the commit with other threads; blocks until they are flushed. See LogWriter.submit."""
        return self._writer.submit(command)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command: str | None = None,
        fingerprint: bytes | None = None,
        **kwargs: Any,
    ) -> Sequence[int]:
        """Stores the events of one originator; returns their positions in order, [] for none.

        Raises VersionConflict, CommandRepeated, DataError (too large, not text), OperationalError (it may be stored),
        NotSupportedError (several originators, or options of other recorders).
        """
        if meant := [name for name, value in kwargs.items() if value is not None]:  # applications pass `tracking=None`
            raise NotSupportedError(f"this recorder does not know {', '.join(meant)}")
        if not stored_events:
            return []
        try:
            answer = self.append(self._append_of(stored_events, command, fingerprint))
        except (TooLarge, psycopg.DataError, psycopg.IntegrityError, UnicodeError) as error:
            raise DataError(str(error)) from error
        except (Unavailable, psycopg.OperationalError) as error:
            raise OperationalError(str(error)) from error
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error
        match answer:
            case Appended(first_position=first):
                return list(range(first, first + len(stored_events)))
            case Conflict():
                raise VersionConflict(answer)
            case _:
                raise CommandRepeated(f"{command} was answered by records {answer.first_seq} to {answer.last_seq}")

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one originator with gt < version <= lte, in order, or the last ones first."""
        shift = self.first_version - 1
        rows = self._rows(
            "select seq, type, record from eventlog.records where log_id = %s and register_id = %s and seq > %s and seq <= %s "
            f"order by seq {'desc' if desc else 'asc'} limit %s",
            (self.log_id, str(originator_id), _or(gt, shift) - shift, _or(lte, POSITION_MAX) - shift, limit),
        )
        return [StoredEvent(originator_id, seq + shift, kind, record) for seq, kind, record in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events of the log by position, from `start` (or after it) to `stop`, of the given topics (all when empty)."""
        after = _or(start, 0) - (1 if inclusive_of_start and start is not None else 0)
        rows = self._rows(
            "select position, register_id, seq, type, record from eventlog.records where log_id = %s and position > %s and position <= %s "
            f"{'and type = any(%s::text[]) ' if topics else ''}order by position limit %s",
            (self.log_id, after, _or(stop, POSITION_MAX), *([list(topics)] if topics else []), limit),
        )
        shift = self.first_version - 1
        return [
            Notification(originator_of(register), seq + shift, kind, record, id=position) for position, register, seq, kind, record in rows
        ]

    def max_notification_id(self) -> int | None:
        """The last position of the log, None when it is empty."""
        try:
            return self._reader.head(self.log_id) or None
        except Unavailable as error:
            raise OperationalError(str(error)) from error

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        """Events after position `gt` as they come, for ever; see LogSubscription."""
        return LogSubscription(self, self._reader_conninfo, gt=gt, topics=topics)

    def close(self) -> None:
        """Closes the reading connections; the writer belongs to whoever made it."""
        self._connections.close()
        self._reader.close()

    def _append_of(self, events: Sequence[StoredEvent], command: str | None, fingerprint: bytes | None) -> Append:
        first = events[0]
        if any(event.originator_id != first.originator_id for event in events):
            raise NotSupportedError("events of several originators in one save: a register is the unit of consistency")
        versions = [event.originator_version for event in events]
        if versions != list(range(versions[0], versions[0] + len(versions))):
            raise IntegrityError(f"versions {versions[:5]}… do not follow one another")
        records = tuple((event.topic, event.state) for event in events)
        return Append(str(first.originator_id), versions[0] - self.first_version, records, command, fingerprint)

    def _rows(self, statement: str, arguments: tuple[Any, ...]) -> list[psycopg.rows.TupleRow]:
        try:
            return self._connections.rows(statement, arguments)
        except Unavailable as error:
            raise OperationalError(str(error)) from error


class LogFactory(InfrastructureFactory[PositionRecorder]):
    """Builds the recorders from the `env` of an application whose PERSISTENCE_MODULE is `shared.eventlog.recorder`.

    LOG_WRITER_URL (ruche_writer) and LOG_READER_URL (ruche_reader) are required; LOG_ID and LOG_FIRST_VERSION are 1 when absent.
    Snapshots and positions need the schema of `schema/optional`.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Raises Unsafe when the library's unlocked database functions are asked for, OSError when a URL is missing."""
        super().__init__(env)
        refuse_unlocked_functions(dict(self.env))
        refuse_unlocked_functions()
        self._writer_url = self._required("LOG_WRITER_URL")
        self._reader_url = self._required("LOG_READER_URL")
        self._log_id = int(self.env.get("LOG_ID", "") or 1)
        self._first_version = int(self.env.get("LOG_FIRST_VERSION", "") or 1)
        self._writer: LogWriter | None = None
        self._opened: list[RegisterRecorder | SnapshotRecorder | PositionRecorder] = []

    def aggregate_recorder(self, purpose: str = "snapshots") -> SnapshotRecorder:  # noqa: ARG002, the library's contract names it
        """The recorder of snapshots, whatever the purpose: events have `application_recorder`."""
        return self._keep(SnapshotRecorder(self._writer_url, self._log_id))

    def application_recorder(self) -> RegisterRecorder:
        """The recorder of registers; those of one factory share a writer."""
        if self._writer is None:
            self._writer = LogWriter(self._writer_url, self._log_id)
        return self._keep(RegisterRecorder(self._writer, self._reader_url, self._first_version))

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> Any:
        """The recorder of positions, or the given subclass of PositionRecorder (also by TRACKING_RECORDER_TOPIC)."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        chosen: type[TrackingRecorder] = tracking_recorder_class or (resolve_topic(topic) if topic else PositionRecorder)
        if not issubclass(chosen, PositionRecorder):
            raise NotSupportedError(f"{chosen.__name__} does not keep its positions beside this log")
        return self._keep(chosen(self._writer_url, self._log_id))

    def process_recorder(self) -> ProcessRecorder:
        """Raises NotSupportedError: events and positions lie in different databases, and projections apply batches."""
        raise NotSupportedError("a process recorder would put a reader's progress into the log")

    def close(self) -> None:
        """Closes everything this factory made."""
        for recorder in self._opened:
            recorder.close()
        self._opened.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _keep(self, recorder: R) -> R:
        self._opened.append(recorder)
        return recorder

    def _required(self, name: str) -> str:
        value = self.env.get(name)
        if not value:
            raise OSError(f"{name} is not set: give the URL of the login role in the application's env")
        return value


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value

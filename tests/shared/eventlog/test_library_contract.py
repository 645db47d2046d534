"""The library's own test cases, run on the log: it is an `eventsourcing` recorder in every particular but the two it declares."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.tests import application as library_application
from eventsourcing.tests import persistence as library_persistence
from eventsourcing.utils import Environment

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Append as AppendCommand
from shared.eventlog.append import Appended, LogWriter, Repeated
from shared.eventlog.positions import PositionRecorder
from shared.eventlog.recorder import (
    CommandRepeated,
    LogFactory,
    RegisterRecorder,
    VersionConflict,
)
from shared.eventlog.safety import Unsafe
from shared.eventlog.snapshots import SnapshotRecorder
from tests.postgres_fixture import LogUnderTest, fresh_log
from tests.shared.eventlog.on_the_log import MODULE, OnTheLog


class OnARegisterRecorder(OnTheLog):
    INITIAL_VERSION = 0  # these cases insert versions from 0; version 0 is seq 1

    def create_recorder(self) -> RegisterRecorder:
        writer = LogWriter(self.postgres.url("ruche_writer"), fresh_log(self.postgres))
        recorder = RegisterRecorder(writer, self.postgres.url("ruche_reader"), first_version=0)
        self.addCleanup(writer.close)
        self.addCleanup(recorder.close)
        return recorder


class TestApplicationRecorder(OnARegisterRecorder, library_persistence.ApplicationRecorderTestCase[RegisterRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNotificationIdsDoNotInterleave(OnARegisterRecorder, library_persistence.NonInterleavingNotificationIDsBaseCase):
    pass


class TestSnapshotRecorder(OnTheLog, library_persistence.AggregateRecorderTestCase):
    INITIAL_VERSION = 0

    def create_recorder(self) -> SnapshotRecorder:
        recorder = SnapshotRecorder(self.postgres.url("ruche_writer"), fresh_log(self.postgres))
        self.addCleanup(recorder.close)
        return recorder


class TestPositionRecorder(OnTheLog, library_persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> PositionRecorder:
        recorder = PositionRecorder(self.postgres.url("ruche_writer"), fresh_log(self.postgres))
        self.addCleanup(recorder.close)
        return recorder


class TestExampleApplication(OnTheLog, library_application.ExampleApplicationTestCase):
    expected_factory_topic = f"{MODULE}:LogFactory"

    def setUp(self) -> None:
        # This case leaves no other way in than the process's environment.
        changes = self.environment(fresh_log(self.postgres))
        os.environ.update(changes)
        self.addCleanup(lambda: [os.environ.pop(name) for name in changes])


class FurtherPositions(PositionRecorder):
    pass


class TestFactory(OnTheLog, library_persistence.InfrastructureFactoryTestCase[LogFactory]):
    def setUp(self) -> None:
        self.env = Environment("TestCase", self.environment(fresh_log(self.postgres)))
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[SnapshotRecorder]:
        return SnapshotRecorder

    def expected_application_recorder_class(self) -> type[RegisterRecorder]:
        return RegisterRecorder

    def expected_tracking_recorder_class(self) -> type[PositionRecorder]:
        return PositionRecorder

    def tracking_recorder_subclass(self) -> type[FurtherPositions]:
        return FurtherPositions

    def expected_process_recorder_class(self) -> Any:
        raise NotImplementedError  # no such class: see the next test

    def test_create_process_recorder(self) -> None:
        """The one named exception. A process recorder writes events and a reader's progress in one transaction; here progress lies
        in the reader's own database, so the factory refuses instead of building one that would not be atomic."""
        with pytest.raises(NotSupportedError):
            self.factory.process_recorder()


@pytest.fixture
def recorder(log: LogUnderTest) -> Iterator[RegisterRecorder]:
    made = RegisterRecorder(log.writer, log.postgres.url("ruche_reader"))
    yield made
    made.close()


def events(originator: UUID | str, *versions: int) -> list[StoredEvent]:
    return [StoredEvent(originator, version, "topic", b"state") for version in versions]


def test_a_gap_in_versions_is_a_conflict_and_burns_no_position(recorder: RegisterRecorder) -> None:
    """The stock recorder accepts it; a register without holes does not."""
    originator = uuid4()
    assert recorder.insert_events(events(originator, 1, 2)) == [1, 2]
    with pytest.raises(VersionConflict) as refused:
        recorder.insert_events(events(originator, 5))
    assert refused.value.head == 2
    assert refused.value.state is None
    assert recorder.insert_events(events(originator, 3)) == [3]


def test_one_save_touches_one_register(recorder: RegisterRecorder) -> None:
    with pytest.raises(NotSupportedError):
        recorder.insert_events(events(uuid4(), 1) + events(uuid4(), 1))
    assert recorder.max_notification_id() is None


def test_what_cannot_be_stored_is_a_data_error(recorder: RegisterRecorder) -> None:
    with pytest.raises(DataError):
        recorder.insert_events([StoredEvent("r", 1, "topic", bytes(65_536))])
    with pytest.raises(DataError):
        recorder.insert_events([StoredEvent("r", 1, "no\0text", b"state")])
    assert recorder.insert_events([StoredEvent("r", 1, "topic", bytes(65_535))]) == [1]


def test_text_originators_come_back_as_text_and_uuids_as_uuids(recorder: RegisterRecorder) -> None:
    originator = uuid4()
    recorder.insert_events(events(originator, 1))
    recorder.insert_events(events("a-register", 1))
    assert [found.originator_id for found in recorder.select_notifications(None, 10)] == [originator, "a-register"]


def test_a_command_repeated_is_told_apart_from_a_conflict(recorder: RegisterRecorder) -> None:
    assert recorder.insert_events(events("r", 1), command="c", fingerprint=b"f") == [1]
    with pytest.raises(CommandRepeated):
        recorder.insert_events(events("r", 2), command="c", fingerprint=b"f")
    assert recorder.append(AppendCommand("r", 1, (("topic", b"state"),), "c", b"f")) == Repeated(1, 1, b"f")
    assert recorder.append(AppendCommand("r", 1, (("topic", b"state"),), "d", b"f")) == Appended(2, 2, 2)
    assert issubclass(CommandRepeated, IntegrityError)


def test_a_server_that_is_away_is_an_operational_error() -> None:
    nowhere = "postgresql://ruche_reader@/ruche?host=/nonexistent"
    writer = LogWriter(nowhere, 1)
    recorder = RegisterRecorder(writer, nowhere)
    try:
        with pytest.raises(OperationalError):
            recorder.select_events("r")
    finally:
        recorder.close()
        writer.close()


@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "LEDGER_POSTGRES_ENABLE_DB_FUNCTIONS"])
@pytest.mark.parametrize("value", ["y", "no"])
def test_the_unlocked_functions_are_refused_wherever_they_are_set(
    postgres: EmbeddedPostgres, log_id: int, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    env = {"PERSISTENCE_MODULE": MODULE, "LOG_WRITER_URL": postgres.url("ruche_writer"), "LOG_READER_URL": postgres.url("ruche_reader")}
    LogFactory(env | {"LOG_ID": str(log_id)}).close()  # without it the same factory starts
    with pytest.raises(Unsafe, match=name):
        LogFactory(env | {name: value})
    monkeypatch.setenv(name, value)
    with pytest.raises(Unsafe, match=name):
        LogFactory(env)


def test_an_import_of_20_000_events_ends(postgres: EmbeddedPostgres, log_id: int) -> None:
    """One large save hangs for ever in the stock recorder; here an import goes in chunks, and a save too large is refused."""
    env = {"PERSISTENCE_MODULE": MODULE, "LOG_WRITER_URL": postgres.url("ruche_writer"), "LOG_READER_URL": postgres.url("ruche_reader")}
    app = Application[UUID](env=env | {"LOG_ID": str(log_id)})
    try:
        aggregate = Aggregate()
        for _ in range(40):
            for _ in range(500):
                aggregate.trigger_event(Aggregate.Event)
            app.save(aggregate)
        for _ in range(20_000):
            aggregate.trigger_event(Aggregate.Event)
        with pytest.raises(DataError):
            app.save(aggregate)
        assert app.recorder.max_notification_id() == 20_001
    finally:
        app.close()
    with psycopg.connect(postgres.url("ruche_reader")) as connection:
        row = connection.execute("select count(*), max(position) from eventlog.records where log_id = %s", (log_id,)).fetchone()
    assert row == (20_001, 20_001)

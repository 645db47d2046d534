"""Records pass through the library's event store as facts, and come back as the same bytes."""

from datetime import UTC, datetime

import pytest
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import EventStore, StoredEvent

from shared.eventlog.codec import Codec
from shared.eventlog.record_mapper import Fact, RecordMapper
from shared.eventlog.recorder import RegisterRecorder
from shared.messages import Event, Recorded
from shared.refusals import Corrupt
from tests.postgres_fixture import LogUnderTest


class BellRung(Event, name="school.bell-rung.v1", fr="Cloche : {times}", en="Bell: {times}"):
    """La cloche a sonné.
    The bell rang."""

    times: int


def facts(register: str, *times: int) -> list[Fact]:
    moment = datetime(2026, 10, 4, 8, 15, 27, 123456, tzinfo=UTC)
    return [Fact(Recorded(register, seq, moment, "p_" + "a" * 26, "k", BellRung(times=count))) for seq, count in enumerate(times, 1)]


def test_facts_are_stored_as_records_and_read_back(log: LogUnderTest) -> None:
    register = "a" * 26
    recorder = RegisterRecorder(log.writer, log.postgres.url("ruche_reader"))
    store: EventStore[str] = EventStore(RecordMapper(Codec([BellRung])), recorder)
    written = facts(register, 3, 5)
    recordings = store.put(written)
    assert [recording.notification.id for recording in recordings] == [1, 2]
    assert list(store.get(register)) == written
    stored = log.registers.read(register, 0)
    assert [record.type for record in stored] == ["school.bell-rung.v1"] * 2
    assert stored[0].record.startswith(b'{"actor":"p_aaa')
    recorder.close()


def test_a_python_path_is_not_a_type() -> None:
    with pytest.raises(Corrupt):
        RecordMapper(Codec([BellRung])).to_domain_event(StoredEvent("r", 1, "eventsourcing.domain:Aggregate.Created", b"{}"))


def test_only_facts_become_records() -> None:
    with pytest.raises(TypeError):
        RecordMapper(Codec([BellRung])).to_stored_event(Aggregate().collect_events()[0])  # type: ignore[arg-type]

"""What any log promises, asked of PostgreSQL and of the model alike."""

from typing import Protocol

import psycopg
import pytest

from shared.eventlog.batch import RECORDS_MAX, Answer, Append, Appended, Conflict, Repeated, TooLarge
from shared.eventlog.reading import Answered, StoredRecord
from tests.log_model import LogModel
from tests.postgres_fixture import LogUnderTest


class AnyLog(Protocol):
    def append(self, command: Append) -> Answer: ...
    def read(self, register: str, after: int, limit: int = ...) -> list[StoredRecord]: ...
    def by_position(self, after: int, limit: int = ...) -> list[StoredRecord]: ...
    def answered(self, register: str, command_id: str) -> Answered | None: ...
    def head(self) -> int: ...
    def set_state(self, register: str, state: str) -> None: ...


class PostgresLog:
    """The real log behind the same few methods."""

    def __init__(self, log: LogUnderTest) -> None:
        self._log = log
        self.append = log.writer.submit
        self.read = log.registers.read
        self.answered = log.registers.answered

    def by_position(self, after: int, limit: int = 500) -> list[StoredRecord]:
        return self._log.reader.by_position(self._log.log_id, after, limit)

    def head(self) -> int:
        return self._log.reader.head(self._log.log_id)

    def set_state(self, register: str, state: str) -> None:
        with psycopg.connect(self._log.postgres.url("ruche_migrator")) as connection:
            connection.execute("set role ruche_owner")
            connection.execute(
                "update eventlog.registers set state = %s where log_id = %s and register_id = %s", (state, self._log.log_id, register)
            )


@pytest.fixture(params=["model", "postgres"])
def any_log(request: pytest.FixtureRequest) -> AnyLog:
    return LogModel() if request.param == "model" else PostgresLog(request.getfixturevalue("log"))


def records(*texts: str) -> tuple[tuple[str, bytes], ...]:
    return tuple(("a.thing-done.v1", text.encode()) for text in texts)


def test_records_follow_one_another_in_their_register_and_in_the_log(any_log: AnyLog) -> None:
    assert any_log.append(Append("a", 0, records("1", "2"))) == Appended(1, 2, 1)
    assert any_log.append(Append("b", 0, records("3"))) == Appended(1, 1, 3)
    assert any_log.append(Append("a", 2, records("é"))) == Appended(3, 3, 4)
    assert any_log.head() == 4
    assert any_log.by_position(0) == [
        StoredRecord(1, "a", 1, "a.thing-done.v1", b"1"),
        StoredRecord(2, "a", 2, "a.thing-done.v1", b"2"),
        StoredRecord(3, "b", 1, "a.thing-done.v1", b"3"),
        StoredRecord(4, "a", 3, "a.thing-done.v1", "é".encode()),
    ]
    assert [(record.position, record.seq) for record in any_log.read("a", 1)] == [(2, 2), (4, 3)]


def test_reading_is_paged(any_log: AnyLog) -> None:
    any_log.append(Append("a", 0, records(*map(str, range(10)))))
    assert [record.seq for record in any_log.read("a", 3, 4)] == [4, 5, 6, 7]
    assert [record.position for record in any_log.by_position(8, 4)] == [9, 10]
    assert any_log.read("a", 10) == []
    assert any_log.read("unknown", 0) == []


@pytest.mark.parametrize("expected", [0, 1, 3, 99, -1])
def test_whoever_saw_another_head_is_refused_and_nothing_is_consumed(any_log: AnyLog, expected: int) -> None:
    any_log.append(Append("a", 0, records("1", "2")))
    assert any_log.append(Append("a", expected, records("x"), "c", b"f")) == Conflict(2, None)
    assert any_log.head() == 2
    assert any_log.answered("a", "c") is None
    assert any_log.append(Append("a", 2, records("3"))) == Appended(3, 3, 3)


def test_an_unknown_register_has_no_head(any_log: AnyLog) -> None:
    assert any_log.append(Append("a", 4, records("x"))) == Conflict(None, None)


def test_a_repeated_command_gets_the_range_and_fingerprint_of_the_first_time(any_log: AnyLog) -> None:
    first = Append("a", 0, records("1", "2"), "c", b"f")
    assert any_log.append(first) == Appended(1, 2, 1)
    any_log.append(Append("a", 2, records("3")))
    assert any_log.append(first) == Repeated(1, 2, b"f")
    assert any_log.append(Append("a", 3, records("other"), "c", b"another body")) == Repeated(1, 2, b"f")
    assert any_log.append(Append("a", 99, records("stale as well"), "c")) == Repeated(1, 2, b"f")
    assert any_log.answered("a", "c") == Answered(1, 2, b"f")
    assert any_log.head() == 3


def test_a_command_id_belongs_to_its_register(any_log: AnyLog) -> None:
    any_log.append(Append("a", 0, records("1"), "c", b"f"))
    assert any_log.append(Append("b", 0, records("1"), "c", b"g")) == Appended(1, 1, 2)
    assert any_log.answered("b", "c") == Answered(1, 1, b"g")


@pytest.mark.parametrize("state", ["frozen", "moved"])
def test_a_register_on_its_way_elsewhere_takes_nothing(any_log: AnyLog, state: str) -> None:
    any_log.append(Append("a", 0, records("1"), "c", b"f"))
    any_log.set_state("a", state)
    assert any_log.append(Append("a", 1, records("2"))) == Conflict(1, state)
    assert any_log.append(Append("a", 0, records("2"))) == Conflict(1, state)
    assert any_log.append(Append("a", 0, records("1"), "c", b"f")) == Repeated(1, 1, b"f")
    any_log.set_state("a", "open")
    assert any_log.append(Append("a", 1, records("2"))) == Appended(2, 2, 2)


def test_one_append_carries_a_thousand_records_of_a_mebibyte(any_log: AnyLog) -> None:
    for refused in ((), records(*["x"] * (RECORDS_MAX + 1)), (("t", bytes(65_536)),), (("t", bytes(65_535)),) * 17):
        with pytest.raises(TooLarge):
            any_log.append(Append("a", 0, refused))
    assert any_log.append(Append("a", 0, (("t", bytes(65_535)),) * 16)) == Appended(1, 16, 1)
    assert any_log.append(Append("a", 16, records(*["x"] * RECORDS_MAX))) == Appended(17, 16 + RECORDS_MAX, 17)

"""Reading back: by register in pages, by position, and the identity of a log."""

import uuid

import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Append
from shared.eventlog.connecting import Unavailable
from shared.eventlog.reading import Assignment, LogReader, RegisterReader
from tests.postgres_fixture import LogUnderTest


def thousand(log: LogUnderTest, register: str) -> None:
    log.writer.submit(Append(register, 0, tuple(("t", b"%d" % number) for number in range(1, 1_001))))


@pytest.mark.parametrize(
    ("after", "upto", "wanted"),
    [(0, None, range(1, 1001)), (10, 20, range(11, 21)), (990, None, range(991, 1001)), (0, 1, range(1, 2)), (5, 5, range(0)),
     (1000, None, range(0)), (0, 9999, range(1, 1001))],
)  # fmt: skip
@pytest.mark.parametrize("batch", [1000, 7])
def test_a_register_streams_in_batches(log: LogUnderTest, after: int, upto: int | None, wanted: range, batch: int) -> None:
    register = uuid.uuid4().hex
    thousand(log, register)
    found = list(log.reader.by_register(register, after, upto, batch))
    assert [record.seq for record in found] == list(wanted)
    assert all(record.record == b"%d" % record.seq for record in found)


def test_an_unknown_register_is_empty_and_unassigned(log: LogUnderTest) -> None:
    assert list(log.reader.by_register("never-opened")) == []
    assert log.registers.assignment("never-opened") is None
    assert log.registers.answered("never-opened", "c") is None


def test_the_assignment_names_the_log_and_the_head(log: LogUnderTest) -> None:
    register = uuid.uuid4().hex
    thousand(log, register)
    assert log.registers.assignment(register) == Assignment(log.log_id, 1000, 1, "open")
    assert (log.log_id, register, 1000) in log.reader.registers()


def test_a_log_has_an_identity(log: LogUnderTest) -> None:
    assert log.reader.born(log.log_id) != log.reader.born(1)
    assert log.reader.born(1) == log.reader.born(1)
    with pytest.raises(LookupError):
        log.reader.head(30_000)


def test_a_server_that_is_away_is_unavailable(postgres: EmbeddedPostgres) -> None:
    reader = RegisterReader("postgresql://ruche_writer@/ruche?host=/nonexistent", 1)
    with pytest.raises(Unavailable):
        reader.read("r", 0)
    reader.close()
    same_with_a_server = LogReader(postgres.url("ruche_reader"))
    assert same_with_a_server.head(1) >= 0
    same_with_a_server.close()

"""Group commit: neighbours do not harm one another, and an answer that was lost is found again."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Closed, LogWriter
from shared.eventlog.batch import COMMANDS_MAX, Answer, Append, Appended, Conflict, Repeated
from shared.eventlog.connecting import Unavailable
from tests.postgres_fixture import LogUnderTest
from tests.shared.eventlog.cutting_proxy import CuttingProxy

ONE = (("a.thing-done.v1", b"{}"),)


@contextmanager
def log_locked(postgres: EmbeddedPostgres, log_id: int) -> Iterator[None]:
    """Somebody holds the log's row: what is submitted meanwhile gathers in one batch."""
    with psycopg.connect(postgres.url("ruche_migrator")) as connection:
        connection.execute("set role ruche_owner")
        connection.execute("select from eventlog.logs where log_id = %s for update", (log_id,))
        yield
        connection.rollback()


def submitted_together(log: LogUnderTest, commands: list[Append]) -> list[Answer | Exception]:
    """Submits a first command, then `commands` while it waits: they share the next batch."""

    def outcome(command: Append) -> Answer | Exception:
        try:
            return log.writer.submit(command)
        except Exception as error:  # noqa: BLE001, what it is, is what the test asks
            return error

    with ThreadPoolExecutor(len(commands) + 1) as pool:
        with log_locked(log.postgres, log.log_id):
            first = pool.submit(outcome, Append("first", 0, ONE))
            while log.writer.queue_depth:
                time.sleep(0.001)
            others = [pool.submit(outcome, command) for command in commands]
            while log.writer.queue_depth < len(commands):
                time.sleep(0.001)
        assert first.result() == Appended(1, 1, 1)
        return [other.result() for other in others]


def stored(log: LogUnderTest) -> list[tuple[int | None, str, int]]:
    return [(record.position, record.register, record.seq) for record in log.reader.by_position(log.log_id, 0)]


def test_commands_that_wait_together_share_a_commit(log: LogUnderTest) -> None:
    answers = submitted_together(log, [Append(f"r{number}", 0, ONE, "c", b"f") for number in range(50)])
    assert all(isinstance(answer, Appended) for answer in answers)
    assert log.writer.batches == 2
    assert log.writer.commands == log.writer.appended == log.writer.records == 51
    assert log.reader.head(log.log_id) == 51


@pytest.mark.parametrize(
    "poison",
    [
        Append("no\0text", 0, ONE),  # the client library refuses to send it
        Append("r", 2**63 - 1, ONE),  # the server fails to compute its seq
        Append("r", 0, (("lone \ud800", b"{}"),)),  # not encodable as UTF-8
    ],
    ids=["client", "server", "encoding"],
)
def test_one_poisonous_command_in_fifty_fails_alone(log: LogUnderTest, poison: Append) -> None:
    commands = [Append(f"r{number}", 0, ONE, "c", b"f") for number in range(49)]
    commands.insert(20, poison)
    answers = submitted_together(log, commands)
    assert isinstance(answers.pop(20), (psycopg.Error, UnicodeError))
    assert all(isinstance(answer, Appended) for answer in answers)
    assert [position for position, _, _ in stored(log)] == list(range(1, 51))


def test_a_refused_command_does_not_harm_its_neighbours(log: LogUnderTest) -> None:
    log.writer.submit(Append("old", 0, ONE, "known", b"f"))
    with ThreadPoolExecutor(3) as pool, log_locked(log.postgres, log.log_id):
        asked = [Append("old", 0, ONE), Append("old", 0, ONE, "known", b"f"), Append("new", 0, ONE)]
        futures = [pool.submit(log.writer.submit, command) for command in asked]
    assert [future.result() for future in futures] == [Conflict(1, None), Repeated(1, 1, b"f"), Appended(1, 1, 2)]
    assert (log.writer.appended, log.writer.repeated, log.writer.conflicts) == (2, 1, 1)


def test_more_than_a_batch_holds_goes_in_several(log: LogUnderTest) -> None:
    answers = submitted_together(log, [Append(f"r{number}", 0, ONE) for number in range(COMMANDS_MAX + 10)])
    assert all(isinstance(answer, Appended) for answer in answers)
    assert log.writer.batches == 3
    size_bytes = 60_000
    big = [Append(f"big{number}", 0, (("t", bytes(size_bytes)),) * 10) for number in range(4)]  # one fits in 1 MiB, two do not
    batches = log.writer.batches
    with ThreadPoolExecutor(4) as pool:
        assert all(isinstance(answer, Appended) for answer in pool.map(log.writer.submit, big))
    assert log.writer.batches == batches + 4


@pytest.fixture
def proxy(postgres: EmbeddedPostgres) -> Iterator[CuttingProxy]:
    with tempfile.TemporaryDirectory(prefix="cut-") as folder, CuttingProxy(Path(folder), postgres.sockets) as opened:
        yield opened


@pytest.fixture
def cut_writer(proxy: CuttingProxy, log: LogUnderTest) -> Iterator[LogWriter]:
    """A writer behind the proxy, connected: its next question is an append."""
    writer = LogWriter(f"postgresql://ruche_writer@/ruche?host={proxy.folder}", log.log_id)
    for seq in range(2):
        writer.submit(Append("warm", seq, ONE))
    yield writer
    writer.close()


@pytest.mark.parametrize("command_id", ["c", None])
@pytest.mark.parametrize("lost", ["answer", "question"])
def test_a_line_cut_before_the_answer_records_once_and_answers_the_same(
    log: LogUnderTest, proxy: CuttingProxy, cut_writer: LogWriter, command_id: str | None, lost: str
) -> None:
    """With a command id the second sending is told apart by the log, without one by reading the bytes back."""
    proxy.cut_answer() if lost == "answer" else proxy.cut_question()
    command = Append("r", 0, (("t", b"1"), ("t", b"2")), command_id, b"f" if command_id else None)
    assert cut_writer.submit(command) == Appended(1, 2, 3)
    assert proxy.cuts == 1
    assert cut_writer.resends == 1
    assert stored(log) == [(1, "warm", 1), (2, "warm", 2), (3, "r", 1), (4, "r", 2)]


@pytest.mark.parametrize("command_id", ["c", None])
def test_another_writers_records_are_not_taken_for_ours(
    log: LogUnderTest, proxy: CuttingProxy, cut_writer: LogWriter, command_id: str | None
) -> None:
    """The negative control of the test above: same register, same place, other bytes."""
    log.writer.submit(Append("r", 0, (("t", b"theirs"),), command_id, b"f" if command_id else None))
    proxy.cut_answer()
    answer = cut_writer.submit(Append("r", 0, (("t", b"ours"),), command_id, b"f" if command_id else None))
    assert answer == (Repeated(1, 1, b"f") if command_id else Conflict(1, None))


def test_a_terminated_connection_is_replaced(log: LogUnderTest) -> None:
    log.writer.submit(Append("r", 0, ONE))
    with psycopg.connect(log.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", (f"ruche-writer-{log.log_id}",)
        )
    assert log.writer.submit(Append("r", 1, ONE)) == Appended(2, 2, 2)


def test_a_server_that_stays_away_is_unavailable_after_the_deadline() -> None:
    writer = LogWriter("postgresql://ruche_writer@/ruche?host=/nonexistent", 1, deadline_seconds=0.3)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        writer.submit(Append("r", 0, ONE))
    assert 0.2 < time.monotonic() - started < 3
    assert writer.unknown_outcomes == 1
    writer.close()


def test_a_log_locked_too_long_is_unavailable_and_recovers(log: LogUnderTest) -> None:
    with log_locked(log.postgres, log.log_id), pytest.raises(Unavailable):
        log.writer.submit(Append("r", 0, ONE))
    assert log.writer.submit(Append("r", 0, ONE)) == Appended(1, 1, 1)


def test_an_unknown_log_is_refused(postgres: EmbeddedPostgres) -> None:
    writer = LogWriter(postgres.url("ruche_writer"), 999)
    with pytest.raises(psycopg.errors.RaiseException, match="no log 999"):
        writer.submit(Append("r", 0, ONE))
    writer.close()


def test_closing_answers_everyone_first_and_nothing_enters_behind(log: LogUnderTest) -> None:
    with ThreadPoolExecutor(20) as pool, log_locked(log.postgres, log.log_id):
        futures = [pool.submit(log.writer.submit, Append(f"r{number}", 0, ONE)) for number in range(20)]
        while log.writer.queue_depth < 1:
            time.sleep(0.001)
        time.sleep(0.05)
        closing = pool.submit(log.writer.close)
    closing.result()
    assert all(isinstance(future.result(), Appended) for future in futures)
    with pytest.raises(Closed):
        log.writer.submit(Append("late", 0, ONE))
    assert log.reader.head(log.log_id) == 20

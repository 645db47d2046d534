"""A reader at the end of the log misses nothing, whatever happens to writers, notifications and lines."""

import random
import time
from collections import defaultdict
from threading import Thread, Timer

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Append, Appended, Conflict, LogWriter
from shared.eventlog.reading import Hole, StoredRecord
from shared.eventlog.tail import LogTail
from tests.postgres_fixture import LogUnderTest

WRITERS = 8
SECONDS = 3.0
LAG_SECONDS_MAX = 2.0


def test_eight_writers_and_a_reader_that_misses_nothing(log: LogUnderTest) -> None:
    """Mixed sizes, shared registers, repeats and conflicts; the reader sees 1, 2, 3, … in order while they write."""
    ends = time.monotonic() + SECONDS
    acknowledged: list[Appended] = []

    def write(seed: int) -> None:
        chance, writer = random.Random(seed), LogWriter(log.postgres.url("ruche_writer"), log.log_id)
        heads: dict[str, int] = defaultdict(int)
        while time.monotonic() < ends:
            register = f"r{chance.randrange(5)}"
            command = Append(register, heads[register], (("t", b"x" * chance.randrange(1, 900)),) * chance.choice([1, 1, 2, 7, 100]),
                             chance.choice([None, f"{seed}-{chance.randrange(10**9)}"]))  # fmt: skip
            match writer.submit(command):
                case Appended() as answer:
                    acknowledged.append(answer)
                    heads[register] = answer.last_seq
                case Conflict(head=head):
                    heads[register] = head or 0
        writer.close()

    threads = [Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    tail, seen = LogTail(log.postgres.url("ruche_reader"), log.log_id), list[StoredRecord]()
    while any(thread.is_alive() for thread in threads) or len(seen) < log.reader.head(log.log_id):
        seen.extend(tail.more(len(seen)))
    tail.close()

    assert len(seen) == log.reader.head(log.log_id) == sum(answer.last_seq - answer.first_seq + 1 for answer in acknowledged) > 500
    assert [record.position for record in seen] == list(range(1, len(seen) + 1))
    by_register: dict[str, list[int]] = defaultdict(list)
    for record in seen:
        by_register[record.register].append(record.seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_register.values())
    assert log.reader.registers() != []


def lag_after(tail: LogTail, after: int) -> float:
    """Seconds from now until the tail gives a record after `after`."""
    started = time.monotonic()
    while not tail.more(after):
        assert time.monotonic() - started < 10
    return time.monotonic() - started


def test_a_notification_wakes_the_reader(log: LogUnderTest) -> None:
    tail = LogTail(log.postgres.url("ruche_reader"), log.log_id)
    assert tail.more(0) == []
    writer = Timer(0.3, log.writer.submit, [Append("r", 0, (("t", b"x"),))])
    writer.start()
    assert lag_after(tail, 0) < 0.8  # well before the second of patience ends
    writer.join()
    tail.close()


def test_a_terminated_listener_listens_again(log: LogUnderTest) -> None:
    tail = LogTail(log.postgres.url("ruche_reader"), log.log_id)
    assert tail.more(0) == []
    with psycopg.connect(log.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", (f"ruche-tail-{log.log_id}",)
        )
    log.writer.submit(Append("r", 0, (("t", b"x"),)))
    assert lag_after(tail, 0) < LAG_SECONDS_MAX
    assert tail.reconnects == 1
    tail.close()


def write_without_notification(postgres: EmbeddedPostgres, log_id: int, position: int) -> None:
    """What a lost notification looks like: the record is there and nobody was told."""
    with psycopg.connect(postgres.url("ruche_migrator")) as connection:
        connection.execute("set role ruche_owner")
        connection.execute("insert into eventlog.records values (%s, %s, 'r', %s, 't', 'x', now())", (log_id, position, position))
        connection.execute("update eventlog.logs set head = %s where log_id = %s", (position, log_id))


def test_a_lost_notification_costs_a_second(log: LogUnderTest) -> None:
    tail = LogTail(log.postgres.url("ruche_reader"), log.log_id)
    assert tail.more(0) == []
    writer = Timer(0.2, write_without_notification, [log.postgres, log.log_id, 1])
    writer.start()
    assert lag_after(tail, 0) < LAG_SECONDS_MAX
    writer.join()
    tail.close()


def test_a_hole_halts_every_reader(log: LogUnderTest) -> None:
    write_without_notification(log.postgres, log.log_id, 1)
    write_without_notification(log.postgres, log.log_id, 3)
    tail = LogTail(log.postgres.url("ruche_reader"), log.log_id)
    with pytest.raises(Hole, match="position 2 is missing"):
        tail.more(0)
    with pytest.raises(Hole):
        log.reader.by_position(log.log_id, 0)
    with pytest.raises(Hole):
        log.registers.read("r", 0)
    assert [record.position for record in log.reader.by_position(log.log_id, 2)] == [3]
    tail.close()


def test_stop_ends_a_waiting_reader_soon(log: LogUnderTest) -> None:
    tail = LogTail(log.postgres.url("ruche_reader"), log.log_id)
    tail.more(0)
    stopper = Timer(0.1, tail.stop)
    stopper.start()
    started = time.monotonic()
    assert tail.more(0) == []
    assert time.monotonic() - started < 0.8
    stopper.join()
    tail.close()

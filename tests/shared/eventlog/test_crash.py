"""PostgreSQL is killed while it works: what was acknowledged is there, once, and positions have no hole."""

import os
import signal
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Answer, Append, Appended, Conflict, LogWriter
from shared.eventlog.connecting import Unavailable
from shared.eventlog.migrating import migrate
from shared.eventlog.reading import LogReader, StoredRecord
from shared.eventlog.tail import LogTail
from tests.postgres_fixture import temporary_folder

THREADS = 16
KILLS = 3
BETWEEN_SECONDS = 1.0
RECORDS_EACH = 2
FOLLOW_SECONDS_MAX = 20.0  # for the reader to reach the head once nobody writes any more


@dataclass
class Witness:
    """What the callers were told, and what a reader saw meanwhile."""

    acknowledged: list[tuple[str, Appended]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    seen: list[StoredRecord] = field(default_factory=list)
    stored: list[StoredRecord] = field(default_factory=list)
    guard: Lock = field(default_factory=Lock)

    def note(self, register: str, answer: Answer) -> None:
        with self.guard:
            self.outcomes[type(answer).__name__] += 1
            if isinstance(answer, Appended):
                self.acknowledged.append((register, answer))

    @property
    def lost(self) -> int:
        """Acknowledged records that are not where their answer said."""
        places = {(record.register, record.seq, record.position) for record in self.stored}
        promised = ((register, answer.first_seq + i, answer.first_position + i)
                    for register, answer in self.acknowledged for i in range(RECORDS_EACH))  # fmt: skip
        return sum(place not in places for place in promised)


def test_kill_9_under_load_loses_nothing_acknowledged() -> None:
    witness = killed_under_load({})
    assert witness.lost == 0
    assert len(witness.acknowledged) > 100
    assert [record.position for record in witness.stored] == list(range(1, len(witness.stored) + 1))
    assert witness.seen == witness.stored
    # One thread a register: a conflict or a repeat would mean that something was stored and its caller told otherwise.
    assert set(witness.outcomes) <= {"Appended", "Unavailable"}
    unacknowledged = len(witness.stored) - RECORDS_EACH * len(witness.acknowledged)
    assert 0 <= unacknowledged <= RECORDS_EACH * witness.outcomes["Unavailable"]


def test_without_synchronous_commit_the_same_run_loses_records() -> None:
    """The weakened twin: if it passed too, the test above would prove nothing."""
    witness = killed_under_load({"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "0"})
    assert witness.lost > 0


def killed_under_load(settings: Mapping[str, str]) -> Witness:
    witness, stopping, followed = Witness(), Event(), Event()
    with temporary_folder() as folder, EmbeddedPostgres(folder, settings) as server:
        migrate(server.url("ruche_migrator"))
        writer, tail = LogWriter(server.url("ruche_writer"), 1), LogTail(server.url("ruche_reader"), 1)

        def work(number: int) -> None:
            register, head, asked = f"r{number}", 0, 0
            while not stopping.is_set():
                asked += 1
                try:
                    answer = writer.submit(Append(register, head, (("t", b"%d" % asked),) * RECORDS_EACH, f"c{asked}", b"f"))
                except Unavailable:
                    witness.outcomes["Unavailable"] += 1
                    continue
                witness.note(register, answer)
                head = (answer.head or 0) if isinstance(answer, Conflict) else answer.last_seq

        def follow() -> None:
            while not followed.is_set():
                witness.seen.extend(tail.more(len(witness.seen)))
            tail.close()

        threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
        follower = Thread(target=follow)
        for thread in (*threads, follower):
            thread.start()
        try:
            for _ in range(KILLS):
                time.sleep(BETWEEN_SECONDS)
                kill_and_start(server)
            time.sleep(BETWEEN_SECONDS)
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
        writer.close()
        reader = LogReader(server.url("ruche_reader"))
        deadline = time.monotonic() + FOLLOW_SECONDS_MAX
        while len(witness.seen) < reader.head(1) and time.monotonic() < deadline:
            time.sleep(0.05)
        followed.set()
        follower.join()
        while more := reader.by_position(1, len(witness.stored)):
            witness.stored.extend(more)
        reader.close()
    return witness


def kill_and_start(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.start()

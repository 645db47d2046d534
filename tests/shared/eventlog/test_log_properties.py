"""Whatever is asked, in whatever company, PostgreSQL answers as the model does."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import TupleRow

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Answer, Append, Appended, append_batch
from shared.eventlog.connecting import connect
from shared.eventlog.reading import LogReader, StoredRecord
from tests.log_model import LogModel
from tests.postgres_fixture import fresh_log

PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
REGISTERS = ("a", "b", "c")

record_strategy = st.tuples(st.sampled_from(["x.done.v1", "y.done.v1"]), st.binary(min_size=1, max_size=6))


class Asked(NamedTuple):
    """A command before its expected seq is known: `off` is added to the register's head at that moment (0: valid)."""

    register: str
    off: int
    records: tuple[tuple[str, bytes], ...]
    command_id: str | None
    fingerprint: bytes | None


asked_strategy = st.builds(
    Asked,
    register=st.sampled_from(REGISTERS),
    off=st.sampled_from([0, 0, 0, 0, -1, 1, 3]),
    records=st.lists(record_strategy, min_size=1, max_size=4).map(tuple),
    command_id=st.none() | st.sampled_from(["k", "l", "m", "n"]),
    fingerprint=st.none() | st.sampled_from([b"one body", b"another"]),
)


def command_of(model: LogModel, asked: Asked) -> Append:
    head = model.heads.get(asked.register, 0)
    return Append(asked.register, max(0, head + asked.off), asked.records, asked.command_id, asked.fingerprint)


@pytest.fixture(scope="module")
def connection(postgres: EmbeddedPostgres) -> Iterator[Connection[TupleRow]]:
    with connect(postgres.url("ruche_writer"), "test") as opened:
        yield opened


@pytest.fixture(scope="module")
def reader(postgres: EmbeddedPostgres) -> Iterator[LogReader]:
    opened = LogReader(postgres.url("ruche_reader"))
    yield opened
    opened.close()


@PROPERTY
@forall(batches=st.lists(st.lists(asked_strategy, min_size=1, max_size=8), min_size=1, max_size=5))
def test_batches_are_answered_as_the_model_does(
    postgres: EmbeddedPostgres, connection: Connection[TupleRow], reader: LogReader, batches: list[list[Asked]]
) -> None:
    log_id, model = fresh_log(postgres), LogModel()
    for batch in batches:
        commands, expected = [], []
        for asked in batch:  # the model moves on inside the batch, so a later command may follow an earlier one
            commands.append(command_of(model, asked))
            expected.append(model.append(commands[-1]))
        assert append_batch(connection, log_id, commands) == expected
    assert reader.by_position(log_id, 0) == model.records
    assert reader.head(log_id) == model.head()


@PROPERTY
@forall(asked=st.lists(asked_strategy, min_size=1, max_size=25))
def test_threads_sharing_commits_are_answered_as_if_alone(postgres: EmbeddedPostgres, reader: LogReader, asked: list[Asked]) -> None:
    """One thread a register, each with a model of its own: only positions depend on who came first, and they have no hole."""
    log_id = fresh_log(postgres)
    writer = LogWriter(postgres.url("ruche_writer"), log_id)
    models = {register: LogModel() for register in REGISTERS}
    mismatches: list[tuple[Answer, Answer]] = []

    def ask_all(register: str) -> None:
        for one in asked:
            if one.register == register:
                command = command_of(models[register], one)
                wanted, answer = models[register].append(command), writer.submit(command)
                if without_position(answer) != without_position(wanted):
                    mismatches.append((answer, wanted))

    threads = [Thread(target=ask_all, args=(register,)) for register in REGISTERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert mismatches == []
    stored = reader.by_position(log_id, 0)
    assert [record.position for record in stored] == list(range(1, reader.head(log_id) + 1))
    for register, model in models.items():
        assert [tail_of(record) for record in stored if record.register == register] == [tail_of(record) for record in model.records]


def test_the_property_bites(postgres: EmbeddedPostgres, connection: Connection[TupleRow]) -> None:
    """A model that forgets that a command id belongs to a register disagrees."""

    class Forgetful(LogModel):
        def append(self, command: Append) -> Answer:
            known = next((answer for (_, known_id), answer in self.commands.items() if known_id == command.command_id), None)
            return Appended(known.first_seq, known.last_seq, 1) if known else super().append(command)

    log_id, model = fresh_log(postgres), Forgetful()
    batch = [Append(register, 0, (("t", b"x"),), "k", b"f") for register in REGISTERS]
    assert append_batch(connection, log_id, batch) != model.append_batch(batch)


def without_position(answer: Answer) -> Answer:
    return replace(answer, first_position=0) if isinstance(answer, Appended) else answer


def tail_of(record: StoredRecord) -> tuple[object, ...]:
    return record[1:]


def test_every_batch_size_up_to_the_limit_is_answered_in_order(postgres: EmbeddedPostgres, connection: Connection[TupleRow]) -> None:
    for size in (1, 2, 255, 256):
        log_id = fresh_log(postgres)
        batch = [Append(f"r{number}", 0, (("t", b"%d" % number),)) for number in range(size)]
        answers = append_batch(connection, log_id, batch)
        assert answers == [Appended(1, 1, position) for position in range(1, size + 1)]

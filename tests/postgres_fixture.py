"""A real PostgreSQL for the tests that ask: one embedded server a session, migrated, and a fresh log for each test."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import LogWriter
from shared.eventlog.migrating import APPLICATIONS_FOLDER, migrate
from shared.eventlog.reading import LogReader, RegisterReader

_log_ids = itertools.count(1000)  # far from log 1, which the migration creates


class LogUnderTest:
    """One empty log of the test server: its number, and its writer and readers, closed at the end of the test."""

    def __init__(self, postgres: EmbeddedPostgres, log_id: int) -> None:
        self.postgres = postgres
        self.log_id = log_id
        self.writer = LogWriter(postgres.url("ruche_writer"), log_id)
        self.registers = RegisterReader(postgres.url("ruche_writer"), log_id)
        self.reader = LogReader(postgres.url("ruche_reader"))

    def close(self) -> None:
        """Closes every connection."""
        self.writer.close()
        self.registers.close()
        self.reader.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server of the whole session, with the log and the tables for applications of the library."""
    with temporary_folder() as folder, EmbeddedPostgres(folder) as server:
        migrate(server.url("ruche_migrator"))
        migrate(server.url("ruche_migrator"), APPLICATIONS_FOLDER, "eventsourcing")
        yield server


@pytest.fixture
def log_id(postgres: EmbeddedPostgres) -> int:
    """The number of a log that no other test has used."""
    return fresh_log(postgres)


@pytest.fixture
def log(postgres: EmbeddedPostgres, log_id: int) -> Iterator[LogUnderTest]:
    """An empty log with its writer and its readers."""
    opened = LogUnderTest(postgres, log_id)
    yield opened
    opened.close()


def fresh_log(postgres: EmbeddedPostgres) -> int:
    """Opens a log that no other test has used; returns its number."""
    number = next(_log_ids)
    with psycopg.connect(postgres.url("ruche_migrator"), autocommit=True) as connection:
        connection.execute("set role ruche_owner")
        connection.execute("insert into eventlog.logs (log_id) values (%s)", (number,))
    return number


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder with a short path that the server's account may enter, removed at the end."""
    parent = Path(tempfile.mkdtemp(prefix="ruche-"))
    parent.chmod(0o755)
    try:
        yield parent / "postgres"
    finally:
        shutil.rmtree(parent, ignore_errors=True)

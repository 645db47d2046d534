"""Migrations: once, in order, by one program at a time; a history that differs is refused."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.migrating import SCHEMA_FOLDER, CannotMigrate, create_roles, migrate, migrations_of

_names = itertools.count()


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without anything, not even our grants."""
    name = f"empty_{next(_names)}"
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(postgres: EmbeddedPostgres, empty_database: str) -> str:
    create_roles(postgres.url("postgres", empty_database))
    return empty_database


def test_two_programs_start_at_once_on_an_empty_database(postgres: EmbeddedPostgres, empty_database: str) -> None:
    program = (
        "import sys; from shared.eventlog.migrating import create_roles, migrate; create_roles(sys.argv[1]); print(migrate(sys.argv[2]))"
    )
    urls = [postgres.url("postgres", empty_database), postgres.url("ruche_migrator", empty_database)]

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program, *urls], capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(start, range(3)))
    assert [one.returncode for one in done] == [0, 0, 0], done
    names = [migration.name for migration in migrations_of(SCHEMA_FOLDER)]
    assert sorted(one.stdout.strip() for one in done) == sorted(["[]", "[]", str(names)])
    with psycopg.connect(postgres.url("ruche_writer", empty_database)) as connection:
        assert connection.execute("select log_id, head from eventlog.logs").fetchall() == [(1, 0)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_things.sql").write_text("create table vault.things (x int);")
    (tmp_path / "0002_more.sql").write_text("create table vault.more (x int); insert into vault.things values (1);")
    return tmp_path


def test_any_schema_is_migrated_once_in_order_and_owned_by_the_owner(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    url = postgres.url("ruche_migrator", database)
    assert migrate(url, folder, "vault") == ["0001_things.sql", "0002_more.sql"]
    (folder / "0003_last.sql").write_text("insert into vault.things values (2);")
    assert migrate(url, folder, "vault") == ["0003_last.sql"]
    assert migrate(url, folder, "vault") == []
    with psycopg.connect(postgres.url("postgres", database)) as connection:
        assert connection.execute("select x from vault.things order by x").fetchall() == [(1,), (2,)]
        owners = connection.execute("select distinct tableowner::text from pg_tables where schemaname = 'vault'").fetchall()
        numbers = connection.execute("select number, name from vault.migrations order by number").fetchall()
    assert owners == [("ruche_owner",)]
    assert numbers == [(1, "0001_things.sql"), (2, "0002_more.sql"), (3, "0003_last.sql")]


def test_a_migration_that_fails_leaves_nothing_of_itself(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    url = postgres.url("ruche_migrator", database)
    (folder / "0003_broken.sql").write_text("create table vault.half (x int); select * from nowhere;")
    with pytest.raises(psycopg.errors.UndefinedTable):
        migrate(url, folder, "vault")
    (folder / "0003_broken.sql").write_text("create table vault.half (x int);")
    assert migrate(url, folder, "vault") == ["0003_broken.sql"]


def test_an_applied_migration_that_changed_is_refused(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    url = postgres.url("ruche_migrator", database)
    migrate(url, folder, "vault")
    (folder / "0001_things.sql").write_text("create table vault.things (x bigint);")
    with pytest.raises(CannotMigrate, match="0001_things.sql was applied and has changed since"):
        migrate(url, folder, "vault")


def test_a_database_ahead_of_the_program_is_refused(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    url = postgres.url("ruche_migrator", database)
    migrate(url, folder, "vault")
    (folder / "0002_more.sql").unlink()
    with pytest.raises(CannotMigrate, match="0002_more.sql was applied to this database and this program does not know it"):
        migrate(url, folder, "vault")


def test_a_number_below_one_applied_is_refused(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    url = postgres.url("ruche_migrator", database)
    (folder / "0001_things.sql").rename(folder.parent / "late.sql")
    (folder / "0002_more.sql").write_text("create table vault.more (x int);")
    migrate(url, folder, "vault")
    (folder.parent / "late.sql").rename(folder / "0001_things.sql")
    with pytest.raises(CannotMigrate, match="0001_things.sql comes before 0002"):
        migrate(url, folder, "vault")


def test_two_files_with_one_number_are_refused(folder: Path) -> None:
    (folder / "0002_same.sql").write_text("select 1;")
    with pytest.raises(CannotMigrate, match="bear the same number"):
        migrations_of(folder)


def test_workers_do_not_migrate(postgres: EmbeddedPostgres, database: str, folder: Path) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrate(postgres.url("ruche_writer", database), folder, "vault")

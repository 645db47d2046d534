"""Who may do what: every right that is not needed is refused, to superusers too where it concerns what was recorded."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.append import Append
from tests.postgres_fixture import LogUnderTest

READERS = ("ruche_reader", "ruche_publisher", "ruche_signer")
OUTSIDERS = ("ruche_portal", "ruche_vault", "ruche_access")
WORKERS = ("ruche_writer", *READERS, *OUTSIDERS)
LOGINS = ("ruche_migrator", *WORKERS)
TABLES = ("logs", "registers", "records", "commands")

INSERTS = (
    "insert into eventlog.logs (log_id) values (7)",
    "insert into eventlog.registers (log_id, register_id, seq, first_position) values (1, 'r', 1, 1)",
    "insert into eventlog.records values (1, 1, 'r', 1, 't', 'x', now())",
    "insert into eventlog.commands values (1, 'r', 'c', null, 1, 1)",
)
CHANGES = (
    "update eventlog.records set record = 'other'",
    "delete from eventlog.records",
    "truncate eventlog.records",
    "update eventlog.commands set last_seq = 9",
    "delete from eventlog.commands",
    "truncate eventlog.commands",
)


@pytest.fixture
def filled(log: LogUnderTest) -> LogUnderTest:
    log.writer.submit(Append("r", 0, (("t", b"x"),), "c", b"f"))
    log.writer.submit(Append("s", 0, (("t", b"y"),), "c", b"f"))
    return log


def refused(postgres: EmbeddedPostgres, role: str, statement: str) -> None:
    with psycopg.connect(postgres.url(role), autocommit=True) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", [*INSERTS, *CHANGES])
def test_no_worker_writes_directly(filled: LogUnderTest, statement: str) -> None:
    for role in WORKERS:
        refused(filled.postgres, role, statement)


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_what_was_recorded_is_refused_to_the_superuser_too(filled: LogUnderTest, statement: str, mode: str) -> None:
    with psycopg.connect(filled.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"set session_replication_role = {mode}".encode())
        with pytest.raises(InsufficientPrivilege, match="what was recorded does not change"):
            connection.execute(statement.encode())
        connection.execute("set role ruche_owner")
        with pytest.raises(InsufficientPrivilege, match="what was recorded does not change"):
            connection.execute(statement.encode())
    assert filled.reader.head(filled.log_id) == 2


@pytest.mark.parametrize("statement", CHANGES)
def test_the_migrator_may_and_nothing_else_stopped_the_others(filled: LogUnderTest, statement: str) -> None:
    """The control of the tests above: the same statement passes for the migration login (and is rolled back)."""
    with psycopg.connect(filled.postgres.url("ruche_migrator")) as connection:
        connection.execute("set role ruche_owner")
        connection.execute(statement.encode())
        connection.rollback()
    refused(filled.postgres, "ruche_migrator", statement)  # without taking the owner's role it has no right either


def test_the_writer_sees_one_register_and_only_through_the_function(filled: LogUnderTest) -> None:
    log_id = filled.log_id
    with psycopg.connect(filled.postgres.url("ruche_writer"), autocommit=True) as connection:
        for _ in range(2):  # before the function, and after it
            for table in ("registers", "records", "commands"):
                assert connection.execute(f"select * from eventlog.{table}".encode()).fetchall() == []
            rows = connection.execute("select seq, record from eventlog.read_register(%s::smallint, 'r', 0, 10)", (log_id,)).fetchall()
            assert rows == [(1, b"x")]
        with connection.transaction():
            connection.execute("select * from eventlog.read_register(%s::smallint, 'r', 0, 10)", (log_id,))
            assert connection.execute("select * from eventlog.records").fetchall() == []


def test_the_writer_asks_by_function_what_it_must_know_first(filled: LogUnderTest) -> None:
    assert filled.registers.answered("r", "c") is not None
    with psycopg.connect(filled.postgres.url("ruche_writer"), autocommit=True) as connection:
        connection.execute("select set_config('ruche.register', 's', false)")
        rows = connection.execute("select record from eventlog.records where log_id = %s", (filled.log_id,)).fetchall()
    assert rows == [(b"y",)]


@pytest.mark.parametrize("role", READERS)
def test_those_who_carry_the_log_away_read_all_and_append_nothing(filled: LogUnderTest, role: str) -> None:
    with psycopg.connect(filled.postgres.url(role), autocommit=True) as connection:
        for table in TABLES:
            count = connection.execute(f"select count(*) from eventlog.{table} where log_id = %s".encode(), (filled.log_id,)).fetchone()
            assert count == (1 if table == "logs" else 2,)
    refused(filled.postgres, role, "select * from eventlog.append(1::smallint, '{r}', '{c}', '{f}', '{0}', '{1}', '{t}', '{x}')")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_others_see_nothing_of_the_log(postgres: EmbeddedPostgres, role: str) -> None:
    for table in TABLES:
        refused(postgres, role, f"select * from eventlog.{table}")
    for call in ("assignment('r')", "answered(1::smallint, 'r', 'c')", "read_register(1::smallint, 'r', 0, 1)"):
        refused(postgres, role, f"select * from eventlog.{call}")


@pytest.mark.parametrize("role", WORKERS)
@pytest.mark.parametrize(
    "statement",
    [
        "create schema mine",
        "create table public.mine (x int)",
        "create table eventlog.mine (x int)",
        "create temp table mine (x int)",
    ],
)
def test_no_worker_creates_anything(postgres: EmbeddedPostgres, role: str, statement: str) -> None:
    refused(postgres, role, statement)


def test_only_the_migrator_takes_the_owners_role(postgres: EmbeddedPostgres) -> None:
    for role in WORKERS:
        refused(postgres, role, "set role ruche_owner")
    with psycopg.connect(postgres.url("ruche_migrator")) as connection:
        connection.execute("set role ruche_owner")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url("ruche_owner"))


def test_no_login_is_privileged_and_every_worker_has_limits(postgres: EmbeddedPostgres) -> None:
    for role in LOGINS:
        with psycopg.connect(postgres.url(role), autocommit=True) as connection:
            row = connection.execute(
                "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = session_user"
            ).fetchone()
            assert row == (False,)
            limits = [connection.execute(f"show {name}".encode()).fetchone() for name in
                      ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")]  # fmt: skip
            assert (("0",) in limits) == (role == "ruche_migrator")


def test_everything_is_revoked_from_public(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        functions = connection.execute(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'eventlog' and has_function_privilege('public', p.oid, 'execute')"
        ).fetchall()
        schemas = connection.execute(
            "select nspname from pg_namespace where nspname in ('eventlog', 'public') and has_schema_privilege('public', oid, 'usage')"
        ).fetchall()
    assert (functions, schemas) == ([], [])

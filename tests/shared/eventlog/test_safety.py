"""A server that could lose or leak a record is refused, and the setting is named."""

import time

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.migrating import migrate
from shared.eventlog.safety import Unsafe, check, settings_found
from tests.postgres_fixture import temporary_folder

UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "track_commit_timestamp": "on",
    "log_statement": "all",
    "log_min_duration_statement": "0",
}


@pytest.mark.parametrize("role", ["ruche_writer", "ruche_reader", "ruche_publisher", "ruche_signer"])
def test_the_embedded_server_is_safe(postgres: EmbeddedPostgres, role: str) -> None:
    check(postgres.url(role))
    with psycopg.connect(postgres.url(role)) as connection:
        found = settings_found(connection)
    assert {setting.name for setting in found} >= UNSAFE.keys() | {"data_checksums", "server_encoding", "triggers", "clock", "superuser"}
    assert all(setting.ok for setting in found)


def test_each_unsafe_setting_is_named_with_its_remedy() -> None:
    with temporary_folder() as folder, EmbeddedPostgres(folder, settings=UNSAFE) as server:
        migrate(server.url("ruche_migrator"))
        with pytest.raises(Unsafe) as refused:
            check(server.url("ruche_writer"))
        for name, value in UNSAFE.items():
            assert f"{name} is {value}, not " in str(refused.value)
            assert f"ALTER SYSTEM SET {name}" in str(refused.value)
        with psycopg.connect(server.url("ruche_writer")) as connection:
            assert {setting.name for setting in settings_found(connection) if not setting.ok} == UNSAFE.keys()


def test_a_setting_of_the_role_counts_as_much_as_the_servers(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("alter role ruche_signer set synchronous_commit = off")
        try:
            with pytest.raises(Unsafe, match="synchronous_commit is off"):
                check(postgres.url("ruche_signer"))
        finally:
            connection.execute("alter role ruche_signer reset synchronous_commit")
    check(postgres.url("ruche_signer"))


def test_the_superuser_is_refused(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(Unsafe, match="superuser is yes"):
        check(postgres.url("postgres"))


def test_a_disabled_trigger_and_a_lifted_policy_are_named(postgres: EmbeddedPostgres) -> None:
    """Inside a transaction that is rolled back, so the session's server stays whole."""
    with psycopg.connect(postgres.url("postgres")) as connection:
        connection.execute("alter table eventlog.records disable trigger records_stay")
        connection.execute("alter table eventlog.commands enable trigger commands_stay")  # no longer ALWAYS
        connection.execute("alter table eventlog.registers no force row level security")
        wrong = {setting.name: setting.value for setting in settings_found(connection) if not setting.ok}
        connection.rollback()
    assert wrong["triggers"] == "without commands_stay, records_stay"
    assert wrong["row level security"] == "not on registers"


def test_a_database_without_the_log_is_told_to_migrate(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url("postgres", "postgres")) as connection:
        wrong = {setting.name: setting.remedy for setting in settings_found(connection) if not setting.ok}
    assert wrong["triggers"] == wrong["row level security"] == "run `ruche migrate`"


@pytest.mark.parametrize(("shift_seconds", "ok"), [(0.0, True), (1.5, True), (-1.5, True), (3.0, False), (-3.0, False)])
def test_clocks_more_than_two_seconds_apart_are_named(postgres: EmbeddedPostgres, shift_seconds: float, ok: bool) -> None:
    with psycopg.connect(postgres.url("ruche_writer")) as connection:
        found = settings_found(connection, clock=lambda: time.time() + shift_seconds)
    assert [setting.ok for setting in found if setting.name == "clock"] == [ok]


def test_the_librarys_unlocked_functions_are_refused(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY_PREFIX_POSTGRES_ENABLE_DB_FUNCTIONS", "n")
    with pytest.raises(Unsafe, match="ANY_PREFIX_POSTGRES_ENABLE_DB_FUNCTIONS is set"):
        check(postgres.url("ruche_writer"))

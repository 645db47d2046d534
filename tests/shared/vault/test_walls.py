"""Who may touch the vault's tables: its own role, one register at a time, and nobody else."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from deploy.embedded_postgres import EmbeddedPostgres
from shared.vault.people import Name
from shared.vault.sealing import seal
from shared.vault.store import Vault
from tests.shared.vault.conftest import fresh_id, fresh_person

TABLES = ("register_keys", "person_keys", "persons", "openings", "files", "access_log")
OTHERS = ("ruche_writer", "ruche_reader", "ruche_publisher", "ruche_signer", "ruche_portal", "ruche_access", "ruche_migrator")


@pytest.fixture
def filled(vault: Vault, register: str) -> str:
    """A register with a row in every table."""
    person, (commitment, salt) = fresh_person(), seal("texte")
    vault.keep_person(register, person, Name("Zélie", "Quintefeuille"), "pupil")
    vault.keep_opening(register, commitment, salt, "texte", subjects=(), author=person)
    vault.keep_file(register, b"content")
    vault.names(register, [person], reader=person, why="test")
    return register


def count(server: EmbeddedPostgres, table: str, register: str | None, role: str = "ruche_vault") -> int:
    """How many rows a role sees, in a transaction for this register or for none."""
    with psycopg.connect(server.url(role)) as connection:
        if register is not None:
            connection.execute("SELECT set_config('ruche.register', %s, true)", (register,))
        return len(connection.execute(f"SELECT 1 FROM vault.{table}".encode()).fetchall())


@pytest.mark.parametrize("table", TABLES)
def test_the_vault_sees_one_register_and_without_one_nothing(vault_server: EmbeddedPostgres, filled: str, table: str) -> None:
    assert count(vault_server, table, filled) == 1
    assert count(vault_server, table, fresh_id()) == 0
    assert count(vault_server, table, None) == 0


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("table", TABLES)
def test_no_other_role_may_even_ask(vault_server: EmbeddedPostgres, filled: str, role: str, table: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        count(vault_server, table, filled, role)


def test_the_owner_itself_reads_no_name_key_nor_access(vault_server: EmbeddedPostgres, filled: str) -> None:
    with psycopg.connect(vault_server.url("ruche_migrator")) as connection:
        connection.execute("SET ROLE ruche_owner")
        connection.execute("SELECT set_config('ruche.register', %s, true)", (filled,))
        seen = {table: len(connection.execute(f"SELECT 1 FROM vault.{table}".encode()).fetchall()) for table in TABLES}
        with pytest.raises(InsufficientPrivilege):  # the policy of the leftovers is for reading
            connection.execute("INSERT INTO vault.persons (register_id, person, kind, sealed_name) VALUES (%s, 'p', 'k', '')", (filled,))
    assert (seen["register_keys"], seen["person_keys"], seen["access_log"]) == (0, 0, 0)


def test_a_row_for_another_register_is_refused(vault_server: EmbeddedPostgres, filled: str) -> None:
    insert = "INSERT INTO vault.access_log (register_id, who, what, subject) VALUES (%s, 'p', 'test', 'p')"
    with psycopg.connect(vault_server.url("ruche_vault")) as connection:
        connection.execute("SELECT set_config('ruche.register', %s, true)", (filled,))
        connection.execute(insert, (filled,))
        with pytest.raises(InsufficientPrivilege):
            connection.execute(insert, (fresh_id(),))


def test_an_access_that_was_noted_is_not_rewritten(vault_server: EmbeddedPostgres, filled: str) -> None:
    with psycopg.connect(vault_server.url("ruche_vault")) as connection:
        connection.execute("SELECT set_config('ruche.register', %s, true)", (filled,))
        with pytest.raises(InsufficientPrivilege):
            connection.execute("UPDATE vault.access_log SET who = 'p'")


@pytest.mark.parametrize("query", ["SELECT 1 FROM eventlog.records", "SELECT 1 FROM eventlog.commands", "CREATE TABLE vault.mine (a int)"])
def test_the_vault_has_no_right_in_the_log_and_makes_nothing(vault_server: EmbeddedPostgres, query: str) -> None:
    with psycopg.connect(vault_server.url("ruche_vault")) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(query.encode())


def test_only_the_vault_may_list_leftovers(vault_server: EmbeddedPostgres) -> None:
    for role in OTHERS:
        with psycopg.connect(vault_server.url(role)) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT * FROM vault.unconfirmed('1 hour', 10)")
    with psycopg.connect(vault_server.url("ruche_vault")) as connection:
        connection.execute("SELECT * FROM vault.unconfirmed('1 hour', 10)")

"""A vault on the test server: its schema, a fresh register for each test, and a way to read its rows as they lie."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.migrating import migrate
from shared.messages import id_from
from shared.vault.people import Name
from shared.vault.store import Vault

SCHEMA_FOLDER = Path(__file__).parents[3] / "shared" / "vault" / "schema"
KEK = bytes(range(32))
ZELIE = Name("Zélie", "Quintefeuille", source_code="E030")
PRUNE = Name("Prune", "Vaillant", title="Mme")
READER = "p_" + "r" * 26


@pytest.fixture(scope="session")
def vault_server(postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The test server with the vault's schema."""
    migrate(postgres.url("ruche_migrator"), SCHEMA_FOLDER, "vault")
    return postgres


@pytest.fixture(scope="session")
def vault(vault_server: EmbeddedPostgres) -> Iterator[Vault]:
    """One vault for the session: it is made to be shared."""
    with Vault(vault_server.url("ruche_vault"), KEK) as opened:
        yield opened


@pytest.fixture
def register() -> str:
    """A register that no other test has used."""
    return fresh_id()


def fresh_id() -> str:
    """26 random base32 characters."""
    return id_from(os.urandom(16))


def fresh_person() -> str:
    """A pseudonym that stands for nobody yet."""
    return "p_" + fresh_id()


def kept(vault: Vault, register: str, name: Name = ZELIE, kind: str = "pupil") -> str:
    """A confirmed person of this name."""
    person = fresh_person()
    vault.keep_person(register, person, name, kind)
    vault.confirm(register, person)
    return person


def as_superuser(server: EmbeddedPostgres, query: str, *values: object) -> int:
    """What somebody with all rights on the database can do to the rows; how many were changed."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        return connection.execute(query.encode(), values).rowcount


def names(vault: Vault, register: str, *persons: str) -> dict[str, Name]:
    """The names, read by somebody."""
    return vault.names(register, persons, reader=READER, why="test.page")

"""Planted names and texts, looked for in every byte the vault leaves: rows, data files and the server's journal."""

import base64
import os
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.vault.people import Name
from shared.vault.sealing import seal
from shared.vault.store import Vault
from tests.shared.vault.conftest import fresh_id, fresh_person

TABLES = ("register_keys", "person_keys", "persons", "openings", "access_log", "migrations")


def canary(accented: str) -> str:
    """A name nobody else has, with an accent in it."""
    return f"{accented}{fresh_id()[:12]}"


def shapes(text: str) -> set[bytes]:
    """The ways a text could lie in a file."""
    raw = text.encode()
    shaped = {raw, text.upper().encode(), text.encode("utf-16-le"), raw.hex().encode(), base64.b64encode(raw), orjson_escaped(text)}
    return shaped | {raw[2:], base64.b64encode(raw[1:])[:-4], base64.b64encode(raw[2:])[:-4]}  # shifted, as inside a longer text


def orjson_escaped(text: str) -> bytes:
    """As JSON with escapes writes it."""
    return text.encode("ascii", "backslashreplace")


def rows(server: EmbeddedPostgres) -> bytes:
    """Every value of every table of the vault."""
    found = []
    with psycopg.connect(server.url("postgres")) as connection:
        for table in TABLES:
            for row in connection.execute(f"SELECT * FROM vault.{table}".encode()):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(found)


def files(server: EmbeddedPostgres, *folders: str) -> bytes:
    """Every byte of the server's tables and of its journal."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return b"\n".join(path.read_bytes() for folder in folders for path in sorted(Path(server.data, folder).rglob("*")) if path.is_file())


def leaks(texts: list[str], haystack: bytes) -> list[str]:
    """Those of these texts that lie in these bytes in any shape."""
    return [text for text in texts if any(shape in haystack for shape in shapes(text))]


def test_no_planted_name_lies_anywhere_in_the_database(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    planted = [canary("Zélie"), canary("Hélène"), canary("Mme"), canary("E030"), canary("malade à")]
    first, last, title, code, reason = planted
    person, author = fresh_person(), fresh_person()
    vault.keep_person(register, person, Name(first, last, title, code), "pupil")
    vault.confirm(register, person)
    vault.names(register, [person], reader=author, why="test.canary")
    assert vault.person_by_code(register, code) == person and vault.names_in(register, f"pour {first}")
    value = {"reason": reason, "who": first}
    commitment, salt = seal(value)
    vault.keep_opening(register, commitment, salt, value, subjects=[person], author=author)
    vault.opening(register, commitment, reader=author, why="test.canary")

    assert leaks(planted, rows(vault_server)) == []
    assert leaks(planted, files(vault_server, "base", "pg_wal", "pg_stat")) == []
    assert leaks(planted, (vault_server.folder / "server.log").read_bytes()) == []
    assert leaks([register, person], rows(vault_server)) == [register, person]  # the search does find what is there


def test_the_search_finds_a_name_that_was_not_sealed(vault_server: EmbeddedPostgres) -> None:
    planted = canary("Zélie")
    with psycopg.connect(vault_server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE public.unsealed (name text)")
        connection.execute("INSERT INTO public.unsealed VALUES (%s)", (planted,))
    try:
        assert leaks([planted], files(vault_server, "base")) == [planted]
        assert leaks([planted], files(vault_server, "pg_wal")) == [planted]
    finally:
        with psycopg.connect(vault_server.url("postgres"), autocommit=True) as connection:
            connection.execute("DROP TABLE public.unsealed")


@pytest.mark.parametrize(
    "wrap", [str.encode, lambda text: base64.b64encode(b"x" + text.encode()), lambda text: text.encode().hex().encode()]
)
def test_each_shape_is_recognised(wrap: object) -> None:
    text = canary("Noé")
    assert callable(wrap)
    assert leaks([text], os.urandom(64) + wrap(text) + os.urandom(64)) == [text]


def test_keys_do_not_lie_beside_what_they_lock(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    kek = bytes(range(32))
    vault.keep_person(register, fresh_person(), Name("Zélie", "Quintefeuille"), "pupil")
    assert kek not in rows(vault_server) and kek not in files(vault_server, "base", "pg_wal")

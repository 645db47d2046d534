"""Files in the vault: each comes back as it was put there or not at all, each opening is noted, none lies readable in a row."""

import hashlib
import os

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.refusals import Corrupt
from shared.vault import files
from shared.vault.ciphers import fresh_key, lock, place
from shared.vault.keys import Keyring
from shared.vault.store import Leftover, Vault, file_subject
from tests.shared.vault.conftest import KEK, READER, as_superuser, fresh_id, fresh_person, kept

CONTENT = b"%PDF-1.7 facture " + b"Quintefeuille " * 40


def opened(vault: Vault, register: str, commitment: bytes) -> bytes | None:
    return vault.file(register, commitment, reader=READER, why="test.file")


def sealed_rows(server: EmbeddedPostgres, commitment: bytes) -> list[bytes]:
    with psycopg.connect(server.url("postgres")) as connection:
        return [row[0] for row in connection.execute("SELECT sealed FROM vault.files WHERE commitment = %s", (commitment,))]


def test_a_file_comes_back_and_twice_the_same_file_makes_two_commitments(vault: Vault, register: str) -> None:
    first, second = vault.keep_file(register, CONTENT), vault.keep_file(register, CONTENT)
    assert first != second
    assert opened(vault, register, first) == opened(vault, register, second) == CONTENT
    assert opened(vault, fresh_id(), first) is None


def test_the_largest_file_comes_back(vault: Vault, register: str) -> None:
    largest = os.urandom(10 * 1024 * 1024)
    assert opened(vault, register, vault.keep_file(register, largest)) == largest


def test_the_commitment_is_that_of_the_salted_content() -> None:
    salt = bytes(range(32))
    assert files.commitment_of(salt, b"abc") == hashlib.sha256(b"ruche/file/v1\x00" + salt + b"abc").digest()


def test_a_row_holds_nothing_readable(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    (row,) = sealed_rows(vault_server, vault.keep_file(register, CONTENT))
    assert b"Quintefeuille" not in row and b"PDF" not in row
    assert b"Quintefeuille" in CONTENT


@pytest.mark.parametrize("column", ["sealed", "wrapped_key"])
def test_a_byte_changed_in_a_row_is_found(vault: Vault, vault_server: EmbeddedPostgres, register: str, column: str) -> None:
    commitment = vault.keep_file(register, CONTENT)
    for at in (0, 13, 50):
        flip = f"UPDATE vault.files SET {column} = set_byte({column}, {at}, get_byte({column}, {at}) # 1) WHERE commitment = %s"
        assert as_superuser(vault_server, flip, commitment) == 1
        with pytest.raises(Corrupt):
            opened(vault, register, commitment)
        as_superuser(vault_server, flip, commitment)
        assert opened(vault, register, commitment) == CONTENT


def test_another_file_put_in_its_place_does_not_open(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    ours, other = vault.keep_file(register, CONTENT), vault.keep_file(register, b"another")
    swap = """UPDATE vault.files t SET sealed = s.sealed, wrapped_key = s.wrapped_key FROM vault.files s
              WHERE t.commitment = %s AND s.commitment = %s"""
    assert as_superuser(vault_server, swap, ours, other) == 1
    with pytest.raises(Corrupt):
        opened(vault, register, ours)
    assert opened(vault, register, other) == b"another"


def test_whoever_has_every_key_cannot_put_another_content_under_a_commitment(
    vault: Vault, vault_server: EmbeddedPostgres, register: str
) -> None:
    commitment, key, salt = vault.keep_file(register, CONTENT), fresh_key(), os.urandom(32)
    with psycopg.connect(vault_server.url("postgres")) as connection:
        keys = Keyring.found(connection, register, KEK)
        assert keys is not None
        wrapped = lock(keys._key, key, place("file-key", register, commitment))
    for content in (b"a forged invoice", CONTENT):  # without the first salt not even the same content does
        forged = lock(key, salt + content, place("file", register, commitment))
        as_superuser(
            vault_server, "UPDATE vault.files SET sealed = %s, wrapped_key = %s WHERE commitment = %s", forged, wrapped, commitment
        )
        with pytest.raises(Corrupt, match="no longer opens its commitment"):
            opened(vault, register, commitment)


def test_each_opening_is_noted_for_the_file_and_the_people_it_concerns(vault: Vault, register: str) -> None:
    commitment, author = vault.keep_file(register, CONTENT), fresh_person()
    vault.file(register, commitment, reader=READER, why="ledger.voucher", concerns=(author,))
    for subject in (file_subject(commitment), author):
        ((_, who, what, _),) = vault.accesses(register, subject)
        assert (who, what) == (READER, "ledger.voucher")
    vault.file(register, bytes(32), reader=READER, why="ledger.voucher", concerns=(author,))
    assert len(vault.accesses(register, author)) == 1  # nothing was opened, nothing is noted


def test_a_file_that_no_record_holds_is_purged_and_one_that_a_record_holds_stays(vault: Vault, register: str) -> None:
    lost, held, confirmed = (vault.keep_file(register, CONTENT) for _ in range(3))
    vault.confirm_file(register, confirmed)
    vault.purge_unconfirmed(lambda leftover: leftover != Leftover(register, None, lost), older_than_seconds=0)
    assert [opened(vault, register, one) for one in (lost, held, confirmed)] == [None, CONTENT, CONTENT]
    vault.purge_unconfirmed(lambda _: False, older_than_seconds=0)
    assert [opened(vault, register, one) for one in (held, confirmed)] == [CONTENT, CONTENT]


def test_a_confirmed_file_goes_only_on_purpose_and_its_key_with_it(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    commitment = vault.keep_file(register, CONTENT)
    vault.confirm_file(register, commitment)
    assert not vault.drop_file(register, commitment)
    assert vault.drop_file(register, commitment, only_unconfirmed=False)
    assert opened(vault, register, commitment) is None and not sealed_rows(vault_server, commitment)


def test_erasing_a_person_leaves_the_vouchers_they_attached(vault: Vault, register: str) -> None:
    person, commitment = kept(vault, register), vault.keep_file(register, CONTENT)
    vault.confirm_file(register, commitment)
    assert vault.erase_person(register, person)
    assert opened(vault, register, commitment) == CONTENT


def test_the_vault_itself_cannot_rewrite_a_content(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    vault.keep_file(register, CONTENT)
    with psycopg.connect(vault_server.url("ruche_vault")) as connection:
        connection.execute("SELECT set_config('ruche.register', %s, true)", (register,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE vault.files SET sealed = ''")

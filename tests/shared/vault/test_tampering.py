"""Rows that somebody with every right on the database has changed: each is found, none is believed."""

import os

import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.refusals import Corrupt
from shared.vault.sealing import seal
from shared.vault.store import Vault
from tests.shared.vault.conftest import PRUNE, READER, ZELIE, as_superuser, fresh_id, fresh_person, kept, names


def test_a_text_about_several_is_lost_with_the_key_of_any_of_them(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    commitment, salt = seal("ensemble")
    zelie, prune = kept(vault, register), kept(vault, register, PRUNE)
    vault.keep_opening(register, commitment, salt, "ensemble", subjects=[zelie], author=prune)
    as_superuser(vault_server, "DELETE FROM vault.person_keys WHERE person = %s", zelie)  # the row itself stays, as in a backup
    assert vault.opening(register, commitment, reader=READER, why="test") is None
    other, other_salt = seal("autre")
    vault.keep_opening(register, other, other_salt, "autre", subjects=[zelie], author=prune)  # a new key is another key
    with pytest.raises(Corrupt):
        vault.opening(register, commitment, reader=READER, why="test")


@pytest.mark.parametrize("column", ["sealed_name", "wrapped_key"])
def test_a_tampered_byte_is_found(vault: Vault, vault_server: EmbeddedPostgres, register: str, column: str) -> None:
    person = kept(vault, register)
    table = "persons" if column == "sealed_name" else "person_keys"
    for at in (0, 12, 40):
        flip = f"UPDATE vault.{table} SET {column} = set_byte({column}, {at}, get_byte({column}, {at}) # 1) WHERE person = %s"
        assert as_superuser(vault_server, flip, person) == 1
        with pytest.raises(Corrupt):
            names(vault, register, person)
        as_superuser(vault_server, flip, person)
        assert names(vault, register, person) == {person: ZELIE}


def test_a_name_moved_to_another_pseudonym_or_register_does_not_open(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    zelie, prune, other = kept(vault, register), kept(vault, register, PRUNE), fresh_id()
    elsewhere = kept(vault, other)
    copy_name = "UPDATE vault.persons t SET sealed_name = s.sealed_name FROM vault.persons s WHERE t.person = %s AND s.person = %s"
    copy_key = "UPDATE vault.person_keys t SET wrapped_key = s.wrapped_key FROM vault.person_keys s WHERE t.person = %s AND s.person = %s"
    assert as_superuser(vault_server, copy_name, zelie, prune) == 1
    with pytest.raises(Corrupt):  # the name alone
        names(vault, register, zelie)
    assert as_superuser(vault_server, copy_key, zelie, prune) == 1
    with pytest.raises(Corrupt):  # the name with the key it was locked with
        names(vault, register, zelie)
    as_superuser(vault_server, copy_name, elsewhere, prune)
    as_superuser(vault_server, copy_key, elsewhere, prune)
    with pytest.raises(Corrupt):
        names(vault, other, elsewhere)
    copy_root = """UPDATE vault.register_keys t SET wrapped_key = s.wrapped_key FROM vault.register_keys s
                   WHERE t.register_id = %s AND s.register_id = %s"""
    as_superuser(vault_server, copy_root, other, register)
    with pytest.raises(Corrupt):  # the register's key too
        names(vault, other, elsewhere)
    assert names(vault, register, prune) == {prune: PRUNE}


def test_a_text_moved_under_another_commitment_does_not_open(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    author, sealed = fresh_person(), {value: seal(value) for value in ("oui", "non")}
    for value, (commitment, salt) in sealed.items():
        vault.keep_opening(register, commitment, salt, value, subjects=(), author=author)
    move = "UPDATE vault.openings t SET sealed = s.sealed FROM vault.openings s WHERE t.commitment = %s AND s.commitment = %s"
    assert as_superuser(vault_server, move, sealed["oui"][0], sealed["non"][0]) == 1
    with pytest.raises(Corrupt):
        vault.opening(register, sealed["oui"][0], reader=READER, why="test")
    found = vault.opening(register, sealed["non"][0], reader=READER, why="test")
    assert found and found.value == "non"


def test_another_key_encryption_key_opens_nothing(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    person = kept(vault, register)
    with Vault(vault_server.url("ruche_vault"), os.urandom(32)) as thief, pytest.raises(Corrupt):
        names(thief, register, person)

"""Which key locks what: a key-encryption key in a file wraps one key per register, which wraps one key per person.

The register's key wraps one per kept file as well. Erasing a person deletes that person's key; losing the key-encryption key loses
everything at once, so it is backed up apart.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from psycopg import Connection
from psycopg.rows import TupleRow

from shared.refusals import Busy
from shared.secret_files import UnsafeSecretFile, make_once, read_secret
from shared.vault.ciphers import KEY_SIZE_BYTES, derived, fresh_key, lock, place, unlock

Transaction = Connection[TupleRow]


def kek_from(path: Path) -> bytes:
    """The key-encryption key (32 bytes) kept in a 0400 file as one line of base64, made at the first start. Raises
    UnsafeSecretFile, with a sentence that says what to do, when others can open the file or it is no such key."""
    if not path.exists():
        make_once(path, base64.b64encode(fresh_key()) + b"\n")
    try:
        key = base64.b64decode(read_secret(path).rstrip(b"\n"), validate=True)
    except binascii.Error as error:
        raise UnsafeSecretFile(path, "it is not one line of base64; put its backup back") from error
    if len(key) != KEY_SIZE_BYTES:
        raise UnsafeSecretFile(path, f"it holds {len(key)} bytes and not {KEY_SIZE_BYTES}; put its backup back")
    return key


class Keyring:
    """The keys of one register, inside one transaction that sees only that register."""

    def __init__(self, connection: Transaction, register: str, wrapped: bytes, kek: bytes) -> None:
        self.connection = connection
        self.register = register
        self._key = unlock(kek, wrapped, place("register-key", register))

    @classmethod
    def found(cls, connection: Transaction, register: str, kek: bytes) -> Self | None:
        """The keyring of a register that has something in the vault, else None: reading makes no key."""
        query = "SELECT wrapped_key FROM vault.register_keys WHERE register_id = %s"
        row = connection.execute(query, (register,)).fetchone()
        return None if row is None else cls(connection, register, row[0], kek)

    @classmethod
    def made(cls, connection: Transaction, register: str, kek: bytes) -> Self:
        """The keyring of a register, its key made when there is none; of two makers the first one wins."""
        if keys := cls.found(connection, register, kek):
            return keys
        query = "INSERT INTO vault.register_keys (register_id, wrapped_key) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        connection.execute(query, (register, lock(kek, fresh_key(), place("register-key", register))))
        return cls.made(connection, register, kek)  # now there is one, ours or the first one's: nothing deletes it

    def unwrapped(self, person: str, wrapped: bytes) -> bytes:
        """A person's key from its wrapped form; raises Corrupt when it is another person's or another register's."""
        return unlock(self._key, wrapped, place("person-key", self.register, person))

    def keys_of(self, people: Iterable[str]) -> dict[str, bytes]:
        """The keys of those of these people who have one, held until the end of the transaction: an erasure waits."""
        query = """SELECT person, wrapped_key FROM vault.person_keys WHERE register_id = %s AND person = ANY(%s)
                   ORDER BY person FOR KEY SHARE"""
        rows = self.connection.execute(query, (self.register, sorted(set(people))))
        return {person: self.unwrapped(person, wrapped) for person, wrapped in rows}

    def keys_made_for(self, people: Iterable[str]) -> dict[str, bytes]:
        """The keys of all these people, made where there is none. Raises Busy when one is being erased right now."""
        wanted = sorted(set(people))  # in one order, so that two makers never wait for each other
        query = "INSERT INTO vault.person_keys (register_id, person, wrapped_key) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        for person in wanted:
            wrapped = lock(self._key, fresh_key(), place("person-key", self.register, person))
            self.connection.execute(query, (self.register, person, wrapped))
        keys = self.keys_of(wanted)
        if len(keys) < len(wanted):
            raise Busy
        return keys

    def file_key_made(self, commitment: bytes) -> tuple[bytes, bytes]:
        """A fresh key for one file, and its wrapped form."""
        key = fresh_key()
        return key, lock(self._key, key, place("file-key", self.register, commitment))

    def file_key(self, commitment: bytes, wrapped: bytes) -> bytes:
        """A file's key from its wrapped form; raises Corrupt when it is another file's or another register's."""
        return unlock(self._key, wrapped, place("file-key", self.register, commitment))

    def digest_of(self, code: str) -> bytes:
        """The HMAC under which an outside code is searched; its key is this register's alone."""
        return hmac.digest(derived(self._key, b"ruche/vault/outside-code/v1"), code.encode(), "sha256")


def joint_key(keys: dict[str, bytes]) -> bytes:
    """One key out of several people's, in the order of their pseudonyms: a text about several people opens only
    while each of them still has a key."""
    return derived(b"".join(keys[person] for person in sorted(keys)), b"ruche/vault/opening/v1")

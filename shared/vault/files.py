"""Files that a record only holds the commitment of: each locked under a key of its own, so that one can go without the others."""

import hashlib
import hmac
import os
from typing import Final, NamedTuple

from shared.refusals import Corrupt
from shared.vault.ciphers import lock, place, unlock
from shared.vault.keys import Keyring, Transaction
from shared.vault.sealing import SALT_SIZE_BYTES

LABEL: Final = b"ruche/file/v1\x00"


class FileOpening(NamedTuple):
    """What a commitment opens to: the salt (32 bytes), and the content."""

    salt: bytes
    content: bytes


def commitment_of(salt: bytes, content: bytes) -> bytes:
    """SHA-256("ruche/file/v1" ‖ 0x00 ‖ salt ‖ content), 32 bytes: of the salted content, for the reasons of `sealing.commitment_of`."""
    return hashlib.sha256(LABEL + salt + content).digest()


def keep(keys: Keyring, content: bytes) -> bytes:
    """Lock a content away, not yet confirmed; returns its commitment. The same content kept twice gives two."""
    salt = os.urandom(SALT_SIZE_BYTES)
    commitment = commitment_of(salt, content)
    key, wrapped = keys.file_key_made(commitment)
    sealed = lock(key, salt + content, place("file", keys.register, commitment))
    query = "INSERT INTO vault.files (register_id, commitment, wrapped_key, sealed) VALUES (%s, %s, %s, %s)"
    keys.connection.execute(query, (keys.register, commitment, wrapped, sealed))
    return commitment


def found(keys: Keyring, commitment: bytes) -> FileOpening | None:
    """The content with its salt, or None when it was deleted or never kept. Raises Corrupt when it is not the one that was committed to."""
    query = "SELECT wrapped_key, sealed FROM vault.files WHERE register_id = %s AND commitment = %s"
    row = keys.connection.execute(query, (keys.register, commitment)).fetchone()
    if row is None:
        return None
    wrapped, sealed = row
    plain = unlock(keys.file_key(commitment, wrapped), sealed, place("file", keys.register, commitment))
    salt, content = plain[:SALT_SIZE_BYTES], plain[SALT_SIZE_BYTES:]
    if not hmac.compare_digest(commitment, commitment_of(salt, content)):
        raise Corrupt("a file no longer opens its commitment")
    return FileOpening(salt, content)


def confirm(connection: Transaction, register: str, commitment: bytes) -> None:
    """The record that holds this commitment is in the log."""
    query = "UPDATE vault.files SET confirmed_at = now() WHERE register_id = %s AND commitment = %s AND confirmed_at IS NULL"
    connection.execute(query, (register, commitment))


def drop(connection: Transaction, register: str, commitment: bytes, *, only_unconfirmed: bool) -> bool:
    """Forget one file and its key; False when there was none to forget."""
    query = "DELETE FROM vault.files WHERE register_id = %s AND commitment = %s AND (confirmed_at IS NULL OR NOT %s)"
    return connection.execute(query, (register, commitment, only_unconfirmed)).rowcount > 0

"""What a commitment in a record stands for: its salt and its text, while everybody it concerns may still be known."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import orjson

from shared.refusals import Corrupt
from shared.vault.ciphers import lock, place, unlock
from shared.vault.keys import Keyring, Transaction, joint_key
from shared.vault.sealing import SALT_SIZE_BYTES, canonical, opens

BLOCK_BYTES: Final = 1_024  # a locked text is as long as what it locks: without padding its length alone tells a yes from a no


class Opening(NamedTuple):
    """The salt (32 bytes) and the JSON value that were sealed, and the people it concerns, its author among them."""

    salt: bytes
    value: Any
    concerns: tuple[str, ...]


def keep(keys: Keyring, commitment: bytes, opening: tuple[bytes, Any], subjects: Iterable[str], author: str) -> None:
    """Put (salt, value) under its commitment and under the keys of its author and its subjects; again changes
    nothing. Raises ValueError when they do not open the commitment: a record would promise what nobody can show."""
    salt, value = opening
    if not opens(commitment, salt, value):
        raise ValueError("this salt and this value do not open this commitment")
    about = sorted(set(subjects))
    key = joint_key(keys.keys_made_for({author, *about}))
    sealed = lock(key, salt + padded(canonical(value)), place("opening", keys.register, commitment))
    query = """INSERT INTO vault.openings (register_id, commitment, sealed, subjects, author) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT DO NOTHING"""
    keys.connection.execute(query, (keys.register, commitment, sealed, about, author))


def found(keys: Keyring, commitment: bytes) -> Opening | None:
    """What was sealed, or None when it was erased or never kept. Raises Corrupt when it is no longer what it was."""
    query = "SELECT sealed, subjects, author FROM vault.openings WHERE register_id = %s AND commitment = %s"
    row = keys.connection.execute(query, (keys.register, commitment)).fetchone()
    if row is None:
        return None
    sealed, subjects, author = row
    concerns = tuple(sorted({author, *subjects}))
    people = keys.keys_of(concerns)
    if len(people) < len(concerns):
        return None  # one of them is being erased
    plain = unlock(joint_key(people), sealed, place("opening", keys.register, commitment))
    salt, value = plain[:SALT_SIZE_BYTES], orjson.loads(plain[SALT_SIZE_BYTES:])
    if not opens(commitment, salt, value):
        raise Corrupt("a sealed text no longer opens its commitment")
    return Opening(salt, value, concerns)


def confirm(connection: Transaction, register: str, commitment: bytes) -> None:
    """The record that holds this commitment is in the log."""
    query = "UPDATE vault.openings SET confirmed_at = now() WHERE register_id = %s AND commitment = %s AND confirmed_at IS NULL"
    connection.execute(query, (register, commitment))


def drop(connection: Transaction, register: str, commitment: bytes, *, only_unconfirmed: bool) -> bool:
    """Forget one sealed text; False when there was none to forget."""
    query = "DELETE FROM vault.openings WHERE register_id = %s AND commitment = %s AND (confirmed_at IS NULL OR NOT %s)"
    return connection.execute(query, (register, commitment, only_unconfirmed)).rowcount > 0


def padded(text: bytes) -> bytes:
    """Return a JSON text as long as any other up to the next whole block; spaces after a JSON text say nothing."""
    return text.ljust(-(-len(text) // BLOCK_BYTES) * BLOCK_BYTES)

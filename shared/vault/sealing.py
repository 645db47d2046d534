"""How a text leaves only a commitment in a record, and how anybody who is shown the text checks it."""

import hashlib
import hmac
import os
from typing import Any, Final

import orjson

from shared.text import fault_of

LABEL: Final = b"ruche/seal/v1\x00"
SALT_SIZE_BYTES: Final = 32  # without its salt a commitment tells nothing, however few values are possible
INTEGER_MAX: Final = 2**53 - 1  # what every reader of JSON keeps exact


NESTING_MAX: Final = 12  # as in a record; keeps hostile values out of the recursion


class NotCanonical(ValueError):
    """A value has no single way to be written, so nobody can be shown later that it is the one that was sealed."""


def seal(value: Any) -> tuple[bytes, bytes]:
    """(commitment, salt), 32 bytes each, of a JSON value: the commitment goes into the record, the salt and the value
    into the vault. The same value sealed twice gives two commitments. Raises NotCanonical."""
    salt = os.urandom(SALT_SIZE_BYTES)
    return commitment_of(salt, value), salt


def opens(commitment: bytes, salt: bytes, value: Any) -> bool:
    """Whether this salt and this value are those that were sealed. A value without canonical form opens nothing."""
    if len(salt) != SALT_SIZE_BYTES:
        return False
    try:
        return hmac.compare_digest(commitment, commitment_of(salt, value))
    except NotCanonical:
        return False


def commitment_of(salt: bytes, value: Any) -> bytes:
    """SHA-256("ruche/seal/v1" ‖ 0x00 ‖ salt ‖ canonical JSON): on the salted text and not on a ciphertext, because
    one AES-GCM ciphertext can be made to open to two texts."""
    return hashlib.sha256(LABEL + salt + canonical(value)).digest()


def canonical(value: Any) -> bytes:
    """The JSON text of a value as RFC 8785 writes it. On the values allowed here, those of a record (no floats, exact
    integers, ASCII keys, recordable text), that is orjson's compact text with sorted keys. Raises NotCanonical."""
    check_closed(value, 0)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def check_closed(value: Any, depth: int) -> None:
    """Refuse what orjson would convert or print in its own way. Exact types: a subclass may print itself otherwise."""
    if depth > NESTING_MAX:
        raise NotCanonical(f"more than {NESTING_MAX} levels")
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical("a key that is not ASCII text")
            check_closed(item, depth + 1)
    elif kind is list or kind is tuple:
        for item in value:
            check_closed(item, depth + 1)
    elif fault := leaf_fault(value):
        raise NotCanonical(fault)


def leaf_fault(value: Any) -> str | None:
    """Why a value that holds no other is not canonical, or None when it is."""
    kind = type(value)
    if kind is str:
        return fault_of(value)
    if kind is int:
        return "an integer beyond 2^53 - 1" if abs(value) > INTEGER_MAX else None
    return None if value is None or kind is bool else f"a value of type {kind.__name__}"

"""How one secret is locked under one key: AES-256-GCM, bound to the place where it is kept."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.refusals import Corrupt

KEY_SIZE_BYTES = 32
NONCE_SIZE_BYTES = 12  # 96 random bits, the size AES-GCM is defined for; a key locks far fewer than 2^32 values


def fresh_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_SIZE_BYTES)


def place(use: str, *parts: str | bytes) -> bytes:
    """The associated data of a secret: its use and its place (register, then person or commitment), kept apart by a
    zero byte, so that a row copied into another place no longer opens."""
    return b"\x00".join([f"ruche/vault/{use}/v1".encode(), *(part.encode() if isinstance(part, str) else part for part in parts)])


def lock(key: bytes, secret: bytes, where: bytes) -> bytes:
    """Encrypt: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)."""
    nonce = os.urandom(NONCE_SIZE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, where)


def unlock(key: bytes, locked: bytes, where: bytes) -> bytes:
    """The secret. Raises Corrupt when a byte, the key or the place is not the one it was locked with."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE_SIZE_BYTES], locked[NONCE_SIZE_BYTES:], where)
    except (InvalidTag, ValueError) as error:  # ValueError: a nonce cut short
        raise Corrupt("a text of the vault is no longer the one that was put there") from error


def derived(secrets: bytes, use: bytes) -> bytes:
    """A key of 32 bytes for one use, from one or more joined keys (HKDF, RFC 5869, SHA-256)."""
    return HKDF(algorithm=SHA256(), length=KEY_SIZE_BYTES, salt=None, info=use).derive(secrets)

"""A pair of Ed25519 keys in two files: the private one read by its owner only, the public one by everybody."""

from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shared.secret_files import EVERYBODY_READS, UnsafeSecretFile, make_once, read_secret


class KeyPair(NamedTuple):
    """A private key and its public half."""

    private: Ed25519PrivateKey
    public: Ed25519PublicKey


def key_pair(folder: Path, name: str) -> KeyPair:
    """The pair kept in <folder>/<name>.key (0400, PKCS #8) and <name>.pub (0444, SubjectPublicKeyInfo), made at the
    first call. The public file is derived again when it is missing. Raises UnsafeSecretFile when the private file is
    open to others, is no Ed25519 key, or is not the one the public file announces."""
    path = folder / f"{name}.key"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        make_once(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private = private_key(path)
    public = private.public_key()
    announced = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not make_once(folder / f"{name}.pub", announced, EVERYBODY_READS) and public_key(folder / f"{name}.pub") != public:
        raise UnsafeSecretFile(path, f"it is not the other half of {name}.pub")
    return KeyPair(private, public)


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key of a file; raises UnsafeSecretFile as key_pair does."""
    try:
        key = load_pem_private_key(read_secret(path), password=None)
    except ValueError as error:
        raise UnsafeSecretFile(path, "it holds no readable private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnsafeSecretFile(path, "its key is not an Ed25519 key")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a file, all that a reader of tokens needs. Raises ValueError when it is no Ed25519 key."""
    key = load_pem_public_key(path.read_bytes())
    if isinstance(key, Ed25519PublicKey):
        return key
    raise ValueError(f"{path} is not an Ed25519 public key")

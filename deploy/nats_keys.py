"""The keys of the programs on NATS: one file each, made at its first use, readable by its owner alone."""

import os
import secrets
from pathlib import Path

import nkeys  # type: ignore[import-untyped]  # the package brings no types

SEED_BYTES = 32  # of an Ed25519 key


def user_seed(folder: Path, name: str) -> str:
    """The private key of a user as NATS writes it, kept in `<folder>/<name>.nk`, mode 0400."""
    path = folder / f"{name}.nk"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
            file.write(nkeys.encode_seed(secrets.token_bytes(SEED_BYTES), nkeys.PREFIX_BYTE_USER).decode())
        partial.rename(path)  # whole or not at all
    return path.read_text(encoding="ascii").strip()


def public_key(seed: str) -> str:
    """What the server's configuration holds of a key."""
    public: str = nkeys.from_seed(seed.encode()).public_key.decode()
    return public

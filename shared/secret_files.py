"""Secrets kept in files: made once, and read only when nobody but their owner can read them."""

import os
import secrets
import stat
from pathlib import Path

OWNER_READS = 0o400  # a secret is written once, so not even its owner may write it
EVERYBODY_READS = 0o444  # a public key
ANYBODY_ELSE = stat.S_IRWXG | stat.S_IRWXO  # one user for each secret: the group is somebody else too

SECRET_BYTES_MAX = 65_536  # a key takes a few hundred


class UnsafeSecretFile(Exception):
    """A secret file cannot be used; the message is a sentence that says which one, why, and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"the secret file {path} cannot be used: {why}")


def read_secret(path: Path) -> bytes:
    """The bytes of a secret file. Raises UnsafeSecretFile when anybody but its owner has a right on it, or when it
    is not a plain file; FileNotFoundError when there is none. The rights are those of the file that was opened,
    so it cannot be exchanged between the look and the reading."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # not to wait for the writer of a pipe
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise UnsafeSecretFile(path, "it is not a plain file")
        if found.st_mode & ANYBODY_ELSE:
            mode = stat.S_IMODE(found.st_mode)
            raise UnsafeSecretFile(path, f"others than its owner can open it (rights {mode:04o}); run chmod 0400 on it")
        return os.read(opened, SECRET_BYTES_MAX)
    finally:
        os.close(opened)


def make_once(path: Path, content: bytes, rights: int = OWNER_READS) -> bool:
    """Write a file with these rights unless it exists; True when this call made it. Two processes may start at once:
    the file appears whole and flushed, and only the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), rights)
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        flush_folder(path.parent)
        return True
    finally:
        draft.unlink()


def flush_folder(folder: Path) -> None:
    """A new name is safe from a power cut only when its folder is flushed too."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

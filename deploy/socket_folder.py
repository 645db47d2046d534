"""Where the embedded server's socket stands: a system limit of about a hundred characters decides."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from deploy.server_account import Account, Unusable, closed_parent

SOCKET_NAME = ".s.PGSQL.5432"
PATH_BYTES_MAX = 103  # sun_path holds 104 bytes on macOS, 108 on Linux, the ending zero included


def socket_folder(folder: Path, account: Account) -> Path:
    """A folder with mode 0700 for the socket: `folder`/run, or a short one in the runtime folder when that path is too long.

    Raises Unusable when the short folder belongs to somebody else.
    """
    near = folder / "run"
    chosen = near if _fits(near) else _runtime_folder(account) / f"ruche-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    if not _fits(chosen):
        raise Unusable(f"the path {chosen} is too long for a socket: choose a data folder of fewer than 90 characters")
    chosen.mkdir(mode=0o700, exist_ok=True)
    status = chosen.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (account.uid, os.geteuid()):
        raise Unusable(f"{chosen} exists and belongs to somebody else: remove it, or choose a shorter data folder")
    account.owns(chosen)
    chosen.chmod(0o700)
    return chosen


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= PATH_BYTES_MAX


def _runtime_folder(account: Account) -> Path:
    """The user's own runtime folder where there is one, else the folder for temporary files."""
    named = os.environ.get("XDG_RUNTIME_DIR")
    if named and Path(named).is_dir() and closed_parent(Path(named) / "x", account) is None:
        return Path(named)
    return Path(tempfile.gettempdir())

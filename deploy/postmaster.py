"""Whether a PostgreSQL server runs on a data folder, and what a killed one leaves behind."""

import os
from pathlib import Path


def running_postmaster(data: Path) -> int | None:
    """The process id of the server that runs on `data`, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if is_alive(pid) and _is_server_of(pid, data) else None


def remove_stale_locks(data: Path, sockets: Path) -> None:
    """Removes what a killed server left: it may linger as a zombie, which PostgreSQL takes for a living one."""
    for stale in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        stale.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, IndexError):
        return not Path("/proc/self/stat").exists()  # without /proc (macOS) the signal's answer is all there is
    return state not in ("Z", "X")


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return True
    return str(data).encode() in words

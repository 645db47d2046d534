"""The process of the urn: papers in its memory and nowhere else, on a socket that its owner alone can open.

Nothing of the memory goes to a disk: no core dump, and no swap where the system lets us lock memory. Nothing is logged.
"""

import ctypes
import hashlib
import logging
import os
import resource
import secrets
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

import structlog
import uvicorn

from services.governance.urn.app import urn_app
from services.governance.urn.box import Urn
from shared.secret_files import make_once, read_secret
from shared.settings import LOOPBACK, Settings, read_settings
from shared.signing_keys import key_pair

SOCKET: Final = "urn.sock"
PATH_BYTES_MAX: Final = 103  # of a socket: see deploy/socket_folder.py
SECRET_BYTES: Final = 32
MARK_BYTES: Final = 8  # enough that no two boxes of a ballot have the same
WAIT_SECONDS: Final = 0.5  # between two looks whether the urn before us has ended
BACKLOG: Final = 256  # connections that wait: several classes pressing at once
GRACE_SECONDS: Final = 1  # answers take milliseconds
PR_SET_DUMPABLE: Final = 4  # Linux, prctl(2)
LOCK_ALL: Final = 7  # Linux, mlockall(2): what is there, what comes, once it is touched


def urn_address(settings: Settings) -> str:
    """Return where the urn of an installation listens: a setting, or a socket in the data folder, short where that path is too long."""
    if settings.urn_url is not None:
        return settings.urn_url
    near = settings.data.absolute() / SOCKET
    if len(os.fsencode(near)) <= PATH_BYTES_MAX:
        return str(near)
    return str(Path(tempfile.gettempdir()) / f"ruche-{os.geteuid()}-{hashlib.sha256(os.fsencode(near)).hexdigest()[:12]}" / SOCKET)


def urn_secret(settings: Settings) -> str:
    """Return the password between the governance service and the urn, made at first use."""
    path = settings.data / "keys" / "urn-door.key"
    make_once(path, secrets.token_hex(SECRET_BYTES).encode())
    return read_secret(path).decode()


def serve_urn(settings: Settings, asked: threading.Event, port: int | None = None) -> None:
    """Run the urn until `asked` is set: on its socket, or on a port of loopback."""
    keep_to_memory()
    logging.disable(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    urn = Urn(key_pair(settings.data / "keys", "urn").private, time.time, lambda: secrets.token_hex(MARK_BYTES))
    app = urn_app(urn, urn_secret(settings))
    config = uvicorn.Config(
        app,
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    listening = _on_loopback(port) if port is not None else _on_socket(Path(urn_address(settings)), asked)
    if listening is None:
        return
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="ruche-urn")
    thread.start()
    while thread.is_alive() and not asked.wait(0.1):
        pass
    server.should_exit = True
    thread.join()


def keep_to_memory() -> None:
    """Forbid core dumps and other processes' looks into memory, and lock it against swap where the system allows."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:  # under a limit a later allocation would fail
        system.mlockall(LOCK_ALL)


def _on_socket(path: Path, asked: threading.Event) -> socket.socket | None:
    """Listen on a socket, once no other urn does: its papers would be out of reach. None when told to stop before."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while _answers(path):
        if asked.wait(WAIT_SECONDS):
            return None
    listening = socket.socket(socket.AF_UNIX)
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listening.bind(os.fsencode(path))
    finally:
        os.umask(before)
    listening.listen(BACKLOG)
    return listening


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(os.fsencode(path))
        except OSError:
            return False
    return True


def _on_loopback(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK[0], port))
    listening.listen(BACKLOG)
    return listening


def until_eof(asked: threading.Event) -> None:
    """Set the event when the parent lets go of our standard input, or dies."""

    def wait() -> None:
        sys.stdin.buffer.read()
        asked.set()

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    ended = threading.Event()
    until_eof(ended)
    serve_urn(read_settings(), ended)

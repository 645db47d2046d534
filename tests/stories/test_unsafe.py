"""With a setting that would lose records every part of Ruche stops at its start and names the setting."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.cli.ending import Exit
from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import EmbeddedPostgres
from deploy.server_account import installed_programs, reachable_programs, server_account
from tests.running import RUCHE, Running, installation

STARTS = (("up",), ("serve", "all"), ("serve", "ledger"), ("serve", "governance"), ("serve", "portal"), ("serve", "publisher"))


class Careless(EmbeddedNats):
    """A server that acknowledges first and flushes every two minutes."""

    def _config(self, name: str) -> str:
        return super()._config(name).replace('"sync_interval": "always", ', "")


@pytest.fixture(scope="module")
def stopped() -> Iterator[Running]:
    """An installation that ran once and was stopped."""
    with installation() as running:
        running.start()
        running.stop()
        yield running


def refusals(running: Running, **environment: str) -> list[tuple[int, str]]:
    """Start each part; return its exit code and what it says, as JSON."""
    found = []
    for command in STARTS:
        ran = subprocess.run(
            [RUCHE, *command, "--port", "0", "--json"],
            env=running.environment(**environment),
            capture_output=True,
            timeout=60,
            check=False,
        )
        found.append((ran.returncode, json.loads(ran.stdout)["error"]["sentence"]))
    return found


def altered(name: str) -> Callable[[Path], None]:
    """Return what turns a setting off, or puts it back, as an administrator would."""

    def alter(folder: Path) -> None:
        with EmbeddedPostgres(folder) as server, psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            safe = connection.execute(f"show {name}".encode()).fetchone() == ("on",)
            connection.execute(f"alter system {f'set {name} = off' if safe else f'reset {name}'}".encode())

    return alter


def checksums(folder: Path) -> None:
    """Turn the checksums of a stopped server off, or on again."""
    account = server_account()
    program = reachable_programs(installed_programs(), account, folder) / "pg_checksums"
    data = ["-D", str(folder / "data")]
    done = subprocess.run([program, "--disable", *data], capture_output=True, check=False, cwd=folder, **account.popen_options())  # type: ignore[call-overload]
    if done.returncode != 0:
        subprocess.run([program, "--enable", *data], capture_output=True, check=True, cwd=folder, **account.popen_options())  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("name", "change"),
    [("fsync", altered("fsync")), ("synchronous_commit", altered("synchronous_commit")), ("data_checksums", checksums)],
    ids=["fsync", "synchronous_commit", "data_checksums"],
)
def test_an_unsafe_database_stops_every_part_and_the_setting_is_named(stopped: Running, name: str, change: Callable[[Path], None]) -> None:
    change(stopped.data / "postgres")
    for code, sentence in refusals(stopped):
        assert code == Exit.UNSAFE
        assert sentence.startswith(f"{name} is off, not on")
    change(stopped.data / "postgres")
    stopped.start()  # the control: put back, it starts
    stopped.stop()


def test_a_stream_that_flushes_later_stops_every_part_and_the_setting_is_named(stopped: Running, tmp_path: Path) -> None:
    with Careless(tmp_path) as nats:
        for code, sentence in refusals(stopped, RUCHE_NATS_URL=nats.url, RUCHE_NATS_MONITOR_URL=nats.monitor_url):
            assert code == Exit.UNSAFE
            assert "sync_interval is not 'always'" in sentence


def test_a_setting_changed_while_everything_runs_stops_the_part_that_starts_next(stopped: Running) -> None:
    stopped.start()
    postgres = stopped.data / "postgres"
    with psycopg.connect(f"host={postgres / 'run'} dbname=postgres user=postgres", autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
        _, *parts = refusals(stopped)
        connection.execute("alter system reset fsync")
    stopped.stop()
    assert all(code == Exit.UNSAFE and sentence.startswith("fsync is off") for code, sentence in parts)

"""Progress bars: on a terminal for whatever lasts, never in a pipe, a file or beside JSON, and gone when the work is done."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.sample import LES_TILLEULS
from tests.running import RUCHE, Running, installation
from tests.stories.asking import opened, with_a_teacher

BAR = "━"
SECONDS_MAX = 90.0


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with installation() as started:
        started.start()
        yield started


def on_a_terminal(running: Running, *command: str, until: str | None = None) -> str:
    """Run a command whose standard error is a terminal; return what is drawn there. `until` is the text after which Ctrl-C is sent."""
    ours, theirs = pty.openpty()
    environment = running.environment(TERM="xterm-256color", COLUMNS="120")
    with subprocess.Popen([RUCHE, *command], env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        drawn, deadline = b"", time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    drawn += os.read(ours, 65_536)
                except OSError:  # the other end is closed
                    break
            if until is not None and until.encode() in drawn and process.poll() is None:
                process.send_signal(signal.SIGINT)
                until = None
        process.communicate(timeout=SECONDS_MAX)
        os.close(ours)
        assert process.returncode == 0, drawn.decode()
    return drawn.decode()


def in_a_pipe(running: Running, *command: str, **environment: str) -> str:
    """Run a command whose standard error is a pipe; return what it wrote there."""
    ran = subprocess.run([RUCHE, *command], env=running.environment(**environment), capture_output=True, timeout=SECONDS_MAX, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stderr.decode()


def test_an_import_counts_its_lines_on_a_terminal_and_says_nothing_in_a_pipe(running: Running) -> None:
    teacher = with_a_teacher(opened(running))
    folder = ("import-year", str(LES_TILLEULS), "--register", teacher.register)
    assert in_a_pipe(running, *folder, "--dry-run", FORCE_COLOR="1", TTY_COMPATIBLE="1") == ""
    drawn = on_a_terminal(running, *folder)
    assert BAR in drawn and "L'année est reprise" in drawn and "/93" in drawn
    assert drawn.endswith("\x1b[2K")  # wiped: the report stands alone on the terminal


@pytest.mark.parametrize("silent", ["--json", "--quiet"])
def test_json_and_quiet_draw_nothing_even_on_a_terminal(running: Running, silent: str) -> None:
    assert on_a_terminal(running, "projections", "rebuild", silent) == ""


def test_a_rebuild_counts_its_registers(running: Running) -> None:
    drawn = on_a_terminal(running, "projections", "rebuild")
    assert "ledger.funds" in drawn and "1/1" in drawn
    assert in_a_pipe(running, "projections", "rebuild") == ""


def test_a_bench_shows_that_time_passes(running: Running) -> None:
    assert "Mesure en cours" in on_a_terminal(running, "bench", "replay", "--records", "200")
    assert in_a_pipe(running, "bench", "replay", "--records", "200") == ""


def test_the_start_and_the_sample_year_are_seen_to_come(tmp_path: Path) -> None:
    with installation() as fresh:
        drawn = on_a_terminal(fresh, "demo", "--port", "0", until="Ctrl-C")
    for step in ("PostgreSQL et NATS démarrent", "L'année se joue", "Les services démarrent"):
        assert step in drawn

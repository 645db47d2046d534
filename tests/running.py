"""`ruche up` as a process of its own, as a user starts it: for stories and faults."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 15.0
RUCHE = Path(sys.executable).with_name("ruche")


class Running:
    """One installation in a folder; it can be started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Use this folder for everything that lasts."""
        self.data = folder / "data"
        self.process: subprocess.Popen[bytes] | None = None
        self.log = (folder / "ruche.log").open("ab")

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of its commands."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}
        return kept | {"RUCHE_DATA": str(self.data), "PATH": f"{RUCHE.parent}:{os.environ['PATH']}"} | more

    def start(self, *command: str, **environment: str) -> None:
        """Start it and wait until it answers."""
        (self.data / "running.json").unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [RUCHE, *(command or ("up", "--port", "0"))], env=self.environment(**environment), stdout=self.log, stderr=self.log
        )
        deadline = time.monotonic() + START_SECONDS_MAX
        while not (self.data / "running.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"ruche did not start:\n{Path(self.log.name).read_text()[-4000:]}")
            time.sleep(0.02)

    @property
    def http(self) -> str:
        """Return its address."""
        told: dict[str, str] = orjson.loads((self.data / "running.json").read_bytes())
        return told["http"]

    def kill(self) -> None:
        """Kill the process that serves with signal 9; its servers go on until the next start takes them over."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """Ask it to stop as Ctrl-C does; return how many seconds it took."""
        began = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(STOP_SECONDS_MAX)
        return time.monotonic() - began

    def ruche(self, *arguments: str) -> bytes:
        """Run another command on the same installation; return what it printed."""
        ran = subprocess.run([RUCHE, *arguments], env=self.environment(), capture_output=True, timeout=START_SECONDS_MAX, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout


@contextmanager
def installation() -> Iterator[Running]:
    """Give an installation in a temporary folder; whatever still runs of it is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ruche-"))
    folder.chmod(0o711)
    running = Running(folder)
    try:
        yield running
    finally:
        if running.process is not None and running.process.poll() is not None and running.process.returncode != 0:
            running.start()  # after a kill its servers are orphans: the next start takes them over, and stops them
        running.stop()
        running.log.close()
        shutil.rmtree(folder, ignore_errors=True)

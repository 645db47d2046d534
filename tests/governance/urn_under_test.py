"""The urn in a process of its own, on a socket, as an installation runs it; it can be killed and started again."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.urn_process import urn_address, urn_secret
from services.governance.bringing.client import UrnClient
from shared.refusals import Busy
from shared.settings import Settings

START_SECONDS_MAX = 60.0


class UrnProcess:
    """One urn, and the client of its keeper."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data)
        self.client = UrnClient(urn_address(self.settings), urn_secret(self.settings))
        self.process: subprocess.Popen[bytes] | None = None
        self.said = (data / "urn.log").open("ab")

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.urn_process"],
            env=environment | {"RUCHE_DATA": str(self.settings.data), "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=self.said,
            stderr=self.said,
        )
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                self.client.passed_on("GET", f"/urn/{'a' * 26}", None)
                return
            except Busy:
                assert self.process.poll() is None, "the urn did not start"
                assert time.monotonic() < until, "the urn does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        """Kill it with signal 9."""
        assert self.process is not None
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """Let go of its standard input, as a parent does when it ends."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self._gone()

    def log(self) -> bytes:
        """Return all that it wrote."""
        return Path(self.said.name).read_bytes()

    def _gone(self) -> None:
        assert self.process is not None
        self.process.wait(10)
        if self.process.stdin is not None:
            self.process.stdin.close()


@contextmanager
def urn_process() -> Iterator[UrnProcess]:
    """Run an urn in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="ruche-urn-"))
    urn = UrnProcess(folder)
    try:
        urn.start()
        yield urn
    finally:
        if urn.process is not None and urn.process.poll() is None:
            urn.stop()
        urn.said.close()
        shutil.rmtree(folder, ignore_errors=True)

"""The child processes of an installation, the urn and the clock: started, started again when they die, stopped with their parent."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.upkeep import stopped
from shared.settings import PREFIX, Settings

MODULES: Final[Mapping[str, str]] = {"urn": "deploy.urn_process", "clock": "deploy.clock"}
WATCH_SECONDS: Final = 0.5
PAUSES_MAX: Final = 20  # of WATCH_SECONDS, between two starts of a child that dies at once
STOP_SECONDS: Final = 3.0

log = logging.getLogger(__name__)


class Children:
    """Child processes by name. A child ends when the other end of its standard input closes: also when we are killed."""

    def __init__(self, settings: Settings, modules: Mapping[str, str] = MODULES) -> None:
        """Take the settings that the children run with."""
        self._environment = _environment(settings)
        self._modules = modules
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._failures: dict[str, int] = {}
        self._waits: dict[str, int] = {}

    def start(self) -> None:
        """Start every child; none is waited for."""
        for name in self._modules:
            self._start(name)

    def pid(self, name: str) -> int:
        """Return the number of a child's process."""
        return self._running[name].pid

    async def keep(self, stop: asyncio.Event) -> None:
        """Start again whatever died, sooner the first time than the next, until `stop`."""
        while not await stopped(stop, WATCH_SECONDS):
            for name, child in list(self._running.items()):
                if child.poll() is None:
                    continue
                if self._waits.get(name, 0) > 0:
                    self._waits[name] -= 1
                    continue
                self._failures[name] = self._failures.get(name, 0) + 1
                self._waits[name] = min(2 ** self._failures[name] - 2, PAUSES_MAX)
                log.warning("%s was restarted", name)
                self._start(name)

    def stop(self) -> None:
        """Ask every child to end; one that does not is killed."""
        for child in self._running.values():
            if child.stdin is not None:
                child.stdin.close()
        for child in self._running.values():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _start(self, name: str) -> None:
        before = self._running.get(name)
        if before is not None and before.stdin is not None:
            before.stdin.close()
        command = [sys.executable, "-m", self._modules[name]]
        self._running[name] = subprocess.Popen(command, env=self._environment, stdin=subprocess.PIPE, start_new_session=True)


@contextmanager
def children_of(settings: Settings) -> Iterator[Children]:
    """Run the children of an installation for the time of the block."""
    children = Children(settings)
    children.start()
    try:
        yield children
    finally:
        children.stop()


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a child reads the very settings that its parent has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {name: getattr(settings, name) for name in type(settings).model_fields}
    plain = {name: value.get_secret_value() if hasattr(value, "get_secret_value") else value for name, value in told.items()}
    own = {PREFIX + name.upper(): str(value) for name, value in plain.items() if value is not None and name != "failpoint"}
    own[PREFIX + "DATA"] = str(settings.data.absolute())
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), kept.get("PYTHONPATH")]))
    return kept | own | {"PYTHONPATH": path}

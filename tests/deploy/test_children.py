"""Child processes: started again when they die, and gone with their parent however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.children import Children, children_of
from deploy.urn_process import urn_address, urn_secret
from services.governance.bringing.client import UrnClient
from shared.refusals import Busy
from shared.settings import Settings

WAIT_SECONDS_MAX = 60.0  # a bound for a machine with much else to do
HERE = Path(__file__).parents[2]


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while alive(pid):
        assert time.monotonic() < until, "the child is still there"
        time.sleep(0.05)


def answers(settings: Settings) -> bool:
    try:
        UrnClient(urn_address(settings), urn_secret(settings)).passed_on("GET", f"/urn/{'a' * 26}", None)
    except Busy:
        return False
    return True


def wait_until_it_answers(settings: Settings) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not answers(settings):
        assert time.monotonic() < until, "the urn does not answer"
        time.sleep(0.05)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_a_child_that_dies_is_started_again(settings: Settings) -> None:
    children = Children(settings, {"urn": "deploy.urn_process"})
    children.start()
    wait_until_it_answers(settings)
    first = children.pid("urn")

    async def kept() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(children.keep(stop))
        os.kill(first, signal.SIGKILL)
        await asyncio.to_thread(wait_until_gone, first)
        await asyncio.to_thread(wait_until_it_answers, settings)
        assert children.pid("urn") != first
        stop.set()
        await keeping

    try:
        asyncio.run(asyncio.wait_for(kept(), WAIT_SECONDS_MAX))
    finally:
        children.stop()
    assert not answers(settings)


def test_children_end_with_the_block(settings: Settings) -> None:
    with children_of(settings) as children:
        pids = [children.pid(name) for name in ("urn", "clock")]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


def test_children_end_when_their_parent_is_killed(settings: Settings) -> None:
    program = (
        "import sys, time; from pathlib import Path; from shared.settings import Settings; from deploy.children import Children\n"
        "children = Children(Settings(data=Path(sys.argv[1]))); children.start()\n"
        "print(children.pid('urn'), children.pid('clock'), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(settings.data)], cwd=HERE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    wait_until_it_answers(settings)
    assert all(map(alive, pids))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for pid in pids:
        wait_until_gone(pid)

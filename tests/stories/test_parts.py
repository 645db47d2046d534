"""One part served alone beside a Ruche that runs: it describes itself and nothing else, and leaves the first one reachable."""

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.running import RUCHE, STOP_SECONDS_MAX, Running
from tests.stories.asking import Asker


@contextmanager
def served(running: Running, name: str) -> Iterator[dict[str, Any]]:
    """Serve one part; give what it announces, and see it stop in good order."""
    environment = running.environment()
    command = (RUCHE, "serve", name, "--port", "0", "--json")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while lines[-1] and lines[-1].strip() != b"}":
            lines.append(process.stdout.readline())
        try:
            yield json.loads(b"".join(lines))
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(STOP_SECONDS_MAX) == 0


def described(http: str) -> dict[str, Any]:
    """Return the OpenAPI description of what is served there."""
    with urllib.request.urlopen(f"{http}/openapi.json", timeout=20) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


@pytest.mark.parametrize(
    ("name", "mine", "not_mine"),
    [("ledger", "RecordReceipt", "EnrolMember"), ("governance", "EnrolMember", "RecordReceipt")],
    ids=["ledger", "governance"],
)
def test_a_service_alone_describes_its_own_commands_only(teacher: Asker, name: str, mine: str, not_mine: str) -> None:
    whole = described(teacher.running.http)["components"]["schemas"]
    assert {mine, not_mine} <= whole.keys()
    with served(teacher.running, name) as told:
        alone = described(told["http"])
    assert mine in alone["components"]["schemas"]
    assert not_mine not in alone["components"]["schemas"]
    assert any(f"/{name}/" in path for path in alone["paths"])


def test_the_publisher_alone_says_which_log_it_serves(teacher: Asker) -> None:
    with served(teacher.running, "publisher") as told:
        assert told == {"serving": "publisher", "log_id": 1}


def test_a_part_that_came_and_went_leaves_the_first_one_where_the_commands_look(teacher: Asker) -> None:
    before = teacher.running.http
    with served(teacher.running, "ledger") as told:
        assert told["http"] != before
        assert json.loads(teacher.running.ruche("status", "--json"))["http"] == before
    assert json.loads(teacher.running.ruche("status", "--json"))["http"] == before
    assert teacher.look("ledger/balances").status == 200

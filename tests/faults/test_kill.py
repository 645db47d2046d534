"""kill -9 while people use it: what was answered is there once, what was not may be asked again with the same key."""

import json
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http.client import RemoteDisconnected
from typing import Any

import pytest

from tests.running import Running, installation

AFFILIATION = {
    "association": "AD99",
    "number": "0001",
    "name": "Coopérative des Lilas",
    "level": "elementary",
    "on": "2025-09-01",
    "zone": "Europe/Paris",
    "sandbox": True,
}


@pytest.fixture
def running() -> Iterator[Running]:
    with installation() as ready:
        yield ready


class Officer:
    """An association's officer with a token for a new register."""

    def __init__(self, running: Running) -> None:
        self.running = running
        told = json.loads(running.ruche("token", "--association", "AD99", "--json"))
        self.token, self.register = told["token"], told["register"]

    def asks(self, command: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any], bool]:
        """Send one command; return the status, the answer, and whether it was a repeat."""
        request = urllib.request.Request(
            f"{self.running.http}/v1/registers/{self.register}/governance/{command}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer), answer.headers.get("Idempotency-Replayed") == "true"

    def seqs(self) -> list[int]:
        """Return the seq of every record of the register, as the command line reads them."""
        lines = self.running.ruche("tail", "--after", "0", "--limit", "2", "--json").splitlines()
        return [int(json.loads(line)["sequence"]) for line in lines]


def test_killed_between_commit_and_answer_then_asked_again_records_once(running: Running) -> None:
    running.start(RUCHE_FAILPOINT="after-commit-before-answer")
    officer, key = Officer(running), str(uuid.uuid4())
    with pytest.raises((RemoteDisconnected, ConnectionError, urllib.error.URLError)):
        officer.asks("affiliate-cooperative", AFFILIATION, key)
    assert running.process is not None and running.process.wait(10) == -9
    running.start()
    status, answer, repeated = officer.asks("affiliate-cooperative", AFFILIATION, key)
    assert (status, answer["first_seq"], answer["last_seq"], repeated) == (201, 1, 2, True)
    assert officer.seqs() == [1, 2]
    again = officer.asks("affiliate-cooperative", AFFILIATION, key)
    assert again == (status, answer, repeated)


def test_without_the_failpoint_the_first_answer_comes_and_is_no_repeat(running: Running) -> None:
    running.start()
    status, answer, repeated = Officer(running).asks("affiliate-cooperative", AFFILIATION, str(uuid.uuid4()))
    assert (status, answer["last_seq"], repeated) == (201, 2, False)


def test_a_failpoint_is_refused_off_loopback(running: Running) -> None:
    environment = running.environment(RUCHE_FAILPOINT="after-commit-before-answer", RUCHE_HOST="192.0.2.1")
    ran = subprocess.run(["ruche", "doctor"], env=environment, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert b"RUCHE_FAILPOINT" in ran.stderr


def test_ctrl_c_stops_everything_within_five_seconds_and_the_next_start_resumes(running: Running) -> None:
    running.start()
    officer = Officer(running)
    officer.asks("affiliate-cooperative", AFFILIATION, str(uuid.uuid4()))
    assert running.stop() < 5
    began = time.monotonic()
    running.start()
    assert officer.seqs() == [1, 2]
    assert time.monotonic() - began < 30

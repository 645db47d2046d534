"""The README's first hour, block by block, as a new user pastes it into a shell."""

import re
import subprocess
from pathlib import Path

import orjson
import pytest

from tests.running import Running

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def said(running: Running) -> list[bytes]:
    """What the README's blocks print, line by line, all in one shell."""
    script = "set -eu\n" + "\n".join(BLOCKS.findall(README.read_text("utf-8"))).replace(".venv/bin/ruche", "ruche")
    ran = subprocess.run(["bash", "-c", script], env=running.environment(), capture_output=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return [line for line in ran.stdout.splitlines() if line.strip()]


def test_every_command_of_the_readme_is_recorded(said: list[bytes]) -> None:
    answers = [orjson.loads(line) for line in said if line.startswith(b"{")]
    recorded = [answer for answer in answers if "records" in answer]
    assert len(recorded) == 12
    assert [answer["first_seq"] for answer in recorded] == sorted(answer["first_seq"] for answer in recorded)
    assert all(answer["records"] for answer in recorded)


def test_no_name_comes_back(said: list[bytes]) -> None:
    for name in (b"Camille", b"Roche", b"Sacha"):
        assert not any(name in line for line in said)


def test_balances_are_those_of_the_two_entries_today_and_as_of_before_the_expense(said: list[bytes]) -> None:
    now, before = (orjson.loads(line) for line in said if line.startswith(b'{"accounts"'))
    assert (now["treasury"], before["treasury"]) == (50000 + 8450 - 12300, 50000 + 8450)


def test_the_expense_without_a_decision_was_said_to_be_so(said: list[bytes]) -> None:
    [warned] = [answer for line in said if line.startswith(b"{") and (answer := orjson.loads(line)).get("warnings")]
    assert [warning["code"] for warning in warned["warnings"]] == ["without-decision"]


def test_the_last_block_prints_a_link_that_signs_a_browser_in_once(said: list[bytes], running: Running) -> None:
    link = said[-1].decode()
    assert link.startswith(f"{running.http}/entrer?code=")
    first = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", link], capture_output=True, check=True)
    again = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", link], capture_output=True, check=True)
    assert first.stdout.startswith(b"303 ") and b"/c/" in first.stdout
    assert again.stdout == b"404"

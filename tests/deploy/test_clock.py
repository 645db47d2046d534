"""The clock: two of them close a ballot once, one that starts late does what is overdue, and nobody else may close early."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from immutables import Map

from deploy.clock import CLOCK, Clock
from services.governance.chamber.balloting import Ballots, Phase
from services.governance.commands.ballots import ArchiveBallot
from services.governance.rules.due import command_id
from shared.messages import Command
from shared.sentences import PSEUDONYM
from tests.governance.card_room import CardRoom
from tests.governance.elections import School, school
from tests.running import Running, installation
from tests.stories.asking import opened, raw_records

SOON = timedelta(seconds=2)
WAIT_SECONDS_MAX = 60.0  # a bound for a machine with much else to do
YES_NO = [{"option": "yes"}, {"option": "no"}, {"option": "abstain"}]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def council(running: Running) -> School:
    return school(opened(running), pupils=6)


def named_ballot(council: School, closes_at: datetime) -> str:
    """Open a vote by name that closes at a moment."""
    asked = {
        "body": council.body,
        "question": "Sortir plus tôt ?",
        "options": YES_NO,
        "method": "yes-no",
        "parameters": {},
        "tie_policy": {"draw": "register"},
        "way": "named",
        "publish": "list",
        "tellers": [],
        "closes_at": closes_at.isoformat(),
    }
    answer = council.teacher.ask("governance/open-ballot", asked)
    assert answer.status == 201, answer
    ballot: str = answer.body["records"][0]["data"]["ballot"]
    return ballot


def another_clock(running: Running) -> subprocess.Popen[bytes]:
    environment = running.environment(PYTHONPATH=str(Path(__file__).parents[2]))
    return subprocess.Popen([sys.executable, "-m", "deploy.clock"], env=environment, stdin=subprocess.PIPE, stderr=running.log)


def ended(clock: subprocess.Popen[bytes]) -> None:
    assert clock.stdin is not None
    clock.stdin.close()
    assert clock.wait(10) == 0


def facts_of(council: School, ballot: str) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in raw_records(council.teacher)]
    return [one for one in records if one["data"].get("ballot") == ballot]


def results(council: School, ballot: str) -> list[dict[str, Any]]:
    return [one for one in facts_of(council, ballot) if one["type"] == "governance.result-declared.v1"]


def wait_for_result(council: School, ballot: str) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not results(council, ballot):
        assert time.monotonic() < until, "nobody closed the ballot"
        time.sleep(0.1)


def test_two_clocks_close_each_ballot_once_at_its_hour(running: Running, council: School) -> None:
    clock = another_clock(running)
    hour = datetime.now(UTC) + SOON
    ballots = [named_ballot(council, hour) for _ in range(4)]
    for ballot in ballots:
        wait_for_result(council, ballot)
    time.sleep(2.5)  # the slower clock has asked by now
    ended(clock)
    for ballot in ballots:
        (result,) = results(council, ballot)
        assert result["actor"] == CLOCK
        assert datetime.fromisoformat(result["time"]) >= hour
        assert len({one["type"] for one in facts_of(council, ballot)}) == len(facts_of(council, ballot))


def test_a_clock_that_starts_late_does_what_is_overdue() -> None:
    with installation() as running:
        running.start()
        council = school(opened(running), pupils=6)
        ballot = named_ballot(council, datetime.now(UTC) + timedelta(seconds=1))
        running.stop()
        time.sleep(1.0)
        running.start()
        again = School(council.officer, council.officer.as_("A01"), council.pupils)
        wait_for_result(again, ballot)
        assert len(results(again, ballot)) == 1


def test_nobody_closes_before_the_hour(council: School) -> None:
    ballot = named_ballot(council, datetime.now(UTC) + timedelta(hours=1))
    answer = council.teacher.ask("governance/close-ballot", {"ballot": ballot})
    assert (answer.status, answer.body["code"]) == (409, "not-yet")


def test_the_clock_s_pseudonym_is_nobody_s() -> None:
    assert PSEUDONYM.fullmatch(CLOCK)


def test_a_clock_asks_again_after_a_refusal_but_not_at_once() -> None:
    asked: list[str] = []
    now = datetime(2025, 10, 14, 8, tzinfo=UTC)
    command = ArchiveBallot(ballot="b" * 26)

    def refuses(_register: str, given: Command, name: str) -> bool:
        assert given == command
        asked.append(name)
        return False

    class Played(Clock):
        """A clock whose ballots are played."""

        def due_now(self, moment: datetime) -> None:
            self._now = lambda: moment
            self.ask_what_is_due()

    clock = Played(None, refuses)  # type: ignore[arg-type]  # the log is not read here
    clock._ballots["r" * 26] = _closed(command.ballot, now)
    clock._first["r" * 26] = now + timedelta(hours=48)
    overdue = now + timedelta(hours=49)
    clock.due_now(now)
    for seconds in (0, 10, 31, 40):
        clock.due_now(overdue + timedelta(seconds=seconds))
    assert asked == [command_id(command)] * 2


def _closed(name: str, at: datetime) -> Ballots:
    room = CardRoom()
    name_there = room.voting(voters=5)
    voted = room.state.ballots.by_id[name_there]
    return Ballots(Map({name: replace(voted, phase=Phase.DECLARED, closed_at=at)}))

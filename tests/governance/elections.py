"""Whole elections with cards over HTTP, as tellers and voters hold them: for tests of the full stack."""

import hashlib
import json
import os
import secrets
import signal
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.governance.urn.cards import code_of, key_of
from tests.running import Running
from tests.stories.asking import Answer, Asker, opened

WAIT_SECONDS_MAX = 60.0  # a bound for a machine with much else to do
YES_NO = [{"option": "yes"}, {"option": "no"}, {"option": "abstain"}]


@dataclass
class School:
    """A cooperative with one class and its council: a teacher who holds the mandate, and pupils by pseudonym."""

    officer: Asker
    teacher: Asker
    pupils: list[str]
    body: str = "conseil-cm1"


@dataclass
class Election:
    """One ballot with cards; `tokens` are known to whoever holds the card, in no order that means anything."""

    school: School
    ballot: str
    tokens: list[str] = field(default_factory=list)
    length: int = 0
    seq: int = 0  # of the fact that opened the urn

    @property
    def http(self) -> str:
        return self.school.teacher.running.http

    def ask(self, command: str, **body: Any) -> Answer:
        """Ask as the first teller; a refusal fails the test."""
        answer = self.school.teacher.ask(f"governance/{command}", {"ballot": self.ballot, **body})
        assert answer.status in {200, 201}, answer
        return answer

    def printed(self, cards: int) -> None:
        """Draw tokens with codes that differ and print their cards."""
        found: dict[str, str] = {}
        while len(found) < cards:
            token = secrets.token_hex(16)
            found.setdefault(code_of(key_of(self.ballot, token), cards), token)
        self.tokens = list(found.values())
        self.ask("issue-cards", keys=sorted(key_of(self.ballot, one) for one in self.tokens))

    def drawn(self, voters: int) -> None:
        """Mark the first voters of the class, close the roll with the cards left, open the urn."""
        for pupil in self.school.pupils[:voters]:
            self.ask("mark-voter", voter=pupil)
        left = [code_of(key_of(self.ballot, one), len(self.tokens)) for one in self.tokens[voters:]]
        self.ask("close-roll", void=left, other_teller=self.school.pupils[0])
        self.seq = self.ask("start-voting").body["last_seq"]
        self.length = self.seen().body["ballot"]["length"]

    def seen(self) -> Answer:
        """Look at the urn as anybody may."""
        return sent(f"{self.http}/urn/{self.ballot}")

    def paper(self, *marks: str) -> str:
        """Write a paper as a voter's page does."""
        said = json.dumps({"marks": sorted(marks)} if marks else {}, separators=(",", ":"))
        return said.ljust(self.length)

    def cast(self, number: int, *marks: str) -> Answer:
        """Put in the paper of a card."""
        return self.given(self.tokens[number], self.paper(*marks))

    def given(self, token: str, paper: str) -> Answer:
        """Put in any paper with any token."""
        return sent(f"{self.http}/urn/{self.ballot}/cast", {"t": token, "paper": paper})

    def closed(self, counted: int) -> Answer:
        """Close and count."""
        return self.school.teacher.ask("governance/close-ballot", {"ballot": self.ballot, "counted": counted})


def school(officer: Asker, pupils: int = 25) -> School:
    """Enrol a class and form its council."""
    day = "2025-09-01"
    staff = {"first_name": "Camille", "last_name": "Roche", "source_code": "A01", "kind": "staff", "on": day}
    holder = officer.ask("governance/enrol-member", staff).body["records"][0]["data"]["member"]
    assert officer.ask("governance/give-mandate", {"holder": holder, "starts": day}).status == 201
    school_class = {"class_code": "CM1", "label": "CM1", "level": ["CM1"], "cycle": [3], "year": "2025-26"}
    assert officer.ask("governance/open-class", school_class).status == 201
    people = []
    for number in range(pupils):
        one = {
            "first_name": f"Élève{number}",
            "last_name": "Lune",
            "source_code": f"E{number:02}",
            "kind": "pupil",
            "class_code": "CM1",
            "on": day,
        }
        answer = officer.ask("governance/enrol-member", one)
        assert answer.status == 201, answer
        people.append(answer.body["records"][0]["data"]["member"])
    teacher = officer.as_("A01")
    body = {
        "body": "conseil-cm1",
        "kind": "class-council",
        "label": "Conseil du CM1",
        "composition": [{"college": "eleves", "of": "pupils"}],
        "class_code": "CM1",
    }
    formed = teacher.ask("governance/form-body", body)
    assert formed.status == 201, formed
    return School(officer, teacher, people)


def election(of: School, **settings: Any) -> Election:
    """Open a secret yes or no with cards; the teacher and the first pupil are its tellers."""
    asked = {
        "body": of.body,
        "question": "Adopter un hamster ?",
        "options": YES_NO,
        "method": "yes-no",
        "parameters": {},
        "tie_policy": {"draw": "register"},
        "way": "cards",
        "publish": "list",
        "tellers": [of.teacher.actor, of.pupils[0]],
    }
    answer = of.teacher.ask("governance/open-ballot", asked | settings)
    assert answer.status == 201, answer
    return Election(of, answer.body["records"][0]["data"]["ballot"])


def sent(address: str, body: dict[str, Any] | None = None) -> Answer:
    """Ask without a token and without a cookie."""
    request = urllib.request.Request(address, json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, json.load(error))


def digest(paper: str) -> str:
    """Return the SHA-256 of a paper."""
    return hashlib.sha256(paper.encode()).hexdigest()


def urn_pid(running: Running) -> int:
    """Find the process of the urn of an installation."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (path / "cmdline").read_bytes(), (path / "environ").read_bytes()
        except OSError:
            continue
        if b"deploy.urn_process" in command and str(running.data).encode() in environment:
            return int(path.name)
    raise AssertionError("no urn is running")


def kill_the_urn(held: Election) -> None:
    """Kill the urn with signal 9; return when the next one answers."""
    running = held.school.teacher.running
    os.kill(urn_pid(running), signal.SIGKILL)
    until = time.monotonic() + WAIT_SECONDS_MAX
    while held.seen().status != 404:
        assert time.monotonic() < until, "the urn was not started again"
        time.sleep(0.05)


__all__ = ["Election", "School", "digest", "election", "kill_the_urn", "opened", "school", "sent", "urn_pid"]

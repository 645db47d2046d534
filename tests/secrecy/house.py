"""A running installation and the schools in it, asked over HTTP as pages and tablets ask: one connection, many requests."""

import http.client
import json
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from shared.messages import id_from
from shared.signing_keys import key_pair
from shared.web.tokens import Claims, issue
from tests.running import Running, installation

PUPILS = 25
BODY = "conseil-CM1"
AFFILIATION = {
    "association": "AD99",
    "number": "0001",
    "name": "Coopérative des Lilas",
    "level": "elementary",
    "on": "2025-09-01",
    "zone": "Europe/Paris",
    "sandbox": False,
}
CLASS = {"class_code": "CM1", "label": "CM1", "level": ["CM1"], "cycle": [3], "year": "2025-26"}
COUNCIL = {
    "body": BODY,
    "kind": "class-council",
    "label": "Conseil des CM1",
    "composition": [{"college": "eleves", "of": "pupils"}],
    "class_code": "CM1",
}
TOKEN_SECONDS = 6 * 3600
READY_SECONDS_MAX = 30.0


class Answer(NamedTuple):
    """A status, and the body and the headers as they came."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw)

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """Return what the records of one type say, `box-opened`."""
        wire = f"governance.{kind}.v1"
        return [record["data"] for record in self.body["records"] if record["type"] == wire]


class Line:
    """One connection to the server, kept open; `heard` keeps every answer when somebody listens."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._connection: http.client.HTTPConnection | None = None
        self.heard: list[bytes] | None = None

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        if self._connection is None:
            parts = urlsplit(self._running.http)
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._connection.request(method, path, body, dict(headers or {}))
        answer = self._connection.getresponse()
        said = Answer(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})
        if self.heard is not None:
            told = "".join(f"{name}: {value}\n" for name, value in sorted(said.headers.items()) if name != "date")
            self.heard.append(f"{method} {path} {said.status}\n{told}".encode() + said.raw)
        return said


@dataclass
class School:
    """One register: a teacher and a class of pupils with its council. `ask` gives a command as the teacher unless `by` says who."""

    running: Running
    line: Line
    register: str
    teacher: str = ""
    pupils: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def try_to(self, command: str, body: Any, by: str | None = None) -> Answer:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json", **self.card(by)}
        path = f"/v1/registers/{self.register}/governance/{command}"
        return self.line.send("POST", path, json.dumps(body).encode(), headers)

    def ask(self, command: str, body: Any, by: str | None = None) -> Answer:
        answer = self.try_to(command, body, by)
        assert answer.status in {200, 201}, (command, answer)
        return answer

    def look(self, question: str, by: str | None = None) -> Answer:
        return self.line.send("GET", f"/v1/registers/{self.register}/{question}", None, self.card(by))

    def records(self, through: int) -> list[bytes]:
        """Return the register as the portal exports it, a record a line, once it is there up to a `seq`."""
        headers = {"Ruche-After": str(through), "Prefer": "wait=5", **self.card()}
        answer = self.line.send("GET", f"/v1/registers/{self.register}/records", None, headers)
        assert answer.status == 200, answer
        return answer.raw.splitlines()

    def cast(self, ballot: str, token: str, paper: str) -> Answer:
        """Put a paper in the urn as the page of a tablet does: no cookie, no card of access."""
        body = json.dumps({"t": token, "paper": paper}).encode()
        return self.line.send("POST", f"/urn/{ballot}/cast", body, {"Content-Type": "application/json"})

    def opened(self, **settings: Any) -> str:
        """Open a ballot of the council; return its id."""
        ballot: str = self.ask("open-ballot", {"body": BODY, **settings}).facts("ballot-opened")[0]["ballot"]
        return ballot

    def card(self, by: str | None = None) -> dict[str, str]:
        actor = by or self.teacher
        if actor not in self.tokens:
            self.tokens[actor] = token_of(self.running, self.register, actor)
        return {"Authorization": f"Bearer {self.tokens[actor]}"}


def token_of(running: Running, register: str, actor: str, association: str | None = None) -> str:
    """Return a token of this installation for somebody."""
    now = int(time.time())
    return issue(key_pair(running.data / "keys", "token").private, Claims(actor, register, association, now + TOKEN_SECONDS, now))


def new_school(running: Running, pupils: int = PUPILS) -> School:
    """Open a register, bring in a teacher with a mandate, a class and its council."""
    school = School(running, Line(running), id_from(secrets.token_bytes(32)))
    officer = "p_" + id_from(secrets.token_bytes(32))
    school.tokens[officer] = token_of(running, school.register, officer, "AD99")
    school.ask("affiliate-cooperative", AFFILIATION, officer)
    staff = {"first_name": "Camille", "last_name": "Roche", "kind": "staff", "on": "2025-09-01"}
    school.teacher = school.ask("enrol-member", staff, officer).facts("member-enrolled")[0]["member"]
    school.ask("give-mandate", {"holder": school.teacher, "starts": "2025-09-01"}, officer)
    school.ask("open-class", CLASS)
    for number in range(pupils):
        pupil = {"first_name": f"Prénom{number:02}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        school.pupils.append(school.ask("enrol-member", pupil).facts("member-enrolled")[0]["member"])
        school.names[school.pupils[-1]] = pupil["first_name"]
    school.ask("form-body", COUNCIL)
    return school


@contextmanager
def house() -> Iterator[Running]:
    """Run everything that is shipped, as a user starts it, until the end of the block; the urn answers inside."""
    with installation() as running:
        running.start()
        line, deadline = Line(running), time.monotonic() + READY_SECONDS_MAX
        while line.send("GET", f"/urn/{'a' * 26}").status != 404:  # 503 while the urn starts; a box that nobody opened is not found
            assert time.monotonic() < deadline, "the urn does not answer"
            time.sleep(0.05)
        yield running

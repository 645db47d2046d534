"""Somebody with a token, asking over HTTP: shared by the stories."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any, NamedTuple

from tests.running import Running

ACCOUNTS = [
    {"account": "512", "kind": "bank", "label": "Compte bancaire", "on": "2025-09-01"},
    {"account": "530", "kind": "cash", "label": "Caisse", "on": "2025-09-01"},
]
AFFILIATION = {
    "association": "AD99",
    "number": "0001",
    "name": "Coopérative des Lilas",
    "level": "elementary",
    "on": "2025-09-01",
    "zone": "Europe/Paris",
    "sandbox": False,
}


class Answer(NamedTuple):
    """A status and a JSON document."""

    status: int
    body: dict[str, Any]


class Asker:
    """One person of one register."""

    def __init__(self, running: Running, token: str, register: str, actor: str) -> None:
        self.running, self.token, self.register, self.actor = running, token, register, actor

    def ask(self, command: str, body: Any, *, key: str | None = None, token: str | None = "") -> Answer:
        """Give one command, `ledger/record-receipt`; `body` may be bytes that are no JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": "application/json"}
        return self._sent(urllib.request.Request(self._url(command), raw, headers), token)

    def look(self, question: str, *, token: str | None = "") -> Answer:
        """Ask one question, `ledger/balances?au=2025-10-05`."""
        return self._sent(urllib.request.Request(self._url(question)), token)

    def as_(self, member: str) -> "Asker":
        """Return somebody else of the same register."""
        told = json.loads(self.running.ruche("token", member, "--register", self.register, "--json"))
        return Asker(self.running, told["token"], self.register, told["actor"])

    def _url(self, end: str) -> str:
        return f"{self.running.http}/v1/registers/{self.register}/{end}"

    def _sent(self, request: urllib.request.Request, token: str | None) -> Answer:
        if token is not None:
            request.add_header("Authorization", f"Bearer {token or self.token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, json.load(error))


def opened(running: Running) -> Asker:
    """Open a cooperative as its association does; return the officer."""
    told = json.loads(running.ruche("token", "--association", "AD99", "--json"))
    officer = Asker(running, told["token"], told["register"], told["actor"])
    assert officer.ask("governance/affiliate-cooperative", AFFILIATION).status == 201
    return officer


def with_a_teacher(officer: Asker) -> Asker:
    """Enrol a teacher and a pupil, give the teacher a mandate; return the teacher."""
    enrolled = officer.ask(
        "governance/enrol-member",
        {"first_name": "Camille", "last_name": "Roche", "source_code": "A01", "kind": "staff", "on": "2025-09-01"},
    )
    holder = enrolled.body["records"][0]["data"]["member"]
    assert officer.ask("governance/give-mandate", {"holder": holder, "starts": "2025-09-01"}).status == 201
    school_class = {"class_code": "CM1", "label": "CM1", "level": ["CM1"], "cycle": [3], "year": "2025-26"}
    assert officer.ask("governance/open-class", school_class).status == 201
    pupil = {"first_name": "Sacha", "last_name": "Lune", "source_code": "E01", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
    assert officer.ask("governance/enrol-member", pupil).status == 201
    return officer.as_("A01")


def with_books(teacher: Asker) -> None:
    """Adopt the chart, open accounts, a pot and the year 2025-26 with 500 euros in bank."""
    with urllib.request.urlopen(f"{teacher.running.http}/v1/charts/occe?valid_from=2025-09-01", timeout=20) as chart:
        assert teacher.ask("ledger/adopt-chart", chart.read()).status == 201
    for account in ACCOUNTS:
        assert teacher.ask("ledger/open-treasury-account", account).status == 201
    pot = {"pot": "ECOLE", "label": "Coopérative d’école", "kind": "school", "on": "2025-09-01"}
    assert teacher.ask("ledger/open-pot", pot).status == 201
    year = {"year": "2025-26", "starts": "2025-09-01", "ends": "2026-08-31", "chart": "occe"}
    opening = [{"account": "512", "pot": "ECOLE", "amount": 50000}]
    assert teacher.ask("ledger/open-year", {**year, "opening": opening}).status == 201


def somebody_of(running: Running, member: str) -> Asker:
    """Return somebody of the only register there is, by the code of their list."""
    told = json.loads(running.ruche("token", member, "--json"))
    return Asker(running, told["token"], told["register"], told["actor"])


def raw_records(asked: Asker) -> list[bytes]:
    """Return the register as the portal exports it, a record a line."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/records"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        lines: list[bytes] = answer.read().splitlines()
    return lines

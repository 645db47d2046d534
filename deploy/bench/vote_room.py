"""The cooperative of the vote bench: a class for each crowd, its council, and what tellers do before and after people vote."""

import http.client
import json
import secrets
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Any, Final, NamedTuple

from deploy.bench.sample_books import ACTOR, record_all, school_year
from deploy.bench.vote_serving import CARDS, EMPTY_CARDS, EMPTY_NAMED, NAMED
from deploy.installation import Installation
from services.governance.events.bodies import BodyFormed, BodyKind, College, Members
from services.governance.events.papers import Choice
from services.governance.events.people import ClassOpened, CooperativeAffiliated, MandateGiven, MemberEnrolled, PersonKind
from services.governance.urn.cards import TOKEN_BYTES, code_of, key_of, paper_bytes
from shared.clock import system_clock
from shared.eventlog.append import LogWriter
from shared.messages import Event, id_from
from shared.settings import LOOPBACK
from shared.values import Code, Id, Pseudonym
from shared.web.tokens import Claims, issue

OPTIONS: Final = ("bleu", "rouge", "vert")
TOKEN_SECONDS: Final = 86_400
READY_SECONDS: Final = 30.0  # the urn is a process of its own, which starts beside the server
REGISTER: Final = id_from(b"vote")
RULE: Final = {
    "question": "De quelle couleur peindre le préau ?",
    "options": [{"option": one, "label": one.capitalize()} for one in OPTIONS],
    "method": "plurality",
    "parameters": {},
    "tie_policy": {"draw": "register"},
    "publish": "list",
}


class NotCounted(Exception):
    """A vote was refused, or the declared result is not the sum of the accepted votes. The figures are worth nothing."""


class Asked(NamedTuple):
    """The requests of one ballot, one a voter, and the same ones to the route that keeps nothing; what each voter chose."""

    ballot: Id
    votes: list[bytes]
    empty: list[bytes]
    chosen: list[Code]


def voter(crowd: int, number: int) -> Pseudonym:
    """Return one pupil of the class of so many."""
    return "p_" + id_from(b"vote %d/%d" % (crowd, number))


def body_of(crowd: int) -> Code:
    """Return the council of the class of so many."""
    return f"conseil-{crowd}"


def record_cooperative(installation: Installation, crowds: Sequence[int]) -> None:
    """Record a cooperative with a class of each size, each with its council."""
    writer, now = LogWriter(installation.url("ruche_writer"), installation.settings.log_id), system_clock()
    try:
        record_all(writer, REGISTER, [*_school(now.date()), *(fact for crowd in crowds for fact in _class(crowd, now.date()))], now)
    finally:
        writer.close()


class Tellers:
    """Two tellers who open a ballot, hand out its cards and close it, over HTTP as their pages do."""

    def __init__(self, installation: Installation, port: int) -> None:
        """Take the installation whose key signs tokens, and the port that its process serves on."""
        self._key = installation.token_keys().private
        self._expires = int(system_clock().timestamp()) + TOKEN_SECONDS
        self._port = port

    def until_ready(self) -> None:
        """Wait until the urn answers. Raises NotCounted."""
        deadline = time.monotonic() + READY_SECONDS
        while self._sent("GET", f"/urn/{'a' * 26}", None, {})[0] != http.client.NOT_FOUND:  # that of no ballot
            if time.monotonic() > deadline:
                raise NotCounted("the urn does not answer")
            time.sleep(0.1)

    def named(self, crowd: int) -> Asked:
        """Open a named vote; return its requests."""
        ballot = self._opened(crowd, way="named", tellers=[])
        chosen = [OPTIONS[number % len(OPTIONS)] for number in range(crowd)]
        votes, empty = [], []
        for number, option in enumerate(chosen):
            body = {"ballot": ballot, "choice": {"marks": [option]}}
            votes.append(_request(NAMED.format(register=REGISTER), body, self._card(voter(crowd, number))))
            empty.append(_request(EMPTY_NAMED.format(register=REGISTER), body, self._card(voter(crowd, number))))
        return Asked(ballot, votes, empty, chosen)

    def with_cards(self, crowd: int) -> Asked:
        """Print cards, let each voter draw one, open the urn; return its requests."""
        other = voter(crowd, 0)
        ballot = self._opened(crowd, way="cards", tellers=[ACTOR, other])
        tokens = _tokens(ballot, crowd)
        self._give("issue-cards", {"ballot": ballot, "keys": sorted(key_of(ballot, token) for token in tokens)})
        for number in range(crowd):
            self._give("mark-voter", {"ballot": ballot, "voter": voter(crowd, number)})
        self._give("close-roll", {"ballot": ballot, "void": [], "other_teller": other})
        self._give("start-voting", {"ballot": ballot})
        length = self._sent("GET", f"/urn/{ballot}", None, {})[1]["ballot"]["length"]
        chosen = [OPTIONS[number % len(OPTIONS)] for number in range(crowd)]
        papers = [paper_bytes(Choice(marks=(one,))).ljust(length).decode() for one in chosen]
        bodies = [{"t": token, "paper": paper} for token, paper in zip(tokens, papers, strict=True)]
        votes = [_request(CARDS.format(ballot=ballot), body, {}) for body in bodies]
        return Asked(ballot, votes, [_request(EMPTY_CARDS.format(ballot=ballot), body, {}) for body in bodies], chosen)

    def closed(self, ballot: Id, counted: int | None) -> dict[Code, int]:
        """Close a ballot; return how many votes its declared result gives each option."""
        self._give("close-ballot", {"ballot": ballot} | ({"counted": counted} if counted is not None else {}))
        said = self._sent("GET", f"/v1/registers/{REGISTER}/governance/ballots/{ballot}/result", None, self._card(ACTOR))[1]
        return {one["of"]: int(one["value"]) for one in said["tallied"]["counts"]}

    def _opened(self, crowd: int, **settings: Any) -> Id:
        told = self._give("open-ballot", {"body": body_of(crowd), **RULE, **settings})
        ballot: Id = told["records"][0]["data"]["ballot"]
        return ballot

    def _give(self, command: str, body: dict[str, Any]) -> Any:
        headers = self._card(ACTOR) | {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        status, told = self._sent("POST", f"/v1/registers/{REGISTER}/governance/{command}", json.dumps(body).encode(), headers)
        if status not in {http.client.OK, http.client.CREATED}:
            raise NotCounted(f"{command}: {status} {told}")
        return told

    def _sent(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        with closing(http.client.HTTPConnection(LOOPBACK[0], self._port)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())

    def _card(self, actor: Pseudonym) -> dict[str, str]:
        return {"Authorization": f"Bearer {issue(self._key, Claims(actor, REGISTER, None, self._expires))}"}


def _request(path: str, body: dict[str, Any], card: dict[str, str]) -> bytes:
    """Return a whole request of one voter's device, which comes for this alone."""
    content = json.dumps(body).encode()
    headers = {"Host": LOOPBACK[0], "Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close"}
    headers |= card | ({"Idempotency-Key": str(uuid.uuid4())} if card else {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + content


def _tokens(ballot: Id, cards: int) -> list[str]:
    by_code: dict[str, str] = {}
    while len(by_code) < cards:  # a token whose code is taken is drawn again, as the tellers' page does
        token = secrets.token_hex(TOKEN_BYTES)
        by_code.setdefault(code_of(key_of(ballot, token), cards), token)
    return list(by_code.values())


def _school(today: date) -> list[Event]:
    starts = school_year(today)[1]
    return [
        CooperativeAffiliated(
            association="bench", number="1", name="École du banc d'essai", level="primary", on=starts, zone="Europe/Paris", sandbox=False
        ),
        MemberEnrolled(member=ACTOR, kind=PersonKind.STAFF, on=starts),
        MandateGiven(mandate=id_from(b"mandate"), holder=ACTOR, starts=starts),
    ]


def _class(crowd: int, today: date) -> list[Event]:
    (year, starts, _), name = school_year(today), f"classe-{crowd}"
    return [
        ClassOpened(class_code=name, label=name, level=("CM1",), cycle=(3,), year=year),
        *(MemberEnrolled(member=voter(crowd, one), kind=PersonKind.PUPIL, on=starts, class_code=name) for one in range(crowd)),
        BodyFormed(
            body=body_of(crowd),
            kind=BodyKind.CLASS_COUNCIL,
            label=f"Conseil de la {name}",
            composition=(College(college="eleves", of=Members.PUPILS),),
            class_code=name,
        ),
    ]

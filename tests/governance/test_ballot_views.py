"""What voters see of a ballot: settings and changes, turnout alone while it is open, then every number, each step, and what-ifs."""

import json
import time
import urllib.request
from datetime import timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from pydantic import TypeAdapter

from services.governance.api.ballots import (
    NoSuchBallotHere,
    ballot_shown,
    ballots_shown,
    poll_of,
    result_shown,
    routes_ballots,
    steps_shown,
)
from services.governance.commands.ballots import CancelBallot, CastVote, CloseBallot, EnterHandCount, HoldDraw, MoveClosing
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.events.people import Role
from services.governance.projections.ballots import BALLOTS, Polls
from services.governance.projections.members import MEMBERS, Members
from services.governance.telling.participation import participation
from services.governance.telling.what_if import recounted
from shared.projecting import Cut, Projection, Viewed, fold
from shared.web.asking import Askers
from shared.web.queries import Questions, plain
from shared.web.tokens import Claims, Verifier, issue
from tests.given import NOW, REGISTER
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    DAN,
    HOUR,
    PUPILS,
    TEACHER,
    TUTOR,
    Room,
    ballot,
    hand_count,
    joined,
    named,
    options,
    pile,
    poll,
    ranked,
    school,
    sums,
)
from tests.web_server import served

YES = Choice(marks=("yes",))


def members(room: Room) -> Members:
    return fold(MEMBERS, room.records)


def page(room: Room, name: str) -> Any:
    return orjson.loads(orjson.dumps(plain(ballot_shown(poll(room, name), members(room)))))


def test_while_a_ballot_is_open_turnout_alone_shows() -> None:
    room = Room()
    name = room.open(named(closes_at=HOUR))
    for voter in PUPILS[:9]:
        room.ask(CastVote(ballot=name, choice=YES), voter)
    shown = page(room, name)
    assert (shown["turnout"], shown["stage"], shown["result"]) == (9, "open", None)
    assert steps_shown(poll(room, name)) == [] and result_shown(poll(room, name)) is None
    twin = Room()
    other = twin.open(named(closes_at=HOUR))
    for voter in PUPILS[:9]:
        twin.ask(CastVote(ballot=other, choice=Choice(marks=("no",))), voter)
    assert page(twin, other) == shown


def test_a_count_that_waits_shows_that_it_waits_and_nothing_else() -> None:
    room = Room()
    name = room.open(ballot())
    room.ask(EnterHandCount(ballot=name, count=hand_count(pile(15, "yes"))), ANA)
    shown = page(room, name)
    assert (shown["counts_entered"], shown["differences"], shown["turnout"], shown["result"]) == (1, 0, None, None)
    room.ask(EnterHandCount(ballot=name, count=hand_count(pile(14, "yes"))), TEACHER)
    shown = page(room, name)
    assert (shown["counts_entered"], shown["differences"], shown["stage"]) == (0, 1, "open")
    room.both_count(name, hand_count(pile(15, "yes")))
    assert page(room, name)["turnout"] == 15


def test_each_change_of_a_setting_says_who_in_which_role_and_why() -> None:
    room = Room()
    name = room.open(named(closes_at=HOUR))
    room.ask(MoveClosing(ballot=name, closes_at=HOUR + timedelta(days=1), reason="Deux absents rentrent demain"), TUTOR)
    shown = page(room, name)
    (change,) = shown["changes"]
    assert (change["reason"], change["by"]) == ("Deux absents rentrent demain", {"person": TUTOR, "roles": [Role.CLASS_TUTOR]})
    assert shown["opened_by"] == {"person": TEACHER, "roles": [Role.MANDATE_HOLDER]}
    assert shown["closes_at"] == (HOUR + timedelta(days=1)).isoformat() != change["before"]


def test_why_there_is_no_result_is_shown() -> None:
    room = Room(school(quorum=Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)))
    cancelled, missed = room.open(named()), room.open(ballot())
    room.ask(CancelBallot(ballot=cancelled, reason="Question mal posée"))
    room.both_count(missed, hand_count(pile(3, "yes")))
    assert (page(room, cancelled)["stage"], page(room, cancelled)["ending"]["reason"]) == ("cancelled", "Question mal posée")
    assert (page(room, missed)["ending"]["needed"], page(room, missed)["ending"]["counted"]) == (14, 3)


def test_a_result_shows_every_number_each_tie_and_what_parted_it() -> None:
    room = Room()
    name = room.open(ballot(method=Method.PLURALITY, options=options("a", "b"), tie_policy=TiePolicy(draw=DrawKind.CLASS)))
    room.both_count(name, sums(14, a=7, b=7))
    assert page(room, name)["stage"] == "draw-needed"
    room.ask(HoldDraw(ballot=name, order=("b", "a"), witnesses=(CLEO, DAN)), ANA)
    result = page(room, name)["result"]
    assert (result["registered"], result["voters"], result["absent"]) == (27, 14, 13)
    assert (result["tallied"]["ties"][0]["step"], result["drawn"], result["witnesses"]) == ("draw", ["b", "a"], [CLEO, DAN])
    assert recounted(poll(room, name)).same_then


def test_the_ballots_of_a_body_come_last_opened_first() -> None:
    room = Room()
    first, second = room.open(ballot()), room.open(named())
    polls = fold(BALLOTS, room.records)
    assert [one["ballot"] for one in ballots_shown(polls, members(room), "cm2")] == [second, first]
    assert ballots_shown(polls, members(room), "elsewhere") == []
    with pytest.raises(NoSuchBallotHere):
        poll_of(polls, "z" * 26)


def test_participation_is_told_by_class_once_it_is_over_and_never_of_small_groups() -> None:
    classes = [
        joined(f"p_{letter}{'6' * 25}", class_code=code) for code, letters in (("CE1", "abcdef"), ("CP", "ghi")) for letter in letters
    ]
    everybody = {one.member: one.class_code for one in (*map(joined, PUPILS), *classes)}
    room = Room()
    name = room.open(named())
    for voter in PUPILS[:9]:
        room.ask(CastVote(ballot=name, choice=YES), voter)
    assert participation(poll(room, name), everybody) == (27, 9, ())
    room.ask(CloseBallot(ballot=name))
    assert participation(poll(room, name), everybody).by_class == (("CM2", 27, 9),)
    split = everybody | dict.fromkeys(PUPILS[:3], "CP") | dict.fromkeys(PUPILS[3:10], "CE1")
    assert participation(poll(room, name), split).by_class == (("CE1", None, None), ("CM2", 17, 0), ("CP", None, None))


def test_the_view_is_stored_and_read_back() -> None:
    room = Room()
    name = room.open(named(closes_at=HOUR))
    room.ask(CastVote(ballot=name, choice=YES), BEN)
    room.at(HOUR).ask(CloseBallot(ballot=name))
    state, kept = fold(BALLOTS, room.records), TypeAdapter(Polls)
    assert kept.validate_json(kept.dump_json(state)) == state


class Records:
    """The views of one register, folded from its records when they are asked for."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def of(self, projection: Projection[Any], register: str, cut: Cut | None = None) -> Viewed:
        return Viewed(fold(projection, self._room.records, cut), len(self._room.records))

    def standing(self, register: str) -> Any:
        return self._room.state.standing

    def wait_for(self, register: str, after: int, seconds: float) -> None:
        assert after <= len(self._room.records)


def test_ballots_over_http() -> None:
    room, key = Room(), Ed25519PrivateKey.generate()
    name = room.open(ballot(method=Method.BORDA, options=options(*"CKMN")))
    app = FastAPI()
    routes_ballots(app, Questions(Records(room), Askers(Verifier(key.public_key())), clock=lambda: NOW))
    token = issue(key, Claims(ANA, REGISTER, None, expires=int(time.time()) + 600))

    def asked(end: str = "") -> Any:
        request = urllib.request.Request(f"{address}/v1/registers/{REGISTER}/governance/ballots{end}")
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    with served(app) as address:
        assert asked(f"/{name}/result") is None
        room.both_count(name, hand_count(ranked(20, *"MNCK")))
        assert [one["ballot"] for one in asked()["ballots"]] == [name]
        assert asked("?body=elsewhere") == {"ballots": []}
        assert asked(f"/{name}")["result"]["tallied"]["elected"] == ["M"]
        assert asked(f"/{name}/result")["voters"] == 20
        assert asked(f"/{name}/steps")["steps"][-1]["fr"] == "Retenu : M."
        assert asked(f"/{name}/recount")["same_now"] is True
        assert [one["hypothetical"] for one in asked(f"/{name}/what-if")["results"]].count(False) == 1
        assert asked(f"/{name}/participation") == {"registered": 27, "voted": 20, "by_class": []}
        opened_at = len(room.facts) + 1
        assert asked(f"/{name}?seq={opened_at}")["stage"] == "open"

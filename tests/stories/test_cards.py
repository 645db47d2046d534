"""A secret vote with cards as a class holds it, over HTTP: nothing before closing, one paper a card, and nothing in part."""

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.governance.urn.cards import code_of, key_of
from shared.merkle import leaf_hash, tree_root
from tests.governance.elections import Election, School, digest, election, kill_the_urn, opened, school, sent, urn_pid
from tests.running import Running, installation
from tests.stories.asking import raw_records

WAIT_SECONDS_MAX = 60.0  # a bound for a machine with much else to do


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def council(running: Running) -> School:
    return school(opened(running))


def voting(council: School, voters: int = 8, cards: int = 10, **settings: Any) -> Election:
    held = election(council, **settings)
    held.printed(cards)
    held.drawn(voters)
    return held


def told_until(council: School, seq: int) -> list[bytes]:
    """Return the register as it is exported, once the export has reached a fact."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    while len(told := raw_records(council.teacher)) < seq:
        assert time.monotonic() < until, "the export does not follow"
        time.sleep(0.05)
    return told


def facts_of(held: Election, seq: int) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in told_until(held.school, seq)]
    return [one for one in records if one["data"].get("ballot") == held.ballot]


def test_a_class_votes_with_cards_and_each_finds_their_own(council: School) -> None:
    held = voting(council)
    marks = ["yes"] * 5 + ["no"] * 2
    for number, mark in enumerate(marks):
        answer = held.cast(number, mark)
        assert (answer.status, answer.body["paper"]) == (200, digest(held.paper(mark)))
    held.cast(7)
    closed = held.closed(8)
    assert closed.status == 201
    assert closed.body["warnings"] == []
    sealed, board, result = (one["data"] for one in closed.body["records"])
    assert (result["verdict"], result["voters"], result["tallied"]["blank"]) == ("adopted", 8, 1)
    leaves = []
    for line in board["papers"]:
        said = json.dumps(line["choice"], separators=(",", ":")).ljust(held.length)
        leaves.append(leaf_hash(bytes.fromhex(key_of(held.ballot, line["tracker"]) + line["tracker"]) + said.encode()))
    assert sealed["root"] == tree_root(leaves).hex()
    mine = code_of(key_of(held.ballot, held.tokens[6]), 10)
    by_code = {code_of(key_of(held.ballot, line["tracker"]), 10): line["choice"] for line in board["papers"]}
    assert by_code[mine] == {"marks": ["no"]}
    assert held.cast(0, "yes").body["code"] == "box-closed"


def test_nothing_of_the_papers_is_anywhere_before_closing(council: School) -> None:
    held = voting(council)
    for number in range(8):
        held.cast(number, "yes")
    data = council.teacher.running.data
    told = b"".join(told_until(council, held.seq))
    log = Path(council.teacher.running.log.name).read_bytes()
    for token in held.tokens:
        assert token.encode() not in told
        assert token.encode() not in log
        assert not _on_the_disk(data, token.encode())
    told = b"".join(told_until(council, held.closed(8).body["last_seq"]))
    assert held.tokens[0].encode() in told  # the same look finds it once it is published
    assert held.tokens[9].encode() not in told
    assert _on_the_disk(data, held.tokens[0].encode())


def _on_the_disk(data: Path, wanted: bytes) -> bool:
    for path in data.rglob("*"):
        try:
            if path.is_file() and wanted in path.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_the_way_to_the_urn_opens_and_closes_nothing(council: School) -> None:
    held = voting(council)
    for what in ("open", "move", "close", "forget"):
        assert sent(f"{held.http}/urn/{held.ballot}/{what}", {}).status in {404, 405}
    assert held.cast(0, "yes").status == 200


def test_a_vote_is_given_without_who_gave_it(council: School) -> None:
    held = voting(council)
    address = urlsplit(held.http)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    body = json.dumps({"t": held.tokens[0], "paper": held.paper("yes")})
    cookie = {"Cookie": f"ruche={council.teacher.token}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    connection.request("POST", f"/urn/{held.ballot}/cast", body, cookie)
    answer = connection.getresponse()
    names = {name.lower() for name, _ in answer.getheaders()}
    assert answer.status == 200
    assert "set-cookie" not in names
    answer.read()
    connection.close()


def test_a_pupil_cannot_close_the_box_by_asking(council: School) -> None:
    held = voting(council)
    pupil = council.officer.as_("E05")
    answer = pupil.ask("governance/close-ballot", {"ballot": held.ballot, "counted": 8})
    assert answer.status == 403
    assert held.cast(0, "yes").status == 200  # it still takes papers
    early = voting(council, closes_at="2099-01-01T12:00:00+00:00")
    early.cast(0, "yes")
    assert early.closed(1).body["code"] == "voting-goes-on"
    assert early.cast(1, "yes").status == 200


def test_a_killed_urn_is_opened_again_and_devices_give_their_papers_again(council: School) -> None:
    held = voting(council, voters=6)
    kept = [(held.tokens[number], held.paper("yes")) for number in range(6)]
    marks = {held.given(*one).body["mark"] for one in kept[:4]}
    kill_the_urn(held)
    assert held.given(*kept[0]).body["code"] == "no-such-box"
    assert held.closed(6).body["code"] == "box-lost"
    assert held.school.teacher.ask("governance/start-voting", {"ballot": held.ballot}).status == 200
    assert held.seen().body["mark"] not in marks
    for one in kept:
        assert held.given(*one).status == 200
    closed = held.closed(6)
    assert closed.body["records"][0]["data"]["received"] == 6
    assert closed.body["records"][-1]["data"]["voters"] == 6


def test_papers_that_are_lost_cancel_the_ballot(council: School) -> None:
    held = voting(council, voters=6)
    for number in range(6):
        held.cast(number, "yes")
    kill_the_urn(held)
    held.ask("start-voting")
    for number in range(3):
        held.cast(number, "yes")
    closed = held.closed(6)
    assert [(one["type"], one["data"]["cause"]) for one in closed.body["records"]] == [("governance.ballot-cancelled.v1", "urn-lost")]
    assert {one["type"] for one in facts_of(held, closed.body["last_seq"])}.isdisjoint(
        {"governance.box-opened.v1", "governance.result-declared.v1"}
    )


def test_a_cancelled_ballot_takes_no_more_papers(council: School) -> None:
    held = voting(council, voters=6)
    held.cast(0, "yes")
    held.ask("cancel-ballot", reason="Une carte manque")
    assert held.cast(1, "yes").body["code"] == "box-closed"


def test_fewer_papers_than_voters_are_said_and_recorded(council: School) -> None:
    held = voting(council, voters=7)
    for number in range(6):
        held.cast(number, "yes")
    closed = held.closed(7)
    assert [one["code"] for one in closed.body["warnings"]] == ["papers-differ-from-voters"]
    assert (closed.body["records"][0]["data"]["received"], closed.body["records"][0]["data"]["counted"]) == (6, 7)


def test_where_papers_are_not_published_they_are_under_seal(council: School) -> None:
    held = voting(council, publish="counts")
    for number in range(8):
        held.cast(number, "yes" if number % 2 else "no")
    closed = held.closed(8)
    board = next(one["data"] for one in closed.body["records"] if one["type"] == "governance.box-opened.v1")
    assert set(board) == {"ballot", "part", "parts", "board"}
    told = b"".join(told_until(council, closed.body["last_seq"]))
    assert not any(token.encode() in told for token in held.tokens)


def test_a_tie_waits_for_a_draw_in_class_with_papers_under_seal(council: School) -> None:
    options = [{"option": "ail", "label": "Ail"}, {"option": "chou", "label": "Chou"}]
    held = voting(council, publish="counts", method="plurality", options=options, tie_policy={"draw": "class"}, question="Que planter ?")
    for number in range(8):
        held.cast(number, "ail" if number % 2 else "chou")
    closed = held.closed(8)
    assert [one["type"] for one in closed.body["records"]][-1] == "governance.box-opened.v1"
    drawn = held.ask("hold-draw", order=["chou", "ail"], witnesses=council.pupils[1:3])
    assert drawn.body["records"][-1]["data"]["tallied"]["elected"] == ["chou"]


def test_twin_votes_that_differ_in_their_choices_look_the_same_until_closing(council: School) -> None:
    """Everything that anybody can see of two ballots, times and random fields masked, is the same to the byte (trust, B19)."""
    seen = [_seen_until_closing(council, marks) for marks in (["yes"] * 8, ["no", "yes"] * 4)]
    assert seen[0] == seen[1]
    assert _seen_until_closing(council, ["yes"] * 7) != seen[0]  # turnout shows, so this comparison has teeth


def _seen_until_closing(council: School, marks: list[str]) -> list[Any]:
    held = voting(council)
    log = Path(council.teacher.running.log.name)
    before, length = len(told_until(council, held.seq)), log.stat().st_size
    answers = [held.cast(number, mark) for number, mark in enumerate(marks)]
    answers += [held.cast(0, "abstain"), held.given("0" * 32, held.paper("yes"))]
    masked = [(one.status, sorted(one.body), one.body.get("code"), len(json.dumps(one.body))) for one in answers]
    time.sleep(2.1)  # past the tick
    turnout = held.seen().body
    turnout["mark"] = len(turnout["mark"])
    page = council.teacher.look(f"governance/ballots/{held.ballot}").body
    shown = json.dumps(page, sort_keys=True).replace(held.ballot, "ballot")
    shown = "".join(part for part in shown.split('"') if not part.startswith("20"))  # moments
    shown = shown.replace(str(page["seq"]), "seq")
    grown = len(raw_records(council.teacher)) - before
    said = log.read_bytes()[length:].count(b"urn")
    held.closed(len(marks))
    return [masked, turnout, shown, grown, said]


def test_the_clock_and_the_urn_end_with_the_rest() -> None:
    with installation() as running:
        running.start()
        pid = urn_pid(running)
        assert running.stop() < 10
        assert not Path(f"/proc/{pid}").exists()

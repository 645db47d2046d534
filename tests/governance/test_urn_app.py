"""The urn as a process: who may ask what, two casts with one card, and what is left when it is killed."""

import http.client
import json
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.urn_process import urn_address
from services.governance.bringing.client import UrnClient
from services.governance.urn.box import NoSuchBox, Opening, StillVoting
from services.governance.urn.cards import key_of
from shared.refusals import Busy
from shared.settings import Settings
from tests.governance.card_room import token
from tests.governance.urn_races import NO, YES, ballots, raced
from tests.governance.urn_under_test import UrnProcess, urn_process

RACES = 300  # the ten thousand of the guarantee are run by a command (tests/governance/urn_races.py)
_ballots = ballots()


@pytest.fixture(scope="module")
def urn() -> Iterator[UrnProcess]:
    with urn_process() as running:
        yield running


def opened(urn: UrnProcess, cards: int = 5) -> str:
    ballot = next(_ballots)
    urn.client.open(ballot, opening(ballot, cards))
    return ballot


def opening(ballot: str, cards: int = 5) -> Opening:
    keys = tuple(sorted(key_of(ballot, token(one)) for one in range(cards)))
    return Opening(keys=keys, length=len(YES), shown={"question": "Oui ?"})


def cast(urn: UrnProcess, ballot: str, number: int, paper: str) -> tuple[int, dict[str, Any]]:
    answer = urn.client.passed_on("POST", f"/urn/{ballot}/cast", json.dumps({"t": token(number), "paper": paper}).encode())
    return answer.status, json.loads(answer.body)


def test_anybody_votes_and_the_keeper_takes_the_papers(urn: UrnProcess) -> None:
    ballot = opened(urn)
    status, receipt = cast(urn, ballot, 0, YES)
    assert (status, receipt["key"]) == (200, key_of(ballot, token(0)))
    assert cast(urn, ballot, 0, YES)[1]["signature"] == receipt["signature"]
    status, problem = cast(urn, ballot, 0, NO)
    assert (status, problem["code"], problem["fr"][:19]) == (409, "card-used", "Carte déjà utilisée")
    with pytest.raises(StillVoting):
        urn.client.close(ballot, at_least=2)
    batch = urn.client.close(ballot)
    assert batch is not None
    assert batch.papers == ((key_of(ballot, token(0)), token(0), YES.encode()),)
    assert urn.client.close(ballot) == batch
    urn.client.forget(ballot)
    assert urn.client.close(ballot) is None
    assert cast(urn, ballot, 1, YES)[1]["code"] == "box-closed"


@pytest.mark.parametrize("what", ["open", "move", "close", "forget"])
@pytest.mark.parametrize("password", [None, "Bearer ", "Bearer " + "0" * 64])
def test_nobody_but_the_keeper_opens_closes_or_empties(urn: UrnProcess, what: str, password: str | None) -> None:
    ballot = opened(urn)
    body = opening(ballot).model_dump_json().encode() if what == "open" else b'{"closes_at": 1.0}' if what == "move" else b"{}"
    answer = urn.client._sent("POST", f"/urn/{ballot}/{what}", body, {"Authorization": password} if password else {})
    assert (answer.status, json.loads(answer.body)["code"]) == (409, "not-the-urns-keeper")
    assert cast(urn, ballot, 0, YES)[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"t":"x"}', json.dumps({"t": token(0), "paper": YES, "name": "x"}).encode(), json.dumps({"paper": YES}).encode()],
)
def test_what_is_no_paper_is_malformed(urn: UrnProcess, body: bytes) -> None:
    assert urn.client.passed_on("POST", f"/urn/{opened(urn)}/cast", body).status == 422


def test_a_huge_body_is_refused(urn: UrnProcess) -> None:
    answer = urn.client.passed_on("POST", f"/urn/{opened(urn)}/cast", b'{"paper":"' + b"x" * 70_000 + b'"}')
    assert (answer.status, json.loads(answer.body)["code"]) == (409, "paper-too-long")


def test_two_casts_with_one_card_race_and_one_is_counted(urn: UrnProcess) -> None:
    run = 0
    while run < RACES:
        run += raced(urn, next(_ballots))


def test_a_killed_urn_remembers_nothing_and_leaves_nothing_on_the_disk() -> None:
    with urn_process() as urn:
        ballot = opened(urn)
        cast(urn, ballot, 0, YES)
        urn.kill()
        with pytest.raises(Busy):
            urn.client.close(ballot)
        urn.start()
        assert urn.client.close(ballot) is None
        assert cast(urn, ballot, 0, YES)[1]["code"] == "no-such-box"
        assert urn.log() == b""
        kept = {path.name: path.read_bytes() for path in urn.settings.data.rglob("*") if path.is_file()}
        assert set(kept) == {"urn-door.key", "urn.key", "urn.pub", "urn.log"}
        assert not any(token(0).encode() in content or b"marks" in content for content in kept.values())


def test_a_urn_killed_in_the_middle_of_casts_holds_none_and_none_in_part() -> None:
    with urn_process() as urn:
        for pause in (0.0, 0.005, 0.02):
            ballot = opened(urn, cards=40)
            statuses: list[int] = []

            def vote(ballot: str = ballot, statuses: list[int] = statuses) -> None:
                for number in range(40):
                    try:
                        statuses.append(cast(urn, ballot, number, YES)[0])
                    except Busy:
                        return

            voter = threading.Thread(target=vote)
            voter.start()
            voter.join(pause)
            urn.kill()
            voter.join()
            urn.start()
            assert urn.client.close(ballot) is None
            assert set(statuses) <= {200}


def test_its_socket_is_its_owner_s_alone_and_it_dumps_no_core(urn: UrnProcess) -> None:
    path = Path(urn_address(urn.settings))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert urn.process is not None
    limits = Path(f"/proc/{urn.process.pid}/limits").read_text().splitlines()
    assert next(line.split()[4:6] for line in limits if line.startswith("Max core file size")) == ["0", "0"]


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    near, far = urn_address(Settings(data=Path("/srv/x"))), urn_address(Settings(data=tmp_path / ("x" * 120)))
    assert near == "/srv/x/urn.sock"
    assert len(far) < 100
    assert urn_address(Settings(data=tmp_path, urn_url="http://127.0.0.1:9999")) == "http://127.0.0.1:9999"


def test_nothing_of_the_browser_is_read_or_sent_back(urn: UrnProcess) -> None:
    ballot = opened(urn)
    line = socket.socket(socket.AF_UNIX)
    line.connect(urn_address(urn.settings))
    connection = http.client.HTTPConnection("urn")
    connection.sock = line
    connection.request("GET", f"/urn/{ballot}", headers={"Cookie": "ruche=secret", "Accept": "text/html"})
    answer = connection.getresponse()
    headers = {name.lower() for name, _ in answer.getheaders()}
    answer.read()
    connection.close()
    assert headers == {"content-length", "content-type", "cache-control"}


def test_an_urn_that_is_away_is_busy(tmp_path: Path) -> None:
    client = UrnClient(tmp_path / "nowhere.sock", "x")
    with pytest.raises(Busy):
        client.passed_on("GET", "/urn/x", None)
    with pytest.raises(Busy):
        client.open("b" * 26, opening("b" * 26))


def test_a_box_that_is_not_there_is_not_moved_or_seen(urn: UrnProcess) -> None:
    nobody = next(_ballots)
    urn.client.move(nobody, 1.0)
    assert urn.client.passed_on("GET", f"/urn/{nobody}", None).status == 404
    assert NoSuchBox.code() == json.loads(urn.client.passed_on("GET", f"/urn/{nobody}", None).body)["code"]


def test_a_second_urn_waits_for_the_place_of_the_first() -> None:
    with urn_process() as urn:
        ballot = opened(urn)
        cast(urn, ballot, 0, YES)
        first = urn.process
        urn.start()  # answered by the first one
        time.sleep(2.0)
        second, urn.process = urn.process, first
        assert urn.client.passed_on("GET", f"/urn/{ballot}", None).status == 200
        urn.stop()
        urn.process = second
        until = time.monotonic() + 10.0
        while True:
            try:
                assert urn.client.close(ballot) is None
                break
            except Busy:
                assert time.monotonic() < until
                time.sleep(0.05)

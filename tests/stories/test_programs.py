"""What programs meet: the description of the API, refusals for browsers, their own writes, and the stream alone."""

import asyncio
import json
import urllib.error
import urllib.request
from threading import Event as Done
from typing import Any

import pytest

from deploy.catalogue import CODEC
from deploy.installation import Installation
from deploy.installation import running as running_installation
from services.ledger.available import FUNDS, funds_shown
from shared.messaging.arrivals import Delivered
from shared.messaging.subscriber import Subscriber
from shared.projecting import fold
from shared.settings import read_settings
from shared.web.queries import plain
from tests.stories.asking import Asker, raw_records

KEPT_APART = "/family-sheets"
ARCHIVE = "/v1/registers/{register}/ledger/years/{year}/archive.zip"
CUTS = {"au", "connu_au", "seq"}


def described(asked: Asker) -> dict[str, Any]:
    """Return the OpenAPI description."""
    with urllib.request.urlopen(f"{asked.running.http}/openapi.json", timeout=60) as answer:
        description: dict[str, Any] = json.load(answer)
    return description


def refusal_of(request: urllib.request.Request) -> urllib.error.HTTPError:
    """Return the error answer to a request; an answer of another kind fails the test."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    return refused.value


def test_nothing_can_be_edited_or_deleted_over_http(verifier: Asker) -> None:
    """What families gave lies in the vault and in no record: only there may somebody correct and delete."""
    paths = described(verifier)["paths"].items()
    assert {method for path, methods in paths if KEPT_APART not in path for method in methods} == {"get", "post"}


def test_every_question_about_a_register_can_be_asked_as_of_another_moment(verifier: Asker) -> None:
    asked = {
        path: {parameter["name"] for parameter in methods["get"]["parameters"]}
        for path, methods in described(verifier)["paths"].items()
        if "get" in methods and path.startswith("/v1/registers/")
    }
    assert len(asked) >= 14
    assert {path for path, names in asked.items() if KEPT_APART not in path and not names >= CUTS} == {ARCHIVE}
    assert "seq" in asked[ARCHIVE], "an archive is that of a whole year, as of a record"


def test_every_command_is_described_with_its_body(verifier: Asker) -> None:
    description = described(verifier)
    paths = description["paths"].items()
    commands = [methods["post"] for path, methods in paths if path.startswith("/v1/registers/") and "post" in methods]
    assert len(commands) >= 33
    files = [command for command in commands if "application/json" not in command["requestBody"]["content"]]
    kinds = {command["operationId"]: set(command["requestBody"]["content"]) for command in files}
    assert set(kinds) == {"attach_voucher", "import_statement"}
    assert kinds["attach_voucher"] == {"image/jpeg", "image/png", "application/pdf"} and "text/csv" in kinds["import_statement"]
    for command in commands:
        if command in files:
            continue
        reference = command["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert reference.rsplit("/", 1)[1] in description["components"]["schemas"]


def test_a_view_that_has_not_reached_a_record_in_time_says_when_to_ask_again(verifier: Asker) -> None:
    for question in ("ledger/balances", "portal/balances"):
        request = urllib.request.Request(
            f"{verifier.running.http}/v1/registers/{verifier.register}/{question}",
            headers={"Authorization": f"Bearer {verifier.token}", "Ruche-After": "100000", "Prefer": "wait=0.2"},
        )
        with refusal_of(request) as refused:
            assert (refused.code, refused.headers["Retry-After"], json.load(refused)["code"]) == (503, "1", "busy")


def test_a_browser_gets_a_page_where_a_program_gets_a_problem(verifier: Asker) -> None:
    for address, status in ((f"/c/{verifier.register}", 401), ("/nulle-part", 404)):
        request = urllib.request.Request(f"{verifier.running.http}{address}", headers={"Accept": "text/html"})
        with refusal_of(request) as refused:
            assert refused.code == status
            assert refused.headers["Content-Type"].startswith("text/html")
            assert "<h1>" in refused.read().decode()


def test_a_program_with_nothing_but_the_stream_rebuilds_every_balance(verifier: Asker) -> None:
    here = running_installation(read_settings(data=verifier.running.data))
    assert isinstance(here, Installation)
    wanted = len(raw_records(verifier))
    kept: list[Delivered] = []
    enough = Done()

    def apply(batch: list[Delivered]) -> None:
        kept.extend(batch)
        if len(kept) >= wanted:
            enough.set()

    async def follow() -> None:
        stop = asyncio.Event()
        analyst = Subscriber(1, "analyst", here.login("analyst"), position=lambda: len(kept), apply=apply)
        following = asyncio.create_task(analyst.run(stop))
        assert await asyncio.to_thread(enough.wait, 30)
        stop.set()
        await following

    asyncio.run(follow())
    funds = fold(FUNDS, [CODEC.decode_strictly(one.record) for one in kept])
    assert json.loads(json.dumps(plain(funds_shown(funds)))) == verifier.look("ledger/balances").body

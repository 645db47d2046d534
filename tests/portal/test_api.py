"""What the portal answers to programs, through the real stream: the figures of the log, its very bytes, and nothing to strangers."""

import re
import threading
from datetime import date
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from deploy.catalogue import CODEC
from services.ledger.available import FUNDS
from services.portal.treasury import treasury_of
from shared.eventlog.reading import RegisterReader
from shared.projecting import Cut, fold
from shared.web.queries import plain
from tests.examples_governance import LOU, STRANGER
from tests.given import PARIS
from tests.portal.scene import SOON_SECONDS, YEAR, fresh_register, records_of
from tests.portal.site import TODAY, Site


def get(site: Site, path: str, register: str, **params: Any) -> httpx.Response:
    return httpx.get(site.address + path.format(r=register), params=params, headers=site.headers(register))


def test_the_portal_answers_from_the_stream_what_the_log_says(site: Site, school: str) -> None:
    with psycopg.connect(site.postgres.url("ruche_portal")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select 1 from eventlog.records")
    reader = RegisterReader(site.postgres.url("ruche_writer"), site.log_id)
    log = [CODEC.decode(one.type, one.record) for one in reader.through(school)]
    reader.close()
    answer = get(site, "/v1/registers/{r}/portal/treasury", school)
    assert answer.headers["Ruche-Seq"] == str(len(YEAR)) == str(len(log))
    assert answer.json() == orjson.loads(orjson.dumps(plain(treasury_of(fold(FUNDS, log), TODAY.date()))))
    assert answer.json()["total"] == 2_454_12


def test_an_answer_says_how_far_it_read_and_what_part_it_shows(site: Site, school: str) -> None:
    for path in ("portal/treasury", "portal/trail", "records"):
        whole = get(site, f"/v1/registers/{{r}}/{path}", school)
        cut = get(site, f"/v1/registers/{{r}}/{path}", school, seq=20, au="2024-10-01")
        assert whole.headers["Ruche-Seq"] == cut.headers["Ruche-Seq"] == str(len(YEAR))
        assert ("Ruche-Cut" in whole.headers, cut.headers["Ruche-Cut"]) == (False, "au=2024-10-01&seq=20")


def test_the_register_is_exported_byte_for_byte(site: Site, school: str) -> None:
    written = [CODEC.encode(*record) for record in records_of(school, YEAR)]
    answer = get(site, "/v1/registers/{r}/records", school)
    assert answer.content.split(b"\n") == [*written, b""]
    assert answer.headers["content-type"].startswith("application/jsonl")
    some = get(site, "/v1/registers/{r}/records", school, after=20, types="ledger.receipt-recorded.v1,ledger.pot-opened.v1", seq=28)
    assert some.content == b"".join(one + b"\n" for one in written[20:28] if b"receipt-recorded" in one or b"pot-opened" in one)
    shown = [record.seq for record in records_of(school, YEAR) if Cut(au=date(2024, 9, 1), zone=PARIS).shows(record)]
    dated = get(site, "/v1/registers/{r}/records", school, au="2024-09-01").content.splitlines()
    assert dated == [written[seq - 1] for seq in shown] != written


def test_the_trail_says_every_record_in_both_languages_page_by_page(site: Site, school: str) -> None:
    facts: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = get(site, "/v1/registers/{r}/portal/trail", school, after=after, limit=7).json()
        facts += page["facts"]
        after = page.get("next")
    assert [fact["seq"] for fact in facts] == list(range(1, len(YEAR) + 1))
    assert all(fact["fr"] and fact["en"] and fact["fr"] != fact["en"] for fact in facts)
    receipt = next(fact for fact in facts if fact["type"] == "ledger.receipt-recorded.v1")
    assert receipt["role"] == "mandate_holder"
    assert receipt["fr"].startswith("Participation volontaire des familles (chèques) : 1\u202f806,00\u00a0€ reçus")
    assert receipt["en"].endswith("€1,806.00 received, pot ECOLE (R01)")
    assert {"actor", "command", "time", "on"} <= set(receipt)
    assert not re.search(r"p_[a-z2-7]{26}", " ".join(fact["fr"] + fact["en"] for fact in facts))


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/v1/registers/{r}/portal/trail", {"limit": 501}, 422),
        ("/v1/registers/{r}/portal/treasury", {"au": "hier"}, 422),
        ("/c/{r}", {"au": "hier"}, 422),
        ("/c/{r}", {"seq": "-1"}, 422),
        ("/c/{r}", {"anne": "2024-25"}, 422),
        ("/v1/registers/{r}/records", {"type": "ledger.pot-opened.v1"}, 422),
        ("/c/{r}/verifier/faits/9999", {}, 404),
        ("/c/{r}/verifier/faits/0", {}, 422),
    ],
)
def test_what_cannot_be_asked_is_said(site: Site, school: str, path: str, params: dict[str, Any], status: int) -> None:
    assert get(site, path, school, **params).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/c/{r}",
        "/c/{r}/direct",
        "/c/{r}/verifier",
        "/c/{r}/verifier/faits/1",
        "/v1/registers/{r}/portal/treasury",
        "/v1/registers/{r}/portal/trail",
        "/v1/registers/{r}/records",
    ],
)
def test_only_those_who_belong_see_anything(site: Site, school: str, path: str) -> None:
    url = site.address + path.format(r=school)
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers=site.headers(school, STRANGER)).status_code == 404
    assert httpx.get(url, headers=site.headers(fresh_register())).status_code == 404
    if not path.endswith("direct"):  # a stream has no end
        assert httpx.get(url, headers=site.headers(school, LOU)).status_code == 200


def test_an_answer_waits_for_the_record_it_is_asked_to_show(site: Site) -> None:
    register = fresh_register()
    records = records_of(register, YEAR)
    site.write(records[:20])
    site.portal.views.wait_for(register, 20, SOON_SECONDS)
    later = threading.Timer(0.3, lambda: site.write(records[20:]))
    later.start()
    headers = site.headers(register) | {"Ruche-After": str(len(records)), "Prefer": "wait=2"}
    answer = httpx.get(f"{site.address}/v1/registers/{register}/portal/treasury", headers=headers)
    assert (answer.status_code, answer.headers["Ruche-Seq"]) == (200, str(len(records)))
    late = httpx.get(
        f"{site.address}/v1/registers/{register}/portal/treasury", headers=headers | {"Ruche-After": "9999", "Prefer": "wait=0.1"}
    )
    assert late.status_code == 503
    later.join()

"""What families gave is known to mandate holders and to nobody else: whoever else asks whatever there is to ask finds no trace of it."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser

from deploy.embedded_postgres import BOOTSTRAP_ROLE
from shared.web.tokens import Claims, issue
from tests.browser_fixture import Looked
from tests.running import Running
from tests.shared.vault.conftest import fresh_id
from tests.shared.vault.test_canaries import canary, shapes
from tests.stories.asking import Asker, opened, raw_records, with_a_teacher, with_books
from tests.stories.filling import Visitor
from tests.stories.pdf_words import words_of
from tests.stories.test_council_pages import sign_in
from tests.stories.test_erasure import installed, rows
from tests.stories.write_answers import described

YEAR = "2025-26"
DAYS = "starts=2025-09-01&ends=2026-08-31"
MARK = 73137  # cents that nobody else gave: 731,37 €
OTHERS_GAVE = 1863
PAGES = ("", "/conseils", "/propositions", "/scrutins", "/decisions", "/a-faire", "/verifier", "/pieces", "/comptes", "/comptes/journal",
         "/comptes/saisir", "/comptes/ordres", "/comptes/plan", "/comptes/fin", "/comptes/pots/ECOLE", "/comptes/familles",
         "/comptes/familles/nouvelle")  # fmt: skip
SHEETS = "ledger/family-sheets"


class School(NamedTuple):
    """A mandate holder, everybody else who may ask, three pupils, and a family whose note and amount are planted."""

    holder: Asker
    officer: Asker
    others: dict[str, Asker]
    pupils: dict[str, str]
    note: str
    sheet: str


def http(asker: Asker, method: str, address: str, body: Any = None) -> httpx.Response:
    """Ask one address of the server."""
    headers = {"Authorization": f"Bearer {asker.token}"}
    return httpx.request(method, f"{asker.running.http}{address}", json=body, headers=headers, timeout=30)


def sheets(asker: Asker, method: str, end: str = "", body: Any = None) -> httpx.Response:
    """Ask about family sheets."""
    return http(asker, method, f"/v1/registers/{asker.register}/{SHEETS}{end}", body)


def gift(amount: int, on: str = "2025-10-03", means: str = "cheque") -> dict[str, Any]:
    return {"amount": amount, "on": on, "means": means}


def enrolled(officer: Asker, code: str, kind: str, first: str, last: str) -> str:
    told = {"first_name": first, "last_name": last, "source_code": code, "kind": kind, "on": "2025-09-01"}
    answer = officer.ask("governance/enrol-member", told | ({"class_code": "CM1"} if kind == "pupil" else {}))
    assert answer.status == 201, answer.body
    return str(answer.body["records"][0]["data"]["member"])


@pytest.fixture(scope="module")
def school(running: Running) -> School:
    """A cooperative with its books open, one planted family on a sheet, another beside it, and the receipt of both."""
    officer = opened(running)
    holder = with_a_teacher(officer)
    with_books(holder)
    named = (("E02", "Ana", "Roux"), ("E03", "Zoé", "Roux"), ("E06", "Milo", "Sart"))
    pupils = {code: enrolled(officer, code, "pupil", first, last) for code, first, last in named}
    people = {code: enrolled(officer, code, kind, code, "Ici") for code, kind in (("A02", "staff"), ("P01", "parent"), ("P02", "parent"))}
    starts, until = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (-30, 300))
    tutor = {"role": "class_tutor", "person": people["A02"], "class_code": "CM1"}
    for role in (tutor, {"role": "verifier", "person": people["P01"]}):
        assert officer.ask("governance/assign-role", role | {"starts": starts, "until": until}).status == 201
    asking = {"pupil": pupils["E06"], "teacher": people["A02"], "verifier": people["P01"], "parent": people["P02"]}
    key, expires = installed(running).token_keys().private, int(time.time()) + 3600
    tokens = {name: issue(key, Claims(person, officer.register, None, expires)) for name, person in asking.items()}
    others = {"association": officer, **{name: Asker(running, tokens[name], officer.register, asking[name]) for name in asking}}
    made = School(holder, officer, others, pupils, canary("Quastelbourgé"), fresh_id())
    planted = {"year": YEAR, "children": [pupils["E02"], pupils["E03"]], "asked": 2000, "gifts": [gift(MARK)], "note": made.note}
    assert sheets(holder, "PUT", f"/{made.sheet}", planted).status_code == 200
    other = {"year": YEAR, "children": [pupils["E06"]], "gifts": [gift(OTHERS_GAVE, means="cash")]}
    assert sheets(holder, "PUT", f"/{fresh_id()}", other).status_code == 200
    receipt = {
        "on": "2025-10-05", "voucher": {"series": "R", "number": 1}, "label": "Coopérative, collecte", "pot": "ECOLE", "means": "cheque",
        "treasury": [{"account": "512", "amount": MARK + OTHERS_GAVE}],
        "allocations": [{"account": "7562", "amount": MARK + OTHERS_GAVE}], "families": 2,
    }  # fmt: skip
    answer = holder.ask("ledger/record-receipt", receipt)
    assert answer.status == 201, answer.body
    return made


def traces(school: School) -> list[bytes]:
    """What would tell who paid: the planted note in any shape, and the amount as cents or as somebody reads it."""
    amounts = [rf"(?<!\d){shape}(?!\d)".encode() for shape in (str(MARK), r"731[.,]37")]
    return [*(re.escape(shape) for shape in shapes(school.note)), *amounts]


def told_in(school: School, content: bytes) -> bool:
    return any(re.search(trace, content) for trace in traces(school))


def addresses(school: School) -> Iterator[str]:
    """Every GET that the description tells, at something of this register, and every page."""
    known = {"register": school.holder.register, "sheet": school.sheet, "account": "7562", "year": YEAR, "pot": "ECOLE"}
    for path, operations in described(school.holder)["paths"].items():
        if (get := operations.get("get")) is not None:
            told = {one["name"]: one for one in get.get("parameters", ())}
            place = path.format(**{name: known.get(name, one["example"]) for name, one in told.items() if one["in"] == "path"})
            days = {"starts": "2025-09-01", "ends": "2026-08-31"}
            needed = [name for name, one in told.items() if one["in"] == "query" and one.get("required")]
            yield f"{place}?" + "&".join(f"{name}={days.get(name, told[name]['example'])}" for name in needed)
    yield from (f"/c/{school.holder.register}{page}" for page in (*PAGES, f"/comptes/familles/{school.sheet}"))


def looked_at(school: School, asker: Asker) -> tuple[set[str], int]:
    """Where somebody finds a trace, and how many addresses answered them with something."""
    found, answered = set(), 0
    with httpx.Client(base_url=asker.running.http, cookies={"ruche": asker.token}, timeout=30) as client:
        for address in addresses(school):
            if "/live" in address:  # a stream that never ends: it sends blocks of pages that are asked here
                continue
            answer = client.get(address)
            answered += answer.status_code == 200
            if told_in(school, answer.content) or (answer.headers.get("content-type") == "application/pdf" and seen_in(school, answer)):
                found.add(address.partition("?")[0].replace(school.holder.register, "R").replace(school.sheet, "S"))
    return found, answered


def seen_in(school: School, answer: httpx.Response) -> bool:
    return told_in(school, words_of(answer.content).encode())


def test_the_mandate_holder_finds_the_family_in_each_of_its_places(school: School) -> None:
    found, answered = looked_at(school, school.holder)
    assert found == {
        f"/v1/registers/R/{SHEETS}",
        f"/v1/registers/R/{SHEETS}/S",
        f"/v1/registers/R/{SHEETS}/S/print.pdf",
        "/c/R/comptes/familles",
        "/c/R/comptes/familles/S",
    }
    assert answered > 45


@pytest.mark.parametrize("who", ["pupil", "teacher", "parent", "verifier", "association"])
def test_nobody_else_finds_who_paid_whatever_they_ask(school: School, who: str) -> None:
    found, answered = looked_at(school, school.others[who])
    assert found == set()
    assert answered > 40


@pytest.mark.parametrize("who", ["pupil", "teacher", "parent", "verifier", "association"])
def test_nobody_else_may_ask_at_all(school: School, who: str) -> None:
    asker, other = school.others[who], {"year": YEAR, "children": [school.pupils["E06"]]}
    asked = [("GET", ""), ("GET", f"-total?{DAYS}"), ("GET", f"/{school.sheet}"), ("GET", f"/{school.sheet}/print.pdf")]
    asked += [("PUT", f"/{school.sheet}?version=1"), ("PUT", f"/{fresh_id()}"), ("DELETE", f"/{school.sheet}")]
    for method, end in asked:
        answer = sheets(asker, method, end, other if method == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-yours-to-see"), (method, end)
    page = Visitor(asker)
    assert [page.at(f"comptes/familles{end}").status for end in ("", "/nouvelle", f"/{school.sheet}")] == [403] * 3
    assert "comptes/familles" not in page.at("comptes").raw and "comptes/familles" in Visitor(school.holder).at("comptes").raw
    assert sheets(school.holder, "GET", f"/{school.sheet}").json()["version"] == 1


def test_no_record_no_table_and_no_log_line_tells_who_paid(running: Running, school: School) -> None:
    kept, lines = list(rows(installed(running))), Path(running.log.name).read_bytes().splitlines()
    records = raw_records(school.holder)
    assert not [one for one in (*kept, *records, *lines) if told_in(school, one)]
    assert told_in(school, sheets(school.holder, "GET").content)  # the control
    assert any(f"{MARK + OTHERS_GAVE}".encode() in one for one in records)  # the total and the number of families are


def test_the_sheets_of_a_period_are_held_against_the_receipts(school: School) -> None:
    told = sheets(school.holder, "GET", f"-total?{DAYS}").json()
    assert told["sheets"] == {"amount": MARK + OTHERS_GAVE, "gifts": 2, "families": 2}
    assert told["receipts"] == {"amount": MARK + OTHERS_GAVE, "receipts": 1, "families": 2, "without_families": 0}
    assert told["difference"] == 0
    late = sheets(school.holder, "GET", "-total?starts=2025-10-04&ends=2026-08-31").json()
    assert (late["sheets"]["amount"], late["difference"]) == (0, -(MARK + OTHERS_GAVE))


def test_the_printed_sheet_says_that_giving_is_voluntary_and_names_the_children(school: School) -> None:
    answer = sheets(school.holder, "GET", f"/{school.sheet}/print.pdf")
    assert answer.headers["cache-control"] == "no-store" and answer.headers["content-type"] == "application/pdf"
    words = words_of(answer.content)
    for told in ("volontaire", "Ne pas payer ne prive jamais un enfant d'une activité", "Ana Roux", "Zoé Roux", "731,37", "20,00"):
        assert told in words, words
    assert "Milo" not in words and school.note not in words


def test_each_opening_is_noted_for_each_child(running: Running, school: School) -> None:
    def noted() -> int:
        query = "SELECT 1 FROM vault.access_log WHERE subject = %s AND who = %s AND what LIKE 'ledger.family-%%'"
        with psycopg.connect(installed(running).url(BOOTSTRAP_ROLE)) as connection:
            return connection.execute(query, (school.pupils["E03"], school.holder.actor)).rowcount

    for opening, notes in (("", 1), (f"/{school.sheet}", 1), (f"-total?{DAYS}", 1), (f"/{school.sheet}/print.pdf", 2)):
        before = noted()
        assert sheets(school.holder, "GET", opening).headers["cache-control"] == "no-store"
        assert noted() == before + notes, opening


def test_a_sheet_is_corrected_over_the_version_that_was_read_and_wrong_ones_are_refused(school: School) -> None:
    child = enrolled(school.officer, "E04", "pupil", "Lou", "Petitjean")
    sheet, family = fresh_id(), {"year": YEAR, "children": [child], "gifts": [gift(500)]}
    first = sheets(school.holder, "PUT", f"/{sheet}", family)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert sheets(school.holder, "PUT", f"/{sheet}", family).json() == first.json()
    more = family | {"gifts": [gift(500), gift(700, "2026-01-09")]}
    assert sheets(school.holder, "PUT", f"/{sheet}?version=1", more).json()["version"] == 2
    late = sheets(school.holder, "PUT", f"/{sheet}?version=1", family)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    for wrong, status, code in (
        (family | {"children": [school.holder.actor]}, 409, "not-a-pupil-here"),
        (family | {"children": ["p_" + fresh_id()]}, 409, "not-a-pupil-here"),
        (family, 409, "child-on-another-sheet"),
        (family | {"children": []}, 422, "malformed"),
        (family | {"gifts": [gift(-5)]}, 422, "malformed"),
    ):
        answer = sheets(school.holder, "PUT", f"/{fresh_id()}", wrong)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert sheets(school.holder, "DELETE", f"/{sheet}").status_code == 204
    assert sheets(school.holder, "DELETE", f"/{sheet}").status_code == 404
    assert sheets(school.holder, "GET", f"/{sheet}").json()["code"] == "no-such-family-sheet"


def test_a_sheet_is_written_corrected_and_deleted_in_the_page(school: School) -> None:
    child, holder = enrolled(school.officer, "E05", "pupil", "Noé", "Lavigne"), Visitor(school.holder)
    empty = holder.at("comptes/familles/nouvelle")
    again = holder.send(empty, "save", {"amount-0": "12,50", "on-0": "2025-11-04"})
    assert again.status == 422 and "Choisis au moins un enfant" in again.text and "12,50" in again.raw
    listed = holder.send(again, "save", {"children": [child]})
    assert "Noé Lavigne" in listed.text and "12,50" in listed.text and "Différence" in listed.text
    (kept,) = [one["sheet"] for one in sheets(school.holder, "GET").json()["sheets"] if child in one["family"]["children"]]
    form = holder.at(f"comptes/familles/{kept}")
    listed = holder.send(form, "save", {"asked": "20", "amount-1": "5", "on-1": "2025-12-04", "means-1": "espèces"})
    assert "17,50" in listed.text and "20,00" in listed.text
    assert "compare les deux versions" in holder.send(form, "save", {"asked": "25"}).text
    listed = holder.send(holder.at(f"comptes/familles/{kept}"), "delete")
    assert "Noé Lavigne" not in listed.text and "Ana Roux, Zoé Roux" in listed.text


def test_the_pages_are_accessible_and_never_wider_than_the_window(running: Running, browser: Browser, school: School) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = sign_in(running, context.new_page(), school.holder.register, "A01")
        looked = Looked(page)
        page.on("console", lambda message: looked.complaints.append(message.text))
        for end, told in (("", "Receipts on account 7562"), (f"/{school.sheet}", "What was given")):
            page.goto(f"{running.http}/c/{school.holder.register}/comptes/familles{end}")
            assert told in page.locator("main").inner_text()
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert looked.overflow_px() == 0 and not looked.violations()
        assert not looked.policy_complaints()


def test_the_sheet_of_an_erased_pupil_goes_and_the_books_stay(school: School) -> None:
    before = raw_records(school.holder)
    gone = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    assert school.holder.ask("governance/record-departure", {"member": school.pupils["E03"], "on": gone}).status == 201
    assert sheets(school.holder, "GET", f"/{school.sheet}").json()["family"]["gifts"] == [gift(MARK)]
    erased = school.holder.ask("governance/erase-person", {"person": school.pupils["E03"], "reason": "departure"})
    assert erased.status == 201, erased.body
    assert sheets(school.holder, "GET", f"/{school.sheet}").status_code == 404
    assert not told_in(school, sheets(school.holder, "GET").content)
    refused = sheets(school.holder, "PUT", f"/{fresh_id()}", {"year": YEAR, "children": [school.pupils["E03"]]})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-a-pupil-here")
    told = sheets(school.holder, "GET", "-total?starts=2025-10-03&ends=2025-10-05").json()
    assert told["receipts"]["families"] == 2 and (told["sheets"]["families"], told["difference"]) == (1, -MARK)
    assert raw_records(school.holder)[: len(before)] == before
    assert json.loads(before[0])

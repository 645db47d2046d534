"""The audit trail says of every write who, when, what was asked and why; names only to those who may read them, and never in a stream."""

import json
import urllib.request
from typing import Any

import pytest

from deploy.assembly import WRITING
from shared.messages import id_from
from tests.browser_fixture import Looked
from tests.stories.asking import Asker, somebody_of

SLUGS = [command.slug() for _, rulebook in WRITING.values() for command in rulebook.commands]
TEACHER, PUPIL, PARENT = "A03", "E030", "P01"


def trail(asked: Asker) -> list[dict[str, Any]]:
    """Return every line of the trail."""
    facts: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = asked.look(f"portal/trail?limit=500&after={after}").body
        facts, after = [*facts, *page["facts"]], page["next"]
    return facts


def page_of(asked: Asker, path: str) -> tuple[str, str]:
    """Return a page as the browser of somebody gets it, and what may keep it."""
    request = urllib.request.Request(
        f"{asked.running.http}/c/{asked.register}/{path}", headers={"Authorization": f"Bearer {asked.token}", "Accept": "text/html"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode(), answer.headers["Cache-Control"]


def test_every_write_of_the_sample_says_who_when_and_what_was_asked(verifier: Asker) -> None:
    """The play draws the id of each command from its number and its name: so each name told can be held against the one that was asked."""
    facts = trail(verifier)
    asked = {id_from(f"{verifier.register} {number} {slug}".encode()): slug for number in range(1, len(facts) + 1) for slug in SLUGS}
    played = [one for one in facts if one["command"] in asked]
    assert len(played) > 700
    assert {(asked[one["command"]], one["asked"]) for one in played if asked[one["command"]] != one["asked"]} == set()
    assert len({one["asked"] for one in played}) > 40
    assert all(one["time"] and one["role"] and one["actor"] and one["asked_fr"] and one["asked_en"] for one in facts)


def test_where_a_reason_was_needed_it_is_told(verifier: Asker) -> None:
    told = {one["type"].split(".")[1]: one["reason"] for one in trail(verifier) if one["reason"]}
    assert {"entry-reversed", "voucher-gap-explained", "frame-stated"} <= set(told)
    without = [one for one in trail(verifier) if one["type"] == "ledger.receipt-recorded.v1"]
    assert {one["reason"] for one in without} == {None}


@pytest.mark.parametrize(("who", "reads"), [(TEACHER, True), (PARENT, False), (PUPIL, False)])
def test_names_of_adults_are_read_by_adults_of_the_school_alone(verifier: Asker, who: str, reads: bool) -> None:
    reader = somebody_of(verifier.running, who)
    (line,) = [one for one in trail(verifier) if one["type"] == "ledger.entry-reversed.v1"][:1]
    page, kept = page_of(reader, f"verifier/faits/{line['seq']}")
    assert kept == "no-store"
    assert ('class="who"' in page) is reads
    assert line["actor"] in page and "Contre-passer une écriture" in page
    listed, kept = page_of(reader, f"verifier?type={line['type']}")
    assert (kept, 'class="who"' in listed) == ("no-store", reads)


def test_a_reader_of_the_page_sees_one_sentence_who_when_what_and_why(verifier: Asker, looked: Looked) -> None:
    told = json.loads(verifier.running.ruche("token", TEACHER, "--open", "--json"))
    looked.page.goto(told["link"])
    looked.page.goto(f"{verifier.running.http}/c/{verifier.register}/verifier?type=ledger.expense-recorded.v1")
    line = next(row for row in looked.page.locator("#trail tbody tr, tbody tr").all() if "Raison" in row.inner_text())
    said = line.inner_text()
    assert "Écrit par une mandataire" in said
    assert "Demande : Enregistrer une dépense déjà payée" in said
    assert line.locator(".who").inner_text().strip()
    assert line.locator("code").inner_text().startswith("p_")
    looked.page.set_viewport_size({"width": 320, "height": 900})
    assert looked.overflow_px() == 0


def test_neither_the_export_nor_the_trail_for_programs_holds_a_name(verifier: Asker) -> None:
    teacher = somebody_of(verifier.running, TEACHER)
    page, _ = page_of(teacher, "verifier")
    name = page.partition('class="who">')[2].partition("<")[0]
    assert len(name.split()) >= 2
    request = urllib.request.Request(
        f"{verifier.running.http}/v1/registers/{verifier.register}/records", headers={"Authorization": f"Bearer {teacher.token}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert name not in answer.read().decode()
    assert name not in json.dumps(trail(teacher), ensure_ascii=False)

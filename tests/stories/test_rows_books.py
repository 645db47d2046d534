"""The register from the outside: one sequence for every service, the same bytes everywhere, as-of figures, and a rule changed today."""

import asyncio
import copy
import hashlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from shared.eventlog.reading import LogReader
from shared.messaging.by_sequence import fetch_range
from tests.browser_fixture import Looked
from tests.stories.asking import Asker, raw_records, somebody_of
from tests.stories.canonical import canonical, root_of, wrong_with
from tests.stories.test_only_truth import here

pytestmark = pytest.mark.alters_the_sample

EXPECTED = Path(__file__).parents[2] / "deploy" / "samples" / "les-tilleuls" / "expected.json"
AS_OF = json.loads(EXPECTED.read_text("utf-8"))["as_of"]
TODAY = str(datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris")).date())
PAST = (
    "governance/decisions",
    "governance/ballots",
    "governance/proposals",
    "ledger/balances?au=2025-08-31",
    "ledger/anomalies?au=2025-08-31",
    "ledger/memberships?au=2025-08-31",
    "ledger/advances?au=2025-08-31",
    "portal/treasury?au=2025-08-31",
)


def documents(asked: Asker) -> list[dict[str, Any]]:
    return [json.loads(record) for record in raw_records(asked)]


def cents_of(shown: str) -> int:
    """Read an amount as a French page writes it."""
    cents = int(re.sub(r"\D", "", shown))
    return -cents if shown.strip()[0] in "-−" else cents


@pytest.mark.parametrize("row", AS_OF, ids=[row["date"] for row in AS_OF])
def test_each_as_of_row_comes_out_to_the_cent_from_both_sources(verifier: Asker, row: dict[str, Any]) -> None:
    for source in ("ledger", "portal"):
        told = verifier.look(f"{source}/balances?au={row['date']}").body
        held = {one["account"]: one["balance"] for one in told["accounts"]}
        assert {account: held.get(account, 0) for account in ("512", "530", "467")} == {name: row[name] for name in ("512", "530", "467")}
        assert {one["pot"]: one["held"] for one in told["pots"]} == row["pots"]


def test_each_as_of_row_is_on_the_page_to_the_cent(verifier: Asker, looked: Looked) -> None:
    labels = {one["pot"]: one["label"] for one in verifier.look("portal/treasury").body["pots"]}
    looked.page.goto(json.loads(verifier.running.ruche("token", "P01", "--open", "--json"))["link"])
    for row in AS_OF:
        looked.page.goto(f"{verifier.running.http}/c/{verifier.register}?au={row['date']}")
        total = cents_of(looked.page.locator(".figure strong").first.inner_text())
        assert total == row["512"] + row["530"] + row["467"] == sum(row["pots"].values())
        places = sorted(cents_of(one) for one in looked.page.locator(".list li strong").all_inner_texts()[:3] if cents_of(one))
        assert places == sorted(row[name] for name in ("512", "530", "467") if row[name])
        rows = looked.page.locator("#pots-table").locator("xpath=..").locator("tbody tr").all()
        shown = {line.locator("th").inner_text(): cents_of(line.locator("td").last.inner_text()) for line in rows}
        assert shown == {labels[pot]: held for pot, held in row["pots"].items()}


def test_an_expense_its_vote_and_its_project_are_read_in_one_sequence(verifier: Asker) -> None:
    told = documents(verifier)
    decided = {one["data"]["decision"]: one for one in told if one["type"] == "governance.decision-adopted.v1"}
    spent = [one for one in told if one["type"] == "ledger.expense-recorded.v1" and one["data"].get("decision") in decided]
    assert spent
    for expense in spent:
        decision = decided[expense["data"]["decision"]]
        assert int(decision["sequence"]) < int(expense["sequence"])
        assert decision["id"].partition("/")[0] == expense["id"].partition("/")[0] == verifier.register
    assert any(expense["data"].get("project") for expense in spent)


def test_services_that_write_at_once_share_one_sequence_without_a_hole(verifier: Asker) -> None:
    """Money and ideas by three people in eight threads: each answer's place is its own, and the register counts from 1 to n."""
    keeper, pupil, teacher = (somebody_of(verifier.running, code) for code in ("A05", "E030", "A03"))
    first = len(raw_records(verifier))

    def ask(number: int) -> tuple[int, int]:
        if number % 2:
            answer = keeper.ask("ledger/record-receipt", receipt(number))
        else:
            idea = {"body": "CONSEIL-CE1", "word": "propose", "text": f"Une idée de plus, la {number}"}
            answer = (pupil if number % 4 else teacher).ask("governance/submit-idea", idea)
            answer = answer if answer.status == 201 else pupil.ask("governance/submit-idea", idea)
        assert answer.status == 201, answer.body
        return answer.body["first_seq"], answer.body["last_seq"]

    with ThreadPoolExecutor(8) as pool:
        places = sorted(pool.map(ask, range(60)))
    assert [seq for start, end in places for seq in range(start, end + 1)] == list(range(first + 1, places[-1][1] + 1))
    verifier.look(f"portal/balances?seq={places[-1][1]}")
    told = documents(waited(verifier, places[-1][1]))
    assert [int(one["sequence"]) for one in told] == list(range(1, len(told) + 1))
    written = [one["type"].partition(".")[0] for one in told[first:]]
    assert {"governance", "ledger"} == set(written)
    assert sum(a != b for a, b in pairwise(written)) > 5  # truly one among the other


def receipt(number: int) -> dict[str, Any]:
    """Return one receipt of today, in a series of its own."""
    return {
        "on": TODAY,
        "voucher": {"series": "K", "number": number},
        "label": f"Vente {number}",
        "treasury": [{"account": "530", "amount": 100 + number}],
        "allocations": [{"account": "7080", "amount": 100 + number}],
        "pot": "ECOLE",
        "means": "cash",
    }


def waited(asked: Asker, seq: int) -> Asker:
    """Return whoever asks once the portal has a record."""
    while len(raw_records(asked)) < seq:
        pass
    return asked


def test_every_record_is_the_same_bytes_in_the_log_the_stream_the_export_the_tree_and_the_copy(verifier: Asker) -> None:
    exported = raw_records(verifier)
    ours = here(verifier.running)
    reader = LogReader(ours.url("ruche_reader"))
    logged = [one.record for one in reader.by_register(verifier.register)]
    reader.close()
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: this one's loop belongs to the browser of the module
        messages = pool.submit(lambda: asyncio.run(fetch_range(ours.login("portal"), 1, 1, len(logged)))).result()
    streamed = [one.record for one in messages]
    with psycopg.connect(ours.url("ruche_portal"), autocommit=True) as connection:
        connection.execute("set ruche.register = '*'")
        rows = connection.execute("select record from portal.records where register_id = %s order by seq", (verifier.register,))
        copied = [bytes(record) for (record,) in rows]
    assert logged == streamed == exported == copied
    told = json.loads(verifier.running.ruche("replay", verifier.register, "--json"))
    assert told["root"] == root_of(logged).hex()


def test_every_record_is_canonical_and_a_cloudevent_by_another_reading_of_the_standards(verifier: Asker) -> None:
    for record in raw_records(verifier):
        event = json.loads(record)
        assert canonical(event).encode() == record
        assert wrong_with(event) == []
    spoilt = copy.deepcopy(event)
    spoilt["Sequence"] = spoilt.pop("source")
    assert wrong_with(spoilt) == ["no source", "the name Sequence"]
    assert canonical({"b": 1, "a": "\n€"}) == '{"a":"\\n€","b":1}'
    assert root_of([b"a", b"b", b"c"]) != root_of([b"a", b"c", b"b"])


def test_the_page_of_a_fact_shows_the_leaf_that_its_bytes_make(verifier: Asker, looked: Looked) -> None:
    looked.page.goto(json.loads(verifier.running.ruche("token", "P01", "--open", "--json"))["link"])
    looked.page.goto(f"{verifier.running.http}/c/{verifier.register}/verifier/faits/300")
    record = raw_records(verifier)[299]
    assert looked.page.locator("#leaf").inner_text() == hashlib.sha256(b"\0" + record).hexdigest()


def test_a_rule_changed_today_leaves_every_past_decision_and_figure_as_it_was(verifier: Asker) -> None:
    before = {question: verifier.look(question).body for question in PAST}
    counted = [one["ballot"] for one in before["governance/ballots"]["ballots"] if one["result"]]
    recounts = {ballot: verifier.look(f"governance/ballots/{ballot}/recount").body for ballot in counted}
    rules = [one["data"] for one in documents(verifier) if one["type"] == "governance.rules-adopted.v1"][-1]
    stricter = rules["content"] | {"approval_threshold": 1, "advance_cap": 1, "late_entry_days": 0, "membership_fee": 9_99}
    changed = {"rule_set": rules["rule_set"], "version": f"{uuid.uuid4().hex[:8]}", "valid_from": TODAY, "content": stricter}
    answer = somebody_of(verifier.running, "A05").ask("governance/adopt-rules", changed)
    assert answer.status == 201, answer.body
    assert {question: verifier.look(question).body for question in PAST} == before
    assert {ballot: verifier.look(f"governance/ballots/{ballot}/recount").body for ballot in counted} == recounts
    assert json.dumps(verifier.look("governance/cooperative").body).count(changed["version"])  # and it does hold from today on

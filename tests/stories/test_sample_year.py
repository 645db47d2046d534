"""The sample year as its verifier sees it over HTTP: time travel, the stories planted in it, the same bytes everywhere."""

import asyncio
import json
import urllib.request
from typing import Any

import pytest
from jsonschema_rs import validator_for
from rfc8785 import dumps

from deploy.catalogue import CODEC
from deploy.installation import Installation
from deploy.installation import running as running_installation
from services.ledger.projections.balances import BALANCES, balances_shown
from shared.eventlog.reading import LogReader
from shared.messaging.by_sequence import fetch_range
from shared.settings import read_settings
from tests.stories.asking import Asker, raw_records, somebody_of
from tests.stories.crawling import pages_of, raw_codes
from tests.stories.filling import Visitor

pytestmark = pytest.mark.alters_the_sample


def balance(body: dict[str, Any], account: str) -> int:
    """Return the balance of one treasury account."""
    found: int = next(one["balance"] for one in body["accounts"] if one["account"] == account)
    return found


def entries(asked: Asker, cut: str = "") -> list[dict[str, Any]]:
    """Return the journal."""
    found: list[dict[str, Any]] = asked.look(f"ledger/journal?limit=500&{cut}").body["entries"]
    return found


def holder_code(asked: Asker, person: str) -> str:
    """Return the code, in the list of the sample, of a teacher: whoever that pseudonym stands for."""
    codes = [f"A0{number}" for number in range(1, 8)]
    return next(code for code in codes if somebody_of(asked.running, code).actor == person)


def test_as_of_and_as_known_on_tell_a_late_entry_apart(verifier: Asker) -> None:
    today = verifier.look("ledger/balances?au=2025-03-01").body
    that_day = verifier.look("ledger/balances?au=2025-03-01&connu_au=2025-03-01").body
    assert (balance(today, "512"), balance(that_day, "512")) == (482712, 501612)
    for cut in ("au=2025-03-01", "au=2025-03-01&connu_au=2025-03-01", "seq=200", "seq=300&au=2025-02-01"):
        assert verifier.look(f"portal/balances?{cut}").body == verifier.look(f"ledger/balances?{cut}").body


def test_at_every_record_the_pots_are_the_treasury_and_the_lines_sum_to_zero(verifier: Asker) -> None:
    """Folded at every single record; asked over HTTP after each that belongs to the ledger, for the others move nothing."""
    state, of_the_ledger = BALANCES.initial, []
    for line in raw_records(verifier):
        record = CODEC.decode(json.loads(line)["type"], line)
        state = BALANCES.evolve(state, record)
        shown = balances_shown(state)
        assert sum(one["held"] for one in shown["pots"]) == sum(one["balance"] for one in shown["accounts"]) == shown["treasury"]
        of_the_ledger += [record.seq] if record.event.wire.startswith("ledger.") else []
    for seq in of_the_ledger:
        body = verifier.look(f"ledger/balances?seq={seq}").body
        assert sum(one["held"] for one in body["pots"]) == sum(one["balance"] for one in body["accounts"]) == body["treasury"]
        assert verifier.look(f"ledger/trial-balance?seq={seq}").body["sum"] == 0


def test_the_voucher_of_d33_is_missing_until_it_is_brought(verifier: Asker) -> None:
    (missing,) = verifier.look("ledger/vouchers?au=2025-07-31").body["missing"]
    assert (missing["voucher"], missing["age_days"], missing["pots"]) == ("D33", 34, ["CE1"])
    (holder,) = verifier.look("ledger/vouchers?au=2025-07-31").body["by_holder"]
    assert holder["holder"] == missing["holder"] != verifier.actor
    tutor = somebody_of(verifier.running, holder_code(verifier, missing["holder"]))
    assert [one["voucher"] for one in tutor.look("ledger/todo?au=2025-07-31").body["vouchers"]] == ["D33"]
    assert not tutor.look("ledger/todo").body["vouchers"] and not verifier.look("ledger/vouchers").body["missing"]
    assert (
        verifier.look("ledger/vouchers?au=2025-09-09").body["missing"]
        and not verifier.look("ledger/vouchers?au=2025-09-10").body["missing"]
    )
    (document,) = [one["paper"] for one in entries(verifier) if one["voucher"] == "D33" and one["on"] == "2025-06-27"]
    assert document == "attached"


def test_a_split_is_one_entry_with_two_allocations(verifier: Asker) -> None:
    [d01] = [one for one in entries(verifier) if one["voucher"] == "D01" and one["on"] == "2024-09-30"]
    assert sorted((one["account"], one["amount"]) for one in d01["postings"]) == [("512", -40560), ("6168", 3900), ("6281", 36660)]


def test_an_internal_transfer_changes_two_places_and_nothing_else(verifier: Asker) -> None:
    [t01] = [one for one in entries(verifier) if one["voucher"] == "T01"]
    before = verifier.look(f"ledger/balances?seq={t01['seq'] - 1}").body
    after = verifier.look(f"ledger/balances?seq={t01['seq']}").body
    assert (balance(after, "512") - balance(before, "512"), balance(after, "530") - balance(before, "530")) == (20000, -20000)
    assert {name: after[name] for name in ("pots", "years", "projects")} == {name: before[name] for name in ("pots", "years", "projects")}


def test_the_share_follows_its_key_to_the_cent_and_says_so_on_each_transfer(verifier: Asker) -> None:
    shared = [json.loads(line) for line in raw_records(verifier) if b'"purpose":"share"' in line]
    assert [one["data"]["amount"] for one in shared] == [15591, 16268, 16268, 16946, 17624, 18303]
    assert {one["data"]["key"]["rounding"] for one in shared} == {"nearest_then_largest"}
    assert len({one["command"] for one in shared}) == 1


def test_the_class_remainders_are_paid_back_in_one_command(verifier: Asker) -> None:
    paid = [json.loads(line) for line in raw_records(verifier) if b'"purpose":"payback"' in line]
    assert sum(one["data"]["amount"] for one in paid) == 50276
    assert len({one["command"] for one in paid}) == 1


def test_an_error_and_its_repair_are_three_records_and_one_story(verifier: Asker) -> None:
    story = [one for one in entries(verifier) if one["voucher"] == "R09" or one["reverses"]]
    wrong = next(one for one in story if one["reversed_by"])
    undone = next(one for one in story if one["reverses"])
    right = next(one for one in story if one["replaces"])
    assert (undone["reverses"], right["replaces"], wrong["reversed_by"]) == (wrong["entry"], wrong["entry"], undone["entry"])
    assert [posting["account"] for one in (wrong, right) for posting in one["postings"] if posting["account"][0] == "7"] == ["7070", "7080"]


def test_what_must_be_looked_at_is_listed(verifier: Asker) -> None:
    chased = verifier.look("ledger/anomalies?au=2025-08-31").body
    late = [one for one in chased["anomalies"] if one["code"] == "recorded-late"]
    d16 = next(one for one in entries(verifier) if one["voucher"] == "D16" and one["on"] == "2025-02-14")
    assert d16["seq"] in [one["seq"] for one in late]
    gaps = [(one["series"], one["number"], bool(one["reason"])) for one in chased["gaps"] if one["year"] == "2024-25"]
    assert ("T", 8, True) in gaps
    before_explained = verifier.look("ledger/anomalies?connu_au=2025-07-01").body["gaps"]
    assert [(one["series"], one["number"], one.get("reason")) for one in before_explained if one["series"] == "T"] == [("T", 8, None)]


def test_the_next_year_carries_forward_and_has_its_own_numbers(verifier: Asker) -> None:
    body = verifier.look("ledger/balances?au=2025-09-01").body
    assert (balance(body, "512"), balance(body, "530")) == (291256, 10090)


def test_the_trail_says_each_record_in_two_languages_and_names_nobody(verifier: Asker) -> None:
    facts: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = verifier.look(f"portal/trail?limit=500&after={after}").body
        facts, after = [*facts, *page["facts"]], page["next"]
    assert [one["seq"] for one in facts] == list(range(1, len(raw_records(verifier)) + 1))
    assert all(one["fr"] and one["en"] and one["role"] and one["time"] and one["command"] for one in facts)


def test_the_log_the_stream_and_the_portal_hold_the_same_canonical_bytes(verifier: Asker) -> None:
    here = running_installation(read_settings(data=verifier.running.data))
    assert isinstance(here, Installation)
    reader = LogReader(here.url("ruche_reader"))
    logged = [one.record for one in reader.by_register(verifier.register)]
    reader.close()
    streamed = [one.record for one in asyncio.run(fetch_range(here.login("portal"), 1, 1, len(logged)))]
    assert logged == streamed == raw_records(verifier)
    for record in logged:
        document = json.loads(record)
        assert dumps(document) == record
        assert document["specversion"] == "1.0"
        assert document["id"] == f"{verifier.register}/{document['sequence']}"
    assert [int(json.loads(record)["sequence"]) for record in logged] == list(range(1, len(logged) + 1))


def test_whoever_left_their_mandate_is_refused_and_a_pupil_sees_but_does_not_write(verifier: Asker) -> None:
    transfer = {
        "on": "2026-10-01",
        "voucher": {"series": "T", "number": 1},
        "label": "Dépôt",
        "out_of": "530",
        "into": "512",
        "amount": 1000,
    }
    for member, status in (("A04", 403), ("E030", 403), ("P01", 403), ("A05", 201)):
        somebody = somebody_of(verifier.running, member)
        assert somebody.look("ledger/balances").status == 200
        assert somebody.ask("ledger/record-transfer", transfer).status == status


def test_a_lock_refuses_entries_up_to_its_date_and_moves_back_with_a_reason(verifier: Asker) -> None:
    holder = somebody_of(verifier.running, "A03")
    entry = {"on": "2026-09-30", "voucher": {"series": "T", "number": 7}, "label": "Dépôt", "out_of": "530", "into": "512", "amount": 100}
    assert holder.ask("ledger/lock-period", {"through": "2026-09-30", "reason": "Contrôle de septembre"}).status == 201
    refused = holder.ask("ledger/record-transfer", entry)
    assert (refused.status, refused.body["code"], refused.body["details"]["locked_through"]) == (409, "period-is-locked", "2026-09-30")
    assert holder.ask("ledger/unlock-period", {"through": "2026-09-01", "reason": "Dépôt oublié"}).status == 201
    assert holder.ask("ledger/record-transfer", entry).status == 201


def test_every_record_of_the_stream_has_a_published_schema_that_it_satisfies(verifier: Asker) -> None:
    def fetched(page: str) -> Any:
        with urllib.request.urlopen(f"{verifier.running.http}{page}", timeout=60) as answer:
            return json.load(answer)

    published = {one["type"]: validator_for(fetched(one["schema"])) for one in fetched("/schemas")["types"]}
    for record in raw_records(verifier):
        document = json.loads(record)
        published[document["type"]].validate(document)
    document["data"] = {"surprise": 1.5}
    assert not published[document["type"]].is_valid(document)


def test_no_code_of_the_wire_stands_raw_in_a_page_of_the_sample(verifier: Asker) -> None:
    looked = dict(pages_of(Visitor(verifier), ("conseils", "propositions", "scrutins", "decisions", "a-faire"), most=70))
    assert len(looked) == 70
    assert {path: codes for path, page in looked.items() if (codes := raw_codes(page.text))} == {}

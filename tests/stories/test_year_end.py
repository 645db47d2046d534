"""The end of a year from outside: the played sample's papers over HTTP, its closed year, and a small school's guide on its page."""

import urllib.request
from typing import Any

import pytest

from tests.stories.asking import Asker, raw_records, somebody_of
from tests.stories.test_checklist_sample import read

pytestmark = pytest.mark.alters_the_sample

YEAR = "ledger/years/2024-25"


def pdf(asked: Asker, end: str) -> bytes:
    """Return a printed document."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/{end}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        printed: bytes = answer.read()
    return printed


def test_the_sample_year_is_closed_with_its_report_and_its_quitus(verifier: Asker) -> None:
    report = verifier.look(f"{YEAR}/financial-report").body
    shown = report["report"]
    assert (shown["income_total"], shown["expense_total"], shown["result"]) == (1_534_600, 1_524_131, 104_69)
    assert shown["assets_total"] == shown["equity_total"] == 3_013_46
    assert (report["issued"]["reads_the_same"], report["issued"]["digest"]) == (True, report["digest"])
    assert {"7070", "6180", "530"} <= set(shown["unverified"]) and "512" not in shown["unverified"]
    quitus = verifier.look(f"{YEAR}/discharge").body
    assert quitus["in_effect"] is True
    assert sorted(one["capacity"] for one in quitus["verifiers"]) == ["parent", "teacher"]
    assert [one["voucher"] for one in quitus["reservations"]] == ["D33"]
    guide = verifier.look(f"{YEAR}/closing").body
    assert guide["closed"]["result"] == 104_69
    assert sum(one["amount"] for one in guide["closed"]["carried"]) == 3_013_46
    assert [one["step"] for one in guide["steps"] if not one["done"]] == []


def test_the_closed_year_takes_no_entry_and_the_next_one_does(verifier: Asker) -> None:
    keeper = somebody_of(verifier.running, "A03")
    receipt: dict[str, Any] = {
        "on": "2025-08-20",
        "voucher": {"series": "R", "number": 90},
        "label": "Vente oubliée",
        "treasury": [{"account": "530", "amount": 500}],
        "allocations": [{"account": "7070", "amount": 500}],
        "pot": "ECOLE",
        "means": "cash",
    }
    refused = keeper.ask("ledger/record-receipt", receipt)
    assert (refused.status, refused.body["code"]) == (409, "year-is-closed")
    digest = verifier.look(f"{YEAR}/financial-report").body["digest"]
    assert keeper.ask("ledger/record-receipt", receipt | {"on": "2025-09-02"}).status == 201
    assert verifier.look(f"{YEAR}/financial-report").body["digest"] == digest


def test_the_same_fact_prints_the_same_bytes_whatever_follows(verifier: Asker) -> None:
    seq = len(raw_records(verifier)) - 3
    first = pdf(verifier, f"{YEAR}/financial-report.pdf?seq={seq}")
    answer = {"finding": verifier.look("ledger/findings").body["findings"][0]["finding"], "text": "Le ticket est au dossier."}
    assert somebody_of(verifier.running, "A03").ask("ledger/answer-finding", answer).status == 201
    assert pdf(verifier, f"{YEAR}/financial-report.pdf?seq={seq}") == first
    assert first.startswith(b"%PDF") and pdf(verifier, f"{YEAR}/discharge.pdf").startswith(b"%PDF")
    assert verifier.look("ledger/years/2030-31/financial-report").status == 404


def test_anyone_draws_the_sample_again_and_finds_the_same_entries(verifier: Asker) -> None:
    (sample,) = verifier.look("ledger/samples").body["samples"]
    again = verifier.look(f"ledger/samples/{sample['sample']}").body
    assert again["seed_holds"] is True
    assert again["drawn_again"] == {"entries": [one["entry"] for one in sample["entries"]], "same": True}
    assert all(len(one["checks"]) >= 6 for one in sample["entries"])


def test_a_mandate_holder_of_that_year_gives_no_discharge(verifier: Asker) -> None:
    holder = somebody_of(verifier.running, "A03")
    refused = holder.ask("ledger/give-discharge", {"year": "2024-25"})
    assert refused.status == 403  # they are no verifier; were they one, the rule itself refuses (tests/ledger)


def test_each_entry_names_its_mandate_and_the_handover_its_statement(verifier: Asker) -> None:
    entries = [one for one in verifier.look("ledger/journal?limit=500").body["entries"] if one["on"] <= "2025-08-31"]
    assert all(one["mandate"] for one in entries)
    assert {one["outside"] for one in entries} == {False}
    (act,) = {one["after_handover"] for one in entries} - {None}
    statement = verifier.look(f"ledger/handovers/{act}/statement").body
    assert sum(one["balance"] for one in statement["accounts"]) == sum(one["held"] for one in statement["pots"])
    assert statement["through_seq"] < act
    assert verifier.look("ledger/handovers/1/statement").status == 404


def test_the_activity_of_the_year_is_told_in_numbers(verifier: Asker) -> None:
    activity = verifier.look(f"{YEAR}/activity").body
    loto = next(one for one in activity["projects"] if one["project"] == "loto")
    assert loto["margin"] == loto["income"] - loto["expense"] > 0
    assert activity["votes"]["ballots"] >= 12 and activity["votes"]["voters"] <= activity["votes"]["registered"]
    assert all(one["registered"] is None or one["registered"] >= 5 for one in activity["participation"])
    membership = verifier.look(f"{YEAR}/membership").body["membership"]
    assert (membership["members"], membership["fee"], membership["insured"]) == (156, 366_60, 39_00)
    assert pdf(verifier, f"{YEAR}/membership.pdf").startswith(b"%PDF")


def test_the_page_says_what_is_done_and_what_to_print(verifier: Asker) -> None:
    closed = read(verifier, "comptes/fin?annee=2024-25")
    assert "Cet exercice est clos" in closed and "Compte rendu financier" in closed and "D33" in closed
    running = read(verifier, "comptes/fin")
    assert "à faire" in running and "par assez de vérificateurs" in running

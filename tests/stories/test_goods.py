"""The registers beside the journal, asked from outside: inventory, cheques, a deposit up to its bank line, a grant, gifts in kind."""

import urllib.request
from datetime import date
from typing import Any

import pytest

from services.ledger.statements.statement import Statement, StatementLine
from tests.ledger.statements.writing import FORMS
from tests.running import Running
from tests.stories.asking import Answer, Asker, opened, with_a_teacher, with_books
from tests.stories.test_bank import entry, sent

pytestmark = pytest.mark.shares_an_installation

WHY = {"irregular": "Urgent"}
BY_CHEQUE = {"means": "cheque", **WHY}


@pytest.fixture(scope="module")
def teacher(running: Running) -> Asker:
    """A cooperative with 500 euros at the bank and 40 in the box."""
    teacher = with_a_teacher(opened(running))
    with_books(teacher)
    sale = {"treasury": [{"account": "530", "amount": 40_00}], "allocations": [{"account": "7070", "amount": 40_00}]}
    entry(teacher, "record-receipt", 1, "2025-09-03", 40_00, means="cash", label="Vente de gâteaux", **sale)
    return teacher


def done(answer: Answer) -> dict[str, Any]:
    """Return the data of the last record of an accepted command."""
    assert answer.status == 201, answer.body
    data: dict[str, Any] = answer.body["records"][-1]["data"]
    return data


def durable(teacher: Asker, number: int, cents: int) -> Answer:
    """Buy a durable good."""
    body = {
        "on": "2025-09-05", "voucher": {"series": "D", "number": number}, "label": "Appareil photo", "pot": "ECOLE", "means": "card", **WHY,
        "treasury": [{"account": "512", "amount": -cents}], "allocations": [{"account": "6800", "amount": cents}],
    }  # fmt: skip
    return teacher.ask("ledger/record-expense", body)


def test_a_good_is_inventoried_insured_and_taken_off(teacher: Asker) -> None:
    bought = durable(teacher, 1, 189_00)
    assert "asks-for-its-good" in {one["code"] for one in bought.body["warnings"]}
    name = done(bought)["entry"]
    assert [one["left"] for one in teacher.look("ledger/inventory").body["without"]] == [189_00]
    good = {"number": "2025-01", "label": "Appareil photo", "on": "2025-09-06", "value": 189_00, "entry": name}
    too_much = teacher.ask("ledger/inventory-asset", good | {"value": 189_01})
    assert (too_much.status, too_much.body["code"], too_much.body["details"]["left"]) == (409, "worth-more-than-paid", 189_00)
    asset = done(teacher.ask("ledger/inventory-asset", good))["asset"]
    told = teacher.look("ledger/inventory").body
    assert (told["insured"], told["without"], told["years"][0]["equal"], told["years"][0]["account"]) == (189_00, [], True, 189_00)
    missing = teacher.ask("ledger/check-inventory", {"on": "2025-09-10", "present": [], "missing": [asset]})
    assert [one["code"] for one in missing.body["warnings"]] == ["good-missing"]
    stolen = {"asset": asset, "on": "2025-09-12", "how": "stolen", "reason": "Volé pendant la sortie"}
    assert teacher.as_("E01").ask("ledger/dispose-of-asset", stolen).status == 403
    done(teacher.ask("ledger/dispose-of-asset", stolen))
    after = teacher.look("ledger/inventory").body
    assert (after["insured"], after["assets"][0]["gone"]["how"], after["assets"][0]["last_check"]["there"]) == (0, "stolen", False)
    assert teacher.look("ledger/inventory?au=2025-09-11").body["insured"] == 189_00


def test_a_cheque_book_proposes_its_next_number_and_refuses_one_used(teacher: Asker) -> None:
    done(teacher.ask("ledger/receive-cheque-book", {"account": "512", "on": "2025-09-01", "first": 4_520_101, "last": 4_520_125}))
    entry(teacher, "record-expense", 2, "2025-09-05", 45_00, cheque="4520101", **BY_CHEQUE)
    assert teacher.look("ledger/cheques").body["proposed"] == {"512": "4520102"}
    body = {
        "on": "2025-09-08", "voucher": {"series": "D", "number": 3}, "label": "Librairie", "pot": "ECOLE", **BY_CHEQUE,
        "treasury": [{"account": "512", "amount": -5_00}], "allocations": [{"account": "6180", "amount": 5_00}],
    }  # fmt: skip
    twice = teacher.ask("ledger/record-expense", body | {"cheque": "4520101"})
    assert (twice.status, twice.body["code"], twice.body["details"]["next"]) == (409, "cheque-is-used", 4_520_102)
    asked = [one for one in teacher.ask("ledger/record-expense", body).body["warnings"] if one["code"] == "cheque-number-asked"]
    assert [one["details"]["next"] for one in asked] == [4_520_102]
    done(teacher.ask("ledger/void-cheque", {"account": "512", "number": 4_520_103, "on": "2025-09-09", "reason": "Déchiré"}))
    [book] = teacher.look("ledger/cheques").body["books"]
    assert ([one["number"] for one in book["used"]], [one["number"] for one in book["void"]], book["never_seen"]) == (
        ["4520101"],
        ["4520103"],
        ["4520102"],
    )


def test_a_slip_is_printed_and_is_one_line_of_the_statement(teacher: Asker) -> None:
    families = [entry(teacher, "record-receipt", number, "2025-09-11", 15_00, means="cheque", label="Participation") for number in (2, 3)]
    before = cash(teacher)
    put_in = {"out_of": "530", "amount": 30_00, "voucher": {"series": "T", "number": 1}, "label": "Espèces de la vente"}
    body = {"on": "2025-09-12", "account": "512", "entries": families, "cash": put_in}
    slip = done(teacher.ask("ledger/make-deposit-slip", body))
    assert (slip["amount"], before - cash(teacher)) == (60_00, 30_00)
    again = teacher.ask("ledger/make-deposit-slip", body)
    assert (again.status, again.body["code"]) == (409, "already-deposited")
    told = teacher.look(f"ledger/deposits/{slip['slip']}").body
    assert (told["cheques"], told["cash"], told["amount"], len(told["lines"])) == (30_00, 30_00, 60_00, 3)
    assert teacher.look(f"ledger/deposits/{'z' * 26}").status == 404
    pages = [printed(teacher, slip["slip"]) for _ in range(2)]
    assert pages[0].startswith(b"%PDF-") and pages[0] == pages[1]
    line = StatementLine(line=1, on=date(2025, 9, 15), amount=60_00, text="REMISE 00123")
    statement = Statement(
        account="FR7699999000010000000041299", currency="EUR", starts=date(2025, 9, 1), ends=date(2025, 9, 30),
        opening=500_00, closing=560_00, lines=(line,),
    )  # fmt: skip
    name = sent(teacher, FORMS["camt053"](statement)).body["records"][0]["data"]["statement"]
    [best] = [one for one in teacher.look(f"ledger/statements/{name}/proposals").body["proposals"] if one["rank"] == 1]
    assert (best["reason"], sorted(best["entries"])) == ("same-slip", sorted(slip["entries"]))
    done(teacher.ask("ledger/match-lines", {"matches": [{"lines": [{"statement": name, "line": 1}], "entries": best["entries"]}]}))
    counted = teacher.ask("ledger/count-cash", {"account": "530", "on": "2025-09-13", "counted": 9_50})
    assert [(one["code"], one["details"]["difference"]) for one in counted.body["warnings"]] == [("cash-differs", -50)]
    assert [one["difference"] for one in teacher.look("ledger/deposits").body["counts"]] == [-50]


def test_a_grant_is_received_used_and_proved(teacher: Asker) -> None:
    told = {"source": "commune", "amount": 90_00, "purpose": "Projets culturels", "project": "culture"}
    grant = done(teacher.ask("ledger/earmark-grant", told))["grant"]
    entry(teacher, "record-receipt", 4, "2025-09-16", 90_00, means="transfer", project="culture", funding=grant)
    used = entry(teacher, "record-expense", 4, "2025-09-18", 85_00, means="card", project="culture", grant=grant, **WHY)
    [purse] = teacher.look("ledger/grants").body["purses"]
    assert (purse["received"], purse["used"], purse["left"], [one["entry"] for one in purse["expenses"]]) == (90_00, 85_00, 5_00, [used])
    body = {
        "on": "2025-09-19", "voucher": {"series": "D", "number": 5}, "label": "Loto", "pot": "ECOLE", "means": "card",
        "grant": grant, **WHY,
        "treasury": [{"account": "512", "amount": -9_00}], "allocations": [{"account": "6180", "amount": 9_00}],
    }  # fmt: skip
    codes = {one["code"] for one in teacher.ask("ledger/record-expense", body).body["warnings"]}
    assert {"outside-the-project", "grant-overspent"} <= codes
    unknown = teacher.ask("ledger/record-expense", body | {"grant": "z" * 26, "voucher": {"series": "D", "number": 6}})
    assert (unknown.status, unknown.body["code"]) == (409, "no-such-grant")
    [purse] = teacher.look("ledger/grants").body["purses"]
    assert (purse["left"], purse["beyond"], [one["outside"] for one in purse["expenses"]]) == (0, 4_00, [False, True])


def test_hours_given_stand_under_86_and_87_and_move_no_euro(teacher: Asker) -> None:
    before = teacher.look("ledger/balances").body
    given = {"on": "2025-09-20", "nature": "volunteering", "label": "Bénévoles", "amount": 118_80, "minutes": 600}
    done(teacher.ask("ledger/record-in-kind-contribution", given))
    lent = given | {"nature": "goods_lent", "label": "Barnum", "amount": 80_00, "minutes": None}
    done(teacher.ask("ledger/record-in-kind-contribution", lent))
    [year] = teacher.look("ledger/in-kind").body["years"]
    assert (year["totals"], year["minutes"]) == ({"86": 198_80, "87": 198_80}, 600)
    assert teacher.look("ledger/balances").body == before


def cash(teacher: Asker) -> int:
    accounts = teacher.look("ledger/balances").body["accounts"]
    return next(int(one["balance"]) for one in accounts if one["account"] == "530")


def printed(teacher: Asker, slip: str) -> bytes:
    url = f"{teacher.running.http}/v1/registers/{teacher.register}/ledger/deposits/{slip}/slip.pdf"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {teacher.token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
    return content

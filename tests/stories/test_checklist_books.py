"""What the checklist asks of the books, over HTTP: exact sums, places of money, sharing keys, two payments at once."""

import json
import random
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.running import Running
from tests.stories.asking import Answer, Asker, opened, with_a_teacher, with_books

pytestmark = pytest.mark.shares_an_installation

FIRST = date(2025, 9, 1)
CLASSES = ("BCD", "JARDIN", "THEATRE")


@pytest.fixture(scope="module")
def keeper(running: Running) -> Asker:
    """A teacher with books and three pots beside the school's."""
    holder = with_a_teacher(opened(running))
    with_books(holder)
    for pot in CLASSES:
        done(holder.ask("ledger/open-pot", {"pot": pot, "label": pot.capitalize(), "kind": "school", "on": "2025-09-01"}))
    return holder


def done(answer: Answer) -> Answer:
    assert answer.status in {200, 201}, answer.body
    return answer


def held(keeper: Asker, cut: str = "") -> dict[str, int]:
    return {one["pot"]: one["held"] for one in keeper.look(f"ledger/balances{cut}").body["pots"]}


def places(keeper: Asker, cut: str = "") -> dict[str, int]:
    return {one["account"]: one["balance"] for one in keeper.look(f"ledger/balances{cut}").body["accounts"]}


def entry(kind: str, number: int, on: date, amount: int, account: str, place: str, **more: Any) -> dict[str, Any]:
    """Return a receipt (R) or an expense (D)."""
    sign = 1 if kind == "R" else -1
    return {
        "on": on.isoformat(), "voucher": {"series": kind, "number": number}, "label": f"Écriture {number}", "pot": "ECOLE", "means": "card",
        "treasury": [{"account": place, "amount": sign * amount}], "allocations": [{"account": account, "amount": amount}],
    } | ({"irregular": "Urgent"} if kind == "D" else {}) | more  # fmt: skip


def test_a_year_of_random_entries_sums_exactly(keeper: Asker) -> None:
    drawn, sums = random.Random(4), Counter[str]()
    places_before = places(keeper)
    for number in range(1, 61):
        kind, place = drawn.choice("RRD"), drawn.choice(("512", "530"))
        account = {"R": drawn.choice(("7080", "7070")), "D": "6180"}[kind]
        amount = drawn.choice((1, 3, 7, 10, 33, drawn.randrange(1, 10_000_000)))
        body = entry(kind, number, FIRST + timedelta(days=drawn.randrange(120)), amount, account, place)
        done(keeper.ask(f"ledger/record-{'receipt' if kind == 'R' else 'expense'}", body))
        sums[account] += amount
        sums[place] += amount if kind == "R" else -amount
    [year] = [one for one in keeper.look("ledger/balances").body["years"] if one["year"] == "2025-26"]
    assert {one["account"]: one["amount"] for one in year["by_account"]} == {one: sums[one] for one in ("7080", "7070", "6180")}
    assert (year["income"], year["expense"]) == (sums["7080"] + sums["7070"], sums["6180"])
    assert {one: places(keeper)[one] - places_before[one] for one in ("512", "530")} == {one: sums[one] for one in ("512", "530")}


def numbers_in(schema: Any) -> Iterator[Any]:
    """Yield every type that a schema says, however deep."""
    if isinstance(schema, dict):
        said = schema.get("type")
        yield from [said] if isinstance(said, str) else said or ()
        for one in schema.values():
            yield from numbers_in(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from numbers_in(one)


def test_no_record_of_any_type_can_carry_a_number_that_is_not_whole(keeper: Asker) -> None:
    def fetched(page: str) -> Any:
        with urllib.request.urlopen(f"{keeper.running.http}{page}", timeout=60) as answer:
            return json.load(answer)

    types = fetched("/schemas")["types"]
    assert len(types) > 80
    for one in types:
        assert "number" not in set(numbers_in(fetched(one["schema"]))), one["type"]
    assert "number" in set(numbers_in({"properties": {"amount": {"anyOf": [{"type": "number"}]}}}))  # the control
    refused = keeper.ask("ledger/record-receipt", entry("R", 900, FIRST, 100, "7080", "530") | {"families": 1.5})
    assert (refused.status, refused.body["code"]) == (422, "malformed")


def test_bank_post_cash_and_a_second_bank_have_balances_at_any_date_and_make_the_treasury(keeper: Asker) -> None:
    for account, kind in (("514", "postal"), ("5121", "bank")):
        opened_ = keeper.ask(
            "ledger/open-treasury-account", {"account": account, "kind": kind, "label": f"Compte {account}", "on": "2025-09-01"}
        )
        done(opened_)
    done(keeper.ask("ledger/record-receipt", entry("R", 901, date(2025, 10, 1), 7_00, "7080", "514")))
    done(keeper.ask("ledger/record-receipt", entry("R", 902, date(2025, 11, 1), 11_00, "7080", "5121")))
    advance = {
        "on": "2025-12-01",
        "voucher": {"series": "D", "number": 903},
        "pot": "ECOLE",
        "holder": keeper.actor,
        "out_of": "512",
        "amount": 50_00,
    }
    done(keeper.ask("ledger/grant-advance", advance | {"irregular": "Urgent"}))
    expected = {"2025-09-30": (0, 0, 0), "2025-10-31": (7_00, 0, 0), "2025-11-30": (7_00, 11_00, 0), "2025-12-31": (7_00, 11_00, 50_00)}
    for day, balances in expected.items():
        body = keeper.look(f"ledger/balances?au={day}").body
        there = {one["account"]: one["balance"] for one in body["accounts"]}
        assert tuple(there.get(account, 0) for account in ("514", "5121", "467")) == balances
        assert {"512", "530", "514", "5121"} <= set(there)
        assert sum(there.values()) == body["treasury"]


@pytest.mark.parametrize("kind", ["equal", "pro_rata", "custom"])
def test_any_key_shares_to_the_cent_and_says_its_rounding(keeper: Asker, kind: str) -> None:
    drawn = random.Random(kind)
    done(
        keeper.ask(
            "ledger/record-receipt", entry("R", {"equal": 910, "pro_rata": 911, "custom": 912}[kind], FIRST, 5_000_00, "7080", "512")
        )
    )
    for rounding in ("nearest_then_largest", "largest_remainder"):
        for _ in range(4):
            before, amount = held(keeper), drawn.randrange(3, 300_00)
            weights = {pot: 1 if kind == "equal" else drawn.randrange(1, 200) for pot in CLASSES}
            key = {"kind": kind, "weights": [{"pot": pot, "weight": one} for pot, one in weights.items()], "rounding": rounding}
            asked = keeper.ask("ledger/share-pot", {"on": "2025-12-31", "label": "Partage", "out_of": "ECOLE", "amount": amount} | key)
            records = [one["data"] for one in done(asked).body["records"]]
            assert sum(one["amount"] for one in records) == amount
            assert {(one["key"]["kind"], one["key"]["rounding"]) for one in records} == {(kind, rounding)}
            moved = {pot: cents - before[pot] for pot, cents in held(keeper).items()}
            assert moved == {"ECOLE": -amount} | {pot: sum(one["amount"] for one in records if one["into"] == pot) for pot in CLASSES}
            total = sum(weights.values())
            for pot, weight in weights.items():  # a cent or two from the exact share, never more
                assert abs(moved[pot] * total - amount * weight) <= 2 * total


def open_years_through_today(keeper: Asker) -> date:
    """Open the years after 2025-26 as far as today's, in which a decision of today can be paid; return today."""
    today = datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris")).date()
    for first in range(2026, today.year + (today.month >= 9)):
        year = {"year": f"{first}-{(first + 1) % 100:02}", "starts": f"{first}-09-01", "ends": f"{first + 1}-08-31", "chart": "occe"}
        done(keeper.ask("ledger/open-year", year | {"opening": []}))
    return today


def decided(keeper: Asker, cost: int) -> str:
    """Adopt an envelope by consent in the class's council; return the decision."""
    colleges = [{"college": "eleves", "of": "pupils"}, {"college": "equipe", "of": "staff"}]
    body = {"body": "conseil-CM1", "kind": "class-council", "label": "Conseil", "composition": colleges, "class_code": "CM1"}
    done(keeper.ask("governance/form-body", body))
    proposal = {"body": "conseil-CM1", "title": "Des jeux", "text": "Des jeux de cour", "cost": cost, "pot": "ECOLE"}
    made = done(keeper.ask("governance/make-proposal", proposal)).body["records"][0]["data"]["proposal"]
    done(keeper.ask("governance/open-round", {"proposal": made}))
    declared = done(keeper.ask("governance/declare-consent", {"proposal": made})).body["records"]
    decision: str = next(one["data"]["decision"] for one in declared if one["type"] == "governance.decision-adopted.v1")
    return decision


def test_of_two_payments_at_once_that_do_not_fit_together_exactly_one_is_accepted(keeper: Asker) -> None:
    today = open_years_through_today(keeper)
    for race in range(6):
        decision, start = decided(keeper, 10_00), threading.Barrier(2)

        def pay(number: int, decision: str = decision, start: threading.Barrier = start) -> Answer:
            payment = entry("D", number, today, 6_00, "6180", "512", decision=decision)
            del payment["irregular"]
            start.wait()
            return keeper.ask("ledger/record-expense", payment)

        with ThreadPoolExecutor(2) as pool:
            came = list(pool.map(pay, (1000 + 2 * race, 1001 + 2 * race)))
        assert sorted(one.status for one in came) == [201, 409]
        [refused] = [one.body for one in came if one.status == 409]
        assert refused["code"] == "beyond-envelope"
        assert refused["fr"].startswith("C'est plus que ce qui reste de l'enveloppe décidée")
        [envelope] = [one for one in keeper.look("ledger/commitments").body["commitments"] if one["decision"] == decision]
        assert (envelope["used"], envelope["left"], len(envelope["entries"])) == (6_00, 4_00, 1)

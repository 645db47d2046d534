"""The mistakes of a first hour: each gets a sentence that says what is in the way, in two languages, and records nothing."""

from typing import Any

import pytest

from tests.stories.asking import Asker

pytestmark = pytest.mark.shares_an_installation

RECEIPT: dict[str, Any] = {
    "on": "2025-10-03",
    "voucher": {"series": "R", "number": 1},
    "label": "Vente de gâteaux",
    "treasury": [{"account": "530", "amount": 8450}],
    "allocations": [{"account": "7080", "amount": 8450}],
    "pot": "ECOLE",
    "means": "cash",
}
EXPENSE: dict[str, Any] = {
    "on": "2025-10-10",
    "voucher": {"series": "D", "number": 1},
    "label": "Livres de la BCD",
    "treasury": [{"account": "512", "amount": -12300}],
    "allocations": [{"account": "6180", "amount": 12300}],
    "pot": "ECOLE",
    "means": "cheque",
}
NEXT = {"voucher": {"series": "R", "number": 2}}


def receipt(**changes: Any) -> dict[str, Any]:
    """Return the next receipt, changed."""
    return RECEIPT | NEXT | changes


TRANSFER = {"on": "2025-10-10", "voucher": {"series": "T", "number": 1}, "label": "Dépôt", "out_of": "512", "into": "512", "amount": 100}

POT = {"pot": "BCD", "label": "Bibliothèque", "kind": "class", "on": "2025-10-03"}

MISTAKES: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("one cent short", "record-receipt", receipt(allocations=[{"account": "7080", "amount": 8449}]), 409, "not-balanced"),
    ("a voucher number used", "record-receipt", RECEIPT, 409, "voucher-taken"),
    ("a date in the future", "record-receipt", receipt(on="2199-10-03"), 409, "in-the-future"),
    ("a date before the first year", "record-receipt", receipt(on="2025-08-31"), 409, "outside-the-year"),
    ("expense account as treasury", "record-receipt", receipt(treasury=[{"account": "6180", "amount": 8450}]), 409, "wrong-side-of-chart"),
    ("treasury as a split", "record-receipt", receipt(allocations=[{"account": "512", "amount": 8450}]), 409, "wrong-side-of-chart"),
    ("an unknown account", "record-receipt", receipt(allocations=[{"account": "7999", "amount": 8450}]), 409, "no-such-account"),
    ("an unknown pot", "record-receipt", receipt(pot="LUNE"), 409, "no-such-pot"),
    ("an expense without a reason", "record-expense", EXPENSE, 409, "no-decision-no-reason"),
    ("a float", "record-receipt", receipt(treasury=[{"account": "530", "amount": 84.5}]), 422, "malformed"),
    ("an unknown field", "record-receipt", receipt(remark="for later"), 422, "malformed"),
    ("a label that is no NFC text", "record-receipt", receipt(label="Ga\u0302teaux"), 422, "malformed"),
    ("a member's name in a label", "record-receipt", receipt(label="Vente de tartes de Sacha Lune"), 409, "names-somebody"),
    ("a pot in the future", "open-pot", POT | {"on": "2199-10-03"}, 409, "in-the-future"),
    ("a pot of no class", "open-pot", POT | {"class_code": "GS"}, 409, "class-not-open"),
    ("a transfer to the same place", "record-transfer", TRANSFER, 409, "same-place"),
]  # fmt: skip


@pytest.fixture(scope="module")
def bookkeeper(teacher: Asker) -> Asker:
    """The teacher, after a first receipt."""
    assert teacher.ask("ledger/record-receipt", RECEIPT).status == 201
    return teacher


def head(asker: Asker) -> int:
    """Return how many facts the register has, as its trail says."""
    return len(asker.look("ledger/journal").body["entries"])


@pytest.mark.parametrize(
    ("command", "body", "status", "code"), [mistake[1:] for mistake in MISTAKES], ids=[mistake[0] for mistake in MISTAKES]
)
def test_a_mistake_gets_its_sentence_and_records_nothing(
    bookkeeper: Asker, command: str, body: dict[str, Any], status: int, code: str
) -> None:
    before = head(bookkeeper)
    answer = bookkeeper.ask(f"ledger/{command}", body)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.body["fr"] != answer.body["en"]
    assert answer.body["fr"].endswith(".") and answer.body["en"].endswith(".")
    assert head(bookkeeper) == before


def test_the_refusal_of_an_unbalanced_split_names_the_cent(bookkeeper: Asker) -> None:
    answer = bookkeeper.ask("ledger/record-receipt", receipt(allocations=[{"account": "7080", "amount": 8449}]))
    assert answer.body["details"] == {"paid": 8450, "split": 8449, "missing": 1}


def test_a_label_is_refused_by_its_place_and_the_name_is_not_repeated(bookkeeper: Asker) -> None:
    answer = bookkeeper.ask("ledger/record-receipt", receipt(label="Vente de tartes de Sacha Lune"))
    assert [place["field"] for place in answer.body["details"]["places"]] == ["/label", "/label"]
    assert "Sacha" not in str(answer.body) and "Lune" not in str(answer.body)
    assert bookkeeper.ask("ledger/open-pot", POT | {"pot": "TARTES", "label": "Vente de tartes"}).status == 201  # the control


@pytest.mark.parametrize("question", ["ledger/balances?anne=2025-26", "governance/members?au=2025-10-05&limite=3", "portal/trail?apres=4"])
def test_a_parameter_that_is_not_known_is_named_and_not_ignored(bookkeeper: Asker, question: str) -> None:
    answer = bookkeeper.look(question)
    (unknown,) = answer.body["details"]["unknown"]
    assert (answer.status, answer.body["code"]) == (422, "unknown-parameter")
    assert f"({unknown})" in answer.body["fr"] and f"({unknown})" in answer.body["en"]
    assert "au" in answer.body["details"]["known"]
    assert bookkeeper.look(question.partition("?")[0] + "?au=2025-10-05&lang=en").status == 200


@pytest.mark.parametrize("question", ["ledger/trial-balance", "ledger/accounts/530/entries"])
def test_a_year_that_is_not_open_is_not_there(bookkeeper: Asker, question: str) -> None:
    answer = bookkeeper.look(f"{question}?year=2031-32")
    assert (answer.status, answer.body["code"], answer.body["details"]) == (404, "no-such-year", {"year": "2031-32"})
    assert bookkeeper.look(f"{question}?year=2025-26").status == 200


def test_what_says_nothing_is_null_in_every_answer(bookkeeper: Asker) -> None:
    people = bookkeeper.look("governance/members").body["people"]
    line = bookkeeper.look("ledger/journal").body["entries"][0]
    assert {"class_code", "left"} <= set(people[bookkeeper.actor]) and people[bookkeeper.actor]["left"] is None
    assert line["reversed_by"] is None and line["postings"][0]["project"] is None


def test_the_cooperative_is_shown_with_its_headcount_and_without_its_people(bookkeeper: Asker) -> None:
    told = bookkeeper.look("governance/cooperative").body
    assert told["headcount"] == {"pupils": 1, "staff": 1, "all": 2}
    assert told["classes"]["2025-26"]["CM1"]["pupils"] == 1
    assert "p_" not in str(told)


def test_malformed_input_is_named_by_a_pointer_and_not_repeated(bookkeeper: Asker) -> None:
    answer = bookkeeper.ask("ledger/record-receipt", receipt(treasury=[{"account": "530", "amount": 84.5}]))
    assert [error["pointer"] for error in answer.body["errors"]] == ["/treasury/0/amount"]
    assert "84.5" not in str(answer.body)


def test_bytes_that_are_no_json_are_malformed(bookkeeper: Asker) -> None:
    assert bookkeeper.ask("ledger/record-receipt", b"\xff{").status == 422


def test_a_pupil_may_not_record_money(bookkeeper: Asker) -> None:
    answer = bookkeeper.as_("E01").ask("ledger/record-receipt", RECEIPT | NEXT)
    assert (answer.status, answer.body["code"]) == (403, "forbidden")


def test_nobody_asks_without_a_token(bookkeeper: Asker) -> None:
    assert bookkeeper.ask("ledger/record-receipt", RECEIPT | NEXT, token=None).status == 401
    assert bookkeeper.look("ledger/balances", token=None).status == 401


def test_a_token_of_another_register_finds_nothing_here(bookkeeper: Asker) -> None:
    other = Asker(bookkeeper.running, bookkeeper.token, "a" * 26, bookkeeper.actor)
    assert other.look("ledger/balances").status == 404
    assert other.ask("ledger/record-receipt", RECEIPT).status == 404


def test_a_key_used_for_another_body_is_refused_and_the_same_body_gets_the_first_answer(bookkeeper: Asker) -> None:
    key = "a" * 25 + "2"
    first = bookkeeper.ask("ledger/record-receipt", RECEIPT | NEXT, key=key)
    again = bookkeeper.ask("ledger/record-receipt", RECEIPT | NEXT, key=key)
    other = bookkeeper.ask("ledger/record-receipt", receipt(label="Vente de tartes"), key=key)
    assert first.status == 201 and first == again
    assert (other.status, other.body["code"]) == (409, "key-reused")


def test_an_expense_with_its_reason_is_recorded_with_a_warning_and_listed(bookkeeper: Asker) -> None:
    answer = bookkeeper.ask("ledger/record-expense", EXPENSE | {"irregular": "Payée avant le conseil"})
    assert answer.status == 201
    assert [warning["code"] for warning in answer.body["warnings"]] == ["without-decision"]
    listed = bookkeeper.look("ledger/anomalies").body["anomalies"]
    assert [anomaly["seq"] for anomaly in listed] == [answer.body["last_seq"]]


def test_cash_below_zero_is_recorded_with_a_warning_and_listed(bookkeeper: Asker) -> None:
    much = {
        "on": "2025-10-11",
        "voucher": {"series": "T", "number": 9},
        "label": "Dépôt",
        "out_of": "530",
        "into": "512",
        "amount": 10_000_000,
    }
    answer = bookkeeper.ask("ledger/record-transfer", much)
    assert answer.status == 201
    assert "cash-below-zero" in [warning["code"] for warning in answer.body["warnings"]]
    assert answer.body["last_seq"] in [
        one["seq"] for one in bookkeeper.look("ledger/anomalies").body["anomalies"] if one["code"] == "cash-below-zero"
    ]

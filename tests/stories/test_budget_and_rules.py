"""The budget that a council adopted, and the association's list of what asks for a reason, tried over HTTP."""

from typing import Any

import pytest

from tests.running import Running
from tests.stories.asking import Asker
from tests.stories.spending import RULES, School, payment, school, school_year, told

pytestmark = pytest.mark.shares_an_installation

COPIER = {
    "id": "photocopieur", "fr": "Le photocopieur revient à la commune", "en": "The photocopier is for the town to pay",
    "use": "forbidden", "verified": False, "words": ["photocopieur"], "source": "OCCE 51",
}  # fmt: skip


@pytest.fixture(scope="module")
def one(running: Running) -> School:
    """A school whose council has voted 400 euros."""
    return school(running)


def year() -> str:
    return f"{school_year()}-{(school_year() + 1) % 100:02d}"


def line_of(asked: Asker, account: str, cut: str = "") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in asked.look(f"ledger/budget{cut}").body["lines"] if one["account"] == account)
    return found


def test_each_line_shows_planned_committed_spent_and_left_and_what_is_overspent(one: School) -> None:
    lines = [{"pot": "ECOLE", "account": "6180", "amount": 100_00}, {"pot": "ECOLE", "project": "spectacle", "amount": 400_00}]
    budget = {"year": year(), "decision": one.decision, "lines": lines}
    refused = one.teacher.ask("ledger/adopt-budget", budget | {"decision": "z" * 26})
    assert (refused.status, refused.body["code"]) == (409, "decision-does-not-stand")
    seq = one.teacher.ask("ledger/adopt-budget", budget).body["last_seq"]
    assert (line_of(one.teacher, "6180")["planned"], line_of(one.teacher, "6180")["left"]) == (100_00, 100_00)
    assert one.teacher.look("ledger/budget").body["committed_by_pot"] == [{"pot": "ECOLE", "committed": 400_00}]
    told(one.teacher, "ledger/record-expense", payment(120_00, 31, irregular="Payé avant le conseil"))
    spent = line_of(one.teacher, "6180")
    assert (spent["done"], spent["left"], spent["overspent"]) == (120_00, -20_00, True)
    assert line_of(one.teacher, "6180", f"?seq={seq}")["done"] == 0


def test_a_forbidden_rule_is_shown_with_its_source_and_the_entry_goes_through_with_a_reason(one: School) -> None:
    content = RULES | {"spending": [COPIER]}
    told(
        one.officer,
        "governance/adopt-rules",
        {"rule_set": "AD99", "version": "liste-1", "valid_from": f"{school_year()}-09-01", "content": content},
    )
    copies = payment(45_00, 32, label="Papier du photocopieur", irregular="Livré hier")
    before = one.teacher.look("ledger/checks").body["found"]
    no = one.teacher.ask("ledger/record-expense", copies)
    assert (no.status, no.body["code"]) == (409, "rule-asks-why")
    (rule,) = no.body["details"]["rules"]
    assert (rule["id"], rule["source"], no.body["details"]["version"]) == ("photocopieur", "OCCE 51", "liste-1")
    assert one.teacher.look("ledger/checks").body["found"] == before
    why = {"rule": "photocopieur", "version": "liste-1", "reason": "La commune rembourse en janvier"}
    seq = one.teacher.ask("ledger/record-expense", copies | {"accepted": [why]}).body["last_seq"]
    met = [found for found in one.teacher.look("ledger/checks").body["found"] if found["check"] == "rule-met"]
    assert [(found["seq"], found["explained"], found["details"]["says_fr"]) for found in met] == [(seq, why["reason"], COPIER["fr"])]

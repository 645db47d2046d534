"""The bank from the file to the signature: one statement in four forms, imported twice, matched, a cent that nothing explains."""

import json
import subprocess
import urllib.parse
import urllib.request
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.ledger.statements.statement import Statement, StatementLine
from tests.ledger.statements.writing import FORMS
from tests.running import RUCHE, Running
from tests.stories.asking import Answer, Asker, opened, raw_records, somebody_of, with_a_teacher, with_books

pytestmark = pytest.mark.alters_the_sample

FAMILY = "VIR SEPA FAMILLE VASSEUR"
SEPTEMBER = Statement(
    account="FR7699999000010000000041299",
    currency="EUR",
    starts=date(2025, 9, 1),
    ends=date(2025, 9, 30),
    opening=500_00,
    closing=457_50,
    lines=(
        StatementLine(line=1, on=date(2025, 9, 8), amount=-45_00, text="CHEQUE 4520101", reference="4520101"),
        StatementLine(line=2, on=date(2025, 9, 9), amount=-12_50, text="CARTE LIBRAIRIE DU PARC"),
        StatementLine(line=3, on=date(2025, 9, 12), amount=15_00, text=FAMILY),
    ),
)
SHOWN = ("ofx1", "caisse_epargne_before", "camt053", "mt940")
LAST_DAY = "2025-09-30"


def sent(asked: Asker, content: bytes, *, key: str | None = None, account: str = "512", **more: Any) -> Answer:
    """Send a statement as the body of the request."""
    query = urllib.parse.urlencode({"account": account, "file": "releve.ofx", **more})
    url = f"{asked.running.http}/v1/registers/{asked.register}/ledger/import-statement?{query}"
    headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": "application/octet-stream"}
    return asked._sent(urllib.request.Request(url, content, headers), "")


def entry(teacher: Asker, command: str, number: int, on: str, cents: int, **more: Any) -> str:
    """Record one entry of the bank account; return its name."""
    sign, account = (-1, "6180") if command == "record-expense" else (1, "7562")
    body = {
        "on": on, "label": "Librairie du parc", "pot": "ECOLE", "treasury": [{"account": "512", "amount": sign * cents}],
        "allocations": [{"account": account, "amount": cents}], **more,
        "voucher": {"series": "D" if sign < 0 else "R", "number": number},
    }  # fmt: skip
    answer = teacher.ask(f"ledger/{command}", body)
    assert answer.status == 201, answer.body
    return str(answer.body["records"][0]["data"]["entry"])


def school(running: Running) -> tuple[Asker, list[str]]:
    """A cooperative with two expenses and one receipt at the bank; the teacher and the entries."""
    teacher = with_a_teacher(opened(running))
    with_books(teacher)
    why = {"irregular": "Urgent"}
    cheque = entry(teacher, "record-expense", 1, "2025-09-05", 45_00, means="cheque", cheque="4520101", **why)
    card = entry(teacher, "record-expense", 2, "2025-09-08", 12_50, means="card", **why)
    family = entry(teacher, "record-receipt", 1, "2025-09-11", 15_00, means="transfer", label="Participation des familles")
    return teacher, [cheque, card, family]


def reconciliation(asked: Asker, on: str = LAST_DAY) -> dict[str, Any]:
    return asked.look(f"ledger/reconciliation?account=512&on={on}").body


def lines_of(answer: Answer) -> list[tuple[int, str, int]]:
    return [(one["line"], one["on"], one["amount"]) for one in answer.body["records"][0]["data"]["lines"]]


def proposed(asked: Asker, answer: Answer, entries: list[str]) -> list[tuple[Any, ...]]:
    """Return what is proposed for the lines of a statement, entries by their place."""
    told = asked.look(f"ledger/statements/{answer.body['records'][0]['data']['statement']}/proposals").body
    return [(one["lines"], [entries.index(name) for name in one["entries"]], one["reason"], one["ambiguous"]) for one in told["proposals"]]


@pytest.fixture(scope="module")
def imported(running: Running) -> dict[str, tuple[Asker, list[str], Answer]]:
    """One cooperative a form, into which the same statement was imported."""
    found = {}
    for form in SHOWN:
        teacher, entries = school(running)
        found[form] = (teacher, entries, sent(teacher, FORMS[form](SEPTEMBER), closing=SEPTEMBER.closing))
    return found


def test_one_statement_in_four_forms_makes_the_same_lines_and_the_same_proposals(imported: dict[str, Any]) -> None:
    assert {form: answer.status for form, (_, _, answer) in imported.items()} == dict.fromkeys(SHOWN, 201)
    lines = [(one.line, one.on.isoformat(), one.amount) for one in SEPTEMBER.lines]
    assert all(lines_of(answer) == lines for _, _, answer in imported.values())
    found = {form: proposed(teacher, answer, entries) for form, (teacher, entries, answer) in imported.items()}
    words = "same-words-and-days"
    assert found["ofx1"] == [([1], [0], "same-cheque", False), ([2], [1], words, False), ([3], [2], words, False)]
    assert all(found[form] == found["ofx1"] for form in SHOWN)


def test_imported_twice_in_any_form_it_adds_nothing(imported: dict[str, Any]) -> None:
    for form, (teacher, _, _) in imported.items():
        before = len(raw_records(teacher))
        again = [sent(teacher, FORMS[other](SEPTEMBER), closing=SEPTEMBER.closing) for other in (form, "camt053", "mt940", "ofx2")]
        assert [answer.status for answer in again] == [200] * 4, again
        assert len(reconciliation(teacher)["unexplained"]) == len(SEPTEMBER.lines)
        assert len(raw_records(teacher)) == before, form


def test_no_record_and_no_stream_holds_what_the_bank_says(imported: dict[str, Any]) -> None:
    teacher, _, answer = imported["mt940"]
    stored = b"\n".join(raw_records(teacher))
    assert b"statement-imported" in stored and b"VASSEUR" not in stored and b"LIBRAIRIE DU PARC" not in stored
    statement = answer.body["records"][0]["data"]["statement"]
    shown = teacher.look(f"ledger/statements/{statement}/proposals").body["lines"]
    assert [one["text"] for one in shown] == [one.text for one in SEPTEMBER.lines]
    refused = teacher.as_("E01").look(f"ledger/statements/{statement}/proposals")
    assert (refused.status, refused.body["code"]) == (403, "not-yours-to-read")
    assert teacher.look(f"ledger/statements/{'z' * 26}/proposals").status == 404


def test_matched_to_the_cent_and_signed_and_as_of_another_day(imported: dict[str, Any]) -> None:
    teacher, entries, answer = imported["camt053"]
    statement = answer.body["records"][0]["data"]["statement"]
    matches = [{"lines": [{"statement": statement, "line": number}], "entries": [name]} for number, name in enumerate(entries, 1)]
    early = teacher.ask("ledger/sign-reconciliation", {"account": "512", "on": LAST_DAY})
    assert (early.status, early.body["code"], len(early.body["details"]["lines"])) == (409, "cents-unexplained", 3)
    swapped = [matches[0] | {"entries": [entries[1]]}]
    refused = teacher.ask("ledger/match-lines", {"matches": swapped})
    assert (refused.status, refused.body["code"], refused.body["details"]["missing"]) == (409, "sums-differ", -32_50)
    assert teacher.ask("ledger/match-lines", {"matches": matches}).status == 201
    uncleared = entry(teacher, "record-expense", 3, "2025-09-29", 7_46, means="cheque", cheque="4520102", irregular="Urgent")
    told = reconciliation(teacher)
    assert (told["statement"], told["book"], told["difference"], told["unexplained"]) == (457_50, 450_04, 0, [])
    assert [(one["entry"], one["amount"], one["cheque"]) for one in told["outstanding"]] == [(uncleared, -7_46, "4520102")]
    on_the_7th = reconciliation(teacher, "2025-09-07")  # the cheque is written, the bank does not have it
    assert (on_the_7th["statement"], on_the_7th["book"], [one["amount"] for one in on_the_7th["outstanding"]]) == (500_00, 455_00, [-45_00])
    assert teacher.ask("ledger/sign-reconciliation", {"account": "512", "on": LAST_DAY}).status == 201
    assert reconciliation(teacher)["signed"] == [{"on": LAST_DAY, "statement": 457_50, "book": 450_04, "holds": True}]
    undone = teacher.ask("ledger/unmatch-line", {"statement": statement, "line": 2, "reason": "Autre achat"})
    assert undone.status == 201 and not reconciliation(teacher)["signed"][0]["holds"]


def test_a_bad_file_is_refused_with_its_line_and_its_sentence(imported: dict[str, Any]) -> None:
    teacher, _, _ = imported["ofx1"]
    whole = FORMS["caisse_epargne_before"](SEPTEMBER)
    bad = sent(teacher, whole.replace(b"09/09/2025", b"39/09/2025").replace(b"09/09/25", b"39/09/25"), file="septembre.csv")
    assert (bad.status, bad.body["code"], bad.body["details"]["file"]) == (409, "unreadable-day", "septembre.csv")
    assert bad.body["details"]["line"] > 1 and bad.body["fr"] and bad.body["en"]
    assert sent(teacher, b"%PDF-1.7").body["code"] == "unknown-form"
    url = f"{teacher.running.http}/v1/registers/{teacher.register}/ledger/import-statement?account=512"
    headers = {"Authorization": f"Bearer {teacher.token}", "Idempotency-Key": str(uuid.uuid4())}
    large = httpx.post(url, content=b"x" * 5_000_001, headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "statement-too-large")
    short = sent(teacher, FORMS["camt053"](SEPTEMBER).replace(b"457.50", b"457.51"))
    assert (short.status, short.body["code"], short.body["details"]["missing"]) == (409, "balances-do-not-add-up", 1)
    assert sent(teacher, whole, account="530").body["code"] == "not-at-the-bank"
    refused = sent(teacher.as_("E01"), whole)
    assert (refused.status, refused.body["code"]) == (403, "forbidden")


def test_the_same_key_gives_the_first_answer_and_another_file_is_another_request(running: Running) -> None:
    teacher, _ = school(running)
    key = str(uuid.uuid4())
    first, again = (sent(teacher, FORMS["camt053"](SEPTEMBER), key=key) for _ in range(2))
    assert (first.status, again.status) == (201, 201) and first.body["records"] == again.body["records"]
    other = SEPTEMBER.model_copy(update={"ends": date(2025, 10, 1)})
    refused = sent(teacher, FORMS["camt053"](other), key=key)
    assert (refused.status, refused.body["code"]) == (409, "key-reused")


def test_the_command_tries_imports_and_repeats(running: Running, tmp_path: Path) -> None:
    teacher, _ = school(running)
    file = tmp_path / "septembre.ofx"
    file.write_bytes(FORMS["ofx1"](SEPTEMBER))
    asked = ("import-statement", teacher.register, str(file), "--json")
    tried = json.loads(running.ruche(*asked, "--dry-run"))
    assert (tried["lines"], tried["new"], tried["recorded"], tried["closing"]) == (3, 3, False, 457_50)
    assert teacher.look("ledger/reconciliation?account=512&on=2025-09-30").body["statement"] is None
    done = json.loads(running.ruche(*asked))
    assert (done["new"], done["recorded"]) == (3, True)
    assert reconciliation(teacher)["statement"] == 457_50
    again = json.loads(running.ruche(*asked))
    assert (again["new"], again["recorded"]) == (0, False)
    assert "457,50" in running.ruche("import-statement", teacher.register, str(file)).decode()
    wrong = subprocess.run([RUCHE, *asked, "--closing", "457,51"], env=running.environment(), capture_output=True, timeout=60, check=False)
    assert wrong.returncode not in {0, 1} and b"balances-do-not-add-up" in wrong.stdout + wrong.stderr


def test_the_sample_reconciles_on_its_last_day_and_a_cent_more_refuses_the_signature(verifier: Asker) -> None:
    told = reconciliation(verifier, "2025-08-31")
    assert (told["statement"], told["book"], told["difference"], told["unexplained"]) == (2_987_16, 2_912_56, 0, [])
    assert [(one["voucher"], one["amount"]) for one in told["outstanding"]] == [("D31", -74_60)]
    assert told["statement"] + told["outstanding"][0]["amount"] == told["book"]
    assert [(one["on"], one["holds"]) for one in told["signed"]] == [("2025-08-31", True)]
    keeper = somebody_of(verifier.running, "A03")
    cent = SEPTEMBER.model_copy(
        update={
            "opening": 2_987_16,
            "closing": 2_987_17,
            "lines": (StatementLine(line=1, on=date(2025, 9, 3), amount=1, text="INTERETS"),),
        }
    )
    assert sent(keeper, FORMS["camt053"](cent)).status == 201
    refused = keeper.ask("ledger/sign-reconciliation", {"account": "512", "on": "2025-09-03"})
    assert (refused.status, refused.body["code"], refused.body["details"]["difference"]) == (409, "cents-unexplained", 1)
    assert [one["line"] for one in refused.body["details"]["lines"]] == [1]

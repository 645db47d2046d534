"""The audit stories of the sample year, as `ruche check` and the API report them: each of them, and nothing else."""

import json
import subprocess
from pathlib import Path
from typing import Any

from deploy.sample import LES_TILLEULS
from tests.running import RUCHE
from tests.stories.asking import Asker

# The voucher, the check and its severity, in the order of the records (domain, section 17).
STORIES = [
    (None, "other-rate", "note"),  # the next year's fee applied by mistake, put right at once
    ("R02", "cash-kept", "warning"),  # seven days
    ("R09", "corrected", "note"),  # first under 7070
    (None, "handed-over", "note"),  # the co-mandate passes on at one record
    ("R10", "cash-kept", "warning"),  # ten days; R05, R08, R11 and R19 stay at three
    ("D16", "recorded-late", "warning"),  # forty days
    ("D22", "probable-duplicate", "note"),  # like D10: two film showings
    ("D31", "still-outstanding", "note"),  # its cheque
    ("D31", "without-decision", "note"),  # regularised two days later
    ("D33", "voucher-came-late", "note"),
    ("T09", "voucher-gap", "note"),  # T08 was never used
]


def found(told: dict[str, Any]) -> list[tuple[str | None, str, str]]:
    return [(one["voucher"], one["check"], one["severity"]) for one in told["found"]]


def checked(asked: Asker, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the command; return its exit code and what it tells."""
    command: list[str | Path] = [RUCHE, "check", asked.register, "--json", *options]
    ran = subprocess.run(command, env=asked.running.environment(), capture_output=True, timeout=60, check=False)
    return ran.returncode, json.loads(ran.stdout)


def test_every_audit_story_is_reported_and_nothing_else(verifier: Asker) -> None:
    code, told = checked(verifier, "--au", "2025-12-31")
    assert (code, found(told)) == (0, STORIES)
    assert told["found"] == verifier.look("ledger/checks?au=2025-12-31").body["found"]
    assert all(one["fr"] and one["en"] and one["seq"] for one in told["found"])


def test_the_reasons_and_the_figures_are_told(verifier: Asker) -> None:
    told = {(one["voucher"], one["check"]): one for one in checked(verifier, "--au", "2025-12-31")[1]["found"]}
    assert told["R10", "cash-kept"]["details"]["days"] == 10
    assert told["R02", "cash-kept"]["details"]["days"] == 7
    assert told["D16", "recorded-late"]["details"]["days"] == 40
    assert told["D22", "probable-duplicate"]["explained"].startswith("Deux séances de cinéma")
    assert told["D31", "without-decision"]["details"]["decision"]
    assert told["T09", "voucher-gap"]["details"]["voucher"] == "T08"
    assert told["R09", "corrected"]["details"]["replaced_by"]


def test_before_the_council_sat_the_expense_without_decision_is_an_alert(verifier: Asker) -> None:
    """The two days between the payment of D31 and the decision; the exit code says that something asks for an act."""
    code, told = checked(verifier, "--connu-au", "2025-06-25")
    assert (code, told["alert"]) == (1, 1)
    assert ("D31", "without-decision", "alert") in found(told)


def test_another_rule_set_shows_what_it_would_have_flagged_and_changes_nothing(verifier: Asker, tmp_path: Path) -> None:
    """Rules are dated data: a stricter list is run against the year."""
    before = checked(verifier)
    rules = json.loads((LES_TILLEULS / "cooperative.json").read_bytes())["rules"][0]
    content = {name: value for name, value in rules.items() if name not in {"rule_set", "version", "valid_from"}}
    loto = {"id": "loto", "fr": "Loto en cercle restreint", "en": "Bingo for a closed circle", "use": "tolerated", "verified": False}
    stricter = tmp_path / "regles.json"
    stricter.write_text(json.dumps(content | {"spending": [loto | {"words": ["loto"], "source": "OCCE 03"}]}))
    code, told = checked(verifier, "--rules", str(stricter))
    assert code == 0
    assert found(told) == [(piece, "would-meet-rule", "note") for piece in ("D15", "R08", "R09")]
    assert checked(verifier) == before


def test_a_file_that_is_no_rule_set_is_refused_in_a_sentence(verifier: Asker, tmp_path: Path) -> None:
    (tmp_path / "regles.json").write_text("{}")
    code, told = checked(verifier, "--rules", str(tmp_path / "regles.json"))
    assert (code, told["error"]["code"]) == (2, "not-rules")

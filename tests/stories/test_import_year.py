"""A mandate holder brings last year's spreadsheet: tried first, then for good, then once more by mistake."""

import json
import shutil
import subprocess
from pathlib import Path

from deploy.sample import LES_TILLEULS
from tests.running import RUCHE, Running
from tests.stories.asking import opened, with_a_teacher

EXPECTED = json.loads((LES_TILLEULS / "expected.json").read_bytes())


def imported(running: Running, register: str, folder: Path, *options: str) -> tuple[int, dict[str, object]]:
    """Run the command; return its exit code and its report."""
    ran = subprocess.run(
        [RUCHE, "import-year", str(folder), "--register", register, "--json", *options],
        env=running.environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stderr.decode()
    return ran.returncode, json.loads(ran.stdout)


def test_the_sample_comes_in_with_the_closing_figures_and_a_bad_line_stops_everything(running: Running, tmp_path: Path) -> None:
    teacher = with_a_teacher(opened(running))
    folder = tmp_path / "annee"
    shutil.copytree(LES_TILLEULS, folder)
    journal = (folder / "journal.csv").read_text("utf-8")
    (folder / "journal.csv").write_text(journal.replace("6281:366,60 + 6168:39,00", "6281:366,60 + 6168:38,99"), "utf-8")
    code, report = imported(running, teacher.register, folder)
    bad = report["bad_lines"]
    assert isinstance(bad, list)
    assert (code, [(one["file"], one["line"]) for one in bad]) == (1, [("journal.csv", 3)])
    assert teacher.look("ledger/journal").body["entries"] == []

    (folder / "journal.csv").write_text(journal, "utf-8")
    assert imported(running, teacher.register, folder, "--dry-run")[1]["lines"] == 82
    assert teacher.look("ledger/journal").body["entries"] == []

    code, report = imported(running, teacher.register, folder)
    assert (code, report["bad_lines"]) == (0, [])
    balances = teacher.look("ledger/balances").body
    accounts = {one["account"]: one["balance"] for one in balances["accounts"]}
    assert {account: accounts[account] for account in ("512", "530", "467")} == {
        account: EXPECTED["closing"][account] for account in ("512", "530", "467")
    }
    assert {one["pot"]: one["held"] for one in balances["pots"]} == EXPECTED["closing"]["pots"]
    [year] = balances["years"]
    assert {one["account"]: one["amount"] for one in year["by_account"]} == EXPECTED["totals"]["by_account"]
    entries = teacher.look("ledger/journal?limit=500").body["entries"]
    assert all(entry["taken_over"] for entry in entries if entry["kind"] != "year-opened")
    assert teacher.look("ledger/anomalies").body["anomalies"] == []

    code, report = imported(running, teacher.register, folder)
    assert (code, report["recorded"]) == (0, 0)
    assert teacher.look("ledger/journal?limit=500").body["entries"] == entries

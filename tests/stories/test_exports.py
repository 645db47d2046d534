"""The sample's ledger as files, over HTTP and from the command line: other programs read the figures that the views have."""

import csv
import io
import json
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from deploy.cli.ending import Exit
from tests.ledger.exports import reading
from tests.ledger.exports.fec_rules import faults, rows_of
from tests.running import RUCHE
from tests.stories.asking import Asker

YEAR = "2024-25"
FORMS = {
    "fec": "text/plain; charset=iso-8859-15",
    "fec-description": "text/plain; charset=iso-8859-15",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
    "gnucash": "text/csv; charset=utf-8",
    "gnucash-accounts": "text/csv; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "csv-intl": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TABLES = ("journal", "general-ledger", "trial-balance", "balances", "pots", "advances", "anomalies", "commitments")


def fetched(asked: Asker, form: str, query: str = "") -> tuple[str, str, bytes]:
    """Return name, type and bytes of a file over HTTP."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/ledger/exports/{form}?{query}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        name = answer.headers["Content-Disposition"].partition('filename="')[2].rstrip('"')
        return name, answer.headers["Content-Type"], answer.read()


def exported(asked: Asker, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `ruche export` on the register."""
    command: list[str | Path] = [RUCHE, "export", asked.register, *arguments]
    return subprocess.run(command, env=asked.running.environment(), capture_output=True, check=False, timeout=60)


def trial_balance(asked: Asker, query: str = "") -> Counter[str]:
    """Return the balance of each account as the API has it, in cents."""
    lines = asked.look(f"ledger/trial-balance?{query}").body["lines"]
    return Counter({one["account"]: one["balance"] for one in lines})


def refused(asked: Asker, form: str, query: str) -> tuple[int, str]:
    """Return status and code of a refusal."""
    with pytest.raises(urllib.error.HTTPError) as no:
        fetched(asked, form, query)
    with no.value as answer:
        return answer.code, json.load(answer)["code"]


def test_the_fec_of_the_sample_keeps_every_rule_and_has_its_figures(verifier: Asker) -> None:
    name, _, content = fetched(verifier, "fec", f"year={YEAR}")
    assert faults(name, content) == []
    assert name.endswith("FEC20250831.txt") and name.startswith("BAC-A-SABLE-")
    found: Counter[str] = Counter()
    for row in rows_of(content):
        found[row.cells["CompteNum"]] += row.cents()
    assert {account: cents for account, cents in found.items() if cents} == trial_balance(verifier, f"year={YEAR}")
    assert -sum(cents for account, cents in found.items() if account[0] == "7") == 1534600
    assert sum(cents for account, cents in found.items() if account[0] == "6") == 1524131
    assert (found["512"], found["530"]) == (291256, 10090)


def test_the_fec_of_the_year_after_begins_with_what_was_left(verifier: Asker) -> None:
    name, _, content = fetched(verifier, "fec", "year=2025-26")
    assert faults(name, content) == []
    opening = [row for row in rows_of(content) if row.cells["JournalCode"] == "AN"]
    assert sum(row.cents() for row in opening if row.cells["CompteNum"][0] == "5") == 301346


def test_beancount_and_hledger_have_every_balance_of_the_sample(verifier: Asker, tmp_path: Path) -> None:
    for query in (f"year={YEAR}", f"year={YEAR}&au=2025-03-01"):
        expected = trial_balance(verifier, query)
        for form, read in (("beancount", reading.beancount_reads), ("hledger", reading.hledger_reads)):
            path = tmp_path / form
            path.write_bytes(fetched(verifier, form, query)[2])
            wrong, found = read(path)
            assert not wrong
            assert {account: cents for account, cents in found.items() if cents} == expected
    checked = reading.hledger("check", "--strict", "ordereddates", "-f", tmp_path / "hledger")
    assert (checked.returncode, checked.stderr) == (0, "")
    checked = subprocess.run([RUCHE.with_name("bean-check"), tmp_path / "beancount"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_table_reads_back_to_the_same_rows_from_csv_and_xlsx(verifier: Asker) -> None:
    sheets = reading.xlsx_sheets(fetched(verifier, "xlsx")[2])
    assert len(sheets) == len(TABLES)
    for table, cells in zip(TABLES, sheets.values(), strict=True):
        text = fetched(verifier, "csv", f"table={table}")[2].decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        assert head == [name for _, name in cells[0]]
        assert len(rows) == len(cells) - 1 > 0
    pots = csv.DictReader(io.StringIO(fetched(verifier, "csv-intl", "table=pots")[2].decode()))
    shown = verifier.look("ledger/balances").body["pots"]
    assert [(one["Pot"], reading.in_cents(one["Available"])) for one in pots] == [(one["pot"], one["available"]) for one in shown]


def test_each_file_has_its_type_and_a_name_of_its_own_and_the_command_writes_the_same_bytes(verifier: Asker, tmp_path: Path) -> None:
    names = set()
    for form, media_type in FORMS.items():
        name, told, content = fetched(verifier, form, f"year={YEAR}")
        names.add(name)
        assert told == media_type
        written = exported(verifier, form, "--year", YEAR, "--out", str(tmp_path), "--json")
        document = json.loads(written.stdout)
        assert (written.returncode, document["file"], document["bytes"]) == (Exit.DONE, str(tmp_path / name), len(content))
        assert (tmp_path / name).read_bytes() == content
    assert len(names) == len(FORMS)
    standard = exported(verifier, "csv", "--table", "pots", "--au", "2025-03-01")
    assert (standard.returncode, standard.stdout) == (Exit.DONE, fetched(verifier, "csv", "table=pots&au=2025-03-01")[2])


def test_what_cannot_be_exported_is_said(verifier: Asker) -> None:
    assert refused(verifier, "fec", "year=1999-00")[0] == 422
    assert refused(verifier, "fec", "year=2019-20") == (404, "no-such-year")
    assert refused(verifier, "fec", "seq=3") == (404, "no-year")
    assert refused(verifier, "fec", "table=pots") == (404, "not-one-table")
    assert refused(verifier, "odt", "")[0] == 422
    assert refused(verifier, "csv", "tabel=pots") == (422, "unknown-parameter")
    for arguments, code, name in (
        (("fec", "--year", "2019-20", "--out", "x", "--json"), Exit.REFUSED, "no-such-year"),
        (("fec", "--json"), Exit.USAGE, "nowhere-to-write"),
        (("odt", "--json"), Exit.USAGE, "wrong-usage"),
    ):
        wrong = exported(verifier, *arguments)
        assert (wrong.returncode, json.loads(wrong.stdout)["error"]["code"]) == (code, name)


def test_only_those_who_belong_get_a_file(verifier: Asker) -> None:
    url = f"{verifier.running.http}/v1/registers/{verifier.register}/ledger/exports/csv"
    with pytest.raises(urllib.error.HTTPError) as nobody:
        urllib.request.urlopen(url, timeout=20)
    with nobody.value as answer:
        assert answer.code == 401

"""Beancount and hledger accept the journals and find the balances of the ledger to the cent; GnuCash's files carry the same."""

import csv
import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from services.ledger.events.books import AccountType
from services.ledger.exports.account_roots import OF_TYPE, Root
from services.ledger.exports.beancount import beancount
from services.ledger.exports.entries import entries_of, sums
from services.ledger.exports.exported import Exported
from services.ledger.exports.gnucash import ACCOUNT_COLUMNS, PARENTS, gnucash, gnucash_accounts
from services.ledger.exports.hledger import hledger
from tests.ledger.exports import reading
from tests.ledger.exports.histories import LABELS, balances_of, busy, generated, without_zeros

YEARS_CHECKED = 200  # about 30 seconds
BUSY = busy(40)


def beancount_of(path: Path, content: bytes) -> tuple[list[str], Counter[str]]:
    path.write_bytes(content)
    return reading.beancount_reads(path)


def hledger_of(path: Path, content: bytes) -> tuple[str, Counter[str]]:
    path.write_bytes(content)
    return reading.hledger_reads(path)


@pytest.mark.parametrize("seed", range(YEARS_CHECKED))
def test_a_generated_year_has_the_same_balances_in_both(seed: int, tmp_path: Path) -> None:
    exported = generated(seed)
    errors, found = beancount_of(tmp_path / "a.beancount", beancount(exported, None))
    assert (errors, without_zeros(found)) == ([], balances_of(exported))
    said, read = hledger_of(tmp_path / "a.journal", hledger(exported, None))
    assert (said, read) == ("", balances_of(exported))


def test_each_year_alone_has_its_own_balances(tmp_path: Path) -> None:
    for span in BUSY.funds.balances.years:
        expected = without_zeros(sums(entries_of(BUSY, span)))
        errors, found = beancount_of(tmp_path / "a.beancount", beancount(BUSY, span))
        assert (errors, without_zeros(found)) == ([], expected)
        assert hledger_of(tmp_path / "a.journal", hledger(BUSY, span)) == ("", expected)
    assert expected["512"] == balances_of(BUSY)["512"] and expected["7562"] != balances_of(BUSY)["7562"]


def test_the_programs_themselves_accept_labels_that_are_hard_to_write(tmp_path: Path) -> None:
    path, journal = tmp_path / "a.beancount", tmp_path / "a.journal"
    path.write_bytes(beancount(BUSY, None))
    journal.write_bytes(hledger(BUSY, None))
    program = Path(sys.executable).with_name("bean-check")
    checked = subprocess.run([program, path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    checked = reading.hledger("check", "--strict", "ordereddates", "uniqueleafnames", "-f", journal)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    read = reading.hledger("print", "-O", "csv", "-f", journal)
    descriptions = {row["description"] for row in csv.DictReader(io.StringIO(read.stdout))}
    assert {label.replace(";", ",") for label in LABELS} <= descriptions


def test_a_pot_and_a_project_can_be_asked_for(tmp_path: Path) -> None:
    journal = tmp_path / "a.journal"
    journal.write_bytes(hledger(BUSY, None))
    asked = {
        query: reading.hledger("balance", "-N", "-O", "csv", "-f", journal, f"tag:{query}").stdout for query in ("pot=CM2", "project=loto")
    }
    margin = BUSY.funds.balances.projects["loto"]
    assert all(f"-{margin.income // 100}.{margin.income % 100:02d} EUR" in told for told in asked.values())
    assert b'    pot: "CM2"\n    project: "loto"\n' in beancount(BUSY, None)


@pytest.mark.parametrize("place", ["posting", "assertion"])
def test_one_cent_is_found_by_both(place: str, tmp_path: Path) -> None:
    for content, read in ((beancount(BUSY, None), beancount_of), (hledger(BUSY, None), hledger_of)):
        assert not read(tmp_path / "sound", content)[0]
        lines = content.decode().splitlines()
        wanted = "7562" if place == "posting" else ("balance Income:7562" if read is beancount_of else "== ")
        number = next(
            number for number, line in enumerate(lines) if wanted in line and "." in line and (place == "assertion" or line[0] == " ")
        )
        head, _, tail = lines[number].rpartition(".")
        cent = (int(tail[:2]) + 1) % 100
        lines[number] = f"{head}.{cent:02d}{tail[2:]}"
        assert read(tmp_path / "wrong", ("\n".join(lines) + "\n").encode())[0], lines[number]


def test_an_empty_register_is_a_journal_without_entries(tmp_path: Path) -> None:
    assert beancount_of(tmp_path / "a.beancount", beancount(Exported(), None)) == ([], Counter())
    assert hledger_of(tmp_path / "a.journal", hledger(Exported(), None)) == ("", Counter())


def test_every_type_of_account_has_its_kind() -> None:
    assert set(OF_TYPE) == set(AccountType) and set(OF_TYPE.values()) == set(Root)


@pytest.mark.parametrize("seed", range(10))
def test_the_files_for_gnucash_have_every_account_and_the_same_balances(seed: int) -> None:
    exported = generated(seed)
    accounts = list(csv.DictReader(io.StringIO(gnucash_accounts(exported, None).decode())))
    assert tuple(accounts[0]) == ACCOUNT_COLUMNS
    assert [one["Full Account Name"] for one in accounts if one["Placeholder"] == "T"] == list(PARENTS.values())
    rows = list(csv.DictReader(io.StringIO(gnucash(exported, None).decode())))
    assert {row["Account"] for row in rows} == {one["Full Account Name"] for one in accounts if one["Placeholder"] == "F"}
    found: Counter[str] = Counter()
    by_entry: Counter[str] = Counter()
    for row in rows:
        found[row["Account"].rsplit(":", 1)[1]] += reading.in_cents(row["Amount"])
        by_entry[row["Transaction ID"]] += reading.in_cents(row["Amount"])
    assert without_zeros(found) == balances_of(exported)
    assert set(by_entry.values()) == {0}

"""The archive of a closed year, opened with nothing of ours: checked by the program inside, read by any program, refused when damaged."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running import RUCHE
from tests.stories.asking import Asker, raw_records, somebody_of
from tests.stories.test_voucher_files import as_superuser

pytestmark = pytest.mark.alters_the_sample

YEAR = "2024-25"
FLIP = "UPDATE vault.files SET sealed = set_byte(sealed, 200, get_byte(sealed, 200) # 1) WHERE commitment = %s"


def got(asked: Asker, year: str = YEAR, more: str = "") -> tuple[int, bytes]:
    """Return what the address of an archive answers."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/ledger/years/{year}/archive.zip{more}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"}), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def checked(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the program of an opened archive as somebody does who has nothing but Python, in a folder where there is nothing else."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    program = [sys.executable, "-I", str(folder / "verifie.py"), *arguments]
    ran = subprocess.run(program, cwd=elsewhere, env={}, capture_output=True, timeout=60, check=False)
    assert not ran.stderr, ran.stderr.decode()
    return ran.returncode, ran.stdout.decode()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cents(written: str) -> int:
    return int(written.replace(",", "") or 0)


@pytest.fixture(scope="module")
def archive(verifier: Asker, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The archive of the sample's closed year, as the command writes it."""
    path = tmp_path_factory.mktemp("written") / "archive.zip"
    told = json.loads(
        verifier.running.ruche("archive", verifier.register, "--year", YEAR, "--by", "P01", "--out", str(path), "--json"),
    )
    content = path.read_bytes()
    assert (told["sha256"], told["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert path.stat().st_mode & 0o077 == 0
    return content


@pytest.fixture
def opened(archive: bytes, tmp_path: Path) -> Path:
    """The archive, extracted."""
    folder = tmp_path / "opened"
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
    return folder


def test_the_same_history_gives_the_same_bytes_by_the_command_and_over_http(archive: bytes, verifier: Asker) -> None:
    assert got(verifier) == (200, archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert packed.testzip() is None
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_is_checked_with_python_alone_and_holds_the_records_through_the_closing(opened: Path, archive: bytes, verifier: Asker) -> None:
    code, said = checked(opened)
    assert (code, "ARCHIVE INTACTE" in said) == (0, True), said
    packed = opened.parent / "archive.zip"
    packed.write_bytes(archive)
    assert checked(opened, str(packed))[0] == 0
    records = (opened / "records.jsonl").read_bytes().splitlines()
    assert records == raw_records(verifier)[: len(records)]
    assert json.loads(records[-1])["type"] == "ledger.year-closed.v1"
    readme = (opened / "LISEZMOI.txt").read_text("utf-8")
    root = json.loads((opened / "checkpoint.json").read_bytes())["root"]
    assert "Exercice clos le 2025-09-30" in readme and root in readme
    assert not {line.split("/")[0].split(" ")[0] for line in (f"{one.relative_to(opened)}" for one in opened.rglob("*"))} - {
        *("LISEZMOI.txt", "verifie.py", "checkpoint.json", "records.jsonl", "empreintes.txt", "SHA256SUMS", "pieces.csv"),
        *("comptes", "documents", "deliberations", "regles", "pieces"),
    }


def test_its_tables_and_documents_say_the_figures_of_the_year(opened: Path) -> None:
    balance = {row["Compte"]: cents(row["Solde"]) for row in rows((opened / "comptes/balance.csv").read_bytes())}
    income, expense = (sum(amount for account, amount in balance.items() if account[0] == side) for side in "76")
    assert (-income, expense, -income - expense) == (1_534_600, 1_524_131, 104_69)
    assert (balance["512"], balance["530"], balance["467"]) == (2_912_56, 100_90, 0)
    journal = rows((opened / "comptes/journal.csv").read_bytes())
    debit, credit = (sum(cents(row[side]) for row in journal) for side in ("Débit", "Crédit"))
    assert debit == credit > 0
    report = json.loads((opened / "documents/compte-rendu-financier.json").read_bytes())
    assert report["report"]["result"] == 104_69 and report["issued"]["reads_the_same"] is True
    assert json.loads((opened / "documents/quitus.json").read_bytes())["in_effect"] is True
    assert all(one.read_bytes().startswith(b"%PDF") for one in (opened / "documents").glob("*.pdf"))
    minutes = [json.loads(one.read_bytes()) for one in (opened / "deliberations").glob("*.json")]
    assert all([entry["number"] for entry in one["entries"]] == [*range(1, len(one["entries"]) + 1)] for one in minutes)
    assert sum(len(one["entries"]) for one in minutes) > 5
    assert {one["body"] for one in minutes} == {one.stem for one in (opened / "deliberations").glob("*.pdf")}
    charts = json.loads((opened / "regles/plans-comptables.json").read_bytes())
    assert {"512", "6180"} <= {one["code"] for one in charts[0]["data"]["content"]}
    assert json.loads((opened / "regles/regles.json").read_bytes())[0]["type"] == "governance.rules-adopted.v1"
    [fec] = (opened / "comptes").glob("*FEC20250831.txt")
    assert fec.read_bytes().startswith(b"JournalCode")


def test_each_voucher_is_listed_with_what_anybody_checks_it_by(opened: Path) -> None:
    papers = rows((opened / "pieces.csv").read_bytes())
    assert {"R01", "D01"} <= {row["Pièce"] for row in papers} and len(papers) > 50
    for row in papers:
        salted = b"ruche/file/v1\x00" + bytes.fromhex(row["Sel"]) + (opened / row["Fichier"]).read_bytes()
        assert hashlib.sha256(salted).hexdigest() == row["Empreinte"] and row["Empreinte"] in row["Fichier"]
    assert len(list((opened / "pieces").iterdir())) == len({row["Empreinte"] for row in papers})


def flipped(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def a_record(folder: Path) -> str:
    before = (folder / "records.jsonl").read_bytes().splitlines(keepends=True)[:399]
    flipped(folder / "records.jsonl", len(b"".join(before)) + 20)
    return "fait 400 / record 400"


def a_record_with_its_digests(folder: Path) -> str:
    """As somebody would who knows the format: each list is made to agree, but the root cannot be."""
    a_record(folder)
    records = (folder / "records.jsonl").read_bytes().splitlines()
    (folder / "empreintes.txt").write_text("".join(f"{hashlib.sha256(bytes(1) + one).hexdigest()}\n" for one in records))
    summed(folder)
    return "racine / root: checkpoint.json"


def a_voucher(folder: Path) -> str:
    row = rows((folder / "pieces.csv").read_bytes())[0]
    flipped(folder / row["Fichier"], 100)
    return f"pièce {row['Pièce']} / voucher {row['Pièce']}: {row['Fichier']}"


def a_voucher_with_its_digest(folder: Path) -> str:
    told = a_voucher(folder)
    summed(folder)
    return told


def a_total(folder: Path) -> str:
    flipped(folder / "comptes/balance.csv", 200)
    return "fichier / file: comptes/balance.csv"


def a_missing_file(folder: Path) -> str:
    (folder / "documents/quitus.pdf").unlink()
    return "fichier / file: documents/quitus.pdf"


def summed(folder: Path) -> None:
    names = [line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))


CHANGES = (a_record, a_record_with_its_digests, a_voucher, a_voucher_with_its_digest, a_total, a_missing_file)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_one_byte_changed_is_told_by_name(opened: Path, change: Callable[[Path], str]) -> None:
    named = change(opened)
    code, said = checked(opened)
    assert (code, named in said, "ARCHIVE MODIFIÉE" in said) == (1, True, True), said


def test_those_who_may_not_open_vouchers_get_no_archive_and_a_year_that_is_open_says_so(verifier: Asker) -> None:
    status, body = got(somebody_of(verifier.running, "E030"))
    assert (status, json.loads(body)["code"]) == (403, "not-yours-to-archive")
    assert got(verifier, "2030-31")[0] == 404
    status, early = got(verifier, more="?seq=500")
    with zipfile.ZipFile(io.BytesIO(early)) as packed:
        assert status == 200 and json.loads(packed.read("checkpoint.json"))["size"] == 500
        assert "n'est PAS CLOS" in packed.read("LISEZMOI.txt").decode()


def test_a_damaged_voucher_refuses_the_archive_and_one_erased_by_rule_is_said(opened: Path, verifier: Asker, tmp_path: Path) -> None:
    running, damaged = verifier.running, rows((opened / "pieces.csv").read_bytes())[:2]
    for row in damaged:
        assert as_superuser(running, FLIP, bytes.fromhex(row["Empreinte"])) == 1
    status, body = got(verifier)
    told: dict[str, Any] = json.loads(body)
    assert (status, told["code"]) == (409, "vouchers-damaged")
    assert [one["voucher"] for one in told["details"]["vouchers"]] == [row["Pièce"] for row in damaged]
    asked: list[str | Path] = [
        RUCHE,
        "archive",
        verifier.register,
        "--year",
        YEAR,
        "--by",
        "P01",
        "--out",
        str(tmp_path / "no.zip"),
        "--json",
    ]
    refused = subprocess.run(asked, env=running.environment(), capture_output=True, timeout=60, check=False)
    assert (refused.returncode, json.loads(refused.stdout)["error"]["code"], (tmp_path / "no.zip").exists()) == (
        3,
        "vouchers-damaged",
        False,
    )
    for row in damaged:
        as_superuser(running, FLIP, bytes.fromhex(row["Empreinte"]))
    as_superuser(running, "DELETE FROM vault.files WHERE commitment = %s", bytes.fromhex(damaged[0]["Empreinte"]))
    status, content = got(verifier)
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(tmp_path / "later")
    code, _ = checked(tmp_path / "later")
    assert code == 0 and "plus conservés : 1." in (tmp_path / "later/LISEZMOI.txt").read_text("utf-8")
    first = rows((tmp_path / "later/pieces.csv").read_bytes())[0]
    assert (first["Fichier"], first["Empreinte"]) == ("", damaged[0]["Empreinte"])

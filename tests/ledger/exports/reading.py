"""How other programs read the exports: Beancount and hledger themselves, and readers of CSV and of XLSX of our own."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from beancount import loader
from beancount.core.data import Transaction

from services.ledger.exports.csv_files import Dialect
from services.ledger.exports.guarding import unguarded
from services.ledger.exports.tables import Cell, Column, Kind, Table

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_DAY = date(1899, 12, 30)  # of a spreadsheet's calendar


def beancount_reads(path: Path) -> tuple[list[str], Counter[str]]:
    """Return what Beancount finds wrong with a journal, and the balance of each account, in cents."""
    entries, errors, _ = loader.load_file(str(path))
    balances: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units is not None and posting.units.currency == "EUR"
                assert posting.units.number is not None
                balances[posting.account.rsplit(":", 1)[1]] += in_cents(str(posting.units.number))
    return [error.message for error in errors], balances


def hledger(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run hledger."""
    path = shutil.which("hledger")
    if path is None:
        said = "hledger is missing: install Debian's package `hledger` (apt-get install hledger), then run the tests again."
        pytest.fail(said, pytrace=False)
    environment = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run([path, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False, timeout=60)


def hledger_reads(path: Path) -> tuple[str, Counter[str]]:
    """Return what hledger finds wrong with a journal, and the balance of each account that is not at zero, in cents."""
    asked = hledger("balance", "--strict", "--flat", "-N", "-O", "csv", "-f", path)  # strict: all that `hledger check --strict` checks
    rows = list(csv.reader(io.StringIO(asked.stdout)))[1:]
    return asked.stderr, Counter({account.rsplit(":", 1)[1]: in_cents(amount.removesuffix(" EUR")) for account, amount in rows})


def csv_rows(content: bytes, table: Table, dialect: Dialect) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Read CSV back: the names of the columns, and the rows by their kinds."""
    head, *rows = csv.reader(io.StringIO(content.decode(dialect.encoding), newline=""), delimiter=dialect.separator)
    return head, [tuple(_of_csv(text, column, dialect) for text, column in zip(row, table.columns, strict=True)) for row in rows]


def _of_csv(text: str, column: Column, dialect: Dialect) -> Cell:
    if not text:
        return None
    match column.kind:
        case Kind.TEXT:
            return unguarded(text)
        case Kind.CENTS:
            return in_cents(text.replace(dialect.mark, "."))
        case Kind.NUMBER:
            return int(text)
        case Kind.DAY:
            return date.fromisoformat(text)
        case Kind.FLAG:
            return {dialect.true: True, dialect.false: False}[text]


def xlsx_sheets(content: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Return each sheet of a workbook: rows of cells, each its type and its text, ("", "") where there is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        shared = [_words(item) for item in ET.fromstring(package.read("xl/sharedStrings.xml"))] if _has(package) else []  # noqa: S314
        names = [sheet.attrib["name"] for sheet in ET.fromstring(package.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]  # noqa: S314
        pages = [ET.fromstring(package.read(f"xl/worksheets/sheet{number}.xml")) for number in range(1, len(names) + 1)]  # noqa: S314
    return {name: [_row(row, shared) for row in page.iter(f"{SHEET}row")] for name, page in zip(names, pages, strict=True)}


def xlsx_rows(cells: list[list[tuple[str, str]]], table: Table) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Read one sheet back: the names of the columns, and the rows by their kinds."""
    width = len(table.columns)
    padded = [[*row, *[("", "")] * (width - len(row))] for row in cells]
    head, *rows = padded
    read = [tuple(_of_xlsx(*cell, column) for cell, column in zip(row, table.columns, strict=True)) for row in rows]
    return [text for _, text in head], read


def _of_xlsx(kind: str, text: str, column: Column) -> Cell:
    if not kind:
        return None
    match column.kind:
        case Kind.TEXT:
            assert kind == "s", "a word is no formula and no number"
            return text
        case Kind.CENTS:
            assert kind == "n"
            return in_cents(text)
        case Kind.NUMBER:
            return int(text)
        case Kind.DAY:
            return FIRST_DAY + timedelta(days=int(text))
        case Kind.FLAG:
            assert kind == "b"
            return text == "1"


def _row(row: ET.Element, shared: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for cell in row:
        letters = re.sub(r"[0-9]", "", cell.attrib["r"])
        place = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters))) - 1
        found += [("", "")] * (place - len(found))
        assert cell.find(f"{SHEET}f") is None, "a formula"
        kind, text = cell.attrib.get("t", "n"), cell.findtext(f"{SHEET}v") or ""
        found.append((kind, shared[int(text)] if kind == "s" else text))
    return found


def _words(item: ET.Element) -> str:
    text = "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def _has(package: zipfile.ZipFile) -> bool:
    return "xl/sharedStrings.xml" in package.namelist()


def in_cents(text: str) -> int:
    """Return an amount in cents; anything finer fails."""
    cents = Decimal(text).scaleb(2)
    assert cents == int(cents), text
    return int(cents)

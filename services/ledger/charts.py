"""What each account of a chart is for: charts are data, read from CSV, the one of OCCE cooperatives among them.

A chart's file has the columns `code, label, type, valid_from, valid_to, verified, source, pca` (domain, section 10): an
empty date is no limit, `verified` says whether a public source of an association prints the code, `pca` is the account of
the chart of associations (règlement ANC 2018-06) that it falls under. In the OCCE file, short codes stand beside the
eight-digit ones that they abridge.
"""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from services.ledger.events.books import AccountType, ChartAccount

OCCE: Final = Path(__file__).with_name("charts") / "occe.csv"
OCCE_NAME: Final = "occe"
OCCE_VERSION: Final = "1"  # a register keeps the content it adopted: another content takes another number

COLUMNS: Final = ("code", "label", "type", "valid_from", "valid_to", "verified", "source", "pca")


class BadChart(ValueError):
    """A chart's file cannot be read; the message names the line and what is wrong in it."""


def chart_on(day: date, path: Path = OCCE) -> tuple[ChartAccount, ...]:
    """Return the accounts in force on a day, in the order of the file. Raises BadChart, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise BadChart(f"{path.name}, line 1: the columns are {', '.join(COLUMNS)}")
        accounts = [_account(path.name, rows.line_num, row) for row in rows if _in_force(path.name, rows.line_num, row, day)]
    codes = [account.code for account in accounts]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise BadChart(f"{path.name}: the account {twice} stands twice on {day}")
    return tuple(accounts)


def _account(file: str, line: int, row: Mapping[str, str]) -> ChartAccount:
    try:
        return ChartAccount(
            code=row["code"],
            label=row["label"],
            type=AccountType(row["type"]),
            verified={"true": True, "false": False}[row["verified"]],
            source=row["source"] or None,
            pca=row["pca"] or None,
        )
    except (ValueError, KeyError, TypeError) as error:  # pydantic's ValidationError is a ValueError
        raise BadChart(f"{file}, line {line}: {error}") from error


def _in_force(file: str, line: int, row: Mapping[str, str], day: date) -> bool:
    try:
        starts = date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min
        ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
    except (ValueError, TypeError) as error:
        raise BadChart(f"{file}, line {line}: {error}") from error
    return starts <= day <= ends

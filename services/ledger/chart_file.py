"""A chart of accounts that somebody brings as a file: read whole, every bad line named by its number, its column and the reason.

The columns are those of the charts shipped (`charts.py`), in any order, with commas or semicolons; `code`, `label` and `type` must be
there. What is left out: no limit of date, a code that no association confirmed, no source, no account of the chart of associations.
"""

import csv
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from services.ledger.events.books import AccountType, ChartAccount
from shared.refusals import Refused

FILE_BYTES_MAX: Final = 256 * 1024  # four hundred accounts make about 30 kB
NEEDED: Final = ("code", "label", "type")
COLUMNS: Final = (*NEEDED, "valid_from", "valid_to", "verified", "source", "pca")
YES_OR_NO: Final[Mapping[str, bool]] = {"": False, "false": False, "non": False, "no": False, "true": True, "oui": True, "yes": True}
KINDS: Final = ", ".join(AccountType)
NOT_UTF8 = ("ce n'est pas du texte en UTF-8", "it is no text in UTF-8")
NO_COLUMN = ("il manque cette colonne", "this column is missing")
UNKNOWN_COLUMN = ("cette colonne est inconnue", "this column is not known")
NO_ACCOUNT = ("il n'y a pas de compte en vigueur ce jour-là", "no account is in force on that day")
TWICE = ("ce compte est déjà sur une autre ligne pour ce jour-là", "this account is on another line already for that day")
NOT_A_DAY = ("cette date s'écrit 2026-09-01", "this date is written 2026-09-01")
NOT_YES_OR_NO = ("écris oui ou non", "write oui or non (yes or no)")
NOT_A_KIND = (f"la sorte est l'une de : {KINDS}", f"the type is one of: {KINDS}")
NOT_A_CODE = ("ce code ne va pas : des chiffres, sans espace", "this code is wrong: digits, without spaces")
NOT_A_LABEL = ("ce texte est vide, trop long, ou sur plusieurs lignes", "this text is empty, too long, or on several lines")
WRONG_CELLS = ("cette ligne a plus ou moins de cases que de colonnes", "this line has more or fewer cells than there are columns")


class BadLine(NamedTuple):
    """One thing to correct: the line of the file, the first being 1, its column, and why, in French and in English."""

    line: int
    column: str
    fr: str
    en: str


class ChartUnread(Refused):
    """Ce plan comptable ne se lit pas : rien n'est adopté, corrige les lignes indiquées puis envoie-le de nouveau.
    This chart of accounts cannot be read: nothing is adopted, correct the lines shown and send it again."""

    def __init__(self, lines: list[BadLine]) -> None:
        """Take everything there is to correct, in the order of the file."""
        super().__init__(lines=[one._asdict() for one in lines])
        self.lines = lines


def read_chart(content: bytes, day: date) -> tuple[ChartAccount, ...]:
    """Return the accounts of a file that are in force on a day, in its order. Raises ChartUnread with every bad line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ChartUnread([BadLine(content[: error.start].count(b"\n") + 1, "", *NOT_UTF8)]) from error
    heading = text.split("\n", 1)[0]
    rows = csv.reader(text.splitlines(), delimiter=";" if ";" in heading else ",")
    names = [name.strip() for name in next(rows, [])]
    wrong = [BadLine(1, name, *NO_COLUMN) for name in NEEDED if name not in names]
    wrong += [BadLine(1, name, *UNKNOWN_COLUMN) for name in names if name not in COLUMNS]
    if wrong:
        raise ChartUnread(wrong)
    found: dict[str, ChartAccount] = {}
    for cells in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            wrong.append(BadLine(line, "", *WRONG_CELLS))
            continue
        account, faults = _account(line, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}, day)
        if account is not None and account.code in found:
            faults.append(BadLine(line, "code", *TWICE))
        elif account is not None:
            found[account.code] = account
        wrong += faults
    if wrong or not found:
        raise ChartUnread(wrong or [BadLine(1, "", *NO_ACCOUNT)])
    return tuple(found.values())


def _account(line: int, row: Mapping[str, str], day: date) -> tuple[ChartAccount | None, list[BadLine]]:
    """Return the account of a line, None where it is not in force on the day or cannot be read; and what is wrong in the line."""
    faults: list[BadLine] = []
    limits = [date.min, date.max]
    for place, name in enumerate(("valid_from", "valid_to")):
        try:
            limits[place] = date.fromisoformat(row[name]) if row.get(name) else limits[place]
        except ValueError:
            faults.append(BadLine(line, name, *NOT_A_DAY))
    verified = YES_OR_NO.get(row.get("verified", "").lower())
    if verified is None:
        faults.append(BadLine(line, "verified", *NOT_YES_OR_NO))
    if row["type"] not in set(AccountType):
        faults.append(BadLine(line, "type", *NOT_A_KIND))
    if not row["code"].isdecimal() or not row["code"].isascii():
        faults.append(BadLine(line, "code", *NOT_A_CODE))
    if faults or verified is None:
        return None, faults
    told: dict[str, Any] = {"code": row["code"], "label": row["label"], "type": AccountType(row["type"]), "verified": verified}
    try:
        account = ChartAccount(**told, source=row.get("source") or None, pca=row.get("pca") or None)
    except ValidationError as error:
        columns = [str(one["loc"][0]) for one in error.errors()]
        return None, [BadLine(line, name, *(NOT_A_CODE if name == "code" else NOT_A_LABEL)) for name in columns]
    return (account if limits[0] <= day <= limits[1] else None), faults

"""One table as CSV: for a French spreadsheet (semicolons, decimal comma, byte order mark) or for everybody else's (commas, points)."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.ledger.exports.amounts import euros
from services.ledger.exports.guarding import guarded
from services.ledger.exports.tables import Cell, Kind, Table


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one part of the world writes CSV."""

    separator: str
    mark: str
    true: str
    false: str
    english: bool
    encoding: str


FRENCH: Final = Dialect(";", ",", "oui", "non", english=False, encoding="utf-8-sig")  # without the mark Excel reads another encoding
INTERNATIONAL: Final = Dialect(",", ".", "true", "false", english=True, encoding="utf-8")


def csv_of(table: Table, dialect: Dialect = FRENCH) -> bytes:
    """Return a table, its first line the names of the columns; dates are ISO 8601, words that look like a formula are guarded."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.separator, lineterminator="\r\n")
    writer.writerow([column.en if dialect.english else column.fr for column in table.columns])
    for row in table.rows:
        writer.writerow([_written(cell, column.kind, dialect) for cell, column in zip(row, table.columns, strict=True)])
    return text.getvalue().encode(dialect.encoding)


def _written(cell: Cell, kind: Kind, dialect: Dialect) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return dialect.true if cell else dialect.false
        case int():
            return euros(cell, dialect.mark) if kind is Kind.CENTS else str(cell)
        case date():
            return cell.isoformat()
        case str():
            return guarded(cell)

"""Tables as one workbook, a sheet for each: words as words, never as formulas; the same bytes for the same tables."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from services.ledger.exports.tables import Cell, Kind, Table

MADE_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a workbook says when it was made: always the same, as its bytes are
COLUMN_CHARACTERS_MAX: Final = 60  # wider than a screen's half nobody reads
HEAD: Final = {"bold": True, "bottom": 1}
FORMATS: Final = {Kind.CENTS: "#,##0.00", Kind.DAY: "yyyy-mm-dd", Kind.NUMBER: "0"}


def xlsx_of(title: str, tables: Sequence[Table]) -> bytes:
    """Return a workbook with one sheet for each table, its first line the names of the columns, in French."""
    content = io.BytesIO()
    workbook = Workbook(content, {"in_memory": True})
    workbook.set_properties({"title": title, "created": MADE_AT})
    head = workbook.add_format(HEAD)
    formats = {kind: workbook.add_format({"num_format": shown}) for kind, shown in FORMATS.items()}
    for table in tables:
        _sheet(workbook.add_worksheet(table.fr), table, head, formats)
    workbook.close()
    return content.getvalue()


def _sheet(sheet: Any, table: Table, head: Any, formats: dict[Kind, Any]) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.fr, head)
        lengths = [len(column.fr), *(len(str(row[place])) for row in table.rows if row[place] is not None)]
        sheet.set_column(place, place, min(max(lengths) + 2, COLUMN_CHARACTERS_MAX))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table.rows, start=1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, number, place, cell, column.kind, formats)


def _cell(sheet: Any, row: int, place: int, cell: Cell, kind: Kind, formats: dict[Kind, Any]) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, cell)
        case int():
            sheet.write_number(row, place, Decimal(cell).scaleb(-2) if kind is Kind.CENTS else cell, formats[kind])
        case date():
            sheet.write_datetime(row, place, cell, formats[kind])
        case str():
            sheet.write_string(row, place, cell)

"""Statements as tables with `;`, `,` or tabs between the cells, in the shapes of `table_shapes.py`."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.assembling import Found, Page, assembled
from services.ledger.statements.source import Source
from services.ledger.statements.statement import Statement
from services.ledger.statements.table_shapes import AROUND, SHAPES, TableShape
from shared.refusals import Refused

SEPARATORS: Final = ";\t,"
HEADINGS_WITHIN: Final = 60  # rows: what stands above a table is a page at most
MINUSES: Final = "-−–"
WRAPPED: Final = re.compile(r'^="(.*)"$')  # how a number is kept from becoming a sum in a spreadsheet


class Row(NamedTuple):
    """The cells of one row, and the line of the file that it begins at."""

    place: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        """Tell whether there is nothing in it."""
        return not any(cell.strip() for cell in self.cells)


class Table(NamedTuple):
    """The rows of a file with its shape, where the headings stand, and the column of each."""

    rows: list[Row]
    shape: TableShape
    headed: int
    columns: Mapping[str, int]

    def cell(self, row: Row, heading: str) -> str:
        """Return what stands under a heading; nothing where the column or the cell lacks."""
        column = self.columns.get(heading, len(row.cells))
        return row.cells[column].strip() if column < len(row.cells) else ""


def read_table(source: Source) -> Statement:
    """Read one. Raises a Refused of `bad_statements.py`, with the line."""
    table = _table(source)
    around: dict[str, tuple[int, str]] = {}
    for row in table.rows[: table.headed]:
        around |= _around(row)
    found: list[Found] = []
    below = table.rows[table.headed + 1 :]
    for number, row in enumerate(below):
        if row.blank:
            continue
        if (said := _around(row)) and not table.cell(row, table.shape.on)[:1].isdigit():
            around |= said
        else:
            found.append(_found(source, table, row, last=all(one.blank for one in below[number + 1 :])))
    _one_way(source, table, below)
    return assembled(source, [_page(source, around, found)])


def _table(source: Source) -> Table:
    """Find the separator and the shape. Raises UnknownTable with the row that looks most like headings, UnknownForm without any."""
    widest = Row(0, [])
    for separator in SEPARATORS:
        rows, broken = _rows(source, separator)
        for headed, row in enumerate(rows[:HEADINGS_WITHIN]):
            headings = [_plain(cell) for cell in row.cells]
            if shape := _shape(headings):
                if broken:
                    raise source.bad(broken, rows[-1].place)
                return Table(rows, shape, headed, {name: place for place, name in enumerate(headings) if name})
            if sum(bool(name) for name in headings) > sum(bool(cell) for cell in widest.cells):
                widest = Row(row.place, [cell.strip() for cell in row.cells])
    if len(widest.cells) < 2:
        raise source.bad(bad.UnknownForm, widest.place, source.text.strip())
    found = " ; ".join(cell for cell in widest.cells if cell)
    raise source.bad(bad.UnknownTable, widest.place, found, known=sorted({one.bank for one in SHAPES}))


def _rows(source: Source, separator: str) -> tuple[list[Row], type[Refused] | None]:
    """Return the rows of a file, and why it could not be read to its end; a cell in quotes may hold several lines."""
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=separator, strict=True)
    rows, place = [], 1
    try:
        for cells in reader:
            rows.append(Row(place, [WRAPPED.sub(r"\1", cell.strip()) for cell in cells]))
            place = reader.line_num + 1
    except csv.Error as no:
        rows.append(Row(place, []))
        return rows, bad.TruncatedFile if str(no).startswith("unexpected end") else bad.NotOfThisForm
    return rows, None


def _shape(headings: Sequence[str]) -> TableShape | None:
    """Return the shape with the most headings of those that are all there; none where a heading stands twice."""
    fitting = [shape for shape in SHAPES if all(headings.count(name) == 1 for name in shape.required)]
    return max(fitting, key=lambda shape: len(shape.required), default=None)


def _around(row: Row) -> dict[str, tuple[int, str]]:
    """Return what a row beside the table says, by its name, with the line of the file."""
    text = _folded(";".join(cell.strip() for cell in row.cells))
    matches = [match for pattern in AROUND if (match := pattern.search(text))]
    return {name: (row.place, said) for match in matches for name, said in match.groupdict().items()}


def _found(source: Source, table: Table, row: Row, *, last: bool) -> Found:
    shape, wide = table.shape, len(table.rows[table.headed].cells)
    if any(cell.strip() for cell in row.cells[wide:]):
        raise source.bad(bad.NotOfThisForm, row.place, " ; ".join(row.cells))
    texts = [table.cell(row, name) for name in shape.texts]
    sums = [table.cell(row, name) for name in (shape.amount, shape.debit, shape.credit) if name]
    if len(row.cells) < wide - 1 and not (any(texts) and any(sums)):  # a row may lack its last separator, no more
        raise source.bad(bad.TruncatedFile if last else bad.NotOfThisForm, row.place, " ; ".join(row.cells))
    on = source.day(table.cell(row, shape.on), row.place)
    if shape.currency:
        source.in_euros(table.cell(row, shape.currency), row.place)
    balance = table.cell(row, shape.balance)
    return Found(
        place=row.place,
        on=on,
        amount=source.cents(sums[0], row.place) if shape.amount else _moved(source, sums[0], sums[1], row.place),
        text=source.words(texts, row.place),
        reference=source.reference(table.cell(row, shape.reference), row.place),
        mark=table.cell(row, shape.mark),
        balance=source.cents(balance, row.place) if balance else None,
    )


def _moved(source: Source, debit: str, credit: str, place: int) -> int:
    """Return the signed cents of a row with two columns, of which one is filled in."""
    if not debit and not credit:
        raise source.bad(bad.UnreadableAmount, place)
    out, into = (source.cents(text, place) if text else 0 for text in (debit, credit))
    if (out and into) or into < 0 or debit.startswith("+"):
        raise source.bad(bad.SignUnclear, place, f"{debit} ; {credit}")
    return into - abs(out)


def _one_way(source: Source, table: Table, rows: Sequence[Row]) -> None:
    """Check that the debits of a file are all written with a minus, or none: a mixture hides what was paid back."""
    debits = [(row.place, text) for row in rows if (text := table.cell(row, table.shape.debit)) and source.cents(text, row.place)]
    for place, text in debits:
        if (text[0] in MINUSES) != (debits[0][1][0] in MINUSES):
            raise source.bad(bad.SignUnclear, place, text)


def _page(source: Source, around: Mapping[str, tuple[int, str]], found: Sequence[Found]) -> Page:
    place, currency = around.get("currency", (0, "EUR"))
    source.in_euros(currency, place)
    starts, ends, dated = (source.day(said[1], said[0]) if (said := around.get(name)) else None for name in ("starts", "ends", "dated"))
    opening, closing = (source.cents(said[1], said[0]) if (said := around.get(name)) else None for name in ("opening", "closing"))
    announced = around.get("announced")
    return Page(
        account=around.get("account", (0, ""))[1].strip().upper(),
        starts=starts,
        ends=ends,
        opening=opening,
        closing=closing,
        found=tuple(found),
        announced=int(announced[1]) if announced else None,
        dated=dated,
    )


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", _folded(title)).strip()


def _folded(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))

"""What stands under each heading of a CSV file, line by line, and why a line does not pass.

The separator is `;`, `,` or tab, the text UTF-8 (with or without mark) or Windows-1252. Headings are found whatever their
case, accents and order.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from deploy.cells import folded
from shared.refusals import Refused

TREASURY_COLUMN: Final = re.compile(r"[a-z]+(?:_[a-z]+)*_([45][0-9]{2,7})")  # class 4 or 5: `banque_512`, and `Caisse 530` once made plain
SEPARATORS: Final = ";,\t"
FILE_BYTES_MAX: Final = 5_000_000  # ten thousand long lines; a school writes a few hundred a year
T = TypeVar("T")


class NotATable(Refused):
    """Ce fichier n'est pas un tableau lisible : exporte la feuille en CSV.
    This file is not a readable table: export the sheet as CSV."""


class MissingColumn(Refused):
    """Il manque une colonne : vérifie les titres de la première ligne.
    A column is missing: check the headings of the first line."""


class ColumnTwice(Refused):
    """Deux colonnes portent le même titre : on ne sait pas laquelle lire.
    Two columns have the same heading: nobody can tell which one to read."""


class TooManyCells(Refused):
    """Cette ligne a plus de cellules que de titres : une virgule ou un point-virgule est peut-être de trop.
    This line has more cells than headings: there may be a comma or a semicolon too many."""


class BadLine(NamedTuple):
    """One reason why a line does not pass: `line` counts from 1, 0 is the whole file; figures are in cents.

    `whole` when no year can be taken over without it: a heading, a file, an account, a balance.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    reason_fr: str
    reason_en: str
    figures: Mapping[str, object]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: each field with the heading of its column and the text of its cell."""

    file: str
    line: int
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    whole: bool = False  # whether the year needs it, see `BadLine`

    def bad(self, no: Refused, name: str = "") -> BadLine:
        """Return what is wrong with one of its cells, or with the line as a whole."""
        heading, text = self.texts.get(name, ("", ""))
        french, english = no.sentences()
        return BadLine(self.file, self.line, heading, text, no.code(), french, english, no.details, self.whole)


class CellReader:
    """Reads the cells of one line, and notes each one that cannot be read."""

    def __init__(self, row: Row, bad_lines: list[BadLine]) -> None:
        """`failed` tells whether a cell of this line could not be read."""
        self.row, self.bad_lines, self.failed = row, bad_lines, False

    def __call__(self, name: str, read: Callable[[str], T]) -> T | None:
        """Read the cell of a required column; None when it cannot be read."""
        try:
            return read(self.row.texts[name][1])
        except Refused as no:
            self.failed = True
            self.bad_lines.append(self.row.bad(no, name))
            return None

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """Read a cell that may be empty, in a column that may lack."""
        return self(name, read) if self.row.texts.get(name, ("", ""))[1].strip() else None


def rows_of(path: Path, required: Sequence[str], bad_lines: list[BadLine], *, whole: bool = False) -> Iterator[Row]:
    """Read the lines of a table under its headings; empty lines are passed over. `whole` when none may be left out."""
    table = _table(path)
    try:
        headings_line, titles = next(table)
        headings = [(_field(title), title.strip()) for title in titles]
        fields = [name for name, _ in headings]
        if faults := _faults(fields, required):
            bad_lines.extend(Row(path.name, headings_line, {name: (name, "")}, whole=True).bad(no, name) for no, name in faults)
            return
        for line, cells in table:
            texts = [*cells, *[""] * (len(fields) - len(cells))]
            row = Row(path.name, line, {name: (title, text) for (name, title), text in zip(headings, texts, strict=False) if name}, whole)
            if any(text.strip() for text in texts[len(fields) :]):
                bad_lines.append(row.bad(TooManyCells()))
            elif any(text.strip() for text in texts):
                yield row
    except NotATable as no:
        bad_lines.append(Row(path.name, no.details["line"], whole=True).bad(no))


def _faults(fields: Sequence[str], required: Sequence[str]) -> list[tuple[Refused, str]]:
    missing: list[tuple[Refused, str]] = [(MissingColumn(), name) for name in required if name not in fields]
    return missing + [(ColumnTwice(), name) for name in dict.fromkeys(fields) if name and fields.count(name) > 1]


def _table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Iterate over a file's lines, headings first, each with the number of its first line. Raises NotATable."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise NotATable(line=0)
    text = _text_of(path.read_bytes())
    heading = next((line for line in text.splitlines() if line.strip()), None)
    if heading is None:
        raise NotATable(line=0)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=heading.count), strict=True)
    line = 1
    try:
        for texts in reader:
            if texts:
                yield line, texts
            line = reader.line_num + 1
    except csv.Error:
        raise NotATable(line=line) from None


def _text_of(stored: bytes) -> str:
    try:
        text = stored.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = stored.decode("cp1252")
        except UnicodeDecodeError:
            raise NotATable(line=0) from None
    return unicodedata.normalize("NFC", text)  # macOS writes an accent as a code point of its own


def _field(title: str) -> str:
    """Return the account of a treasury column, else the title in small letters without accents."""
    plain = re.sub(r"[^a-z0-9]+", "_", folded(title)).strip("_")
    found = TREASURY_COLUMN.fullmatch(plain)
    return found[1] if found else plain

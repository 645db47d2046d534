"""The rules of the file of accounting entries, written from the law's text alone: each returns what it found.

Article A47 A-1 of the Livre des procédures fiscales (arrêté of 29 July 2013), I, III and VII, and the tax administration's comment on it
(BOI-CF-IOR-60-40-20). It knows nothing of how the file is made.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

FIELDS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef",
    "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
ALWAYS_FILLED = ("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "PieceRef", "PieceDate",
                 "EcritureLib", "Debit", "Credit", "ValidDate")  # fmt: skip
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
AMOUNT = re.compile(r"-?[0-9]+(,[0-9]+)?")
NAME = re.compile(r"(?P<holder>[0-9A-Za-z-]+)FEC(?P<closing>[0-9]{8})\.txt")


class Row(NamedTuple):
    """One line with its number in the file."""

    line: int
    cells: dict[str, str]

    def cents(self) -> int:
        """Return debit less credit."""
        return _cents(self.cells["Debit"]) - _cents(self.cells["Credit"])


def faults(name: str, content: bytes) -> list[str]:
    """Return everything that is wrong with a file; the first fault of its form hides what follows."""
    if not NAME.fullmatch(name) or day_of(NAME.fullmatch(name)["closing"]) is None:  # type: ignore[index]
        return [f"name: {name}"]
    if found := list(of_form(content)):
        return found
    rows = rows_of(content)
    if found := [fault for row in rows for fault in of_row(row)]:
        return found
    return [fault for rule in RULES for fault in rule(rows)]


def rows_of(content: bytes) -> list[Row]:
    """Return the lines below the first one."""
    lines = content.decode("iso8859_15").split("\r\n")[1:-1]
    return [Row(number, dict(zip(FIELDS, line.split("\t"), strict=True))) for number, line in enumerate(lines, start=2)]


def of_form(content: bytes) -> Iterator[str]:
    """Characters, ends of lines, separators, names of columns."""
    if content.startswith(b"\xef\xbb\xbf") or any(byte in range(0x80, 0xA0) for byte in content):
        yield "characters: not of ISO 8859-15"  # the controls of that range stand in UTF-8 for the half of all accents
        return
    if not content.endswith(b"\r\n") or content.count(b"\r") != content.count(b"\r\n") or content.count(b"\n") != content.count(b"\r\n"):
        yield "ends of lines"
        return
    first, *rest = content.decode("iso8859_15").split("\r\n")[:-1]
    if tuple(first.split("\t")) != FIELDS:
        yield "line 1: the eighteen names in their order"
    for number, line in enumerate(rest, start=2):
        if line.count("\t") != len(FIELDS) - 1:
            yield f"line {number}: {line.count(chr(9)) + 1} cells"


def of_row(row: Row) -> Iterator[str]:
    """Cells that must be filled, dates, amounts, accounts."""
    cells = row.cells
    for field in ALWAYS_FILLED:
        if not cells[field].strip():
            yield f"line {row.line}: {field} is empty"
    for field in DATES:
        if cells[field] and day_of(cells[field]) is None:
            yield f"line {row.line}: {field} {cells[field]}"
    for field in ("Debit", "Credit", "Montantdevise"):
        if cells[field] and not AMOUNT.fullmatch(cells[field]):
            yield f"line {row.line}: {field} {cells[field]}"
    if not re.match(r"[1-9][0-9]{2}", cells["CompteNum"]):
        yield f"line {row.line}: CompteNum {cells['CompteNum']}"
    if bool(cells["CompAuxNum"]) != bool(cells["CompAuxLib"]) or bool(cells["EcritureLet"]) != bool(cells["DateLet"]):
        yield f"line {row.line}: one half of a pair"
    if bool(cells["Montantdevise"]) != bool(cells["Idevise"]):
        yield f"line {row.line}: an amount without its currency, or a currency without amount"


def of_sides(rows: Sequence[Row]) -> Iterator[str]:
    """Each line is on one side."""
    for row in rows:
        debit, credit = (_cents(row.cells[side]) for side in ("Debit", "Credit"))
        if bool(debit) == bool(credit):
            yield f"line {row.line}: debit {debit}, credit {credit}"


def of_numbers(rows: Sequence[Row]) -> Iterator[str]:
    """The numbers begin at 1 and run on without gap, over the file and so in each journal; an entry stands in one block."""
    seen: list[str] = []
    for row in rows:
        number = row.cells["EcritureNum"]
        if not seen or seen[-1] != number:
            seen.append(number)
    if seen != [str(number) for number in range(1, len(seen) + 1)]:
        yield f"numbers: {seen}"


def of_entries(rows: Sequence[Row]) -> Iterator[str]:
    """Each entry balances, and its lines agree on journal, dates, voucher."""
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row.cells["EcritureNum"], []).append(row)
    for number, lines in by_number.items():
        if sum(row.cents() for row in lines):
            yield f"entry {number}: {sum(row.cents() for row in lines)} cents out of balance"
        if len({tuple(row.cells[name] for name in ("JournalCode", "EcritureDate", "ValidDate", "PieceRef")) for row in lines}) > 1:
            yield f"entry {number}: its lines disagree"


def of_order(rows: Sequence[Row]) -> Iterator[str]:
    """Entries follow each other in the order of validation; balances carried forward come first, and once."""
    valid = [row.cells["ValidDate"] for row in rows]
    if valid != sorted(valid):
        yield "order: not that of validation"
    opening = [row.cells["JournalCode"] == "AN" for row in rows]
    if opening != sorted(opening, reverse=True) or len({row.cells["EcritureNum"] for row in rows if row.cells["JournalCode"] == "AN"}) > 1:
        yield "order: balances carried forward do not come first"


def of_labels(rows: Sequence[Row]) -> Iterator[str]:
    """An account or a journal has one label."""
    for code, label in (("CompteNum", "CompteLib"), ("JournalCode", "JournalLib")):
        pairs = {(row.cells[code], row.cells[label]) for row in rows}
        if len(pairs) != len({pair[0] for pair in pairs}):
            yield f"labels: one {code} with two labels"


RULES: tuple[Callable[[Sequence[Row]], Iterator[str]], ...] = (of_sides, of_numbers, of_entries, of_order, of_labels)


def day_of(text: str) -> date | None:
    """Return the day that eight digits say, None for any other text."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if re.fullmatch(r"[0-9]{8}", text) else None
    except ValueError:
        return None


def _cents(text: str) -> int:
    whole, _, rest = text.partition(",")
    return int(whole + (rest + "00")[:2])

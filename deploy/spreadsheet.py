"""What a mandate holder's spreadsheet says: operations, transfers between pots, opening balances.

A folder holds `journal*.csv` and, where pots exchanged money, `transferts*.csv`. A treasury column is headed by a word and
an account: `banque_512`, `Caisse 530`. Columns with another heading are not read: they may hold remarks about persons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from deploy import cells
from deploy.table import BadLine, CellReader, Row, rows_of
from services.ledger.events.entries import Voucher
from shared.refusals import Refused

JOURNAL: Final = ("date", "piece", "libelle", "ventilation", "pot")  # and `projet`, which may lack
TRANSFERS: Final = ("date", "motif", "de", "vers", "montant")
OPENING: Final = ("compte", "pot", "montant")
T = TypeVar("T")


class MissingFile(Refused):
    """Il manque le journal : le dossier doit contenir un fichier journal.csv.
    The journal is missing: the folder must contain a file journal.csv."""


class LabelNamesSomebody(Refused):
    """Ce libellé contient le nom d'une personne de la coopérative : le registre ne garde aucun nom, retire-le.
    This label contains the name of a person of the cooperative: the register keeps no name, take it out."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the journal: signed cents by treasury account (sorted, none at zero) and positive cents by account."""

    row: Row
    on: date
    voucher: Voucher
    label: str
    amounts: tuple[tuple[str, int], ...]
    split: tuple[cells.Share, ...]
    pot: str | None
    project: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer between pots, in cents."""

    row: Row
    on: date
    label: str
    out_of: str
    into: str
    amount: int


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """What one account held for one pot when the year opened, in cents."""

    row: Row
    account: str
    pot: str
    amount: int


@dataclass
class Sheets:
    """All that the files of a folder say; `treasury` gives the word that heads each treasury account's column."""

    operations: list[Operation] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    treasury: dict[str, str] = field(default_factory=dict)
    bad_lines: list[BadLine] = field(default_factory=list)


Names = Callable[[str], Sequence[object]]


def nobody(_text: str) -> Sequence[object]:
    """Find no name: for a register whose people have no vault yet."""
    return ()


def read_sheets(folder: Path, names: Names = nobody) -> Sheets:
    """Read the journals and transfers of a folder; every cell that cannot be read is in `bad_lines`.

    `names` returns the words of a text that name somebody. Raises OSError when the folder cannot be read.
    """
    sheets = Sheets()
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    journals = [path for path in files if path.name.lower().startswith("journal")]
    if not journals:
        sheets.bad_lines.append(Row("journal.csv", 0, whole=True).bad(MissingFile()))
    for path in journals:
        for row in rows_of(path, JOURNAL, sheets.bad_lines):
            sheets.treasury.update({name: heading for name, (heading, _) in row.texts.items() if name.isdigit()})
            _keep(sheets.operations, _operation(row, sheets.bad_lines, names))
    for path in files:
        if path.name.lower().startswith("transfert"):
            for row in rows_of(path, TRANSFERS, sheets.bad_lines):
                _keep(sheets.moves, _move(row, sheets.bad_lines, names))
    return sheets


def read_opening(path: Path, bad_lines: list[BadLine]) -> list[OpeningLine]:
    """Read opening balances (`compte;pot;montant`); what cannot be read is added to `bad_lines`."""
    lines: list[OpeningLine] = []
    for row in rows_of(path, OPENING, bad_lines, whole=True):
        read = CellReader(row, bad_lines)
        account, pot, amount = read("compte", cells.code), read("pot", cells.code), read("montant", cells.cents)
        if account is not None and pot is not None and amount is not None:
            lines.append(OpeningLine(row, account, pot, amount))
    return lines


def _operation(row: Row, bad_lines: list[BadLine], names: Names) -> Operation | None:
    read = CellReader(row, bad_lines)
    on, voucher, label = read("date", cells.day), read("piece", cells.voucher), read("libelle", _unnamed(names))
    amounts = [(name, read(name, cells.cents)) for name in sorted(row.texts) if name.isdigit()]
    split = read("ventilation", cells.split)
    pot, project = read.maybe("pot", cells.code), read.maybe("projet", cells.code)
    if read.failed or on is None or voucher is None or label is None or split is None:
        return None
    return Operation(row, on, voucher, label, tuple((account, amount) for account, amount in amounts if amount), split, pot, project)


def _move(row: Row, bad_lines: list[BadLine], names: Names) -> Move | None:
    read = CellReader(row, bad_lines)
    on, label = read("date", cells.day), read("motif", _unnamed(names))
    out_of, into, amount = read("de", cells.code), read("vers", cells.code), read("montant", _positive)
    if on is None or label is None or out_of is None or into is None or amount is None:
        return None
    return Move(row, on, label, out_of, into, amount)


def _positive(text: str) -> int:
    amount = cells.cents(text)
    if amount <= 0:
        raise cells.NotASum
    return amount


def _unnamed(names: Names) -> Callable[[str], str]:
    def read(text: str) -> str:
        label = cells.label(text)
        if names(label):
            raise LabelNamesSomebody
        return label

    return read


def _keep(kept: list[T], one: T | None) -> None:
    if one is not None:
        kept.append(one)

"""What a table is: named columns, each of one kind, and rows of whole values; written to CSV and XLSX alike."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Cell = str | int | bool | date | None


class Kind(StrEnum):
    """What the cells of a column hold; any may be None, which is written as an empty cell."""

    TEXT = "text"
    CENTS = "cents"  # int, written in euros
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called in both languages, and what its cells hold."""

    fr: str
    en: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns; `fr` and `en` are the names of the whole."""

    fr: str
    en: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class TableName(StrEnum):
    """The tables that can be asked for."""

    JOURNAL = "journal"
    GENERAL_LEDGER = "general-ledger"
    TRIAL_BALANCE = "trial-balance"
    BALANCES = "balances"
    POTS = "pots"
    ADVANCES = "advances"
    ANOMALIES = "anomalies"
    COMMITMENTS = "commitments"

"""How long a council of each cycle lasts and how many points it takes: data, shipped as CSV, that an association's rules replace.

The file has the columns of `CouncilFormat`; an empty source is none. How many points a council takes is a proposal of ours:
no association printed it, so nothing there is `verified`.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from services.governance.events.people import CouncilFormat

SHIPPED: Final = Path(__file__).with_name("council_formats.csv")
TRUTH: Final = {"true": True, "false": False}


class BadFormats(ValueError):
    """A file of formats cannot be read; the message names the line and what is wrong in it."""


def read_formats(path: Path) -> tuple[CouncilFormat, ...]:
    """Return the formats of a file, in its order. Raises BadFormats, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        if tuple(rows.fieldnames or ()) != tuple(CouncilFormat.model_fields):
            raise BadFormats(f"{path.name}, line 1: the columns are {', '.join(CouncilFormat.model_fields)}")
        return tuple(_format(path.name, rows.line_num, row) for row in rows)


@cache
def shipped() -> tuple[CouncilFormat, ...]:
    """Return the formats that come with Ruche."""
    return read_formats(SHIPPED)


def in_force(adopted: Sequence[CouncilFormat]) -> tuple[CouncilFormat, ...]:
    """Return the formats to go by, by cycle: those of the rules, and the shipped ones for cycles that the rules leave out."""
    by_cycle = {one.cycle: one for one in (*shipped(), *adopted)}
    return tuple(by_cycle[cycle] for cycle in sorted(by_cycle))


def format_for(cycles: Iterable[int], formats: Iterable[CouncilFormat]) -> CouncilFormat | None:
    """Return the format of a class: in a class of two cycles that of the younger pupils; None where no format fits."""
    wanted = set(cycles)
    return min((one for one in formats if one.cycle in wanted), key=lambda one: one.cycle, default=None)


def _format(file: str, line: int, row: dict[str, str]) -> CouncilFormat:
    try:
        whole = {name: int(row[name]) for name in ("cycle", "minutes", "minutes_max", "items_max")}
        return CouncilFormat(**whole, pictograms=TRUTH[row["pictograms"]], verified=TRUTH[row["verified"]], source=row["source"] or None)
    except (ValueError, KeyError, TypeError) as error:  # pydantic's ValidationError is a ValueError
        raise BadFormats(f"{file}, line {line}: {error}") from error

"""How long a year of 1,000 entries takes: journal, general ledger and financial report to their PDF, a statement of its lines matched."""

import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from deploy.bench.measuring import ROUNDS, Measured
from deploy.bench.sample_books import ACTOR, entries, opening, school_year
from deploy.bench.statement_lines import imported, statement_file
from services.ledger.projections.journal import JOURNAL, line_shown
from services.ledger.telling.blocks import Block
from services.ledger.telling.documents_of import financial_report_blocks
from services.ledger.telling.printing import Origin, printed
from services.ledger.telling.registers import journal_blocks, ledger_blocks
from services.ledger.telling.year_end import YEAR_END, report_shown
from shared.messages import Recorded, id_from
from shared.projecting import fold
from shared.values import Checkpoint
from shared.web.queries import plain

ENTRIES: Final = 1_000
TODAY: Final = date(2025, 6, 30)
AT: Final = datetime(2025, 6, 30, 10, tzinfo=UTC)


def measure(count: int = ENTRIES) -> Measured:
    """Draw each document twice and import a statement of `count` lines twice, folding included; give the better time in seconds."""
    load_before = os.getloadavg()[0]
    year, starts, _ = school_year(TODAY)
    records = [
        Recorded(id_from(b"register"), seq, AT, ACTOR, "bench", fact)
        for seq, fact in enumerate([*opening(ACTOR, TODAY), *entries(2 * count, starts, ACTOR)], start=1)
    ]
    file = statement_file(records, count, starts)
    year_records = records[:-count]
    figures = {name: round(min(_seconds(draw, year_records, year) for _ in range(ROUNDS)), 3) for name, draw in DRAWN.items()}
    figures[f"import_{count}_lines_s"] = round(
        min(_seconds(lambda every, _: imported(file, every), records, year) for _ in range(ROUNDS)), 3
    )
    machine = {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "load_before": round(load_before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }
    return Measured("documents", figures, {}, machine)


def _seconds(draw: Callable[[list[Recorded[Any]], str], object], records: list[Recorded[Any]], year: str) -> float:
    began = time.perf_counter()
    draw(records, year)
    return time.perf_counter() - began


def _journal(records: list[Recorded[Any]], _: str) -> object:
    journal = fold(JOURNAL, records)
    return [line_shown(journal, one) for one in journal.ordered()]


def _journal_pdf(records: list[Recorded[Any]], year: str) -> object:
    days = fold(YEAR_END, records).closing.days[year]
    return _print("Journal", journal_blocks(fold(JOURNAL, records), days))


def _ledger_pdf(records: list[Recorded[Any]], year: str) -> object:
    days = fold(YEAR_END, records).closing.days[year]
    return _print("Grand livre", ledger_blocks(fold(JOURNAL, records), days))


def _report_pdf(records: list[Recorded[Any]], year: str) -> object:
    return _print("Compte rendu financier", financial_report_blocks(plain(report_shown(fold(YEAR_END, records), year))))


def _print(title: str, blocks: list[Block]) -> bytes:
    return printed(title, blocks, Origin("École du banc d'essai", id_from(b"register"), Checkpoint(size=1, root="0" * 64), AT))


DRAWN: Final = {"journal_s": _journal, "journal_pdf_s": _journal_pdf, "general_ledger_pdf_s": _ledger_pdf, "report_pdf_s": _report_pdf}

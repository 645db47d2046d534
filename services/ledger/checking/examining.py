"""All checks over one register: what is found, in the order of the records."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from services.ledger.checking import cash_kept, chased, corrected, duplicates, handed_over, papers, rates, ruled, unsettled
from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity

CHECKS: tuple[Callable[[Facts, date], Iterator[Found]], ...] = (
    chased.found,
    duplicates.found,
    cash_kept.found,
    papers.found,
    unsettled.found,
    corrected.found,
    rates.found,
    ruled.found,
    handed_over.found,
)


def examined(facts: Facts, today: date) -> list[Found]:
    """Return everything the checks find on a day, by record; a clean year gives nothing but notes."""
    return sorted((one for check in CHECKS for one in check(facts, today)), key=lambda one: (one.seq, one.notice.code()))


def examination_shown(facts: Facts, found: list[Found]) -> dict[str, Any]:
    """Return JSON values: what was found, each with the number and the label of its entry, and how many of each severity."""
    counts = {severity.value: sum(1 for one in found if one.severity is severity) for severity in Severity}
    return {"found": [one.shown() | _entry_shown(facts, one.seq) for one in found], **counts}


def _entry_shown(facts: Facts, seq: int) -> dict[str, Any]:
    written = facts.entries.get(facts.entry_at.get(seq, ""))
    if written is None:
        return {"voucher": None, "label": None}
    number = written.event.voucher
    return {"voucher": f"{number.series}{number.number:02d}", "label": getattr(written.event, "label", None)}

"""Entries that may be the same one written twice: same kind, same pot and project, same amounts on the same accounts, in one year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.ledger.checking.facts import Facts, Written
from services.ledger.checking.found import Found, Severity
from services.ledger.events.entries import ExpenseRecorded, ReceiptRecorded
from shared.refusals import Notice


class ProbableDuplicate(Notice):
    """Deux écritures se ressemblent en tout point : vérifie que ce n'est pas la même enregistrée deux fois.
    Two entries are alike in every point: check that it is not one recorded twice."""


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find each entry that looks like an earlier one; what was taken over from another register is looked at as well."""
    first: dict[Any, Written] = {}
    for one in facts.standing():
        if not isinstance(one.event, ReceiptRecorded | ExpenseRecorded):
            continue
        likeness = _likeness(facts, one)
        before = first.setdefault(likeness, one)
        if before is not one:
            why = facts.why(ProbableDuplicate.code(), one.event.entry, before.event.entry)
            notice = ProbableDuplicate(entry=one.event.entry, like=before.event.entry, like_seq=before.seq, amount=_amount(one.event))
            yield Found(one.seq, Severity.WARNING if why is None else Severity.NOTE, notice, why)


def _likeness(facts: Facts, one: Written) -> Any:
    event = one.event
    lines = sorted((line.account, line.amount, line.pot or event.pot, line.project or event.project or "") for line in event.allocations)
    return type(event), facts.year_of(event.on), tuple(lines)


def _amount(event: ReceiptRecorded | ExpenseRecorded) -> int:
    return sum(line.amount for line in event.allocations)

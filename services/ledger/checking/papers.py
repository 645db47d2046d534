"""Vouchers that are missing, that came late, or that are lost."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from services.ledger.projections.vouchers import Paper
from shared.refusals import Notice


class VoucherMissing(Notice):
    """La pièce de cette écriture manque encore.
    The voucher of this entry is still missing."""


class VoucherCameLate(Notice):
    """La pièce de cette écriture est venue bien après sa date.
    The voucher of this entry came long after its date."""


class VoucherLost(Notice):
    """La pièce de cette écriture est déclarée perdue.
    The voucher of this entry is declared lost."""


def _waited(facts: Facts, paper: Paper) -> int:
    """Return how many days the voucher came after the entry, which may itself have been written late."""
    written, came = facts.entries.get(paper.entry), facts.paper_came.get(paper.entry)
    return (came - facts.day(written.time)).days if written and came else 0


def found(facts: Facts, today: date) -> Iterator[Found]:
    """Find the entries whose voucher the rules of their day would have wanted earlier."""
    for paper in facts.vouchers.papers.values():
        rules = facts.rules_on(paper.on)
        if rules is None or paper.voucher is None or not paper.needed or paper.reversed_by is not None:
            continue
        about = {"entry": paper.entry, "voucher": f"{paper.voucher.series}{paper.voucher.number:02d}"}
        days_max = rules.content.late_entry_days
        if paper.lost is not None:
            yield Found(paper.seq, Severity.NOTE, VoucherLost(**about), paper.lost.reason)
        elif paper.missing and (days := (today - paper.on).days) > days_max:
            yield Found(paper.seq, Severity.ALERT, VoucherMissing(**about, days=days, days_max=days_max))
        elif paper.documents and (days := _waited(facts, paper)) > days_max:
            why = facts.why(VoucherCameLate.code(), paper.entry)
            yield Found(paper.seq, Severity.NOTE, VoucherCameLate(**about, days=days, days_max=days_max), why)

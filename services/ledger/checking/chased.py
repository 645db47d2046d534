"""What the list of anomalies keeps: floors passed, entries without decision, late entries, ceilings, missing numbers."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from services.ledger.projections.chase import Anomaly, Gap
from services.ledger.watch import AboveTheCeiling, AccountBelowZero, CashBelowZero, PotBelowZero, RecordedLate, WithoutDecision
from shared.refusals import Notice

SEVERITIES: dict[type[Notice], Severity] = {
    CashBelowZero: Severity.ALERT,
    AccountBelowZero: Severity.ALERT,
    PotBelowZero: Severity.ALERT,
    WithoutDecision: Severity.ALERT,
    AboveTheCeiling: Severity.WARNING,
    RecordedLate: Severity.WARNING,
}
NOTICES = {notice.code(): notice for notice in SEVERITIES}


class VoucherGap(Notice):
    """Ce numéro de pièce n'a jamais servi.
    This voucher number was never used."""


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find what was noted when each record was written, what was settled since, and the numbers never used."""
    for anomaly in facts.chase.anomalies:
        notice = _again(anomaly)
        why = facts.why_at(anomaly.code, anomaly.seq)
        yield Found(anomaly.seq, SEVERITIES[type(notice)] if why is None else Severity.NOTE, notice, why)
    for settled in facts.chase.settled:
        notice = _again(settled.anomaly, settled_by=settled.settled_by, decision=settled.decision)
        yield Found(settled.anomaly.seq, Severity.NOTE, notice, settled.anomaly.details.get("reason"))
    for gap in facts.chase.gaps():
        notice = VoucherGap(year=gap.year, voucher=f"{gap.series}{gap.number:02d}")
        yield Found(_next(facts, gap), Severity.ALERT if gap.reason is None else Severity.NOTE, notice, gap.reason)


def _next(facts: Facts, gap: Gap) -> int:
    """Return the record of the number that follows a gap, where the gap first shows."""
    later = [
        (one.event.voucher.number, one.seq)
        for one in facts.entries.values()
        if one.event.voucher.series == gap.series and one.event.voucher.number > gap.number and facts.year_of(one.event.on) == gap.year
    ]
    return min(later)[1]


def _again(anomaly: Anomaly, **more: object) -> Notice:
    return NOTICES[anomaly.code](**anomaly.details, **more)

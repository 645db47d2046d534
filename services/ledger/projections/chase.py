"""What somebody must look at: cash or pots below zero, expenses without a decision, late entries, gaps in numbers.

It says afterwards, of every record, what the deciders' warnings said when it was written. An expense or an advance without a decision
is listed until a council regularises it or it is reversed; it is then among what is settled.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.governance.events.people import CooperativeAffiliated, RulesAdopted
from services.ledger.double_entry import Posted, accounts_after, pots_after
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified
from services.ledger.events.books import TreasuryAccountOpened, TreasuryKind, YearOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ExpenseRegularised, VoucherGapExplained
from services.ledger.events.legs import Posting
from services.ledger.watch import above_ceiling, floors, late, undecided
from shared.messages import Recorded
from shared.projecting import Projection
from shared.refusals import Notice
from shared.values import Code, Id, Table


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing that looked wrong when the record `seq` was written; the details are cents, codes and days."""

    seq: int
    code: str
    fr: str
    en: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """An anomaly that the record `settled_by` put an end to, with the decision that regularised it; none where it was reversed."""

    anomaly: Anomaly
    settled_by: int
    decision: Id | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A voucher number below the highest one of its series that was never used, and why if somebody said so."""

    year: Code
    series: Code
    number: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Chase:
    """The anomalies in the order of the register, those that are settled, and the numbers used in each series.

    `undecided` has the anomaly of each entry that awaits a decision.
    """

    anomalies: tuple[Anomaly, ...] = ()
    settled: tuple[Settled, ...] = ()
    undecided: Table[Id, Anomaly] = Map()
    numbers: Table[str, tuple[int, ...]] = Map()
    explained: Table[str, str] = Map()
    accounts: Table[Code, int] = Map()
    pots: Table[Code, int] = Map()
    cash: tuple[Code, ...] = ()
    treasury: tuple[Code, ...] = ()
    late_days: tuple[tuple[date, int], ...] = ()
    years: tuple[tuple[Code, date, date], ...] = ()
    ceilings: Table[Id, int] = Map()
    zone: str = "UTC"
    posted: Posted = Posted()

    def gaps(self) -> list[Gap]:
        """Return the numbers missing below the highest used of each series of each year."""
        return [
            Gap(year, series, number, self.explained.get(f"{key} {number}"))
            for key, used in sorted(self.numbers.items())
            for year, series in [key.split(" ")]
            for number in sorted(set(range(1, max(used))) - set(used))
        ]


def evolve(chase: Chase, record: Recorded[LedgerEvent | RulesAdopted | CooperativeAffiliated]) -> Chase:
    """Watch one fact go by."""
    event: Any = record.event
    match event:
        case CooperativeAffiliated(zone=zone):
            return replace(chase, zone=zone)
        case RulesAdopted():
            return replace(chase, late_days=(*chase.late_days, (event.valid_from, event.content.late_entry_days)))
        case YearOpened():
            chase = replace(chase, years=(*chase.years, (event.year, event.starts, event.ends)))
        case TreasuryAccountOpened(account=account, kind=kind):
            cash = (*chase.cash, account) if kind is TreasuryKind.CASH else chase.cash
            return replace(chase, treasury=(*chase.treasury, account), cash=cash)
        case VoucherGapExplained():
            return replace(chase, explained=chase.explained.set(f"{event.year} {event.series} {event.number}", event.reason))
        case AdvanceGranted(ceiling=int(ceiling)):
            chase = replace(chase, ceilings=chase.ceilings.set(event.advance, ceiling))
        case ExpenseRegularised():
            return _settled(chase, event.entry, record.seq, event.decision)
        case EntryReversed():
            chase = _settled(chase, event.reverses, record.seq, None)
        case _:
            pass
    posted, lines = chase.posted.after(event)
    missing = [_anomaly(record.seq, notice) for notice in undecided(event)]
    if missing and isinstance(event, ExpenseRecorded | AdvanceGranted):
        entry = event.entry if isinstance(event, ExpenseRecorded) else event.advance
        chase = replace(chase, undecided=chase.undecided.set(entry, missing[0]))
    noticed = [_anomaly(record.seq, notice) for notice in _noticed(chase, record, lines)]
    return replace(
        _numbered(chase, event),
        anomalies=(*chase.anomalies, *missing, *noticed),
        accounts=accounts_after(chase.accounts, lines),
        pots=pots_after(chase.pots, lines),
        posted=posted,
    )


def _noticed(chase: Chase, record: Recorded[Any], lines: tuple[Posting, ...]) -> list[Notice]:
    event = record.event
    return [
        *floors(chase.accounts, chase.pots, lines, frozenset(chase.cash), frozenset(chase.treasury)),
        *late(record, chase.zone, _late_days(chase, event.business_date)),
        *(above_ceiling(event, chase.ceilings.get(event.advance)) if isinstance(event, AdvanceJustified) else ()),
    ]


def _settled(chase: Chase, entry: Id, seq: int, decision: Id | None) -> Chase:
    """Take the anomaly of an entry off the list; where a cut hides the entry nothing changes."""
    anomaly = chase.undecided.get(entry)
    if anomaly is None:
        return chase
    return replace(
        chase,
        anomalies=tuple(one for one in chase.anomalies if one != anomaly),
        settled=(*chase.settled, Settled(anomaly, seq, decision)),
        undecided=chase.undecided.delete(entry),
    )


def _anomaly(seq: int, notice: Notice) -> Anomaly:
    french, english = notice.sentences()
    return Anomaly(seq, notice.code(), french, english, notice.details)


def _late_days(chase: Chase, on: date | None) -> int | None:
    begun = [rule for rule in chase.late_days if on is not None and rule[0] <= on]
    return max(reversed(begun), key=lambda rule: rule[0])[1] if begun else None  # on a tie, the rules adopted last


def _numbered(chase: Chase, event: Any) -> Chase:
    voucher = getattr(event, "voucher", None)
    if voucher is None:
        return chase
    year = next((year for year, starts, ends in chase.years if starts <= event.on <= ends), "-")
    key = f"{year} {voucher.series}"
    return replace(chase, numbers=chase.numbers.set(key, (*chase.numbers.get(key, ()), voucher.number)))


def chase_shown(chase: Chase) -> dict[str, Any]:
    """Return the anomalies, those that are settled with the record that did it, and the gaps in voucher numbers."""
    settled = [{**asdict(one.anomaly), "settled_by": one.settled_by, "decision": one.decision} for one in chase.settled]
    return {"anomalies": chase.anomalies, "settled": settled, "gaps": chase.gaps()}


CHASE = Projection(name="ledger.chase", version=3, initial=Chase(), evolve=evolve)

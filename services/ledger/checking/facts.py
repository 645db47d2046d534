"""What the checks look at: one fold over the records of governance and of the ledger."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from immutables import Map

from services.governance.events.people import CooperativeAffiliated, MandateHandedOver, RulesAdopted
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.bank import ReconciliationSigned
from services.ledger.events.books import MembershipDeclared, YearOpened
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.vouchers import VoucherAttached
from services.ledger.projections.advances import ADVANCE_BOOK, Advances
from services.ledger.projections.chase import CHASE, Chase
from services.ledger.projections.vouchers import VOUCHER_BOOK, Vouchers
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Table

ENTRIES = (ReceiptRecorded, ExpenseRecorded, TransferRecorded, AdvanceGranted, AdvanceJustified, AdvanceReturned)
TELL_THEMSELVES = (MembershipDeclared, ReconciliationSigned, MandateHandedOver)


class Written(NamedTuple):
    """One fact as it was written: its place in the register, when, and what it says."""

    seq: int
    time: datetime
    event: Any


@dataclass(frozen=True, slots=True)
class Facts:
    """The entries by their ids, the facts that tell themselves, what was explained, and the folds that the checks share."""

    entries: Table[Id, Written] = Map()
    entry_at: Table[int, Id] = Map()
    told: tuple[Written, ...] = ()
    paper_came: Table[Id, date] = Map()
    reversed_by: Table[Id, Id] = Map()
    explained: Table[tuple[Code, Id], str] = Map()
    rules: tuple[RulesAdopted, ...] = ()
    years: tuple[YearOpened, ...] = ()
    chase: Chase = CHASE.initial
    vouchers: Vouchers = VOUCHER_BOOK.initial
    advances: Advances = ADVANCE_BOOK.initial
    zone: str = "UTC"

    def day(self, moment: datetime) -> date:
        """Return the day of a moment where the cooperative is."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def rules_on(self, day: date) -> RulesAdopted | None:
        """Return the rules in force on a day: those begun last, or adopted last on a tie."""
        begun = [rules for rules in self.rules if rules.valid_from <= day]
        return max(reversed(begun), key=lambda rules: rules.valid_from, default=None)

    def year_of(self, day: date) -> Code | None:
        """Return the fiscal year of a day."""
        return next((year.year for year in self.years if year.starts <= day <= year.ends), None)

    def standing(self) -> list[Written]:
        """Return the entries that no reversal undid, in the order of the register."""
        return sorted(one for name, one in self.entries.items() if name not in self.reversed_by)

    def why_at(self, check: Code, seq: int) -> str | None:
        """Return the reason somebody gave for what a check finds about the entry of one record."""
        entry = self.entry_at.get(seq)
        return None if entry is None else self.explained.get((check, entry))

    def why(self, check: Code, *entries: Id) -> str | None:
        """Return the reason somebody gave for what a check finds about one of these entries."""
        return next((reason for entry in entries if (reason := self.explained.get((check, entry))) is not None), None)


def name_of(record: Recorded[Any]) -> Id:
    """Return the id of an entry; of an advance granted, that of the advance; of an old step without an id, its place."""
    event = record.event
    name: Id = event.advance if isinstance(event, AdvanceGranted) else event.entry or str(record.seq)
    return name


def evolve(facts: Facts, record: Recorded[Any]) -> Facts:
    """Apply one fact."""
    event: Any = record.event
    facts = replace(
        facts,
        chase=CHASE.evolve(facts.chase, record),
        vouchers=VOUCHER_BOOK.evolve(facts.vouchers, record),
        advances=ADVANCE_BOOK.evolve(facts.advances, record),
    )
    written = Written(record.seq, record.time, event)
    match event:
        case CooperativeAffiliated(zone=zone):
            return replace(facts, zone=zone)
        case RulesAdopted():
            return replace(facts, rules=(*facts.rules, event))
        case YearOpened():
            return replace(facts, years=(*facts.years, event))
        case AnomalyExplained():
            reasons = {(event.check, entry): event.reason for entry in event.entries}
            return replace(facts, explained=facts.explained.update(reasons))
        case VoucherAttached(entry=entry) if entry not in facts.paper_came:
            return replace(facts, paper_came=facts.paper_came.set(entry, event.on or facts.day(record.time)))
        case EntryReversed():
            return replace(facts, told=(*facts.told, written), reversed_by=facts.reversed_by.set(event.reverses, event.entry))
        case _ if isinstance(event, ENTRIES):
            name = name_of(record)
            return replace(facts, entries=facts.entries.set(name, written), entry_at=facts.entry_at.set(record.seq, name))
        case _ if isinstance(event, TELL_THEMSELVES):
            return replace(facts, told=(*facts.told, written))
        case _:
            return facts


FACTS = Projection(name="ledger.facts", version=1, initial=Facts(), evolve=evolve)

"""What each fiscal year moved, what its accounts are called, and how far its end has come: report, discharge, closing."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.discharging import DISCHARGING, Discharging
from services.ledger.discharging import noted as discharging_after
from services.ledger.double_entry import accounts_after, pots_after
from services.ledger.events.books import ChartAdopted, PotKind, PotOpened, TreasuryAccountOpened, YearOpened
from services.ledger.events.closing import FinancialReportIssued, YearClosed
from services.ledger.events.legs import Posting
from services.ledger.watch import needs_paper
from shared.messages import Recorded
from shared.values import Code, Digest, Id, Pseudonym, Seq, Table


class Days(NamedTuple):
    """The first and the last day of a fiscal year, and the chart that it follows."""

    starts: date
    ends: date
    chart: Code


class Sums(NamedTuple):
    """What the entries of one year moved, accounts debit positive, in cents; `last_seq` is the last fact that moved any."""

    accounts: Table[Code, int] = Map()
    pots: Table[Code, int] = Map()
    last_seq: Seq = 0


class Purse(NamedTuple):
    """What a pot is called and whose it is."""

    label: str
    kind: PotKind


class Report(NamedTuple):
    """A financial report as it was issued; `seq` is where the act stands."""

    seq: Seq
    by: Pseudonym
    through_seq: Seq
    root: str
    digest: Digest
    signatories: tuple[Pseudonym, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """The years of a register and their ends; `due` are the entries that a paper must stand behind, with where they stand."""

    days: Table[Code, Days] = Map()
    sums: Table[Code, Sums] = Map()
    charts: tuple[ChartAdopted, ...] = ()
    treasuries: Table[Code, str] = Map()
    pots: Table[Code, Purse] = Map()
    due: Table[Id, Seq] = Map()
    reports: Table[Code, Report] = Map()
    discharging: Discharging = Discharging()
    closed: Table[Code, YearClosed] = Map()

    def year_of(self, day: date) -> Code | None:
        """Return the fiscal year that contains a day."""
        return next((year for year, days in self.days.items() if days.starts <= day <= days.ends), None)

    def year_after(self, year: Code) -> Code | None:
        """Return the first year that begins after the end of another."""
        ends = self.days[year].ends
        return min((one for one, days in self.days.items() if days.starts > ends), key=lambda one: self.days[one].starts, default=None)

    def through(self, year: Code) -> Sums:
        """Return what the entries of a year and of all years before it moved together: the balances at its end."""
        ends, accounts, pots, last_seq = self.days[year].ends, dict[Code, int](), dict[Code, int](), 0
        for one, sums in self.sums.items():
            if self.days[one].starts <= ends:
                for account, amount in sums.accounts.items():
                    accounts[account] = accounts.get(account, 0) + amount
                for pot, amount in sums.pots.items():
                    pots[pot] = pots.get(pot, 0) + amount
                last_seq = max(last_seq, sums.last_seq)
        return Sums(Map(accounts), Map(pots), last_seq)


def turned(closing: Closing, record: Recorded[Any], lines: tuple[Posting, ...]) -> Closing:
    """Apply one fact and its double entry."""
    event = record.event
    if type(event) in KINDS:
        closing = _told(closing, record)
    if type(event) in DISCHARGING:
        closing = replace(closing, discharging=discharging_after(closing.discharging, record))
    if not lines or (year := closing.year_of(event.business_date or record.time.date())) is None:
        return closing
    before = closing.sums.get(year, Sums())
    sums = Sums(accounts_after(before.accounts, lines), pots_after(before.pots, lines), max(before.last_seq, record.seq))
    due = closing.due
    if needs_paper(event) and (entry := getattr(event, "entry", None)) is not None:
        due = due.set(entry, record.seq)
    return replace(closing, sums=closing.sums.set(year, sums), due=due)


def _told(closing: Closing, record: Recorded[Any]) -> Closing:
    match record.event:
        case YearOpened() as event:
            return replace(closing, days=closing.days.set(event.year, Days(event.starts, event.ends, event.chart)))
        case ChartAdopted() as event:
            return replace(closing, charts=(*closing.charts, event))
        case TreasuryAccountOpened(account=account, label=label):
            return replace(closing, treasuries=closing.treasuries.set(account, label))
        case PotOpened() as event:
            return replace(closing, pots=closing.pots.set(event.pot, Purse(event.label, event.kind)))
        case FinancialReportIssued() as event:
            told = Report(record.seq, record.actor, event.through_seq, event.checkpoint.root, event.digest, event.signatories)
            return replace(closing, reports=closing.reports.set(event.year, told))
        case YearClosed() as event:
            return replace(closing, closed=closing.closed.set(event.year, event))
        case _:
            return closing


KINDS = (YearOpened, ChartAdopted, TreasuryAccountOpened, PotOpened, FinancialReportIssued, YearClosed)

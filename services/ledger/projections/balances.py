"""Where the money is: the balance of every account, pot and project, and the result of every year.

Cents. Accounts are debit positive, so treasury shows what is there, income is negative and expense positive; pots show
what they hold; a project shows income and expense, both positive.
"""

from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from services.ledger.double_entry import Posted, accounts_after, moved, pots_after
from services.ledger.events import (
    ChartAccount,
    ChartAdopted,
    LedgerEvent,
    Posting,
    PotOpened,
    TreasuryAccountOpened,
    YearOpened,
)
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Table

NO_YEAR = "-"  # under a cut that hides the opening of the year


@dataclass(frozen=True, slots=True)
class Margin:
    """What a project brought in and what it cost."""

    income: int = 0
    expense: int = 0


@dataclass(frozen=True, slots=True)
class YearSpan:
    """The first and last day of a fiscal year."""

    year: Code
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Balances:
    """Every balance of one register; `results` holds, per year, the turnover of each income or expense account."""

    accounts: Table[Code, int] = Map()
    results: Table[Code, Table[Code, int]] = Map()
    pots: Table[Code, int] = Map()
    projects: Table[Code, Margin] = Map()
    treasury: tuple[Code, ...] = ()
    labels: Table[Code, str] = Map()
    chart: Table[Code, ChartAccount] = Map()
    years: tuple[YearSpan, ...] = ()
    posted: Posted = Posted()

    @property
    def in_treasury(self) -> int:
        """Return all the money there is: treasury accounts and open advances."""
        return sum(self.pots.values())

    def year_of(self, day: date) -> Code:
        """Return the fiscal year of a day, or `NO_YEAR`."""
        return next((span.year for span in self.years if span.starts <= day <= span.ends), NO_YEAR)


def evolve(balances: Balances, record: Recorded[LedgerEvent]) -> Balances:
    """Apply one fact; facts that move no money change labels at most."""
    event = record.event
    match event:
        case YearOpened():
            balances = replace(balances, years=(*balances.years, YearSpan(event.year, event.starts, event.ends)))
        case PotOpened():
            labels, pots = balances.labels.set(event.pot, event.label), balances.pots
            return replace(balances, labels=labels, pots=pots if event.pot in pots else pots.set(event.pot, 0))
        case TreasuryAccountOpened(account=account, label=label):
            accounts = balances.accounts if account in balances.accounts else balances.accounts.set(account, 0)
            return replace(balances, treasury=(*balances.treasury, account), labels=balances.labels.set(account, label), accounts=accounts)
        case ChartAdopted():
            return replace(balances, chart=balances.chart.update({account.code: account for account in event.content}))
        case _:
            pass
    posted, lines = balances.posted.after(event)
    if not lines:
        return balances
    year = balances.year_of(event.business_date or record.time.date())
    results, projects = _results_after(balances, year, lines)
    return Balances(
        accounts_after(balances.accounts, lines),
        results,
        pots_after(balances.pots, lines),
        projects,
        balances.treasury,
        balances.labels,
        balances.chart,
        balances.years,
        posted,
    )


def _results_after(balances: Balances, year: Code, lines: tuple[Posting, ...]) -> tuple[Map[Code, Map[Code, int]], Map[Code, Margin]]:
    results, projects = balances.results, balances.projects
    for line in lines:
        first = line.account[0]
        if first not in "67":
            continue
        results = results.set(year, moved(results.get(year, Map()), line.account, line.amount))
        if line.project is not None:
            margin = projects.get(line.project, Margin())
            income, expense = (line.amount, 0) if first == "7" else (0, line.amount)
            projects = projects.set(line.project, Margin(margin.income - income, margin.expense + expense))
    return results, projects


BALANCES = Projection(name="ledger.balances", version=1, initial=Balances(), evolve=evolve)

"""Where the money is: the balance of every account, pot and project, and the result of every year.

Cents. Accounts are debit positive, so treasury shows what is there, income is negative and expense positive; pots show
what they hold; a project shows income and expense, both positive.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.ledger.double_entry import BROUGHT_IN, COST, HELD, OWED, RESULT, Posted
from services.ledger.events.books import ChartAccount, ChartAdopted, PotOpened, TreasuryAccountOpened, YearOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.legs import BETWEEN_POTS, CARRIED_FORWARD, Posting, legs
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Table

PLACES = frozenset({OWED, HELD})  # where money lies: accounts and cash, and the advances, which are owed to the cooperative
ENTRIES = (ReceiptRecorded, ExpenseRecorded, TransferRecorded)  # nearly every fact
NO_YEAR = "-"  # under a cut that hides the opening of the year


@dataclass(frozen=True, slots=True)
class Margin:
    """What a project brought in and what it cost."""

    income: int = 0
    expense: int = 0


@dataclass(frozen=True, slots=True)
class YearSpan:
    """The first and last day of a fiscal year, and the chart of accounts that it follows."""

    year: Code
    starts: date
    ends: date
    chart: Code | None = None


@dataclass(frozen=True, slots=True)
class ChartVersion:
    """One version of a chart of accounts, and the day from which its labels are those of new entries."""

    chart: Code
    valid_from: date
    accounts: Table[Code, ChartAccount] = Map()


@dataclass(frozen=True, slots=True)
class Balances:
    """Every balance of one register; `results` holds, per year, the turnover of each income or expense account.

    `chart` is what every chart ever adopted says of an account, the last one first; `charts` are its versions, for the labels of a day.
    """

    accounts: Table[Code, int] = Map()
    results: Table[str, Table[Code, int]] = Map()
    pots: Table[Code, int] = Map()
    projects: Table[Code, Margin] = Map()
    treasury: tuple[Code, ...] = ()
    labels: Table[Code, str] = Map()
    chart: Table[Code, ChartAccount] = Map()
    years: tuple[YearSpan, ...] = ()
    posted: Posted = Posted()
    charts: tuple[ChartVersion, ...] = ()

    @property
    def in_treasury(self) -> int:
        """Return all the money there is: treasury accounts and open advances."""
        return sum(self.pots.values())

    def year_of(self, day: date) -> Code:
        """Return the fiscal year of a day, or `NO_YEAR`."""
        span = self.span_on(day)
        return span.year if span else NO_YEAR

    def span_on(self, day: date) -> YearSpan | None:
        """Return the days of the fiscal year of a day."""
        for span in self.years:
            if span.starts <= day <= span.ends:
                return span
        return None

    def account_on(self, code: Code, day: date | None) -> ChartAccount | None:
        """Return what the chart of that day's year says of an account: its version begun last that has it, or adopted last on a tie.

        Without a day, or where no version has the account yet, what was adopted last.
        """
        if day is None:
            return self.chart.get(code)
        span = self.span_on(day)
        name = span.chart if span else None
        begun = [one for one in self.charts if one.valid_from <= day and name in {None, one.chart} and code in one.accounts]
        version = max(reversed(begun), key=lambda one: one.valid_from, default=None)  # of one date, the last adopted
        return version.accounts[code] if version else self.chart.get(code)


def evolve(balances: Balances, record: Recorded[LedgerEvent]) -> Balances:
    """Apply one fact; facts that move no money change labels at most."""
    event = record.event
    match event:
        case YearOpened():
            balances = replace(balances, years=(*balances.years, YearSpan(event.year, event.starts, event.ends, event.chart)))
        case PotOpened():
            labels, pots = balances.labels.set(event.pot, event.label), balances.pots
            return replace(balances, labels=labels, pots=pots if event.pot in pots else pots.set(event.pot, 0))
        case TreasuryAccountOpened(account=account, label=label):
            accounts = balances.accounts if account in balances.accounts else balances.accounts.set(account, 0)
            return replace(balances, treasury=(*balances.treasury, account), labels=balances.labels.set(account, label), accounts=accounts)
        case ChartAdopted():
            accounts_of = {account.code: account for account in event.content}
            version = ChartVersion(event.chart, event.valid_from, Map(accounts_of))
            return replace(balances, chart=balances.chart.update(accounts_of), charts=(*balances.charts, version))
        case _:
            pass
    posted, lines = balances.posted.after(event)
    if not lines:
        return balances
    changes = _Changes()
    changes.post(balances.year_of(event.business_date or record.time.date()), lines)
    return changes.on(balances, posted)


def evolve_all(balances: Balances, records: Iterable[Recorded[LedgerEvent]]) -> Balances:
    """Apply facts in order: what `evolve` gives one by one, in a third of the time.

    Entries, which are nearly every fact, are summed first; a state is built before any other fact, and at the end.
    """
    changes, entries = _Changes(), dict[Id, tuple[Posting, ...]]()
    for record in records:
        event = record.event
        if isinstance(event, ENTRIES):
            if lines := legs(event):
                entries[event.entry] = lines
                changes.post(balances.year_of(event.on), lines)
        else:
            balances = evolve(changes.on(balances, _posted(balances, entries)), record)
            changes, entries = _Changes(), {}
    return changes.on(balances, _posted(balances, entries))


def _posted(balances: Balances, entries: dict[Id, tuple[Posting, ...]]) -> Posted:
    return replace(balances.posted, entries=balances.posted.entries.update(entries))


class _Changes:
    """What lines change, in plain dictionaries: a persistent map is changed once, when the state is built, not once a line."""

    def __init__(self) -> None:
        self._accounts: dict[Code, int] = {}
        self._pots: dict[Code, int] = {}
        self._results: dict[Code, dict[Code, int]] = {}
        self._incomes: dict[Code, int] = {}
        self._expenses: dict[Code, int] = {}

    def post(self, year: Code, lines: tuple[Posting, ...]) -> None:
        """Add the lines of one fact."""
        accounts, pots = self._accounts, self._pots
        for account, amount, pot, project in lines:
            accounts[account] = accounts.get(account, 0) + amount
            if pot is not None:
                pots[pot] = pots.get(pot, 0) - amount
            kind = account[0]
            if kind in RESULT:
                turnover = self._results.get(year)
                if turnover is None:
                    turnover = self._results[year] = {}
                turnover[account] = turnover.get(account, 0) + amount
                if project is not None:
                    if kind == BROUGHT_IN:
                        self._incomes[project] = self._incomes.get(project, 0) - amount
                    else:
                        self._expenses[project] = self._expenses.get(project, 0) + amount

    def on(self, before: Balances, posted: Posted) -> Balances:
        """Return the state after these changes."""
        accounts, pots = _added(before.accounts, self._accounts), _added(before.pots, self._pots)
        results = before.results.update({year: _added(before.results.get(year, Map()), sums) for year, sums in self._results.items()})
        margins = {}
        for project in self._incomes.keys() | self._expenses.keys():
            margin = before.projects.get(project, Margin())
            income, expense = self._incomes.get(project, 0), self._expenses.get(project, 0)
            margins[project] = Margin(margin.income + income, margin.expense + expense)
        projects = before.projects.update(margins)
        kept = (before.treasury, before.labels, before.chart, before.years)
        return Balances(accounts, results, pots, projects, *kept, posted, before.charts)


def _added(sums: Map[Code, int], changes: dict[Code, int]) -> Map[Code, int]:
    return sums.update({code: sums.get(code, 0) + change for code, change in changes.items()})


def balances_shown(balances: Balances) -> dict[str, Any]:
    """Return balances as JSON values, in cents; treasury accounts first."""
    treasury = [code for code in balances.accounts if code[0] in PLACES and code != BETWEEN_POTS]
    return {
        "treasury": sum(balances.pots.values()),
        "accounts": [{"account": code, "label": label_of(balances, code), "balance": balances.accounts[code]} for code in sorted(treasury)],
        "pots": [{"pot": pot, "label": balances.labels.get(pot, pot), "held": held} for pot, held in sorted(balances.pots.items())],
        "projects": [
            {"project": project, "income": one.income, "expense": one.expense, "margin": one.income - one.expense}
            for project, one in sorted(balances.projects.items())
        ],
        "years": [year_shown(balances, year) for year in sorted(balances.results)],
    }


def year_shown(balances: Balances, year: str) -> dict[str, Any]:
    """Return the operating account of one year: income and expense by account, positive unless more was given back than came."""
    turnover, last = sorted(balances.results[year].items()), last_day_of(balances, year)
    income, expense = turnover_of(balances, year)
    by_account = [
        {
            "account": code,
            "label": label_of(balances, code, last),
            "verified": is_verified(balances, code, last),
            "amount": -amount if code[0] == BROUGHT_IN else amount,
        }
        for code, amount in turnover
    ]
    return {"year": year, "income": income, "expense": expense, "result": income - expense, "by_account": by_account}


def turnover_of(balances: Balances, year: Code) -> tuple[int, int]:
    """Return what a year brought in and what it cost, in cents, both positive."""
    turnover = balances.results.get(year, Map())
    income, expense = (sum(amount for code, amount in turnover.items() if code[0] == kind) for kind in (BROUGHT_IN, COST))
    return -income, expense


def trial_balance_shown(balances: Balances, year: str | None) -> dict[str, Any]:
    """Return one year's trial balance, debit positive; results of the other years stand in the balance carried forward."""
    chosen = year or max(balances.results, default=None)
    of_year = dict(balances.results.get(chosen, {})) if chosen else {}
    standing = {code: amount for code, amount in balances.accounts.items() if code[0] not in RESULT}
    lines = {**standing, **of_year}
    carried = sum(sum(turnover.values()) for of, turnover in balances.results.items() if of != chosen)
    lines[CARRIED_FORWARD] = lines.get(CARRIED_FORWARD, 0) + carried
    last = last_day_of(balances, chosen)
    return {
        "year": chosen,
        "lines": [
            {"account": code, "label": label_of(balances, code, last), "balance": amount}
            for code, amount in sorted(lines.items())
            if amount
        ],
        "sum": sum(lines.values()),
    }


def last_day_of(balances: Balances, year: Code | None) -> date | None:
    """Return the last day of a fiscal year, whose chart gives its statements their labels; None for a year that a cut hides."""
    return next((span.ends for span in balances.years if span.year == year), None)


def label_of(balances: Balances, code: str, day: date | None = None) -> str:
    """Return the label of an account: its own when it was opened, else that of the chart in force on a day (without a day: the last)."""
    account = balances.account_on(code, day)
    return balances.labels.get(code) or (account.label if account else code)


def is_verified(balances: Balances, code: str, day: date | None = None) -> bool:
    """Tell whether an association confirmed this code, by the chart in force on a day (without a day: the last)."""
    account = balances.account_on(code, day)
    return bool(account and account.verified)


BALANCES = Projection(name="ledger.balances", version=3, initial=Balances(), evolve=evolve, evolve_all=evolve_all)

"""Where the money is: the balance of every account, pot and project, and the result of every year.

Cents. Accounts are debit positive, so treasury shows what is there, income is negative and expense positive; pots show
what they hold; a project shows income and expense, both positive.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from immutables import Map, MapMutation

from services.ledger.double_entry import BROUGHT_IN, COST, HELD, OWED, RESULT, Posted
from services.ledger.events import (
    BETWEEN_POTS,
    CARRIED_FORWARD,
    ChartAccount,
    ChartAdopted,
    ExpenseRecorded,
    LedgerEvent,
    Posting,
    PotOpened,
    ReceiptRecorded,
    TransferRecorded,
    TreasuryAccountOpened,
    YearOpened,
    legs,
)
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Table

PLACES = frozenset({OWED, HELD})  # where money lies: accounts and cash, and the advances, which are owed to the cooperative
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
    results: Table[str, Table[Code, int]] = Map()
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
        for span in self.years:
            if span.starts <= day <= span.ends:
                return span.year
        return NO_YEAR


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
    sums = _Sums(balances)
    sums.post(balances.year_of(event.business_date or record.time.date()), lines)
    return sums.balances(posted)


def evolve_all(balances: Balances, records: Iterable[Recorded[LedgerEvent]]) -> Balances:
    """Apply facts in order: what `evolve` gives one by one, in a third of the time.

    Entries, which are nearly every fact, go into working copies of the tables; a state is built before any other fact, and at the end.
    """
    sums, entries = _Sums(balances), balances.posted.entries.mutate()
    for record in records:
        match record.event:
            case ReceiptRecorded() | ExpenseRecorded() | TransferRecorded() as event:
                if lines := legs(event):
                    entries[event.entry] = lines
                    sums.post(balances.year_of(event.on), lines)
            case _:
                balances = evolve(sums.balances(replace(balances.posted, entries=entries.finish())), record)
                sums, entries = _Sums(balances), balances.posted.entries.mutate()
    return sums.balances(replace(balances.posted, entries=entries.finish()))


class _Sums:
    """The sums of one state while lines are added to them."""

    def __init__(self, balances: Balances) -> None:
        self._before = balances
        self._accounts, self._pots, self._projects = balances.accounts.mutate(), balances.pots.mutate(), balances.projects.mutate()
        self._results: dict[Code, MapMutation[Code, int]] = {}

    def post(self, year: Code, lines: tuple[Posting, ...]) -> None:
        """Add the lines of one fact."""
        accounts, pots, results = self._accounts, self._pots, self._results
        for account, amount, pot, project in lines:
            accounts[account] = accounts.get(account, 0) + amount
            if pot is not None:
                pots[pot] = pots.get(pot, 0) - amount
            if account[0] in RESULT:
                turnover = results[year] if year in results else self._turnover(year)
                turnover[account] = turnover.get(account, 0) + amount
                if project is not None:
                    margin = self._projects.get(project, Margin())
                    income, expense = (amount, 0) if account[0] == BROUGHT_IN else (0, amount)
                    self._projects[project] = Margin(margin.income - income, margin.expense + expense)

    def balances(self, posted: Posted) -> Balances:
        """Build the state; the sums cannot be added to any more."""
        before, results = self._before, self._before.results
        for year, turnover in self._results.items():
            results = results.set(year, turnover.finish())
        accounts, pots, projects = self._accounts.finish(), self._pots.finish(), self._projects.finish()
        return Balances(accounts, results, pots, projects, before.treasury, before.labels, before.chart, before.years, posted)

    def _turnover(self, year: Code) -> MapMutation[Code, int]:
        turnover = self._results[year] = self._before.results.get(year, Map()).mutate()
        return turnover


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
    turnover = sorted(balances.results[year].items())
    income, expense = turnover_of(balances, year)
    by_account = [
        {
            "account": code,
            "label": label_of(balances, code),
            "verified": is_verified(balances, code),
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
    return {
        "year": chosen,
        "lines": [
            {"account": code, "label": label_of(balances, code), "balance": amount} for code, amount in sorted(lines.items()) if amount
        ],
        "sum": sum(lines.values()),
    }


def label_of(balances: Balances, code: str) -> str:
    """Return the label of an account: its own when it was opened, else that of the chart."""
    account = balances.chart.get(code)
    return balances.labels.get(code) or (account.label if account else code)


def is_verified(balances: Balances, code: str) -> bool:
    """Tell whether an association confirmed this code."""
    account = balances.chart.get(code)
    return bool(account and account.verified)


BALANCES = Projection(name="ledger.balances", version=2, initial=Balances(), evolve=evolve, evolve_all=evolve_all)

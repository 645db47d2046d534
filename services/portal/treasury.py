"""Where the money of a cooperative is, in figures a page or a program can show: a reading of the ledger's own views."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from services.ledger.available import Funds, pot_shown
from services.ledger.events.legs import ADVANCES
from services.ledger.projections.balances import Balances, YearSpan, turnover_of
from services.ledger.projections.journal import Journal


@dataclass(frozen=True, slots=True)
class Place:
    """A treasury account, or the advances, and what lies there, in cents."""

    account: str
    label: str | None
    balance: int


@dataclass(frozen=True, slots=True)
class Pot:
    """The part of a class or of the school, in cents: what it holds, and what of it is entrusted, committed, or still available."""

    pot: str
    label: str
    held: int
    entrusted: int
    committed: int
    available: int


@dataclass(frozen=True, slots=True)
class Project:
    """What a project brought in and what it cost, in cents, both positive."""

    project: str
    income: int
    expense: int
    margin: int


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year, its days, and what came in and went out, in cents, both positive."""

    year: str
    starts: date
    ends: date
    income: int
    expense: int


@dataclass(frozen=True, slots=True)
class Treasury:
    """All the money there is, where it lies, whose it is, and the year it is looked at."""

    total: int
    accounts: tuple[Place, ...]
    pots: tuple[Pot, ...]
    projects: tuple[Project, ...]
    year: Year | None


def treasury_of(funds: Funds, day: date) -> Treasury:
    """Read the money; the year is that of the day, else the last one begun before it, else the first."""
    balances = funds.balances
    places = [Place(account, balances.labels.get(account), balances.accounts.get(account, 0)) for account in balances.treasury]
    if entrusted := balances.accounts.get(ADVANCES, 0):
        places.append(Place(ADVANCES, None, entrusted))
    return Treasury(
        balances.in_treasury,
        tuple(places),
        tuple(Pot(pot, balances.labels.get(pot, pot), held, **pot_shown(funds, pot)) for pot, held in sorted(balances.pots.items())),
        tuple(
            Project(project, margin.income, margin.expense, margin.income - margin.expense)
            for project, margin in sorted(balances.projects.items())
        ),
        _year(balances, day),
    )


def days_of(journal: Journal) -> list[tuple[date, int]]:
    """Return what the cooperative held after each business day on which money came or went, in cents, in order of days."""
    changes: defaultdict[date, int] = defaultdict(int)
    for line in journal.lines.values():
        changes[line.on] -= sum(posting.amount for posting in line.lines if posting.pot is not None)
    held, days = 0, []
    for on, change in sorted(changes.items()):
        held += change
        if change:
            days.append((on, held))
    return days


def _year(balances: Balances, day: date) -> Year | None:
    span = _span(balances.years, day)
    if span is None:
        return None
    return Year(span.year, span.starts, span.ends, *turnover_of(balances, span.year))


def _span(years: tuple[YearSpan, ...], day: date) -> YearSpan | None:
    ordered = sorted(years, key=lambda one: one.starts)
    begun = [one for one in ordered if one.starts <= day]
    return begun[-1] if begun else next(iter(ordered), None)

"""The provisional budget: which one a year may have."""

from collections.abc import Sequence

from services.ledger.books import BOOKS, Books
from services.ledger.commands.budget import AdoptBudget
from services.ledger.deciders.checks import NoSuchAccount, NoSuchPot, OutsideTheYear, WrongSideOfChart, standing_decision, still_affiliated
from services.ledger.events.books import AccountType
from services.ledger.events.budget import BudgetAdopted, BudgetLine
from services.ledger.events.catalogue import LedgerEvent
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code

PLANNED = {AccountType.INCOME, AccountType.EXPENSE}


class OneOrTheOther(Refused):
    """Une ligne de budget est celle d'un compte ou celle d'un projet : pas des deux, pas d'aucun.
    A budget line is that of an account or that of a project: not of both, not of none."""


class BudgetLineTwice(Refused):
    """Deux lignes du budget disent la même chose : réunis-les en une seule.
    Two lines of the budget say the same: make them one."""


def decide(books: Books, command: AdoptBudget, _: Circumstances) -> Sequence[LedgerEvent]:
    """Judge a budget: of an open year, carried by a decision, each line once and on what exists."""
    still_affiliated(books, command)
    span = books.years.get(command.year)
    if span is None:
        raise OutsideTheYear(year=command.year)
    standing_decision(books, command.decision)
    named: set[tuple[Code, Code | None, Code | None]] = set()
    for line in command.lines:
        _line(books, command.year, line)
        name = (line.pot, line.account, line.project)
        if name in named:
            raise BudgetLineTwice(pot=line.pot, account=line.account, project=line.project)
        named.add(name)
    return [BudgetAdopted(**dict(command))]


def _line(books: Books, year: Code, line: BudgetLine) -> None:
    if (line.account is None) == (line.project is None):
        raise OneOrTheOther(account=line.account, project=line.project)
    if line.pot not in books.pots:
        raise NoSuchPot(pot=line.pot)
    if line.account is None:
        return
    ends = books.years[year].closed
    chart = books.chart_on(ends or books.years[year].opened)
    kind = chart.types.get(line.account) if chart else None
    if kind is None:
        raise NoSuchAccount(account=line.account)
    if kind not in PLANNED:
        raise WrongSideOfChart(account=line.account)


BUDGET: Decider[Books] = Decider(AdoptBudget, BOOKS, decide)

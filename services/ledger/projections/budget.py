"""The budget of a year against what happened: of each line what was planned, committed, spent or brought in, and what is left.

A line of a project takes what its project spends in its pot; a line of an account what no project line of that budget took.
Commitments say a pot and maybe a project, never an account: those without a line of their project are told of the pot, apart.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.commitments import CommitmentEvent, Commitments
from services.ledger.commitments import evolve as commitments_after
from services.ledger.double_entry import BROUGHT_IN, COST, Posted
from services.ledger.events.books import YearOpened
from services.ledger.events.budget import BudgetAdopted, BudgetLine
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Table


class Moved(NamedTuple):
    """Where a line of the result stands: its fiscal year, pot, project (empty for none) and account."""

    year: Code
    pot: Code
    project: Code
    account: Code


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budget in force of each year, what moved on each account of the result (debit positive, cents), and the commitments."""

    by_year: Table[Code, BudgetAdopted] = Map()
    moved: Table[Moved, int] = Map()
    years: tuple[YearOpened, ...] = ()
    posted: Posted = Posted()
    commitments: Commitments = Commitments()


def evolve(budgets: Budgets, record: Recorded[Any]) -> Budgets:
    """Apply one fact."""
    event = record.event
    if isinstance(event, BudgetAdopted):
        return replace(budgets, by_year=budgets.by_year.set(event.year, event))
    if isinstance(event, YearOpened):
        budgets = replace(budgets, years=(*budgets.years, event))
    if isinstance(event, CommitmentEvent):
        budgets = replace(budgets, commitments=commitments_after(budgets.commitments, record))
    posted, lines = budgets.posted.after(event)
    if not lines:
        return budgets
    on = event.business_date
    year = next((one.year for one in budgets.years if one.starts <= on <= one.ends), "")
    moved = Counter[Moved]()
    for line in lines:
        if line.account[0] in {COST, BROUGHT_IN}:
            moved[Moved(year, line.pot or "", line.project or "", line.account)] += line.amount
    sums = {where: budgets.moved.get(where, 0) + amount for where, amount in moved.items()}
    return replace(budgets, posted=posted, moved=budgets.moved.update(sums))


def budget_shown(budgets: Budgets, year: Code | None) -> dict[str, Any]:
    """Return the budget of a year, of the last one when none is named, against what happened; amounts in cents.

    `left` below zero is a line overspent, or an income that brought in more; `unplanned` is what no line foresaw.
    """
    chosen = year or max(budgets.by_year, default=None)
    budget = budgets.by_year.get(chosen) if chosen else None
    if budget is None:
        return {"year": chosen, "decision": None, "lines": [], "unplanned": [], "committed_by_pot": []}
    rest = Counter({where: amount for where, amount in budgets.moved.items() if where.year == chosen})
    of_projects = {line: _taken(rest, line) for line in budget.lines if line.project is not None}
    taken = of_projects | {line: _taken(rest, line) for line in budget.lines if line.project is None}
    committed, by_pot = _committed(budgets.commitments, budget)
    lines = [_line_shown(line, taken[line], committed.get((line.pot, line.project or ""), 0)) for line in budget.lines]
    unplanned = [
        {"pot": one.pot, "project": one.project or None, "account": one.account, "amount": abs(amount)}
        for one, amount in sorted(rest.items())
        if amount
    ]
    committed_by_pot = [{"pot": pot, "committed": cents} for pot, cents in sorted(by_pot.items())]
    return {"year": chosen, "decision": budget.decision, "lines": lines, "unplanned": unplanned, "committed_by_pot": committed_by_pot}


def _taken(rest: Counter[Moved], line: BudgetLine) -> int:
    """Take what belongs to a line out of what is left; cents, positive for what the line is about."""
    if line.project is not None:
        found = [one for one in rest if (one.pot, one.project, one.account[0]) == (line.pot, line.project, COST)]
    else:
        found = [one for one in rest if (one.pot, one.account) == (line.pot, line.account)]
    return sum(rest.pop(one) for one in found) * (-1 if _brings_in(line) else 1)


def _committed(commitments: Commitments, budget: BudgetAdopted) -> tuple[dict[tuple[Code, Code], int], Counter[Code]]:
    """Return what open commitments hold back on each project line, and the rest by pot."""
    lines = {(line.pot, line.project) for line in budget.lines if line.project is not None}
    by_line, by_pot = Counter[tuple[Code, Code]](), Counter[Code]()
    for decision in commitments.decisions.values():
        if decision.pot is None or not decision.open:
            continue
        if decision.project is not None and (decision.pot, decision.project) in lines:
            by_line[(decision.pot, decision.project)] += decision.open
        else:
            by_pot[decision.pot] += decision.open
    return by_line, by_pot


def _line_shown(line: BudgetLine, done: int, committed: int) -> dict[str, Any]:
    left = line.amount - done - committed
    about = {"pot": line.pot, "account": line.account, "project": line.project, "planned": line.amount}
    side = "received" if _brings_in(line) else "spent"
    return about | {"side": side, "done": done, "committed": committed, "left": left, "overspent": side == "spent" and left < 0}


def _brings_in(line: BudgetLine) -> bool:
    return line.account is not None and line.account[0] == BROUGHT_IN


BUDGETS = Projection(name="ledger.budgets", version=1, initial=Budgets(), evolve=evolve)

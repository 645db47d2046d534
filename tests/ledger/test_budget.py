"""The provisional budget: what may be adopted, and each line against what happened."""

from typing import Any

import pytest

from services.governance.events.papers import Money
from services.ledger.commands.budget import AdoptBudget
from services.ledger.deciders.budget import BUDGET, BudgetLineTwice, OneOrTheOther
from services.ledger.deciders.checks import DecisionDoesNotStand, NoSuchAccount, NoSuchPot, OutsideTheYear, WrongSideOfChart
from services.ledger.events.budget import BudgetAdopted, BudgetLine
from services.ledger.events.entries import Allocation, EntryReversed
from services.ledger.projections.budget import BUDGETS, budget_shown
from shared.messages import Event
from shared.projecting import fold
from shared.refusals import Refused
from tests.examples_ledger import FAMILIES_RECEIVED, FEES_PAID, OPEN_BOOKS, REVERSAL
from tests.given import given, recorded
from tests.ledger.asking import but
from tests.ledger.decided import V08, decided

VOTED = decided(cents=None)
SHOWS: Any = but(decided(V08, 500_00), spending=Money(amount=500_00, pot="ECOLE", project="culture"))
FAMILIES_LINE = BudgetLine(pot="ECOLE", amount=1_800_00, account="7562")
FEES_LINE = BudgetLine(pot="ECOLE", amount=400_00, account="6281")
CULTURE_LINE = BudgetLine(pot="ECOLE", amount=900_00, project="culture")
ADOPT = AdoptBudget(year="2024-25", decision=VOTED.decision, lines=(FAMILIES_LINE, FEES_LINE, CULTURE_LINE))
ADOPTED = BudgetAdopted(**dict(ADOPT))
FILMS = but(FEES_PAID, entry="k" * 26, project="culture", allocations=(Allocation(account="6180", amount=372_50),))


def shown(*facts: Event) -> dict[str, Any]:
    return budget_shown(fold(BUDGETS, recorded([*OPEN_BOOKS, VOTED, *facts])), None)


def lines(*facts: Event) -> list[tuple[int, int, int, bool]]:
    return [(one["done"], one["committed"], one["left"], one["overspent"]) for one in shown(ADOPTED, *facts)["lines"]]


def test_a_budget_is_carried_by_a_decision() -> None:
    given(BUDGET, *OPEN_BOOKS, VOTED).when(ADOPT).then(ADOPTED)
    given(BUDGET, *OPEN_BOOKS).when(ADOPT).refused(DecisionDoesNotStand)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"year": "2031-32"}, OutsideTheYear),
        ({"lines": (FEES_LINE, FEES_LINE)}, BudgetLineTwice),
        ({"lines": (BudgetLine(pot="ECOLE", amount=1),)}, OneOrTheOther),
        ({"lines": (BudgetLine(pot="ECOLE", amount=1, account="6281", project="culture"),)}, OneOrTheOther),
        ({"lines": (BudgetLine(pot="NULLE-PART", amount=1, project="culture"),)}, NoSuchPot),
        ({"lines": (BudgetLine(pot="ECOLE", amount=1, account="6999"),)}, NoSuchAccount),
        ({"lines": (BudgetLine(pot="ECOLE", amount=1, account="512"),)}, WrongSideOfChart),
    ],
)
def test_a_line_stands_on_what_exists(change: dict[str, Any], why: type[Refused]) -> None:
    given(BUDGET, *OPEN_BOOKS, VOTED).when(but(ADOPT, **change)).refused(why)


def test_each_line_stands_against_what_happened() -> None:
    assert lines() == [(0, 0, 1_800_00, False), (0, 0, 400_00, False), (0, 0, 900_00, False)]
    assert lines(FAMILIES_RECEIVED)[0] == (1_806_00, 0, -6_00, False), "more came in than planned, which is no overspending"
    assert lines(FEES_PAID)[1] == (366_60, 0, 33_40, False)
    assert lines(FILMS)[2] == (372_50, 0, 527_50, False), "a project's line takes what its project spends, on whatever account"
    twice = but(FILMS, entry="l" * 26, allocations=(Allocation(account="6180", amount=527_51),))
    assert lines(FILMS, twice)[2] == (900_01, 0, -1, True)


def test_what_is_voted_and_not_paid_is_taken_off_what_is_left() -> None:
    assert lines(SHOWS)[2] == (0, 500_00, 400_00, False)
    paid = but(FILMS, decision=SHOWS.decision, irregular=None, taken_over=None)
    assert lines(SHOWS, paid)[2] == (372_50, 127_50, 400_00, False)
    assert shown(ADOPTED, but(SHOWS, spending=Money(amount=500_00, pot="CM2")))["committed_by_pot"] == [{"pot": "CM2", "committed": 500_00}]


def test_what_no_line_foresaw_and_what_was_reversed() -> None:
    assert shown(ADOPTED, FEES_PAID)["unplanned"] == [{"pot": "ECOLE", "project": None, "account": "6168", "amount": 39_00}]
    undone = EntryReversed(entry=REVERSAL, reverses=FEES_PAID.entry, reason="Saisie deux fois", on=FEES_PAID.on)
    assert lines(FEES_PAID, undone)[1] == (0, 0, 400_00, False)


def test_the_budget_adopted_last_stands_and_another_year_has_none() -> None:
    higher = but(ADOPTED, lines=(but_line(amount=500_00),))
    assert [one["planned"] for one in shown(ADOPTED, higher)["lines"]] == [500_00]
    assert budget_shown(fold(BUDGETS, recorded([*OPEN_BOOKS, VOTED, ADOPTED])), "2025-26")["lines"] == []


def but_line(**changes: Any) -> BudgetLine:
    return FEES_LINE.model_copy(update=changes)

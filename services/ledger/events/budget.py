"""The provisional budget of a year: what a body decided to bring in and to spend, line by line."""

from services.ledger.events.books import Year
from shared.messages import Event
from shared.values import Code, Id, PositiveCents, Value


class BudgetLine(Value):
    """What is planned on one account, or for one project, of one pot, in cents; an account of income plans what comes in."""

    pot: Code
    amount: PositiveCents
    account: Code | None = None
    project: Code | None = None


class BudgetAdopted(
    Event,
    name="ledger.budget-adopted.v1",
    fr="Le budget prévisionnel {year} est adopté",
    en="The provisional budget {year} is adopted",
):
    """Le budget prévisionnel d'un exercice a été adopté ; le dernier adopté remplace les précédents.
    The provisional budget of a fiscal year was adopted; the one adopted last replaces those before."""

    year: Year
    decision: Id
    lines: tuple[BudgetLine, ...]

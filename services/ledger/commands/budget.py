"""What may be asked about the provisional budget."""

from typing import Annotated

from pydantic import Field

from services.ledger.commands.books import ALLOCATIONS_MAX, KEEPS_THE_BOOKS
from services.ledger.events.books import Year
from services.ledger.events.budget import BudgetLine
from shared.messages import Command
from shared.values import Id


class AdoptBudget(Command, may=KEEPS_THE_BOOKS):
    """Enregistrer le budget prévisionnel qu'un conseil a adopté.
    Record the provisional budget that a council adopted."""

    year: Year
    decision: Id
    lines: Annotated[tuple[BudgetLine, ...], Field(min_length=1, max_length=ALLOCATIONS_MAX)]

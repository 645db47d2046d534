"""What the checks find in the books, over HTTP."""

from fastapi import Depends, FastAPI, Response

from services.ledger.checking.examining import examination_shown, examined
from services.ledger.checking.facts import FACTS, Facts
from shared.clock import Clock, system_clock
from shared.web.queries import Question, Questions


def routes_checks(app: FastAPI, questions: Questions, clock: Clock = system_clock) -> None:
    """Add the route of the checks."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/ledger"

    @app.get(f"{url}/checks", tags=["ledger"], operation_id="list_checks")
    def checks(question: Question = asked) -> Response:
        """Everything an auditor's checks find: gaps, duplicates, cash kept, late entries, pots below zero, spending without a decision.

        `alert` asks for an act, `warning` for a look, `note` is explained or settled. Under a cut the checks stand at its day.
        """

        def shown(facts: Facts) -> dict[str, object]:
            return examination_shown(facts, examined(facts, facts.vouchers.day_of(question.cut, clock())))

        return questions.answer(FACTS, question, shown)

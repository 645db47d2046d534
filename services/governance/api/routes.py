"""Governance over HTTP: commands by name, questions by noun. People are pseudonyms here; names stay in the vault."""

from fastapi import Depends, FastAPI, Response

from services.governance.api.ballot_files import routes_ballot_files
from services.governance.api.ballots import routes_ballots
from services.governance.api.bodies import routes_bodies
from services.governance.api.proposals import routes_proposals
from services.governance.projections.cooperative import COOPERATIVE, cooperative_shown
from services.governance.projections.mandates import MANDATES
from services.governance.projections.members import MEMBERS
from shared.handling import Handling
from shared.serving import Means
from shared.web.commands import mount_commands
from shared.web.queries import Question, Questions


def routes(app: FastAPI, means: Means, governance: Handling, questions: Questions) -> None:
    """Add governance's routes."""
    mount_commands(app, "governance", governance, means.askers)
    routes_bodies(app, questions, means.reader, means.clock)
    routes_proposals(app, questions, means.clock)
    routes_ballots(app, questions)
    routes_ballot_files(app, questions)
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/governance"

    @app.get(f"{url}/cooperative", tags=["governance"], operation_id="get_cooperative")
    def cooperative(question: Question = asked) -> Response:
        """What the cooperative is: name, association, classes with their pupils, the headcount in all, rules in their versions."""
        return questions.answer(COOPERATIVE, question, cooperative_shown)

    @app.get(f"{url}/members", tags=["governance"], operation_id="list_members")
    def members(question: Question = asked) -> Response:
        """Who belongs, in which class, and what each person was given, by pseudonym."""
        return questions.answer(MEMBERS, question, lambda state: {"people": state.people})

    @app.get(f"{url}/mandates", tags=["governance"], operation_id="list_mandates")
    def mandates(question: Question = asked) -> Response:
        """Every mandate with its dates, and every handover with the fact it happened at."""
        return questions.answer(MANDATES, question, lambda state: state)

"""Governance over HTTP: commands by name, questions by noun. People are pseudonyms here; names stay in the vault."""

from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Response

from services.governance.api.ballot_files import routes_ballot_files
from services.governance.api.ballots import routes_ballots
from services.governance.api.bodies import routes_bodies
from services.governance.api.minutes import routes_minutes
from services.governance.api.proposals import routes_proposals
from services.governance.api.recounts import routes_recounts
from services.governance.commands.privacy import NOTES_AUTHORISATIONS
from services.governance.projections.authorisations import AUTHORISATIONS, authorisations_shown
from services.governance.projections.cooperative import COOPERATIVE, cooperative_shown
from services.governance.projections.mandates import MANDATES
from services.governance.projections.members import MEMBERS
from shared.handling import Handling
from shared.refusals import Forbidden
from shared.serving import Means
from shared.web.commands import mount_commands
from shared.web.queries import Question, Questions


def routes(app: FastAPI, means: Means, governance: Handling, questions: Questions) -> None:
    """Add governance's routes."""
    mount_commands(app, "governance", governance, means.askers)
    routes_bodies(app, questions, means.clock)
    routes_minutes(app, questions, means.reader, means.clock, means.vault)
    routes_proposals(app, questions, means.clock)
    routes_ballots(app, questions)
    routes_ballot_files(app, questions)
    routes_recounts(app, questions)
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

    @app.get(f"{url}/authorisations", tags=["governance"], operation_id="list_authorisations")
    def authorisations(question: Question = asked) -> Response:
        """What families agreed to or refused, and which pupils hold a role of a bureau without an agreement: for adults in charge."""
        if not question.roles & NOTES_AUTHORISATIONS:
            raise Forbidden(needs=sorted(NOTES_AUTHORISATIONS))
        zone = ZoneInfo(questions.views.standing(question.register).zone)
        day = question.cut.au or question.cut.connu_au or means.clock().astimezone(zone).date()
        return questions.answer(AUTHORISATIONS, question, lambda state: authorisations_shown(state, day))

"""Ideas, proposals, decisions and what waits for whoever asks, over HTTP. People are pseudonyms here; sealed texts stay in the vault."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Path, Query, Response

from services.governance.projections.decisions import DECISIONS, decisions_shown
from services.governance.projections.ideas import IDEA_BOX, ideas_shown
from services.governance.projections.proposals import PROPOSALS, ProposalPages
from services.governance.projections.todo import TO_DO, todo_shown
from services.governance.proposal_page import ProposalShown, Wording, proposal_shown, proposals_shown
from services.governance.telling.word_diff import diff
from shared.clock import Clock
from shared.refusals import NotFound
from shared.web.queries import Question, Questions

BodyQuery = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="The code of one body; all of them by default.")
]
ProposalPath = Annotated[str, Path(pattern=r"^[a-z2-7]{26}$", description="The id of a proposal.")]
VersionQuery = Annotated[int, Query(ge=1, le=1_000_000, description="The number of a version.")]


class NoSuchProposalHere(NotFound):
    """Cette proposition n'existe pas dans ce registre, ou n'existait pas encore à la date demandée.
    This proposal does not exist in this register, or did not yet at the date asked for."""


class NoSuchVersion(NotFound):
    """Cette proposition n'a pas de version de ce numéro, ou n'en avait pas encore à la date demandée.
    This proposal has no version of this number, or had none yet at the date asked for."""


def routes_proposals(app: FastAPI, questions: Questions, clock: Clock) -> None:
    """Add the questions about ideas, proposals and decisions; `clock` says which day it is for what waits."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/governance"

    @app.get(f"{url}/ideas", tags=["governance"], operation_id="list_ideas")
    def ideas(question: Question = asked, body: BodyQuery = None) -> Response:
        """The idea box of each body: open, on an agenda, set aside with the reason, become a proposal."""
        return questions.answer(IDEA_BOX, question, lambda box: ideas_shown(box, body))

    @app.get(f"{url}/proposals", tags=["governance"], operation_id="list_proposals")
    def proposals(question: Question = asked, body: BodyQuery = None) -> Response:
        """Every proposal with its versions, its frame, its support and its four dated steps."""
        return questions.answer(PROPOSALS, question, lambda pages: proposals_shown(pages.by_id, body))

    @app.get(f"{url}/proposals/{{proposal}}", tags=["governance"], operation_id="get_proposal")
    def one_proposal(proposal: ProposalPath, question: Question = asked) -> Response:
        """One proposal as its page shows it."""
        return questions.answer(PROPOSALS, question, lambda pages: proposal_shown(proposal, page_of(pages, proposal)))

    @app.get(f"{url}/proposals/{{proposal}}/diff", tags=["governance"], operation_id="compare_versions")
    def compared(proposal: ProposalPath, before: VersionQuery, after: VersionQuery, question: Question = asked) -> Response:
        """Two versions of one proposal, compared word by word."""
        return questions.answer(PROPOSALS, question, lambda pages: versions_compared(page_of(pages, proposal), before, after))

    @app.get(f"{url}/decisions", tags=["governance"], operation_id="list_decisions")
    def decisions(question: Question = asked, body: BodyQuery = None) -> Response:
        """What was decided and what became of it; envelopes and what was released of them in cents."""
        return questions.answer(DECISIONS, question, lambda state: decisions_shown(state, body))

    @app.get(f"{url}/todo", tags=["governance"], operation_id="get_todo")
    def todo(question: Question = asked) -> Response:
        """What waits today for whoever asks: ballots, counts, draws, decisions to follow, proposals to frame, meetings."""
        now = clock().astimezone(ZoneInfo(questions.views.standing(question.register).zone))
        return questions.answer(TO_DO, question, lambda state: todo_shown(state, question.actor, now))


def page_of(pages: ProposalPages, proposal: str) -> ProposalShown:
    """Return one proposal. Raises NoSuchProposalHere."""
    if (page := pages.by_id.get(proposal)) is None:
        raise NoSuchProposalHere(proposal=proposal)
    return page


def versions_compared(page: ProposalShown, before: int, after: int) -> dict[str, Any]:
    """Compare two versions: title and text word by word, money as it was and is, in cents. Raises NoSuchVersion."""
    old, new = _version(page, before), _version(page, after)
    return {
        "before": before,
        "after": after,
        "title": diff(old.title, new.title),
        "text": diff(old.text, new.text),
        "money": {name: {"before": getattr(old, name), "after": getattr(new, name)} for name in ("cost", "pot", "project")},
    }


def _version(page: ProposalShown, number: int) -> Wording:
    if (wording := page.version(number)) is None:
        raise NoSuchVersion(version=number)
    return wording

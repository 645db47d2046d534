"""Over HTTP: every result ever declared, counted again with the version of its day and with today's."""

from typing import Any

from fastapi import Depends, FastAPI, Response

from services.governance.projections.ballots import BALLOTS
from services.governance.telling.recounting import ResultAgain, all_recounted
from services.governance.telling.what_if import Recount
from shared.web.queries import Question, Questions


def routes_recounts(app: FastAPI, questions: Questions) -> None:
    """Add the route."""
    asked = Depends(questions.asked)

    url = "/v1/registers/{register}/governance"

    @app.get(f"{url}/recounts", tags=["governance"], operation_id="list_recounts")
    def recounts(question: Question = asked) -> Response:
        """Each declared result with its two recounts; where they differ in what, and what changed between the versions."""
        return questions.answer(BALLOTS, question, lambda polls: {"results": [again_shown(one) for one in all_recounted(polls)]})


def again_shown(one: ResultAgain) -> dict[str, Any]:
    """Return one result as a JSON object; `then` and `now` are null where it cannot be counted from the records."""
    return {
        "ballot": one.ballot,
        "seq": one.seq,
        "question": one.question,
        "method": one.method,
        "version": one.version,
        "version_today": one.version_today,
        "declared": one.recounted and list(one.recounted.declared.elected),
        "then": one.recounted and _counted(one.recounted.then),
        "now": one.recounted and _counted(one.recounted.now),
        "as_declared": one.as_declared,
        "differs": list(one.differs),
        "changes": [{"fr": change.fr, "en": change.en} for change in one.changes],
        "why": one.why,
    }


def _counted(count: Recount) -> dict[str, Any] | None:
    if count.tallied is None:
        return None
    return {"version": count.version, **count.tallied.model_dump(mode="json", exclude_none=True)}

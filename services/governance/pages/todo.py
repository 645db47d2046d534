"""« À toi de jouer »: what waits for whoever looks, each line with the page where it is done."""

from datetime import date
from typing import Any

from fastapi import Depends, FastAPI, Response

from services.governance.pages.desk import HERE, Desk, Shown, Visit
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.todo import TO_DO, todo_shown


def routes_todo(app: FastAPI, desk: Desk) -> None:
    """Add the page of what waits."""
    visiting = Depends(desk.visit)

    @app.get(f"{HERE}/a-faire", include_in_schema=False)
    def todo(visit: Visit = visiting) -> Response:
        waiting: dict[str, Any] = todo_shown(desk.view(TO_DO, visit), visit.actor, visit.now)
        labels = {code: one.label for code, one in desk.view(MEETINGS, visit).bodies.items()}
        givers = {one["proxy_for"] for one in waiting["ballots"] if one.get("proxy_for")}
        chores = desk.chores(visit.register, visit.actor, visit.now.date()) if desk.chores and visit.cut.whole else ()
        return desk.show(
            visit,
            Shown("governance/todo.html", f"{visit.here}/a-faire", "todo"),
            waiting=waiting,
            labels=labels,
            who=desk.names(visit, givers, "page.todo"),
            day=date.fromisoformat,
            chores=chores,
            empty=not any(waiting.values()) and not chores,
        )

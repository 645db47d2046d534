"""The pages of governance: councils, meetings, proposals, ballots, decisions and what waits for whoever looks."""

from fastapi import FastAPI

from services.governance.pages.ballots import routes_ballots_pages
from services.governance.pages.councils import routes_councils
from services.governance.pages.decisions import routes_decisions
from services.governance.pages.desk import Desk
from services.governance.pages.meetings import routes_meetings
from services.governance.pages.opening import routes_opening
from services.governance.pages.playback import routes_playback
from services.governance.pages.proposals import routes_proposals_pages
from services.governance.pages.todo import routes_todo


def routes_pages(app: FastAPI, desk: Desk) -> None:
    """Add every page; the one that opens a ballot before those of ballots, whose address would take its own."""
    routes_councils(app, desk)
    routes_meetings(app, desk)
    routes_proposals_pages(app, desk)
    routes_opening(app, desk)
    routes_ballots_pages(app, desk)
    routes_playback(app, desk)
    routes_decisions(app, desk)
    routes_todo(app, desk)

"""Bodies and their meetings over HTTP: calendar, one meeting, council formats."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Path, Query, Response

from services.governance.events.people import CouncilFormat
from services.governance.projections.meetings import MEETINGS, Body, Meeting, Meetings
from services.governance.rules.formats import format_for, in_force
from services.governance.telling.deliberated import Told
from shared.clock import Clock, system_clock
from shared.refusals import NotFound
from shared.values import Code, Id
from shared.web.queries import Question, Questions

MeetingPath = Annotated[str, Path(pattern=r"^[a-z2-7]{26}$", description="The id of a meeting.")]
BodyPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="The code of a body.")]
BodyQuery = Annotated[str | None, Query(max_length=40, description="Of this body alone.")]


class NoSuchMeetingHere(NotFound):
    """Cette réunion n'est pas connue dans ce registre, ou ne l'était pas encore à la date demandée.
    This meeting is not known in this register, or was not yet at the date asked for."""


def routes_bodies(app: FastAPI, questions: Questions, clock: Clock = system_clock) -> None:
    """Add the routes of bodies and meetings."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/governance"

    def today(question: Question) -> date:
        zone = ZoneInfo(questions.views.standing(question.register).zone)
        return question.cut.au or question.cut.connu_au or clock().astimezone(zone).date()

    @app.get(f"{url}/bodies", tags=["governance"], operation_id="list_bodies")
    def bodies(question: Question = asked) -> Response:
        """Every body: composition, quorum, format of its meetings, its calendar, the decisions it has to follow."""
        day = today(question)
        return questions.answer(MEETINGS, question, lambda state: {"bodies": bodies_shown(state, day)})

    @app.get(f"{url}/council-formats", tags=["governance"], operation_id="list_council_formats")
    def council_formats(question: Question = asked) -> Response:
        """How long a council of each cycle lasts and how many points it takes: as the rules say, else as shipped."""
        day = today(question)
        return questions.answer(MEETINGS, question, lambda state: {"formats": in_force(state.formats_on(day))})

    @app.get(f"{url}/meetings", tags=["governance"], operation_id="list_meetings")
    def meetings(question: Question = asked, body: BodyQuery = None) -> Response:
        """Every meeting by day: called, running, closed, or without quorum."""
        return questions.answer(MEETINGS, question, lambda state: {"meetings": [brief(key, one) for key, one in state.of(body)]})

    @app.get(f"{url}/meetings/{{meeting}}", tags=["governance"], operation_id="get_meeting")
    def one_meeting(meeting: MeetingPath, question: Question = asked) -> Response:
        """One meeting: posted agenda, roles, attendance, outcomes, format of its body, follow-up of earlier decisions."""
        return questions.answer(MEETINGS, question, lambda state: meeting_shown(state, meeting))


def bodies_shown(state: Meetings, day: date) -> list[Told]:
    """Show every body by code, with the format of its meetings on a day, its calendar and the decisions it has to follow."""
    return [
        {
            "body": code,
            "about": body,
            "format": format_of(state, body, day),
            "meetings": [brief(key, one) for key, one in state.of(code)],
            "to_follow": [{"decision": key, "title": one.title, "looks": one.looks} for key, one in state.to_follow(code)],
        }
        for code, body in sorted(state.bodies.items())
    ]


def meeting_shown(state: Meetings, name: Id) -> Told:
    """Show one meeting. Raises NoSuchMeetingHere."""
    meeting = state.meetings.get(name)
    if meeting is None:
        raise NoSuchMeetingHere(meeting=name)
    body = state.bodies.get(meeting.body)
    follow_up = [item.subject for item in meeting.agenda if item.subject in state.decisions]
    return {
        **brief(name, meeting),
        "about": meeting,
        "format": format_of(state, body, meeting.opened_on or meeting.on) if body else None,
        "minutes_taken": _minutes_between(meeting.opened_at, meeting.closed_at),
        "follow_up": {key: state.decisions[key] for key in follow_up if key},
    }


def brief(name: Id, meeting: Meeting) -> Told:
    """Show a meeting as a line of a calendar."""
    told = {"meeting": name, "body": meeting.body, "on": meeting.opened_on or meeting.on, "call": meeting.call, "state": meeting.state}
    return {**told, "points": len(meeting.agenda), "present": len(meeting.present), "approved": bool(meeting.approval)}


def format_of(state: Meetings, body: Body, day: date) -> CouncilFormat | None:
    """Return how long a body's meeting lasts on a day: a class council by the cycle of its class, other bodies by no format."""
    cycles: tuple[int, ...] = state.cycles.get(_class_of(body), ())
    return format_for(cycles, in_force(state.formats_on(day)))


def _class_of(body: Body) -> Code:
    return body.class_code or ""


def _minutes_between(opened: datetime | None, closed: datetime | None) -> int | None:
    return int((closed - opened).total_seconds() // 60) if opened and closed else None

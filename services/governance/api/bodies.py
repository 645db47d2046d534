"""Bodies and their meetings over HTTP: calendar, one meeting, minutes and minute book as JSON and as PDF, council formats."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Path, Query, Response

from services.governance.events.people import CouncilFormat
from services.governance.projections.meetings import MEETINGS, Body, Meeting, Meetings
from services.governance.rules.formats import format_for, in_force
from services.governance.telling.deliberated import Told
from services.governance.telling.minutes import MINUTES, minute_book, minutes_digest, minutes_of
from services.governance.telling.minutes_pdf import MEDIA_TYPE, Origin, minute_book_pdf, minutes_pdf
from shared.clock import Clock, system_clock
from shared.eventlog.reading import RegisterReader
from shared.eventlog.record import parsed
from shared.merkle import Frontier
from shared.projecting import Cut
from shared.refusals import NotFound
from shared.values import Code, Id
from shared.web.queries import Question, Questions, read_at, shown

MeetingPath = Annotated[str, Path(pattern=r"^[a-z2-7]{26}$", description="The id of a meeting.")]
BodyPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="The code of a body.")]
BodyQuery = Annotated[str | None, Query(max_length=40, description="Of this body alone.")]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of a document made before the first fact
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "The document to print."}}


class NoSuchMeetingHere(NotFound):
    """Cette réunion n'est pas connue dans ce registre, ou ne l'était pas encore à la date demandée.
    This meeting is not known in this register, or was not yet at the date asked for."""


def routes_bodies(app: FastAPI, questions: Questions, reader: RegisterReader, clock: Clock = system_clock) -> None:
    """Add the routes of bodies and meetings; `reader` gives the records that a printed checkpoint stands for."""
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

    @app.get(f"{url}/meetings/{{meeting}}/minutes", tags=["governance"], operation_id="get_minutes")
    def minutes(meeting: MeetingPath, question: Question = asked) -> Response:
        """The minutes of a meeting, drafted from the records, with their digest; and whether what was approved reads the same."""
        state, seq = questions.views.of(MINUTES, question.register, question.cut)
        told = minutes_of(state, meeting)
        approval = state.meetings.meetings[meeting].approval
        body: Told = {"minutes": told, "digest": minutes_digest(told)}
        if approval:
            then, _ = questions.views.of(MINUTES, question.register, Cut(seq=approval.through_seq))
            same = meeting in then.meetings.meetings and minutes_digest(minutes_of(then, meeting)) == approval.digest
            body["approval"] = {"by": approval.by, "through_seq": approval.through_seq, "digest": approval.digest, "reads_the_same": same}
        return shown(body, seq, question.cut)

    @app.get(f"{url}/meetings/{{meeting}}/minutes.pdf", tags=["governance"], operation_id="print_minutes", responses=PDF)
    def printed_minutes(meeting: MeetingPath, question: Question = asked) -> Response:
        """The same minutes to print."""
        return _printed(questions, reader, question, lambda state, origin: minutes_pdf(minutes_of(state, meeting), origin))

    @app.get(f"{url}/bodies/{{body}}/minutes", tags=["governance"], operation_id="get_minute_book")
    def book(body: BodyPath, question: Question = asked) -> Response:
        """The minute book of a body (registre des délibérations): every meeting and decision, numbered without gap."""
        return questions.answer(MINUTES, question, lambda state: minute_book(state, body))

    @app.get(f"{url}/bodies/{{body}}/minutes.pdf", tags=["governance"], operation_id="print_minute_book", responses=PDF)
    def printed_book(body: BodyPath, question: Question = asked) -> Response:
        """The same minute book to print."""
        return _printed(questions, reader, question, lambda state, origin: minute_book_pdf(minute_book(state, body), origin))


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


class _At(NamedTuple):
    """The tree of a register at one fact, and that fact's moment."""

    tree: Frontier
    at: datetime


def _printed(questions: Questions, reader: RegisterReader, question: Question, draw: Callable[[Any, Origin], bytes]) -> Response:
    """Print from a view and the checkpoint of the very records it was folded from."""
    standing = questions.views.standing(question.register)
    _, head = questions.views.of(MINUTES, question.register)
    seq = min(head, question.cut.seq) if question.cut.seq is not None else head
    state, _ = questions.views.of(MINUTES, question.register, replace(question.cut, seq=seq))
    tree, at = _tree_at(reader, question.register, seq)
    asked = {name: value for name, value in question.cut.asked().items() if name != "seq"}
    origin = Origin(standing.name, question.register, tree.checkpoint(), at, ZoneInfo(standing.zone), urlencode(asked))
    return Response(draw(state, origin), headers=read_at(head, question.cut), media_type=MEDIA_TYPE)


def _tree_at(reader: RegisterReader, register: str, seq: int) -> _At:
    tree, last = Frontier(), b""
    for one in reader.through(register, upto=seq):
        tree, last = tree.grown([one.record]), one.record
    return _At(tree, datetime.fromisoformat(parsed(last)["time"]) if last else EPOCH)

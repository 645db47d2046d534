"""The page of one meeting: its agenda with the decisions to follow first, who is there, what became of each point, the minutes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from fastapi import Depends, FastAPI, Response

from services.governance.api.bodies import MeetingPath, NoSuchMeetingHere, format_of
from services.governance.commands.bodies import (
    AgendaPoint,
    ApproveMinutes,
    CallMeeting,
    CloseMeeting,
    NoteAttendance,
    OpenMeeting,
    ReviseAgenda,
)
from services.governance.commands.proposals import FollowDecision
from services.governance.events.bodies import AgendaItem, ItemKind, ItemOutcome, MeetingRole, Outcome
from services.governance.events.people import Role
from services.governance.events.proposals import FollowUp
from services.governance.pages.councils import FREE_KINDS, ROWS, points_from
from services.governance.pages.desk import HERE, Desk, Shown, Visit, made
from services.governance.pages.names import opened
from services.governance.projections.ballots import BALLOTS, Poll
from services.governance.projections.ideas import IDEA_BOX, CardState
from services.governance.projections.meetings import MEETINGS, Meeting, Meetings
from services.governance.projections.proposals import PROPOSALS
from services.governance.proposal_page import Stage
from services.governance.telling.minutes import MINUTES, minutes_digest, minutes_of
from services.governance.telling.objections import Opens, reads_reasons, with_reasons
from shared.handling import Answer
from shared.values import Code, Id, Pseudonym
from shared.web.forms import NOT_SENT, Filled, Typed, filled

TRADES: Final = (Role.PRESIDENT, Role.SECRETARY, Role.TIME_KEEPER, Role.FLOOR_GIVER, Role.DECISION_KEEPER, Role.TREASURER)
WHY: Final = "page.meeting"  # in the vault's log of accesses
MINUTE: Final = timedelta(minutes=1)


def routes_meetings(app: FastAPI, desk: Desk) -> None:
    """Add the page of a meeting."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = MeetingPage(desk)

    @app.get(f"{HERE}/conseils/{{meeting}}", include_in_schema=False)
    def one_meeting(meeting: MeetingPath, visit: Visit = visiting) -> Response:
        return page.show(visit, meeting)

    @app.post(f"{HERE}/conseils/{{meeting}}", include_in_schema=False)
    def settle(meeting: MeetingPath, visit: Visit = visiting, sent: Filled = reading) -> Response:
        return page.settle(visit, sent, meeting)


class MeetingPage:
    """Draws the page of a meeting and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, name: Id, typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the meeting as it stands. Raises NoSuchMeetingHere."""
        meetings, seats = self._desk.view(MEETINGS, visit), self._desk.seats(visit)
        meeting = meeting_of(meetings, name)
        body, today = meetings.bodies.get(meeting.body), visit.now.date()
        there = present_now(meeting)
        called = [one for one in seats.people if seats.sits(one, meeting.body, today)]
        people = {*called, *meeting.present, *there, *(one.person for one in meeting.roles)}
        names = self._desk.names(visit, people, WHY)
        ballots = [(key, one) for key, one in self._desk.view(BALLOTS, visit).polls.items() if one.opened.meeting == name]
        return self._desk.show(
            visit,
            Shown("governance/meeting.html", f"{visit.here}/conseils/{name}", "councils"),
            typed,
            status,
            name=name,
            meeting=meeting,
            body=body,
            label=meeting.label or (body.label if body else meeting.body),
            format=format_of(meetings, body, today) if body else None,
            running_minutes=_minutes(visit, meeting),
            conducts=seats.conducts(visit.actor, meeting.body, today),
            day_has_come=meeting.on <= today,
            who=names,
            called=names.ordered(called),
            there=names.ordered(there),
            away=names.ordered(set(called) - set(there)),
            trades=TRADES,
            points=[self._point(meetings, meeting, one, ballots) for one in meeting.agenda],
            ballots=sorted(ballots, key=lambda one: one[1].seq),
            outcomes={one.item: one for one in meeting.outcomes},
            offered=self._offered(visit, meeting),
            rows=range(ROWS),
            free_kinds=FREE_KINDS,
            follow_ups=list(FollowUp),
            issues=list(Outcome),
            second_call=_answered(meetings, name),
            minutes=self._minutes(visit, meeting, name),
        )

    def settle(self, visit: Visit, sent: Filled, name: Id) -> Response:
        """Take a form of the page. Raises NoSuchMeetingHere."""
        meeting = meeting_of(self._desk.view(MEETINGS, visit), name)
        builds = {
            "open-meeting": lambda form: OpenMeeting(meeting=name, present=form.texts("present"), roles=_roles(form)),
            "call-again": lambda form: _again(meeting, form, name),
            "note-attendance": lambda form: NoteAttendance(meeting=name, arrived=form.texts("arrived"), left=form.texts("left")),
            "revise-agenda": lambda form: ReviseAgenda(meeting=name, agenda=_revised(meeting, form)),
            "close-meeting": lambda form: CloseMeeting(meeting=name, outcomes=_outcomes(meeting, form)),
            "follow-decision": lambda form: followed(form, name),
            "approve-minutes": lambda form: ApproveMinutes(
                meeting=name, through_seq=int(form.text("through_seq") or 0), digest=form.text("digest") or ""
            ),
        }

        def then(answer: Answer) -> str:
            return f"{visit.here}/conseils/{made(answer, 'meeting') or name}"

        return self._desk.settle(visit, sent, builds, lambda typed, status: self.show(visit, name, typed, status), then)

    def _point(self, meetings: Meetings, meeting: Meeting, item: AgendaItem, ballots: Sequence[tuple[Id, Poll]]) -> dict[str, Any]:
        """Show a point: what it is about, and where its decision or its vote stands."""
        decision = meetings.decisions.get(item.subject) if item.subject and item.kind is ItemKind.FOLLOW_UP else None
        looked = next((one for one in decision.looks[::-1] if meeting.sat_at(one.seq)), None) if decision else None
        votes = [key for key, one in ballots if item.subject and item.subject in {key, one.opened.proposal}]
        return {"item": item, "decision": decision, "looked": looked, "votes": votes}

    def _offered(self, visit: Visit, meeting: Meeting) -> list[tuple[str, ItemKind, str]]:
        """Return what may still go on the agenda: open cards and proposals of the body, as `kind:id:title`."""
        taken = {one.subject for one in meeting.agenda}
        box = self._desk.view(IDEA_BOX, visit)
        cards = [
            (ItemKind.IDEA, key, one.text[:200])
            for key, one in box.cards.items()
            if one.body == meeting.body and one.text and box.state(key) is CardState.OPEN
        ]
        texts = [
            (ItemKind.PROPOSAL, key, one.versions[-1].title)
            for key, one in self._desk.view(PROPOSALS, visit).by_id.items()
            if one.body == meeting.body and one.stage in {Stage.OPEN, Stage.AGREEING}
        ]
        return [(f"{kind}:{key}:{title}", kind, title) for kind, key, title in [*texts, *cards] if key not in taken]

    def _minutes(self, visit: Visit, meeting: Meeting, name: Id) -> dict[str, Any]:
        """Return where the minutes are printed, and what would be approved: their digest up to the last fact."""
        if not meeting.closed_seq:
            return {}
        state, seq = self._desk.read(MINUTES, visit)
        pdf = f"/v1/registers/{visit.register}/governance/meetings/{name}/minutes.pdf"
        told = minutes_of(state, name)
        read = with_reasons(told, state.deliberations, self._opens(visit, meeting.body))
        stories = [one for place in (*read["points"], read["beside"]) for one in place["proposals"] if one["rounds"]]
        shown = {"pdf": pdf, "digest": minutes_digest(told), "through_seq": seq, "approval": meeting.approval}
        return shown | {"consents": [(one["versions"][-1]["title"], one["rounds"]) for one in stories]}

    def _opens(self, visit: Visit, body: Code) -> Opens:
        """Return what opens the reasons of objections: nothing for those who are not of the body."""
        if not reads_reasons(self._desk.seats(visit), visit.actor, body, visit.now.date()):
            return lambda _: None
        return lambda sealed: opened(self._desk.vault, visit, sealed, WHY)


def meeting_of(meetings: Meetings, name: Id) -> Meeting:
    """Return one meeting. Raises NoSuchMeetingHere."""
    if (meeting := meetings.meetings.get(name)) is None:
        raise NoSuchMeetingHere(meeting=name)
    return meeting


def present_now(meeting: Meeting) -> frozenset[Pseudonym]:
    """Return who is in the room: those of the opening, and whoever came and did not leave since."""
    there = set(meeting.present)
    for move in meeting.moves:
        there = (there | set(move.arrived)) - set(move.left)
    return frozenset(there)


def followed(form: Filled, meeting: Id | None = None) -> FollowDecision:
    """Read where a decision stands."""
    return FollowDecision(decision=form.about, state=FollowUp(form.text("state") or ""), meeting=meeting, reason=form.text("reason"))


def _again(meeting: Meeting, form: Filled, name: Id) -> CallMeeting:
    """Call the meeting a second time, with the agenda it had."""
    points = (AgendaPoint(kind=one.kind, title=one.title, subject=one.subject, item=one.item) for one in meeting.agenda)
    on: Any = form.day("on")
    return CallMeeting(body=meeting.body, on=on, agenda=tuple(points), first_call=name)


def _roles(form: Filled) -> tuple[MeetingRole, ...]:
    given = ((role, form.text(f"role-{role}")) for role in TRADES)
    return tuple(MeetingRole(role=role, person=person) for role, person in given if person)


def _outcomes(meeting: Meeting, form: Filled) -> tuple[ItemOutcome, ...]:
    """Read what became of each point; one without an answer is left out, and the rule says so."""
    told = ((one.item, form.text(f"outcome-{one.item}"), form.text(f"note-{one.item}")) for one in meeting.agenda)
    return tuple(ItemOutcome(item=item, outcome=Outcome(outcome), note=note) for item, outcome, note in told if outcome)


def _revised(meeting: Meeting, form: Filled) -> tuple[AgendaPoint, ...]:
    """Return the agenda as it is, less what was taken off, with what was added."""
    gone = set(form.texts("gone"))
    kept = (
        AgendaPoint(kind=one.kind, title=one.title, subject=one.subject, item=one.item) for one in meeting.agenda if one.item not in gone
    )
    return (*kept, *points_from(form, range(ROWS)))


def _minutes(visit: Visit, meeting: Meeting) -> int | None:
    """Return for how many minutes it has been running, or ran."""
    if meeting.opened_at is None:
        return None
    return max(0, int(((meeting.closed_at or visit.now) - meeting.opened_at) / MINUTE))


def _answered(meetings: Meetings, name: Id) -> Id | None:
    """Return the second call of a meeting that missed its quorum."""
    return next((key for key, one in meetings.meetings.items() if one.first_call == name), None)

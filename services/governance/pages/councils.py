"""The page of councils: the bodies, their calendar, the idea box of one of them, and how a meeting is called."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.api.bodies import brief, format_of
from services.governance.chamber.purse import PURSE
from services.governance.commands.bodies import AgendaPoint, CallMeeting, FormBody
from services.governance.commands.proposals import MakeProposal, SetIdeaAside, SubmitIdea
from services.governance.events.bodies import BodyKind, College, ItemKind, Members, Quorum, QuorumOf
from services.governance.events.proposals import IdeaWord
from services.governance.pages.desk import HERE, Desk, Shown, Visit, made
from services.governance.pages.names import opened
from services.governance.pages.voting_rights import rights_builds, voting_rights
from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.ideas import IDEA_BOX, Card, CardState, IdeaBox
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.proposals import PROPOSALS
from services.governance.proposal_page import Stage
from services.governance.seats import Seats
from shared.handling import Answer
from shared.projecting import Projection
from shared.values import Code, Id
from shared.web.forms import NOT_SENT, Filled, Typed, filled

ROWS: Final = 3  # points of an agenda typed freely; more are added on the page of the meeting
BODY_LENGTH_MAX: Final = 40
POTS: Final = Projection("governance.purse", 1, PURSE.initial, PURSE.listening())
FREE_KINDS: Final = (ItemKind.INFORMATION, ItemKind.ACCOUNTS)
WHY: Final = "page.ideas"  # in the vault's log of accesses

BodyQuery = Annotated[str, Query(max_length=BODY_LENGTH_MAX)]


def routes_councils(app: FastAPI, desk: Desk) -> None:
    """Add the page of councils."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = CouncilsPage(desk)

    @app.get(f"{HERE}/conseils", include_in_schema=False)
    def councils(visit: Visit = visiting, instance: BodyQuery = "") -> Response:
        return page.show(visit, instance)

    @app.post(f"{HERE}/conseils", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading, instance: BodyQuery = "") -> Response:
        return page.settle(visit, sent, instance)


class CouncilsPage:
    """Draws the page of councils and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, instance: Code, typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the calendar of every body, and the idea box of the one chosen: else of one where the reader sits."""
        today = visit.now.date()
        meetings, seats = self._desk.view(MEETINGS, visit), self._desk.seats(visit)
        own = [code for code in sorted(meetings.bodies) if seats.sits(visit.actor, code, today)]
        led = [code for code in sorted(meetings.bodies) if seats.conducts(visit.actor, code, today)]
        chosen = instance if instance in meetings.bodies else next(iter([*own, *led, *sorted(meetings.bodies)]), "")
        body = meetings.bodies.get(chosen)
        calendar = [brief(key, one) for key, one in reversed(meetings.of(chosen))] if chosen else []
        return self._desk.show(
            visit,
            Shown("governance/councils.html", f"{visit.here}/conseils?instance={chosen}", "councils"),
            typed,
            status,
            bodies=sorted(((code, one.label) for code, one in meetings.bodies.items()), key=lambda pair: pair[1]),
            chosen=chosen,
            body=body,
            format=format_of(meetings, body, today) if body else None,
            calendar=calendar,
            to_follow=meetings.to_follow(chosen) if chosen else [],
            conducts=chosen in led,
            may_bring=chosen in {*own, *led} or (body is not None and body.kind in {BodyKind.SCHOOL_COUNCIL, BodyKind.GENERAL_ASSEMBLY}),
            today=today,
            rows=range(ROWS),
            free_kinds=FREE_KINDS,
            words=list(IdeaWord),
            pots=sorted(self._desk.view(POTS, visit).pots),
            open_proposals=self._open_proposals(visit, chosen),
            classes=self._classes_without(visit, seats),
            **voting_rights(self._desk, visit, chosen, seats),
            **self._ideas(visit, chosen, seats),
        )

    def settle(self, visit: Visit, sent: Filled, instance: Code) -> Response:
        """Take a form of the page."""
        builds = {
            "submit-idea": _idea,
            "set-idea-aside": lambda form: SetIdeaAside(idea=form.about, reason=form.text("reason") or ""),
            "make-proposal": proposal_from,
            "call-meeting": _call,
            "form-body": _class_council,
            **rights_builds(sent.text("body") or ""),
        }

        def then(answer: Answer) -> str:
            here = f"{visit.here}/conseils?instance={sent.text('body') or made(answer, 'body') or instance}"
            match sent.do:
                case "make-proposal":
                    return f"{visit.here}/propositions/{made(answer, 'proposal')}"
                case "call-meeting":
                    return f"{visit.here}/conseils/{made(answer, 'meeting')}"
                case "submit-idea" | "set-idea-aside":
                    return f"{here}#ideas"
                case _:
                    return here

        return self._desk.settle(visit, sent, builds, lambda typed, status: self.show(visit, instance, typed, status), then)

    def _ideas(self, visit: Visit, body: Code, seats: Seats) -> dict[str, Any]:
        box = self._desk.view(IDEA_BOX, visit)
        cards = sorted(((key, one) for key, one in box.cards.items() if one.body == body), key=lambda pair: -pair[1].seq)
        names = self._desk.names(visit, {one.author for _, one in cards}, WHY)
        leads = bool(body) and seats.conducts(visit.actor, body, visit.now.date())
        shown = [self._card(visit, box, key, card, leads=leads) for key, card in cards]
        waiting = [one for one in shown if one["state"] in {CardState.OPEN, CardState.ON_AGENDA}]
        return {"who": names, "ideas": waiting, "answered": [one for one in shown if one not in waiting]}

    def _card(self, visit: Visit, box: IdeaBox, key: Id, card: Card, *, leads: bool) -> dict[str, Any]:
        """Show a card; what it says about a person only to its author and to who conducts the body."""
        remark = None
        if card.remark is not None and (leads or card.author == visit.actor):
            remark = opened(self._desk.vault, visit, card.remark, WHY) or ""
        return {"idea": key, "card": card, "state": box.state(key), "remark": remark, "sealed": card.remark is not None}

    def _open_proposals(self, visit: Visit, body: Code) -> list[tuple[Id, str]]:
        pages = self._desk.view(PROPOSALS, visit).by_id.items()
        return sorted(
            ((key, one.versions[-1].title) for key, one in pages if one.body == body and one.stage is Stage.OPEN), key=lambda one: one[1]
        )

    def _classes_without(self, visit: Visit, seats: Seats) -> list[tuple[Code, str]]:
        """Return the open classes that have no council, for whoever may form one."""
        if not visit.roles & FormBody.may:
            return []
        cooperative = self._desk.view(COOPERATIVE, visit)
        has = {one.class_code for one in seats.bodies.values()}
        classes = {code: one.label for of_year in cooperative.classes.values() for code, one in of_year.items() if one.closed_with is None}
        return sorted((code, label) for code, label in classes.items() if code not in has)


def proposal_from(form: Filled) -> MakeProposal:
    """Read a proposal, made from an idea or not."""
    return MakeProposal(
        body=form.text("body") or "",
        title=form.text("title") or "",
        text=form.text("text") or "",
        cost=form.cents("cost"),
        pot=form.text("pot"),
        project=form.text("project"),
        idea=form.about or None,
    )


def points_from(form: Filled, rows: range) -> list[AgendaPoint]:
    """Read points of an agenda: ideas and proposals that were ticked (`kind:id:title`), then those typed freely."""
    ticked = [one.split(":", 2) for one in form.texts("subject")]
    points = [AgendaPoint(kind=ItemKind(kind), subject=subject, title=title) for kind, subject, title in ticked]
    typed = [(form.text(f"kind-{row}"), form.text(f"title-{row}")) for row in rows]
    return points + [AgendaPoint(kind=ItemKind(kind or ItemKind.INFORMATION), title=title) for kind, title in typed if title]


def _idea(form: Filled) -> SubmitIdea:
    about_somebody = form.text("person") is not None
    text = form.text("text") or ""
    word = IdeaWord(form.text("word") or IdeaWord.PROPOSE)
    return SubmitIdea(
        body=form.text("body") or "", word=word, text=None if about_somebody else text, remark=text if about_somebody else None
    )


def _call(form: Filled) -> CallMeeting:
    on: Any = form.day("on")
    return CallMeeting(
        body=form.text("body") or "", on=on, agenda=tuple(points_from(form, range(ROWS))), first_call=form.text("first_call")
    )


def _class_council(form: Filled) -> FormBody:
    """The council of a class as most are: its pupils vote, the team is heard, half of the pupils must be there."""
    return FormBody(
        body=f"conseil-{form.text('class_code')}"[:BODY_LENGTH_MAX],
        kind=BodyKind.CLASS_COUNCIL,
        label=form.text("label") or "",
        composition=(
            College(college="eleves", of=Members.PUPILS),
            College(college="equipe", of=Members.STAFF, advisory=True),
        ),
        quorum=Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2, waived_on_second_call=True),
        class_code=form.text("class_code"),
    )

"""The pages of ballots: the list, and one with its rule, how many voted, the form that votes or counts, and what closes it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.api.ballots import BallotPath, poll_of
from services.governance.commands.ballots import CancelBallot, CastVote, CloseBallot, EnterHandCount, GiveProxy, HoldDraw, MoveClosing
from services.governance.events.ballots import BallotOpened, Way
from services.governance.events.people import PersonKind
from services.governance.pages.delegates import delegates_in, delegation
from services.governance.pages.desk import HERE, Desk, Shown, Visit
from services.governance.pages.names import Names
from services.governance.pages.papers import choice_of, count_of, counted_by_sums, highest, kind_of, letter, missing_of
from services.governance.pages.results import result_shown_in_words
from services.governance.projections.ballots import BALLOTS, Poll, Stage
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.members import MEMBERS, Members
from services.governance.rules.due import CHALLENGE
from services.governance.telling.participation import participation
from shared.handling import Answer
from shared.values import Code, Id, Pseudonym
from shared.web.forms import NOT_SENT, Builds, Filled, Typed, filled

WHY: Final = "page.ballot"  # in the vault's log of accesses

BodyQuery = Annotated[str, Query(max_length=40)]
StepQuery = Annotated[int, Query(ge=0, le=1_000_000)]
Flag = Annotated[str, Query(max_length=5)]


def routes_ballots_pages(app: FastAPI, desk: Desk) -> None:
    """Add the pages of ballots."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = BallotPage(desk)

    @app.get(f"{HERE}/scrutins", include_in_schema=False)
    def ballots(visit: Visit = visiting, instance: BodyQuery = "") -> Response:
        return show_ballots(desk, visit, instance)

    @app.get(f"{HERE}/scrutins/{{ballot}}", include_in_schema=False)
    def ballot(ballot: BallotPath, visit: Visit = visiting, pas: StepQuery = 0, comparer: Flag = "") -> Response:
        return page.show(visit, ballot, step=pas, compared=bool(comparer))

    @app.post(f"{HERE}/scrutins/{{ballot}}", include_in_schema=False)
    def settle(ballot: BallotPath, visit: Visit = visiting, sent: Filled = reading) -> Response:
        return page.settle(visit, sent, ballot)


def show_ballots(desk: Desk, visit: Visit, body: Code) -> Response:
    """Draw every ballot of one body, or of all: those that are open first, then the last opened first."""
    polls = [(key, one) for key, one in desk.view(BALLOTS, visit).polls.items() if body in {"", one.opened.body}]
    meetings = desk.view(MEETINGS, visit)
    return desk.show(
        visit,
        Shown("governance/ballots.html", f"{visit.here}/scrutins", "ballots"),
        bodies=sorted(((code, one.label) for code, one in meetings.bodies.items()), key=lambda pair: pair[1]),
        labels={code: one.label for code, one in meetings.bodies.items()},
        chosen=body,
        ballots=sorted(polls, key=lambda pair: (pair[1].stage not in {Stage.OPEN, Stage.DRAW_NEEDED}, -pair[1].seq)),
        may_open=desk.conducts_somewhere(visit),
    )


class BallotPage:
    """Draws one ballot and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(
        self, visit: Visit, name: Id, typed: Typed = NOT_SENT, status: int = 200, *, step: int = 0, compared: bool = False
    ) -> Response:
        """Draw the ballot: what rules it, how many voted, and its count once it is declared. Raises NoSuchBallotHere."""
        poll = poll_of(self._desk.view(BALLOTS, visit), name)
        members, opened = self._desk.view(MEMBERS, visit), poll.opened
        body = self._desk.view(MEETINGS, visit).bodies.get(opened.body)
        listed = {line.voter for college in opened.roll for line in college.voters}
        adults = {one for one, about in members.on(visit.now.date()) if about.kind is PersonKind.STAFF}
        people = {one.option for one in opened.options if one.label is None and one.option in members.people}
        people |= delegates_in(opened)
        people |= {*opened.tellers, *poll.witnesses} | ({opened.casting_vote} if opened.casting_vote else set())
        people |= {poll.by, *(one.by for one in poll.changes)} | ({poll.ending.by} if poll.ending else set())
        choosing = poll.stage in {Stage.OPEN, Stage.DRAW_NEEDED}
        names = self._desk.names(visit, people | ((listed | adults) if choosing else set()), WHY)
        labels = option_labels(opened, names, self._desk.gettext)
        return self._desk.show(
            visit,
            Shown("governance/ballot.html", f"{visit.here}/scrutins/{name}", "ballots"),
            typed,
            status,
            name=name,
            poll=poll,
            opened=opened,
            label=body.label if body else opened.body,
            who=names,
            labels=labels,
            letters={one.option: letter(place) for place, one in enumerate(opened.options)},
            parameters=parameters_shown(opened, labels),
            costs={one.option: one.amount for one in opened.parameters.costs or ()},
            kind=kind_of(opened.method),
            highest=highest(opened.method, opened.parameters),
            missing=missing_of(opened.method, opened.parameters),
            by_sums=counted_by_sums(opened.method, opened.parameters),
            conducts=self._desk.seats(visit).conducts(visit.actor, opened.body, visit.now.date()),
            voters=names.ordered(listed) if choosing else [],
            witnesses=names.ordered((listed | adults) - {visit.actor}) if choosing else [],
            part_taken=_participation(poll, members),
            delegation=delegation(self._desk, visit, opened),
            past_hour=poll.closes_at is not None and visit.now >= poll.closes_at,
            **_mine(visit, poll, listed),
            **result_shown_in_words(visit, poll, labels, step=step, compared=compared),
        )

    def settle(self, visit: Visit, sent: Filled, name: Id) -> Response:
        """Take a form of the page. Raises NoSuchBallotHere."""
        poll = poll_of(self._desk.view(BALLOTS, visit), name)

        def then(_: Answer) -> str:
            return f"{visit.here}/scrutins/{name}"

        return self._desk.settle(visit, sent, _builds(visit, poll), lambda typed, status: self.show(visit, name, typed, status), then)


def option_labels(opened: BallotOpened, names: Names, say: Any) -> Mapping[Code, str]:
    """Return how each option is called: by its label, by who it is, or by what it answers."""
    answers = {"yes": say("Pour"), "no": say("Contre"), "abstain": say("Je m'abstiens")}
    return {one.option: one.label or answers.get(one.option) or names(one.option) for one in opened.options}


def parameters_shown(opened: BallotOpened, labels: Mapping[Code, str]) -> list[tuple[str, str, Any]]:
    """Return each setting of the method: its name, how its value is to be said (`text`, `word`, `money`, `yes`), its value.

    What an option left without a score or a grade gets is always said, also where the ballot left it to the method.
    """
    found: list[tuple[str, str, Any]] = []
    for name, value in opened.parameters.model_copy(update={"missing": missing_of(opened.method, opened.parameters)}):
        match value:
            case None:
                continue
            case bool():
                found.append((name, "yes", value))
            case int():
                found.append((name, "money" if name == "budget" else "text", value))
            case str():
                found.append((name, "word", f"utility.{value}" if name == "utility" else value))
            case _ if name == "grades":
                found.append((name, "text", ", ".join(value)))
            case _:
                found.append((name, "costs", [(labels.get(one.option, one.option), one.amount) for one in value]))
    return found


def _mine(visit: Visit, poll: Poll, listed: set[Pseudonym]) -> dict[str, Any]:
    """Return what the reader may do at this ballot now; the rules have the last word."""
    opened, me = poll.opened, visit.actor
    open_now = poll.stage is Stage.OPEN and (poll.closes_at is None or visit.now < poll.closes_at)
    contestable = poll.stage is Stage.DECLARED and poll.closed_at is not None and visit.now < poll.closed_at + CHALLENGE
    return {
        "contests": contestable and poll.challenged and me in opened.tellers,
        "votes": open_now and opened.way is Way.NAMED and me in listed,
        "voted": me in poll.voted,
        "entrusted": sorted(giver for giver, holder in poll.proxies.items() if holder == me),
        "given_to": poll.proxies.get(me),
        "gives": open_now and bool(opened.proxies_max) and me in listed and me not in poll.voted,
        "teller": me in opened.tellers,
        "counts": poll.stage is Stage.OPEN and opened.way is Way.HAND and me in opened.tellers,
        "counted": me in poll.counts_entered,
        "draws": poll.stage is Stage.DRAW_NEEDED and opened.casting_vote is None,
        "casts": poll.stage is Stage.DRAW_NEEDED and opened.casting_vote == me,
    }


def _builds(visit: Visit, poll: Poll) -> Builds:
    opened = poll.opened
    name = opened.ballot
    return {
        "cast-vote": lambda form: CastVote(ballot=name, choice=choice_of(form, opened), proxy_for=form.text("proxy_for")),
        "give-proxy": lambda form: GiveProxy(ballot=name, holder=form.text("holder") or ""),
        "enter-hand-count": lambda form: EnterHandCount(ballot=name, count=count_of(form, opened)),
        "close-ballot": lambda form: CloseBallot(ballot=name, casting=form.text("casting")),
        "cancel-ballot": lambda form: CancelBallot(ballot=name, reason=form.text("reason") or ""),
        "move-closing": lambda form: MoveClosing(ballot=name, closes_at=_moment(form, visit), reason=form.text("reason") or ""),
        "hold-draw": lambda form: HoldDraw(ballot=name, order=_drawn(form, opened), witnesses=_witnesses(form)),
    }


def _moment(form: Filled, visit: Visit) -> Any:
    return form.moment("closes_at", visit.zone)


def _drawn(form: Filled, opened: BallotOpened) -> tuple[Code, ...]:
    """Return the options in the order of the places that were typed; without a place they are not in it, and the rule says so."""
    placed = [(place, one.option) for one in opened.options if (place := form.whole(f"rank-{one.option}")) is not None]
    return tuple(code for _, code in sorted(placed))


def _witnesses(form: Filled) -> tuple[Pseudonym, ...]:
    return tuple(one for name in ("first_witness", "second_witness") if (one := form.text(name)))


def _participation(poll: Poll, members: Members) -> Any:
    return participation(poll, {person: member.class_code for person, member in members.people.items()})

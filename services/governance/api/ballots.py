"""Ballots over HTTP: their settings and turnout, their results with every number, and their counts told again."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Response

from services.governance.events.people import Role
from services.governance.projections.ballots import BALLOTS, Change, Ending, Poll, Polls
from services.governance.projections.members import MEMBERS, Members
from services.governance.telling.participation import participation
from services.governance.telling.steps import told
from services.governance.telling.what_if import recounted, what_if
from shared.refusals import NotFound
from shared.values import Code, Pseudonym
from shared.web.queries import Question, Questions

BallotPath = Annotated[str, Path(pattern=r"^[a-z2-7]{26}$", description="The id of a ballot.")]
BodyQuery = Annotated[str | None, Query(max_length=40, description="Only the ballots of this body.")]


class NoSuchBallotHere(NotFound):
    """Aucun scrutin ne porte cet identifiant, ou il n'était pas encore ouvert à cette date.
    No ballot has this identifier, or it was not open yet on that date."""


def routes_ballots(app: FastAPI, questions: Questions) -> None:
    """Add the routes of ballots."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/governance/ballots"

    @app.get(url, tags=["governance"], operation_id="list_ballots")
    def ballots(question: Question = asked, body: BodyQuery = None) -> Response:
        """Every ballot, the last opened first: its settings with each change to them, its turnout, its result once declared."""
        members = members_of(questions, question)
        return questions.answer(BALLOTS, question, lambda polls: {"ballots": ballots_shown(polls, members, body)})

    @app.get(f"{url}/{{ballot}}", tags=["governance"], operation_id="get_ballot")
    def ballot(ballot: BallotPath, question: Question = asked) -> Response:
        """One ballot: its settings with each change to them, its turnout, its result once declared."""
        members = members_of(questions, question)
        return questions.answer(BALLOTS, question, lambda polls: ballot_shown(poll_of(polls, ballot), members))

    @app.get(f"{url}/{{ballot}}/participation", tags=["governance"], operation_id="get_participation")
    def took_part(ballot: BallotPath, question: Question = asked) -> Response:
        """How many took part, class by class once it is over; the numbers of a group of fewer than five are not told."""
        classes = {person: member.class_code for person, member in members_of(questions, question).people.items()}
        return questions.answer(BALLOTS, question, lambda polls: participation(poll_of(polls, ballot), classes))

    _counts(app, url, questions)


def _counts(app: FastAPI, url: str, questions: Questions) -> None:
    asked = Depends(questions.asked)

    @app.get(f"{url}/{{ballot}}/result", tags=["governance"], operation_id="get_result")
    def result(ballot: BallotPath, question: Question = asked) -> Response:
        """The declared result with every number, each tie and what parted it; null before closing."""
        return questions.answer(BALLOTS, question, lambda polls: result_shown(poll_of(polls, ballot)))

    @app.get(f"{url}/{{ballot}}/steps", tags=["governance"], operation_id="get_steps")
    def steps(ballot: BallotPath, question: Question = asked) -> Response:
        """The count step by step, each with a sentence in French and in English; empty before closing."""
        return questions.answer(BALLOTS, question, lambda polls: {"steps": steps_shown(poll_of(polls, ballot))})

    @app.get(f"{url}/{{ballot}}/recount", tags=["governance"], operation_id="get_recount")
    def recount(ballot: BallotPath, question: Question = asked) -> Response:
        """The same papers counted again with the version of their day and with today's, beside the declared result."""
        return questions.answer(BALLOTS, question, lambda polls: recounted(poll_of(polls, ballot)))

    @app.get(f"{url}/{{ballot}}/what-if", tags=["governance"], operation_id="get_what_if")
    def hypotheses(ballot: BallotPath, question: Question = asked) -> Response:
        """The declared result, the only one that counts, then what other methods would have made of the same papers (hypothetical)."""
        return questions.answer(BALLOTS, question, lambda polls: {"results": what_if(poll_of(polls, ballot))})


def members_of(questions: Questions, question: Question) -> Members:
    """Return who belongs, on the same cut: who changed a setting did so in a role."""
    members: Members = questions.views.of(MEMBERS, question.register, question.cut)[0]
    return members


def poll_of(polls: Polls, ballot: str) -> Poll:
    """Return one ballot. Raises NoSuchBallotHere."""
    if (poll := polls.polls.get(ballot)) is None:
        raise NoSuchBallotHere(ballot=ballot)
    return poll


def ballots_shown(polls: Polls, members: Members, body: Code | None) -> list[dict[str, Any]]:
    """Return the ballots of a body, or all, the last opened first; a roll is shown on the ballot's own page."""
    chosen = sorted((one for one in polls.polls.values() if body in {None, one.opened.body}), key=lambda one: -one.seq)
    return [{name: value for name, value in ballot_shown(one, members).items() if name not in {"roll", "steps"}} for one in chosen]


def ballot_shown(poll: Poll, members: Members) -> dict[str, Any]:
    """Return one ballot as everybody may see it now. Who voted is not in it, nor anything of a count before closing."""
    settings = poll.opened.model_dump(mode="json", exclude_none=True)
    roll = settings.pop("roll")
    return {
        "ballot": poll.opened.ballot,
        "stage": poll.stage,
        "settings": settings,
        "roll": roll,
        "registered": sum(line.weight or 1 for one in poll.opened.roll if not one.advisory for line in one.voters),
        "seq": poll.seq,
        "opened_at": poll.at,
        "opened_by": _who(poll.by, poll.at.date(), members),
        "closes_at": poll.closes_at,
        "closed_at": poll.closed_at,
        "changes": [_changed(one, members) for one in poll.changes],
        "turnout": poll.turnout,
        "proxies": len(poll.proxies),
        "counts_entered": len(poll.counts_entered),
        "differences": poll.differences,
        "ending": poll.ending and _ended(poll.ending, members),
        "result": result_shown(poll),
    }


def result_shown(poll: Poll) -> dict[str, Any] | None:
    """Return the declared result with every number; None before."""
    if poll.result is None:
        return None
    result = poll.result.model_dump(mode="json", exclude={"part", "parts", "rounds", "ballot"})
    absent = result["registered"] - result["voters"]
    shown = poll.shown
    papers = {"piles": shown.piles, "sums": shown.sums} if shown else None
    return {"seq": poll.result_seq, **result, "absent": absent, "drawn": poll.drawn, "witnesses": poll.witnesses, "shown": papers}


def steps_shown(poll: Poll) -> list[dict[str, Any]]:
    """Return each step of the count with its sentence in both languages; empty before closing."""
    labels = {one.option: one.label for one in poll.opened.options if one.label}
    sentences = told(poll.rounds, poll.opened.method, poll.opened.parameters, labels)
    dumped = (step.model_dump(mode="json", exclude_none=True) for step in poll.rounds)
    return [{**step, "fr": said.fr, "en": said.en} for step, said in zip(dumped, sentences, strict=True)]


def _changed(change: Change, members: Members) -> dict[str, Any]:
    by = _who(change.by, change.at.date(), members)
    return {"seq": change.seq, "at": change.at, "by": by, "before": change.before, "after": change.after, "reason": change.reason}


def _ended(ending: Ending, members: Members) -> dict[str, Any]:
    by = _who(ending.by, ending.at.date(), members)
    told_why = {"reason": ending.reason, "needed": ending.needed, "counted": ending.counted}
    return {"seq": ending.seq, "at": ending.at, "by": by, **told_why}


def _who(person: Pseudonym, day: date, members: Members) -> dict[str, Any]:
    """Return somebody with the roles they held on that day."""
    member = members.people.get(person)
    roles: tuple[Role, ...] = member.roles(day) if member else ()
    return {"person": person, "roles": roles}

"""The page on which a class plays a count again, at its own speed, forward and back; and the one that counts every result again."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.api.ballots import BallotPath, poll_of
from services.governance.events.papers import Method
from services.governance.pages.ballots import option_labels
from services.governance.pages.desk import HERE, Desk, Shown, Visit
from services.governance.pages.results import paper_said
from services.governance.pages.words import word
from services.governance.projections.ballots import BALLOTS, Poll
from services.governance.projections.members import MEMBERS
from services.governance.telling.playback import Read, board, paper_at, played
from services.governance.telling.recounting import ResultAgain, all_recounted
from services.governance.telling.steps import told
from services.governance.telling.what_if import Recount
from shared.values import Code, Id
from shared.web.reader import reader_of

WHY: Final = "page.ballot"  # in the vault's log of accesses
SPEEDS: Final = ("0.5", "1", "2", "5", "10")  # frames a second: read aloud, or a box of a whole school

FrameQuery = Annotated[int, Query(ge=0, le=1_000_000)]


def routes_playback(app: FastAPI, desk: Desk) -> None:
    """Add both pages."""
    visiting = Depends(desk.visit)

    @app.get(f"{HERE}/scrutins/{{ballot}}/rejouer", include_in_schema=False)
    def playback(ballot: BallotPath, visit: Visit = visiting, pas: FrameQuery = 0) -> Response:
        return show_playback(desk, visit, ballot, pas)

    @app.get(f"{HERE}/recomptes", include_in_schema=False)
    def recounts(visit: Visit = visiting) -> Response:
        return show_recounts(desk, visit)


def show_playback(desk: Desk, visit: Visit, name: Id, frame: int) -> Response:
    """Draw one frame of a count, with all the others behind it for the page's script. Raises NoSuchBallotHere or NotDeclaredYet."""
    poll = poll_of(desk.view(BALLOTS, visit), name)
    labels = _labels(desk, visit, [poll])[name]
    language = reader_of(visit.request).language
    play = played(poll)
    at = min(frame, play.frames)
    steps = [getattr(said, language) for said in told(play.steps, poll.opened.method, poll.opened.parameters, labels)]
    said = _said(desk, poll, labels)
    on_board = board(play.reads, min(at, play.papers))
    return desk.show(
        visit,
        Shown("governance/playback.html", f"{visit.here}/scrutins/{name}/rejouer", "ballots"),
        name=name,
        opened=poll.opened,
        options=[(one.option, labels[one.option], on_board.get(one.option, 0)) for one in poll.opened.options],
        highest=max([1, *board(play.reads, play.papers).values()]),
        kind=_kind(play.reads),
        papers=play.papers,
        frames=play.frames,
        at=at,
        said="" if at == 0 else said(paper_at(play.reads, at)) if at <= play.papers else steps[at - play.papers - 1],
        elected=[labels.get(one, one) for one in poll.result.tallied.elected] if poll.result else [],
        verdict=poll.result.verdict if poll.result else "",
        played={"reads": [{"said": said(one), "papers": one.papers, "adds": one.adds} for one in play.reads], "steps": steps},
        speeds=SPEEDS,
    )


def show_recounts(desk: Desk, visit: Visit) -> Response:
    """Draw every declared result with its recounts."""
    polls = desk.view(BALLOTS, visit)
    found = all_recounted(polls)
    labels = _labels(desk, visit, [polls.polls[one.ballot] for one in found])
    language = reader_of(visit.request).language
    return desk.show(
        visit,
        Shown("governance/recounts.html", f"{visit.here}/recomptes", "ballots"),
        results=[_line(one, labels[one.ballot], language) for one in found],
    )


def _line(one: ResultAgain, labels: Mapping[Code, str], language: str) -> dict[str, Any]:
    def elected(count: Recount) -> list[str]:
        return [labels.get(code, code) for code in count.tallied.elected] if count.tallied else []

    return {
        "ballot": one.ballot,
        "question": one.question,
        "method": one.method,
        "version": one.version,
        "version_today": one.version_today,
        "then": elected(one.recounted.then) if one.recounted else None,
        "now": elected(one.recounted.now) if one.recounted else None,
        "as_declared": one.as_declared,
        "differs": bool(one.differs),
        "changes": [getattr(change, language) for change in one.changes],
        "why": one.why,
    }


def _labels(desk: Desk, visit: Visit, polls: Sequence[Poll]) -> dict[Id, Mapping[Code, str]]:
    """Return how the options of each ballot are called; those that are people by their names, for who may know them."""
    members = desk.view(MEMBERS, visit)
    options = [one for poll in polls for one in poll.opened.options]
    names = desk.names(visit, {one.option for one in options if one.label is None and one.option in members.people}, WHY)
    return {poll.opened.ballot: option_labels(poll.opened, names, desk.gettext) for poll in polls}


def _said(desk: Desk, poll: Poll, labels: Mapping[Code, str]) -> Any:
    grades = poll.opened.parameters.grades or () if poll.opened.method is Method.MAJORITY_JUDGMENT else ()

    def said(one: Read) -> str:
        words = paper_said(one.choice, labels, grades) if one.choice else ""
        if one.void is not None:
            reason = desk.gettext("nul (%(why)s)") % {"why": word(desk.gettext, one.void)}
            return f"{words} – {reason}" if words else reason
        return words or desk.gettext("blanc")

    return said


def _kind(reads: Sequence[Read]) -> str:
    """Return what the board counts while papers are read: `marks`, `ranks` or `points`."""
    choices = [one.choice for one in reads if one.choice and one.adds]
    return "points" if any(one.points for one in choices) else "ranks" if any(one.ranks for one in choices) else "marks"

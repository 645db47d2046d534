"""The pages of a vote with cards: the tellers' counter, the voter's page that no session is needed for, and the list of the cards.

The counter's browser draws the tokens of the cards, and a voter's browser reads one behind the # of a link: no server ever sees one
before it is in the urn.
"""

from collections.abc import Sequence
from pathlib import Path as Folder
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Path, Request, Response

from services.governance.api.ballots import NoSuchBallotHere
from services.governance.bringing.boxes import Names
from services.governance.chamber.balloting import BALLOTING, Ballot, Ballots, Phase
from services.governance.events.ballots import BallotOpened, Paper, Way
from services.governance.projections.boards import BOARDS, Board, by_code
from services.governance.rules.rolls import voters_of
from services.governance.urn.cards import animals, codes_of
from shared.projecting import Cut, Projection
from shared.refusals import Forbidden
from shared.values import Pseudonym
from shared.web.asking import Askers, RegisterPath
from shared.web.pages import Frame, Pages, reading_as
from shared.web.queries import Question, Questions
from shared.web.reader import reader_of

STATIC: Final = Folder(__file__).parents[1] / "static"
BALLOT_PATH: Final = r"^[a-z2-7]{26}$"
NOW: Projection[Ballots] = Projection("governance.balloting", 1, BALLOTING.initial, BALLOTING.listening())

BallotPath = Annotated[str, Path(pattern=BALLOT_PATH)]


class Voter(NamedTuple):
    """Somebody on the roll, as the counter shows them."""

    person: Pseudonym
    name: str
    marked: bool = False


class Line(NamedTuple):
    """A card of the published list, and what its paper says."""

    code: str
    said: str


class CardPages:
    """Makes the pages; `routes` puts them on an app."""

    def __init__(self, pages: Pages, questions: Questions, askers: Askers, names: Names, origin: str | None) -> None:
        """`names` opens the vault for the tellers; `origin` is what people type, None where it is this machine's address."""
        self._pages, self._questions, self._askers, self._names, self._origin = pages, questions, askers, names, origin

    def routes(self, app: FastAPI) -> None:
        """Add the pages to an app."""
        asked, here = Depends(self.asked), "/c/{register}/scrutins/{ballot}"

        @app.get("/vote/{ballot}", include_in_schema=False)
        def vote(request: Request, ballot: BallotPath) -> Response:
            return self._pages.render(request, "governance/vote.html", frame=Frame(), ballot=ballot)

        @app.get(f"{here}/guichet", include_in_schema=False)
        def counter(request: Request, ballot: BallotPath, question: Question = asked) -> Response:
            return self.counter(request, question, ballot)

        @app.get(f"{here}/cartes", include_in_schema=False)
        def board(request: Request, ballot: BallotPath, question: Question = asked) -> Response:
            return self.board(request, question, ballot)

    def asked(self, request: Request, register: RegisterPath) -> Question:
        """Read who looks, from the cookie of their session. Raises BadToken or NotFound."""
        return self._questions.admitted(self._askers.of(request, register), Cut())

    def counter(self, request: Request, question: Question, name: str) -> Response:
        """Show a teller what there is to do now. Raises NoSuchBallotHere or Forbidden."""
        ballot = self._ballot(question, name)
        opened = ballot.opened
        if question.actor not in opened.tellers:
            raise Forbidden(needs=["teller"])
        voters = self._voters(question, ballot) if ballot.phase in {Phase.OPEN, Phase.CARDS_ISSUED} else []
        other = next(one for one in opened.tellers if one != question.actor)
        return self._pages.render(
            request,
            "governance/counter.html",
            frame=self._frame(question),
            register=question.register,
            ballot=opened,
            phase=ballot.phase.value,
            voters=voters,
            registered=len(voters_of(opened.roll)),
            cards=len(ballot.keys),
            marked=len(ballot.marked),
            codes=sorted(codes_of(ballot.keys)),
            animals=animals(),
            other_teller=Voter(other, self._named(question, [other])[other]),
            origin=self._origin or "",
        )

    def board(self, request: Request, question: Question, name: str) -> Response:
        """Show the published papers by the codes of their cards. Raises NoSuchBallotHere."""
        opened = self._ballot(question, name).opened
        boards, _ = self._questions.views.of(BOARDS, question.register)
        people = [one.option for one in opened.options if one.label is None and one.option.startswith("p_")]
        labels = {one.option: one.label for one in opened.options if one.label} | (self._named(question, people) if people else {})
        found: Board = boards.boards.get(name, Board())
        with reading_as(reader_of(request)):
            words = {code: self._pages.wordings.gettext(said) for code, said in WORDS.items()}
            lines = [Line(code, said(opened, paper, words | labels)) for code, paper in by_code(name, found)]
        return self._pages.render(request, "governance/board.html", frame=self._frame(question), ballot=opened, lines=lines)

    def _ballot(self, question: Question, name: str) -> Ballot:
        ballots: Ballots = self._questions.views.of(NOW, question.register)[0]
        ballot = ballots.by_id.get(name)
        if ballot is None or ballot.opened.way is not Way.CARDS:
            raise NoSuchBallotHere(ballot=name)
        return ballot

    def _voters(self, question: Question, ballot: Ballot) -> list[Voter]:
        """Return the roll by name: the counter is the one place where it is read out."""
        people = sorted(voters_of(ballot.opened.roll))
        names = self._named(question, people)
        return sorted((Voter(one, names[one], one in ballot.marked) for one in people), key=lambda voter: voter.name)

    def _named(self, question: Question, people: Sequence[Pseudonym]) -> dict[Pseudonym, str]:
        known = self._names(question.register, people, question.actor)
        return {one: known.get(one, one[:8]) for one in people}

    def _frame(self, question: Question) -> Frame:
        standing = self._questions.views.standing(question.register)
        home = f"/c/{question.register}"
        return Frame(standing.name or "Ruche", home, leave_href="/sortir", exercise=standing.sandbox, zone=ZoneInfo(standing.zone))


WORDS: Final = {"yes": "Oui", "no": "Non", "abstain": "Je m'abstiens", "blank": "Bulletin blanc", "void": "Bulletin nul"}


def said(opened: BallotOpened, paper: Paper, words: dict[str, Any]) -> str:
    """Return what a paper says, on one line."""
    if paper.choice is None:
        return f"{words['void']} ({paper.void})"
    choice, grades = paper.choice, opened.parameters.grades
    named = [words.get(one, one) for one in choice.marks or ()]
    ranked = [" = ".join(words.get(one, one) for one in rank) for rank in choice.ranks or ()]
    scored = [f"{words.get(one.option, one.option)} : {grades[one.points] if grades else one.points}" for one in choice.points or ()]
    return ", ".join(named) or " > ".join(ranked) or ", ".join(scored) or str(words["blank"])

"""What each year since the sample leaves open, so that a visitor can act on any day: ideas, a proposal, two ballots in everybody's name.

The ballots open on the first day of a school year and close at the midnight that ends it; only then the next ones open.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from deploy.player import keeper
from deploy.player_councils import ADULTS, ASSEMBLY, council_of, tutor_of
from deploy.player_votes import ballot, framed, idea, options, proposal, supported
from deploy.score_money import Step
from deploy.score_votes import SCHOOL
from deploy.stage import Stage
from services.governance.commands.ballots import CastVote, CloseBallot
from services.governance.commands.proposals import WithdrawProposal
from services.governance.events.ballots import Way
from services.governance.events.papers import Choice, Method
from services.governance.rules.discussing import ProposalInAVote, ProposalIsOver
from services.governance.rules.polling import ClosedNeverReopens
from shared.messages import Command
from shared.values import Id

CLASS = "CE1"  # of the pupils among the personas
AUTHOR = "E037"
FAIR_DAYS = {"vendredi": "Un vendredi soir", "samedi": "Un samedi matin", "dimanche": "Un dimanche"}
RAINY_GAMES = {"cartes": "Jeux de cartes", "dessin": "Dessin", "lecture": "Lecture au calme", "musique": "Musique"}
YEAR_IS_OVER = "L'année est finie, on en reparlera à la rentrée."
SETTLED = (ClosedNeverReopens, ProposalInAVote, ProposalIsOver)  # a visitor, or the clock, was there before


class Today:
    """What is open in one school year."""

    def __init__(self, stage: Stage, starts: date, ends: date) -> None:
        """Take the first and the last day of the year."""
        self._stage, self._starts, self._ends = stage, starts, ends
        self._ballots: list[Id] = []
        self._proposal: Id = ""

    def steps(self) -> Iterator[Step]:
        """Give the opening on the first day, once the year's people have their roles, and the end on the day after the last."""
        after = self._ends + timedelta(days=1)
        yield Step(self._starts, 2, partial(self._opened, self._starts))
        yield Step(after, 3, partial(self._ended, after))

    def _opened(self, day: date) -> None:
        stage = self._stage
        council, tutor, by = council_of(stage, CLASS), tutor_of(stage, CLASS), keeper(stage, day)
        idea(stage, day, "E030", council, "Un coin lecture avec des coussins.")
        idea(stage, day, "E046", ASSEMBLY, "Échanger des livres entre les classes.")
        card = idea(stage, day, AUTHOR, ASSEMBLY, "Récupérer l'eau de pluie pour arroser le jardin.")
        title, text = (
            f"Un récupérateur d'eau de pluie, {day.year}-{self._ends.year % 100:02d}",
            "Installer une cuve près du jardin de l'école.",
        )
        self._proposal = proposal(stage, day, AUTHOR, ASSEMBLY, title, text, idea=card, cost=140_00, pot=SCHOOL, project="jardin")
        supported(stage, day, self._proposal, ("E053", "E134"))
        framed(stage, day, by, self._proposal, "140 € au plus, loin des fenêtres.", "Le mur de la cour appartient à la commune.")
        fair = self._vote(day, by, ADULTS, "Quel jour pour la fête de l'école ?", Method.PLURALITY, FAIR_DAYS)
        rain = self._vote(day, tutor, council, "Que faire aux récréations de pluie ?", Method.APPROVAL, RAINY_GAMES)
        self._ballots = [fair, rain]
        for name, voter, marks in (
            (fair, "A02", ("vendredi",)),
            (fair, "A04", ("samedi",)),
            (rain, "E026", ("cartes", "musique")),
            (rain, "E043", ("dessin",)),
        ):
            stage.ask(day, voter, CastVote(ballot=name, choice=Choice(marks=marks)))

    def _vote(self, day: date, by: str, body: str, question: str, method: Method, labels: dict[str, str]) -> Id:
        zone = ZoneInfo(self._stage.sample.setup["cooperative"]["zone"])
        midnight = datetime.combine(self._ends + timedelta(days=1), time.min, zone)
        told = {"body": body, "question": question, "method": method, "options": options(labels)}
        return ballot(self._stage, day, by, way=Way.NAMED, tellers=(), closes_at=midnight, **told)

    def _ended(self, day: date) -> None:
        for name in self._ballots:
            self._settled(day, keeper(self._stage, day), CloseBallot(ballot=name))
        self._settled(day, AUTHOR, WithdrawProposal(proposal=self._proposal, reason=YEAR_IS_OVER))

    def _settled(self, day: date, by: str, command: Command) -> None:
        """Ask what may have been done by somebody else meanwhile."""
        try:
            self._stage.ask(day, by, command)
        except SETTLED:
            return

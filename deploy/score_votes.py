"""The votes of all pupils and of single classes in the sample year: from an idea in the box to papers counted by two tellers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from deploy.player import keeper
from deploy.player_councils import ASSEMBLY, Councils, Meeting, council_of, point, tutor_of
from deploy.player_votes import by_hand, code_of, declared, framed, idea, options, proposal, released, supported
from deploy.sample_papers import approvals, box, marked, pointed, ranked
from deploy.score_money import Step
from services.governance.events.ballots import HandCount
from services.governance.events.bodies import ItemKind
from services.governance.events.papers import Cost, DrawKind, Method, Missing, Money, Parameters, TiePolicy
from shared.values import Id

SCHOOL = "ECOLE"
DAYS_BEFORE = 10  # from the proposal to its vote: time to read it in class
HELPS_TO_COUNT = "E123"  # a delegate of the CM2, teller beside an adult where all pupils vote
LABELS = {
    "echasses": "Échasses",
    "cordes": "Cordes à sauter",
    "ping-pong": "Table de ping-pong",
    "ballons": "Ballons",
    "mer": "La mer",
    "volcans": "Les volcans",
    "montagne": "La montagne",
    "paris": "La ville de Paris",
    "cabane": "Une cabane",
    "velos": "Des vélos et des draisiennes",
    "livres": "Des livres pour la bibliothèque",
    "jeux-bois": "Des jeux en bois",
    "jardin": "Un jardin",
    "spectacle": "Un spectacle",
    "bibliotheque": "Un coin bibliothèque",
    "piscine": "Plus de piscine",
    "plantes": "Des plantes en classe",
    "jeux": "Des jeux de société",
}
OTHER_NAMES = {"L'Écho de la cour": 81, "Les Nouvelles du préau": 70}  # the other names of the CM1's journal, and their points, are ours
LEFT = {"V04": (date(2024, 12, 2), 13_10), "V07": (date(2025, 4, 7), 2_85)}  # when what was left of an envelope was given back


class PupilVotes:
    """V04 and V07 of all pupils, V05, V09 and V10 of one class each."""

    def __init__(self, councils: Councils) -> None:
        """Take the councils that vote."""
        self._councils, self._stage = councils, councils.stage
        self._votes = councils.stage.sample.votes
        self._made: dict[str, Id] = {}
        self._meetings: dict[str, Meeting] = {}

    def steps(self) -> Iterator[Step]:
        """Give for each vote what is proposed some days before, and the vote on its day."""
        plans = (
            ("V04", self._games_proposed, self._games_voted),
            ("V05", self._place_proposed, self._place_voted),
            ("V07", self._projects_proposed, self._projects_voted),
            ("V09", self._name_proposed, self._name_voted),
            ("V10", self._wishes_proposed, self._wishes_voted),
        )
        for vote, proposed, voted in plans:
            on = date.fromisoformat(self._votes[vote]["date"])
            before = on - timedelta(days=DAYS_BEFORE)
            yield Step(before, 1, partial(proposed, before))
            yield Step(on, 1, partial(voted, on))
        for vote, (on, left) in LEFT.items():
            yield Step(on, 6, partial(self._given_back, vote, on, left))

    def _games_proposed(self, day: date) -> None:
        stage, text = self._stage, "Acheter des jeux pour la cour, à choisir tous ensemble : chacun peut en approuver plusieurs."
        card = idea(stage, day, "E046", ASSEMBLY, "Des jeux pour la cour, on s'ennuie quand le terrain de foot est pris.")
        money = {"cost": 500_00, "pot": SCHOOL, "project": "jeux-cour"}
        made = proposal(stage, day, "E046", ASSEMBLY, "Jeux de cour, enveloppe 500 €", text, idea=card, **money)
        supported(stage, day, made, ("E037", "E053", "E134"))
        limits = "500 € au plus, et des jeux aux normes d'une cour d'école."
        framed(stage, day, keeper(stage, day), made, limits, "La sécurité de la cour est de la responsabilité des adultes.")
        self._made["V04"] = made

    def _games_voted(self, day: date) -> None:
        told = self._votes["V04"]
        papers = box(*approvals(told["totals"], told["voters"]))
        self._assembly(day, "V04", "Quels jeux pour la cour ?", papers, Method.APPROVAL, told["totals"], proposal=self._made["V04"])

    def _projects_proposed(self, day: date) -> None:
        stage, told = self._stage, self._votes["V07"]
        for by, code in zip(("E001", "E030", "E050", "E072", "E112", "E132"), told["costs"], strict=True):
            idea(stage, day, by, ASSEMBLY, f"{LABELS[code]} : {told['costs'][code] // 100} €.")
        text = "Chaque élève approuve les projets qui lui plaisent ; chacun dispose d'une part égale des 1 200 €, et rien ne la complète."
        money = {"cost": told["budget"], "pot": SCHOOL}
        made = proposal(stage, day, "E134", ASSEMBLY, "Budget participatif des élèves, 1 200 €", text, **money)
        supported(stage, day, made, ("E037", "E053", "E072", "E116"))
        self._made["V07"] = made

    def _projects_voted(self, day: date) -> None:
        told = self._votes["V07"]
        costs = tuple(Cost(option=code, amount=amount) for code, amount in told["costs"].items())
        cheapest = tuple(sorted(told["costs"], key=lambda code: (told["costs"][code], code)))
        self._assembly(
            day,
            "V07",
            "Quels projets du budget participatif ?",
            box(*marked(told["ballots"])),
            Method.EQUAL_SHARES,
            told["costs"],
            proposal=self._made["V07"],
            parameters=Parameters(budget=told["budget"], costs=costs),
            tie_policy=TiePolicy(order=cheapest, draw=DrawKind.REGISTER),
            spending=Money(amount=told["budget"], pot=SCHOOL),
        )

    def _place_proposed(self, day: date) -> None:
        stage, text = self._stage, "Choisir où va la classe de découverte, en rangeant les quatre lieux du préféré au moins aimé."
        card = idea(stage, day, "E132", council_of(stage, "CM2"), "Voter pour le lieu de la classe de découverte.")
        self._proposed(day, "V05", "CM2", "E134", "Lieu de la classe de découverte", text, idea=card)

    def _place_voted(self, day: date) -> None:
        rows = self._votes["V05"]["ballots"]
        self._in_class(
            day, "V05", "CM2", "Où va la classe de découverte ?", box(*ranked(rows)), Method.SCHULZE, _labelled(sorted(rows[0][1]))
        )

    def _name_proposed(self, day: date) -> None:
        stage = self._stage
        card = idea(stage, day, "E112", council_of(stage, "CM1"), "Donner un vrai nom à notre journal.")
        self._proposed(day, "V09", "CM1", "E116", "Nom du journal", "Noter chaque nom de 0 à 5 : le total le plus haut gagne.", idea=card)

    def _name_voted(self, day: date) -> None:
        told = self._votes["V09"]
        points = {code_of(name): total for name, total in (told["totals"] | OTHER_NAMES).items()}
        papers = box(*pointed(points, len(self._stage.sample.pupils_on(day, "CM1")), told["scale"][1]))
        labels = {code_of(name): name for name in told["totals"] | OTHER_NAMES}
        top = Parameters(top=told["scale"][1], missing=Missing.IGNORED)  # a name without a score gets nothing from that paper
        self._in_class(day, "V09", "CM1", "Quel nom pour le journal ?", papers, Method.SCORE, labels, parameters=top)

    def _wishes_proposed(self, day: date) -> None:
        stage, text = self._stage, "Chacun colle ses gommettes sur ce qui compte le plus pour lui."
        card = idea(stage, day, "E092", council_of(stage, "CE2CM1"), "Dire ensemble ce qui est le plus important pour notre classe.")
        self._proposed(day, "V10", "CE2CM1", "E072", "Priorités de la classe", text, idea=card)

    def _wishes_voted(self, day: date) -> None:
        told = self._votes["V10"]
        papers = box(*pointed(told["totals"], len(self._stage.sample.pupils_on(day, "CE2CM1")), told["max_per_option"]))
        dots = Parameters(dots=told["dots"], dots_each=told["max_per_option"])
        self._in_class(day, "V10", "CE2CM1", "Quelles priorités ?", papers, Method.DOTS, _labelled(told["totals"]), parameters=dots)

    def _given_back(self, vote: str, day: date, left: int) -> None:
        """Follow a decision to its end, and give back what it did not spend."""
        stage, by = self._stage, keeper(self._stage, day)
        released(stage, day, by, vote, left, "Tout est acheté, le reste revient à l'école.")
        self._councils.done(day, stage.decisions[vote], by)

    def _assembly(
        self, day: date, vote: str, question: str, count: HandCount, method: Method, choices: Iterable[str], **settings: Any
    ) -> None:
        """Have all pupils vote on paper, class after class, without a meeting."""
        stage, by = self._stage, keeper(self._stage, day)
        labels = options(_labelled(choices))
        tellers = (stage.sample.setup["personas"]["tellers"][0], HELPS_TO_COUNT)
        answer = by_hand(stage, day, by, count, tellers, body=ASSEMBLY, question=question, method=method, options=labels, **settings)
        declared(stage, answer, vote)

    def _proposed(self, day: date, vote: str, class_code: str, by: str, title: str, text: str, **more: Any) -> None:
        """Make a proposal of a class and call its council for the day of the vote."""
        stage, body = self._stage, council_of(self._stage, class_code)
        self._made[vote] = proposal(stage, day, by, body, title, text, **more)
        agenda = [point(ItemKind.PROPOSAL, title, self._made[vote])]
        on = date.fromisoformat(self._votes[vote]["date"])
        self._meetings[vote] = self._councils.called(day, body, tutor_of(stage, class_code), agenda, on=on)

    def _in_class(
        self,
        day: date,
        vote: str,
        class_code: str,
        question: str,
        count: HandCount,
        method: Method,
        labels: Mapping[str, str],
        **settings: Any,
    ) -> None:
        """Vote in the council of a class, on paper, counted by the teacher and a pupil."""
        stage, meeting = self._stage, self._meetings[vote]
        pupils = stage.sample.pupils_on(day, class_code)
        self._councils.opened(day, meeting, [*pupils, meeting.by], stage.sample.elected("présidence", class_code) + pupils[:1])
        answer = by_hand(
            stage,
            day,
            meeting.by,
            count,
            (meeting.by, pupils[-1]),
            body=meeting.body,
            meeting=meeting.meeting,
            proposal=self._made[vote],
            question=question,
            method=method,
            options=options(labels),
            **settings,
        )
        declared(stage, answer, vote)
        self._councils.done(day, stage.decisions[vote], meeting.by)  # the choice itself is all that was decided
        self._councils.ended(day, meeting)


def _labelled(codes: Iterable[str]) -> dict[str, str]:
    return {code: LABELS[code] for code in codes}

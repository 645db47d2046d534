"""What meetings decide in the sample year: the school council (V02, V06, V08, V11), adults (V03), the assembly (V12), verifiers (V13).

The budget that carries the usual expenses is not in the sample: it is ours, and its title says so.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from deploy.player import keeper
from deploy.player_councils import ADULTS, ASSEMBLY, COUNCIL, PARENTS, VERIFIERS, Councils, Meeting, adults, delegates, point
from deploy.player_votes import by_hand, by_name, consented, declared, idea, options, proposal, supported
from deploy.sample_papers import box, graded, yes_no
from deploy.score_money import BUDGET, Step
from deploy.score_votes import HELPS_TO_COUNT, SCHOOL
from deploy.stage import data_of
from services.governance.commands.proposals import DeclareConsent, LiftObjection, OpenRound, RaiseObjection, ReviseProposal, VetoProposal
from services.governance.events.ballots import AdvisoryCount, HandCount
from services.governance.events.bodies import ItemKind, Outcome
from services.governance.events.papers import Choice, Method, Parameters, Rule
from services.governance.events.proposals import HowLifted
from shared.values import Id

DAYS_BEFORE = 5  # from the call of a council to its meeting
LATE = "D31"  # the medals bought before any council, and what regularised them
LATE_ON = date(2025, 6, 26)
YEAR_DONE_ON = date(2025, 7, 2)
REGULARISED = 74_60
RECEIPT = "Photo du ticket obligatoire pour chaque dépense."
ADDED = "(ajouté à l'année d'exemple)"
CAPTION = {"banque-alimentaire": "Banque alimentaire", "refuge-animaux": "Refuge pour animaux", "secours": "Secours aux familles"}


class CouncilVotes:
    """The votes of the bodies that meet, each called some days before."""

    def __init__(self, councils: Councils) -> None:
        """Take the councils that meet."""
        self._councils, self._stage = councils, councils.stage
        self._votes = councils.stage.sample.votes
        self._made: dict[str, Id] = {}
        self._meetings: dict[str, Meeting] = {}

    def steps(self) -> Iterator[Step]:
        """Give for each vote what is called and proposed some days before, and the meeting on its day."""
        plans = (
            ("V02", self._accounts_called, self._accounts_voted),
            ("V03", self._advances_called, self._advances_agreed),
            ("V06", self._help_called, self._help_voted),
            ("V08", self._complements_called, self._complements_voted),
            ("V11", self._projector_called, self._projector_refused),
            ("V12", self._report_called, self._report_first_call),
            ("V13", self._discharge_called, self._discharge_voted),
        )
        dated = [(date.fromisoformat(self._votes[vote]["date"]), called, held) for vote, called, held in plans]
        for on, called, held in [*dated, (LATE_ON, self._medals_called, self._medals_regularised)]:
            before = on - timedelta(days=DAYS_BEFORE if on != LATE_ON else 1)
            yield Step(before, 1, partial(called, before, on))
            yield Step(on, 1, partial(held, on))
        again = date.fromisoformat(self._votes["V12"]["calls"][1]["date"])
        yield Step(again, 1, partial(self._report_voted, again))
        yield Step(YEAR_DONE_ON, 6, partial(self._year_done, YEAR_DONE_ON))

    def _accounts_called(self, day: date, on: date) -> None:
        stage, by = self._stage, keeper(self._stage, day)
        title, text = "Comptes 2023-24 et clé de partage", f"{self._votes['V02']['subject']}."
        self._made["V02"] = proposal(stage, day, by, COUNCIL, title, text)
        usual = f"Budget de l'année 2024-25 {ADDED}"
        text = "Les dépenses habituelles de l'école et des classes : adhésion, abonnements, photos, cinéma, fêtes, sorties."
        self._made[BUDGET] = proposal(stage, day, by, COUNCIL, usual, text)
        self._called(day, on, "V02", COUNCIL, [(title, self._made["V02"]), (usual, self._made[BUDGET])])

    def _accounts_voted(self, day: date) -> None:
        stage, told, meeting = self._stage, self._votes["V02"], self._meetings["V02"]
        self._sit(day, meeting, told["present"])
        rule = Parameters(rule=Rule.ABSOLUTE_EXPRESSED)
        self._by_hand(day, "V02", "Adopter les comptes 2023-24 et la clé de partage ?", box(*yes_no(told)), parameters=rule)
        consented(stage, day, "A05", self._made[BUDGET], BUDGET)
        self._councils.lasting.add(stage.decisions[BUDGET])
        self._councils.ended(day, meeting)

    def _advances_called(self, day: date, on: date) -> None:
        title = "Régies de 120 € par classe, 40 € au plus par dépense"
        text = "Chaque classe reçoit une régie d'avance de 120 € pour ses petites dépenses."
        self._made["V03"] = proposal(self._stage, day, "A03", ADULTS, title, text)
        self._called(day, on, "V03", ADULTS, [(title, self._made["V03"])])

    def _advances_agreed(self, day: date) -> None:
        """An objection in the first round, built into the text, and consent in the second."""
        stage, name, facilitator = self._stage, self._made["V03"], "A01"
        told = self._votes["V03"]["objections"][0]
        self._councils.opened(day, self._meetings["V03"], adults(stage), ())
        stage.ask(day, facilitator, OpenRound(proposal=name))
        raised = data_of(stage.ask(day, "A07", RaiseObjection(proposal=name, reason=told["reason"])))["objection"]
        title = "Régies de 120 € par classe, 40 € au plus par dépense"
        text = f"Chaque classe reçoit une régie d'avance de 120 € pour ses petites dépenses. {RECEIPT}"
        stage.ask(day, "A03", ReviseProposal(proposal=name, title=title, text=text))
        stage.ask(day, facilitator, LiftObjection(objection=raised, how=HowLifted.INTEGRATED, reason=told["resolved_by"]))
        stage.ask(day, facilitator, OpenRound(proposal=name))
        declared(stage, stage.ask(day, facilitator, DeclareConsent(proposal=name)), "V03")
        self._councils.ended(day, self._meetings["V03"])

    def _help_called(self, day: date, on: date) -> None:
        stage, title = self._stage, "Aider une association, 150 €"
        card = idea(stage, day, "E078", COUNCIL, "Donner un peu de ce que nous gagnons à une association.")
        text = "Donner 150 € à l'une de trois associations ; chacun donne une mention à chacune."
        money = {"cost": 150_00, "pot": SCHOOL, "project": "solidarite"}
        self._made["V06"] = proposal(stage, day, "E078", COUNCIL, title, text, idea=card, **money)
        supported(stage, day, self._made["V06"], ("E058", "E136"))
        self._called(day, on, "V06", COUNCIL, [(title, self._made["V06"])])

    def _help_voted(self, day: date) -> None:
        told = self._votes["V06"]
        counts = told["counts_worst_to_best"]
        papers = box(*graded(counts))
        self._sit(day, self._meetings["V06"], papers.present)
        choices = options({code: CAPTION[code] for code in counts})
        grades = Parameters(grades=tuple(told["grades"]))
        self._by_hand(day, "V06", "Quelle association aider ?", papers, method=Method.MAJORITY_JUDGMENT, options=choices, parameters=grades)
        self._councils.ended(day, self._meetings["V06"])

    def _projector_called(self, day: date, on: date) -> None:
        stage, title = self._stage, "Achat d'un vidéoprojecteur, 450 €"
        card = idea(stage, day, "E119", COUNCIL, "Un vidéoprojecteur pour regarder nos films.")
        money = {"cost": 450_00, "pot": SCHOOL}
        text = "Acheter un vidéoprojecteur pour la salle commune."
        self._made["V11"] = proposal(stage, day, "E119", COUNCIL, title, text, idea=card, **money)
        supported(stage, day, self._made["V11"], ("E121", "E071"))
        self._called(day, on, "V11", COUNCIL, [(title, self._made["V11"])])

    def _projector_refused(self, day: date) -> None:
        """Refused by the adult in charge before any vote, with the reason: it is never put to the vote."""
        stage, meeting, name = self._stage, self._meetings["V11"], self._made["V11"]
        self._sit(day, meeting, 19)
        reason = "Équiper l'école est une dépense de la commune : la coopérative ne la paie pas à sa place. La demande lui est transmise."
        stage.ask(day, meeting.by, VetoProposal(proposal=name, reason=reason, rule="depense-de-la-commune"))
        self._councils.ended(day, meeting, {name: Outcome.REFERRED}, {name: "Pas mis au vote : la mairie sera saisie."})

    def _complements_called(self, day: date, on: date) -> None:
        title = "Compléments : ferme du CP 405 €, classe de découverte du CM2 20 €"
        text = "L'école complète ce qui manque aux deux sorties, depuis son pot."
        self._made["V08"] = proposal(self._stage, day, "A03", COUNCIL, title, text, cost=425_00, pot=SCHOOL)
        self._called(day, on, "V08", COUNCIL, [(title, self._made["V08"])])

    def _complements_voted(self, day: date) -> None:
        told, meeting = self._votes["V08"], self._meetings["V08"]
        heard = told["advisory"]["parents"]
        advisory = AdvisoryCount(college=PARENTS, found=heard["for"], piles=yes_no(heard))
        papers = box(*yes_no(told), advisory=(advisory,))
        self._sit(day, meeting, papers.present, [one["code"] for one in self._stage.sample.setup["parents"]])
        self._by_hand(day, "V08", "Adopter les deux compléments ?", papers, parameters=Parameters(rule=Rule.SIMPLE))
        self._councils.ended(day, meeting)

    def _medals_called(self, day: date, on: date) -> None:
        title, text = "Régulariser les médailles des olympiades", "Elles ont été payées avant le conseil, pour le jour même des olympiades."
        money = {"cost": REGULARISED, "pot": SCHOOL, "project": "olympiades"}
        self._made[LATE] = proposal(self._stage, day, "A03", COUNCIL, title, text, **money)
        self._called(day, on, LATE, COUNCIL, [(title, self._made[LATE])])

    def _medals_regularised(self, day: date) -> None:
        self._sit(day, self._meetings[LATE], 19)
        consented(self._stage, day, "A05", self._made[LATE], LATE)
        self._councils.ended(day, self._meetings[LATE])

    def _report_called(self, day: date, on: date) -> None:
        title, text = (
            "Bilan d'activités de l'année",
            "Ce que la coopérative a fait cette année, projet par projet, tel que chaque classe l'a lu.",
        )
        self._made["V12"] = proposal(self._stage, day, "A03", ASSEMBLY, title, text)
        self._called(day, on, "V12", ASSEMBLY, [(title, self._made["V12"])])

    def _report_first_call(self, day: date) -> None:
        """Too few are there: the assembly is called a second time."""
        first = self._votes["V12"]["calls"][0]["present"]
        meeting, title = self._meetings["V12"], "Bilan d'activités de l'année"
        if not self._councils.opened(day, meeting, self._stage.sample.pupils_on(day)[:first], self._presidents()):
            again = date.fromisoformat(self._votes["V12"]["calls"][1]["date"])
            agenda = [point(ItemKind.PROPOSAL, title, self._made["V12"])]
            self._meetings["V12"] = self._councils.called(day, ASSEMBLY, meeting.by, agenda, on=again, after=meeting.meeting)

    def _report_voted(self, day: date) -> None:
        meeting, papers = self._meetings["V12"], box(*yes_no(self._votes["V12"]["calls"][1]))
        self._councils.opened(day, meeting, self._stage.sample.pupils_on(day)[: papers.present], self._presidents())
        self._by_hand(day, "V12", "Adopter le bilan d'activités ?", papers)
        self._councils.ended(day, meeting)

    def _discharge_called(self, day: date, on: date) -> None:
        self._called(day, on, "V13", VERIFIERS, [("Quitus 2024-25", None)], by="A02")

    def _discharge_voted(self, day: date) -> None:
        """Both verifiers, in their names: what they read ends with the last fact before they sat down."""
        stage, meeting = self._stage, self._meetings["V13"]
        verifiers = stage.sample.setup["verifiers"]
        self._councils.opened(day, meeting, verifiers, ())
        title = f"Quitus 2024-25, faits 1 à {stage.last_seq}"
        text = "Les comptes sont justes et complets. Réserve : le justificatif de la pièce D33, apporté après coup, ne se lit pas."
        name = proposal(stage, day, verifiers[0], VERIFIERS, title, text)
        yes = {one: Choice(marks=("yes",)) for one in verifiers}
        settings = {"parameters": Parameters(rule=Rule.UNANIMITY), "question": "Donner quitus, avec cette réserve ?"}
        answer = by_name(stage, day, meeting.by, yes, body=VERIFIERS, meeting=meeting.meeting, proposal=name, **settings)
        declared(stage, answer, "V13")
        self._councils.done(day, stage.decisions["V13"], meeting.by)
        self._councils.ended(day, meeting)

    def _year_done(self, day: date) -> None:
        """Close what no later meeting looks at: the budget is spent, the medals and the assembly's report are done."""
        for vote in (BUDGET, LATE, "V03", "V12"):
            self._councils.done(day, self._stage.decisions[vote], keeper(self._stage, day))

    def _called(self, day: date, on: date, vote: str, body: str, points: Sequence[tuple[str, Id | None]], by: str | None = None) -> None:
        agenda = [point(ItemKind.PROPOSAL if subject else ItemKind.ACCOUNTS, title, subject) for title, subject in points]
        self._meetings[vote] = self._councils.called(day, body, by or keeper(self._stage, day), agenda, on=on)

    def _sit(self, day: date, meeting: Meeting, voters: int, heard: Sequence[str] = ()) -> None:
        """Open the school's council with so many of its voters: all the delegates, and as many adults as it takes."""
        elected = delegates(self._stage)
        there = [*elected, *adults(self._stage)][:voters]
        self._councils.opened(day, meeting, [*there, *heard], elected)

    def _by_hand(self, day: date, vote: str, question: str, count: HandCount, **settings: Any) -> None:
        """Vote on paper in a meeting, counted by an adult and a delegate."""
        stage, meeting = self._stage, self._meetings[vote]
        tellers = (stage.sample.setup["personas"]["tellers"][0], HELPS_TO_COUNT)
        about = {"body": meeting.body, "meeting": meeting.meeting, "proposal": self._made[vote], "question": question}
        declared(stage, by_hand(stage, day, meeting.by, count, tellers, **about, **settings), vote)

    def _presidents(self) -> list[str]:
        return self._stage.sample.elected("présidence")

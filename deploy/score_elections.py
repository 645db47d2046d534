"""V01: each class elects its two delegates and its bureau in its own way, and the result confers the roles.

The CP raises hands, the CE votes in two rounds, the CM elects without candidates: somebody is proposed and the circle consents. Who is
elected is what the list of members says; the numbers of papers are ours.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from deploy.player import BUREAU
from deploy.player_councils import Councils, Meeting, council_of, point, tutor_of
from deploy.player_votes import by_hand, consented, proposal
from deploy.sample_papers import box, marked
from deploy.stage import facts_of
from services.governance.events.ballots import BallotOption, ResultDeclared
from services.governance.events.bodies import ItemKind
from services.governance.events.papers import Method, Parameters
from services.governance.events.people import Role
from services.governance.events.proposals import Conferral, DecisionAdopted, Nominee
from shared.values import Id

DELEGATES = "délégation"
IN_WORDS = {
    DELEGATES: "deux délégués",
    "présidence": "la présidence",
    "secrétariat": "le secrétariat",
    "trésorerie": "la trésorerie",
}
RIVALS = 2  # others who stand beside whoever is elected
AT_ONCE, NOBODY_YET = (6, 3, 1), (11, 7, 6)  # shares of the papers: more than half for the first, or not yet
TITLE = "Élire le bureau et les deux délégués"


class Elections:
    """The elections of one school year in every class."""

    def __init__(self, councils: Councils) -> None:
        """Take the councils that elect."""
        self._councils, self._stage = councils, councils.stage

    def held(self, day: date) -> None:
        """Hold the elections of every class on one day."""
        for one in self._stage.sample.setup["classes"]:
            self._of_class(day, one["code"], one["level"][0][:2])

    def _of_class(self, day: date, class_code: str, level: str) -> None:
        stage, by, body = self._stage, tutor_of(self._stage, class_code), council_of(self._stage, class_code)
        pupils = stage.sample.pupils_on(day, class_code)
        meeting = self._councils.called(day, body, by, [point(ItemKind.INFORMATION, TITLE)], on=day)
        self._councils.opened(day, meeting, [*pupils, by], ())
        match level:
            case "CP":
                self._by_show_of_hands(day, meeting, class_code, pupils)
            case "CE":
                self._in_two_rounds(day, meeting, class_code, pupils)
            case _:
                self._without_candidates(day, meeting, class_code)
        self._councils.ended(day, meeting)

    def _by_show_of_hands(self, day: date, meeting: Meeting, class_code: str, pupils: Sequence[str]) -> None:
        for word, elected in self._seats(class_code):
            stand = [*elected, *self._others(class_code)]
            votes = _divided_by(range(len(stand), 0, -1), len(pupils))
            seats = Parameters(seats=len(elected)) if len(elected) > 1 else Parameters()
            self._vote(day, meeting, class_code, word, stand, votes, method=Method.PLURALITY, parameters=seats)

    def _in_two_rounds(self, day: date, meeting: Meeting, class_code: str, pupils: Sequence[str]) -> None:
        """Elect one after the other; for the presidency nobody has more than half at once, so the two first go on."""
        whole = len(pupils)
        for word, elected in self._seats(class_code):
            for one in elected:
                stand = [one, *self._others(class_code)]
                divided = word == "présidence"
                votes = _divided_by(NOBODY_YET if divided else AT_ONCE, whole)
                first = self._vote(day, meeting, class_code, word, stand, votes, method=Method.TWO_ROUNDS)
                if divided:
                    again = [whole // 2 + 2, whole - whole // 2 - 2]
                    self._vote(day, meeting, class_code, word, stand[:2], again, method=Method.TWO_ROUNDS, after=first)

    def _without_candidates(self, day: date, meeting: Meeting, class_code: str) -> None:
        stage, by = self._stage, meeting.by
        for word, elected in self._seats(class_code):
            for one in elected:
                nominee = Nominee(person=stage.people[one], confers=self._confers(word, class_code))
                title = f"Élection sans candidat : {IN_WORDS[word] if word != DELEGATES else 'délégation de la classe'}"
                text = "Chacun a dit un nom et ses raisons, puis a pu changer d'avis ; cette personne est proposée au consentement."
                made = proposal(stage, day, by, meeting.body, title, text, nominee=nominee)
                answer = consented(stage, day, by, made)
                self._councils.done(day, facts_of(answer, DecisionAdopted)[0]["decision"], by)

    def _vote(
        self, day: date, meeting: Meeting, class_code: str, word: str, stand: Sequence[str], votes: Sequence[int], **settings: Any
    ) -> Id:
        stage = self._stage
        people = [stage.people[one] for one in stand]
        count = box(*marked((papers, [person]) for person, papers in zip(people, votes, strict=True)))
        answer = by_hand(
            stage,
            day,
            meeting.by,
            count,
            (meeting.by, self._teller(class_code)),
            body=meeting.body,
            meeting=meeting.meeting,
            question=f"Élire {IN_WORDS[word]}",
            options=tuple(BallotOption(option=person) for person in people),
            confers=self._confers(word, class_code),
            **settings,
        )
        return str(facts_of(answer, ResultDeclared)[0]["ballot"])

    def _seats(self, class_code: str) -> Iterator[tuple[str, list[str]]]:
        for word in IN_WORDS:
            yield word, self._stage.sample.elected(word, class_code)

    def _others(self, class_code: str) -> list[str]:
        return self._plain(class_code)[1 : 1 + RIVALS]

    def _teller(self, class_code: str) -> str:
        return self._plain(class_code)[0]

    def _plain(self, class_code: str) -> list[str]:
        """Return the pupils of a class whom it elects to nothing."""
        people = self._stage.sample.people
        return sorted(code for code, one in people.items() if one.kind == "pupil" and one.class_code == class_code and not one.roles)

    def _confers(self, word: str, class_code: str) -> Conferral:
        told = self._stage.sample.setup["pupil_roles"]
        starts, until = date.fromisoformat(told["starts"]), date.fromisoformat(told["until"])
        return Conferral(role=Role(BUREAU[word]), starts=starts, until=until, class_code=class_code)


def _divided_by(shares: Sequence[int], whole: int) -> list[int]:
    """Divide papers by these shares, falling; what is left over goes to the second, who stays below the first."""
    papers = [whole * share // sum(shares) for share in shares]
    papers[1] += whole - sum(papers)
    return papers

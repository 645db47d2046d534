"""How a record reads: its sentence in the reader's words, and people by what they are, never by who they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.governance.projections.members import Members
from shared.messages import Event, Recorded
from shared.sentences import SentenceWriter
from shared.values import Pseudonym
from shared.web import formats
from shared.web.formats import Language
from shared.web.pages import reading_as
from shared.web.reader import READER, Reader
from shared.web.wordings import Wordings

SOMEBODY = "somebody"
# What tells most about why somebody acts, first.
TELLING = (
    "association",
    "mandate_holder",
    "president",
    "treasurer",
    "secretary",
    "verifier",
    "teller",
    "class_tutor",
    "delegate",
    "advisory_parent",
)
# French sentences of the catalogue: a person in a sentence, by role or kind.
PERSONS: Mapping[str, str] = {
    "association": "l'association départementale",
    "mandate_holder": "une mandataire",
    "president": "la présidence",
    "treasurer": "la trésorerie",
    "secretary": "le secrétariat",
    "verifier": "un vérificateur aux comptes",
    "teller": "un scrutateur",
    "class_tutor": "l'enseignante d'une classe",
    "delegate": "un délégué de classe",
    "advisory_parent": "un parent du comité",
    "pupil": "un élève",
    "staff": "un adulte de l'école",
    "parent": "un parent",
    "process": "un programme",
    SOMEBODY: "une personne",
}
# The words of enumerations, as they stand in sentences.
WORDS: Mapping[str, str] = {
    "association": "association départementale",
    "mandate_holder": "mandataire",
    "president": "présidence",
    "treasurer": "trésorerie",
    "secretary": "secrétariat",
    "verifier": "vérification des comptes",
    "teller": "dépouillement",
    "class_tutor": "responsable de classe",
    "delegate": "délégué",
    "advisory_parent": "parent du comité",
    "member": "membre",
    "pupil": "élève",
    "staff": "adulte de l'école",
    "parent": "parent d'élève",
    "process": "programme",
    "departure": "départ",
    "handover": "passation",
    "withdrawn": "retiré",
    "resigned": "démission",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A record in words: who acted and what happened."""

    person: str
    sentence: str


class Speaker:
    """Says records in the language of the moment (`READER`), for one register."""

    def __init__(self, wordings: Wordings, members: Members, zone: ZoneInfo) -> None:
        """`members` says what each pseudonym was on the day a record was made, in the cooperative's zone."""
        self._wordings, self._members, self._zone = wordings, members, zone

    def said(self, record: Recorded[Event]) -> Spoken:
        """Return a record in the reader's words."""
        reader = READER.get()
        day = formats.local_date(record.time, self._zone)
        money = formats.whole_money if reader.level == "petits" else formats.money
        writer = SentenceWriter(
            reader.language,
            lambda cents: money(cents, reader.language),
            lambda on: formats.middle_date(on, reader.language),
            lambda person: self._person(self.what_is(person, day)),
            self._word,
        )
        return Spoken(self._person(self.who(record)), _capital(writer.sentence(record.event)))

    def who(self, record: Recorded[Event]) -> str:
        """Return what whoever acted was on that day, as `what_is`."""
        return self.what_is(record.actor, formats.local_date(record.time, self._zone))

    def in_language(self, language: Language, record: Recorded[Event]) -> str:
        """Return the sentence of a record in one language, whoever reads."""
        with reading_as(Reader(language)):
            return self.said(record).sentence

    def what_is(self, person: Pseudonym, day: date) -> str:
        """Return what a person is on a day: a role where they hold one, else their kind; a key of PERSONS."""
        member = self._members.people.get(person)
        if member is None:
            return SOMEBODY
        held = {str(role) for role in member.roles(day)} | {str(member.kind)}
        return next((role for role in TELLING if role in held), str(member.kind))

    def _person(self, key: str) -> str:
        return self._wordings.gettext(PERSONS[key])

    def _word(self, key: str) -> str:
        return self._wordings.gettext(WORDS[key]) if key in WORDS else key


def titles(types: Mapping[str, type[Event]]) -> Callable[[Language], dict[str, str]]:
    """Return what each wire name means, by language: the first words of the event's own description, in alphabetical order."""

    def of(language: Language) -> dict[str, str]:
        said = {wire: _title(event, language) for wire, event in types.items()}
        return dict(sorted(said.items(), key=lambda one: one[1].casefold()))

    return of


def _title(event: type[Event], language: Language) -> str:
    french, _, english = (event.__doc__ or "").strip().partition("\n")
    chosen = english.strip() if language == "en" else french.strip()
    return chosen.partition(" ; ")[0].partition("; ")[0].partition(" : ")[0].partition(": ")[0].rstrip(".")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

"""How a record reads: its sentence in the reader's words, and people by what they are, never by who they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.governance.events.people import PersonKind
from services.governance.projections.members import Members
from services.portal.acts import reason_of
from services.portal.code_words import CODE_WORDS
from shared.messages import Event, Recorded
from shared.sentences import SentenceWriter
from shared.values import Pseudonym
from shared.web import formats
from shared.web.formats import Language
from shared.web.pages import reading_as
from shared.web.reader import READER, Reader
from shared.web.wordings import Wordings

SOMEBODY = "somebody"
KEPT_IN_THE_VAULT = "gardée au coffre"
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
    "erased": "un élève supprimé",
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
    "request": "demande",
    "homonym": "homonyme",
    "public-person": "personne publique",
    "bureau": "bureau",
    "image": "image",
    "outing": "sortie",
    "given": "donnée",
    "refused": "refusée",
    **CODE_WORDS,
}

# What a reader of French chooses among, as a noun; an event that is not here yet is told by its own description.
TITLES: Mapping[str, str] = {
    "governance.agenda-revised.v1": "Ordre du jour changé",
    "governance.amendment-accepted.v1": "Amendement accepté",
    "governance.amendment-proposed.v1": "Amendement",
    "governance.amendment-rejected.v1": "Amendement refusé",
    "governance.attendance-noted.v1": "Présences",
    "governance.authorisation-recorded.v1": "Autorisation parentale",
    "governance.ballot-archived.v1": "Scrutin archivé",
    "governance.ballot-cancelled.v1": "Scrutin annulé",
    "governance.ballot-challenged.v1": "Contestation d'un bulletin",
    "governance.ballot-changed.v1": "Clôture déplacée",
    "governance.ballot-opened.v1": "Scrutin ouvert",
    "governance.body-formed.v1": "Instance formée",
    "governance.box-opened.v1": "Dépouillement",
    "governance.box-sealed.v1": "Urne scellée",
    "governance.cards-issued.v1": "Cartes de vote imprimées",
    "governance.class-closed.v1": "Classe fermée",
    "governance.class-opened.v1": "Classe ouverte",
    "governance.commitment-released.v1": "Enveloppe rendue",
    "governance.consent-escalated.v1": "Consentement manqué",
    "governance.consent-reached.v1": "Consentement",
    "governance.cooperative-affiliated.v1": "Affiliation de la coopérative",
    "governance.cooperative-left.v1": "Départ de l'association",
    "governance.decision-adopted.v1": "Décision adoptée",
    "governance.decision-followed.v1": "Suivi d'une décision",
    "governance.decision-rejected.v1": "Proposition rejetée",
    "governance.decision-revoked.v1": "Décision annulée",
    "governance.draw-held.v1": "Tirage au sort",
    "governance.frame-stated.v1": "Limite posée",
    "governance.hand-count-entered.v1": "Comptage d'un scrutateur",
    "governance.hand-counts-agreed.v1": "Comptages égaux",
    "governance.hand-counts-differed.v1": "Comptages différents",
    "governance.idea-set-aside.v1": "Idée mise de côté",
    "governance.idea-submitted.v1": "Idée déposée",
    "governance.mandate-ended.v1": "Fin de mandat",
    "governance.mandate-given.v1": "Mandat donné",
    "governance.mandate-handed-over.v1": "Passation des comptes",
    "governance.meeting-called.v1": "Convocation",
    "governance.meeting-closed.v1": "Réunion terminée",
    "governance.meeting-opened.v1": "Réunion ouverte",
    "governance.member-enrolled.v1": "Arrivée d'une personne",
    "governance.member-left.v1": "Départ d'une personne",
    "governance.member-moved.v1": "Changement de classe",
    "governance.minutes-approved.v1": "Procès-verbal approuvé",
    "governance.homonym-accepted.v1": "Nom accepté",
    "governance.objection-lifted.v1": "Objection levée",
    "governance.objection-raised.v1": "Objection",
    "governance.person-erased.v1": "Personne effacée",
    "governance.proposal-made.v1": "Proposition",
    "governance.proposal-revised.v1": "Nouvelle version",
    "governance.proposal-supported.v1": "Soutien",
    "governance.proposal-vetoed.v1": "Refus de l'adulte",
    "governance.proposal-withdrawn.v1": "Proposition retirée",
    "governance.proxy-given.v1": "Procuration",
    "governance.quorum-missed.v1": "Quorum manqué",
    "governance.result-declared.v1": "Résultat",
    "governance.role-assigned.v1": "Rôle confié",
    "governance.role-ended.v1": "Fin d'un rôle",
    "governance.roll-closed.v1": "Liste d'émargement close",
    "governance.round-opened.v1": "Tour de consentement",
    "governance.rules-adopted.v1": "Règles adoptées",
    "governance.vote-cast.v1": "Vote nominatif",
    "governance.voter-marked.v1": "Émargement",
    "governance.voter-unmarked.v1": "Émargement corrigé",
    "governance.votes-revealed.v1": "Votes montrés",
    "governance.voting-right-restored.v1": "Droit de vote rendu",
    "governance.voting-right-suspended.v1": "Droit de vote suspendu",
    "governance.voting-started.v1": "Urne ouverte au vote",
    "ledger.advance-granted.v1": "Avance confiée",
    "ledger.advance-justified.v1": "Avance justifiée",
    "ledger.advance-returned.v1": "Avance rendue",
    "ledger.advance-settled.v1": "Avance soldée",
    "ledger.chart-adopted.v1": "Plan comptable adopté",
    "ledger.entry-reversed.v1": "Contre-passation",
    "ledger.expense-recorded.v1": "Dépense",
    "ledger.expense-regularised.v1": "Dépense régularisée",
    "ledger.line-matched.v1": "Ligne de relevé reconnue",
    "ledger.line-unmatched.v1": "Reconnaissance défaite",
    "ledger.membership-declared.v1": "Adhésion déclarée",
    "ledger.period-locked.v1": "Période verrouillée",
    "ledger.period-unlocked.v1": "Verrou ramené",
    "ledger.pot-closed.v1": "Pot fermé",
    "ledger.pot-opened.v1": "Pot ouvert",
    "ledger.pot-transfer-recorded.v1": "Transfert entre pots",
    "ledger.receipt-recorded.v1": "Recette",
    "ledger.reconciliation-signed.v1": "Rapprochement bancaire",
    "ledger.statement-imported.v1": "Relevé de la banque",
    "ledger.transfer-recorded.v1": "Virement interne",
    "ledger.treasury-account-closed.v1": "Compte fermé",
    "ledger.treasury-account-opened.v1": "Compte ouvert",
    "ledger.voucher-attached.v1": "Pièce jointe",
    "ledger.voucher-declared-lost.v1": "Pièce perdue",
    "ledger.voucher-gap-explained.v1": "Numéro de pièce expliqué",
    "ledger.year-opened.v1": "Exercice ouvert",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A record in words: who acted, what happened, and why where somebody said so."""

    person: str
    sentence: str
    reason: str


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
        return Spoken(self._person(self.who(record)), _capital(writer.sentence(record.event)), self.why(record))

    def why(self, record: Recorded[Event]) -> str:
        """Return the reason that a record carries, in the reader's words; empty where none was needed, and what is sealed stays so."""
        match reason_of(record.event, self._word):
            case None:
                return ""
            case str() as said:
                return said
            case _:
                return self._wordings.gettext(KEPT_IN_THE_VAULT)

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
        erased_pupil = member.erased and member.kind is PersonKind.PUPIL
        return next((role for role in TELLING if role in held), "erased" if erased_pupil else str(member.kind))

    def _person(self, key: str) -> str:
        return self._wordings.gettext(PERSONS[key])

    def _word(self, key: str) -> str:
        return self._wordings.gettext(WORDS[key]) if key in WORDS else key


def titles(types: Mapping[str, type[Event]]) -> Callable[[Language], dict[str, str]]:
    """Return a short title for each wire name, by language, in alphabetical order.

    English takes the words of the name itself; French those of TITLES, else the first words of the event's own description.
    """

    def of(language: Language) -> dict[str, str]:
        said = {wire: _title(event, language) for wire, event in types.items()}
        return dict(sorted(said.items(), key=lambda one: one[1].casefold()))

    return of


def _title(event: type[Event], language: Language) -> str:
    if language == "en":
        return _capital(event.wire.split(".")[1].replace("-", " "))
    described = (event.__doc__ or "").strip().partition("\n")[0]
    return TITLES.get(event.wire) or described.partition(" ; ")[0].partition(" : ")[0].rstrip(".")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

"""Everything that can have happened to what is kept of a person outside the register: erased, or allowed by a family."""

from datetime import date
from enum import StrEnum

from shared.messages import Event
from shared.values import Pseudonym, Sealed


class ErasureReason(StrEnum):
    """Why somebody was erased."""

    DEPARTURE = "departure"
    REQUEST = "request"


class AuthorisationKind(StrEnum):
    """What a family agrees to, in writing, for a minor."""

    BUREAU = "bureau"  # to take part in running the association (law of 1901, article 2 bis)
    IMAGE = "image"
    OUTING = "outing"


class AuthorisationState(StrEnum):
    """What the family answered; without a record the answer is missing."""

    GIVEN = "given"
    REFUSED = "refused"


class NameReason(StrEnum):
    """Why a text may name somebody who is not meant: the fixed list that an adult chooses from."""

    HOMONYM = "homonym"  # of a shop, a place or a work
    PUBLIC_PERSON = "public-person"
    OTHER = "other"


class PersonErased(
    Event,
    name="governance.person-erased.v1",
    fr="Le nom et les textes de {person} sont effacés ({reason})",
    en="The name and the texts of {person} are erased ({reason})",
):
    """Une personne a été effacée du coffre : son nom, sa clé et ses textes n'existent plus quand ce fait est écrit.
    A person was erased from the vault: the name, the key and the texts no longer exist when this fact is written."""

    person: Pseudonym
    reason: ErasureReason


class AuthorisationRecorded(
    Event,
    name="governance.authorisation-recorded.v1",
    fr="Autorisation des parents de {member} ({kind}) : {state}",
    en="Authorisation of the parents of {member} ({kind}): {state}",
):
    """La réponse d'une famille a été notée ; le document lui-même n'entre pas dans le registre.
    A family's answer was noted; the document itself does not enter the register."""

    member: Pseudonym
    kind: AuthorisationKind
    state: AuthorisationState
    until: date | None = None


class HomonymAccepted(
    Event,
    name="governance.homonym-accepted.v1",
    fr="Un mot qui est aussi un nom d'ici a été accepté ({reason})",
    en="A word that is also a name from here was accepted ({reason})",
):
    """Un adulte a accepté un mot que le contrôle des noms refusait dans un fait du même envoi, sans dire lequel.
    An adult accepted a word that the check of names refused in a fact of the same command, without saying which one."""

    reason: NameReason
    because: Sealed | None = None


PrivacyEvent = PersonErased | AuthorisationRecorded | HomonymAccepted

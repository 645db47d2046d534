"""Everything that can be asked about what is kept of a person outside the register, and who may ask."""

from datetime import date

from services.governance.commands.people import SETS_UP
from services.governance.events.people import Role
from services.governance.events.privacy import AuthorisationKind, AuthorisationState, ErasureReason
from shared.messages import Command
from shared.values import Pseudonym

NOTES_AUTHORISATIONS = SETS_UP | {Role.CLASS_TUTOR}  # a tutor: for their own class only


class ErasePerson(Command, may=SETS_UP):
    """Effacer du coffre une personne qui est partie : son nom, sa clé, ses textes ; le registre ne change pas.
    Erase from the vault somebody who has left: the name, the key, the texts; the register does not change."""

    person: Pseudonym
    reason: ErasureReason


class RecordAuthorisation(Command, may=NOTES_AUTHORISATIONS):
    """Noter la réponse écrite d'une famille pour un élève : donnée ou refusée, jusqu'à une date s'il y en a une.
    Note a family's written answer for a pupil: given or refused, until a date if there is one."""

    member: Pseudonym
    kind: AuthorisationKind
    state: AuthorisationState
    until: date | None = None

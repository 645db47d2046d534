"""Why something is not done: each reason a class, whose docstring is the sentence the member reads.

A docstring has the French sentence on its first line and the English one below. A `Notice` is said beside an accepted
fact; everything else here is a no.
"""

import re
from typing import Any


class Sentence:
    """Something said to a person in two languages: the docstring of the class, French line first, then English."""

    @classmethod
    def code(cls) -> str:
        """Return the class name in kebab-case: the stable name of what is said."""
        return kebab(cls.__name__)

    @classmethod
    def sentences(cls) -> tuple[str, str]:
        """Return the sentence in French and in English."""
        french, _, english = (cls.__doc__ or "").strip().partition("\n")
        return french.strip(), " ".join(english.split())


class Unanswered(Sentence, Exception):
    """La demande n'a pas pu aboutir.
    The request could not be carried out."""

    def __init__(self, **details: Any) -> None:
        """Take the figures that travel beside the sentence, in cents."""
        super().__init__(type(self).code())
        self.details = details


class Notice(Sentence):
    """Un fait a été enregistré alors que quelque chose paraît anormal.
    A fact was recorded although something about it looks wrong."""

    def __init__(self, **details: Any) -> None:
        """Take the figures that travel beside the sentence, in cents."""
        self.details = details


class Refused(Unanswered):
    """Une règle de la coopérative ne le permet pas.
    A rule of the cooperative does not allow it."""


class Forbidden(Unanswered):
    """Cette action ne fait pas partie de tes rôles dans cette coopérative aujourd'hui.
    This is not part of your roles in this cooperative today."""


class NotFound(Unanswered):
    """Cela n'existe pas, ou n'est pas visible pour toi.
    It does not exist, or is not yours to see."""


class KeyReused(Unanswered):
    """Cette clé a déjà servi pour une autre demande : prends-en une nouvelle.
    This key was already used for another request: take a new one."""


class Stale(Unanswered):
    """Quelqu'un a modifié ce document entre-temps : compare les deux versions avant de choisir.
    Someone changed this document meanwhile: compare both versions before choosing."""


class Busy(Unanswered):
    """Le service est occupé ou indisponible : rien n'est perdu, recommence dans un instant avec la même clé.
    The service is busy or unavailable: nothing is lost, try again in a moment with the same key."""


class Corrupt(Exception):
    """A record is unreadable or not what it was: stop at this register and raise the alarm."""


def kebab(name: str) -> str:
    """Return a class name in kebab-case: RecordReceipt gives record-receipt, NotAMember not-a-member."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()

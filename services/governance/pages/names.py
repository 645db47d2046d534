"""How people are called on a page: by name for whoever may know it, else by what they are and a few letters of their pseudonym.

Adults of the school read the names of its people; a pupil those of their own class; everybody their own. Nobody else reads any.
"""

from base64 import b64decode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from services.governance.events.people import PersonKind, Role
from services.governance.pages.words import ERASED_KINDS, KINDS, SOMEBODY
from services.governance.projections.members import Member, Members
from shared.values import Pseudonym, Sealed
from shared.vault.openings import Opening
from shared.vault.people import Name

LETTERS: Final = slice(2, 6)  # of a pseudonym: enough to tell two people of a page apart, too few to be known by


class Naming(Protocol):
    """The part of the vault that pages ask; each reading is noted there."""

    def names(self, register: str, persons: Collection[str], *, reader: str, why: str) -> dict[str, Name]:
        """Return the names of people."""

    def opening(self, register: str, commitment: bytes, *, reader: str, why: str) -> Opening | None:
        """Return what is behind a seal."""


@dataclass(frozen=True, slots=True)
class Names:
    """What each person is called here. Call it with a pseudonym."""

    named: Mapping[Pseudonym, str]
    members: Members
    say: Callable[[str], str]
    reader: Pseudonym

    @staticmethod
    def for_reader(
        vault: Naming, members: Members, visit: Any, people: Collection[Pseudonym], why: str, say: Callable[[str], str]
    ) -> "Names":
        """Ask the vault for the names that this visitor may know, in one question; `why` goes to its log of accesses."""
        today = visit.now.date()
        reader = members.people.get(visit.actor)
        inside = reader is not None and reader.belongs_on(today)
        adult = inside and reader is not None and (reader.kind is PersonKind.STAFF or Role.MANDATE_HOLDER in visit.roles)
        erased = {one for one in people if (known := members.people.get(one)) is not None and known.erased}
        asked = set(people) - erased
        allowed = {one for one in asked if inside and (adult or one == visit.actor or _same_class(reader, members.people.get(one)))}
        found = vault.names(visit.register, allowed, reader=visit.actor, why=why) if allowed else {}
        named = {person: f"{name.first_name} {name.last_name}" for person, name in found.items()}
        return Names(named, members, say, visit.actor)

    def __call__(self, person: Pseudonym | None) -> str:
        """Return how a person is called."""
        if person is None:
            return ""
        if person in self.named:
            return self.named[person]
        member = self.members.people.get(person)
        if member is None:
            return self.say(SOMEBODY)
        if member.erased:
            return f"{self.say(ERASED_KINDS[member.kind])} ({person[LETTERS]})"
        place = f" {member.class_code}" if member.class_code else ""
        return f"{self.say(KINDS[member.kind])}{place} ({person[LETTERS]})"

    def ordered(self, people: Collection[Pseudonym]) -> list[Pseudonym]:
        """Return people in the order of what they are called: nobody is ranked."""
        return sorted(people, key=lambda one: (self(one).casefold(), one))


def opened(vault: Naming, visit: Any, sealed: Sealed, why: str) -> str | None:
    """Return a sealed text for somebody who may read it; None when it was erased."""
    found = vault.opening(visit.register, b64decode(sealed.sealed), reader=visit.actor, why=why)
    return str(found.value) if found else None


def _same_class(reader: Member | None, other: Member | None) -> bool:
    if reader is None or other is None or reader.kind is not PersonKind.PUPIL or other.kind is not PersonKind.PUPIL:
        return False
    return reader.class_code is not None and reader.class_code == other.class_code

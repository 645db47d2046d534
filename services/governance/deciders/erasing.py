"""Who may be forgotten, and when: somebody who has left is erased from the vault first, and the register then says so.

The vault is emptied by `bringing/forgetting.py` between the two steps here: judged by `erasable`, then recorded by `decide`. A fault in
between leaves a person without a name and without a record; asking again records it, for what is gone may be erased again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.governance.commands.privacy import ErasePerson
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import PersonKind, Role
from services.governance.events.privacy import PersonErased
from services.governance.standing import STANDING, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Pseudonym


class NobodyHere(Refused):
    """Personne ne porte ce pseudonyme dans cette coopérative : vérifie-le.
    Nobody has this pseudonym in this cooperative: check it."""


class StillBelongs(Refused):
    """Cette personne est encore dans la coopérative : note d'abord son départ, on l'efface à partir du lendemain.
    This person is still in the cooperative: first record the departure, erasing is possible from the next day on."""


@dataclass(frozen=True, slots=True)
class Leavers:
    """Everybody's standing, and who was erased."""

    standing: Standing = STANDING.initial
    erased: frozenset[Pseudonym] = frozenset()


def erasable(leavers: Leavers, command: ErasePerson, given: Circumstances) -> None:
    """Let pass an erasure that the asker may have, of somebody who has left. Raises Forbidden, NobodyHere or StillBelongs."""
    standing = leavers.standing
    if not standing.association:  # an officer's token opens the gate of any register, but this one is no cooperative's yet
        raise Forbidden(asked=command.slug(), needs=[Role.MANDATE_HOLDER])
    belonging = standing.people.get(command.person)
    if belonging is None:
        raise NobodyHere
    held = standing.roles(given.actor, given.today) | standing.invited(given.badge)
    if belonging.kind is PersonKind.ASSOCIATION and Role.ASSOCIATION not in held:
        raise Forbidden(asked=command.slug(), needs=[Role.ASSOCIATION])
    if belonging.left is None or given.today <= belonging.left:
        raise StillBelongs(left=belonging.left)


def decide(leavers: Leavers, command: ErasePerson, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge an erasure; one that is recorded already is not recorded again."""
    erasable(leavers, command, given)
    return [] if command.person in leavers.erased else [PersonErased(**dict(command))]


def evolve(leavers: Leavers, record: Recorded[StandingEvent | PersonErased]) -> Leavers:
    """Apply one fact about people."""
    match record.event:
        case PersonErased(person=person):
            return replace(leavers, erased=leavers.erased | {person})
        case _:
            return replace(leavers, standing=STANDING.evolve(leavers.standing, record))


ERASING: Decider[Leavers] = Decider(ErasePerson, Fold(StandingEvent | PersonErased, Leavers(), evolve), decide)

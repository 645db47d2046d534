"""What the rest of an installation tells the portal: its header, what can be asked, and who may read whose name.

The portal folds pseudonyms and holds no name. Whoever assembles it hands in the door to the vault, which knows who is
entitled and notes each reading; names are asked when a page is made and kept by nobody.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from services.governance.projections.members import Members
from shared.messages import Command
from shared.values import Pseudonym, Register
from shared.web.pages import Link


class Reading(NamedTuple):
    """Who reads a page of which register, in which roles, at which moment on the register's clock."""

    register: str
    actor: Pseudonym
    roles: frozenset[str]
    now: datetime


Links = Callable[[Register, str], Sequence[Link]]
NamesFor = Callable[[Reading, Members, Collection[Pseudonym]], Mapping[Pseudonym, str]]


def own_links(register: str, current: str) -> Sequence[Link]:
    """Return the links of the header to the main pages; `current` is the address of the page shown."""
    links = (
        ("Accueil", f"/c/{register}", "house"),
        ("Conseil", f"/c/{register}/conseils", "users"),
        ("Comptes", f"/c/{register}/comptes", "wallet"),
        ("Vérifier", f"/c/{register}/verifier", "shield-check"),
    )
    return [Link(label, href, icon, current=href == current) for label, href, icon in links]


def nobody_named(_reading: Reading, _members: Members, _people: Collection[Pseudonym]) -> Mapping[Pseudonym, str]:
    """Name nobody: people are told by their roles and pseudonyms."""
    return {}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How a page's header is made, the commands of every service, and the names that a reader may know."""

    links: Links = own_links
    commands: Sequence[type[Command]] = ()
    names: NamesFor = nobody_named


ALONE: Final = Surroundings()  # a portal without a vault beside it

"""Everything that can be asked about the people of a cooperative and its rules, and who may ask."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from services.governance.events.people import AcceptedRule, Balance, ChecklistItem, Cycles, EndOfMandate, PersonKind, Role, Rules, Year
from shared.messages import Command
from shared.values import Checked, Code, Id, Private, Pseudonym, TextClass, ZoneName

LEVELS_MAX = 8  # a class of one teacher teaches a few levels at once, never a whole school
POINTS_MAX = 40  # accounts or points of a handover: one page that two persons read and sign

SETS_UP = {Role.ASSOCIATION, Role.MANDATE_HOLDER}
ASSIGNS_ROLES = {Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.CLASS_TUTOR}  # a tutor: in their own class only

MaybePrivate = Annotated[Private | None, TextClass.PRIVATE]  # declared outside the union too, where a field's class is looked up


class AffiliateCooperative(Command, may={Role.ASSOCIATION}):
    """Affilier une coopérative : son registre s'ouvre, et qui l'affilie y entre pour l'association.
    Affiliate a cooperative: its register opens, and whoever affiliates it belongs to it for the association."""

    association: Code
    number: Code
    name: Checked
    level: Code
    on: date
    zone: ZoneName
    sandbox: bool

    @field_validator("zone")
    @classmethod
    def _exists(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"{zone} is not a time zone of the IANA database")
        return zone


class LeaveAssociation(Command, may=SETS_UP):
    """Quitter l'association départementale ; `on` est le dernier jour.
    Leave the departmental association; `on` is the last day."""

    on: date
    reason: Checked


class AdoptRules(Command, may=SETS_UP):
    """Adopter une version des règles de l'association à partir d'une date.
    Adopt a version of the association's rules from a date on."""

    rule_set: Code
    version: Code
    valid_from: date
    content: Rules


class OpenClass(Command, may=SETS_UP):
    """Ouvrir une classe pour une année.
    Open a class for a year."""

    class_code: Code
    label: Checked
    level: Annotated[tuple[Code, ...], Field(min_length=1, max_length=LEVELS_MAX)]
    cycle: Annotated[Cycles, Field(min_length=1, max_length=LEVELS_MAX)]
    year: Year


class CloseClass(Command, may=SETS_UP):
    """Fermer une classe à la fin de son année.
    Close a class at the end of its year."""

    class_code: Code
    year: Year


class EnrolMember(Command, may=SETS_UP):
    """Inscrire une personne ; son nom va au coffre, le registre ne reçoit qu'un pseudonyme.
    Enrol a person; the name goes to the vault, the register only gets a pseudonym."""

    first_name: Private
    last_name: Private
    kind: PersonKind
    on: date
    title: MaybePrivate = None
    source_code: MaybePrivate = None
    class_code: Code | None = None


class MoveMember(Command, may=SETS_UP):
    """Faire passer une personne dans une autre classe.
    Move a person to another class."""

    member: Pseudonym
    class_code: Code
    on: date


class RecordDeparture(Command, may=SETS_UP):
    """Noter le départ d'une personne ; `on` est son dernier jour.
    Record that a person left; `on` is their last day."""

    member: Pseudonym
    on: date


class AssignRole(Command, may=ASSIGNS_ROLES):
    """Confier un rôle à une personne pour un an au plus ; sans l'accord des parents que les règles demandent, dire pourquoi.
    Assign a role to a person for at most a year; without the parents' agreement that the rules ask for, say why."""

    role: Role
    person: Pseudonym
    starts: date
    until: date
    body: Code | None = None
    class_code: Code | None = None
    ballot: Id | None = None
    accepted: AcceptedRule | None = None


class EndRole(Command, may=ASSIGNS_ROLES):
    """Mettre fin à un rôle ; `on` est son dernier jour.
    End a role; `on` is its last day."""

    role: Role
    person: Pseudonym
    on: date
    class_code: Code | None = None


class GiveMandate(Command, may={Role.ASSOCIATION}):
    """Donner un mandat à une personne de l'équipe éducative.
    Give a mandate to a member of the educating staff."""

    holder: Pseudonym
    starts: date
    until: date | None = None


class EndMandate(Command, may={Role.ASSOCIATION}):
    """Mettre fin à un mandat ; `on` est son dernier jour.
    End a mandate; `on` is its last day."""

    mandate: Id
    on: date
    reason: EndOfMandate


class HandOverMandate(Command, may=SETS_UP):
    """Passer les comptes à un autre mandataire, avec les soldes signés et la liste de ce qui est remis.
    Hand the books over to another mandate holder, with the signed balances and the list of what is handed over."""

    outgoing: Pseudonym
    incoming: Pseudonym
    on: date
    balances: Annotated[tuple[Balance, ...], Field(max_length=POINTS_MAX)]
    checklist: Annotated[tuple[ChecklistItem, ...], Field(min_length=1, max_length=POINTS_MAX)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        _distinct("account", [balance.account for balance in self.balances])
        _distinct("item", [point.item for point in self.checklist])
        return self


def _distinct(what: str, codes: Sequence[Code]) -> None:
    if len(set(codes)) < len(codes):
        raise ValueError(f"each {what} is named once")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

"""Grants and gifts in kind: what is earmarked for what, what was given without money; a use that a grant does not cover is said."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.goods import EarmarkGrant, RecordInKindContribution
from services.ledger.deciders.checks import OutsideTheYear, has_come, standing_decision, still_affiliated
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import ExpenseRecorded
from services.ledger.events.grants import GrantEarmarked
from services.ledger.events.in_kind import InKindContributionRecorded
from services.ledger.registers.grants import cited_by
from services.ledger.registers.in_kind import ACCOUNTS
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused

GrantCommand = EarmarkGrant | RecordInKindContribution


class NoSuchContribution(Refused):
    """Cette contribution en nature n'existe pas, ou une autre l'a déjà remplacée.
    This contribution in kind does not exist, or another has already replaced it."""


class NothingWasGiven(Refused):
    """Une contribution vaut quelque chose : à zéro, elle ne sert qu'à en effacer une autre.
    A contribution is worth something: at zero, it only serves to take another one away."""


class OutsideTheProject(Notice):
    """Une part de cette dépense n'est pas dans le projet que cette subvention paie : elle ne prouve pas son usage.
    Part of this expense is outside the project that this grant pays for: it does not prove its use."""


class PastItsDate(Notice):
    """Cette dépense vient après la date jusqu'à laquelle la subvention devait être employée.
    This expense comes after the date by which the grant was to be used."""


class GrantOverspent(Notice):
    """Les dépenses qui citent cette subvention dépassent ce qui a été reçu : la coopérative paie le reste, indiqué ici.
    The expenses that cite this grant are above what was received: the cooperative pays the rest, shown here."""


def decide(books: Books, command: GrantCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command about what was given or promised."""
    still_affiliated(books, command)
    match command:
        case EarmarkGrant():
            if command.decision is not None:
                standing_decision(books, command.decision)
            return [GrantEarmarked(grant=given.id(), **dict(command))]
        case RecordInKindContribution():
            return [_in_kind(books, command, given)]
        case _:
            assert_never(command)


def _in_kind(books: Books, command: RecordInKindContribution, given: Circumstances) -> InKindContributionRecorded:
    has_come(command.on, given)
    if books.year_of(command.on) is None:
        raise OutsideTheYear(on=command.on.isoformat())
    if command.replaces is None:
        if not command.amount:
            raise NothingWasGiven
    elif (known := books.registers.in_kind.given.get(command.replaces)) is None or not known.stands:
        raise NoSuchContribution(contribution=command.replaces)
    used_in, given_as = ACCOUNTS[command.nature]
    return InKindContributionRecorded(contribution=given.id(), used_in=used_in, given_as=given_as, **dict(command))


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say what is odd about an expense that cites a grant."""
    event, grants = record.event, books.registers.grants
    if not isinstance(event, ExpenseRecorded) or event.grant is None or (grant := grants.grants.get(event.grant)) is None:
        return []
    cited, purse = cited_by(event), grants.purse(event.grant)
    over = grants.total(purse, spent=True) + cited.amount - grants.total(purse, spent=False)
    said: list[Notice] = []
    if grant.project is not None and set(cited.projects) != {grant.project}:
        said.append(OutsideTheProject(grant=event.grant, project=grant.project))
    if _late(grant.use_by, event.on):
        said.append(PastItsDate(grant=event.grant, use_by=str(grant.use_by)))
    if over > 0:
        said.append(GrantOverspent(grant=event.grant, beyond=min(over, cited.amount)))
    return said


def _late(use_by: date | None, on: date) -> bool:
    return use_by is not None and on > use_by


GRANTS: Decider[Books] = Decider(GrantCommand, BOOKS, decide, warn)

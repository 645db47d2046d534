"""What grants are for, what was received of each and what it paid: the receipts and expenses that cite it.

Grants of one project are one purse: what a show cost beyond one of them may have been paid by another.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded
from services.ledger.events.grants import GrantEarmarked, Source
from shared.refusals import Refused
from shared.values import Code, Id, Table


class NoSuchGrant(Refused):
    """Cette subvention n'est pas affectée dans ce registre : affecte-la d'abord à son usage.
    This grant is not earmarked in this register: earmark it for its purpose first."""


class Grant(NamedTuple):
    """One grant: who gives, how much in cents, for what, until when."""

    source: Source
    amount: int
    purpose: str
    project: Code | None
    use_by: date | None
    decision: Id | None


class Cited(NamedTuple):
    """One entry that cites a grant, in cents; `spent` tells an expense from money received."""

    entry: Id
    grant: Id
    on: date
    amount: int
    label: str
    voucher: str
    projects: tuple[Code, ...]
    spent: bool
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants of a register, in the order they were earmarked, and what cites them."""

    grants: Table[Id, Grant] = Map()
    order: tuple[Id, ...] = ()
    cited: Table[Id, Cited] = Map()

    def purse(self, grant: Id) -> tuple[Id, ...]:
        """Return the grants that share the project of one, or that one alone."""
        project = self.grants[grant].project
        return (grant,) if project is None else tuple(one for one in self.order if self.grants[one].project == project)

    def lines(self, purse: tuple[Id, ...], *, spent: bool) -> list[Cited]:
        """Return the entries that stand and cite one of some grants, by date."""
        found = (one for one in self.cited.values() if one.grant in purse and one.spent is spent and not one.undone)
        return sorted(found, key=lambda one: (one.on, one.voucher, one.entry))

    def total(self, purse: tuple[Id, ...], *, spent: bool) -> int:
        """Return what some grants brought or paid so far, in cents."""
        return sum(one.amount for one in self.lines(purse, spent=spent))


def noted(grants: Grants, event: Any) -> Grants:
    """Apply one fact; an entry that cites a grant which a cut hides is kept all the same, and shown with none."""
    match event:
        case GrantEarmarked():
            told = Grant(event.source, event.amount, event.purpose, event.project, event.use_by, event.decision)
            return replace(grants, grants=grants.grants.set(event.grant, told), order=(*grants.order, event.grant))
        case ReceiptRecorded(funding=str()) | ExpenseRecorded(grant=str()):
            return replace(grants, cited=grants.cited.set(event.entry, cited_by(event)))
        case EntryReversed() if (known := grants.cited.get(event.reverses)) is not None:
            return replace(grants, cited=grants.cited.set(event.reverses, known._replace(undone=True)))
        case _:
            return grants


def cited_by(event: ReceiptRecorded | ExpenseRecorded) -> Cited:
    """Return what an entry that cites a grant says of it."""
    spent = isinstance(event, ExpenseRecorded)
    grant = (event.grant if isinstance(event, ExpenseRecorded) else event.funding) or ""
    projects = {one.project or event.project for one in event.allocations}
    number = f"{event.voucher.series}{event.voucher.number:02d}"
    amount = sum(one.amount for one in event.allocations)
    return Cited(event.entry, grant, event.on, amount, event.label, number, tuple(sorted(one or "" for one in projects)), spent)


def known_grant(grants: Grants, grant: Id | None) -> None:
    """Refuse an entry that cites a grant which nobody earmarked. Raises NoSuchGrant."""
    if grant is not None and grant not in grants.grants:
        raise NoSuchGrant(grant=grant)

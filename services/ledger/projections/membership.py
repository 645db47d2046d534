"""What was declared to the association each year, and what it costs."""

from dataclasses import asdict, dataclass
from typing import Any

from immutables import Map

from services.ledger.events.books import MembershipDeclared
from services.ledger.events.catalogue import LedgerEvent
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Table


@dataclass(frozen=True, slots=True)
class Membership:
    """One declaration: heads, and cents per head."""

    pupils: int
    adults: int
    rate: int
    insurance: int

    @property
    def members(self) -> int:
        """Return how many members were declared."""
        return self.pupils + self.adults

    @property
    def fee(self) -> int:
        """Return the fee, without the insurance."""
        return self.members * self.rate

    @property
    def insured(self) -> int:
        """Return the insurance: as many heads as members."""
        return self.members * self.insurance


@dataclass(frozen=True, slots=True)
class Memberships:
    """The last declaration of each year."""

    by_year: Table[Code, Membership] = Map()


def evolve(memberships: Memberships, record: Recorded[LedgerEvent]) -> Memberships:
    """Keep the last declaration of a year."""
    match record.event:
        case MembershipDeclared() as event:
            pupils = sum(one.pupils for one in event.classes)
            declared = Membership(pupils, event.adults, event.rate, event.insurance)
            return Memberships(memberships.by_year.set(event.year, declared))
        case _:
            return memberships


def memberships_shown(memberships: Memberships) -> dict[str, Any]:
    """Return each year's declaration with the fee and the insurance it makes."""
    return {
        "memberships": [
            {"year": year, "members": one.members, "fee": one.fee, "insured": one.insured, **asdict(one)}
            for year, one in sorted(memberships.by_year.items())
        ]
    }


MEMBERSHIPS = Projection(name="ledger.memberships", version=1, initial=Memberships(), evolve=evolve)

"""What was given without money: each contribution that stands, for equal sums in accounts 86 and 87."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from immutables import Map

from services.ledger.events.in_kind import InKindContributionRecorded, Nature
from shared.values import Code, Id, Table

# Use (86) and origin (87) of each nature: règlement ANC 2018-06 on the accounts of associations.
ACCOUNTS: Final[dict[Nature, tuple[Code, Code]]] = {
    Nature.VOLUNTEERING: ("864", "875"),
    Nature.GOODS_LENT: ("861", "871"),
    Nature.GOODS_GIVEN: ("860", "870"),
    Nature.SERVICE: ("862", "871"),
}


class Given(NamedTuple):
    """One contribution, in cents and minutes; `stands` until another replaces it."""

    on: date
    nature: Nature
    label: str
    used_in: Code
    given_as: Code
    amount: int
    minutes: int | None
    stands: bool = True


@dataclass(frozen=True, slots=True)
class InKind:
    """The contributions in kind of a register."""

    given: Table[Id, Given] = Map()

    def standing(self) -> list[tuple[Id, Given]]:
        """Return the contributions that count, by date."""
        there = ((name, one) for name, one in self.given.items() if one.stands and one.amount)
        return sorted(there, key=lambda item: (item[1].on, item[0]))


def noted(in_kind: InKind, event: Any) -> InKind:
    """Apply one fact."""
    if not isinstance(event, InKindContributionRecorded):
        return in_kind
    told = Given(event.on, event.nature, event.label, event.used_in, event.given_as, event.amount, event.minutes)
    given = in_kind.given.set(event.contribution, told)
    if event.replaces is not None and (replaced := given.get(event.replaces)) is not None:
        given = given.set(event.replaces, replaced._replace(stands=False))
    return replace(in_kind, given=given)

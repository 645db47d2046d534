"""What may still be decided or moved in each pot: what it holds, less what is entrusted in advances, less what is committed.

Three views folded as one, so that their figures are of the same records.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from services.ledger.commitments import Commitments
from services.ledger.projections.advances import ADVANCE_BOOK, Advances
from services.ledger.projections.balances import BALANCES, Balances, balances_shown
from services.ledger.projections.balances import evolve_all as balances_after_all
from services.ledger.projections.commitments import COMMITMENTS
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code


@dataclass(frozen=True, slots=True)
class Funds:
    """The balances of a register, its advances and its commitments, all of the same records."""

    balances: Balances = BALANCES.initial
    advances: Advances = ADVANCE_BOOK.initial
    commitments: Commitments = COMMITMENTS.initial

    def entrusted(self, pot: Code) -> int:
        """Return how much of what a pot holds lies in open advances, in cents."""
        return sum(line.left for line in self.advances.by_id.values() if line.pot == pot)

    def available(self, pot: Code) -> int:
        """Return what of a pot is neither entrusted nor committed, in cents; below zero when more was decided than there is."""
        return self.balances.pots.get(pot, 0) - self.entrusted(pot) - self.commitments.held_back(pot)


def evolve(funds: Funds, record: Recorded[Any]) -> Funds:
    """Apply one fact to each of the three."""
    balances = BALANCES.evolve(funds.balances, record)
    advances = ADVANCE_BOOK.evolve(funds.advances, record)
    commitments = COMMITMENTS.evolve(funds.commitments, record)
    if balances is funds.balances and advances is funds.advances and commitments is funds.commitments:
        return funds
    return Funds(balances, advances, commitments)


def evolve_all(funds: Funds, records: Iterable[Recorded[Any]]) -> Funds:
    """Apply facts in order: what `evolve` gives one by one, faster."""
    read = tuple(records)
    return Funds(
        balances_after_all(funds.balances, read),
        reduce(ADVANCE_BOOK.evolve, read, funds.advances),
        reduce(COMMITMENTS.evolve, read, funds.commitments),
    )


def funds_shown(funds: Funds) -> dict[str, Any]:
    """Return the balances as JSON values, and of each pot what is entrusted, committed and available; in cents."""
    shown = balances_shown(funds.balances)
    return shown | {"pots": [one | pot_shown(funds, one["pot"]) for one in shown["pots"]]}


def pot_shown(funds: Funds, pot: Code) -> dict[str, int]:
    """Return what of a pot is entrusted in advances, what is committed, and what is available; in cents."""
    return {"entrusted": funds.entrusted(pot), "committed": funds.commitments.held_back(pot), "available": funds.available(pot)}


FUNDS = Projection(name="ledger.funds", version=2, initial=Funds(), evolve=evolve, evolve_all=evolve_all)

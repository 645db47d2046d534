"""The portal, assembled."""

from typing import Any

from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.ledger.projections.balances import BALANCES
from shared.projecting import Projection

# Kept in the database: what every first question about a register needs.
STORED: tuple[Projection[Any], ...] = (BALANCES, COOPERATIVE, MEMBERS)

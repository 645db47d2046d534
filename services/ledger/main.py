"""The ledger, assembled."""

from fastapi import FastAPI

from services.governance.standing import STANDING
from services.ledger.api import routes
from services.ledger.api_exports import routes_exports
from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.pots import POTS
from services.ledger.deciders.vouchers import VOUCHERS
from services.ledger.deciders.year import YEAR
from shared.deciding import Rulebook, combined
from shared.serving import Means, questions_of

LEDGER: Rulebook = combined(ENTRIES, VOUCHERS, ADVANCE, POTS, YEAR, standing=STANDING)


def build(app: FastAPI, means: Means) -> None:
    """Add the ledger to an app."""
    questions = questions_of(means, STANDING)
    routes(app, means.handling(LEDGER), questions, means.askers)
    routes_exports(app, questions)

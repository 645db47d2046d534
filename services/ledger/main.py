"""The ledger, assembled."""

from fastapi import FastAPI

from services.governance.standing import STANDING
from services.ledger.api import routes
from services.ledger.api_bank import routes_bank
from services.ledger.api_exports import routes_exports
from services.ledger.api_vouchers import routes_vouchers
from services.ledger.attaching import Attaching
from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.bank import BANK
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.pots import POTS
from services.ledger.deciders.vouchers import VOUCHERS
from services.ledger.deciders.year import YEAR
from services.ledger.importing import Importing
from services.ledger.opening import Opener
from services.ledger.pages_vouchers import VoucherPage
from shared.deciding import Rulebook, combined
from shared.serving import Means, questions_of

LEDGER: Rulebook = combined(ENTRIES, VOUCHERS, ADVANCE, POTS, YEAR, BANK, standing=STANDING)


def build(app: FastAPI, means: Means) -> None:
    """Add the ledger to an app."""
    questions = questions_of(means, STANDING)
    handling = means.handling(LEDGER)
    routes(app, handling, questions, means.askers)
    routes_exports(app, questions)
    if means.vault is not None:
        attaching, opener = Attaching(means.vault, handling.handle), Opener(means.vault, questions.views)
        routes_bank(app, Importing(handling.handle, means.fingerprint_key), means.vault, questions, means.askers)
        routes_vouchers(app, attaching, opener, questions, means.askers, means.clock)
        if means.pages is not None:
            VoucherPage(means, handling, questions, attaching, opener, means.pages, means.vault).routes(app)

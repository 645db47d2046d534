"""The ledger, assembled."""

from fastapi import FastAPI

from services.governance.standing import STANDING, homonym_accepted
from services.ledger.api import routes
from services.ledger.api_archive import routes_archive
from services.ledger.api_bank import routes_bank
from services.ledger.api_checks import routes_checks
from services.ledger.api_exports import routes_exports
from services.ledger.api_families import routes_families
from services.ledger.api_orders import routes_orders
from services.ledger.api_pots import routes_pots
from services.ledger.api_registers import routes_registers
from services.ledger.api_vouchers import routes_vouchers
from services.ledger.api_year_end import routes_year_end
from services.ledger.archive.archiving import Archivist
from services.ledger.attaching import Attaching
from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.bank import BANK
from services.ledger.deciders.budget import BUDGET
from services.ledger.deciders.cheques import CHEQUES
from services.ledger.deciders.closing import CLOSING
from services.ledger.deciders.deposits import DEPOSITS
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.grants import GRANTS
from services.ledger.deciders.inventory import INVENTORY
from services.ledger.deciders.orders import ORDERS
from services.ledger.deciders.pots import POTS
from services.ledger.deciders.verification import VERIFICATION
from services.ledger.deciders.vouchers import VOUCHERS
from services.ledger.deciders.year import YEAR
from services.ledger.family_sheets import FamilySheets
from services.ledger.importing import Importing
from services.ledger.opening import Opener
from services.ledger.pages.desk import Desk
from services.ledger.pages.families import routes_family_pages
from services.ledger.pages.orders import routes_order_pages
from services.ledger.pages.reconciliation import routes_reconciliation
from services.ledger.pages.routes import routes_pages
from services.ledger.pages.vouchers import VoucherPage
from services.ledger.pages.year_end import routes_year_end_page
from shared.deciding import Rulebook, combined
from shared.serving import Means, questions_of

LEDGER: Rulebook = combined(
    *(ENTRIES, VOUCHERS, ADVANCE, POTS, YEAR, BUDGET, BANK, VERIFICATION, CLOSING, INVENTORY, CHEQUES, DEPOSITS, GRANTS, ORDERS),
    standing=STANDING,
    names=homonym_accepted,
)


def build(app: FastAPI, means: Means) -> None:
    """Add the ledger to an app."""
    questions = questions_of(means, STANDING)
    handling = means.handling(LEDGER)
    routes(app, handling, questions, means.askers)
    routes_exports(app, questions)
    routes_year_end(app, questions, means.reader)
    routes_orders(app, questions, means.clock)
    routes_registers(app, questions, means.reader)
    routes_pots(app, questions)
    routes_checks(app, questions, means.clock)
    if means.vault is not None:
        attaching, opener = Attaching(means.vault, handling.handle), Opener(means.vault, questions.views)
        importing = Importing(handling.handle, means.fingerprint_key)
        routes_bank(app, importing, means.vault, questions, means.askers)
        routes_vouchers(app, attaching, opener, questions, means.askers, means.clock)
        routes_archive(app, Archivist(means.codec, means.reader, means.vault, means.minute_books), questions, means.askers)
        families = FamilySheets(means.vault, questions.views)
        routes_families(app, families, means.vault, questions, means.askers, means.clock)
        if means.pages is not None:
            VoucherPage(means, handling, questions, attaching, opener, means.pages, means.vault).routes(app)
            desk = Desk(means, handling, questions, means.pages, means.vault)
            routes_pages(app, desk)
            routes_year_end_page(app, desk)
            routes_order_pages(app, desk, questions)
            routes_reconciliation(app, desk, questions, importing, means.vault)
            routes_family_pages(app, desk, families, questions)

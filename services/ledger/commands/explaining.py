"""What may be asked when something looks wrong and is not: why a number is missing, why two entries are alike."""

from typing import Annotated

from pydantic import Field

from services.ledger.commands.books import ALLOCATIONS_MAX, KEEPS_THE_BOOKS
from services.ledger.events.books import Year
from services.ledger.events.entries import Voucher
from shared.messages import Command
from shared.values import Checked, Code, Id


class ExplainVoucherGap(Command, may=KEEPS_THE_BOOKS):
    """Expliquer un numéro de pièce qui n'a pas servi.
    Explain a voucher number that was never used."""

    year: Year
    voucher: Voucher
    reason: Checked


class ExplainAnomaly(Command, may=KEEPS_THE_BOOKS):
    """Expliquer ce qu'un contrôle signale : deux écritures semblables qui sont deux achats, de l'argent gardé pour une raison.
    Explain what a check lists: two like entries that are two purchases, cash kept for a reason."""

    check: Code
    entries: Annotated[tuple[Id, ...], Field(min_length=1, max_length=ALLOCATIONS_MAX)]
    reason: Checked

"""One canonical example of every event and command of the registers beside the journal, for everybody's tests."""

from datetime import date

from services.ledger.commands.goods import (
    CashPutIn,
    CheckInventory,
    CountCash,
    DisposeOfAsset,
    EarmarkGrant,
    InventoryAsset,
    MakeDepositSlip,
    ReceiveChequeBook,
    RecordInKindContribution,
    VoidCheque,
)
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.cheques import ChequeBookReceived, ChequeVoided
from services.ledger.events.deposits import CashCounted, DepositSlipMade
from services.ledger.events.entries import Voucher
from services.ledger.events.grants import GrantEarmarked, Source
from services.ledger.events.in_kind import InKindContributionRecorded, Nature
from services.ledger.events.inventory import AssetDisposed, AssetInventoried, Disposal, InventoryChecked
from shared.messages import Command

FAMILIES_ENTRY = "e" * 26  # as in examples_ledger.py: a receipt by cheque
CAMERA_ID, BOOK_ID, SLIP_ID, GRANT_ID, GIFT_ID, DEPOSITED = "a" * 26, "b" * 26, "s" * 26, "u" * 26, "w" * 26, "x" * 26

INVENTORY = InventoryAsset(number="2024-01", label="Appareil photo", on=date(2024, 10, 10), value=189_00)
INVENTORIED = AssetInventoried(asset=CAMERA_ID, **dict(INVENTORY))
DISPOSE = DisposeOfAsset(asset=CAMERA_ID, on=date(2024, 10, 12), how=Disposal.STOLEN, reason="Volé pendant la sortie")
DISPOSED = AssetDisposed(**dict(DISPOSE))
CHECK = CheckInventory(on=date(2024, 10, 13), present=(CAMERA_ID,), missing=())
CHECKED = InventoryChecked(**dict(CHECK))
RECEIVE = ReceiveChequeBook(account="512", on=date(2024, 9, 2), first=4_520_101, last=4_520_105)
RECEIVED = ChequeBookReceived(book=BOOK_ID, **dict(RECEIVE))
VOID = VoidCheque(account="512", number=4_520_103, on=date(2024, 10, 10), reason="Déchiré")
VOIDED = ChequeVoided(book=BOOK_ID, number=4_520_103, on=date(2024, 10, 10), reason="Déchiré")
CASH = CashPutIn(out_of="530", amount=50_00, voucher=Voucher(series="T", number=5), label="Espèces de la vente de gâteaux")
MAKE_SLIP = MakeDepositSlip(on=date(2024, 10, 11), account="512", entries=(FAMILIES_ENTRY,), cash=CASH)
SLIP_MADE = DepositSlipMade(slip=SLIP_ID, on=date(2024, 10, 11), account="512", entries=(FAMILIES_ENTRY, DEPOSITED), amount=1_856_00)
COUNT = CountCash(account="530", on=date(2024, 10, 11), counted=62_00)
COUNTED = CashCounted(**dict(COUNT), book=62_40)
EARMARK = EarmarkGrant(
    source=Source.COMMUNE, amount=900_00, purpose="Projets culturels", project="culture", use_by=date(2025, 6, 30), decision=None
)
EARMARKED = GrantEarmarked(grant=GRANT_ID, **dict(EARMARK))
GIVE = RecordInKindContribution(
    on=date(2024, 10, 5), nature=Nature.VOLUNTEERING, label="Bénévoles de la kermesse", amount=118_80, minutes=600
)
GIVEN = InKindContributionRecorded(contribution=GIFT_ID, used_in="864", given_as="875", **dict(GIVE))

GOODS_EXAMPLES: tuple[LedgerEvent, ...] = (INVENTORIED, DISPOSED, CHECKED, RECEIVED, VOIDED, SLIP_MADE, COUNTED, EARMARKED, GIVEN)
GOODS_COMMANDS: tuple[Command, ...] = (INVENTORY, DISPOSE, CHECK, RECEIVE, VOID, MAKE_SLIP, COUNT, EARMARK, GIVE)

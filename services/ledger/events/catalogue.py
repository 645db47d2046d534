"""Every event of the ledger, as one union."""

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.bank import LineMatched, LineUnmatched, ReconciliationSigned, StatementImported
from services.ledger.events.books import (
    ChartAdopted,
    MembershipDeclared,
    PeriodLocked,
    PeriodUnlocked,
    PotClosed,
    PotOpened,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    YearOpened,
)
from services.ledger.events.budget import BudgetAdopted
from services.ledger.events.cheques import ChequeBookReceived, ChequeVoided
from services.ledger.events.closing import DischargeGiven, DischargeWithheld, FinancialReportIssued, YearClosed
from services.ledger.events.deposits import CashCounted, DepositSlipMade
from services.ledger.events.entries import (
    EntryReversed,
    ExpenseRecorded,
    ExpenseRegularised,
    ReceiptRecorded,
    TransferRecorded,
    VoucherGapExplained,
)
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.grants import GrantEarmarked
from services.ledger.events.in_kind import InKindContributionRecorded
from services.ledger.events.inventory import AssetDisposed, AssetInventoried, InventoryChecked
from services.ledger.events.orders import EntryDeclined, EntryPrepared, PaymentApproved, PaymentOrdered, PaymentRefused
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.events.verification import FindingAnswered, FindingRecorded, SampleDrawn
from services.ledger.events.vouchers import VoucherAttached, VoucherDeclaredLost

LedgerEvent = (
    YearOpened
    | ChartAdopted
    | TreasuryAccountOpened
    | TreasuryAccountClosed
    | PotOpened
    | PotClosed
    | MembershipDeclared
    | BudgetAdopted
    | ReceiptRecorded
    | PaymentOrdered
    | PaymentApproved
    | PaymentRefused
    | EntryPrepared
    | EntryDeclined
    | ExpenseRecorded
    | ExpenseRegularised
    | TransferRecorded
    | EntryReversed
    | VoucherGapExplained
    | AnomalyExplained
    | VoucherAttached
    | VoucherDeclaredLost
    | PotTransferRecorded
    | AdvanceGranted
    | AdvanceJustified
    | AdvanceReturned
    | AdvanceSettled
    | PeriodLocked
    | PeriodUnlocked
    | StatementImported
    | LineMatched
    | LineUnmatched
    | ReconciliationSigned
    | ChequeBookReceived
    | ChequeVoided
    | DepositSlipMade
    | CashCounted
    | GrantEarmarked
    | AssetInventoried
    | AssetDisposed
    | InventoryChecked
    | InKindContributionRecorded
    | SampleDrawn
    | FindingRecorded
    | FindingAnswered
    | FinancialReportIssued
    | DischargeGiven
    | DischargeWithheld
    | YearClosed
)

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
from services.ledger.events.entries import (
    EntryReversed,
    ExpenseRecorded,
    ExpenseRegularised,
    ReceiptRecorded,
    TransferRecorded,
    VoucherGapExplained,
)
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.events.vouchers import VoucherAttached, VoucherDeclaredLost

LedgerEvent = (
    YearOpened
    | ChartAdopted
    | TreasuryAccountOpened
    | TreasuryAccountClosed
    | PotOpened
    | PotClosed
    | MembershipDeclared
    | ReceiptRecorded
    | ExpenseRecorded
    | ExpenseRegularised
    | TransferRecorded
    | EntryReversed
    | VoucherGapExplained
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
)

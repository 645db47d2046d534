"""One canonical example of every event and command of the ledger, and the books of a small school, for everybody's tests."""

from datetime import date

from services.ledger.commands.books import (
    AdoptChart,
    AttachVoucher,
    ClosePot,
    CloseTreasuryAccount,
    DeclareMembership,
    DeclareVoucherLost,
    GrantAdvance,
    JustifyAdvance,
    LockPeriod,
    OpenPot,
    OpenTreasuryAccount,
    OpenYear,
    PayBackPots,
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    RegulariseExpense,
    ReturnAdvance,
    ReverseEntry,
    SettleAdvance,
    SharePot,
    TransferBetweenPots,
    UnlockPeriod,
)
from services.ledger.commands.budget import AdoptBudget
from services.ledger.commands.explaining import ExplainAnomaly, ExplainVoucherGap
from services.ledger.deciders.year import YEAR
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.books import (
    AccountType,
    ChartAccount,
    ChartAdopted,
    ClassCount,
    MembershipDeclared,
    OpeningBalance,
    PeriodLocked,
    PeriodUnlocked,
    PotClosed,
    PotKind,
    PotOpened,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    TreasuryKind,
    YearOpened,
)
from services.ledger.events.budget import BudgetAdopted, BudgetLine
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import (
    Accepted,
    Allocation,
    EntryReversed,
    ExpenseRecorded,
    ExpenseRegularised,
    Leg,
    Means,
    ReceiptRecorded,
    TransferRecorded,
    Voucher,
    VoucherGapExplained,
)
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.pots import KeyKind, PotTransferRecorded, PotWeight, Purpose, Rounding, SharingKey
from services.ledger.events.vouchers import MediaType, VoucherAttached, VoucherDeclaredLost
from shared.messages import Command, Event
from shared.values import Sealed
from tests.examples_bank import BANK_COMMANDS, BANK_EXAMPLES
from tests.examples_goods import GOODS_COMMANDS, GOODS_EXAMPLES
from tests.examples_governance import GARNIER, LEFEVRE, RENTREE, RUN_SCHOOL, SUMMER
from tests.examples_orders import ORDER_COMMANDS, ORDER_EXAMPLES
from tests.examples_year_end import YEAR_END_COMMANDS, YEAR_END_EXAMPLES
from tests.given import SEALED, given

FIRST_ENTRY, SECOND_ENTRY, REVERSAL, SHARED, ADVANCE_ID = ("e" * 26, "f" * 26, "g" * 26, "t" * 26, "v" * 26)
JUSTIFICATION_ID, RETURN_ID = ("j" * 26, "n" * 26)

CHART = (
    ChartAccount(code="110", label="Report à nouveau", type=AccountType.EQUITY, verified=False),
    ChartAccount(code="467", label="Régies d'avance", type=AccountType.ADVANCE, verified=False),
    ChartAccount(code="512", label="Banque", type=AccountType.TREASURY, verified=True, source="OCCE"),
    ChartAccount(code="530", label="Caisse", type=AccountType.TREASURY, verified=False),
    ChartAccount(code="6070", label="Achats pour revente", type=AccountType.EXPENSE, verified=False, pca="607"),
    ChartAccount(code="6168", label="Assurance", type=AccountType.EXPENSE, verified=True, pca="616"),
    ChartAccount(code="6180", label="Activités éducatives", type=AccountType.EXPENSE, verified=False),
    ChartAccount(code="6281", label="Cotisation OCCE", type=AccountType.EXPENSE, verified=True, pca="6281"),
    ChartAccount(code="7070", label="Ventes", type=AccountType.INCOME, verified=False, pca="707"),
    ChartAccount(code="7080", label="Produits des activités", type=AccountType.INCOME, verified=False, pca="708"),
    ChartAccount(code="7562", label="Participation volontaire des familles", type=AccountType.INCOME, verified=True, pca="756"),
)
CLASSES = {"CP": 23, "CE1": 24, "CE1CE2": 24, "CE2CM1": 25, "CM1": 26, "CM2": 27}


def voucher(text: str) -> Voucher:
    """Read a voucher number such as D01."""
    series = text.rstrip("0123456789")
    return Voucher(series=series, number=int(text[len(series) :]))


ADOPT_CHART = AdoptChart(chart="occe", version="1", valid_from=RENTREE, content=CHART)
(CHART_ADOPTED,) = given(YEAR).when(ADOPT_CHART).events()
BANK_OPENED = TreasuryAccountOpened(account="512", kind=TreasuryKind.BANK, label="Compte bancaire", on=RENTREE)
CASH_OPENED = TreasuryAccountOpened(account="530", kind=TreasuryKind.CASH, label="Caisse", on=RENTREE)
SCHOOL_POT = PotOpened(pot="ECOLE", label="Coopérative d'école", kind=PotKind.SCHOOL, on=RENTREE)
CLASS_POTS = tuple(PotOpened(pot=code, label=f"Classe de {code}", kind=PotKind.CLASS, on=RENTREE, class_code=code) for code in CLASSES)
YEAR_OPENED = YearOpened(
    year="2024-25",
    starts=RENTREE,
    ends=SUMMER,
    chart="occe",
    opening=(OpeningBalance(account="512", pot="ECOLE", amount=2_846_37), OpeningBalance(account="530", pot="ECOLE", amount=62_40)),
)
SET_UP: tuple[Event, ...] = (CHART_ADOPTED, BANK_OPENED, CASH_OPENED, SCHOOL_POT, *CLASS_POTS, YEAR_OPENED)
OPEN_BOOKS: tuple[Event, ...] = (*RUN_SCHOOL, *SET_UP)

FAMILIES = RecordReceipt(
    on=date(2024, 9, 20),
    voucher=voucher("R01"),
    label="Participation volontaire des familles (chèques)",
    treasury=(Leg(account="512", amount=1_806_00),),
    allocations=(Allocation(account="7562", amount=1_806_00),),
    pot="ECOLE",
    means=Means.CHEQUE,
    families=98,
)
FEES = RecordExpense(
    on=date(2024, 9, 30),
    voucher=voucher("D01"),
    label="Adhésion OCCE et assurance",
    treasury=(Leg(account="512", amount=-405_60),),
    allocations=(Allocation(account="6281", amount=366_60), Allocation(account="6168", amount=39_00)),
    pot="ECOLE",
    means=Means.CHEQUE,
    signatory=GARNIER,
    cheque="1234567",
    irregular="Décidé en conseil avant l'ouverture du registre",
)
DEPOSIT = RecordTransfer(
    on=date(2024, 10, 11), voucher=voucher("T01"), label="Dépôt d'espèces en banque", out_of="530", into="512", amount=50_00
)
GRANT = GrantAdvance(
    on=date(2024, 10, 7),
    voucher=voucher("D02"),
    pot="CM2",
    holder=LEFEVRE,
    out_of="512",
    amount=120_00,
    signatory=GARNIER,
    ceiling=50_00,
    irregular="Avance votée en V03",
)
JUSTIFY = JustifyAdvance(
    advance=ADVANCE_ID,
    on=date(2024, 10, 10),
    voucher=voucher("D03"),
    label="Justification de la régie de CM2",
    allocations=(Allocation(account="6180", amount=49_05, project="regie"),),
)
RETURN = ReturnAdvance(advance=ADVANCE_ID, on=date(2024, 10, 11), voucher=voucher("T02"), into="512", amount=70_95)
SETTLE = SettleAdvance(advance=ADVANCE_ID, on=date(2024, 10, 11))
SHARE = SharePot(
    on=date(2024, 10, 8),
    label="Répartition votée V02",
    out_of="ECOLE",
    amount=1_010_00,
    kind=KeyKind.PRO_RATA,
    weights=tuple(PotWeight(pot=code, weight=pupils) for code, pupils in CLASSES.items()),
    rounding=Rounding.NEAREST_THEN_LARGEST,
)

FAMILIES_RECEIVED = ReceiptRecorded(entry=FIRST_ENTRY, **dict(FAMILIES))
FEES_PAID = ExpenseRecorded(entry=SECOND_ENTRY, **dict(FEES))
ADVANCE_GRANTED = AdvanceGranted(
    advance=ADVANCE_ID,
    accepted=(Accepted(rule="advance_cap", version="2024-25", reason="Deux sorties le même mois"),),
    **{name: value for name, value in dict(GRANT).items() if name != "cap_reason"},
)
CHEQUE_ADVANCE = AdvanceGranted(**dict(ADVANCE_GRANTED) | {"cheque": "4520101"})  # since a cheque register can name it
ADVANCE_JUSTIFIED = AdvanceJustified(**dict(JUSTIFY), documents=(Sealed(sealed="A" * 43 + "="),))
ADVANCE_RETURNED = AdvanceReturned(**dict(RETURN))
NAMED_JUSTIFICATION = AdvanceJustified(entry=JUSTIFICATION_ID, **dict(JUSTIFY))  # since a reversal can name it
NAMED_RETURN = AdvanceReturned(entry=RETURN_ID, **dict(RETURN))
ATTACH = AttachVoucher(entry=SECOND_ENTRY, content="c" * 64, media_type=MediaType.PDF, size=48_213)
ATTACHED = VoucherAttached(entry=SECOND_ENTRY, document=SEALED, media_type=MediaType.PDF, size=48_213)
LOSE = DeclareVoucherLost(entry=SECOND_ENTRY, reason="Ticket illisible, le magasin n'en a pas de double", on=date(2024, 10, 13))
DECLARED_LOST = VoucherDeclaredLost(**dict(LOSE))
REGULARISE = RegulariseExpense(entry=SECOND_ENTRY, decision="b" * 26)

BUDGET_ADOPTED = BudgetAdopted(
    year="2024-25",
    decision="d" * 26,
    lines=(BudgetLine(pot="ECOLE", amount=1_800_00, account="7562"), BudgetLine(pot="ECOLE", amount=900_00, project="culture")),
)

EXAMPLES: tuple[LedgerEvent, ...] = (
    YEAR_OPENED,
    ChartAdopted(**dict(CHART_ADOPTED)),
    BANK_OPENED,
    TreasuryAccountClosed(account="530", on=SUMMER),
    CLASS_POTS[0],
    PotClosed(pot="CP", on=SUMMER),
    MembershipDeclared(
        year="2024-25",
        on=date(2024, 9, 30),
        classes=tuple(ClassCount(class_code=code, pupils=pupils) for code, pupils in CLASSES.items()),
        adults=7,
        rate=235,
        insurance=25,
        rules_version="2024-25",
    ),
    FAMILIES_RECEIVED,
    FEES_PAID,
    TransferRecorded(entry=SECOND_ENTRY, **dict(DEPOSIT) | {"replaces": FIRST_ENTRY}),
    EntryReversed(entry=REVERSAL, reverses=FIRST_ENTRY, reason="Saisie sous le mauvais compte", on=date(2024, 10, 12)),
    BUDGET_ADOPTED,
    AnomalyExplained(check="probable-duplicate", entries=(FIRST_ENTRY, SECOND_ENTRY), reason="Deux séances de cinéma au même prix"),
    VoucherGapExplained(year="2024-25", series="T", number=8, reason="L'avance a été dépensée au centime près"),
    PotTransferRecorded(
        transfer=SHARED,
        on=date(2024, 10, 8),
        label="Répartition votée V02",
        out_of="ECOLE",
        into="CM2",
        amount=183_03,
        purpose=Purpose.SHARE,
        decision="b" * 26,
        key=SharingKey(kind=SHARE.kind, weights=SHARE.weights, rounding=SHARE.rounding),
    ),
    ADVANCE_GRANTED,
    ADVANCE_JUSTIFIED,
    ADVANCE_RETURNED,
    AdvanceSettled(advance=ADVANCE_ID, on=date(2024, 10, 11), granted=120_00, justified=49_05, returned=70_95),
    PeriodLocked(through=date(2024, 9, 30), reason="Rapprochement de septembre signé"),
    PeriodUnlocked(through=date(2024, 8, 31), reason="Une recette de septembre manquait"),
    ExpenseRegularised(**dict(REGULARISE)),
    ATTACHED,
    DECLARED_LOST,
    *BANK_EXAMPLES,
    *ORDER_EXAMPLES,
    *GOODS_EXAMPLES,
    *YEAR_END_EXAMPLES,
)

# What a class came to carry after its first golden record was written, and the name of the file that shows it.
LATER_SHAPES: tuple[tuple[LedgerEvent, str], ...] = (
    (NAMED_JUSTIFICATION, "with-entry"),
    (NAMED_RETURN, "with-entry"),
    (CHEQUE_ADVANCE, "with-cheque"),
)

COMMANDS: tuple[Command, ...] = (
    OpenYear(**dict(YEAR_OPENED)),
    ADOPT_CHART,
    OpenTreasuryAccount(**dict(BANK_OPENED)),
    CloseTreasuryAccount(account="530", on=SUMMER),
    OpenPot(**dict(CLASS_POTS[0])),
    ClosePot(pot="CP", on=SUMMER),
    DeclareMembership(
        year="2024-25",
        on=date(2024, 9, 30),
        classes=(ClassCount(class_code="CP", pupils=23),),
        adults=7,
        rate=235,
        insurance=25,
        rules_version="2024-25",
    ),
    FAMILIES,
    FEES,
    DEPOSIT,
    ReverseEntry(reverses=FIRST_ENTRY, reason="Saisie sous le mauvais compte", on=date(2024, 10, 12), receipt=FAMILIES),
    AdoptBudget(**dict(BUDGET_ADOPTED)),
    ExplainAnomaly(check="probable-duplicate", entries=(FIRST_ENTRY, SECOND_ENTRY), reason="Deux séances de cinéma au même prix"),
    ExplainVoucherGap(year="2024-25", voucher=voucher("T08"), reason="L'avance a été dépensée au centime près"),
    TransferBetweenPots(
        on=date(2024, 10, 8), label="Complément pour la sortie", out_of="ECOLE", into="CM2", amount=20_00, purpose=Purpose.COMPLEMENT
    ),
    SHARE,
    PayBackPots(on=date(2024, 10, 12), label="Reversement du solde de classe", into="ECOLE"),
    GRANT,
    JUSTIFY,
    RETURN,
    SETTLE,
    LockPeriod(through=date(2024, 9, 30), reason="Rapprochement de septembre signé"),
    UnlockPeriod(through=date(2024, 8, 31), reason="Une recette de septembre manquait"),
    REGULARISE,
    ATTACH,
    LOSE,
    *BANK_COMMANDS,
    *ORDER_COMMANDS,
    *GOODS_COMMANDS,
    *YEAR_END_COMMANDS,
)

"""Everything that can have happened to the money of a cooperative.

Signs: treasury legs are signed, positive when money comes in; allocations are positive. Receipt: Σ treasury = Σ
allocations; expense: −Σ treasury = Σ allocations. Amounts are integer cents. `legs` is the double entry of one event,
debit positive: it sums to zero for every record.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from shared.messages import Event
from shared.values import Cents, Checked, Code, Count, Digest, Id, PositiveCents, Pseudonym, Sealed, Value

ADVANCES = "467"  # petty cash advances, in every chart shipped (domain, section 10)
CARRIED_FORWARD = "110"  # report à nouveau: what the year was opened against
BETWEEN_POTS = "580"  # internal transfers: always at zero, each line names its pot (règlement ANC 2018-06)

Year = Annotated[Code, Field(pattern=r"^20[0-9]{2}-[0-9]{2}$")]
VoucherNumber = Annotated[int, Field(strict=True, ge=1, le=999_999)]
Weight = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class TreasuryKind(StrEnum):
    """Where money can lie."""

    BANK = "bank"
    POSTAL = "postal"
    CASH = "cash"


class PotKind(StrEnum):
    """Whose money a pot holds."""

    SCHOOL = "school"
    CLASS = "class"


class Means(StrEnum):
    """How money came in or went out."""

    CASH = "cash"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    OTHER = "other"


class AccountType(StrEnum):
    """What an account of the chart is for."""

    TREASURY = "treasury"
    ADVANCE = "advance"
    INCOME = "income"
    EXPENSE = "expense"
    EQUITY = "equity"


class Purpose(StrEnum):
    """Why money moved from one pot to another."""

    SHARE = "share"
    COMPLEMENT = "complement"
    PAYBACK = "payback"
    OTHER = "other"


class KeyKind(StrEnum):
    """How a sum is shared."""

    EQUAL = "equal"
    PRO_RATA = "pro_rata"
    CUSTOM = "custom"


class Rounding(StrEnum):
    """Where the cents go that a share leaves over.

    `nearest_then_largest`: each share to the nearest cent (halves up), the difference to the largest weight, which never
    goes below zero: the next largest bears the rest;
    `largest_remainder`: each share down, then one cent each to the largest remainders. Ties go to the first listed.
    """

    NEAREST_THEN_LARGEST = "nearest_then_largest"
    LARGEST_REMAINDER = "largest_remainder"


class Voucher(Value):
    """The number of a piece of evidence: a series (a label, it decides nothing) and a number, from 1 each year."""

    series: Annotated[Code, Field(pattern=r"^[A-Z]{1,3}$")]
    number: VoucherNumber


class Leg(Value):
    """What one treasury account gains (positive) or loses (negative), in cents."""

    account: Code
    amount: Cents


class Allocation(Value):
    """How much of an entry goes to one account of income or expense; its own pot and project, else the entry's."""

    account: Code
    amount: PositiveCents
    pot: Code | None = None
    project: Code | None = None


class OpeningBalance(Value):
    """What one treasury account held for one pot when the register's first year opened."""

    account: Code
    pot: Code
    amount: Cents


class ChartAccount(Value):
    """One account of the chart; `verified` says whether an association confirmed the code."""

    code: Code
    label: Checked
    type: AccountType
    verified: bool
    source: Checked | None = None
    pca: Code | None = None


class Accepted(Value):
    """A rule the entry met, its version, and why the entry was written all the same."""

    rule: Code
    version: Code
    reason: Checked


class ClassCount(Value):
    """How many pupils of a class are members."""

    class_code: Code
    pupils: Count


class PotWeight(Value):
    """The weight of one pot in a sharing key."""

    pot: Code
    weight: Weight


class SharingKey(Value):
    """The key that a share followed, and where its odd cents went."""

    kind: KeyKind
    weights: tuple[PotWeight, ...]
    rounding: Rounding


class YearOpened(
    Event,
    name="ledger.year-opened.v1",
    dated_by="starts",
    fr="L'exercice {year} ouvre, du {starts} au {ends}",
    en="The fiscal year {year} opens, from {starts} to {ends}",
):
    """Un exercice a ouvert ; le premier d'un registre apporte ses soldes, les suivants reprennent ceux d'avant.
    A fiscal year opened; the first of a register brings its balances, later ones carry forward."""

    year: Year
    starts: date
    ends: date
    chart: Code
    opening: tuple[OpeningBalance, ...] | None = None


class ChartAdopted(
    Event,
    name="ledger.chart-adopted.v1",
    dated_by="valid_from",
    fr="Le plan comptable {chart} {version} s'applique à partir du {valid_from}",
    en="The chart of accounts {chart} {version} applies from {valid_from}",
):
    """Le registre adopte un plan comptable, avec son contenu.
    The register adopts a chart of accounts, with its content."""

    chart: Code
    version: Code
    valid_from: date
    content: tuple[ChartAccount, ...]
    digest: Digest


class TreasuryAccountOpened(
    Event,
    name="ledger.treasury-account-opened.v1",
    fr="Le compte {account} « {label} » est ouvert",
    en="The account {account} “{label}” is opened",
):
    """Un compte de trésorerie a été ouvert (banque, CCP ou caisse).
    A treasury account was opened (bank, postal account or cash)."""

    account: Code
    kind: TreasuryKind
    label: Checked
    on: date


class TreasuryAccountClosed(
    Event,
    name="ledger.treasury-account-closed.v1",
    fr="Le compte {account} est fermé",
    en="The account {account} is closed",
):
    """Un compte de trésorerie a été fermé, à zéro.
    A treasury account was closed, at zero."""

    account: Code
    on: date


class PotOpened(Event, name="ledger.pot-opened.v1", fr="Le pot {pot} « {label} » est ouvert", en="The pot {pot} “{label}” is opened"):
    """Un pot a été ouvert : la part d'une classe ou de l'école dans la caisse commune.
    A pot was opened: the part of a class or of the school in the common treasury."""

    pot: Code
    label: Checked
    kind: PotKind
    on: date
    class_code: Code | None = None


class PotClosed(Event, name="ledger.pot-closed.v1", fr="Le pot {pot} est fermé", en="The pot {pot} is closed"):
    """Un pot a été fermé, à zéro.
    A pot was closed, at zero."""

    pot: Code
    on: date


class MembershipDeclared(
    Event,
    name="ledger.membership-declared.v1",
    fr="Adhésion {year} déclarée : {adults} adultes et {classes:pupils} élèves",
    en="Membership {year} declared: {adults} adults and {classes:pupils} pupils",
):
    """L'effectif a été déclaré à l'association, au tarif des règles nommées.
    The headcount was declared to the association, at the rate of the named rules."""

    year: Year
    on: date
    classes: tuple[ClassCount, ...]
    adults: Count
    rate: Cents
    insurance: Cents
    rules_version: Code


class ReceiptRecorded(
    Event,
    name="ledger.receipt-recorded.v1",
    fr="{label} : {allocations:total} reçus, pot {pot} ({voucher})",
    en="{label}: {allocations:total} received, pot {pot} ({voucher})",
):
    """De l'argent est entré dans un pot.
    Money came into a pot."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    treasury: tuple[Leg, ...]
    allocations: tuple[Allocation, ...]
    pot: Code
    means: Means
    project: Code | None = None
    families: Count | None = None
    funding: Id | None = None
    accepted: tuple[Accepted, ...] | None = None
    replaces: Id | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class ExpenseRecorded(
    Event,
    name="ledger.expense-recorded.v1",
    fr="{label} : {allocations:total} dépensés, pot {pot} ({voucher})",
    en="{label}: {allocations:total} spent, pot {pot} ({voucher})",
):
    """De l'argent est sorti d'un pot ; `irregular` dit pourquoi aucune décision, aucun ordre ou aucun accord ne le porte.
    Money went out of a pot; `irregular` says why no decision, order or approval carries it."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    treasury: tuple[Leg, ...]
    allocations: tuple[Allocation, ...]
    pot: Code
    means: Means
    signatory: Pseudonym | None = None
    project: Code | None = None
    order: Id | None = None
    decision: Id | None = None
    grant: Id | None = None
    cheque: Code | None = None
    irregular: Checked | None = None
    accepted: tuple[Accepted, ...] | None = None
    replaces: Id | None = None
    draft: Id | None = None
    taken_over: bool | None = None


class ExpenseRegularised(
    Event,
    name="ledger.expense-regularised.v1",
    fr="Une dépense faite sans décision est régularisée par un conseil",
    en="An expense made without a decision is regularised by a council",
):
    """Un conseil a décidé après coup d'une dépense ou d'une avance déjà faite.
    A council decided afterwards on an expense or an advance already made."""

    entry: Id
    decision: Id


class TransferRecorded(
    Event,
    name="ledger.transfer-recorded.v1",
    fr="{label} : {amount:money} de {out_of} vers {into} ({voucher})",
    en="{label}: {amount:money} from {out_of} to {into} ({voucher})",
):
    """De l'argent a changé de place sans être ni une recette ni une dépense.
    Money changed place; it is neither income nor expense."""

    entry: Id
    on: date
    voucher: Voucher
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    replaces: Id | None = None
    taken_over: bool | None = None


class EntryReversed(
    Event,
    name="ledger.entry-reversed.v1",
    fr="Écriture contre-passée : {reason}",
    en="Entry reversed: {reason}",
):
    """Une écriture a été annulée par son contraire, avec la raison ; rien n'est effacé.
    An entry was undone by its opposite, with the reason; nothing is deleted."""

    entry: Id
    reverses: Id
    reason: Checked
    on: date


class VoucherGapExplained(
    Event,
    name="ledger.voucher-gap-explained.v1",
    fr="Le numéro {series}{number:02} de {year} manque : {reason}",
    en="The number {series}{number:02} of {year} is missing: {reason}",
):
    """Un numéro de pièce jamais utilisé a été expliqué.
    A voucher number that was never used was explained."""

    year: Year
    series: Annotated[Code, Field(pattern=r"^[A-Z]{1,3}$")]
    number: VoucherNumber
    reason: Checked


class PotTransferRecorded(
    Event,
    name="ledger.pot-transfer-recorded.v1",
    fr="{label} : {amount:money} du pot {out_of} au pot {into}",
    en="{label}: {amount:money} from the pot {out_of} to the pot {into}",
):
    """De l'argent est passé d'un pot à un autre, sans bouger de la trésorerie.
    Money went from one pot to another; the treasury did not move."""

    transfer: Id
    on: date
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    purpose: Purpose
    decision: Id | None = None
    key: SharingKey | None = None
    taken_over: bool | None = None


class AdvanceGranted(
    Event,
    name="ledger.advance-granted.v1",
    fr="Avance de {amount:money} confiée à {holder} pour le pot {pot} ({voucher})",
    en="Advance of {amount:money} entrusted to {holder} for the pot {pot} ({voucher})",
):
    """De l'argent a été confié pour les petites dépenses d'une classe.
    Money was entrusted for the small expenses of a class."""

    advance: Id
    on: date
    voucher: Voucher
    pot: Code
    holder: Pseudonym
    out_of: Code
    amount: PositiveCents
    signatory: Pseudonym | None = None
    ceiling: PositiveCents | None = None
    decision: Id | None = None
    irregular: Checked | None = None
    accepted: tuple[Accepted, ...] | None = None
    taken_over: bool | None = None


class AdvanceJustified(
    Event,
    name="ledger.advance-justified.v1",
    fr="{label} : {allocations:total} justifiés ({voucher})",
    en="{label}: {allocations:total} justified ({voucher})",
):
    """Une part d'une avance a été dépensée, tickets à l'appui.
    Part of an advance was spent, with its tickets."""

    advance: Id
    on: date
    voucher: Voucher
    label: Checked
    allocations: tuple[Allocation, ...]
    documents: tuple[Sealed, ...] | None = None
    taken_over: bool | None = None
    entry: Id | None = None


class AdvanceReturned(
    Event,
    name="ledger.advance-returned.v1",
    fr="Reliquat d'avance rendu : {amount:money} ({voucher})",
    en="Remainder of an advance returned: {amount:money} ({voucher})",
):
    """Ce qui restait d'une avance est revenu.
    What was left of an advance came back."""

    advance: Id
    on: date
    voucher: Voucher
    into: Code
    amount: PositiveCents
    taken_over: bool | None = None
    entry: Id | None = None


class AdvanceSettled(
    Event,
    name="ledger.advance-settled.v1",
    fr="Avance soldée : {granted:money} confiés, {justified:money} justifiés, {returned:money} rendus",
    en="Advance settled: {granted:money} granted, {justified:money} justified, {returned:money} returned",
):
    """Une avance a été arrêtée, à zéro exactement, avec les chiffres signés.
    An advance was settled, at exactly zero, with the figures as signed."""

    advance: Id
    on: date
    granted: Cents
    justified: Cents
    returned: Cents


class PeriodLocked(
    Event,
    name="ledger.period-locked.v1",
    fr="Les écritures jusqu'au {through} sont verrouillées : {reason}",
    en="Entries up to {through} are locked: {reason}",
):
    """Plus rien ne s'écrit à une date verrouillée.
    Nothing more is written at a locked date."""

    through: date
    reason: Checked


class PeriodUnlocked(
    Event,
    name="ledger.period-unlocked.v1",
    fr="Le verrou est ramené au {through} : {reason}",
    en="The lock is moved back to {through}: {reason}",
):
    """Le verrou a été ramené à une date plus ancienne, avec la raison.
    The lock was moved back to an earlier date, with the reason."""

    through: date
    reason: Checked


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
    | PotTransferRecorded
    | AdvanceGranted
    | AdvanceJustified
    | AdvanceReturned
    | AdvanceSettled
    | PeriodLocked
    | PeriodUnlocked
)


class Posting(NamedTuple):
    """One line of the double entry: debit positive cents; pot and project where the line is income, expense or equity."""

    account: Code
    amount: int
    pot: Code | None = None
    project: Code | None = None


def legs(event: Event) -> tuple[Posting, ...]:
    """Return the double entry of one event, () for an event that moves no money.

    Two facts are only whole with an earlier one, which whoever folds has kept: a reversal has no lines of its own (it is
    the opposite of the entry it names), and a justification falls on the pot of its advance.
    """
    match event:
        case ReceiptRecorded() | ExpenseRecorded():
            sign = -1 if isinstance(event, ReceiptRecorded) else 1
            treasury = [Posting(leg.account, leg.amount) for leg in event.treasury]
            return (*treasury, *_allocated(event.allocations, sign, event.pot, event.project))
        case TransferRecorded():
            return (Posting(event.out_of, -event.amount), Posting(event.into, event.amount))
        case PotTransferRecorded():
            return (Posting(BETWEEN_POTS, event.amount, event.out_of), Posting(BETWEEN_POTS, -event.amount, event.into))
        case AdvanceGranted():
            return (Posting(event.out_of, -event.amount), Posting(ADVANCES, event.amount))
        case AdvanceJustified():
            spent = sum(allocation.amount for allocation in event.allocations)
            return (Posting(ADVANCES, -spent), *_allocated(event.allocations, 1, None, None))
        case AdvanceReturned():
            return (Posting(ADVANCES, -event.amount), Posting(event.into, event.amount))
        case YearOpened(opening=opening) if opening:
            return tuple(
                posting
                for balance in opening
                for posting in (Posting(balance.account, balance.amount), Posting(CARRIED_FORWARD, -balance.amount, balance.pot))
            )
        case _:
            return ()


def _allocated(allocations: tuple[Allocation, ...], sign: int, pot: Code | None, project: Code | None) -> list[Posting]:
    return [Posting(one.account, sign * one.amount, one.pot or pot, one.project or project) for one in allocations]

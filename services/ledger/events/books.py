"""Everything that can have happened to the frame of the books: years, charts, places of money, pots, the headcount, locks."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.messages import Event
from shared.values import Cents, Checked, Code, Count, Digest, Value

Year = Annotated[Code, Field(pattern=r"^20[0-9]{2}-[0-9]{2}$")]


class TreasuryKind(StrEnum):
    """Where money can lie."""

    BANK = "bank"
    POSTAL = "postal"
    CASH = "cash"


class PotKind(StrEnum):
    """Whose money a pot holds."""

    SCHOOL = "school"
    CLASS = "class"


class AccountType(StrEnum):
    """What an account of the chart is for."""

    TREASURY = "treasury"
    ADVANCE = "advance"
    INCOME = "income"
    EXPENSE = "expense"
    EQUITY = "equity"


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


class ClassCount(Value):
    """How many pupils of a class are members."""

    class_code: Code
    pupils: Count


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

"""The fiscal year: opened on its chart, its treasury accounts, its headcount, and the lock on what is settled."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import assert_never

import orjson

from services.ledger.books import BOOKS, Books
from services.ledger.commands.books import (
    AdoptChart,
    CloseTreasuryAccount,
    DeclareMembership,
    LockPeriod,
    OpenTreasuryAccount,
    OpenYear,
    UnlockPeriod,
)
from services.ledger.deciders.checks import (
    RESULT,
    NoSuchTreasury,
    OutsideTheYear,
    PeriodIsLocked,
    WrongSideOfChart,
    YearIsClosed,
    has_come,
    open_pot,
    still_affiliated,
    treasury_accounts,
)
from services.ledger.double_entry import BROUGHT_IN, COST, HELD
from services.ledger.events.books import (
    AccountType,
    ChartAdopted,
    MembershipDeclared,
    PeriodLocked,
    PeriodUnlocked,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    YearOpened,
)
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.legs import BETWEEN_POTS
from services.ledger.watch import other_rate
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused

YearCommand = OpenYear | AdoptChart | OpenTreasuryAccount | CloseTreasuryAccount | DeclareMembership | LockPeriod | UnlockPeriod

YEAR_DAYS_MAX = 366  # an exercice lasts a year (domain, section 7)
RESULT_CLASSES = {COST: AccountType.EXPENSE, BROUGHT_IN: AccountType.INCOME}  # views tell them apart by their class alone


class YearExists(Refused):
    """Cet exercice est déjà ouvert.
    This fiscal year is already open."""


class YearsOverlap(Refused):
    """Ces dates mordent sur un autre exercice, ou ne font pas une année.
    These dates overlap another fiscal year, or do not make a year."""


class BeforeTheFirstYear(Refused):
    """Le registre commence à un exercice plus récent, dont les soldes de départ comptent déjà ce qui précède.
    The register begins with a later fiscal year, whose opening balances already count what came before."""


class NoSuchChart(Refused):
    """Ce plan comptable n'a pas été adopté : adopte-le d'abord.
    This chart of accounts was not adopted: adopt it first."""


class OpeningOnlyOnce(Refused):
    """Seul le premier exercice d'un registre apporte des soldes : les suivants reprennent ceux d'avant.
    Only the first fiscal year of a register brings balances: later ones carry forward."""


class AnotherContent(Refused):
    """Cette version existe déjà avec un autre contenu : donne-lui un nouveau numéro.
    This version already exists with another content: give it a new number."""


class AccountTwice(Refused):
    """Un compte figure deux fois.
    An account stands twice."""


class ClassTwice(Refused):
    """Une classe figure deux fois dans cette déclaration.
    A class stands twice in this declaration."""


class NoSuchRules(Refused):
    """Cette version des règles n'a pas été adoptée dans ce registre : adopte-la d'abord, ou vérifie son nom.
    This version of the rules was not adopted in this register: adopt it first, or check its name."""


class TreasuryExists(Refused):
    """Ce compte de trésorerie existe déjà.
    This treasury account already exists."""


class TreasuryNotEmpty(Refused):
    """Un compte se ferme à zéro : vire d'abord ce qu'il contient.
    An account is closed at zero: transfer what it holds first."""


class LockGoesForward(Refused):
    """Un verrou avance : pour revenir à une date plus ancienne, ramène-le avec une raison.
    A lock moves forward: to go back to an earlier date, move it back with a reason."""


class NothingLocked(Refused):
    """Le verrou est déjà à cette date ou avant.
    The lock is already at this date or before."""


def decide(books: Books, command: YearCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on the year and what it needs."""
    still_affiliated(books, command)
    match command:
        case OpenYear():
            return [_opened(books, command)]
        case AdoptChart():
            return _chart(books, command)
        case OpenTreasuryAccount():
            return [_treasury_opened(books, command, given)]
        case CloseTreasuryAccount():
            return _treasury_closed(books, command, given)
        case DeclareMembership():
            return [_declared(books, command, given)]
        case LockPeriod(through=through):
            has_come(through, given)
            if books.locked_through is not None and through < books.locked_through:
                raise LockGoesForward(locked_through=books.locked_through.isoformat())
            return [] if through == books.locked_through else [PeriodLocked(**dict(command))]
        case UnlockPeriod(through=through):
            if books.locked_through is None or through >= books.locked_through:
                raise NothingLocked
            return [PeriodUnlocked(**dict(command))]
        case _:
            assert_never(command)


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say when a headcount is declared at the rate of another year."""
    event = record.event
    if not isinstance(event, MembershipDeclared):
        return []
    return other_rate(event, books.content_on(event.on))


def _opened(books: Books, command: OpenYear) -> YearOpened:
    if command.year in books.years:
        raise YearExists(year=command.year)
    if not 0 < (command.ends - command.starts).days < YEAR_DAYS_MAX or any(
        span.opened <= command.ends and command.starts <= (span.closed or date.max) for span in books.years.values()
    ):
        raise YearsOverlap(starts=command.starts.isoformat(), ends=command.ends.isoformat())
    if any(command.starts < span.opened for span in books.years.values()):
        raise BeforeTheFirstYear(starts=command.starts.isoformat())
    if not any(chart.name == command.chart for chart in books.charts):
        raise NoSuchChart(chart=command.chart)
    if command.opening:
        if books.years:
            raise OpeningOnlyOnce
        treasury_accounts(books, command.starts, [one.account for one in command.opening])
        for one in command.opening:
            open_pot(books, one.pot, command.starts)
    return YearOpened(**dict(command))


def _chart(books: Books, command: AdoptChart) -> list[LedgerEvent]:
    codes = [account.code for account in command.content]
    if len(set(codes)) < len(codes):
        raise AccountTwice
    for account in command.content:
        if (account.type if account.type in RESULT else None) is not RESULT_CLASSES.get(account.code[0]):
            raise WrongSideOfChart(account=account.code)
    content = [account.model_dump(mode="json", exclude_none=True) for account in command.content]
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    for chart in books.charts:
        if (chart.name, chart.version) == (command.chart, command.version):
            if chart.digest != digest:
                raise AnotherContent(version=command.version)
            return []
    _after_what_is_settled(books, command.valid_from)
    return [ChartAdopted(digest=digest, **dict(command))]


def _after_what_is_settled(books: Books, day: date) -> None:
    """Refuse a day that would give new labels to entries which are locked, or to a year that is closed: their papers are signed."""
    if books.locked_through is not None and day <= books.locked_through:
        raise PeriodIsLocked(on=day.isoformat(), locked_through=books.locked_through.isoformat())
    for year, span in books.years.items():
        if year in books.closing.closed and day <= (span.closed or date.max):
            raise YearIsClosed(year=year, on=day.isoformat())


def _treasury_opened(books: Books, command: OpenTreasuryAccount, given: Circumstances) -> TreasuryAccountOpened:
    if command.account in books.treasuries:
        raise TreasuryExists(account=command.account)
    if command.account[0] != HELD or command.account == BETWEEN_POTS:
        raise WrongSideOfChart(account=command.account)
    has_come(command.on, given)
    return TreasuryAccountOpened(**dict(command))


def _declared(books: Books, command: DeclareMembership, given: Circumstances) -> MembershipDeclared:
    has_come(command.on, given)
    if books.year_of(command.on) != command.year:
        raise OutsideTheYear(year=command.year, on=command.on.isoformat())
    classes = [one.class_code for one in command.classes]
    if len(set(classes)) < len(classes):
        raise ClassTwice
    if all(rules.version != command.rules_version for rules in books.rules):
        raise NoSuchRules(rules_version=command.rules_version)
    return MembershipDeclared(**dict(command))


def _treasury_closed(books: Books, command: CloseTreasuryAccount, given: Circumstances) -> list[LedgerEvent]:
    treasury = books.treasuries.get(command.account)
    if treasury is None or command.on < treasury.span.opened:
        raise NoSuchTreasury(account=command.account, on=command.on.isoformat())
    if treasury.span.closed is not None:
        return []
    has_come(command.on, given)  # an account closed ahead of time could still be filled until then
    if balance := books.accounts.get(command.account, 0):
        raise TreasuryNotEmpty(account=command.account, balance=balance)
    return [TreasuryAccountClosed(**dict(command))]


YEAR: Decider[Books] = Decider(YearCommand, BOOKS, decide, warn)

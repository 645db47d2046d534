"""The fiscal year: its chart, its opening balances, its treasury accounts, its headcount and its lock."""

from datetime import date, timedelta

import pytest

from services.ledger.commands.books import (
    AdoptChart,
    CloseTreasuryAccount,
    DeclareMembership,
    LockPeriod,
    OpenTreasuryAccount,
    OpenYear,
    UnlockPeriod,
)
from services.ledger.deciders.checks import InTheFuture, NoSuchAccount, NoSuchPot, NoSuchTreasury, OutsideTheYear, WrongSideOfChart
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.year import (
    YEAR,
    AccountTwice,
    AnotherContent,
    BeforeTheFirstYear,
    ClassTwice,
    LockGoesForward,
    NoSuchChart,
    NoSuchRules,
    NothingLocked,
    OpeningOnlyOnce,
    TreasuryExists,
    TreasuryNotEmpty,
    YearExists,
    YearsOverlap,
)
from services.ledger.events.books import (
    AccountType,
    ChartAccount,
    ChartAdopted,
    ClassCount,
    MembershipDeclared,
    OpeningBalance,
    PeriodLocked,
    PeriodUnlocked,
    TreasuryAccountClosed,
    TreasuryAccountOpened,
    TreasuryKind,
    YearOpened,
)
from services.ledger.events.entries import Allocation
from services.ledger.projections.balances import BALANCES
from services.ledger.projections.membership import MEMBERSHIPS
from shared.messages import Event
from shared.projecting import fold
from tests.examples_governance import RENTREE, SUMMER
from tests.examples_ledger import (
    ADOPT_CHART,
    CHART,
    CHART_ADOPTED,
    CLASS_POTS,
    DEPOSIT,
    FAMILIES,
    OPEN_BOOKS,
    SET_UP,
    YEAR_OPENED,
)
from tests.given import given, recorded
from tests.ledger.asking import but

BEFORE_THE_YEAR: tuple[Event, ...] = SET_UP[:-1]
OPEN = OpenYear(**dict(YEAR_OPENED))
NEXT = OpenYear(year="2025-26", starts=date(2025, 9, 1), ends=date(2026, 8, 31), chart="occe")
NEXT_OPENED = YearOpened(**dict(NEXT))
SEPTEMBER = date(2025, 9, 2)
WITHOUT_SALES = tuple(account for account in CHART if account.code != "7070")
DECLARE = DeclareMembership(
    year="2024-25",
    on=date(2024, 9, 30),
    classes=(ClassCount(class_code="CP", pupils=23), ClassCount(class_code="CM2", pupils=27)),
    adults=7,
    rate=235,
    insurance=25,
    rules_version="2024-25",
)


def test_the_first_year_opens_with_what_was_there() -> None:
    given(YEAR, *BEFORE_THE_YEAR).when(OPEN).then(YEAR_OPENED)
    balances = fold(BALANCES, recorded([*BEFORE_THE_YEAR, YEAR_OPENED]))
    assert (balances.accounts["512"], balances.accounts["530"], balances.accounts["110"]) == (2_846_37, 62_40, -2_908_77)
    assert balances.pots["ECOLE"] == balances.in_treasury == 2_908_77


def test_opening_balances_name_open_accounts_and_open_pots() -> None:
    elsewhere = (OpeningBalance(account="514", pot="ECOLE", amount=1),)
    given(YEAR, *BEFORE_THE_YEAR).when(but(OPEN, opening=elsewhere)).refused(NoSuchTreasury, account="514")
    nobody = (OpeningBalance(account="512", pot="CM3", amount=1),)
    given(YEAR, *BEFORE_THE_YEAR).when(but(OPEN, opening=nobody)).refused(NoSuchPot, pot="CM3")
    income = (OpeningBalance(account="7562", pot="ECOLE", amount=1),)
    given(YEAR, *BEFORE_THE_YEAR).when(but(OPEN, opening=income)).refused(WrongSideOfChart)


def test_only_the_first_year_of_a_register_brings_balances() -> None:
    given(YEAR, *OPEN_BOOKS).when(NEXT).then(NEXT_OPENED)
    given(YEAR, *OPEN_BOOKS).when(but(NEXT, opening=OPEN.opening)).refused(OpeningOnlyOnce)


def test_balances_carry_forward_by_themselves_while_two_years_are_open() -> None:
    before, after = (fold(BALANCES, recorded(facts)) for facts in ((*OPEN_BOOKS,), (*OPEN_BOOKS, NEXT_OPENED)))
    assert (after.accounts, after.pots) == (before.accounts, before.pots)
    books = given(ENTRIES, *OPEN_BOOKS, NEXT_OPENED)
    for day in (SUMMER, date(2025, 9, 1)):
        assert len(books.when(but(FAMILIES, on=day), on=SEPTEMBER).events()) == 1


def test_a_year_opens_once_and_does_not_overlap_another() -> None:
    books = given(YEAR, *OPEN_BOOKS)
    books.when(but(OPEN, opening=None)).refused(YearExists, year="2024-25")
    books.when(but(NEXT, starts=SUMMER)).refused(YearsOverlap)


@pytest.mark.parametrize("ends", [date(2025, 9, 2), date(2025, 9, 1), date(2025, 8, 1), date(2026, 9, 2)])
def test_a_year_lasts_a_year_at_most(ends: date) -> None:
    books = given(YEAR, *OPEN_BOOKS)
    fits = timedelta(0) < ends - NEXT.starts <= timedelta(days=365)
    if fits:
        assert len(books.when(but(NEXT, ends=ends)).events()) == 1
    else:
        books.when(but(NEXT, ends=ends)).refused(YearsOverlap)


def test_no_year_opens_before_the_one_that_brought_the_balances() -> None:
    earlier = but(NEXT, year="2023-24", starts=date(2023, 9, 1), ends=date(2024, 8, 31))
    given(YEAR, *OPEN_BOOKS).when(earlier).refused(BeforeTheFirstYear)
    assert len(given(YEAR, *BEFORE_THE_YEAR).when(earlier).events()) == 1


def test_a_year_follows_a_chart_that_was_adopted() -> None:
    given(YEAR, *OPEN_BOOKS).when(but(NEXT, chart="other")).refused(NoSuchChart, chart="other")


def test_an_entry_uses_the_version_of_the_chart_of_its_own_day() -> None:
    second = but(ADOPT_CHART, version="2", valid_from=date(2024, 10, 1), content=WITHOUT_SALES)
    (adopted,) = given(YEAR, *OPEN_BOOKS).when(second).events()
    sale = but(FAMILIES, allocations=(Allocation(account="7070", amount=1_806_00),))
    books = given(ENTRIES, *OPEN_BOOKS, adopted)
    assert len(books.when(sale).events()) == 1
    books.when(but(sale, on=date(2024, 10, 1))).refused(NoSuchAccount, account="7070")
    assert len(given(ENTRIES, *OPEN_BOOKS).when(but(sale, on=date(2024, 10, 1))).events()) == 1


def test_of_two_versions_begun_on_one_day_the_one_adopted_last_holds() -> None:
    second = but(CHART_ADOPTED, version="2", content=WITHOUT_SALES, digest="0" * 64)
    sale = but(FAMILIES, allocations=(Allocation(account="7070", amount=1_806_00),))
    given(ENTRIES, *OPEN_BOOKS, second).when(sale).refused(NoSuchAccount)


def test_an_entry_uses_the_chart_that_its_year_follows() -> None:
    other = but(CHART_ADOPTED, chart="other", content=WITHOUT_SALES, digest="0" * 64)
    sale = but(FAMILIES, allocations=(Allocation(account="7070", amount=1_806_00),))
    books = given(ENTRIES, *OPEN_BOOKS, other, but(NEXT_OPENED, chart="other"))
    assert len(books.when(sale, on=SEPTEMBER).events()) == 1
    books.when(but(sale, on=date(2025, 9, 1)), on=SEPTEMBER).refused(NoSuchAccount, account="7070")


def test_a_version_of_a_chart_is_adopted_once_with_one_content() -> None:
    given(YEAR, *OPEN_BOOKS).when(ADOPT_CHART).then()
    given(YEAR, *OPEN_BOOKS).when(but(ADOPT_CHART, content=WITHOUT_SALES)).refused(AnotherContent, version="1")
    (again,) = given(YEAR, *OPEN_BOOKS).when(but(ADOPT_CHART, version="2")).events()
    assert isinstance(again, ChartAdopted)
    assert isinstance(CHART_ADOPTED, ChartAdopted)
    assert again.digest == CHART_ADOPTED.digest


def test_an_account_stands_once_in_a_chart_and_on_its_own_side() -> None:
    given(YEAR).when(but(ADOPT_CHART, content=(*CHART, CHART[0]))).refused(AccountTwice)
    for code, kind in (
        ("607", AccountType.INCOME),
        ("707", AccountType.TREASURY),
        ("530", AccountType.INCOME),
        ("467", AccountType.EXPENSE),
    ):
        wrong = ChartAccount(code=code, label="Compte", type=kind, verified=False)
        given(YEAR).when(AdoptChart(chart="c", version="1", valid_from=RENTREE, content=(wrong,))).refused(WrongSideOfChart, account=code)


def test_a_treasury_account_opens_once_among_the_accounts_of_treasury() -> None:
    postal = OpenTreasuryAccount(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=RENTREE)
    given(YEAR, *OPEN_BOOKS).when(postal).then(TreasuryAccountOpened(**dict(postal)))
    given(YEAR, *OPEN_BOOKS).when(but(postal, account="512")).refused(TreasuryExists)
    given(YEAR, *OPEN_BOOKS).when(but(postal, on=date(2024, 10, 15))).refused(InTheFuture, today="2024-10-14")
    for account in ("467", "580", "110", "6070", "7562"):
        given(YEAR, *OPEN_BOOKS).when(but(postal, account=account)).refused(WrongSideOfChart, account=account)


def test_a_treasury_account_closes_at_zero_and_once() -> None:
    close = CloseTreasuryAccount(account="514", on=date(2024, 10, 10))
    postal = TreasuryAccountOpened(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=date(2024, 10, 1))
    closed = TreasuryAccountClosed(**dict(close))
    given(YEAR, *OPEN_BOOKS, postal).when(close).then(closed)
    given(YEAR, *OPEN_BOOKS, postal, closed).when(close).then()
    given(YEAR, *OPEN_BOOKS).when(but(close, account="512")).refused(TreasuryNotEmpty, balance=2_846_37)
    given(YEAR, *OPEN_BOOKS).when(close).refused(NoSuchTreasury)
    given(YEAR, *OPEN_BOOKS, postal).when(but(close, on=date(2024, 9, 30))).refused(NoSuchTreasury)
    given(YEAR, *OPEN_BOOKS, postal).when(but(close, on=date(2024, 10, 15))).refused(InTheFuture)


def test_the_headcount_is_declared_in_its_year_each_class_once() -> None:
    given(YEAR, *OPEN_BOOKS).when(DECLARE).then(MembershipDeclared(**dict(DECLARE)))
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, year="2025-26")).refused(OutsideTheYear, year="2025-26")
    given(YEAR, *OPEN_BOOKS, NEXT_OPENED).when(but(DECLARE, year="2025-26"), on=SEPTEMBER).refused(OutsideTheYear)
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, on=date(2024, 10, 15))).refused(InTheFuture)
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, rules_version="2031-32")).refused(NoSuchRules, rules_version="2031-32")
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, classes=(*DECLARE.classes, DECLARE.classes[0]))).refused(ClassTwice)


def test_the_fee_is_heads_times_rates_and_the_last_declaration_counts() -> None:
    whole = tuple(ClassCount(class_code=pot.pot, pupils=count) for pot, count in zip(CLASS_POTS, (23, 24, 24, 25, 26, 27), strict=True))
    first, second = MembershipDeclared(**dict(DECLARE)), MembershipDeclared(**dict(DECLARE) | {"classes": whole})
    membership = fold(MEMBERSHIPS, recorded([*OPEN_BOOKS, first, second])).by_year["2024-25"]
    assert (membership.members, membership.fee, membership.insured) == (156, 366_60, 39_00)


def test_the_rate_of_another_year_is_said() -> None:
    given(YEAR, *OPEN_BOOKS).when(DECLARE).warned()
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, rate=245)).warned("other-rate")
    given(YEAR, *OPEN_BOOKS).when(but(DECLARE, insurance=26)).warned("other-rate")
    given(YEAR, *SET_UP).when(DECLARE).refused(NoSuchRules)


def test_a_lock_moves_forward_and_back_only_with_a_reason() -> None:
    lock = LockPeriod(through=date(2024, 9, 30), reason="Rapprochement signé")
    locked = PeriodLocked(**dict(lock))
    given(YEAR, *OPEN_BOOKS).when(lock).then(locked)
    given(YEAR, *OPEN_BOOKS, locked).when(lock).then()
    given(YEAR, *OPEN_BOOKS, locked).when(but(lock, through=date(2024, 9, 29))).refused(LockGoesForward, locked_through="2024-09-30")
    back = UnlockPeriod(through=date(2024, 9, 15), reason="Une recette manquait")
    given(YEAR, *OPEN_BOOKS, locked).when(back).then(PeriodUnlocked(**dict(back)))
    for through in (date(2024, 9, 30), date(2024, 10, 1)):
        given(YEAR, *OPEN_BOOKS, locked).when(but(back, through=through)).refused(NothingLocked)
    given(YEAR, *OPEN_BOOKS).when(back).refused(NothingLocked)


def test_the_books_of_a_register_without_chart_know_no_account() -> None:
    no_chart = [fact for fact in OPEN_BOOKS if not isinstance(fact, ChartAdopted)]
    given(ENTRIES, *no_chart).when(FAMILIES).refused(NoSuchAccount)
    assert len(given(ENTRIES, *no_chart).when(DEPOSIT).events()) == 1

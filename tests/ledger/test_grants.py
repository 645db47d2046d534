"""Grants and gifts in kind: what was received, used and left of each purse with its proof; 86 equals 87 and no treasury moves."""

from datetime import date
from typing import Any

import pytest

from services.ledger.deciders.checks import DecisionDoesNotStand, InTheFuture, OutsideTheYear
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.grants import GRANTS, NoSuchContribution, NothingWasGiven
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, Leg, ReceiptRecorded
from services.ledger.events.grants import Source
from services.ledger.events.in_kind import Nature
from services.ledger.projections.balances import BALANCES, balances_shown
from services.ledger.projections.grants import GRANT_BOOK, grants_shown
from services.ledger.projections.in_kind import IN_KIND_BOOK, in_kind_shown
from services.ledger.registers.grants import NoSuchGrant
from shared.messages import Command, Event
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests.examples_goods import EARMARK, EARMARKED, GIFT_ID, GIVE, GIVEN, GRANT_ID
from tests.examples_ledger import FAMILIES, FEES, OPEN_BOOKS, REVERSAL, voucher
from tests.given import given, recorded
from tests.ledger.asking import but, fresh

APE_ID = "y" * 26
APE = but(EARMARKED, grant=APE_ID, source=Source.PARENTS, amount=350_00, purpose="Spectacle", use_by=None)


def received(cents: int, grant: str = GRANT_ID, entry: str = "h") -> ReceiptRecorded:
    told: dict[str, Any] = {"treasury": (Leg(account="512", amount=cents),), "allocations": (Allocation(account="7070", amount=cents),)}
    return ReceiptRecorded(entry=entry * 26, **dict(FAMILIES) | told | {"funding": grant, "families": None, "project": "culture"})


def used(cents: int, grant: str = GRANT_ID, entry: str = "i", **changes: Any) -> ExpenseRecorded:
    told: dict[str, Any] = {
        "treasury": (Leg(account="512", amount=-cents),),
        "allocations": (Allocation(account="6180", amount=cents),),
        "project": "culture",
        "grant": grant,
        "voucher": voucher("D10"),
    }
    return ExpenseRecorded(entry=entry * 26, **dict(FEES) | told | changes)


def seen(*facts: Event, cut: Cut | None = None) -> list[dict[str, Any]]:
    shown = grants_shown(fold(GRANT_BOOK, recorded((*OPEN_BOOKS, *facts)), cut))
    purses: list[dict[str, Any]] = shown["purses"]
    return purses


def gifts(*facts: Event) -> dict[str, Any]:
    return in_kind_shown(fold(IN_KIND_BOOK, recorded((*OPEN_BOOKS, *facts))))


CULTURE = (
    *(EARMARKED, APE, received(900_00), received(350_00, APE_ID, "j")),
    *(used(372_50), used(850_00, APE_ID, "k", voucher=voucher("D13")), used(372_50, entry="l", voucher=voucher("D22"))),
)


def test_grants_of_one_project_are_one_purse_with_the_list_that_proves_its_use() -> None:
    given(GRANTS, *OPEN_BOOKS).when(EARMARK).then(but(EARMARKED, grant=fresh()))
    [purse] = seen(*CULTURE)
    figures = {name: purse[name] for name in ("project", "promised", "received", "used", "left", "beyond")}
    assert figures == {"project": "culture", "promised": 1_250_00, "received": 1_250_00, "used": 1_595_00, "left": 0, "beyond": 345_00}
    assert [(one["voucher"], one["amount"], one["outside"]) for one in purse["expenses"]] == [
        ("D10", 372_50, False), ("D13", 850_00, False), ("D22", 372_50, False),
    ]  # fmt: skip
    assert [(one["received"], one["used"]) for one in purse["grants"]] == [(900_00, 745_00), (350_00, 850_00)]


def test_what_is_left_falls_with_each_use_and_comes_back_with_its_reversal() -> None:
    [before] = seen(EARMARKED, received(900_00), used(372_50))
    assert (before["left"], before["beyond"]) == (527_50, 0)
    undone = EntryReversed(entry=REVERSAL, reverses="i" * 26, reason="Annulé", on=date(2024, 10, 12))
    [after] = seen(EARMARKED, received(900_00), used(372_50), undone)
    assert (after["left"], after["expenses"]) == (900_00, [])
    [promised] = seen(EARMARKED)
    assert (promised["promised"], promised["received"], promised["left"]) == (900_00, 0, 0)


def test_grants_without_a_project_are_purses_of_their_own() -> None:
    first, second = but(EARMARKED, project=None), but(APE, project=None)
    assert [one["received"] for one in seen(first, second, received(900_00), received(350_00, APE_ID, "j"))] == [900_00, 350_00]


def test_an_entry_that_cites_no_known_grant_is_refused() -> None:
    receipt, expense = but(FAMILIES, funding=GRANT_ID), but(FEES, grant=GRANT_ID)
    given(ENTRIES, *OPEN_BOOKS).when(receipt).refused(NoSuchGrant)
    given(ENTRIES, *OPEN_BOOKS).when(expense).refused(NoSuchGrant)
    given(ENTRIES, *OPEN_BOOKS, EARMARKED).when(receipt).then(ReceiptRecorded(entry=fresh(), **dict(receipt)))
    given(ENTRIES, *OPEN_BOOKS, EARMARKED).when(expense).then(ExpenseRecorded(entry=fresh(), **dict(expense)))
    given(GRANTS, *OPEN_BOOKS).when(but(EARMARK, decision="d" * 26)).refused(DecisionDoesNotStand)


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        (used(100_00), []),
        (used(100_00, project="loto"), ["outside-the-project"]),
        (used(100_00, project=None), ["outside-the-project"]),
        (used(100_00, allocations=(Allocation(account="6180", amount=100_00, project="loto"),)), ["outside-the-project"]),
        (used(100_00, on=date(2025, 7, 1)), ["past-its-date"]),
        (used(900_01), ["grant-overspent"]),
    ],
)
def test_a_use_that_a_grant_does_not_cover_is_said_and_never_blocked(event: ExpenseRecorded, codes: list[str]) -> None:
    before = given(GRANTS, *OPEN_BOOKS, EARMARKED, received(900_00)).when(EARMARK).state
    assert [one.code() for one in GRANTS.warn(before, recorded([event])[0])] == codes


def test_a_use_outside_the_project_or_too_late_is_marked_in_the_proof() -> None:
    [purse] = seen(EARMARKED, used(1_00, project="loto", on=date(2025, 7, 1)))
    assert [(one["outside"], one["late"]) for one in purse["expenses"]] == [(True, True)]


def test_what_a_cut_hides_is_in_no_purse() -> None:
    assert seen(*CULTURE, cut=Cut(seq=len(OPEN_BOOKS))) == []
    late = seen(*CULTURE, used(5_00, entry="m", on=date(2025, 1, 5)), cut=Cut(au=date(2024, 12, 31)))
    assert late[0]["used"] == 1_595_00


def test_hours_and_goods_stand_under_86_and_87_for_equal_amounts_and_move_no_treasury() -> None:
    given(GRANTS, *OPEN_BOOKS).when(GIVE).then(but(GIVEN, contribution=fresh()))
    lent = but(GIVE, nature=Nature.GOODS_LENT, label="Barnum prêté", amount=80_00, minutes=None)
    given(GRANTS, *OPEN_BOOKS).when(lent).then(but(GIVEN, contribution=fresh(), used_in="861", given_as="871", **dict(lent)))
    facts = (GIVEN, but(GIVEN, contribution=fresh(), used_in="861", given_as="871", **dict(lent)))
    [year] = gifts(*facts)["years"]
    assert (year["uses"], year["origins"]) == ({"864": 118_80, "861": 80_00}, {"875": 118_80, "871": 80_00})
    assert (year["totals"], year["minutes"]) == ({"86": 198_80, "87": 198_80}, 600)
    before, after = (balances_shown(fold(BALANCES, recorded(some))) for some in (OPEN_BOOKS, (*OPEN_BOOKS, *facts)))
    assert before == after


def test_a_wrong_contribution_is_replaced_or_taken_away_once() -> None:
    wrong = but(GIVEN, contribution=fresh(), replaces=GIFT_ID, amount=100_00)
    assert gifts(GIVEN, wrong)["years"][0]["totals"] == {"86": 100_00, "87": 100_00}
    assert gifts(GIVEN, but(wrong, amount=0)) == gifts()
    given(GRANTS, *OPEN_BOOKS, GIVEN).when(but(GIVE, replaces=GIFT_ID, amount=0)).then(but(wrong, amount=0))
    given(GRANTS, *OPEN_BOOKS, GIVEN, wrong).when(but(GIVE, replaces=GIFT_ID)).refused(NoSuchContribution)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (but(GIVE, amount=0), NothingWasGiven),
        (but(GIVE, replaces="z" * 26), NoSuchContribution),
        (but(GIVE, on=date(2024, 10, 15)), InTheFuture),
        (but(GIVE, on=date(2024, 8, 31)), OutsideTheYear),
    ],
)
def test_what_was_not_given_is_refused(command: Command, why: type[Unanswered]) -> None:
    given(GRANTS, *OPEN_BOOKS).when(command).refused(why)

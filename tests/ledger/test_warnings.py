"""What is said beside an accepted fact that looks wrong, and listed ever after."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.ledger.deciders.entries import ENTRIES
from services.ledger.events.books import TreasuryAccountOpened, TreasuryKind
from services.ledger.events.entries import Allocation, Leg, TransferRecorded
from services.ledger.projections.chase import CHASE
from shared.messages import Command, Event, Recorded
from shared.projecting import fold
from tests.examples_governance import CHRISTMAS, LEFEVRE, RENTREE, RULES, RULES_ADOPTED
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    DEPOSIT,
    FAMILIES,
    FAMILIES_RECEIVED,
    FEES,
    FEES_PAID,
    FIRST_ENTRY,
    GRANT,
    JUSTIFY,
    OPEN_BOOKS,
    RETURN,
    SHARE,
    voucher,
)
from tests.given import COMMAND_ID, REGISTER, SOMEBODY, recorded
from tests.ledger.asking import but, warned

REGULAR: dict[str, Any] = {"irregular": None, "taken_over": True}
POSTAL = TreasuryAccountOpened(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=RENTREE)


def spent(cents: int, account: str = "530", **changes: Any) -> Command:
    """Return an expense of the school's pot without anything else to say about it."""
    treasury, allocations = (Leg(account=account, amount=-cents),), (Allocation(account="6281", amount=cents),)
    return but(FEES, treasury=treasury, allocations=allocations, **REGULAR | changes)


def listed(*facts: Event) -> list[str]:
    return [one.code for one in fold(CHASE, recorded([*OPEN_BOOKS, *facts])).anomalies]


def test_nothing_is_said_of_an_entry_that_is_in_order() -> None:
    assert warned(OPEN_BOOKS, FAMILIES) == []
    assert warned(OPEN_BOOKS, SHARE) == []
    assert listed(FAMILIES_RECEIVED) == []


def test_cash_below_zero_is_said_and_not_refused() -> None:
    assert warned(OPEN_BOOKS, spent(62_40)) == []
    assert warned(OPEN_BOOKS, spent(62_41)) == ["cash-below-zero"]
    assert warned(OPEN_BOOKS, but(DEPOSIT, amount=62_40)) == []
    assert warned(OPEN_BOOKS, but(DEPOSIT, amount=62_41)) == ["cash-below-zero"]


def test_cash_below_zero_is_said_again_each_time_money_leaves_it_and_not_when_some_comes_back() -> None:
    below = (*OPEN_BOOKS, TransferRecorded(entry=FIRST_ENTRY, **dict(DEPOSIT) | {"amount": 62_41}))
    assert warned(below, spent(1, voucher=voucher("D09"))) == ["cash-below-zero"]
    cash_in = but(FAMILIES, treasury=(Leg(account="530", amount=1),), allocations=(Allocation(account="7562", amount=1),))
    back_under = but(cash_in, treasury=(Leg(account="530", amount=1_00),), allocations=(Allocation(account="7562", amount=1_00),))
    assert warned(below, cash_in) == warned(below, back_under) == []


def test_a_bank_account_below_zero_is_said() -> None:
    assert warned((*OPEN_BOOKS, POSTAL), spent(1, "514")) == ["account-below-zero"]
    assert warned(OPEN_BOOKS, but(GRANT, amount=3_000_00, **REGULAR)) == ["account-below-zero"]


def test_a_pot_below_zero_is_said_for_an_expense_for_a_justification_and_for_history() -> None:
    assert warned(OPEN_BOOKS, spent(1, pot="CM2")) == ["pot-below-zero"]
    assert warned((*OPEN_BOOKS, ADVANCE_GRANTED), but(JUSTIFY, allocations=(Allocation(account="6180", amount=1),)), by=LEFEVRE) == [
        "pot-below-zero"
    ]
    assert warned(OPEN_BOOKS, spent(2_908_77, "512")) == ["account-below-zero"]
    assert warned(OPEN_BOOKS, spent(2_908_78, "512")) == ["account-below-zero", "pot-below-zero"]


def test_an_expense_or_an_advance_without_decision_is_said_until_a_council_regularises_it() -> None:
    assert warned(OPEN_BOOKS, FEES) == ["without-decision"]
    assert warned(OPEN_BOOKS, GRANT) == ["without-decision"]
    assert listed(FEES_PAID, ADVANCE_GRANTED) == ["without-decision", "without-decision"]


def test_history_taken_over_is_not_irregular() -> None:
    assert warned(OPEN_BOOKS, but(FEES, **REGULAR)) == []
    assert warned(OPEN_BOOKS, but(FEES, taken_over=True)) == []
    assert listed(but(FEES_PAID, taken_over=True)) == []


@pytest.mark.parametrize("command", [FAMILIES, DEPOSIT, but(RETURN, advance=ADVANCE_GRANTED.advance)], ids=lambda command: command.slug())
def test_an_entry_recorded_more_than_thirty_days_after_its_day_is_said(command: Any) -> None:
    books = (*OPEN_BOOKS, ADVANCE_GRANTED)
    days = {passed: date.fromordinal(command.on.toordinal() + passed) for passed in (30, 31)}
    assert warned(books, command, on=days[30]) == []
    assert warned(books, command, on=days[31]) == ["recorded-late"]
    if "taken_over" in type(command).model_fields:
        assert warned(books, but(command, taken_over=True), on=days[31]) == []


def test_lateness_is_judged_by_the_rules_of_the_day_of_the_entry() -> None:
    stricter = but(RULES_ADOPTED, version="2024-10", valid_from=date(2024, 10, 1), content=but_rules(late_entry_days=3))
    books = (*OPEN_BOOKS, stricter)
    assert warned(books, FAMILIES, on=date(2024, 10, 20)) == []
    assert warned(books, but(DEPOSIT, on=date(2024, 10, 11)), on=date(2024, 10, 20)) == ["recorded-late"]
    again = but(stricter, version="2024-10b", content=but_rules(late_entry_days=60))
    assert warned((*books, again), DEPOSIT, on=CHRISTMAS) == ["recorded-late"]
    assert warned((*books, again), DEPOSIT, on=date(2024, 11, 30)) == []


def but_rules(**changes: Any) -> Any:
    return type(RULES)(**dict(RULES) | changes)


def test_days_are_counted_where_the_cooperative_is() -> None:
    """Half past midnight in Paris is still the day before in UTC: the thirty-first day has come."""
    paid = but(FAMILIES_RECEIVED, on=date(2024, 9, 20))
    at = datetime(2024, 10, 20, 22, 30, tzinfo=UTC)
    record = Recorded(REGISTER, len(OPEN_BOOKS) + 1, at, SOMEBODY, COMMAND_ID, paid)
    chase, books = fold(CHASE, recorded(OPEN_BOOKS)), ENTRIES.fold.initial
    for fact in recorded(OPEN_BOOKS):
        books = ENTRIES.fold.evolve(books, fact) if type(fact.event) in ENTRIES.fold.types() else books
    assert [one.code() for one in ENTRIES.warn(books, record)] == ["recorded-late"]
    assert [one.code for one in CHASE.evolve(chase, record).anomalies] == ["recorded-late"]


def test_an_expense_above_the_ceiling_of_its_advance_is_said() -> None:
    books = (*OPEN_BOOKS, but(ADVANCE_GRANTED, ceiling=50_00, taken_over=True))
    at_ceiling = but(JUSTIFY, allocations=(Allocation(account="6180", amount=50_00), Allocation(account="6180", amount=50_00)))
    above = but(JUSTIFY, allocations=(Allocation(account="6180", amount=50_01),))
    assert warned(books, at_ceiling, by=LEFEVRE) == ["pot-below-zero"]
    assert warned(books, above, by=LEFEVRE) == ["pot-below-zero", "above-the-ceiling"]
    without = (*OPEN_BOOKS, but(ADVANCE_GRANTED, ceiling=None, taken_over=True))
    assert warned(without, above, by=LEFEVRE) == ["pot-below-zero"]


def test_a_warning_speaks_both_languages_and_carries_its_figures() -> None:
    (anomaly,) = fold(CHASE, recorded([*OPEN_BOOKS, TransferRecorded(entry=FIRST_ENTRY, **dict(DEPOSIT) | {"amount": 62_41})])).anomalies
    assert (anomaly.seq, anomaly.details) == (len(OPEN_BOOKS) + 1, {"account": "530", "balance": -1})
    assert anomaly.fr.startswith("La caisse passe sous zéro")
    assert anomaly.en.startswith("The cash box goes below zero")

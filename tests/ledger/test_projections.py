"""What is known of the money, live and on a cut: balances, the journal, advances, and what the API shows of them."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.ledger.api import NoSuchYear, closed_with, span_of
from services.ledger.available import FUNDS
from services.ledger.events.books import YearOpened
from services.ledger.events.entries import Allocation, EntryReversed, Leg, ReceiptRecorded, TransferRecorded
from services.ledger.events.pots import PotTransferRecorded, Purpose
from services.ledger.projections.advances import ADVANCE_BOOK, advances_shown
from services.ledger.projections.balances import BALANCES, Margin, balances_shown, trial_balance_shown, year_shown
from services.ledger.projections.chase import CHASE
from services.ledger.projections.commitments import COMMITMENTS
from services.ledger.projections.journal import JOURNAL, account_shown
from services.ledger.projections.membership import MEMBERSHIPS
from shared.messages import Event
from shared.projecting import Cut, Projection, fold
from tests.examples_governance import RENTREE
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ADVANCE_ID,
    ADVANCE_JUSTIFIED,
    DEPOSIT,
    EXAMPLES,
    FAMILIES,
    FAMILIES_RECEIVED,
    FEES_PAID,
    FIRST_ENTRY,
    OPEN_BOOKS,
    REVERSAL,
    SECOND_ENTRY,
    SHARED,
    voucher,
)
from tests.given import PARIS, recorded
from tests.ledger.asking import but

VIEWS: tuple[Projection[Any], ...] = (BALANCES, JOURNAL, CHASE, ADVANCE_BOOK, MEMBERSHIPS, COMMITMENTS, FUNDS)
NEXT_YEAR = YearOpened(year="2025-26", starts=date(2025, 9, 1), ends=date(2026, 8, 31), chart="occe")
SEPTEMBER_SALE = ReceiptRecorded(
    entry="h" * 26,
    **dict(FAMILIES)
    | {
        "on": date(2025, 9, 10),
        "treasury": (Leg(account="512", amount=10_00),),
        "allocations": (Allocation(account="7070", amount=10_00),),
    },
)
REFUND = but(
    FAMILIES_RECEIVED,
    entry="i" * 26,
    voucher=voucher("R02"),
    treasury=(Leg(account="512", amount=66_60),),
    allocations=(Allocation(account="6281", amount=66_60),),
)


def view(projection: Projection[Any], *facts: Event, cut: Cut | None = None) -> Any:
    return fold(projection, recorded([*OPEN_BOOKS, *facts]), cut)


def test_a_deposit_changes_two_places_and_nothing_else() -> None:
    before, after = view(BALANCES), view(BALANCES, TransferRecorded(entry=FIRST_ENTRY, **dict(DEPOSIT)))
    assert (after.accounts["512"] - before.accounts["512"], after.accounts["530"] - before.accounts["530"]) == (50_00, -50_00)
    assert (after.pots, after.results, after.projects) == (before.pots, before.results, before.projects)


def test_a_transfer_between_pots_is_neither_income_nor_expense() -> None:
    moved = PotTransferRecorded(transfer=SHARED, on=DEPOSIT.on, label="Part", out_of="ECOLE", into="CM2", amount=5, purpose=Purpose.OTHER)
    before, after = view(BALANCES), view(BALANCES, moved)
    assert (after.pots["ECOLE"], after.pots["CM2"]) == (before.pots["ECOLE"] - 5, 5)
    assert (after.results, after.accounts["512"], after.accounts["580"]) == (before.results, before.accounts["512"], 0)


def test_a_project_shows_what_it_brought_and_what_it_cost() -> None:
    sale = but(SEPTEMBER_SALE, on=FAMILIES.on, project="loto")
    cost = but(FEES_PAID, allocations=(Allocation(account="6070", amount=400_00, project="loto"), Allocation(account="6168", amount=5_60)))
    assert dict(view(BALANCES, sale, cost).projects) == {"loto": Margin(10_00, 400_00)}
    undone = EntryReversed(entry=REVERSAL, reverses=SECOND_ENTRY, reason="Erreur", on=date(2024, 10, 12))
    assert dict(view(BALANCES, sale, cost, undone).projects) == {"loto": Margin(10_00, 0)}


def test_money_given_back_lowers_the_expense_it_gives_back() -> None:
    year = year_shown(view(BALANCES, FEES_PAID, REFUND), "2024-25")
    assert (year["income"], year["expense"], year["result"]) == (0, 339_00, -339_00)
    alone = year_shown(view(BALANCES, REFUND), "2024-25")
    assert (alone["expense"], alone["by_account"][0]["amount"]) == (-66_60, -66_60)


def test_each_year_has_its_own_result_and_its_own_trial_balance() -> None:
    facts = (FAMILIES_RECEIVED, FEES_PAID, NEXT_YEAR, SEPTEMBER_SALE)
    balances = view(BALANCES, *facts)
    assert year_shown(balances, "2024-25")["result"] == 1_806_00 - 405_60
    assert year_shown(balances, "2025-26")["result"] == 10_00
    following = {line["account"]: line["balance"] for line in trial_balance_shown(balances, None)["lines"]}
    assert following["110"] == -2_908_77 - (1_806_00 - 405_60)
    assert following["7070"] == -10_00
    assert "7562" not in following
    cut = closed_with(span_of("2024-25", balances), balances.years, Cut())
    first = trial_balance_shown(view(BALANCES, *facts, cut=cut), "2024-25")
    assert first["sum"] == trial_balance_shown(balances, None)["sum"] == 0
    assert {line["account"]: line["balance"] for line in first["lines"]} == {
        "110": -2_908_77, "512": 2_846_37 + 1_806_00 - 405_60, "530": 62_40, "6168": 39_00, "6281": 366_60, "7562": -1_806_00,
    }  # fmt: skip


def test_the_trial_balance_of_a_year_stops_at_its_end_only_when_another_follows() -> None:
    balances = view(BALANCES, NEXT_YEAR)
    years, (first, last) = balances.years, (span_of(year, balances) for year in ("2024-25", "2025-26"))
    assert closed_with(first, years, Cut()) == Cut(au=date(2025, 8, 31))
    assert closed_with(first, years, Cut(au=date(2024, 12, 1), seq=9)) == Cut(au=date(2024, 12, 1), seq=9)
    assert closed_with(last, years, Cut()) == Cut()
    with pytest.raises(NoSuchYear):
        span_of("1999-00", balances)


def test_the_general_ledger_of_a_year_has_its_lines_alone() -> None:
    journal = view(JOURNAL, FAMILIES_RECEIVED, FEES_PAID, NEXT_YEAR, SEPTEMBER_SALE)
    days = date(2025, 9, 1), date(2026, 8, 31)
    sales = account_shown(journal, "7070", *days)
    assert [(line["amount"], line["balance"]) for line in sales] == [(-10_00, -10_00)]
    (account,) = {leg.account for leg in SEPTEMBER_SALE.treasury}
    of_year, of_all = account_shown(journal, account, *days), account_shown(journal, account)
    assert of_year == of_all[-1:] and len(of_all) > 1
    assert account_shown(journal, "7562", *days) == []
    assert len(account_shown(journal, "7562", RENTREE, date(2025, 8, 31))) == 1


def test_a_late_entry_shows_as_of_its_day_and_not_as_known_that_day() -> None:
    late = [*recorded([*OPEN_BOOKS]), *recorded([FEES_PAID])]
    late[-1] = late[-1]._replace(seq=len(OPEN_BOOKS) + 1, time=late[-1].time.replace(month=12))
    as_of, as_known = (
        fold(BALANCES, late, cut).accounts["512"] for cut in (Cut(au=FEES_PAID.on), Cut(connu_au=date(2024, 11, 30), zone=PARIS))
    )
    assert (as_of, as_known) == (2_846_37 - 405_60, 2_846_37)


def test_the_journal_is_in_the_order_of_business_dates() -> None:
    journal = view(JOURNAL, ADVANCE_GRANTED, FEES_PAID, FAMILIES_RECEIVED)
    assert [line.kind for line in journal.ordered()] == [
        "year-opened", "receipt-recorded", "expense-recorded", "advance-granted",
    ]  # fmt: skip
    line = journal.ordered()[2]
    assert (line.voucher, line.signatory, line.irregular, line.on) == (
        FEES_PAID.voucher,
        FEES_PAID.signatory,
        FEES_PAID.irregular,
        FEES_PAID.on,
    )
    assert [(shown["amount"], shown["balance"]) for shown in account_shown(journal, "512")] == [
        (2_846_37, 2_846_37), (1_806_00, 4_652_37), (-405_60, 4_246_77), (-120_00, 4_126_77),
    ]  # fmt: skip


def test_the_advance_book_adds_up() -> None:
    shown = advances_shown(view(ADVANCE_BOOK, ADVANCE_GRANTED, ADVANCE_JUSTIFIED))
    assert [(one["advance"], one["left"]) for one in shown["advances"]] == [(ADVANCE_ID, 70_95)]
    assert (shown["granted"], shown["justified"], shown["returned"]) == (120_00, 49_05, 0)


def test_the_treasury_shown_is_that_of_the_pots() -> None:
    shown = balances_shown(view(BALANCES, FAMILIES_RECEIVED, ADVANCE_GRANTED, ADVANCE_JUSTIFIED))
    assert shown["treasury"] == sum(one["balance"] for one in shown["accounts"]) == sum(one["held"] for one in shown["pots"])
    assert {one["account"]: one["label"] for one in shown["accounts"]} == {
        "467": "Régies d'avance",
        "512": "Compte bancaire",
        "530": "Caisse",
    }


@pytest.mark.parametrize("projection", VIEWS, ids=lambda projection: projection.name)
def test_a_view_survives_its_storage(projection: Projection[Any]) -> None:
    state = view(projection, *EXAMPLES)
    adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
    assert adapter.validate_json(adapter.dump_json(state)) == state


@pytest.mark.parametrize("projection", VIEWS, ids=lambda projection: projection.name)
def test_a_view_copes_with_every_fact_alone(projection: Projection[Any]) -> None:
    """Whatever came before may be hidden by a cut."""
    for record in recorded(EXAMPLES):
        projection.evolve(projection.initial, record)
    assert view(projection, cut=Cut(seq=0)) == projection.initial

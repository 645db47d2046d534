"""Durable goods: one inventory line for what was bought, what left keeps its history, the value insured follows the dates."""

from datetime import date
from typing import Any

import pytest

from services.ledger.deciders.checks import InTheFuture
from services.ledger.deciders.inventory import (
    INVENTORY,
    AssetIsGone,
    EachGoodOnce,
    GoneBeforeItCame,
    InventoriedBeforeBought,
    InventoryNumberTaken,
    NoSuchAsset,
    NotADurablePurchase,
    WorthMoreThanPaid,
)
from services.ledger.events.advances import AdvanceJustified
from services.ledger.events.books import AccountType, ChartAccount, ChartAdopted
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, Leg, ReceiptRecorded
from services.ledger.events.inventory import AssetInventoried, Disposal
from services.ledger.projections.inventory import INVENTORY_BOOK, inventory_shown
from shared.messages import Command, Event
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests import examples_goods as goods
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    CHART_ADOPTED,
    FAMILIES_RECEIVED,
    FEES,
    FEES_PAID,
    NAMED_JUSTIFICATION,
    OPEN_BOOKS,
    SECOND_ENTRY,
    voucher,
)
from tests.given import given, recorded
from tests.ledger.asking import but, fresh, warned

BOUGHT, AGAIN = "h" * 26, "i" * 26
TODAY = date(2024, 10, 14)


def bought(cents: int, entry: str = BOUGHT, account: str = "6800", **changes: Any) -> ExpenseRecorded:
    """An expense on the account of durable goods."""
    told: dict[str, Any] = {
        "on": date(2024, 10, 9),
        "voucher": voucher("D16"),
        "label": "Appareil photo",
        "treasury": (Leg(account="512", amount=-cents),),
        "allocations": (Allocation(account=account, amount=cents),),
    }
    return ExpenseRecorded(entry=entry, **dict(FEES) | told | changes)


def asset(letter: str, cents: int, entry: str | None = BOUGHT, **changes: Any) -> AssetInventoried:
    told = {"asset": letter * 26, "number": f"2024-{letter}", "value": cents, "entry": entry}
    return AssetInventoried(**dict(goods.INVENTORIED) | told | changes)


def seen(*facts: Event, cut: Cut | None = None) -> dict[str, Any]:
    return inventory_shown(fold(INVENTORY_BOOK, recorded((*OPEN_BOOKS, *facts)), cut))


BOOKS = (*OPEN_BOOKS, bought(189_00))
ON_IT = (*BOOKS, asset("a", 189_00))


def test_a_purchase_asks_for_its_good_until_the_inventory_has_it() -> None:
    assert [(one["entry"], one["left"], one["voucher"]) for one in seen(bought(189_00))["without"]] == [(BOUGHT, 189_00, "D16")]
    given(INVENTORY, *BOOKS).when(but(goods.INVENTORY, entry=BOUGHT)).then(but(goods.INVENTORIED, asset=fresh(), entry=BOUGHT))
    told = seen(bought(189_00), asset("a", 189_00))
    assert (told["without"], told["insured"]) == ([], 189_00)
    assert told["years"] == [{"year": "2024-25", "account": 189_00, "added": 189_00, "equal": True}]
    in_full = seen(bought(189_00, account="68000008"))
    assert in_full["years"][0] == {"year": "2024-25", "account": 189_00, "added": 0, "equal": False}


def test_several_goods_share_what_their_entry_paid_to_the_cent() -> None:
    facts = (*BOOKS, asset("a", 100_00))
    given(INVENTORY, *facts).when(but(goods.INVENTORY, number="2024-02", value=89_00, entry=BOUGHT)).then(
        but(goods.INVENTORIED, asset=fresh(), number="2024-02", value=89_00, entry=BOUGHT)
    )
    given(INVENTORY, *facts).when(but(goods.INVENTORY, value=89_01, entry=BOUGHT)).refused(WorthMoreThanPaid, left=89_00)
    assert [one["left"] for one in seen(bought(189_00), asset("a", 100_00))["without"]] == [89_00]


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (BOOKS, but(goods.INVENTORY, entry="z" * 26), NotADurablePurchase),
        ((*OPEN_BOOKS, FEES_PAID), but(goods.INVENTORY, entry=SECOND_ENTRY), NotADurablePurchase),
        ((*BOOKS, asset("a", 1_00)), but(goods.INVENTORY, number="2024-a"), InventoryNumberTaken),
        (BOOKS, but(goods.INVENTORY, entry=BOUGHT, on=date(2024, 10, 8)), InventoriedBeforeBought),
        (BOOKS, but(goods.INVENTORY, on=date(2024, 10, 15)), InTheFuture),
        (BOOKS, goods.DISPOSE, NoSuchAsset),
        ((*ON_IT, goods.DISPOSED), goods.DISPOSE, AssetIsGone),
        (ON_IT, but(goods.DISPOSE, on=date(2024, 10, 9)), GoneBeforeItCame),
        (ON_IT, but(goods.DISPOSE, on=date(2024, 10, 15)), InTheFuture),
        (ON_IT, but(goods.CHECK, present=()), EachGoodOnce),
        (ON_IT, but(goods.CHECK, missing=("a" * 26,)), EachGoodOnce),
        (ON_IT, but(goods.CHECK, present=("a" * 26, "z" * 26)), EachGoodOnce),
        ((*ON_IT, goods.DISPOSED), goods.CHECK, EachGoodOnce),
    ],
)
def test_what_is_not_true_of_the_shelves_is_refused(facts: tuple[Event, ...], command: Command, why: type[Unanswered]) -> None:
    given(INVENTORY, *facts).when(command).refused(why)


def test_what_left_changes_the_insured_value_from_its_date_on_and_stays_in_the_history() -> None:
    given(INVENTORY, *ON_IT).when(goods.DISPOSE).then(goods.DISPOSED)
    facts = (bought(189_00), asset("a", 189_00), asset("c", 40_00, None), goods.DISPOSED)
    told = seen(*facts)
    assert told["insured"] == 40_00
    assert [(one["number"], one["gone"] and one["gone"].reason) for one in told["assets"]] == [
        ("2024-a", "Volé pendant la sortie"),
        ("2024-c", None),
    ]
    assert seen(*facts, cut=Cut(au=date(2024, 10, 11)))["insured"] == 229_00
    assert told["years"][0]["equal"]  # it was bought all the same, and a gift is no purchase


def test_a_line_written_by_mistake_gives_its_value_back_to_its_entry() -> None:
    wrong = but(goods.DISPOSED, how=Disposal.MISTAKE, reason="Mauvaise valeur")
    facts = (bought(189_00), asset("a", 100_00), wrong)
    assert [one["left"] for one in seen(*facts)["without"]] == [189_00]
    command = but(goods.INVENTORY, entry=BOUGHT)
    given(INVENTORY, *OPEN_BOOKS, *facts).when(command).then(but(goods.INVENTORIED, asset=fresh(), entry=BOUGHT))


def test_a_good_follows_the_entry_that_replaces_its_own() -> None:
    undone = EntryReversed(entry="g" * 26, reverses=BOUGHT, reason="Mauvais pot", on=date(2024, 10, 9))
    alone = seen(bought(189_00), asset("a", 189_00), undone)
    assert alone["years"][0] == {"year": "2024-25", "account": 0, "added": 189_00, "equal": False} and alone["assets"][0]["undone"]
    told = seen(bought(189_00), asset("a", 189_00), undone, bought(189_00, AGAIN, replaces=BOUGHT))
    assert (told["assets"][0]["entry"], told["years"][0]["equal"], told["without"]) == (AGAIN, True, [])
    given(INVENTORY, *BOOKS, undone).when(but(goods.INVENTORY, entry=BOUGHT)).refused(NotADurablePurchase)


def test_what_an_advance_bought_and_what_a_shop_took_back_count_too() -> None:
    share = (Allocation(account="6800", amount=20_00),)
    justified = AdvanceJustified(**dict(NAMED_JUSTIFICATION) | {"allocations": share})
    assert [one["left"] for one in seen(ADVANCE_GRANTED, justified)["without"]] == [20_00]
    back = ReceiptRecorded(**dict(FAMILIES_RECEIVED) | {"allocations": share, "treasury": (Leg(account="512", amount=20_00),)})
    assert seen(bought(189_00), back)["years"][0]["account"] == 169_00


def test_a_check_names_every_good_and_says_what_is_missing() -> None:
    given(INVENTORY, *ON_IT).when(goods.CHECK).then(goods.CHECKED)
    given(INVENTORY, *ON_IT).when(goods.CHECK).warned()
    missing = but(goods.CHECK, present=(), missing=("a" * 26,))
    given(INVENTORY, *ON_IT).when(missing).warned("good-missing")
    told = seen(bought(189_00), asset("a", 189_00), goods.CHECKED, but(goods.CHECKED, on=TODAY, present=(), missing=("a" * 26,)))
    assert told["assets"][0]["last_check"] == {"on": TODAY, "there": False} and len(told["checks"]) == 2


def test_the_expense_itself_asks_and_one_that_buys_nothing_durable_does_not() -> None:
    assert isinstance(CHART_ADOPTED, ChartAdopted)
    durable = ChartAccount(code="6800", label="Biens durables", type=AccountType.EXPENSE, verified=True)
    chart = but(CHART_ADOPTED, content=(*CHART_ADOPTED.content, durable), version="2")
    one = (Allocation(account="6800", amount=405_60),)
    assert warned((*OPEN_BOOKS, chart), but(FEES, allocations=one)) == ["without-decision", "asks-for-its-good"]
    assert warned((*OPEN_BOOKS, chart), FEES) == ["without-decision"]

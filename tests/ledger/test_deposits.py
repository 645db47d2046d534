"""Deposit slips: cheques and cash go to the bank together and once, as one line; the cash box is counted beside the books."""

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from services.ledger.deciders.checks import InTheFuture, NoSuchTreasury, PeriodIsLocked, VoucherTaken
from services.ledger.deciders.deposits import (
    DEPOSITS,
    AlreadyDeposited,
    DepositedBeforeReceived,
    NotACashBox,
    NotForASlip,
    NothingToDeposit,
    SlipGoesToABank,
)
from services.ledger.events.books import PeriodLocked
from services.ledger.events.deposits import DepositSlipMade
from services.ledger.events.entries import EntryReversed, Leg, Means, ReceiptRecorded, TransferRecorded
from services.ledger.projections.balances import BALANCES, balances_shown
from services.ledger.projections.deposits import DEPOSIT_BOOK, deposits_shown
from services.ledger.projections.reconciliation import RECONCILIATION
from services.ledger.statements.match_reasons import SameSlip
from services.ledger.statements.matching import BookEntry, proposals
from services.ledger.statements.statement import StatementLine
from services.ledger.telling.blocks import euros
from services.ledger.telling.printing import Origin, printed
from services.ledger.telling.slips import TITLE, slip_blocks
from shared.messages import Command, Event
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from shared.values import Checkpoint
from tests.examples_goods import CASH, COUNT, COUNTED, MAKE_SLIP, SLIP_MADE
from tests.examples_ledger import DEPOSIT, FAMILIES, FAMILIES_RECEIVED, FIRST_ENTRY, OPEN_BOOKS, REVERSAL, voucher
from tests.given import NOW, REGISTER, given, recorded
from tests.ledger.asking import but, fresh

BOOKS = (*OPEN_BOOKS, FAMILIES_RECEIVED)
SALE, MOVED = "h" * 26, "i" * 26
BY_TRANSFER = ReceiptRecorded(entry=SALE, **dict(FAMILIES) | {"voucher": voucher("R02"), "means": Means.TRANSFER})
CASH_TRANSFER = TransferRecorded(entry=MOVED, **dict(DEPOSIT))
CASH_RECORDED = TransferRecorded(entry=fresh(1), on=MAKE_SLIP.on, into="512", **dict(CASH))
MADE = but(SLIP_MADE, slip=fresh(0), entries=(FIRST_ENTRY, fresh(1)))
CHEQUES_ALONE = but(MAKE_SLIP, cash=None)
UNDONE = EntryReversed(entry=REVERSAL, reverses=FIRST_ENTRY, reason="Chèque sans provision", on=date(2024, 10, 12))


def seen(*facts: Event, cut: Cut | None = None) -> dict[str, Any]:
    return deposits_shown(fold(DEPOSIT_BOOK, recorded((*BOOKS, *facts)), cut))


def test_cheques_and_cash_go_together_and_the_cash_in_hand_falls_by_the_cash_of_the_slip() -> None:
    given(DEPOSITS, *BOOKS).when(MAKE_SLIP).then(CASH_RECORDED, MADE)
    accounts = balances_shown(fold(BALANCES, recorded((*BOOKS, CASH_RECORDED, MADE))))["accounts"]
    assert {one["account"]: one["balance"] for one in accounts} == {"512": 2_846_37 + 1_856_00, "530": 12_40}
    [slip] = seen(CASH_RECORDED, MADE)["slips"]
    assert [(one["voucher"], one["kind"], one["amount"]) for one in slip["lines"]] == [("R01", "cheque", 1_806_00), ("T05", "cash", 50_00)]
    assert (slip["cheques"], slip["cash"], slip["amount"]) == (1_806_00, 50_00, 1_856_00)
    assert seen(CASH_RECORDED, MADE)["waiting"] == []
    assert [one["voucher"] for one in seen(CASH_RECORDED, MADE, cut=Cut(au=date(2024, 10, 10)))["waiting"]] == ["R01"]


def test_a_slip_of_cheques_alone_moves_nothing_and_cash_already_moved_can_stand_on_it() -> None:
    given(DEPOSITS, *BOOKS).when(CHEQUES_ALONE).then(
        DepositSlipMade(slip=fresh(), on=MAKE_SLIP.on, account="512", entries=(FIRST_ENTRY,), amount=1_806_00)
    )
    both = but(CHEQUES_ALONE, entries=(FIRST_ENTRY, MOVED))
    given(DEPOSITS, *BOOKS, CASH_TRANSFER).when(both).then(but(MADE, entries=(FIRST_ENTRY, MOVED)))


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (BOOKS, but(CHEQUES_ALONE, entries=()), NothingToDeposit),
        (BOOKS, but(CHEQUES_ALONE, entries=(FIRST_ENTRY, FIRST_ENTRY)), NothingToDeposit),
        (BOOKS, but(MAKE_SLIP, account="530"), SlipGoesToABank),
        (BOOKS, but(MAKE_SLIP, account="514"), NoSuchTreasury),
        (BOOKS, but(MAKE_SLIP, entries=("z" * 26,)), NotForASlip),
        ((*BOOKS, BY_TRANSFER), but(MAKE_SLIP, entries=(SALE,)), NotForASlip),
        ((*BOOKS, UNDONE), MAKE_SLIP, NotForASlip),
        ((*BOOKS, but(CASH_TRANSFER, out_of="514")), but(MAKE_SLIP, entries=(MOVED,)), NotForASlip),
        ((*BOOKS, but(CASH_TRANSFER, out_of="512", into="530")), but(MAKE_SLIP, entries=(MOVED,)), NotForASlip),
        ((*BOOKS, CASH_RECORDED, MADE), CHEQUES_ALONE, AlreadyDeposited),
        (BOOKS, but(MAKE_SLIP, on=date(2024, 9, 19)), DepositedBeforeReceived),
        (BOOKS, but(MAKE_SLIP, on=date(2024, 10, 15)), InTheFuture),
        (BOOKS, but(MAKE_SLIP, cash=CASH.model_copy(update={"out_of": "512"})), NotACashBox),
        ((*BOOKS, CASH_TRANSFER), but(MAKE_SLIP, cash=CASH.model_copy(update={"voucher": voucher("T01")})), VoucherTaken),
        ((*BOOKS, PeriodLocked(through=date(2024, 10, 12), reason="Signé")), MAKE_SLIP, PeriodIsLocked),
        (BOOKS, but(COUNT, account="512"), NotACashBox),
        (BOOKS, but(COUNT, on=date(2024, 10, 15)), InTheFuture),
    ],
)
def test_what_cannot_be_on_a_slip_is_refused(facts: tuple[Event, ...], command: Command, why: type[Unanswered]) -> None:
    given(DEPOSITS, *facts).when(command).refused(why)


def test_the_total_of_a_slip_is_one_line_of_the_bank() -> None:
    state = fold(RECONCILIATION, recorded((*BOOKS, BY_TRANSFER, CASH_RECORDED, MADE)))
    moves = [(name, one) for name, one in state.bank.moves.items() if "512" in one.amounts]
    entries = [
        BookEntry(name, one.on, one.amounts["512"], slip=state.slip_of.get(name), **state.told[name]._asdict()) for name, one in moves
    ]
    line = StatementLine(line=1, on=date(2024, 10, 14), amount=1_856_00, text="REMISE 0012")
    [best, *_] = proposals([line], entries)
    assert (best.reason, set(best.entries), best.ambiguous) == (SameSlip, {FIRST_ENTRY, fresh(1)}, False)
    cent = line.model_copy(update={"amount": 1_856_01})
    assert SameSlip not in {one.reason for one in proposals([cent], entries)}


def test_a_bounced_cheque_stays_on_its_slip_and_is_said_undone() -> None:
    [slip] = seen(CASH_RECORDED, MADE, UNDONE)["slips"]
    assert [one["undone"] for one in slip["lines"]] == [True, False] and slip["amount"] == 1_856_00
    assert seen(UNDONE)["waiting"] == []


def test_counted_cash_stands_beside_the_books_and_a_difference_is_said() -> None:
    given(DEPOSITS, *BOOKS).when(COUNT).then(COUNTED)
    given(DEPOSITS, *BOOKS).when(COUNT).warned("cash-differs")
    given(DEPOSITS, *BOOKS).when(but(COUNT, counted=62_40)).warned()
    after = (*BOOKS, CASH_TRANSFER)
    given(DEPOSITS, *after).when(but(COUNT, counted=12_40)).then(but(COUNTED, counted=12_40, book=12_40))
    given(DEPOSITS, *after).when(but(COUNT, on=date(2024, 10, 10), counted=62_40)).then(but(COUNTED, on=date(2024, 10, 10), counted=62_40))
    assert [one["difference"] for one in seen(COUNTED)["counts"]] == [-40]


def test_the_printed_slip_says_what_its_json_says_and_the_same_history_gives_the_same_bytes() -> None:
    [slip] = seen(CASH_RECORDED, MADE)["slips"]
    blocks = slip_blocks(slip)
    [lines] = [one for one in blocks if one["kind"] == "table"]
    assert [row[-1] for row in lines["rows"]] == [euros(one["amount"]) for one in slip["lines"]]
    assert [row[0] for row in lines["rows"]] == ["R01", "T05"] and lines["total"][-1] == euros(slip["amount"]) == "1\u202f856,00\u00a0€"
    origin = Origin("Les Tilleuls", REGISTER, Checkpoint(size=12, root="ab" * 32), NOW)
    pages = printed(TITLE, blocks, origin)
    assert pages == printed(TITLE, blocks, origin) != printed(TITLE, slip_blocks(slip | {"amount": 1_856_01}), origin)
    with pikepdf.Pdf.open(BytesIO(pages)) as pdf:
        assert len(pdf.pages) == 1 and pdf.docinfo["/Title"] == TITLE


def test_a_receipt_partly_in_cash_brings_the_bank_its_cheque_alone() -> None:
    mixed = but(FAMILIES_RECEIVED, treasury=(Leg(account="512", amount=1_800_00), Leg(account="530", amount=6_00)))
    given(DEPOSITS, *OPEN_BOOKS, mixed).when(CHEQUES_ALONE).then(but(MADE, entries=(FIRST_ENTRY,), amount=1_800_00))

"""What pupils prepare: it moves no figure until an adult confirms it, or declines it with a reason; both stay visible."""

from typing import Any

import pytest

from services.governance.events.people import Role
from services.ledger.available import FUNDS, funds_shown
from services.ledger.commands.books import RecordExpense, RecordReceipt
from services.ledger.commands.orders import PrepareEntry
from services.ledger.deciders.checks import DecisionDoesNotStand, InTheFuture, NoDecisionNoReason, NotBalanced, NothingMoves
from services.ledger.deciders.entries import ENTRIES
from services.ledger.deciders.orders import ORDERS
from services.ledger.events.entries import Allocation, ExpenseRecorded, Leg, ReceiptRecorded
from services.ledger.events.orders import EntryKind, EntryPrepared
from services.ledger.main import LEDGER
from services.ledger.paying import DraftIsSettled, NoSuchDraft, NoSuchOrder, NotWhatWasPrepared
from services.ledger.projections.chase import CHASE
from services.ledger.projections.journal import JOURNAL
from services.ledger.projections.orders import ORDER_BOOK, drafts_shown
from services.ledger.projections.vouchers import VOUCHER_BOOK
from shared.messages import Circumstances
from shared.projecting import Projection, fold
from shared.refusals import Forbidden
from tests.examples_governance import GARNIER, LEFEVRE, LOU
from tests.examples_ledger import voucher
from tests.examples_orders import DECLINE, DECLINED, DRAFT_ID, PREPARE, PREPARED
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEED, given, recorded
from tests.ledger.asking import but, fresh
from tests.ledger.ordering import DECIDED

BOOKS = (*DECIDED, PREPARED)
NAMES = ("on", "label", "treasury", "allocations", "pot", "means", "project")
TAKINGS: dict[str, Any] = {
    "kind": EntryKind.RECEIPT,
    "treasury": (Leg(account="530", amount=12_40),),
    "allocations": (Allocation(account="7080", amount=12_40),),
}


def confirming(prepared: EntryPrepared = PREPARED, **changes: Any) -> RecordExpense:
    """Return the expense that confirms what was prepared, with the reason why no decision carries it."""
    told = {name: getattr(prepared, name) for name in NAMES} | {
        "voucher": voucher("D12"),
        "irregular": "Petite dépense",
        "draft": DRAFT_ID,
        "signatory": GARNIER,
    }
    return RecordExpense(**told | changes)


def test_a_pupil_treasurer_prepares_an_entry_and_nobody_else_does() -> None:
    given(ORDERS, *DECIDED).when(PREPARE, by=LOU).then(EntryPrepared(draft=fresh(), **dict(PREPARE)))
    state = LEDGER.initial
    for record in recorded(DECIDED):
        state = LEDGER.evolve(state, record)
    for actor in (GARNIER, LEFEVRE):
        with pytest.raises(Forbidden):
            LEDGER.answer(state, PREPARE, Circumstances(actor, REGISTER, COMMAND_ID, NOW, SEED, PARIS))
    assert len(LEDGER.answer(state, PREPARE, Circumstances(LOU, REGISTER, COMMAND_ID, NOW, SEED, PARIS))) == 1
    with pytest.raises(Forbidden):
        LEDGER.answer(state, DECLINE, Circumstances(LOU, REGISTER, COMMAND_ID, NOW, SEED, PARIS))
    with pytest.raises(Forbidden):
        LEDGER.answer(state, confirming(), Circumstances(LOU, REGISTER, COMMAND_ID, NOW, SEED, PARIS))
    assert PrepareEntry.may == {Role.TREASURER}


def test_what_could_not_be_confirmed_is_not_prepared() -> None:
    books = given(ORDERS, *DECIDED)
    books.when(but(PREPARE, on=NOW.date().replace(day=15))).refused(InTheFuture)
    books.when(but(PREPARE, treasury=(Leg(account="530", amount=-12_41),))).refused(NotBalanced)
    books.when(but(PREPARE, treasury=(Leg(account="530", amount=12_40),))).refused(NothingMoves)
    books.when(but(PREPARE, decision="z" * 26)).refused(DecisionDoesNotStand)
    books.when(but(PREPARE, order="z" * 26)).refused(NoSuchOrder)
    assert len(books.when(but(PREPARE, **TAKINGS)).events()) == 1


def test_what_is_prepared_or_declined_moves_no_figure() -> None:
    before, after = (fold(FUNDS, recorded(facts)) for facts in (DECIDED, (*BOOKS, DECLINED)))
    assert funds_shown(before) == funds_shown(after)
    views: tuple[Projection[Any], ...] = (JOURNAL, CHASE, VOUCHER_BOOK)
    for view in views:
        assert fold(view, recorded(DECIDED)) == fold(view, recorded((*BOOKS, DECLINED)))
    moved = fold(FUNDS, recorded((*BOOKS, ExpenseRecorded(entry="h" * 26, **dict(confirming())))))
    assert funds_shown(moved) != funds_shown(before)  # the negative control


def test_an_adult_confirms_it_once_by_an_entry_that_names_it() -> None:
    (event,) = given(ENTRIES, *BOOKS).when(confirming(), by=GARNIER).events()
    assert isinstance(event, ExpenseRecorded) and event.draft == DRAFT_ID
    given(ENTRIES, *BOOKS, event).when(confirming(voucher=voucher("D13"))).refused(DraftIsSettled, entry=event.entry)
    given(ORDERS, *BOOKS, event).when(DECLINE).refused(DraftIsSettled)
    given(ENTRIES, *DECIDED).when(confirming()).refused(NoSuchDraft)
    given(ENTRIES, *BOOKS).when(confirming(irregular=None)).refused(NoDecisionNoReason)  # a draft is no decision


def test_the_sum_the_pot_and_the_kind_are_those_prepared_and_the_rest_may_be_corrected() -> None:
    other = (Allocation(account="6180", amount=12_90),)
    given(ENTRIES, *BOOKS).when(confirming(allocations=other, treasury=(Leg(account="530", amount=-12_90),))).refused(NotWhatWasPrepared)
    given(ENTRIES, *BOOKS).when(confirming(pot="CP")).refused(NotWhatWasPrepared)
    takings = EntryPrepared(draft=DRAFT_ID, **dict(PREPARE) | TAKINGS)
    given(ENTRIES, *DECIDED, takings).when(confirming()).refused(NotWhatWasPrepared)
    corrected = confirming(label="Graines et terreau", allocations=(Allocation(account="6070", amount=12_40),), voucher=voucher("D14"))
    assert len(given(ENTRIES, *BOOKS).when(corrected).events()) == 1
    told = {name: getattr(takings, name) for name in NAMES} | {"voucher": voucher("R12"), "draft": DRAFT_ID}
    (received,) = given(ENTRIES, *DECIDED, takings).when(RecordReceipt(**told)).events()
    assert isinstance(received, ReceiptRecorded) and received.draft == DRAFT_ID


def test_it_is_declined_with_a_reason_once() -> None:
    given(ORDERS, *BOOKS).when(DECLINE).then(DECLINED)
    given(ORDERS, *BOOKS, DECLINED).when(DECLINE).then()
    given(ENTRIES, *BOOKS, DECLINED).when(confirming()).refused(DraftIsSettled, reason=DECLINE.reason)
    given(ORDERS, *DECIDED).when(DECLINE).refused(NoSuchDraft)


def test_both_stay_visible_with_what_became_of_them() -> None:
    second = but(PREPARED, draft="x" * 26)
    entry = ExpenseRecorded(entry="h" * 26, **dict(confirming()))
    seq = len(DECIDED)
    shown = drafts_shown(fold(ORDER_BOOK, recorded((*BOOKS, second, DECLINED, but(entry, draft="x" * 26)))))["drafts"]
    assert [(one["state"], one["entry"], one["declined"], one["settled_by"]) for one in shown] == [
        ("confirmed", "h" * 26, None, seq + 4),
        ("declined", None, DECLINE.reason, seq + 3),
    ]
    assert [(one["seq"], one["amount"], one["label"]) for one in shown] == [
        (seq + 2, 12_40, PREPARE.label),
        (seq + 1, 12_40, PREPARE.label),
    ]
    waiting = drafts_shown(fold(ORDER_BOOK, recorded(BOOKS)))["drafts"]
    assert [one["state"] for one in waiting] == ["waiting"]

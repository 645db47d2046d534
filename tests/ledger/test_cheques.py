"""Cheque books: each number once, the next one proposed, what is void or was never seen listed."""

from datetime import date
from typing import Any

import pytest

from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.checks import InTheFuture, NoSuchTreasury
from services.ledger.deciders.cheques import CHEQUES, BookOutOfOrder, BookOverlaps, NoChequesHere, NoSuchCheque, VoidBeforeReceived
from services.ledger.deciders.entries import ENTRIES
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, Leg, Means
from services.ledger.projections.cheques import CHEQUE_REGISTER, cheques_shown
from services.ledger.registers.cheques import ChequeIsUsed, ChequeIsVoid
from shared.messages import Command, Event
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests.examples_goods import BOOK_ID, RECEIVE, RECEIVED, VOID, VOIDED
from tests.examples_ledger import ADVANCE_ID, CHEQUE_ADVANCE, FEES, GRANT, OPEN_BOOKS, REVERSAL, voucher
from tests.given import given, recorded
from tests.ledger.asking import but, fresh, warned

FIRST = 4_520_101
BOOKS = (*OPEN_BOOKS, RECEIVED)
SECOND_BOOK = but(RECEIVED, book="c" * 26, on=date(2024, 10, 1), first=FIRST + 5, last=FIRST + 9)


def paid(number: int, entry: str = "h", **changes: Any) -> ExpenseRecorded:
    """An expense paid by the cheque of this number."""
    told = {"entry": entry * 26, "voucher": voucher(f"D{number % 100:02d}"), "cheque": str(number), "on": date(2024, 10, 3)}
    return ExpenseRecorded(**dict(FEES) | told | changes)


def paying(number: int, **changes: Any) -> Any:
    return but(FEES, cheque=str(number), voucher=voucher("D50"), **changes)


def seen(*facts: Event, cut: Cut | None = None) -> dict[str, Any]:
    return cheques_shown(fold(CHEQUE_REGISTER, recorded((*BOOKS, *facts)), cut))


def test_a_new_book_proposes_its_first_number_and_then_the_one_after_the_last() -> None:
    given(CHEQUES, *OPEN_BOOKS).when(RECEIVE).then(but(RECEIVED, book=fresh()))
    assert seen()["proposed"] == {"512": "4520101"}
    told = seen(paid(FIRST), paid(FIRST + 2, "i"))
    assert told["proposed"] == {"512": "4520104"}
    [book] = told["books"]
    assert ([one["number"] for one in book["used"]], book["never_seen"], book["blank"]) == (["4520101", "4520103"], ["4520102"], 2)
    assert (book["used"][0]["amount"], book["used"][0]["voucher"]) == (405_60, "D01")


def test_what_is_void_is_neither_used_nor_missing() -> None:
    given(CHEQUES, *BOOKS).when(VOID).then(VOIDED)
    given(CHEQUES, *BOOKS, VOIDED).when(VOID).then()
    [book] = seen(paid(FIRST), paid(FIRST + 1, "i"), VOIDED)["books"]
    assert ([one["number"] for one in book["void"]], book["void"][0]["reason"], book["never_seen"]) == (["4520103"], "Déchiré", [])
    assert (book["next"], book["blank"]) == ("4520104", 2)
    [before] = seen(paid(FIRST), VOIDED, cut=Cut(au=date(2024, 10, 9)))["books"]
    assert (before["void"], before["next"]) == ([], "4520102")


def test_a_finished_book_gives_way_to_the_next_one() -> None:
    used = [paid(FIRST + place, letter) for place, letter in enumerate("hijkl")]
    told = seen(SECOND_BOOK, *used)
    assert (told["books"][0]["next"], told["books"][0]["blank"], told["proposed"]) == (None, 0, {"512": "4520106"})
    assert seen(*used)["proposed"] == {}
    assert seen(SECOND_BOOK, *used[:2])["proposed"] == {"512": "4520103"}  # the older one is not at its end


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (BOOKS, RECEIVE, BookOverlaps),
        (BOOKS, but(RECEIVE, first=FIRST + 4, last=FIRST + 30), BookOverlaps),
        (OPEN_BOOKS, but(RECEIVE, first=FIRST + 1, last=FIRST), BookOutOfOrder),
        (OPEN_BOOKS, but(RECEIVE, last=FIRST + 200), BookOutOfOrder),
        (OPEN_BOOKS, but(RECEIVE, account="530"), NoChequesHere),
        (OPEN_BOOKS, but(RECEIVE, account="514"), NoSuchTreasury),
        (OPEN_BOOKS, but(RECEIVE, on=date(2024, 10, 15)), InTheFuture),
        (BOOKS, but(VOID, number=FIRST + 5), NoSuchCheque),
        (BOOKS, but(VOID, account="514"), NoSuchCheque),
        (BOOKS, but(VOID, on=date(2024, 9, 1)), VoidBeforeReceived),
        ((*BOOKS, paid(FIRST + 2)), VOID, ChequeIsUsed),
    ],
)
def test_what_is_not_true_of_a_book_is_refused(facts: tuple[Event, ...], command: Command, why: type[Unanswered]) -> None:
    given(CHEQUES, *facts).when(command).refused(why)


def test_a_number_pays_once_and_the_refusal_says_the_next() -> None:
    facts = (*BOOKS, paid(FIRST), VOIDED)
    given(ENTRIES, *facts).when(paying(FIRST)).refused(ChequeIsUsed, number=FIRST, next=FIRST + 3, entry="h" * 26)
    given(ENTRIES, *facts).when(paying(FIRST + 2)).refused(ChequeIsVoid, next=FIRST + 3)
    given(ENTRIES, *facts).when(paying(FIRST + 1)).then(ExpenseRecorded(entry=fresh(), **dict(paying(FIRST + 1))))
    given(ENTRIES, *OPEN_BOOKS, paid(FIRST)).when(paying(FIRST)).then(ExpenseRecorded(entry=fresh(), **dict(paying(FIRST))))  # no book


def test_the_cheque_of_a_reversed_entry_is_free_for_the_one_that_replaces_it() -> None:
    undone = EntryReversed(entry=REVERSAL, reverses="h" * 26, reason="Mauvais compte", on=date(2024, 10, 5))
    given(ENTRIES, *BOOKS, paid(FIRST), undone).when(paying(FIRST)).then(ExpenseRecorded(entry=fresh(), **dict(paying(FIRST))))
    [book] = seen(paid(FIRST), undone)["books"]
    assert [one["undone"] for one in book["used"]] == [True]
    assert [one["undone"] for one in seen(paid(FIRST), undone, paid(FIRST, "i"))["books"][0]["used"]] == [False]
    given(CHEQUES, *BOOKS, paid(FIRST), undone).when(but(VOID, number=FIRST)).then(but(VOIDED, number=FIRST))


@pytest.mark.parametrize(
    ("cheque", "codes"),
    [
        (None, ["cheque-number-asked"]),
        ("4520101", []),
        ("4520104", ["cheques-passed-over"]),
        ("9999999", ["cheque-of-no-book"]),
        ("illisible", ["cheque-number-asked"]),
    ],
)
def test_recording_a_cheque_proposes_the_next_number_and_says_what_is_odd(cheque: str | None, codes: list[str]) -> None:
    command = but(FEES, cheque=cheque)
    assert [code for code in warned(BOOKS, command) if code != "without-decision"] == codes
    assert "cheque" not in " ".join(warned(OPEN_BOOKS, command))  # no book is recorded: nothing is known
    assert "cheque" not in " ".join(warned(BOOKS, but(command, means=Means.TRANSFER)))


def test_the_next_number_stands_in_the_warning() -> None:
    before = given(CHEQUES, *BOOKS, paid(FIRST)).when(VOID).state
    [said] = CHEQUES.warn(before, recorded([paid(FIRST, "i", cheque=None)])[0])
    assert (said.code(), said.details["next"]) == ("cheque-number-asked", FIRST + 1)


def test_another_account_has_its_own_numbers() -> None:
    other = but(paid(FIRST), treasury=(Leg(account="514", amount=-405_60),))
    assert seen(other)["books"][0]["used"] == []
    assert seen(RECEIVED)["books"][0]["book"] == BOOK_ID


def test_the_cheque_of_an_advance_is_used_too() -> None:
    [book] = seen(CHEQUE_ADVANCE)["books"]
    assert [(one["number"], one["entry"], one["voucher"]) for one in book["used"]] == [("4520101", ADVANCE_ID, "D02")]
    asked = but(GRANT, cheque=str(FIRST), voucher=voucher("D51"), irregular="Avance votée", cap_reason="Deux sorties")
    given(ADVANCE, *BOOKS, CHEQUE_ADVANCE).when(asked).refused(ChequeIsUsed, number=FIRST, next=FIRST + 1)
    [granted] = given(ADVANCE, *BOOKS).when(but(asked, cheque=str(FIRST + 1))).events()
    assert granted == but(
        CHEQUE_ADVANCE, advance=fresh(), cheque=str(FIRST + 1), voucher=voucher("D51"), irregular="Avance votée", accepted=None
    )
    codes = warned(BOOKS, but(asked, cheque=str(FIRST + 1)))
    assert "cheques-passed-over" in codes and "cheque-number-asked" not in codes
    assert not any("cheque" in code for code in warned(BOOKS, GRANT))

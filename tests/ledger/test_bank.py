"""The bank beside the books: a statement comes once, its lines are matched to the cent, a day is signed when nothing is unexplained."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from services.ledger.commands.bank import ImportStatement, LineOf, LineTexts, Match, MatchLines
from services.ledger.deciders.bank import (
    BANK,
    CentsUnexplained,
    EntryIsMatched,
    EntryNotOnThisAccount,
    LineIsMatched,
    LineIsNotMatched,
    ManyToMany,
    NoStatementThatDay,
    NoSuchLine,
    NotAtTheBank,
    OtherLinesThoseDays,
    StatementDoesNotAddUp,
    SumsDiffer,
)
from services.ledger.deciders.checks import InTheFuture
from services.ledger.events.bank import BankLine, LineMatched, Outstanding, ReconciliationSigned, StatementImported
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, Leg, TransferRecorded
from services.ledger.projections.reconciliation import RECONCILIATION, reconciliation_shown
from services.ledger.reconciling import unmatched
from shared.messages import Command, Event
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests.examples_bank import IMPORT, IMPORTED, MATCH, MATCHED, SIGN, STATEMENT_ID, UNMATCH, UNMATCHED
from tests.examples_ledger import DEPOSIT, FEES, FEES_PAID, OPEN_BOOKS, REVERSAL, SECOND_ENTRY, voucher
from tests.given import SEALED, given, recorded
from tests.ledger.asking import but, fresh

BOOKS = (*OPEN_BOOKS, FEES_PAID)
READ = (*BOOKS, IMPORTED)
OPENING = 2_846_37


def paid(entry: str, cents: int, on: date, number: int = 9) -> ExpenseRecorded:
    """A cheque of the school."""
    one = FEES.allocations[0].model_copy(update={"amount": cents})
    told: dict[str, Any] = {"treasury": (Leg(account="512", amount=-cents),), "allocations": (one,), "on": on}
    return ExpenseRecorded(entry=entry, **dict(FEES) | told | {"voucher": voucher(f"D{number:02d}")})


def line(number: int, on: date, amount: int) -> BankLine:
    return BankLine(line=number, on=on, amount=amount, mark=f"{number:064x}")


def statement(*lines: BankLine, name: str = STATEMENT_ID, ends: date = date(2024, 10, 11)) -> StatementImported:
    """A statement from the first day of the year with these lines."""
    closing = OPENING + sum(one.amount for one in lines)
    told = dict(IMPORTED) | {"statement": name, "lines": lines, "ends": ends, "closing": closing}
    return StatementImported(**told)


def asking(imported: StatementImported) -> ImportStatement:
    """The command that would record a statement."""
    told = {name: getattr(imported, name) for name in ("account", "starts", "ends", "opening", "closing", "lines")}
    return ImportStatement(**told, texts=LineTexts(lines=()))


def matching(lines: Sequence[int], entries: Sequence[str]) -> MatchLines:
    names = tuple(LineOf(statement=STATEMENT_ID, line=number) for number in lines)
    return MatchLines(matches=(Match(lines=names, entries=tuple(entries)),))


def seen(*facts: Event, on: date = SIGN.on, account: str = "512") -> dict[str, Any]:
    return reconciliation_shown(fold(RECONCILIATION, recorded(facts)), account, on)


def test_a_statement_is_recorded_with_one_seal_for_its_texts_and_the_same_one_adds_nothing() -> None:
    given(BANK, *BOOKS).when(IMPORT).then(but(IMPORTED, statement=fresh()))
    given(BANK, *READ).when(IMPORT).then()


def test_a_longer_statement_adds_only_the_lines_that_are_new() -> None:
    longer = statement(*IMPORTED.lines, line(2, date(2024, 10, 12), 30_00), ends=date(2024, 10, 14))
    given(BANK, *READ).when(asking(longer)).then(but(longer, statement=fresh(), lines=longer.lines[1:]))
    given(BANK, *READ, longer).when(IMPORT).then()  # the shorter one again


def test_a_long_statement_comes_in_parts_that_fold_to_the_whole() -> None:
    lines = tuple(line(number, date(2024, 10, 1), 1_00) for number in range(1, 902))
    parts = list(given(BANK, *BOOKS).when(asking(statement(*lines))).events())
    assert [len(part.lines) for part in parts if isinstance(part, StatementImported)] == [400, 400, 101]
    assert all(part.statement == fresh() and part.texts == SEALED for part in parts if isinstance(part, StatementImported))
    told = seen(*BOOKS, *parts)
    assert (told["statement"], len(told["unexplained"]), len(told["statements"])) == (OPENING + 901_00, 901, 1)


def test_a_month_without_operations_is_a_statement_too() -> None:
    quiet = statement()
    given(BANK, *BOOKS).when(asking(quiet)).then(but(quiet, statement=fresh()))


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (BOOKS, but(IMPORT, account="530"), NotAtTheBank),
        (BOOKS, but(IMPORT, account="514"), NotAtTheBank),
        (BOOKS, but(IMPORT, ends=date(2024, 10, 15)), InTheFuture),
        (BOOKS, but(IMPORT, closing=IMPORT.closing + 1), StatementDoesNotAddUp),
        (READ, asking(statement(line(7, date(2024, 10, 4), -1))), OtherLinesThoseDays),
        (BOOKS, MATCH, NoSuchLine),
        ((*READ, MATCHED), matching([1], [REVERSAL]), LineIsMatched),
        (READ, matching([1], [REVERSAL]), EntryNotOnThisAccount),
        (READ, matching([1], [SECOND_ENTRY, SECOND_ENTRY]), SumsDiffer),
        (READ, UNMATCH, LineIsNotMatched),
        (BOOKS, UNMATCH, NoSuchLine),
        (BOOKS, SIGN, NoStatementThatDay),
        (READ, SIGN, CentsUnexplained),
        ((*READ, MATCHED), but(SIGN, on=date(2024, 10, 12)), NoStatementThatDay),
        (READ, but(SIGN, on=date(2024, 10, 15)), InTheFuture),
        (READ, but(SIGN, account="530"), NotAtTheBank),
    ],
)
def test_what_is_not_true_of_the_bank_is_refused(facts: tuple[Event, ...], command: Command, why: type[Unanswered]) -> None:
    given(BANK, *facts).when(command).refused(why)


def test_a_match_makes_the_same_sum_to_the_cent_and_once() -> None:
    given(BANK, *READ).when(MATCH).then(MATCHED)
    given(BANK, *READ, MATCHED).when(MATCH).then()
    other = paid("h" * 26, 405_61, date(2024, 10, 1))
    given(BANK, *READ, other).when(matching([1], ["h" * 26])).refused(SumsDiffer, missing=1)
    second = statement(*IMPORTED.lines, line(2, date(2024, 10, 5), -405_60))
    given(BANK, *BOOKS, second, MATCHED).when(matching([2], [SECOND_ENTRY])).refused(EntryIsMatched)


def test_one_line_is_several_entries_and_several_lines_are_one_entry_but_not_both() -> None:
    one, two = paid("h" * 26, 100_00, date(2024, 10, 1)), paid("i" * 26, 305_60, date(2024, 10, 2), 10)
    facts = (*OPEN_BOOKS, one, two, IMPORTED)
    together = ("h" * 26, "i" * 26)
    given(BANK, *facts).when(matching([1], together)).then(but(MATCHED, entries=together))
    halves = statement(line(1, date(2024, 10, 4), -200_00), line(2, date(2024, 10, 8), -205_60))
    both = [LineMatched(statement=STATEMENT_ID, line=number, entries=(SECOND_ENTRY,)) for number in (1, 2)]
    given(BANK, *BOOKS, halves).when(matching([1, 2], [SECOND_ENTRY])).then(*both)
    given(BANK, *OPEN_BOOKS, one, two, halves).when(matching([1, 2], together)).refused(ManyToMany)
    given(BANK, *BOOKS, halves, *both).when(UNMATCH).then(UNMATCHED, but(UNMATCHED, line=2))
    between = seen(*BOOKS, halves, *both, on=date(2024, 10, 6))  # half of it was taken so far
    assert ([rest["amount"] for rest in between["outstanding"]], between["difference"], between["unexplained"]) == ([-205_60], 0, [])


def test_what_was_undone_can_be_matched_again() -> None:
    assert list(given(BANK, *READ, MATCHED).when(UNMATCH).events()) == [UNMATCHED]
    given(BANK, *READ, MATCHED, UNMATCHED).when(MATCH).then(MATCHED)


def test_a_cheque_the_bank_does_not_have_yet_explains_the_difference() -> None:
    late = paid("h" * 26, 74_60, date(2024, 10, 10))
    signed = ReconciliationSigned(
        account="512", on=SIGN.on, statement=2_440_77, book=2_366_17, outstanding=(Outstanding(entry="h" * 26, amount=-74_60),)
    )
    facts = (*READ, late, MATCHED)
    given(BANK, *facts).when(SIGN).then(signed)
    given(BANK, *facts, signed).when(SIGN).then()
    told = seen(*facts, signed)
    assert (told["statement"], told["book"], told["difference"]) == (2_440_77, 2_366_17, 0)
    assert [(rest["amount"], rest["voucher"], rest["cheque"]) for rest in told["outstanding"]] == [(-74_60, "D09", "1234567")]
    assert told["signed"] == [{"on": SIGN.on, "statement": 2_440_77, "book": 2_366_17, "holds": True}]
    assert not seen(*facts, signed, paid("l" * 26, 1, date(2024, 10, 9), 11))["signed"][0]["holds"]


def test_a_cent_too_many_anywhere_refuses_the_signature_and_is_named() -> None:
    alone = statement(*IMPORTED.lines, line(2, date(2024, 10, 5), -1))
    lines = [{"statement": STATEMENT_ID, "line": 2}]
    given(BANK, *BOOKS, alone, MATCHED).when(SIGN).refused(CentsUnexplained, difference=-1, lines=lines)
    cancelling = statement(*alone.lines, line(3, date(2024, 10, 6), 1))
    given(BANK, *BOOKS, cancelling, MATCHED).when(SIGN).refused(CentsUnexplained, difference=0)
    another_start = but(IMPORTED, opening=OPENING + 1, closing=IMPORTED.closing + 1)
    given(BANK, *BOOKS, another_start, MATCHED).when(SIGN).refused(CentsUnexplained, difference=1, lines=[])


def test_an_entry_and_its_reversal_that_the_bank_never_saw_cancel_out() -> None:
    wrong = paid("h" * 26, 74_60, date(2024, 10, 3))
    undone = EntryReversed(entry=REVERSAL, reverses="h" * 26, reason="Saisie deux fois", on=date(2024, 10, 5))
    told = seen(*READ, wrong, undone, MATCHED)
    assert (told["outstanding"], told["difference"]) == ([], 0)
    assert [rest["amount"] for rest in seen(*READ, wrong, undone, MATCHED, on=date(2024, 10, 4))["outstanding"]] == [-74_60]
    state = fold(RECONCILIATION, recorded((*READ, wrong, undone)))
    assert set(unmatched(state.bank, "512")) == {SECOND_ENTRY}


def test_a_bounced_cheque_is_two_lines_and_two_entries() -> None:
    undone = EntryReversed(entry=REVERSAL, reverses=SECOND_ENTRY, reason="Chèque rejeté", on=date(2024, 10, 6))
    back = statement(*IMPORTED.lines, line(2, date(2024, 10, 6), 405_60))
    facts = (*BOOKS, undone, back, MATCHED)
    [matched] = given(BANK, *facts).when(matching([2], [REVERSAL])).events()
    assert seen(*facts, matched)["difference"] == 0 and not seen(*facts, matched)["unexplained"]
    assert [rest["amount"] for rest in seen(*facts)["outstanding"]] == [405_60]


def test_a_line_whose_entry_comes_later_is_unexplained_until_then() -> None:
    later = paid("h" * 26, 10_00, date(2024, 10, 8))
    early = statement(*IMPORTED.lines, line(2, date(2024, 10, 5), -10_00))
    facts = (*BOOKS, later, early, MATCHED, LineMatched(statement=STATEMENT_ID, line=2, entries=("h" * 26,)))
    assert [one["line"] for one in seen(*facts, on=date(2024, 10, 7))["unexplained"]] == [2]
    assert seen(*facts)["unexplained"] == []


def test_a_transfer_is_on_the_account_of_each_place_it_touches() -> None:
    cash = seen(*READ, account="530")
    assert (cash["statement"], cash["book"], cash["difference"]) == (None, 62_40, None)
    told = fold(RECONCILIATION, recorded((*READ, TransferRecorded(entry="z" * 26, **dict(DEPOSIT)))))
    assert {account: unmatched(told.bank, account).get("z" * 26) is not None for account in ("512", "530", "514")} == {
        "512": True, "530": True, "514": False,
    }  # fmt: skip


def test_what_a_cut_hides_is_not_there() -> None:
    state = fold(RECONCILIATION, recorded((*READ, MATCHED)), Cut(au=date(2024, 10, 10)))
    told = reconciliation_shown(state, "512", SIGN.on)
    assert (told["statement"], told["unexplained"], told["matched"]) == (None, [], [])

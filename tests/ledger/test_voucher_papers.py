"""The paper of an entry: attached by whoever answers for it, declared lost with a reason, missing until then."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given as for_all

from services.ledger.commands.books import DeclareVoucherLost
from services.ledger.deciders.checks import InTheFuture
from services.ledger.deciders.vouchers import (
    DOCUMENT,
    FILES_MAX,
    VOUCHERS,
    BeforeItsEntry,
    FileNotKept,
    NeedsNoVoucher,
    NoEntryToAttachTo,
    NotYourVoucher,
    TooManyFiles,
    VoucherIsThere,
)
from services.ledger.events.entries import EntryReversed, TransferRecorded
from services.ledger.projections.journal import JOURNAL
from services.ledger.projections.vouchers import VOUCHER_BOOK, Vouchers, todo_shown, vouchers_shown
from shared.messages import Command, Event, Recorded
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests.examples_governance import DA_SILVA, GARNIER, LEFEVRE
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ATTACH,
    ATTACHED,
    DECLARED_LOST,
    DEPOSIT,
    FAMILIES_RECEIVED,
    FEES_PAID,
    FIRST_ENTRY,
    JUSTIFICATION_ID,
    LOSE,
    NAMED_JUSTIFICATION,
    OPEN_BOOKS,
    REVERSAL,
    SECOND_ENTRY,
)
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEALED, given, recorded
from tests.ledger.asking import but
from tests.ledger.playing import PLANS, Plan, played

BOOKS = (*OPEN_BOOKS, FEES_PAID)
UNDONE = EntryReversed(entry=REVERSAL, reverses=SECOND_ENTRY, reason="Erreur", on=date(2024, 10, 12))
TODAY = date(2024, 10, 14)
DEPOSITED = TransferRecorded(entry="z" * 26, **dict(DEPOSIT))


def attaching(*facts: Event, command: Command = ATTACH, by: str = GARNIER, kept: bool = True) -> list[Event]:
    """Ask for a file to be attached, as whoever kept it in the vault does."""
    asked = given(VOUCHERS, *facts).when(command, by=by)
    seals = {DOCUMENT: SEALED} if kept else {}
    asked.given = replace(asked.given, seals=seals)
    return list(asked.events())


def missing(*facts: Any, cut: Cut | None = None) -> list[str]:
    """Return the entries that wait for their voucher; a fact may come as recorded when its moment matters."""
    records = [
        one if isinstance(one, Recorded) else Recorded(REGISTER, seq, NOW, GARNIER, COMMAND_ID, one) for seq, one in enumerate(facts, 1)
    ]
    return [one.entry for one in fold(VOUCHER_BOOK, records, cut).missing()]


def papers(*facts: Event) -> dict[str, str]:
    return {one.entry: one.paper for one in fold(JOURNAL, recorded(facts)).ordered()}


def test_a_file_is_attached_with_the_seal_that_stands_for_it() -> None:
    assert attaching(*BOOKS) == [ATTACHED]
    assert attaching(*BOOKS, ATTACHED) == [ATTACHED]  # a second page
    assert attaching(*BOOKS, DECLARED_LOST) == [ATTACHED]  # it was found again
    on = but(ATTACH, on=date(2024, 10, 2))
    assert attaching(*BOOKS, command=on) == [but(ATTACHED, on=date(2024, 10, 2))]


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (OPEN_BOOKS, ATTACH, NoEntryToAttachTo),
        ((*BOOKS, UNDONE), but(ATTACH, entry=REVERSAL), NeedsNoVoucher),
        (BOOKS, but(ATTACH, on=date(2024, 10, 15)), InTheFuture),
        ((*BOOKS, *[ATTACHED] * FILES_MAX), ATTACH, TooManyFiles),
    ],
)
def test_a_file_is_refused_where_it_has_no_place(facts: tuple[Event, ...], command: Command, why: type[Unanswered]) -> None:
    with pytest.raises(why):
        attaching(*facts, command=command)


def test_without_a_file_in_the_vault_nothing_is_attached() -> None:
    with pytest.raises(FileNotKept):
        attaching(*BOOKS, kept=False)


def test_who_holds_an_advance_attaches_its_vouchers_and_no_others() -> None:
    advance = (*BOOKS, ADVANCE_GRANTED, NAMED_JUSTIFICATION)
    own = but(ATTACH, entry=JUSTIFICATION_ID)
    assert attaching(*advance, command=own, by=LEFEVRE) == [but(ATTACHED, entry=JUSTIFICATION_ID)]
    for command, by in ((ATTACH, LEFEVRE), (own, DA_SILVA)):
        with pytest.raises(NotYourVoucher):
            attaching(*advance, command=command, by=by)


def test_a_voucher_is_declared_lost_once_with_its_reason() -> None:
    given(VOUCHERS, *BOOKS).when(LOSE).then(DECLARED_LOST)
    given(VOUCHERS, *BOOKS, DECLARED_LOST).when(but(LOSE, reason="Autrement dit")).then()


@pytest.mark.parametrize(
    ("facts", "command", "why"),
    [
        (OPEN_BOOKS, LOSE, NoEntryToAttachTo),
        ((*BOOKS, UNDONE), but(LOSE, entry=REVERSAL), NeedsNoVoucher),
        ((*BOOKS, ATTACHED), LOSE, VoucherIsThere),
        (BOOKS, but(LOSE, on=date(2024, 10, 15)), InTheFuture),
        (BOOKS, but(LOSE, on=date(2024, 9, 29)), BeforeItsEntry),
    ],
)
def test_a_voucher_is_not_lost_where_that_makes_no_sense(
    facts: tuple[Event, ...], command: DeclareVoucherLost, why: type[Unanswered]
) -> None:
    given(VOUCHERS, *facts).when(command).refused(why)


def test_an_entry_is_missing_its_voucher_until_it_is_attached_declared_lost_or_reversed() -> None:
    assert missing(*BOOKS) == [SECOND_ENTRY]
    assert missing(*BOOKS, ATTACHED) == missing(*BOOKS, DECLARED_LOST) == missing(*BOOKS, UNDONE) == []
    assert (papers(*BOOKS)[SECOND_ENTRY], papers(*BOOKS, ATTACHED)[SECOND_ENTRY]) == ("missing", "attached")
    assert papers(*BOOKS, DECLARED_LOST)[SECOND_ENTRY] == "lost"
    assert papers(*BOOKS, DECLARED_LOST, ATTACHED)[SECOND_ENTRY] == "attached"


def test_transfers_advances_and_history_need_none() -> None:
    history = but(FAMILIES_RECEIVED, taken_over=True)
    assert missing(*OPEN_BOOKS, DEPOSITED, ADVANCE_GRANTED, history) == []
    assert {papers(*OPEN_BOOKS, one)["z" * 26 if one is DEPOSITED else FIRST_ENTRY] for one in (DEPOSITED, history)} == {"not_needed"}
    assert missing(*OPEN_BOOKS, ADVANCE_GRANTED, NAMED_JUSTIFICATION) == [JUSTIFICATION_ID]


def test_as_of_an_earlier_date_the_voucher_is_still_missing() -> None:
    later = Recorded(REGISTER, len(BOOKS) + 1, datetime(2024, 10, 20, 8, tzinfo=UTC), GARNIER, COMMAND_ID, ATTACHED)
    facts = (*BOOKS, later)
    assert missing(*facts) == []
    for cut in (Cut(au=date(2024, 10, 19), zone=PARIS), Cut(connu_au=date(2024, 10, 19), zone=PARIS), Cut(seq=len(BOOKS))):
        assert missing(*facts, cut=cut) == [SECOND_ENTRY]
    assert missing(*facts, cut=Cut(au=date(2024, 10, 20), zone=PARIS)) == []
    assert missing(*facts, cut=Cut(au=date(2024, 9, 29), zone=PARIS)) == []  # before the entry nothing is missing


def test_ages_count_to_the_day_that_is_looked_at() -> None:
    state: Vouchers = fold(VOUCHER_BOOK, recorded(BOOKS))
    for cut, age in ((Cut(), 14), (Cut(au=date(2024, 10, 5)), 5), (Cut(connu_au=date(2024, 10, 7), au=date(2024, 10, 9)), 7)):
        (line,) = vouchers_shown(state, state.day_of(cut, NOW))["missing"]
        assert line["age_days"] == age
    tomorrow = NOW.replace(day=20)
    assert state.day_of(Cut(), tomorrow) == date(2024, 10, 20) and state.day_of(Cut(seq=5), tomorrow) == TODAY


def test_each_holder_is_asked_for_their_own() -> None:
    facts = (*BOOKS, ADVANCE_GRANTED, NAMED_JUSTIFICATION)
    state = fold(VOUCHER_BOOK, recorded(facts, by=GARNIER))
    waiting = {who: [one["voucher"] for one in todo_shown(state, who, TODAY)["vouchers"]] for who in (GARNIER, LEFEVRE, DA_SILVA)}
    assert waiting == {GARNIER: ["D01"], LEFEVRE: ["D03"], DA_SILVA: []}
    assert vouchers_shown(state, TODAY)["by_holder"] == [{"holder": GARNIER, "missing": 1}, {"holder": LEFEVRE, "missing": 1}]


def test_what_replaces_an_entry_under_its_number_has_its_paper() -> None:
    again = but(FEES_PAID, entry="y" * 26, replaces=SECOND_ENTRY)
    assert missing(*BOOKS, ATTACHED, UNDONE, again) == []
    assert papers(*BOOKS, ATTACHED, UNDONE, again)["y" * 26] == "attached"
    given(VOUCHERS, *BOOKS, ATTACHED, UNDONE, again).when(but(LOSE, entry="y" * 26)).refused(VoucherIsThere)
    other = but(again, voucher=DEPOSIT.voucher)
    assert missing(*BOOKS, ATTACHED, UNDONE, other) == ["y" * 26]


@for_all(PLANS)
def test_the_journal_and_the_list_agree_on_what_is_missing(plans: list[Plan]) -> None:
    records = played(plans).records
    listed = {one.entry for one in fold(VOUCHER_BOOK, records).missing()}
    journal = fold(JOURNAL, records).ordered()
    assert listed == {one.entry for one in journal if one.paper == "missing" and one.reversed_by is None}

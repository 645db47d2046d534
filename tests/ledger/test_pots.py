"""The pots of the school and its classes, and money moved or shared between them."""

from datetime import date

import pytest

from services.governance.events.people import ClassClosed, ClassOpened
from services.ledger.commands.books import ClosePot, OpenPot, PayBackPots, TransferBetweenPots
from services.ledger.deciders.checks import InTheFuture, NoSuchPot, OutsideTheYear, PeriodIsLocked
from services.ledger.deciders.pots import POTS, BeyondPot, ClassNotOpen, NotTheSchool, NoWeight, PotExists, PotNotEmpty, SamePot
from services.ledger.events.books import PeriodLocked, PotClosed, PotKind, PotOpened
from services.ledger.events.pots import KeyKind, PotTransferRecorded, PotWeight, Purpose, Rounding, SharingKey
from services.ledger.projections.balances import BALANCES
from shared.messages import Event
from shared.projecting import fold
from tests.examples_ledger import ADVANCE_GRANTED, ADVANCE_JUSTIFIED, ADVANCE_RETURNED, OPEN_BOOKS, SHARE, SHARED
from tests.given import given, recorded
from tests.ledger.asking import but, fresh

DAY = date(2024, 10, 8)
GS_OPENED = ClassOpened(class_code="GS", label="Grande section", level=("GS",), cycle=(1,), year="2024-25")
MOVE = TransferBetweenPots(on=DAY, label="Complément pour la sortie", out_of="ECOLE", into="CM2", amount=20_00, purpose=Purpose.COMPLEMENT)
MOVED = PotTransferRecorded(transfer=SHARED, **dict(MOVE))
PAY_BACK = PayBackPots(on=date(2024, 10, 12), label="Reversement du solde de classe", into="ECOLE")
CLOSE = ClosePot(pot="CM2", on=date(2024, 10, 12))


def amounts(events: list[Event] | tuple[Event, ...]) -> dict[str, int]:
    return {event.into: event.amount for event in events if isinstance(event, PotTransferRecorded)}


def test_a_pot_code_serves_once() -> None:
    open_gs = OpenPot(pot="GS", label="Grande section", kind=PotKind.CLASS, on=DAY, class_code="GS")
    given(POTS, *OPEN_BOOKS, GS_OPENED).when(open_gs).then(PotOpened(**dict(open_gs)))
    given(POTS, *OPEN_BOOKS).when(but(open_gs, pot="CP")).refused(PotExists, pot="CP")


def test_the_pot_of_a_class_is_that_of_an_open_class() -> None:
    open_gs = OpenPot(pot="GS", label="Grande section", kind=PotKind.CLASS, on=DAY, class_code="GS")
    closed = ClassClosed(class_code="GS", year="2024-25")
    given(POTS, *OPEN_BOOKS).when(open_gs).refused(ClassNotOpen, class_code="GS")
    given(POTS, *OPEN_BOOKS, GS_OPENED, closed).when(open_gs).refused(ClassNotOpen, class_code="GS")
    next_year = but(GS_OPENED, year="2025-26")
    assert len(given(POTS, *OPEN_BOOKS, GS_OPENED, next_year, closed).when(open_gs).events()) == 1
    assert len(given(POTS, *OPEN_BOOKS).when(but(open_gs, class_code=None)).events()) == 1


def test_a_pot_opens_on_a_day_that_has_come() -> None:
    ahead = OpenPot(pot="BCD", label="Bibliothèque", kind=PotKind.SCHOOL, on=date(2024, 10, 15))
    given(POTS, *OPEN_BOOKS).when(ahead).refused(InTheFuture, on="2024-10-15")
    assert len(given(POTS, *OPEN_BOOKS).when(but(ahead, on=date(2024, 10, 14))).events()) == 1


def test_money_moves_between_two_open_pots_up_to_what_one_holds() -> None:
    given(POTS, *OPEN_BOOKS).when(MOVE).then(but(MOVED, transfer=fresh()))
    all_of_it = but(MOVE, amount=2_908_77)
    assert len(given(POTS, *OPEN_BOOKS).when(all_of_it).events()) == 1
    given(POTS, *OPEN_BOOKS).when(but(MOVE, amount=2_908_78)).refused(BeyondPot, available=2_908_77, asked=2_908_78)
    given(POTS, *OPEN_BOOKS).when(but(MOVE, into="ECOLE")).refused(SamePot)
    for changed in ({"out_of": "CM3"}, {"into": "CM3"}):
        given(POTS, *OPEN_BOOKS).when(but(MOVE, **changed)).refused(NoSuchPot, pot="CM3")


def test_a_transfer_of_history_happened_whatever_the_pot_held() -> None:
    given(POTS, *OPEN_BOOKS).when(but(MOVE, amount=9_999_99, taken_over=True)).warned()
    assert len(given(POTS, *OPEN_BOOKS).when(but(MOVE, amount=9_999_99, taken_over=True)).events()) == 1


def test_pots_move_on_a_day_that_can_be_written() -> None:
    given(POTS, *OPEN_BOOKS).when(but(MOVE, on=date(2024, 10, 15))).refused(InTheFuture)
    given(POTS, *OPEN_BOOKS).when(but(MOVE, on=date(2024, 8, 31))).refused(OutsideTheYear)
    locked = given(POTS, *OPEN_BOOKS, PeriodLocked(through=DAY, reason="Rapprochement signé"))
    for command in (MOVE, SHARE, but(PAY_BACK, on=DAY)):
        locked.when(command).refused(PeriodIsLocked)


def test_half_of_the_contributions_is_shared_pro_rata_of_the_classes() -> None:
    """V02: 1,010.00 by headcount, each share to the nearest cent, the missing cent to the largest class."""
    events = given(POTS, *OPEN_BOOKS).when(SHARE).events()
    assert amounts(list(events)) == {
        "CP": 155_91, "CE1": 162_68, "CE1CE2": 162_68, "CE2CM1": 169_46, "CM1": 176_24, "CM2": 183_03,
    }  # fmt: skip
    key = SharingKey(kind=SHARE.kind, weights=SHARE.weights, rounding=SHARE.rounding)
    assert {(event.purpose, event.key) for event in events if isinstance(event, PotTransferRecorded)} == {(Purpose.SHARE, key)}
    assert fold(BALANCES, recorded([*OPEN_BOOKS, *events])).pots["ECOLE"] == 2_908_77 - 1_010_00


def test_the_largest_remainder_gives_the_cent_elsewhere() -> None:
    """Beyond whole cents remain .604 .456 .456 .309 .161 .013: the two cents left are CP's and CE1's."""
    events = given(POTS, *OPEN_BOOKS).when(but(SHARE, rounding=Rounding.LARGEST_REMAINDER)).events()
    assert amounts(list(events)) == {
        "CP": 155_91, "CE1": 162_69, "CE1CE2": 162_68, "CE2CM1": 169_46, "CM1": 176_24, "CM2": 183_02,
    }  # fmt: skip


def test_equal_shares_forget_the_weights() -> None:
    events = given(POTS, *OPEN_BOOKS).when(but(SHARE, amount=100_00, kind=KeyKind.EQUAL, rounding=Rounding.LARGEST_REMAINDER)).events()
    assert list(amounts(list(events)).values()) == [16_67, 16_67, 16_67, 16_67, 16_66, 16_66]


def test_a_pot_whose_share_is_nothing_gets_no_record() -> None:
    weights = (PotWeight(pot="CP", weight=0), PotWeight(pot="CM2", weight=3))
    events = given(POTS, *OPEN_BOOKS).when(but(SHARE, kind=KeyKind.CUSTOM, weights=weights, amount=10_00)).events()
    assert amounts(list(events)) == {"CM2": 10_00}


@pytest.mark.parametrize(
    "weights",
    [(), (PotWeight(pot="CP", weight=0),), (PotWeight(pot="CP", weight=1), PotWeight(pot="CP", weight=2))],
    ids=["nobody", "nothing", "twice"],
)
def test_a_key_shares_among_pots_with_a_weight_each_once(weights: tuple[PotWeight, ...]) -> None:
    given(POTS, *OPEN_BOOKS).when(but(SHARE, weights=weights)).refused(NoWeight)


def test_a_pot_does_not_share_with_itself_nor_beyond_what_it_holds_nor_with_an_unknown_one() -> None:
    with_school = (*SHARE.weights, PotWeight(pot="ECOLE", weight=1))
    given(POTS, *OPEN_BOOKS).when(but(SHARE, weights=with_school)).refused(SamePot, pot="ECOLE")
    given(POTS, *OPEN_BOOKS).when(but(SHARE, amount=2_908_78)).refused(BeyondPot)
    given(POTS, *OPEN_BOOKS).when(but(SHARE, weights=(PotWeight(pot="CM3", weight=1),))).refused(NoSuchPot)


def test_what_is_left_in_the_class_pots_goes_back_to_the_school_in_one_act() -> None:
    shared = given(POTS, *OPEN_BOOKS).when(SHARE).events()
    events = given(POTS, *OPEN_BOOKS, *shared).when(PAY_BACK).events()
    assert {event.purpose for event in events if isinstance(event, PotTransferRecorded)} == {Purpose.PAYBACK}
    pots = fold(BALANCES, recorded([*OPEN_BOOKS, *shared, *events])).pots
    assert pots["ECOLE"] == 2_908_77
    assert {held for pot, held in pots.items() if pot != "ECOLE"} == {0}
    given(POTS, *OPEN_BOOKS, *shared, *events).when(PAY_BACK).then()


def test_remainders_go_to_the_school_and_to_no_class() -> None:
    given(POTS, *OPEN_BOOKS, MOVED).when(but(PAY_BACK, into="CP")).refused(NotTheSchool, pot="CP")
    given(POTS, *OPEN_BOOKS, MOVED).when(but(PAY_BACK, into="CM3")).refused(NoSuchPot)


def test_money_out_in_an_advance_is_not_paid_back_before_it_returns() -> None:
    held = (*OPEN_BOOKS, but(MOVED, amount=200_00), ADVANCE_GRANTED)
    (event,) = given(POTS, *held).when(PAY_BACK).events()
    assert isinstance(event, PotTransferRecorded)
    assert event.amount == 200_00 - 120_00
    (event,) = given(POTS, *held, ADVANCE_JUSTIFIED, ADVANCE_RETURNED).when(PAY_BACK).events()
    assert isinstance(event, PotTransferRecorded)
    assert event.amount == 200_00 - 49_05


def test_a_pot_below_zero_or_not_open_yet_pays_nothing_back() -> None:
    later = PotOpened(pot="GS", label="Grande section", kind=PotKind.CLASS, on=date(2024, 10, 14))
    filled = but(MOVED, into="GS", on=date(2024, 10, 14), taken_over=True)
    below = but(MOVED, out_of="CM2", into="ECOLE")
    given(POTS, *OPEN_BOOKS, later, filled, below).when(PAY_BACK).then()


def test_a_pot_closes_at_zero_and_once() -> None:
    given(POTS, *OPEN_BOOKS).when(CLOSE).then(PotClosed(pot="CM2", on=CLOSE.on))
    given(POTS, *OPEN_BOOKS, MOVED).when(CLOSE).refused(PotNotEmpty, held=20_00)
    given(POTS, *OPEN_BOOKS, PotClosed(pot="CM2", on=CLOSE.on)).when(CLOSE).then()
    given(POTS, *OPEN_BOOKS, ADVANCE_GRANTED).when(CLOSE).refused(PotNotEmpty, held=0, entrusted=120_00)


def test_a_pot_closes_neither_ahead_of_time_nor_before_it_opened() -> None:
    given(POTS, *OPEN_BOOKS).when(but(CLOSE, on=date(2024, 10, 15))).refused(InTheFuture)
    given(POTS, *OPEN_BOOKS).when(but(CLOSE, on=date(2024, 8, 31))).refused(NoSuchPot)
    given(POTS, *OPEN_BOOKS).when(but(CLOSE, pot="CM3")).refused(NoSuchPot)


def test_what_is_entrusted_as_an_advance_cannot_leave_its_pot() -> None:
    filled = but(MOVED, amount=10_00)
    entrusted = but(ADVANCE_GRANTED, pot="CM2", amount=9_00)
    books = (*OPEN_BOOKS, filled, entrusted)
    back = but(MOVE, out_of="CM2", into="ECOLE")
    given(POTS, *books).when(but(back, amount=1_01)).refused(BeyondPot, available=1_00, asked=1_01)
    assert given(POTS, *books).when(but(back, amount=1_00)).events()

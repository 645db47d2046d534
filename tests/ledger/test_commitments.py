"""What a decision lets pass, and what it refuses: its envelope, its pot, its day; and the council that decides afterwards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from services.governance.events.people import CooperativeLeft
from services.ledger.commands.books import PayBackPots, ReverseEntry
from services.ledger.deciders.advances import ADVANCE
from services.ledger.deciders.checks import (
    BeyondEnvelope,
    DecidedLater,
    DecisionDoesNotCover,
    DecisionDoesNotStand,
    LeftTheAssociation,
    NoDecisionNoReason,
)
from services.ledger.deciders.entries import ENTRIES, NoSuchEntry, NothingToRegularise
from services.ledger.deciders.pots import POTS, BeyondPot
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, ExpenseRegularised
from services.ledger.events.pots import PotTransferRecorded, Purpose
from services.ledger.projections.chase import CHASE, Chase, chase_shown
from services.ledger.projections.journal import JOURNAL, line_shown
from shared.deciding import Decider
from shared.messages import Command, Event, Recorded
from shared.projecting import Cut, fold
from tests.examples_ledger import OPEN_BOOKS, SHARE, SHARED, voucher
from tests.given import PARIS, given, recorded
from tests.ledger.asking import but, fresh
from tests.ledger.decided import (
    PAID,
    TODAY,
    V04,
    V08,
    V10,
    at,
    decided,
    granted,
    granting,
    later,
    moving,
    paid,
    paying,
    regularising,
    released,
    revoked,
)

LEFT = CooperativeLeft(on=TODAY, reason="La coopérative rejoint une association autonome")
DECIDED = (*OPEN_BOOKS, decided())
WHY = "Il fallait payer le jour même"
UNDECIDED = paid(74_60, decision=None, irregular=WHY)
SPENDINGS: list[tuple[Decider[Any], Any]] = [(ENTRIES, paying(500_00)), (ADVANCE, granting(150_00, pot="ECOLE"))]


@pytest.mark.parametrize(("decider", "command"), SPENDINGS, ids=["expense", "advance"])
def test_a_spending_needs_a_decision_or_a_reason(decider: Decider[Any], command: Any) -> None:
    given(decider, *DECIDED).when(but(command, decision=None)).refused(NoDecisionNoReason)
    (with_reason,) = given(decider, *DECIDED).when(but(command, decision=None, irregular=WHY)).events()
    (with_decision,) = given(decider, *DECIDED).when(command).events()
    assert isinstance(with_reason, ExpenseRecorded | AdvanceGranted) and with_reason.irregular == WHY
    assert isinstance(with_decision, ExpenseRecorded | AdvanceGranted) and with_decision.irregular is None
    assert with_decision.decision == V04


@pytest.mark.parametrize(("decider", "command"), SPENDINGS, ids=["expense", "advance"])
def test_the_decision_must_stand_and_come_before_the_spending(decider: Decider[Any], command: Any) -> None:
    given(decider, *OPEN_BOOKS).when(command).refused(DecisionDoesNotStand, decision=V04)
    given(decider, *DECIDED, revoked()).when(command).refused(DecisionDoesNotStand, decision=V04)
    eve = but(command, on=date(2024, 10, 13))
    given(decider, *DECIDED).when(eve).refused(DecidedLater, decided_on="2024-10-14", on="2024-10-13")
    given(decider, *DECIDED).when(but(eve, irregular=WHY)).refused(DecidedLater)


def test_the_day_of_a_decision_is_counted_where_the_cooperative_is() -> None:
    """Half past ten in the evening in UTC is the next day in Paris."""
    late = at(later(0).replace(hour=22, minute=30), len(OPEN_BOOKS) + 1, decided())
    books = given(ENTRIES, *recorded(OPEN_BOOKS), late)
    books.when(paying(500_00), at=later(1)).refused(DecidedLater, decided_on="2024-10-15", on="2024-10-14")
    assert len(books.when(paying(500_00, on=date(2024, 10, 15)), at=later(1)).events()) == 1


def beyond(facts: Sequence[Event], command: Command, **details: Any) -> None:
    """Refused without a reason; with one it is recorded and stays irregular."""
    given(ENTRIES, *facts).when(command).refused(BeyondEnvelope, **details)
    (event,) = given(ENTRIES, *facts).when(but(command, irregular=WHY)).events()
    assert isinstance(event, ExpenseRecorded) and (event.irregular, event.decision) == (WHY, V04)


def test_a_payment_fits_what_is_left_of_the_envelope() -> None:
    beyond(DECIDED, paying(500_01), left=500_00, asked={"ECOLE": 500_01})
    spent = (*DECIDED, paid(486_90))
    beyond(spent, paying(13_11, voucher=voucher("D13")), left=13_10)
    assert len(given(ENTRIES, *spent).when(paying(13_10, voucher=voucher("D13"))).events()) == 1
    beyond((*DECIDED, released(100_00)), paying(400_01), left=400_00)
    assert len(given(ENTRIES, *OPEN_BOOKS, decided(cents=None)).when(paying(9_999_99)).events()) == 1  # without an envelope


def test_an_envelope_is_money_of_one_pot_whatever_line_says_so() -> None:
    beyond((*OPEN_BOOKS, decided(pot="CM2")), paying(10_00), pot="CM2", asked={"ECOLE": 10_00})
    elsewhere = (Allocation(account="6180", amount=9_00), Allocation(account="6180", amount=1_00, pot="CM2"))
    beyond(DECIDED, paying(10_00, allocations=elsewhere), asked={"ECOLE": 9_00, "CM2": 1_00})
    inside = tuple(but_line(one) for one in elsewhere)
    assert len(given(ENTRIES, *DECIDED).when(paying(10_00, allocations=inside, pot="CM2")).events()) == 1
    given(ADVANCE, *DECIDED).when(granting(10_00)).refused(BeyondEnvelope, pot="ECOLE", asked={"CM2": 10_00})


def but_line(line: Allocation) -> Allocation:
    return Allocation(**dict(line) | {"pot": "ECOLE"})


def test_a_reason_is_kept_even_where_a_decision_carries_the_payment() -> None:
    (event,) = given(ENTRIES, *DECIDED).when(paying(10_00, irregular=WHY)).events()
    assert isinstance(event, ExpenseRecorded) and (event.irregular, event.decision) == (WHY, V04)


def test_what_is_committed_cannot_leave_its_pot_by_a_transfer_or_a_share() -> None:
    free = 2_908_77 - 500_00
    given(POTS, *DECIDED).when(moving(free + 1)).refused(BeyondPot, available=free, asked=free + 1)
    assert len(given(POTS, *DECIDED).when(moving(free)).events()) == 1
    given(POTS, *DECIDED).when(but(SHARE, amount=free + 1)).refused(BeyondPot, available=free)
    assert len(given(POTS, *DECIDED).when(but(SHARE, amount=free)).events()) == 6
    for freed in (released(500_00), revoked(), paid(500_00)):
        held = 2_908_77 - (500_00 if isinstance(freed, ExpenseRecorded) else 0)
        given(POTS, *DECIDED, freed).when(moving(held + 1)).refused(BeyondPot, available=held)
        assert len(given(POTS, *DECIDED, freed).when(moving(held)).events()) == 1


def test_a_transfer_may_take_what_the_decision_it_cites_holds_back() -> None:
    poor = (*OPEN_BOOKS, decided(cents=2_908_77))
    given(POTS, *poor).when(moving(1)).refused(BeyondPot, available=0)
    (moved,) = given(POTS, *poor).when(moving(2_908_77, decision=V04)).events()
    assert isinstance(moved, PotTransferRecorded) and moved.decision == V04
    assert len(given(POTS, *poor).when(but(SHARE, on=TODAY, decision=V04, amount=2_908_77)).events()) == 6
    two = (*OPEN_BOOKS, decided(cents=2_000_00), decided(V08, 1_000_00))  # together more than the pot holds
    given(POTS, *two).when(moving(2_000_00, decision=V04)).refused(BeyondPot, available=2_908_77 - 1_000_00)


@pytest.mark.parametrize("command", [moving(600_00, decision=V04), but(SHARE, on=TODAY, amount=600_00, decision=V04)], ids=["one", "share"])
def test_a_transfer_that_cites_a_decision_is_carried_by_it(command: Any) -> None:
    given(POTS, *OPEN_BOOKS).when(command).refused(DecisionDoesNotStand)
    given(POTS, *DECIDED, revoked()).when(command).refused(DecisionDoesNotStand)
    given(POTS, *DECIDED).when(command).refused(DecisionDoesNotCover, left=500_00, asked={"ECOLE": 600_00})
    given(POTS, *OPEN_BOOKS, decided(pot="CM1", cents=600_00)).when(command).refused(DecisionDoesNotCover, pot="CM1")
    enough = given(POTS, *OPEN_BOOKS, decided(cents=600_00))
    enough.when(but(command, on=date(2024, 10, 13))).refused(DecisionDoesNotCover, decided_on="2024-10-14")
    assert enough.when(command).events() and given(POTS, *OPEN_BOOKS, decided(cents=None)).when(command).events()


def test_what_is_decided_stays_in_a_class_pot_that_pays_back() -> None:
    told: dict[str, Any] = {"on": TODAY, "label": "Part", "out_of": "ECOLE", "into": "CM2", "amount": 100_00, "purpose": Purpose.SHARE}
    facts = (*OPEN_BOOKS, PotTransferRecorded(transfer=SHARED, **told), decided(cents=30_00, pot="CM2"))
    pay_back = PayBackPots(on=TODAY, label="Reversement", into="ECOLE")
    for more, amount in (((), 70_00), ((released(30_00),), 100_00)):
        (back,) = given(POTS, *facts, *more).when(pay_back).events()
        assert isinstance(back, PotTransferRecorded) and (back.out_of, back.amount) == ("CM2", amount)


def test_a_council_regularises_afterwards_what_was_spent_without_it() -> None:
    facts = (*OPEN_BOOKS, UNDECIDED, decided(V08, 74_60))
    given(ENTRIES, *facts).when(regularising()).then(ExpenseRegularised(entry=PAID, decision=V08))
    given(ENTRIES, *facts, ExpenseRegularised(entry=PAID, decision=V08)).when(regularising()).then()
    given(ENTRIES, *facts, decided(V10, None), ExpenseRegularised(entry=PAID, decision=V08)).when(regularising(V10)).refused(
        NothingToRegularise, entry=PAID
    )
    advance = granted(74_60, decision=None, irregular=WHY)
    given(ENTRIES, *OPEN_BOOKS, advance, decided(V08, 74_60, "CM2")).when(regularising()).then(ExpenseRegularised(entry=PAID, decision=V08))


def test_only_a_decision_that_covers_an_entry_regularises_it() -> None:
    facts = (*OPEN_BOOKS, UNDECIDED)
    given(ENTRIES, *facts).when(regularising()).refused(DecisionDoesNotStand)
    given(ENTRIES, *facts, decided(V08), revoked(V08)).when(regularising()).refused(DecisionDoesNotStand)
    given(ENTRIES, *facts, decided(V08, 74_59)).when(regularising()).refused(DecisionDoesNotCover, left=74_59, asked={"ECOLE": 74_60})
    given(ENTRIES, *facts, decided(V08, 74_60, "CM2")).when(regularising()).refused(DecisionDoesNotCover, pot="CM2")
    assert given(ENTRIES, *facts, decided(V08, None)).when(regularising()).events()
    over = (*DECIDED, paid(520_00, irregular=WHY))  # twenty euros beyond V04: a council has only those to decide on
    assert given(ENTRIES, *over, decided(V08, 20_00)).when(regularising()).events()
    given(ENTRIES, *over, decided(V08, 19_99)).when(regularising()).refused(DecisionDoesNotCover, asked={"ECOLE": 20_00})


def test_what_awaits_no_decision_is_not_regularised() -> None:
    undone = EntryReversed(entry=fresh(9), reverses=PAID, reason="Erreur", on=TODAY)
    given(ENTRIES, *DECIDED, decided(V08)).when(regularising()).refused(NoSuchEntry)
    for facts in ((paid(10_00),), (UNDECIDED, undone), (but(UNDECIDED, taken_over=True),)):
        given(ENTRIES, *DECIDED, decided(V08), *facts).when(regularising()).refused(NothingToRegularise)
    given(ENTRIES, *OPEN_BOOKS, UNDECIDED, decided(V08), LEFT).when(regularising()).refused(LeftTheAssociation)
    reverse = ReverseEntry(reverses=PAID, reason="Erreur", on=TODAY, expense=paying(74_60))
    assert len(given(ENTRIES, *DECIDED, UNDECIDED).when(reverse).events()) == 2  # the replacement cites a decision


def story() -> list[Recorded[Any]]:
    """D31: paid without a decision, regularised two days later."""
    facts = recorded([*OPEN_BOOKS, UNDECIDED])
    seq = len(facts)
    after = (decided(V08, 74_60), ExpenseRegularised(entry=PAID, decision=V08))
    return [*facts, *(at(later(2), seq + offset, fact) for offset, fact in enumerate(after, start=1))]


def test_an_entry_without_decision_is_listed_until_it_is_regularised_then_among_what_is_settled() -> None:
    facts, paid_at = story(), len(OPEN_BOOKS) + 1
    now: Chase = fold(CHASE, facts)
    assert now.anomalies == ()
    (settled,) = chase_shown(now)["settled"]
    assert {name: settled[name] for name in ("seq", "code", "settled_by", "decision", "details")} == {
        "seq": paid_at, "code": "without-decision", "settled_by": paid_at + 2, "decision": V08, "details": {"reason": WHY},
    }  # fmt: skip
    for cut in (Cut(au=date(2024, 10, 15), zone=PARIS), Cut(connu_au=date(2024, 10, 15), zone=PARIS), Cut(seq=paid_at + 1)):
        then = fold(CHASE, facts, cut)
        assert [(one.seq, one.code) for one in then.anomalies] == [(paid_at, "without-decision")]
        assert then.settled == ()


def test_a_reversal_settles_what_it_undoes_and_nothing_else() -> None:
    other = paid(5_00, entry=fresh(7), decision=None, irregular=WHY, voucher=voucher("D12"))
    undone = EntryReversed(entry=fresh(9), reverses=PAID, reason="Erreur", on=TODAY)
    chase = fold(CHASE, recorded([*OPEN_BOOKS, UNDECIDED, other, undone]))
    assert [one.seq for one in chase.anomalies] == [len(OPEN_BOOKS) + 2]
    assert [(one.anomaly.seq, one.settled_by, one.decision) for one in chase.settled] == [(len(OPEN_BOOKS) + 1, len(OPEN_BOOKS) + 3, None)]


def test_the_journal_shows_the_decision_that_an_entry_cites_and_the_one_that_came_afterwards() -> None:
    journal = fold(JOURNAL, story())
    journal = fold(JOURNAL, story())
    lines = {one.entry: line_shown(journal, one) for one in journal.ordered()}
    assert (lines[PAID]["decision"], lines[PAID]["regularised_by"]) == (None, V08)
    (cited,) = (one for one in fold(JOURNAL, recorded([*DECIDED, paid(1_00)])).ordered() if one.entry == PAID)
    assert (cited.decision, cited.regularised_by) == (V04, None)

"""What is available of a pot: it falls when a council decides, not again when somebody pays, and rises when the rest is given back."""

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import example, settings
from hypothesis import given as forall

from services.governance.events.papers import Money
from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionRevoked
from services.ledger.available import FUNDS, Funds, funds_shown
from services.ledger.books import BOOKS, Books
from services.ledger.commitments import Decision
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ExpenseRegularised
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.projections.balances import balances_shown
from services.ledger.projections.commitments import COMMITMENTS, commitments_shown
from shared.messages import Event, Recorded
from shared.projecting import Cut, fold
from tests.examples_ledger import NAMED_RETURN, OPEN_BOOKS, RETURN_ID
from tests.given import PARIS, recorded
from tests.ledger.asking import but, fresh
from tests.ledger.decided import PAID, TODAY, V04, V08, at, decided, granted, later, moving, paid, released, revoked
from tests.ledger.playing import PLANS, POTS, Plan, played

SCHOOL = 2_908_77
WHY = "Il fallait payer le jour même"
UNDONE = EntryReversed(entry=fresh(9), reverses=PAID, reason="Erreur", on=TODAY)
KINDS = ("decide", "receipt", "decided-expense", "decided-grant", "return", "reverse", "decide", "decided-expense", "release", "revoke")
CITING = [Plan(kind, 1, 0, 20_00, 1) for kind in KINDS]


def funds(*facts: Event) -> Funds:
    return fold(FUNDS, recorded([*OPEN_BOOKS, *facts]))


def available(*facts: Event, pot: str = "ECOLE") -> int:
    return funds(*facts).available(pot)


def decision(name: str, *facts: Event) -> Decision:
    return funds(*facts).commitments.decisions[name]


def test_available_falls_when_it_is_decided_not_again_when_it_is_paid_and_the_rest_comes_back_on_release() -> None:
    """F20: 500.00 when V04 is declared, nothing when D11 (486.90) is paid, and 13.10 comes back."""
    told = [decided(), paid(486_90), released(13_10)]
    assert [available(*told[:count]) for count in range(4)] == [SCHOOL, SCHOOL - 500_00, SCHOOL - 500_00, SCHOOL - 486_90]
    assert [funds(*told[:count]).commitments.held_back("ECOLE") for count in range(4)] == [0, 500_00, 13_10, 0]
    assert available(paid(486_90, decision=None, irregular=WHY)) == SCHOOL - 486_90  # what nobody decided falls when it is paid


def test_what_came_before_shows_what_was_available_then() -> None:
    seq = len(OPEN_BOOKS)
    told = (decided(), paid(486_90, on=date(2024, 10, 15)), released(13_10))
    facts = [*recorded(OPEN_BOOKS), *(at(later(days), seq + days + 1, fact) for days, fact in enumerate(told))]
    then = [SCHOOL, SCHOOL - 500_00, SCHOOL - 500_00, SCHOOL - 486_90]
    assert [fold(FUNDS, facts, Cut(seq=seq + count)).available("ECOLE") for count in range(4)] == then
    assert [fold(FUNDS, facts, Cut(au=date(2024, 10, day), zone=PARIS)).available("ECOLE") for day in range(13, 17)] == then
    assert [fold(FUNDS, facts, Cut(connu_au=date(2024, 10, day), zone=PARIS)).available("ECOLE") for day in range(14, 17)] == then[1:]


def test_a_revoked_decision_holds_nothing_back_and_what_is_spent_stays_spent() -> None:
    assert available(decided(), revoked()) == SCHOOL
    assert available(decided(), paid(100_00), revoked()) == SCHOOL - 100_00


def test_the_reversal_of_an_expense_gives_its_envelope_back() -> None:
    for before in ((decided(),), (decided(), paid(100_00, entry=fresh(3)))):
        used = decision(V04, *before).used
        assert decision(V04, *before, paid(40_00)).used == used + 40_00
        assert decision(V04, *before, paid(40_00), UNDONE).used == used
        assert available(*before, paid(40_00), UNDONE) == available(*before)
    moved = PotTransferRecorded(transfer=PAID, **dict(moving(40_00, decision=V04)))
    assert (available(decided(), moved), available(decided(), moved, UNDONE)) == (SCHOOL - 500_00, SCHOOL - 500_00)
    assert decision(V04, decided(), moved, UNDONE).used == 0


def test_an_advance_takes_from_its_envelope_and_what_comes_back_is_held_back_again() -> None:
    facts: tuple[Event, ...] = (decided(pot="CM2", cents=120_00), granted(120_00))
    back = but(NAMED_RETURN, advance=PAID, on=TODAY, amount=70_95)
    again = EntryReversed(entry=fresh(9), reverses=RETURN_ID, reason="Erreur", on=TODAY)
    assert [available(*facts[:count], pot="CM2") for count in range(3)] == [0, -120_00, -120_00]
    assert (decision(V04, *facts).used, decision(V04, *facts, back).used) == (120_00, 49_05)
    assert (available(*facts, back, pot="CM2"), available(*facts, back, released(70_95), pot="CM2")) == (-120_00, -49_05)
    assert decision(V04, *facts, back, again) == decision(V04, *facts)
    assert (decision(V04, *facts, back, released(70_95), again).used, available(*facts, back, again, pot="CM2")) == (49_05, -120_00)


def test_what_no_envelope_carries_comes_back_first() -> None:
    facts = (decided(pot="CM2", cents=100_00), granted(120_00, irregular=WHY))
    for amount, used in ((15_00, 100_00), (20_00, 100_00), (50_00, 70_00)):
        assert decision(V04, *facts, but(NAMED_RETURN, advance=PAID, on=TODAY, amount=amount)).used == used


def test_the_decision_that_regularises_carries_what_no_other_did() -> None:
    regularised = ExpenseRegularised(entry=PAID, decision=V08)
    alone = (paid(74_60, decision=None, irregular=WHY), decided(V08, 80_00))
    assert (available(*alone), available(*alone, regularised)) == (SCHOOL - 154_60, SCHOOL - 80_00)
    over = (decided(), paid(520_00, irregular=WHY), decided(V08, 20_00), regularised)
    assert [decision(name, *over).left for name in (V04, V08)] == [0, 0]
    assert available(*over) == SCHOOL - 520_00
    assert available(*over, UNDONE) == SCHOOL - 520_00  # both envelopes are open again
    partly = (granted(50_00, decision=None, irregular=WHY), but(NAMED_RETURN, advance=PAID, on=TODAY, amount=20_00))
    assert decision(V08, *partly, decided(V08, 50_00, "CM2"), regularised).used == 30_00


def test_a_payment_from_another_pot_leaves_the_envelope_as_it_was() -> None:
    facts = (decided(pot="CM2", cents=50_00), paid(20_00, irregular=WHY))
    assert (available(*facts), available(*facts, pot="CM2"), decision(V04, *facts).used) == (SCHOOL - 20_00, -50_00, 0)


def test_the_view_shows_each_envelope_the_entries_that_cite_it_and_what_each_pot_holds_back() -> None:
    facts = (
        decided(),
        paid(86_90),
        paid(400_00, entry=fresh(2)),
        released(3_10),
        decided(V08, None),
        granted(20_00, advance=fresh(4), decision=V08),
    )
    shown = commitments_shown(fold(COMMITMENTS, recorded([*OPEN_BOOKS, *facts])))
    (one,) = shown["commitments"]
    first = len(OPEN_BOOKS) + 1
    assert {name: one[name] for name in ("decision", "seq", "pot", "envelope", "used", "released", "left", "open", "revoked")} == {
        "decision": V04, "seq": first, "pot": "ECOLE", "envelope": 500_00, "used": 486_90, "released": 3_10, "left": 10_00, "open": 10_00,
        "revoked": False,
    }  # fmt: skip
    assert one["entries"] == [{"entry": PAID, "seq": first + 1, "amount": 86_90}, {"entry": fresh(2), "seq": first + 2, "amount": 400_00}]
    assert shown["pots"] == [{"pot": "ECOLE", "held_back": 10_00}]


def test_the_balances_show_of_each_pot_what_is_entrusted_committed_and_available() -> None:
    state = funds(decided(), granted(120_00, decision=None, irregular=WHY, pot="ECOLE"))
    shown = funds_shown(state)
    pots = {one["pot"]: one for one in shown["pots"]}
    assert pots["ECOLE"] == {
        "pot": "ECOLE", "label": "Coopérative d'école", "held": SCHOOL, "entrusted": 120_00, "committed": 500_00,
        "available": SCHOOL - 620_00,
    }  # fmt: skip
    assert shown | {"pots": [{name: one[name] for name in ("pot", "label", "held")} for one in shown["pots"]]} == balances_shown(
        state.balances
    )


def books_of(records: list[Recorded[Any]]) -> Books:
    state = BOOKS.initial
    for record in records:
        state = BOOKS.evolve(state, record) if type(record.event) in BOOKS.types() else state
    return state


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(CITING)
def test_the_view_and_the_deciders_find_the_same_available_and_no_envelope_is_exceeded(plans: list[Plan]) -> None:
    records = played(plans).records
    books, state = books_of(records), fold(FUNDS, records)
    assert books.commitments == state.commitments
    for pot in POTS:
        held_back = sum(
            one.amount - one.used - one.released for one in state.commitments.decisions.values() if one.pot == pot and not one.revoked
        )
        assert books.available(pot) == state.available(pot) == books.held.get(pot, 0) - books.entrusted(pot) - held_back
    for one in state.commitments.decisions.values():
        assert 0 <= one.used <= one.used + one.released <= one.amount


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(CITING)
def test_the_reversal_of_an_expense_gives_back_to_its_envelope_and_to_its_pot(plans: list[Plan]) -> None:
    before, paid_by = FUNDS.initial, dict[str, ExpenseRecorded]()
    for record in played(plans).records:
        after = FUNDS.evolve(before, record)
        if isinstance(record.event, ExpenseRecorded):
            paid_by[record.event.entry] = record.event
        elif isinstance(record.event, EntryReversed) and (expense := paid_by.get(record.event.reverses)):
            moved = Counter[str]()
            for line in expense.allocations:
                moved[line.pot or expense.pot] += line.amount
            spending = before.commitments.spendings.get(expense.entry)
            for use in spending.uses if spending else ():
                decisions = (before.commitments.decisions[use.decision], after.commitments.decisions[use.decision])
                assert decisions[0].used - decisions[1].used == use.amount
                moved[use.pot or expense.pot] -= 0 if decisions[0].revoked else use.amount
            assert changed(before, after) == {pot: cents for pot, cents in moved.items() if cents}
        before = after


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(CITING)
def test_what_was_decided_is_taken_off_once_and_given_back_once(plans: list[Plan]) -> None:
    """Whoever pays it, and however often it is undone: at each record, what changes is what the rule says."""
    before = FUNDS.initial
    for record in played(plans).records:
        after = FUNDS.evolve(before, record)
        assert changed(before, after) == expected(before, record.event) or not isinstance(record.event, JUDGED)
        before = after


def test_a_fold_that_forgot_what_was_paid_would_be_noticed() -> None:
    """The negative control of the property above: without the payment in the commitments, paying lowers what is available again."""
    before, after = funds(decided()), funds(decided(), paid(486_90))
    forgetful = Funds(after.balances, after.advances, before.commitments)
    assert changed(before, after) == expected(before, paid(486_90)) == {}
    assert changed(before, forgetful) == {"ECOLE": -486_90}


JUDGED = DecisionAdopted | DecisionRevoked | CommitmentReleased | ExpenseRecorded


def changed(before: Funds, after: Funds) -> dict[str, int]:
    """Return by how much what is available of each pot changed, where it did."""
    moved = {pot: after.available(pot) - before.available(pot) for pot in POTS}
    return {pot: cents for pot, cents in moved.items() if cents}


def expected(before: Funds, event: Event) -> dict[str, int]:
    """Return what the rule says of it, without the fold's own arithmetic."""
    known = before.commitments.decisions
    moved: Counter[str] = Counter()
    match event:
        case DecisionAdopted(spending=Money() as envelope):
            moved[envelope.pot] -= envelope.amount
        case CommitmentReleased() if (pot := known[event.decision].pot) is not None:
            moved[pot] += event.amount
        case DecisionRevoked() if (pot := known[event.decision].pot) is not None:
            one = known[event.decision]
            moved[pot] += one.amount - one.used - one.released
        case ExpenseRecorded():
            for line in event.allocations:
                moved[line.pot or event.pot] -= line.amount
            cited = known[event.decision] if event.decision else None
            if cited is not None and cited.pot is not None:
                moved[cited.pot] += min(-moved[cited.pot], cited.amount - cited.used - cited.released)
        case _:
            pass
    return {pot: cents for pot, cents in moved.items() if cents}


def test_the_histories_of_these_properties_pay_and_undo_what_was_decided() -> None:
    """A generator that is always refused would prove nothing."""
    paying = played(CITING[:4])
    used = [one.used for one in books_of(paying.records).commitments.decisions.values()]
    assert used == [60_00]  # an expense of 20.00 and an advance of 40.00
    assert {type(record.event) for record in played(CITING).records} >= {EntryReversed, DecisionRevoked, AdvanceGranted}

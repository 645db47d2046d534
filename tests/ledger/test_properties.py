"""What holds of the money whatever is asked, in whichever order, and whatever a cut hides."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import example, settings
from hypothesis import given as forall
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.ledger.available import FUNDS
from services.ledger.books import BOOKS
from services.ledger.double_entry import Posted
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.books import YearOpened
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded
from services.ledger.events.legs import ADVANCES
from services.ledger.events.pots import PotTransferRecorded
from services.ledger.projections.advances import ADVANCE_BOOK
from services.ledger.projections.balances import BALANCES, Balances
from services.ledger.projections.chase import CHASE
from services.ledger.projections.commitments import COMMITMENTS
from services.ledger.projections.journal import JOURNAL
from services.ledger.projections.membership import MEMBERSHIPS
from shared.messages import Recorded
from shared.projecting import Cut, Projection, fold
from tests.examples_governance import RENTREE
from tests.examples_ledger import EXAMPLES, FAMILIES_RECEIVED, OPEN_BOOKS
from tests.given import PARIS, recorded
from tests.ledger.asking import but
from tests.ledger.playing import KINDS, PLANS, Plan, Play, name_of, played

VIEWS: tuple[Projection[Any], ...] = (BALANCES, JOURNAL, CHASE, ADVANCE_BOOK, MEMBERSHIPS, COMMITMENTS, FUNDS)
DAYS = st.dates(RENTREE, date(2025, 8, 31)) | st.none()
CUTS = st.builds(Cut, au=DAYS, connu_au=DAYS, seq=st.integers(0, 80) | st.none(), zone=st.just(PARIS))
ONE_OF_EACH = [Plan(kind, 1, 0, 20_00, 1) for kind in dict.fromkeys(KINDS)]


def conserved(balances: Balances) -> None:
    """Money is neither made nor lost: the double entry sums to zero, and the pots hold exactly what lies somewhere."""
    somewhere = sum(balances.accounts.get(account, 0) for account in (*balances.treasury, ADVANCES))
    assert somewhere == sum(balances.pots.values()) == balances.in_treasury
    assert sum(balances.accounts.values()) == 0
    assert balances.accounts.get("580", 0) == 0


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(ONE_OF_EACH)
def test_money_is_conserved_at_every_prefix(plans: list[Plan]) -> None:
    posted, balances = Posted(), BALANCES.initial
    for record in played(plans).records:
        posted, lines = posted.after(record.event)
        assert sum(line.amount for line in lines) == 0
        balances = BALANCES.evolve(balances, record)
        conserved(balances)


def test_a_fact_that_makes_money_out_of_nothing_is_noticed() -> None:
    more = but(FAMILIES_RECEIVED, treasury=(FAMILIES_RECEIVED.treasury[0], but_leg("512", 1)))
    with pytest.raises(AssertionError):
        conserved(fold(BALANCES, recorded([*OPEN_BOOKS, more])))
    conserved(fold(BALANCES, recorded([*OPEN_BOOKS, FAMILIES_RECEIVED])))


def but_leg(account: str, amount: int) -> Any:
    return type(FAMILIES_RECEIVED.treasury[0])(account=account, amount=amount)


@settings(max_examples=60, deadline=None)
@forall(PLANS, CUTS)
@example(ONE_OF_EACH, Cut(au=date(2024, 10, 20), zone=PARIS))
def test_money_is_conserved_under_every_cut_and_every_view_copes(plans: list[Plan], cut: Cut) -> None:
    records = played(plans).records
    conserved(fold(BALANCES, records, cut))
    for projection in VIEWS:
        fold(projection, records, cut)
    for record in cut.over(records):
        if type(record.event) in BOOKS.types():
            BOOKS.evolve(BOOKS.initial, record)


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example([Plan("expense", 0, 0, 400_00, 1)])
def test_every_record_that_leaves_cash_below_zero_is_listed(plans: list[Plan]) -> None:
    records = played(plans).records
    listed = {(one.seq, one.code, one.details["balance"]) for one in fold(CHASE, records).anomalies if "balance" in one.details}
    before = BALANCES.initial
    for record in records:
        after = BALANCES.evolve(before, record)
        left = after.accounts.get("530", 0)
        assert (left < 0 and left < before.accounts.get("530", 0)) == ((record.seq, "cash-below-zero", left) in listed)
        for pot, held in after.pots.items():
            assert not (held < 0 and held < before.pots.get(pot, 0)) or (record.seq, "pot-below-zero", held) in listed
        before = after


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(ONE_OF_EACH)
def test_what_was_said_at_recording_is_what_stays_listed(plans: list[Plan]) -> None:
    play = played(plans)
    chase = fold(CHASE, play.records)
    listed = Counter((one.seq, one.code) for one in (*chase.anomalies, *(one.anomaly for one in chase.settled)))
    assert Counter(said for said in play.warned if said[1] != "other-rate") == listed


@settings(max_examples=40, deadline=None)
@forall(PLANS, st.integers(0, 80))
@example(ONE_OF_EACH, 40)
def test_folding_in_two_parts_even_through_storage_is_folding_at_once(plans: list[Plan], middle: int) -> None:
    records = played(plans).records
    for projection in VIEWS:
        adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
        state = adapter.validate_json(adapter.dump_json(fold(projection, records[:middle])))
        for record in records[middle:]:
            state = projection.evolve(state, record)
        assert state == fold(projection, records)
        if projection.evolve_all is not None:
            assert projection.evolve_all(fold(projection, records[:middle]), records[middle:]) == state


@settings(max_examples=60, deadline=None)
@forall(PLANS)
@example(ONE_OF_EACH)
def test_the_totals_of_a_year_are_exact_sums(plans: list[Plan]) -> None:
    records = played(plans).records
    balances = fold(BALANCES, records)
    accounts, pots = recounted(records)
    assert {account: cents for account, cents in balances.accounts.items() if cents and account not in {"110", "580"}} == accounts
    assert {pot: cents for pot, cents in balances.pots.items() if cents} == pots
    results = {account: cents for account, cents in balances.results.get("2024-25", {}).items() if cents}
    assert results == {account: cents for account, cents in accounts.items() if account[0] in "67"}


def recounted(records: Sequence[Recorded[Any]]) -> tuple[dict[str, int], dict[str, int]]:
    """Count again without double entry, the way one would on paper: what each account and each pot gained, entry by entry."""
    accounts: Counter[str] = Counter()
    pots: Counter[str] = Counter()
    moves: dict[str, tuple[Counter[str], Counter[str]]] = {}
    pot_of: dict[str, str] = {}
    for record in records:
        event: Any = record.event
        gained, held = Counter[str](), Counter[str]()
        match event:
            case YearOpened(opening=opening) if opening:
                for balance in opening:
                    gained[balance.account] += balance.amount
                    held[balance.pot] += balance.amount
            case ReceiptRecorded() | ExpenseRecorded():
                sign = 1 if isinstance(event, ReceiptRecorded) else -1
                for leg in event.treasury:
                    gained[leg.account] += leg.amount
                for one in event.allocations:
                    gained[one.account] -= sign * one.amount
                    held[one.pot or event.pot] += sign * one.amount
            case TransferRecorded():
                gained.update({event.out_of: -event.amount, event.into: event.amount})
            case PotTransferRecorded():
                held.update({event.out_of: -event.amount, event.into: event.amount})
            case AdvanceGranted():
                pot_of[event.advance] = event.pot
                gained.update({event.out_of: -event.amount, "467": event.amount})
            case AdvanceReturned():
                gained.update({event.into: event.amount, "467": -event.amount})
            case AdvanceJustified():
                for one in event.allocations:
                    gained.update({one.account: one.amount, "467": -one.amount})
                    held[one.pot or pot_of[event.advance]] -= one.amount
            case EntryReversed(reverses=reverses):
                gained, held = (Counter({name: -cents for name, cents in side.items()}) for side in moves[reverses])
        moves.update(dict.fromkeys(name_of(event), (gained, held)))
        accounts.update(gained)
        pots.update(held)
    return {name: cents for name, cents in accounts.items() if cents}, {name: cents for name, cents in pots.items() if cents}


@settings(max_examples=40, deadline=None)
@forall(PLANS)
@example(ONE_OF_EACH)
def test_no_number_serves_twice_except_for_what_replaces_a_reversed_entry(plans: list[Plan]) -> None:
    used: dict[tuple[str, int], str] = {}
    undone: set[str] = set()
    steps: set[str] = set()  # of advances: once reversed, their numbers are free
    for record in played(plans).records:
        event = record.event
        undone |= {event.reverses} if isinstance(event, EntryReversed) else set()
        if (voucher := getattr(event, "voucher", None)) is not None:
            holder = used.get((voucher.series, voucher.number))
            assert holder is None or (holder in undone and (holder in steps or event.replaces == holder))
            (used[voucher.series, voucher.number],) = name_of(event)
            steps |= {*name_of(event)} if hasattr(event, "advance") else set()


# Papers, statements and the registers have histories of their own (test_vouchers, test_bank, test_inventory …).
MOVE_NOTHING = {
    *("vouchers", "bank", "orders", "inventory", "cheques", "deposits", "grants", "in_kind"),
    *("budget", "explaining", "verification", "closing"),
}


def test_the_histories_of_these_properties_hold_every_kind_of_entry() -> None:
    """A generator that is always refused would prove nothing."""
    more = (Plan("share", 0, 0, 50_00, 8), Plan("pay-back", 0, 0, 1, 0), Plan("justify", 0, 0, 5_00, 7))
    after = (Plan("decide", 0, 0, 1, 0), Plan("expense", 0, 0, 5_00, 0), Plan("regularise", 0, 0, 1, 0))
    play: Play = played([*ONE_OF_EACH, *more, *after])
    kinds = {type(record.event).__name__ for record in play.records}
    moving = {type(example) for example in EXAMPLES if type(example).__module__.rpartition(".")[2] not in MOVE_NOTHING}
    assert {kind.__name__ for kind in moving} - kinds == {"TreasuryAccountClosed"}
    assert play.warned

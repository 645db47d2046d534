"""Balances folded in bulk are those folded fact by fact, whatever the order and whatever a cut hides."""

from datetime import date

from hypothesis import given as forall
from hypothesis import strategies as st

from services.ledger.events.advances import AdvanceGranted, AdvanceJustified
from services.ledger.events.books import PotKind, PotOpened, TreasuryAccountOpened, TreasuryKind, YearOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import (
    Allocation,
    EntryReversed,
    ExpenseRecorded,
    Leg,
    Means,
    ReceiptRecorded,
    TransferRecorded,
    Voucher,
)
from services.ledger.events.pots import PotTransferRecorded, Purpose
from services.ledger.projections.balances import BALANCES, Balances, evolve, evolve_all
from shared.messages import id_from
from shared.projecting import fold
from tests.given import SOMEBODY, recorded

DAYS = st.dates(date(2023, 9, 1), date(2025, 8, 31))
AMOUNTS = st.integers(1, 10_000)
IDS = st.integers(1, 6).map(lambda number: id_from(b"%d" % number))  # few, so that reversals and justifications meet what they name
POTS = st.sampled_from(["ecole", "cm1"])
ACCOUNTS = st.sampled_from(["512", "530"])
VOUCHER = Voucher(series="R", number=1)


def _allocations(accounts: list[str]) -> st.SearchStrategy[tuple[Allocation, ...]]:
    one = st.builds(
        Allocation,
        account=st.sampled_from(accounts),
        amount=AMOUNTS,
        pot=st.none() | POTS,
        project=st.none() | st.sampled_from(["jardin", "journal"]),
    )
    return st.lists(one, min_size=0, max_size=3).map(tuple)


LEGS = st.lists(st.builds(Leg, account=ACCOUNTS, amount=st.integers(-500, 500)), max_size=2).map(tuple)
SAID = {"on": DAYS, "voucher": st.just(VOUCHER), "label": st.just("Sortie")}
FACTS: st.SearchStrategy[LedgerEvent] = st.one_of(
    st.builds(
        ReceiptRecorded,
        entry=IDS,
        treasury=LEGS,
        allocations=_allocations(["756", "707"]),
        pot=POTS,
        means=st.just(Means.CASH),
        project=st.none(),
        **SAID,
    ),
    st.builds(
        ExpenseRecorded, entry=IDS, treasury=LEGS, allocations=_allocations(["601", "606"]), pot=POTS, means=st.just(Means.CASH), **SAID
    ),
    st.builds(TransferRecorded, entry=IDS, out_of=ACCOUNTS, into=ACCOUNTS, amount=AMOUNTS, **SAID),
    st.builds(EntryReversed, entry=IDS, reverses=IDS, reason=st.just("Erreur"), on=DAYS),
    st.builds(
        PotTransferRecorded,
        transfer=IDS,
        on=DAYS,
        label=st.just("Aide"),
        out_of=POTS,
        into=POTS,
        amount=AMOUNTS,
        purpose=st.just(Purpose.SHARE),
    ),
    st.builds(
        AdvanceGranted, advance=IDS, pot=POTS, holder=st.just(SOMEBODY), out_of=ACCOUNTS, amount=AMOUNTS, on=DAYS, voucher=st.just(VOUCHER)
    ),
    st.builds(AdvanceJustified, advance=IDS, allocations=_allocations(["601"]), **SAID),
    st.builds(PotOpened, pot=POTS, label=st.just("Pot"), kind=st.just(PotKind.CLASS), on=DAYS),
    st.builds(TreasuryAccountOpened, account=ACCOUNTS, kind=st.just(TreasuryKind.BANK), label=st.just("Banque"), on=DAYS),
    st.just(YearOpened(year="2023-24", starts=date(2023, 9, 1), ends=date(2024, 8, 31), chart="occe")),
    st.just(YearOpened(year="2024-25", starts=date(2024, 9, 1), ends=date(2025, 8, 31), chart="occe")),
)


@forall(st.lists(FACTS, max_size=25), st.integers(0, 25))
def test_in_bulk_is_one_by_one(facts: list[LedgerEvent], cut: int) -> None:
    records = recorded(facts)
    one_by_one = Balances()
    for record in records:
        one_by_one = evolve(one_by_one, record)
    assert fold(BALANCES, records) == one_by_one
    assert evolve_all(evolve_all(Balances(), records[:cut]), records[cut:]) == one_by_one


@forall(st.lists(FACTS, max_size=10))
def test_a_state_folded_further_stays_as_it_was(facts: list[LedgerEvent]) -> None:
    before = fold(BALANCES, recorded(facts))
    same = fold(BALANCES, recorded(facts))
    receipt = ReceiptRecorded(
        entry=id_from(b"more"), on=date(2024, 10, 1), voucher=VOUCHER, label="Sortie", treasury=(Leg(account="512", amount=100),),
        allocations=(Allocation(account="756", amount=100),), pot="cm1", means=Means.CASH,
    )  # fmt: skip
    after = evolve_all(before, recorded([receipt]))
    assert before == same
    assert after != before

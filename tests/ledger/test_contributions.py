"""Receipts on account 7562, as the books tell them: their cents on that account, their families, and never one that was reversed."""

from datetime import UTC, date, datetime

from services.ledger.events.entries import Allocation, EntryReversed, Leg, Means, ReceiptRecorded, Voucher
from services.ledger.projections.contributions import CONTRIBUTIONS, ContributionReceipt, Contributions
from shared.messages import Event
from tests.ledger.decided import at

FIRST, SECOND, REVERSAL = "a" * 26, "b" * 26, "c" * 26
AUTUMN, MOMENT = date(2025, 10, 1), datetime(2025, 10, 3, tzinfo=UTC)


def receipt(entry: str, on: date, families: int | None, *allocations: tuple[str, int]) -> ReceiptRecorded:
    split = tuple(Allocation(account=account, amount=amount) for account, amount in allocations)
    treasury = (Leg(account="512", amount=sum(one.amount for one in split)),)
    return ReceiptRecorded(
        entry=entry,
        on=on,
        voucher=Voucher(series="R", number=1),
        label="Coopérative",
        treasury=treasury,
        allocations=split,
        pot="ECOLE",
        means=Means.CHEQUE,
        families=families,
    )


def folded(*events: Event) -> Contributions:
    state = CONTRIBUTIONS.initial
    for seq, event in enumerate(events, start=1):
        state = CONTRIBUTIONS.evolve(state, at(MOMENT, seq, event))
    return state


def test_only_what_goes_to_the_account_counts_on_its_day() -> None:
    state = folded(receipt(FIRST, AUTUMN, 3, ("7562", 4500), ("7020", 900)), receipt(SECOND, date(2026, 1, 9), None, ("75620008", 1000)))
    assert list(state.between(AUTUMN, date(2025, 12, 31))) == [ContributionReceipt(AUTUMN, 4500, 3)]
    assert sum(one.amount for one in state.between(AUTUMN, date(2026, 8, 31))) == 5500
    assert folded(receipt(FIRST, AUTUMN, 3, ("7020", 900))) == Contributions()


def test_a_receipt_that_was_reversed_is_none() -> None:
    reversal = EntryReversed(entry=REVERSAL, reverses=FIRST, reason="Saisie deux fois", on=AUTUMN)
    assert folded(receipt(FIRST, AUTUMN, 3, ("7562", 4500)), reversal) == Contributions()

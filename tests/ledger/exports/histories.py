"""Histories to export: a year of random commands as the rules let them through, and a year of a given number of entries."""

import random
from collections import Counter
from datetime import date, timedelta
from functools import cache

from services.ledger.events.books import YearOpened
from services.ledger.events.entries import Allocation, Leg, Means, ReceiptRecorded, Voucher
from services.ledger.exports.exported import EXPORTED, Exported
from shared.messages import Event, id_from
from shared.projecting import fold
from tests.examples_ledger import OPEN_BOOKS
from tests.given import recorded
from tests.ledger.playing import COUNCILS, KINDS, Plan, played

PLANS = 60  # asked; the rules let about half through
LABELS = ("=1+1", "Goûter ; « crêpes »", "@fête", "Œuvres d’élèves – “jour” 2", '+33 "x"', "'cité", "Кружок", "a|b\\c", "_x0041_", "-5 %")


@cache
def generated(seed: int) -> Exported:
    """Return the state after a year of random commands; the same for the same seed."""
    dice = random.Random(seed)
    plans = [
        Plan(dice.choice((*KINDS, *COUNCILS)), dice.randint(0, 6), dice.randint(0, 45), dice.randint(1, 400_00), dice.randint(0, 1_000))
        for _ in range(PLANS)
    ]
    return fold(EXPORTED, played(plans).records)


def busy(entries: int) -> Exported:
    """Return the state after a year of receipts whose labels are hard to write, and the opening of the next year."""
    facts: list[Event] = [*OPEN_BOOKS, *(receipt(number) for number in range(entries))]
    next_year = YearOpened(year="2025-26", starts=date(2025, 9, 1), ends=date(2026, 8, 31), chart="occe")
    return fold(EXPORTED, recorded([*facts, next_year, receipt(entries, date(2025, 9, 2))]))


def receipt(number: int, on: date | None = None) -> ReceiptRecorded:
    """Return one receipt in two lines of two pots."""
    cents = 1 + number * 7919 % 90_000
    return ReceiptRecorded(
        entry=id_from(b"busy%d" % number),
        on=on or date(2024, 9, 2) + timedelta(days=number % 360),
        voucher=Voucher(series="R", number=1 + number),
        label=LABELS[number % len(LABELS)],
        treasury=(Leg(account=("512", "530")[number % 2], amount=cents + 5),),
        allocations=(Allocation(account="7562", amount=cents), Allocation(account="7070", amount=5, pot="CM2", project="loto")),
        pot="ECOLE",
        means=Means.OTHER,
    )


def balances_of(exported: Exported) -> Counter[str]:
    """Return the balance of each account that is not at zero, as the view of balances has it."""
    return Counter({account: cents for account, cents in exported.funds.balances.accounts.items() if cents})


def without_zeros(balances: Counter[str]) -> Counter[str]:
    """Return the balances that are not zero."""
    return Counter({account: cents for account, cents in balances.items() if cents})

"""Any sequence of commands of the ledger, asked of its real rulebook on a clock that moves on; what it accepts is a history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from services.ledger.commands import (
    ClosePot,
    DeclareMembership,
    ExplainVoucherGap,
    GrantAdvance,
    JustifyAdvance,
    LockPeriod,
    PayBackPots,
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    ReturnAdvance,
    ReverseEntry,
    SettleAdvance,
    SharePot,
    TransferBetweenPots,
    UnlockPeriod,
)
from services.ledger.events import (
    AdvanceGranted,
    AdvanceJustified,
    AdvanceReturned,
    Allocation,
    ClassCount,
    KeyKind,
    Leg,
    Means,
    PotWeight,
    Purpose,
    Rounding,
    Voucher,
)
from services.ledger.main import LEDGER
from shared.messages import Circumstances, Command, Recorded, id_from
from shared.refusals import Unanswered
from tests.examples_governance import GARNIER, LEFEVRE
from tests.examples_ledger import OPEN_BOOKS
from tests.given import PARIS, REGISTER, recorded

POTS = ("ECOLE", "CP", "CM2")
KINDS = (
    "receipt", "receipt", "expense", "expense", "transfer", "reverse", "reverse-and-replace", "pots", "share", "pay-back",
    "grant", "justify", "justify", "return", "settle", "lock", "unlock", "close-pot", "declare", "gap",
)  # fmt: skip


class Plan(NamedTuple):
    """One thing to ask: its kind, the days since the last one and back to its business date, an amount, a choice."""

    kind: str
    days_on: int
    days_back: int
    cents: int
    pick: int


PLANS = st.lists(
    st.builds(Plan, st.sampled_from(KINDS), st.integers(0, 12), st.integers(0, 45), st.integers(1, 400_00), st.integers(0, 1_000)),
    min_size=8,
    max_size=30,
)


@dataclass
class Play:
    """A history with what was asked and said on the way; `accepted` are the commands that recorded something."""

    records: list[Recorded[Any]] = field(default_factory=lambda: recorded(OPEN_BOOKS))
    accepted: list[Command] = field(default_factory=list)
    warned: list[tuple[int, str]] = field(default_factory=list)


def played(plans: Sequence[Plan]) -> Play:
    """Ask each plan in turn; what the rules refuse records nothing."""
    play, state, now = Play(), LEDGER.initial, datetime(2024, 10, 14, 8, tzinfo=UTC)
    for record in play.records:
        state = LEDGER.evolve(state, record)
    entries: list[str] = []
    left: dict[str, int] = {}
    for number, plan in enumerate(plans):
        now += timedelta(days=plan.days_on)
        command = asked(plan, (now - timedelta(days=plan.days_back)).date(), number, entries, left)
        name = id_from(b"play%d" % number)
        given = Circumstances(GARNIER, REGISTER, name, now, number.to_bytes(32, "big"), PARIS)
        try:
            events = LEDGER.answer(state, command, given)
        except Unanswered:
            continue
        stored = [Recorded(REGISTER, len(play.records) + offset, now, GARNIER, name, event) for offset, event in enumerate(events, start=1)]
        for record in stored:
            play.warned.extend((record.seq, notice.code()) for notice in LEDGER.warnings(state, [record]))
            state = LEDGER.evolve(state, record)
            entries.extend(getattr(record.event, name) for name in ("entry", "transfer") if hasattr(record.event, name))
            left_after(left, record.event)
        play.records.extend(stored)
        play.accepted.extend([command] if stored else [])
    return play


def left_after(left: dict[str, int], event: Any) -> None:
    """Keep what is left of each advance."""
    match event:
        case AdvanceGranted():
            left[event.advance] = event.amount
        case AdvanceJustified():
            left[event.advance] -= sum(one.amount for one in event.allocations)
        case AdvanceReturned():
            left[event.advance] -= event.amount


def asked(plan: Plan, on: date, number: int, entries: Sequence[str], left: Mapping[str, int]) -> Command:
    """Build the command of a plan; ids are picked among those there are, or made up when there are none."""
    pick, cents = plan.pick, plan.cents
    pot, other = POTS[pick % 3], POTS[(pick // 3) % 3]
    cash, bank = ("530", "512") if pick % 2 else ("512", "530")
    entry = entries[pick % len(entries)] if entries else "z" * 26
    advance = list(left)[pick % len(left)] if left else "z" * 26
    common: dict[str, Any] = {"on": on, "label": f"Essai {number}"}
    numbered: dict[str, Any] = common | {"voucher": Voucher(series="RDT"[pick % 3], number=1 + number + pick % 3)}
    split = (Allocation(account="6180", amount=cents), Allocation(account="6070", amount=1 + pick, pot=other, project="loto"))
    match plan.kind:
        case "receipt":
            return receipt(numbered, cash, pot, split)
        case "expense":
            leg = Leg(account=cash, amount=-cents - 1 - pick)
            return RecordExpense(**numbered, treasury=(leg,), allocations=split, pot=pot, means=Means.CASH, irregular="Urgent")
        case "transfer":
            return RecordTransfer(**numbered, out_of=cash, into=bank, amount=cents)
        case "reverse":
            return ReverseEntry(reverses=entry, reason="Erreur", on=on)
        case "reverse-and-replace":
            return ReverseEntry(reverses=entry, reason="Erreur", on=on, receipt=receipt(numbered, cash, pot, split))
        case "pots":
            return TransferBetweenPots(**common, out_of=pot, into=other, amount=cents, purpose=Purpose.COMPLEMENT)
        case "share":
            weights = (PotWeight(pot="CP", weight=pick % 7), PotWeight(pot="CM2", weight=pick % 5))
            return SharePot(**common, out_of="ECOLE", amount=cents, kind=KeyKind.CUSTOM, weights=weights, rounding=list(Rounding)[pick % 2])
        case "pay-back":
            return PayBackPots(**common, into="ECOLE")
        case "grant":
            label = {name: value for name, value in numbered.items() if name != "label"}
            amounts: dict[str, Any] = {"amount": 20_00 + cents % 130_00, "ceiling": 10_00 if pick % 2 else None}
            return GrantAdvance(**label, pot=pot, holder=LEFEVRE, out_of=cash, irregular="Avance", **amounts)
        case "justify":
            return JustifyAdvance(**numbered, advance=advance, allocations=(Allocation(account="6180", amount=1 + cents % 30_00),))
        case "return":
            return ReturnAdvance(advance=advance, on=on, voucher=numbered["voucher"], into=bank, amount=left.get(advance, cents) or 1)
        case "settle":
            return SettleAdvance(advance=advance, on=on)
        case "lock":
            return LockPeriod(through=on - timedelta(days=25), reason="Rapprochement")
        case "unlock":
            return UnlockPeriod(through=on - timedelta(days=40), reason="Oubli")
        case "close-pot":
            return ClosePot(pot="CM1", on=on)
        case "declare":
            heads: dict[str, Any] = {
                "classes": (ClassCount(class_code="CP", pupils=23),),
                "adults": pick,
                "rate": 235 + pick % 2,
                "insurance": 25,
            }
            return DeclareMembership(year="2024-25", on=on, rules_version="2024-25", **heads)
        case _:
            return ExplainVoucherGap(year="2024-25", voucher=numbered["voucher"], reason="Jamais utilisé")


def receipt(numbered: dict[str, Any], account: str, pot: str, split: tuple[Allocation, ...]) -> RecordReceipt:
    """Return a receipt of a split, its accounts turned to income."""
    income = tuple(Allocation(**dict(one) | {"account": {"6180": "7562", "6070": "7070"}[one.account]}) for one in split)
    leg = Leg(account=account, amount=sum(one.amount for one in income))
    return RecordReceipt(**numbered, treasury=(leg,), allocations=income, pot=pot, means=Means.OTHER)

"""Any sequence of commands of the ledger, asked of its real rulebook on a clock that moves on; what it accepts is a history.

Councils decide in between: their facts stand in the register as governance would write them, and never release more than is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from services.governance.events.papers import Money
from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionRevoked
from services.ledger.commands.books import (
    ClosePot,
    DeclareMembership,
    GrantAdvance,
    JustifyAdvance,
    LockPeriod,
    PayBackPots,
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    RegulariseExpense,
    ReturnAdvance,
    ReverseEntry,
    SettleAdvance,
    SharePot,
    TransferBetweenPots,
    UnlockPeriod,
)
from services.ledger.commands.explaining import ExplainVoucherGap
from services.ledger.commitments import Commitments
from services.ledger.commitments import evolve as commitments_after
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.books import ClassCount
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.events.pots import KeyKind, PotWeight, Purpose, Rounding
from services.ledger.main import LEDGER
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from shared.refusals import Unanswered
from tests.examples_governance import GARNIER, LEFEVRE
from tests.examples_ledger import OPEN_BOOKS
from tests.given import PARIS, REGISTER, recorded

POTS = ("ECOLE", "CP", "CM2")
DECIDED = tuple(id_from(b"decision%d" % number) for number in range(4))
KINDS = (
    "receipt", "receipt", "expense", "expense", "transfer", "reverse", "reverse-and-replace", "pots", "share", "pay-back",
    "grant", "justify", "justify", "return", "settle", "lock", "unlock", "close-pot", "declare", "gap",
    "decided-expense", "decided-expense", "decided-grant", "decided-pots", "regularise",
)  # fmt: skip
COUNCILS = ("decide", "decide", "release", "revoke")


class Plan(NamedTuple):
    """One thing to ask: its kind, the days since the last one and back to its business date, an amount, a choice."""

    kind: str
    days_on: int
    days_back: int
    cents: int
    pick: int


ANY_KIND = st.sampled_from((*KINDS, *COUNCILS))
PLANS = st.lists(
    st.builds(Plan, ANY_KIND, st.integers(0, 12), st.integers(0, 45), st.integers(1, 400_00), st.integers(0, 1_000)),
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
    commitments = Commitments()
    for number, plan in enumerate(plans):
        now += timedelta(days=plan.days_on)
        command = asked(plan, (now - timedelta(days=plan.days_back)).date(), number, entries, left)
        name = id_from(b"play%d" % number)
        if plan.kind in COUNCILS:
            for fact in council(plan, commitments):
                play.records.append(Recorded(REGISTER, len(play.records) + 1, now, GARNIER, name, fact))
                state, commitments = LEDGER.evolve(state, play.records[-1]), commitments_after(commitments, play.records[-1])
            continue
        given = Circumstances(GARNIER, REGISTER, name, now, number.to_bytes(32, "big"), PARIS)
        try:
            events = LEDGER.answer(state, command, given)
        except Unanswered:
            continue
        stored = [Recorded(REGISTER, len(play.records) + offset, now, GARNIER, name, event) for offset, event in enumerate(events, start=1)]
        for record in stored:
            play.warned.extend((record.seq, notice.code()) for notice in LEDGER.warnings(state, [record]))
            state, commitments = LEDGER.evolve(state, record), commitments_after(commitments, record)
            entries.extend(name_of(record.event))
            left_after(left, record.event)
        play.records.extend(stored)
        play.accepted.extend([command] if stored else [])
    return play


def council(plan: Plan, known: Commitments) -> list[Event]:
    """Return what a council does: a decision once, with an envelope three times in four; what is left of it; its revocation."""
    name = DECIDED[plan.pick % 4]
    decision = known.decisions.get(name)
    if plan.kind == "decide":
        envelope = Money(amount=3 * plan.cents, pot=POTS[plan.pick % 3]) if plan.pick % 4 else None
        return [] if decision else [DecisionAdopted(decision=name, body="conseil", title="Essai", spending=envelope)]
    if decision is None or decision.revoked:
        return []
    if plan.kind == "revoke":
        return [DecisionRevoked(decision=name, by=name, reason="Essai")]
    return [CommitmentReleased(decision=name, amount=min(plan.cents, decision.left), reason="Essai")] if decision.left else []


def name_of(event: Any) -> list[str]:
    """Return the id that a reversal of a fact gives, if one can be: that of a grant is the advance's."""
    names = (getattr(event, "entry", None), getattr(event, "transfer", None), event.advance if isinstance(event, AdvanceGranted) else None)
    return [name for name in names if name is not None]


def left_after(left: dict[str, int], event: Any) -> None:
    """Keep what is left of each advance, as if nothing were reversed: it only proposes amounts."""
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
        case citing if citing.startswith("decided-"):
            return decided(asked(plan._replace(kind=citing.removeprefix("decided-")), on, number, entries, left), pick)
        case "receipt":
            return receipt(numbered, cash, pot, split)
        case "expense":
            leg = Leg(account=cash, amount=-cents - 1 - pick)
            return RecordExpense(**numbered, treasury=(leg,), allocations=split, pot=pot, means=Means.CASH, irregular="Urgent")
        case "regularise":
            return RegulariseExpense(entry=entries[-1 - pick % len(entries)] if entries else "z" * 26, decision=DECIDED[pick % 4])
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
            return ReturnAdvance(advance=advance, on=on, voucher=numbered["voucher"], into=bank, amount=max(1, left.get(advance, cents)))
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


def decided(plain: Any, pick: int) -> Command:
    """Return a command that cites a decision, mostly without a reason; an expense of its first line, which one envelope can carry."""
    changes: dict[str, Any] = {"decision": DECIDED[pick % 4]}
    if not isinstance(plain, TransferBetweenPots):
        changes |= {"irregular": "Urgent" if pick % 5 == 0 else None}
    if isinstance(plain, RecordExpense):
        line, leg = plain.allocations[0], plain.treasury[0]
        changes |= {"allocations": (line,), "treasury": (Leg(account=leg.account, amount=-line.amount),)}
    cited: Command = type(plain)(**dict(plain) | changes)
    return cited


def receipt(numbered: dict[str, Any], account: str, pot: str, split: tuple[Allocation, ...]) -> RecordReceipt:
    """Return a receipt of a split, its accounts turned to income."""
    income = tuple(Allocation(**dict(one) | {"account": {"6180": "7562", "6070": "7070"}[one.account]}) for one in split)
    leg = Leg(account=account, amount=sum(one.amount for one in income))
    return RecordReceipt(**numbered, treasury=(leg,), allocations=income, pot=pot, means=Means.OTHER)

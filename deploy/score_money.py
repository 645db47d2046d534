"""The money of the sample year as commands: the spreadsheet's operations, and the stories told beside it.

D16 is written late, R09 on the wrong account and then reversed, T08 is never used, D31 is paid before any council.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from deploy.player import keeper
from deploy.player_goods import CHECKED_ON, Goods
from deploy.player_vouchers import CAME_LATE, attach, invoice, unreadable
from deploy.spreadsheet import Move, Operation
from deploy.stage import Stage, data_of
from services.ledger.checking.duplicates import ProbableDuplicate
from services.ledger.commands.books import (
    GrantAdvance,
    JustifyAdvance,
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
)
from services.ledger.commands.explaining import ExplainAnomaly, ExplainVoucherGap
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from services.ledger.events.legs import ADVANCES
from services.ledger.events.pots import KeyKind, PotWeight, Purpose, Rounding

LATE = {"D16": date(2025, 3, 26)}  # entered forty days after its date
FIRST_UNDER = {"R09": ("7070", date(2025, 2, 12))}  # the wrong account, and the day the error was found
BEFORE_THE_COUNCIL = {"D31": date(2025, 6, 26)}  # paid without a decision, and the day a council took it on itself
BUDGET, ADVANCES_VOTE, SHARE_VOTE, COMPLEMENT_VOTE = "budget", "V03", "V02", "V08"  # what the other expenses and transfers cite
UNUSED = Voucher(series="T", number=8)
CEILING = 4_000  # cents an expense, by the teachers' council of 1 October (V03)
PAID_FIRST = "Payée avant le conseil, à régulariser"
GAP_REASON = "La régie de la classe a été dépensée au centime : aucun reliquat à rendre"
WRONG_ACCOUNT = "Recette du loto passée par erreur en ventes"
GAP_SEEN_ON = date(2025, 7, 2)
ALIKE = {"D22": ("D10", "Deux séances de cinéma au même prix, pour les 149 élèves")}  # and why they are two all the same


class Step(NamedTuple):
    """One thing to do on a day; on one day, in this order."""

    on: date
    order: int
    act: Callable[[], object]


class Money:
    """The spreadsheet as commands, with the stories beside it."""

    def __init__(self, stage: Stage) -> None:
        """Start before the first operation."""
        self._stage = stage
        self._advances: dict[str, str] = {}  # the open advance of each pot
        self._entries: dict[str, str] = {}  # by voucher
        self._goods = Goods(stage)

    def steps(self) -> Iterator[Step]:
        """Give one step per operation and per decision about pots."""
        sheets = self._stage.sample.sheets
        for operation in sheets.operations:
            piece = _piece(operation)
            yield Step(LATE.get(piece, operation.on), 2, partial(self._operation, operation))
        for piece, (_, found_on) in FIRST_UNDER.items():
            operation = next(one for one in sheets.operations if _piece(one) == piece)
            yield Step(found_on, 3, partial(self._corrected, operation, found_on))
        for on in sorted({one.on for one in sheets.moves}):
            yield Step(on, 4, partial(self._moves, on, [one for one in sheets.moves if one.on == on]))
        for piece, decided_on in BEFORE_THE_COUNCIL.items():
            yield Step(decided_on, 3, partial(self._regularised, piece, decided_on))
        for piece, brought_on in CAME_LATE.items():
            yield Step(brought_on, 3, partial(self._brought, piece, brought_on))
        for piece in ALIKE:
            yield Step(GAP_SEEN_ON, 6, partial(self._alike, piece))
        closing = max(one.on for one in sheets.operations if any(account == ADVANCES for account, _ in one.amounts))
        yield Step(closing, 5, partial(self._settled, closing))
        yield Step(GAP_SEEN_ON, 5, self._gap)
        yield Step(CHECKED_ON, 7, self._goods.checked)

    def _operation(self, one: Operation) -> None:
        stage, amounts = self._stage, dict(one.amounts)
        advance, places = amounts.pop(ADVANCES, 0), amounts
        day = LATE.get(_piece(one), one.on)
        by = keeper(stage, day)
        match advance, bool(one.split):
            case 0, True:
                self._entry(one, day, by)
            case 0, False:
                out_of, into = (next(account for account, amount in places.items() if amount * sign > 0) for sign in (-1, 1))
                transfer = RecordTransfer(
                    on=one.on, voucher=one.voucher, label=one.label, out_of=out_of, into=into, amount=max(places.values())
                )
                stage.ask(day, by, transfer)
            case _, True:
                self._entries[_piece(one)] = data_of(stage.ask(day, by, self._justification(one)))["entry"]
                self._paper(one, day)
            case granted, False if granted > 0:
                self._granted(one, granted, day, by)
            case returned, False:
                [into] = places
                back = ReturnAdvance(advance=self._advances[one.pot or ""], on=one.on, voucher=one.voucher, into=into, amount=-returned)
                stage.ask(day, by, back)

    def _entry(self, one: Operation, day: date, by: str) -> None:
        wrong, _ = FIRST_UNDER.get(_piece(one), (None, None))
        written = data_of(self._stage.ask(day, by, self._entry_command(one, day, wrong)))
        self._entries[_piece(one)] = written["entry"]
        self._paper(one, day)
        self._goods.bought(_piece(one), sum(share.amount for share in one.split), written["entry"], day)

    def _paper(self, one: Operation, day: date) -> None:
        if _piece(one) not in CAME_LATE:
            attach(self._stage, day, self._entries[_piece(one)], invoice("Pièce inventée", _piece(one), one.label, one.on.isoformat()))

    def _brought(self, piece: str, day: date) -> None:
        attach(self._stage, day, self._entries[piece], unreadable())

    def _corrected(self, one: Operation, on: date) -> None:
        reversal = ReverseEntry(reverses=self._entries[_piece(one)], reason=WRONG_ACCOUNT, on=one.on, receipt=_receipt(one))
        self._stage.ask(on, keeper(self._stage, on), reversal)

    def _regularised(self, piece: str, on: date) -> None:
        stage = self._stage
        stage.ask(on, keeper(stage, on), RegulariseExpense(entry=self._entries[piece], decision=stage.decisions[piece]))

    def _entry_command(self, one: Operation, day: date, account: str | None = None) -> RecordReceipt | RecordExpense:
        if (received := sum(amount for _, amount in one.amounts)) > 0:
            return _receipt(one, account, self._goods.funding(_piece(one), received, day))
        piece, stage = _piece(one), self._stage
        if piece in BEFORE_THE_COUNCIL:
            return RecordExpense(irregular=PAID_FIRST, **_entry(one, account))
        decision = stage.decisions[stage.sample.paid_by.get(piece, BUDGET)]
        return RecordExpense(decision=decision, grant=self._goods.grant(piece), **_entry(one, account))

    def _granted(self, one: Operation, amount: int, day: date, by: str) -> None:
        [out_of] = [account for account, _ in one.amounts if account != ADVANCES]
        teacher = next(each["teacher"] for each in self._stage.sample.setup["classes"] if each["code"] == one.pot)
        command = GrantAdvance(
            on=one.on,
            voucher=one.voucher,
            pot=one.pot or "",
            holder=self._stage.people[teacher],
            out_of=out_of,
            amount=amount,
            ceiling=CEILING,
            decision=self._stage.decisions[ADVANCES_VOTE],
        )
        self._advances[one.pot or ""] = data_of(self._stage.ask(day, by, command))["advance"]

    def _justification(self, one: Operation) -> JustifyAdvance:
        advance = self._advances[one.pot or ""]
        tickets = tuple(ticket for line in _allocations(one, alone=True) for ticket in _tickets(line))
        return JustifyAdvance(advance=advance, on=one.on, voucher=one.voucher, label=one.label, allocations=tickets)

    def _moves(self, day: date, moves: list[Move]) -> None:
        stage, by = self._stage, keeper(self._stage, day)
        label = moves[0].label
        if len({move.label for move in moves}) == 1 and len({move.into for move in moves}) == 1 and len(moves) > 1:
            stage.ask(day, by, PayBackPots(on=day, label=label, into=moves[0].into))
        elif len({move.label for move in moves}) == 1 and len(moves) > 1:
            pupils = {one["code"]: one["pupils"] for one in stage.sample.setup["classes"]}
            weights = tuple(PotWeight(pot=move.into, weight=pupils[move.into]) for move in moves)
            total = sum(move.amount for move in moves)
            share = SharePot(
                on=day,
                label=label,
                out_of=moves[0].out_of,
                amount=total,
                kind=KeyKind.PRO_RATA,
                weights=weights,
                rounding=Rounding.NEAREST_THEN_LARGEST,
                decision=stage.decisions[SHARE_VOTE],
            )
            stage.ask(day, by, share)
        else:
            for move in moves:
                complement = TransferBetweenPots(
                    on=day,
                    label=move.label,
                    out_of=move.out_of,
                    into=move.into,
                    amount=move.amount,
                    purpose=Purpose.COMPLEMENT,
                    decision=stage.decisions[COMPLEMENT_VOTE],
                )
                stage.ask(day, by, complement)

    def _settled(self, day: date) -> None:
        for _, advance in sorted(self._advances.items()):
            self._stage.ask(day, keeper(self._stage, day), SettleAdvance(advance=advance, on=day))

    def _gap(self) -> None:
        year = self._stage.sample.setup["fiscal_year"]["year"]
        explained = ExplainVoucherGap(year=year, voucher=UNUSED, reason=GAP_REASON)
        self._stage.ask(GAP_SEEN_ON, keeper(self._stage, GAP_SEEN_ON), explained)

    def _alike(self, piece: str) -> None:
        like, reason = ALIKE[piece]
        explained = ExplainAnomaly(check=ProbableDuplicate.code(), entries=(self._entries[like], self._entries[piece]), reason=reason)
        self._stage.ask(GAP_SEEN_ON, keeper(self._stage, GAP_SEEN_ON), explained)


def _receipt(one: Operation, account: str | None = None, funding: str | None = None) -> RecordReceipt:
    families = re.search(r"(\d+) familles", one.label)
    return RecordReceipt(families=int(families.group(1)) if families else None, funding=funding, **_entry(one, account))


def _entry(one: Operation, account: str | None) -> dict[str, Any]:
    return {
        "on": one.on,
        "voucher": one.voucher,
        "label": one.label,
        "treasury": tuple(Leg(account=place, amount=amount) for place, amount in one.amounts),
        "allocations": _allocations(one, account=account),
        "pot": one.pot,
        "project": one.project,
        "means": _means(one),
    }


def _tickets(line: Allocation) -> Iterator[Allocation]:
    """Tell a class's cash book as its tickets: the sample gives their sum alone, and each was to be at most the ceiling."""
    for start in range(0, line.amount, CEILING):
        yield line.model_copy(update={"amount": min(CEILING, line.amount - start)})


def _allocations(one: Operation, *, account: str | None = None, alone: bool = False) -> tuple[Allocation, ...]:
    """Return the split of an operation; a justification has no entry to take its project from."""
    project = one.project if alone else None
    return tuple(Allocation(account=account or share.account, amount=share.amount, project=project) for share in one.split)


def _means(one: Operation) -> Means:
    if any(account == "530" for account, _ in one.amounts):
        return Means.CASH
    return Means.CHEQUE if "chèque" in one.label else Means.TRANSFER


def _piece(operation: Operation) -> str:
    return f"{operation.voucher.series}{operation.voucher.number:02d}"

"""What happens on which day of the sample year: the score that the player follows.

The spreadsheet gives the operations; the stories that an auditor must find are told here, beside it: D16 written late,
R09 written on the wrong account and reversed, T08 never used, D31 paid before any council.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from deploy.player import (
    Stage,
    adopt_rules,
    assign,
    bureaus,
    close_classes,
    data_of,
    declare_membership,
    enrol,
    give_mandate,
    hand_over,
    keeper,
    leave,
    open_classes,
    set_up,
)
from deploy.spreadsheet import Move, Operation
from services.ledger.charts import OCCE_NAME
from services.ledger.commands import (
    ExplainVoucherGap,
    GrantAdvance,
    JustifyAdvance,
    OpenYear,
    PayBackPots,
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    ReturnAdvance,
    ReverseEntry,
    SettleAdvance,
    SharePot,
    TransferBetweenPots,
)
from services.ledger.events import ADVANCES, Allocation, KeyKind, Leg, Means, PotWeight, Purpose, Rounding, Voucher

LATE = {"D16": date(2025, 3, 26)}  # entered forty days after its date
FIRST_UNDER = {"R09": ("7070", date(2025, 2, 12))}  # the wrong account, and the day the error was found
BEFORE_THE_COUNCIL = {"D31"}
UNUSED = Voucher(series="T", number=8)
CEILING = 4_000  # cents an expense, by the teachers' council of 1 October (V03)
NOT_RECORDED = "Décision prise en conseil, portée au cahier des délibérations"
PAID_FIRST = "Payée avant le conseil, à régulariser"
GAP_REASON = "La régie de la classe a été dépensée au centime : aucun reliquat à rendre"
WRONG_ACCOUNT = "Recette du loto passée par erreur en ventes"
M3_GIVEN_ON = date(2025, 2, 20)
GAP_SEEN_ON = date(2025, 7, 2)
ELECTIONS, ASSEMBLY, MEMBERSHIP_DUE = (9, 16), (9, 24), (9, 30)  # month and day


class Step(NamedTuple):
    """One thing to do on a day; on one day, in this order."""

    on: date
    order: int
    act: Callable[[], object]


def play(stage: Stage, until: date, moved: Callable[[int], None]) -> None:
    """Play everything up to a day, the current year included; `moved` is told after each step."""
    set_up(stage)
    steps = sorted((step for step in [*first_year(stage), *later_years(stage, until)] if step.on <= until), key=lambda step: step[:2])
    for step in steps:
        step.act()
        moved(1)


def first_year(stage: Stage) -> Iterator[Step]:
    """Give the steps of the sample year after its set-up."""
    setup = stage.sample.setup
    starts = date.fromisoformat(setup["fiscal_year"]["starts"])
    yield Step(_in(starts, ELECTIONS), 0, lambda: bureaus(stage, _in(starts, ELECTIONS), *_span(setup["pupil_roles"])))
    for parent in setup["parents"]:
        for role in parent["roles"]:
            yield _assigning(stage, parent["code"], role)
    yield Step(_in(starts, MEMBERSHIP_DUE), 0, lambda: declare_membership(stage, _in(starts, MEMBERSHIP_DUE)))
    yield from _mandates(stage)
    for move in setup["movements"]:
        yield _movement(stage, move["member"], move["what"], date.fromisoformat(move["on"]))
    yield from Money(stage).steps()


def later_years(stage: Stage, until: date) -> Iterator[Step]:
    """Open each year since, with its mandates and roles, so that the personas can act today."""
    setup = stage.sample.setup
    last = setup["fiscal_year"]["year"]
    starts = date.fromisoformat(setup["fiscal_year"]["ends"]) + timedelta(days=1)
    for rules in setup["rules"][1:]:
        day = date.fromisoformat(rules["valid_from"])
        yield Step(day, 0, lambda day=day, rules=rules: adopt_rules(stage, day, rules))
    while starts <= until:
        ends = date(starts.year + 1, 8, 31)
        year = f"{starts.year}-{ends.year % 100:02d}"
        yield Step(starts, 1, lambda day=starts, year=year, ends=ends, last=last: _turned(stage, day, ends, last, year))
        last, starts = year, ends + timedelta(days=1)


def _turned(stage: Stage, day: date, ends: date, last: str, year: str) -> None:
    setup, after = stage.sample.setup, stage.sample.setup["years_after"]
    close_classes(stage, day, last)
    open_classes(stage, day, year)
    dates = {"starts": day.isoformat(), "until": ends.isoformat()}
    for code in after["mandates"]:
        give_mandate(stage, day, code, **dates)
    stage.ask(day, keeper(stage, day), OpenYear(year=year, starts=day, ends=ends, chart=OCCE_NAME))
    for one in setup["classes"]:
        assign(stage, day, one["teacher"], {"role": "class_tutor", "class_code": one["code"], **dates})
    for code in after["tellers"]:
        assign(stage, day, code, {"role": "teller", **dates})
    assembly = _in(day, ASSEMBLY)
    verified = {"starts": assembly.isoformat(), "until": (_in(ends + timedelta(days=1), ASSEMBLY) - timedelta(days=1)).isoformat()}
    for code in after["verifiers"]:
        assign(stage, day, code, {"role": "verifier", **verified})
    for code in after["advisory_parents"]:
        assign(stage, day, code, {"role": "advisory_parent", "starts": assembly.isoformat(), "until": ends.isoformat()})
    bureaus(stage, day, _in(day, ELECTIONS).isoformat(), ends.isoformat())


class Money:
    """The spreadsheet as commands, with the stories beside it."""

    def __init__(self, stage: Stage) -> None:
        """Start without any advance."""
        self._stage = stage
        self._advances: dict[str, str] = {}
        self._treasury = {one["account"] for one in stage.sample.setup["treasury_accounts"]}

    def steps(self) -> Iterator[Step]:
        """Give one step per operation and per decision about pots."""
        sheets = self._stage.sample.sheets
        for operation in sheets.operations:
            piece = _piece(operation)
            yield Step(LATE.get(piece, operation.on), 2, lambda one=operation: self._operation(one))
        for piece, (_, found_on) in FIRST_UNDER.items():
            operation = next(one for one in sheets.operations if _piece(one) == piece)
            yield Step(found_on, 3, lambda one=operation, on=found_on: self._corrected(one, on))
        for on in sorted({one.on for one in sheets.moves}):
            yield Step(on, 4, lambda day=on: self._moves(day, [one for one in sheets.moves if one.on == day]))
        closing = max(one.on for one in sheets.operations if any(account == ADVANCES for account, _ in one.amounts))
        yield Step(closing, 5, lambda: self._settled(closing))
        yield Step(GAP_SEEN_ON, 5, self._gap)

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
                stage.ask(day, by, self._justification(one))
            case granted, False if granted > 0:
                self._granted(one, granted, day, by)
            case returned, False:
                [into] = places
                back = ReturnAdvance(advance=self._advances[one.pot or ""], on=one.on, voucher=one.voucher, into=into, amount=-returned)
                stage.ask(day, by, back)

    def _entry(self, one: Operation, day: date, by: str) -> None:
        wrong, _ = FIRST_UNDER.get(_piece(one), (None, None))
        written = data_of(self._stage.ask(day, by, _entry_command(one, wrong)))
        if wrong:
            self._advances[_piece(one)] = written["entry"]

    def _corrected(self, one: Operation, on: date) -> None:
        right = _entry_command(one)
        assert isinstance(right, RecordReceipt)
        reversal = ReverseEntry(reverses=self._advances[_piece(one)], reason=WRONG_ACCOUNT, on=one.on, receipt=right)
        self._stage.ask(on, keeper(self._stage, on), reversal)

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
            irregular=NOT_RECORDED,
        )
        self._advances[one.pot or ""] = data_of(self._stage.ask(day, by, command))["advance"]

    def _justification(self, one: Operation) -> JustifyAdvance:
        advance = self._advances[one.pot or ""]
        return JustifyAdvance(advance=advance, on=one.on, voucher=one.voucher, label=one.label, allocations=_allocations(one, alone=True))

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
            )
            stage.ask(day, by, share)
        else:
            for move in moves:
                told = {"on": day, "label": move.label, "out_of": move.out_of, "into": move.into, "amount": move.amount}
                stage.ask(day, by, TransferBetweenPots(purpose=Purpose.COMPLEMENT, **told))

    def _settled(self, day: date) -> None:
        pots = {one["code"] for one in self._stage.sample.setup["pots"]}
        for pot, advance in sorted(self._advances.items()):
            if pot in pots:
                self._stage.ask(day, keeper(self._stage, day), SettleAdvance(advance=advance, on=day))

    def _gap(self) -> None:
        year = self._stage.sample.setup["fiscal_year"]["year"]
        explained = ExplainVoucherGap(year=year, voucher=UNUSED, reason=GAP_REASON)
        self._stage.ask(GAP_SEEN_ON, keeper(self._stage, GAP_SEEN_ON), explained)


def _entry_command(one: Operation, account: str | None = None) -> RecordReceipt | RecordExpense:
    treasury = tuple(Leg(account=place, amount=amount) for place, amount in one.amounts)
    told = {
        "on": one.on,
        "voucher": one.voucher,
        "label": one.label,
        "treasury": treasury,
        "allocations": _allocations(one, account=account),
        "pot": one.pot,
        "project": one.project,
        "means": _means(one),
    }
    if sum(amount for _, amount in one.amounts) > 0:
        families = re.search(r"(\d+) familles", one.label)
        return RecordReceipt(families=int(families.group(1)) if families else None, **told)
    return RecordExpense(irregular=PAID_FIRST if _piece(one) in BEFORE_THE_COUNCIL else NOT_RECORDED, **told)


def _allocations(one: Operation, *, account: str | None = None, alone: bool = False) -> tuple[Allocation, ...]:
    """Return the split of an operation; a justification has no entry to take its project from."""
    project = one.project if alone else None
    return tuple(Allocation(account=account or share.account, amount=share.amount, project=project) for share in one.split)


def _means(one: Operation) -> Means:
    if any(account == "530" for account, _ in one.amounts):
        return Means.CASH
    return Means.CHEQUE if "chèque" in one.label else Means.TRANSFER


def _mandates(stage: Stage) -> Iterator[Step]:
    setup = stage.sample.setup
    affiliated = setup["cooperative"]["affiliated_on"]
    for adult in setup["adults"]:
        for mandate in adult["mandates"]:
            if mandate["starts"] != affiliated:
                dates = {name: mandate[name] for name in ("starts", "until")}
                yield Step(M3_GIVEN_ON, 0, lambda code=adult["code"], dates=dates: give_mandate(stage, M3_GIVEN_ON, code, **dates))
    handover = date.fromisoformat(setup["handover"]["on"])
    yield Step(handover, 9, lambda: hand_over(stage, handover, treasury_of(stage, handover)))


def treasury_of(stage: Stage, day: date) -> dict[str, int]:
    """Return what both holders sign: each treasury account and the open advances, as known on that day."""
    balances = stage.balances(day)
    accounts = [one["account"] for one in stage.sample.setup["treasury_accounts"]]
    return {account: balances.accounts.get(account, 0) for account in [*accounts, ADVANCES]}


def _movement(stage: Stage, code: str, what: str, on: date) -> Step:
    return Step(on, 0, lambda: leave(stage, on, code) if what == "left" else enrol(stage, on, code))


def _assigning(stage: Stage, code: str, role: dict[str, str]) -> Step:
    on = date.fromisoformat(role["starts"])
    return Step(on, 0, lambda: assign(stage, on, code, role))


def _piece(operation: Operation) -> str:
    return f"{operation.voucher.series}{operation.voucher.number:02d}"


def _in(start: date, when: tuple[int, int]) -> date:
    return date(start.year, *when)


def _span(told: dict[str, str]) -> tuple[str, str]:
    return told["starts"], told["until"]

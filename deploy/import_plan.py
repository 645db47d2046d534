"""What the lines of a spreadsheet would record: each one judged in memory, on the state that the lines before it left.

Operations and transfers are merged by date; on one day the operations come first, each file in its own order (a transfer
taken over is never refused for what its pot holds, so no other order is needed). The rules are those of the deciders, asked
through the same rulebook as everybody's commands.

A line's command id is the hash of the year, of what the line says and of how many lines before it say the same: the same
sheet again records nothing again, and an import that was cut goes on where it stopped, whatever separator, encoding or
order of columns the file then has.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from deploy.import_lines import PotMissing, Scene, command_of
from deploy.import_setup import (
    Draft,
    GivenYear,
    NoYearNamed,
    lacking,
    names_in_labels,
    opening_fault,
    read_balances,
    read_cooperative,
    year_of,
)
from deploy.spreadsheet import Move, Names, Operation, nobody, read_sheets
from deploy.table import BadLine, Row
from services.ledger.books import Books
from services.ledger.deciders import advances, checks, pots
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.books import PotOpened, YearOpened
from shared.deciding import Rulebook, State
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from shared.refusals import Refused
from shared.values import Code, Pseudonym, Register


class NotThisYear(Refused):
    """Cette date n'est pas dans l'exercice repris : corrige-la, ou mets la ligne dans le fichier de son année.
    This date is not in the fiscal year taken over: correct it, or put the line in the file of its own year."""


# The cells that a refusal is about; one that names an account is first about that account's column, if it says something there.
CELLS_OF: Final[dict[type[Refused], tuple[str, ...]]] = {
    NotThisYear: ("date",),
    checks.OutsideTheYear: ("date",),
    checks.InTheFuture: ("date",),
    checks.NotHistory: ("date",),
    checks.PeriodIsLocked: ("date",),
    checks.VoucherTaken: ("piece",),
    checks.NoSuchTreasury: ("compte",),
    checks.NoSuchAccount: ("ventilation",),
    checks.WrongSideOfChart: ("ventilation",),
    checks.NotBalanced: ("ventilation",),
    advances.BeyondAdvance: ("467",),
    checks.NoSuchPot: ("pot", "de", "vers"),
    PotMissing: ("pot",),
    pots.SamePot: ("vers",),
}


class Who(NamedTuple):
    """In which register, and in whose name; `badge` is the association that the actor's token is for."""

    register: Register
    actor: Pseudonym
    badge: str | None = None


class Step(NamedTuple):
    """One command, the line it comes from (0: a whole file) and what it records.

    `command` is None when the register answered this command id before; the events are then those it recorded.
    """

    file: str
    line: int
    command: Command | None
    command_id: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What a register holds already: its records, and where they bring the rules."""

    records: tuple[Recorded[Any], ...]
    state: State

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the cooperative."""
        return ZoneInfo(self.state.standing.zone)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would record; `records` are its facts as they would stand, `moved` the sums of the sheets' columns."""

    year: GivenYear | None
    steps: tuple[Step, ...]
    bad_lines: tuple[BadLine, ...]
    records: tuple[Recorded[Any], ...]
    moved: dict[Code, int]

    @property
    def blocked(self) -> bool:
        """Tell whether something is bad that the year cannot do without."""
        return any(bad.whole for bad in self.bad_lines)


def plan_of(
    folder: Path, history: History, rulebook: Rulebook, who: Who, now: datetime, *, opening: Path | None = None, names: Names = nobody
) -> Plan:
    """Judge every line of a folder against a history. Raises Forbidden when the actor may not write, OSError."""
    sheets = read_sheets(folder, names)
    bad_lines = sheets.bad_lines
    given = read_cooperative(folder, bad_lines)
    bad_lines.extend(names_in_labels(given, names))
    balances = read_balances(folder, given, opening, bad_lines)
    lines: list[Operation | Move] = sorted([*sheets.operations, *sheets.moves], key=lambda line: line.on)  # sorting is stable
    year = year_of(given, (line.on for line in lines))
    moved: Counter[Code] = Counter()
    for operation in sheets.operations:
        moved.update(dict(operation.amounts))
    if year is None:
        bad_lines.append(Row(folder.name, 0, whole=True).bad(NoYearNamed()))
        return Plan(None, (), tuple(bad_lines), (), dict(moved))
    judge = _Judge(history, rulebook, who, now, year, bad_lines)
    opened = next((one.event for one in history.records if isinstance(one.event, YearOpened) and one.event.year == year.year), None)
    if fault := opening_fault(balances, year, judge.books, opened):
        bad_lines.append(fault)
    for draft in list(lacking(given, sheets, balances, year, judge.books)):
        judge.set_up(draft)
    if year.year in judge.books.years:  # else every line would say so, and hide why
        for line in lines:
            judge.line(line)
    bad_lines.sort(key=lambda bad: (bad.file, bad.line))
    return Plan(year, tuple(judge.steps), tuple(bad_lines), tuple(judge.records), dict(moved))


class _Judge:
    """Walks through the steps of a year, keeping the state that each one leaves."""

    def __init__(self, history: History, rulebook: Rulebook, who: Who, now: datetime, year: GivenYear, bad_lines: list[BadLine]) -> None:
        self.steps: list[Step] = []
        self.records: list[Recorded[Any]] = []
        self.bad_lines = bad_lines
        self._state, self._zone, self._seq = history.state, history.zone, len(history.records)
        self._rulebook, self._who, self._year = rulebook, who, year
        self._now = max([now, *(record.time for record in history.records[-1:])])
        self._said: Counter[bytes] = Counter()
        self._known: dict[str, list[Event]] = {}
        for record in history.records:
            self._known.setdefault(record.command, []).append(record.event)
        self._granted: tuple[str, ...] = ()
        self._class_of: dict[Code, Code] = {}
        self._notice([record.event for record in history.records])

    @property
    def books(self) -> Books:
        """Return the ledger's books so far."""
        return next(fold for fold in self._state.folds if isinstance(fold, Books))

    def set_up(self, draft: Draft) -> None:
        """Judge a command of the set-up."""
        said = orjson.dumps([draft.command.slug(), draft.command.model_dump(mode="json", exclude_none=True)])
        self._judge(draft.rows, draft.command, self._command_id(said))

    def line(self, line: Operation | Move) -> None:
        """Judge one line, unless the register holds it already."""
        command_id = self._command_id(said_by(line))
        if known := self._known.get(command_id):
            self.steps.append(Step(line.row.file, line.row.line, None, command_id, tuple(known)))
            return
        try:
            if not self._year.starts <= line.on <= self._year.ends:
                raise NotThisYear(year=self._year.year)
            command = command_of(line, Scene(self.books, self._granted, self._class_of, self._who.actor))
        except Refused as no:
            self.bad_lines.append(_bad((line.row,), no))
            return
        self._judge((line.row,), command, command_id)

    def _judge(self, rows: tuple[Row, ...], command: Command, command_id: str) -> None:
        who, seed = self._who, sha256(command_id.encode()).digest()
        given = Circumstances(who.actor, who.register, command_id, self._now, seed, self._zone, badge=who.badge)
        try:
            events = tuple(self._rulebook.answer(self._state, command, given))
        except Refused as no:
            self.bad_lines.append(_bad(rows, no))
            return
        self.steps.append(Step(rows[0].file, rows[0].line, command, command_id, events))
        for event in events:
            self._seq += 1
            record = Recorded(who.register, self._seq, self._now, who.actor, command_id, event)
            self._state = self._rulebook.evolve(self._state, record)
            self.records.append(record)
        self._notice(events)

    def _notice(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case AdvanceGranted():
                    self._granted = (*self._granted, event.advance)
                case PotOpened(class_code=str(class_code)):
                    self._class_of[event.pot] = class_code
                case _:
                    pass

    def _command_id(self, said: bytes) -> str:
        self._said[said] += 1
        return id_from(b"\n".join([self._year.year.encode(), said, str(self._said[said]).encode()]))


def said_by(line: Operation | Move) -> bytes:
    """Return what a line says in one way of writing it, whatever its file."""
    match line:
        case Operation():
            voucher = f"{line.voucher.series}{line.voucher.number}"
            split = [tuple(share) for share in line.split]
            return orjson.dumps(["operation", line.on, voucher, line.label, line.amounts, split, line.pot, line.project])
        case Move():
            return orjson.dumps(["move", line.on, line.label, line.out_of, line.into, line.amount])


def _bad(rows: tuple[Row, ...], no: Refused) -> BadLine:
    """Name the line and the cell that a refusal is about: the ones that say what it names, else the first."""
    account, pot = str(no.details.get("account", "")), str(no.details.get("pot", ""))
    row = next((row for row in rows if {account, pot} & {text.strip() for _, text in row.texts.values()} - {""}), rows[0])
    if row.texts.get(account, ("", ""))[1].strip():
        return row.bad(no, account)
    cells = [name for name in CELLS_OF.get(type(no), ()) if name in row.texts]
    named = next((name for name in cells if row.texts[name][1].strip() == pot), None)
    return row.bad(no, named or next(iter(cells), ""))

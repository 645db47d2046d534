"""How a year kept in a spreadsheet comes into a register: judged whole in memory first, then recorded line by line.

Recording goes through command handling, as every command does: one way to do a thing, some two milliseconds a line. An
import that is cut has recorded whole lines; the same import again goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.import_plan import History, Plan, Who, plan_of
from deploy.import_report import Report, report_of
from deploy.spreadsheet import Names, nobody
from services.ledger.commands.books import JustifyAdvance, ReturnAdvance
from services.ledger.events.advances import AdvanceGranted
from shared.clock import Clock, system_clock
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.handling import Asked, Handling
from shared.values import Id

Tell = Callable[[int, int], None]  # how many lines are dealt with, of how many


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far an import has come."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes spreadsheets over into one register, in the name of somebody who holds a mandate there today.

    `names` finds the words of a label that name somebody: the vault's `names_in` for this register.
    """

    handling: Handling
    reader: RegisterReader
    codec: Codec
    who: Who
    names: Names = nobody
    clock: Clock = system_clock

    def run(
        self, folder: Path, *, opening: Path | None = None, dry_run: bool = False, keep_going: bool = False, tell: Tell = silent
    ) -> Report:
        """Take a folder over, or say what that would do. `opening` is a file of opening balances in place of the folder's.

        Nothing is recorded while a line is bad, unless `keep_going` leaves the bad ones out; what the set-up needs is never
        left out. `tell` hears how many lines are dealt with, of how many. Raises Forbidden when the actor may not write here,
        OSError, and what command handling raises: what was recorded before stays.
        """
        history = self.history()
        plan = self.plan(folder, history, opening=opening)
        if dry_run or plan.blocked or (plan.bad_lines and not keep_going):
            return report_of(plan, (*history.records, *plan.records), history.zone, recorded=0, dry_run=dry_run)
        recorded = self.record(plan, tell)
        return report_of(plan, self.history().records, history.zone, recorded=recorded, dry_run=False)

    def history(self) -> History:
        """Read what the register holds. Raises Unavailable, Hole, Corrupt."""
        rulebook, state = self.handling.rulebook, self.handling.rulebook.initial
        records = tuple(self.codec.decode(one.type, one.record) for one in self.reader.through(self.who.register))
        for record in records:
            state = rulebook.evolve(state, record)
        return History(records, state)

    def plan(self, folder: Path, history: History, *, opening: Path | None = None) -> Plan:
        """Judge every line of a folder; nothing is recorded. Raises Forbidden, OSError."""
        return plan_of(folder, history, self.handling.rulebook, self.who, self.clock(), opening=opening, names=self.names)

    def record(self, plan: Plan, tell: Tell = silent) -> int:
        """Record what a plan holds and the register does not yet; return how many commands were new.

        Raises what command handling raises; a Refused then means that somebody wrote in the register meanwhile.
        """
        really: dict[Id, Id] = {}  # an advance gets its id when it is recorded; in the plan it had another
        count = 0
        for number, step in enumerate(plan.steps, start=1):
            tell(number, len(plan.steps))
            command = step.command
            if command is None:
                continue
            if isinstance(command, JustifyAdvance | ReturnAdvance):
                command = command.model_copy(update={"advance": really.get(command.advance, command.advance)})
            answer = self.handling.handle(command, Asked(self.who.register, self.who.actor, step.command_id, self.who.badge))
            count += bool(answer.records) and not answer.repeated
            for planned, stored in zip(step.events, answer.records, strict=True):
                if isinstance(planned, AdvanceGranted):
                    really[planned.advance] = self.codec.decode(planned.wire, stored).event.advance
        return count

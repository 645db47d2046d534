"""What every export is drawn from: the journal, the funds, what somebody must look at, and whose books they are, of the same records."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from services.governance.events.people import CooperativeAffiliated
from services.ledger.available import FUNDS, Funds
from services.ledger.events.books import YearOpened
from services.ledger.projections.chase import CHASE, Chase
from services.ledger.projections.journal import JOURNAL, Journal, JournalLine
from shared.messages import Recorded
from shared.projecting import Projection


@dataclass(frozen=True, slots=True)
class Exported:
    """The state that all formats are written from; `openings` has one line, without postings, for each year that opened."""

    funds: Funds = FUNDS.initial
    journal: Journal = JOURNAL.initial
    chase: Chase = CHASE.initial
    openings: tuple[JournalLine, ...] = ()
    cooperative: CooperativeAffiliated | None = None

    @property
    def sandbox(self) -> bool:
        """Tell whether these are books for training; so are those whose beginning a cut hides."""
        return self.cooperative is None or self.cooperative.sandbox

    @property
    def name(self) -> str:
        """Return what the books are headed with."""
        name = self.cooperative.name if self.cooperative else "Registre"
        return f"{name} (bac à sable)" if self.sandbox else name

    @property
    def code(self) -> str:
        """Return what files are named by: association and number, as a section of an association has no SIREN of its own."""
        code = f"{self.cooperative.association}-{self.cooperative.number}" if self.cooperative else "registre"
        return f"BAC-A-SABLE-{code}" if self.sandbox else code

    def recorded_on(self, line: JournalLine) -> date:
        """Return the day on which a line was recorded, where the cooperative is."""
        return line.recorded_at.astimezone(ZoneInfo(self.cooperative.zone if self.cooperative else "UTC")).date()


def evolve(exported: Exported, record: Recorded[Any]) -> Exported:
    """Apply one fact."""
    return evolve_all(exported, (record,))


def evolve_all(exported: Exported, records: Iterable[Recorded[Any]]) -> Exported:
    """Apply facts in order, each view in one go."""
    read = tuple(records)
    exported = replace(
        exported,
        funds=FUNDS.evolve_all(exported.funds, read) if FUNDS.evolve_all else reduce(FUNDS.evolve, read, exported.funds),
        journal=reduce(JOURNAL.evolve, read, exported.journal),
        chase=reduce(CHASE.evolve, read, exported.chase),
    )
    for record in read:
        match record.event:
            case CooperativeAffiliated() as event:
                exported = replace(exported, cooperative=event)
            case YearOpened() as event:
                opening = JournalLine(record.seq, f"{record.seq}", "year-opened", event.starts, record.time, record.actor, event.year, ())
                exported = replace(exported, openings=(*exported.openings, opening))
            case _:
                pass
    return exported


EXPORTED = Projection(name="ledger.exported", version=2, initial=Exported(), evolve=evolve, evolve_all=evolve_all)

"""The records that an archive of a year holds: from the first to the closing of the year, or to the last where it is not closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.ledger.events.closing import YearClosed
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.merkle import Frontier
from shared.messages import Recorded
from shared.refusals import NotFound
from shared.values import Checkpoint, Code


@dataclass(frozen=True, slots=True)
class History:
    """The records 1…n of a register: their bytes, what they say, and the tree over them; `closed` tells whether the year is by then."""

    register: str
    year: Code
    stored: tuple[bytes, ...]
    records: tuple[Recorded[Any], ...]
    checkpoint: Checkpoint
    closed: bool

    @property
    def at(self) -> datetime:
        """Return the moment of the last record."""
        return self.records[-1].time


def history_of(codec: Codec, reader: RegisterReader, register: str, year: Code, seq: int | None = None) -> History:
    """Read a register up to a record; up to the closing of the year where none is said. Raises NotFound, Unavailable, Hole."""
    read = [(one.record, codec.decode(one.type, one.record)) for one in reader.through(register, upto=seq)]
    if not read:
        raise NotFound(register=register)
    closing = next((record.seq for _, record in read if isinstance(record.event, YearClosed) and record.event.year == year), None)
    if seq is None and closing is not None:
        read = read[:closing]
    stored = tuple(stored for stored, _ in read)
    checkpoint = Frontier().grown(stored).checkpoint()
    return History(register, year, stored, tuple(record for _, record in read), checkpoint, closing is not None)

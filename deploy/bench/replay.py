"""How many records a second become a state again: read from PostgreSQL, decoded, folded, by one thread; and the library's way."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from deploy.bench.library import Book, Books
from deploy.bench.measuring import ROUNDS, Measured, Stand, stand, timed
from deploy.bench.sample_books import ACTOR, entries, opening, record_all, school_year
from deploy.catalogue import CODEC
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.projections.balances import BALANCES, Balances
from shared.clock import system_clock
from shared.eventlog.append import LogWriter
from shared.eventlog.reading import LogReader, StoredRecord
from shared.messages import id_from
from shared.projecting import fold
from shared.values import Register

T = TypeVar("T")

RECORDS = 60_000
REGISTER_RECORDS = 5_000  # some school years of a large cooperative; the library's aggregates are as long


class Different(Exception):
    """The two sides folded the same facts to different sums: they do not do the same work."""


def measure(records: int = RECORDS) -> Measured:
    """Measure a replay of about `records` records of several registers, and the library's of as many events."""
    with stand() as ready:
        registers = _recorded(ready, records)
        reader = LogReader(ready.installation.url("ruche_reader"))
        try:
            with Books.on(ready.installation) as library:
                aggregates = [library.written(_year(), facts) for facts in _histories(records)]
                _check_sums(reader, registers, library, aggregates)
                figures = _lines(reader, registers, library, aggregates)
        finally:
            reader.close()
        return ready.measured("replay", figures, {"fold_vs_library": figures["fold_records_per_s"] / figures["library_events_per_s"]})


def _lines(reader: LogReader, registers: list[Register], library: Books, aggregates: list[UUID]) -> dict[str, float]:
    stored = list(reader.by_register(registers[0]))
    count, events = sum(map(_length(reader), registers)), sum(library.read(one).version for one in aggregates)
    lines: dict[str, tuple[int, Callable[[], object]]] = {
        "read_records": (count, lambda: _each(_length(reader), registers)),
        "decode_records": (len(stored), lambda: _decode(stored)),
        "fold_records": (count, lambda: _each(partial(balances, reader), registers)),
        "library_events": (events, lambda: _each(library.read, aggregates)),
    }
    figures: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, (things, once) in lines.items():
            per_s, per_cpu_s = timed(things, once)
            figures[f"{name}_per_s"] = max(per_s, figures.get(f"{name}_per_s", 0.0))
            figures[f"{name}_per_cpu_s"] = max(per_cpu_s, figures.get(f"{name}_per_cpu_s", 0.0))
    return figures


def balances(reader: LogReader, register: Register) -> Balances:
    """Read, decode and fold one register: what `ruche replay` does."""
    return fold(BALANCES, (CODEC.decode(one.type, one.record) for one in reader.by_register(register)))


def _length(reader: LogReader) -> Callable[[Register], int]:
    return lambda register: sum(1 for _ in reader.by_register(register))


def _each(once: Callable[[T], object], things: list[T]) -> None:
    """Do something with each thing and keep nothing of it, as a replay of one register after the other does."""
    for one in things:
        once(one)


def _decode(stored: list[StoredRecord]) -> None:
    for one in stored:
        CODEC.decode(one.type, one.record)


def _histories(records: int) -> Iterator[list[LedgerEvent]]:
    """Draw the facts of one register after the other: sixty thousand at once would lie in the way of what is measured."""
    starts = datetime.fromisoformat(_year()[1]).date()
    lengths = [REGISTER_RECORDS] * (records // REGISTER_RECORDS) or [records]
    return (list(entries(length, starts, ACTOR, seed)) for seed, length in enumerate(lengths))


def _year() -> tuple[str, str, str]:
    year, starts, ends = school_year(system_clock().date())
    return year, starts.isoformat(), ends.isoformat()


def _recorded(ready: Stand, records: int) -> list[Register]:
    writer = LogWriter(ready.installation.url("ruche_writer"), ready.installation.settings.log_id)
    now = system_clock()
    first = opening(ACTOR, now.date())
    try:
        histories = enumerate(_histories(records))
        return [record_all(writer, id_from(b"register %d" % number), [*first, *facts], now) for number, facts in histories]
    finally:
        writer.close()


def _check_sums(reader: LogReader, registers: list[Register], library: Books, aggregates: list[UUID]) -> None:
    for register, aggregate in zip(registers, aggregates, strict=True):
        if not agree(balances(reader, register), library.read(aggregate)):
            raise Different(f"register {register}, aggregate {aggregate}")


def agree(ours: Balances, theirs: Book) -> bool:
    """Tell whether both hold the same money in the same places."""
    theirs_shown = {name: theirs.accounts.get(name, 0) for name in ours.accounts}, {name: theirs.pots.get(name, 0) for name in ours.pots}
    return (dict(ours.accounts), dict(ours.pots)) == theirs_shown

"""How many records a second are made durable: through our recorder, and through the library's, in the same server."""

import os
import random
from collections.abc import Callable
from dataclasses import replace

from deploy.bench.library import appending, new_originator, stored
from deploy.bench.measuring import ROUNDS, Line, Measured, Stand, driven, stand
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Append, Appended
from shared.eventlog.recorder import RegisterRecorder
from shared.messages import id_from

THREADS = (16, 64)  # the better of the two counts, for each side
RECORD = b'{"text":"' + b"x" * 402 + b'"}'  # 413 bytes: the average record of the sample year
TYPE = "bench.record-appended.v1"
REGISTERS_EACH = 50  # of one thread: each append goes to one of them, drawn at random
FINGERPRINT = bytes(32)


class Lost(Exception):
    """An append of the bench was not answered as it had to be."""


def measure(seconds: float) -> Measured:
    """Measure single-record appends, `seconds` a line; triggers and row level security are on, as always."""
    with stand() as ready:
        ours, theirs = _interleaved(ready, seconds)
        figures = {
            "append_per_s": ours.per_s,
            "append_p50_ms": ours.percentile_ms(0.50),
            "append_p99_ms": ours.percentile_ms(0.99),
            "append_average_batch_records": ours.extra,
            "library_per_s": theirs.per_s,
            "library_p50_ms": theirs.percentile_ms(0.50),
            "library_p99_ms": theirs.percentile_ms(0.99),
        }
        return ready.measured("append", figures, {"append_vs_library": ours.per_s / theirs.per_s})


def _interleaved(ready: Stand, seconds: float) -> tuple[Line, Line]:
    """Return the best line of each side."""
    installation = ready.installation
    writer = LogWriter(installation.url("ruche_writer"), installation.settings.log_id)
    recorder = RegisterRecorder(writer, installation.url("ruche_reader"))
    ours: list[Line] = []
    theirs: list[Line] = []
    try:
        with appending(installation, max(THREADS)) as library:
            for _ in range(ROUNDS):
                for threads in THREADS:
                    batches, commands = writer.batches, writer.commands
                    line = driven(threads, seconds, lambda number: _ours(recorder, number))
                    ours.append(replace(line, extra=(writer.commands - commands) / max(writer.batches - batches, 1)))
                    theirs.append(driven(threads, seconds, lambda number: _theirs(library.insert_events, number)))
    finally:
        recorder.close()
        writer.close()
    return max(ours, key=lambda line: line.per_s), max(theirs, key=lambda line: line.per_s)


def _ours(recorder: RegisterRecorder, number: int) -> Callable[[], None]:
    heads = {id_from(os.urandom(16)): 0 for _ in range(REGISTERS_EACH)}
    registers, draw = list(heads), random.Random(number)  # noqa: S311 - spreads the load, guards nothing
    commands = iter(range(10**9))

    def one() -> None:
        register = draw.choice(registers)
        command = Append(register, heads[register], ((TYPE, RECORD),), f"{number}-{next(commands)}", FINGERPRINT)
        answer = recorder.append(command)
        if not isinstance(answer, Appended):
            raise Lost(f"{command.register}: {answer}")
        heads[register] = answer.last_seq

    return one


def _theirs(insert: Callable[..., object], number: int) -> Callable[[], None]:
    versions = {new_originator(): 0 for _ in range(REGISTERS_EACH)}
    originators, draw = list(versions), random.Random(number)  # noqa: S311 - as above

    def one() -> None:
        originator = draw.choice(originators)
        version = versions[originator] + 1
        insert([stored(originator, version, TYPE, RECORD)])
        versions[originator] = version

    return one

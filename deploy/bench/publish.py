"""How long a record takes from its commit to a consumer's `apply`, and how fast a log that lags behind is caught up.

Three processes besides PostgreSQL and NATS, as in production: this one writes, one publishes, one consumes.
"""

import os
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from deploy.bench.beside import beside, told
from deploy.bench.measuring import ROUNDS, Measured, Stand, percentile_ms, stand
from deploy.bench.publish_following import consume, publish, reached
from deploy.bench.sample_books import ACTOR, entries, opening, record_all, school_year
from deploy.catalogue import CODEC
from shared.clock import system_clock
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Append, Appended
from shared.messages import id_from

RATES_PER_S = (100, 500)
WRITERS = 8  # threads that append at their own pace, each in its own register
LAG_RECORDS = 20_000


def measure(seconds: float, lag_records: int = LAG_RECORDS) -> Measured:
    """Measure both, `seconds` a rate."""
    with stand() as ready:
        writer = LogWriter(ready.installation.url("ruche_writer"), ready.installation.settings.log_id)
        try:
            figures = _caught_up(ready, writer, lag_records) | _delays(ready, writer, seconds)
        finally:
            writer.close()
        return ready.measured("publish", figures, {})


def _caught_up(ready: Stand, writer: LogWriter, lag_records: int) -> dict[str, float]:
    """Let the log run ahead, then publish it; then let a consumer that has seen nothing read it."""
    starts = school_year(system_clock().date())[1]
    facts = [*opening(ACTOR, starts), *entries(lag_records, starts, ACTOR)]
    record_all(writer, id_from(b"lag"), facts, system_clock())
    head = len(facts)
    taken: dict[str, float] = {}
    with beside(publish, ready.elsewhere()) as publisher:
        taken["publish"] = -told(publisher) + reached(publisher, [head])[0]
        with beside(consume, ready.elsewhere()) as consumer:
            taken["consume"] = -told(consumer) + reached(consumer, [head])[0]
    return {f"catch_up_{name}_records_per_s": head / seconds for name, seconds in taken.items()}


def _delays(ready: Stand, writer: LogWriter, seconds: float) -> dict[str, float]:
    """Append at a steady pace while everything runs; the best of the rounds, each rate."""
    figures: dict[str, float] = {}
    with beside(publish, ready.elsewhere()) as publisher, beside(consume, ready.elsewhere()) as consumer:
        told(publisher)
        told(consumer)
        reached(consumer, [writer.records])
        for number in range(ROUNDS):
            for rate in RATES_PER_S:
                taken = _taken(writer, consumer, rate, seconds)
                for share in (50, 99):
                    name, found = f"delay_at_{rate}_per_s_p{share}_ms", percentile_ms(taken, share / 100)
                    figures[name] = found if number == 0 else min(found, figures[name])
    return figures


def _taken(writer: LogWriter, consumer: "Connection[Any, Any]", rate: float, seconds: float) -> list[float]:
    """Append at one rate; return how long after its commit each record was applied."""
    returned = _paced(writer, rate, seconds)
    return [max(applied - moment, 0.0) for applied, moment in zip(reached(consumer, list(returned)), returned.values(), strict=True)]


def _paced(writer: LogWriter, rate: float, seconds: float) -> dict[int, float]:
    """Append `rate` records a second in all; return when each append returned, by position."""
    returned: dict[int, float] = {}
    pause = WRITERS / rate
    fact = next(entries(1, system_clock().date(), ACTOR))

    def append(number: int) -> None:
        register, seq, began = id_from(os.urandom(16)), 0, time.perf_counter() + pause * number / WRITERS
        for turn in range(max(round(seconds / pause), 1)):
            time.sleep(max(began + turn * pause - time.perf_counter(), 0.0))
            record = CODEC.encode(register, seq + 1, system_clock(), ACTOR, "bench", fact)
            answer = writer.submit(Append(register, seq, ((fact.wire, record),)))
            if isinstance(answer, Appended):
                returned[answer.first_position], seq = time.perf_counter(), answer.last_seq

    writers = [threading.Thread(target=append, args=(number,), daemon=True) for number in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    return returned

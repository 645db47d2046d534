"""How long a record takes from its commit to a consumer's `apply`, and how fast a log that lags behind is caught up."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.bench.measuring import ROUNDS, Measured, Stand, percentile_ms, stand
from deploy.bench.sample_books import ACTOR, entries, opening, record_all, school_year
from deploy.catalogue import CODEC
from deploy.installation import Installation
from deploy.launch import Background, Loop, publisher_of
from shared.clock import system_clock
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Append, Appended
from shared.messages import id_from
from shared.messaging.arrivals import Delivered
from shared.messaging.subscriber import Subscriber

RATES_PER_S = (100, 500)
WRITERS = 8  # threads that append at their own pace, each in its own register
LAG_RECORDS = 20_000
PROGRAM = "analyst"  # the durable and the key of a program that only reads
WAIT_SECONDS = 60.0  # for everything that was appended to arrive; past it the bench fails


class NeverArrived(Exception):
    """A record that was appended did not reach the consumer in time."""


class Consumer:
    """A program that follows the log and notes when each position was applied; its position is in memory."""

    def __init__(self, installation: Installation) -> None:
        self.applied: dict[int, float] = {}
        self._arrived = threading.Condition()
        self._position = 0
        login = installation.login(PROGRAM)
        self.loop: Loop = Subscriber(installation.settings.log_id, PROGRAM, login, position=lambda: self._position, apply=self._apply).run

    def wait_for(self, position: int) -> None:
        """Return once this position was applied; raises NeverArrived."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self._position >= position, WAIT_SECONDS):
                raise NeverArrived(f"position {position}: the consumer stands at {self._position}")

    def _apply(self, batch: list[Delivered]) -> None:
        now = time.perf_counter()
        with self._arrived:
            self.applied.update((one.position, now) for one in batch)
            self._position = batch[-1].position
            self._arrived.notify_all()


def measure(seconds: float, lag_records: int = LAG_RECORDS) -> Measured:
    """Measure both, `seconds` a rate; publisher and consumer run as in `ruche up`, beside the writers in one process."""
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
    head, publisher, consumer = len(facts), publisher_of(ready.installation), Consumer(ready.installation)
    began = time.perf_counter()
    with _running(publisher.run):
        while publisher.status.last_seq < head:
            if time.perf_counter() > began + WAIT_SECONDS:
                raise NeverArrived(f"position {head}: the stream ends at {publisher.status.last_seq}")
            time.sleep(0.005)
        published = time.perf_counter() - began
        began = time.perf_counter()
        with _running(consumer.loop):
            consumer.wait_for(head)
            consumed = time.perf_counter() - began
    return {"catch_up_publish_records_per_s": head / published, "catch_up_consume_records_per_s": head / consumed}


def _delays(ready: Stand, writer: LogWriter, seconds: float) -> dict[str, float]:
    """Append at a steady pace while everything runs; the best of the rounds, each rate."""
    figures: dict[str, float] = {}
    consumer = Consumer(ready.installation)
    with _running(publisher_of(ready.installation).run, consumer.loop):
        consumer.wait_for(writer.records)
        for number in range(ROUNDS):
            for rate in RATES_PER_S:
                returned = _paced(writer, rate, seconds)
                consumer.wait_for(max(returned))
                taken = [max(consumer.applied[position] - moment, 0.0) for position, moment in returned.items()]
                for share in (50, 99):
                    name, found = f"delay_at_{rate}_per_s_p{share}_ms", percentile_ms(taken, share / 100)
                    figures[name] = found if number == 0 else min(found, figures[name])
    return figures


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


@contextmanager
def _running(*loops: Loop) -> Iterator[None]:
    background = Background(loops)
    background.start()
    try:
        yield
    finally:
        background.stop()

"""The publisher and the consumer of the publish bench, each the work of one process: they say when they reached a position."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from deploy.bench.beside import told
from deploy.installation import Installation
from deploy.launch import Background, Loop, publisher_of
from shared.messaging.arrivals import Delivered
from shared.messaging.subscriber import Subscriber

PROGRAM = "analyst"  # the durable and the key of a program that only reads
WAIT_SECONDS = 60.0  # for everything that was appended to arrive; past it the bench fails
LOOK_SECONDS = 0.005  # between two looks at how far the publisher went

Moments = list[float]


class NeverArrived(Exception):
    """A record that was appended did not arrive in time."""


class Consumer:
    """A program that follows the log and notes when each position was applied; its position is in memory."""

    def __init__(self, installation: Installation) -> None:
        self._applied: dict[int, float] = {}
        self._arrived = threading.Condition()
        self._position = 0
        login = installation.login(PROGRAM)
        self.loop: Loop = Subscriber(installation.settings.log_id, PROGRAM, login, position=lambda: self._position, apply=self._apply).run

    def moments(self, positions: Sequence[int]) -> Moments:
        """Return when each of these was applied, once the last one was; raises NeverArrived."""
        last = max(positions)
        with self._arrived:
            if not self._arrived.wait_for(lambda: self._position >= last, WAIT_SECONDS):
                raise NeverArrived(f"position {last}: the consumer stands at {self._position}")
        return [self._applied[position] for position in positions]

    def _apply(self, batch: list[Delivered]) -> None:
        now = time.perf_counter()
        with self._arrived:
            self._applied.update((one.position, now) for one in batch)
            self._position = batch[-1].position
            self._arrived.notify_all()


def consume(parent: "Connection[Any, Any]", installation: Installation) -> None:
    """Follow the log; answer each list of positions with the moments when they were applied."""
    consumer = Consumer(installation)
    _answer(parent, consumer.loop, consumer.moments)


def publish(parent: "Connection[Any, Any]", installation: Installation) -> None:
    """Publish the log; answer each list of positions with the moment when the last one was on the stream."""
    publisher = publisher_of(installation)

    def moments(positions: Sequence[int]) -> Moments:
        last, deadline = max(positions), time.perf_counter() + WAIT_SECONDS
        while publisher.status.last_seq < last:
            if time.perf_counter() > deadline:
                raise NeverArrived(f"position {last}: the stream ends at {publisher.status.last_seq}")
            time.sleep(LOOK_SECONDS)
        return [time.perf_counter()]

    _answer(parent, publisher.run, moments)


def _answer(parent: "Connection[Any, Any]", loop: Loop, moments: Callable[[Sequence[int]], Moments]) -> None:
    """Tell when the loop begins; then answer until the parent says None or is gone."""
    background = Background([loop])
    parent.send(time.perf_counter())
    background.start()
    try:
        with suppress(EOFError):
            while (positions := parent.recv()) is not None:
                try:
                    parent.send(moments(positions))
                except NeverArrived as late:
                    parent.send(str(late))
    finally:
        background.stop()


def reached(here: "Connection[Any, Any]", positions: Sequence[int]) -> Moments:
    """Ask a process beside when it reached these positions; raises NotAnswering when it did not."""
    here.send(list(positions))
    moments: Moments = told(here, WAIT_SECONDS + 5)
    return moments

"""Brings every record of a log to one program, in order, at least once, so that its own transaction makes it exactly once.

The program's database decides where it stands; the durable on the server is only a cursor, moved there whenever the two differ. A batch is
applied and committed by the program, then acknowledged: a lost acknowledgement means a repeat, which is left aside.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.messaging.arrivals import Arrival, Delivered, Foreign, Hole, checked, following
from shared.messaging.connecting import Line, Login, connected
from shared.messaging.pacing import Backoff, pause
from shared.messaging.pulling import Interrupted, Pull, pulling
from shared.messaging.streams import born_of
from shared.messaging.subjects import durable, stream

ABSENT_SECONDS = 0.5  # between two looks for a stream or a durable that the publisher has not made yet
HALT_SECONDS = 5.0


class Overtaken(Exception):
    """Raised by `apply`: another instance of the program moved the position, so this one stops."""


@dataclass(slots=True)
class SubscriberStatus:
    """Figures since the start. `lag` counts messages after the last one received; `halted` is a reason in words, empty when all is well."""

    position: int = 0
    lag: int = 0
    halted: str = ""
    overtaken: bool = False
    applied: int = 0
    ignored: int = 0
    redelivered: int = 0
    holes: int = 0
    resets: int = 0
    troubles: int = 0
    last_trouble: str = ""
    last_batch: int = 0
    apply_seconds: float = 0.0

    def snapshot(self) -> "SubscriberStatus":
        """A copy that does not move any more."""
        return replace(self)


class Subscriber:
    """One program following one log. `program` is the name of its durable and of its key.

    `position()` gives the last position the program has committed, 0 at the beginning. `apply(batch)` gets records that follow it without a
    hole, at most BATCH_ROWS, and commits their effect and the position of the last in one transaction before it returns. Both are plain
    functions, called in a thread, never two at once. `apply` raises Overtaken to stop; after any other error the same records come again.
    With `born`, a durable of another log is refused.
    """

    def __init__(
        self,
        log_id: int,
        program: str,
        login: Login,
        *,
        position: Callable[[], int],
        apply: Callable[[list[Delivered]], None],
        born: str | None = None,
    ) -> None:
        self.log_id = log_id
        self.status = SubscriberStatus()
        self._durable = durable(program)
        self._login = login
        self._position = position
        self._apply = apply
        self._born = born
        self._backoff = Backoff()
        self._log = logging.getLogger(f"{__name__}.{program}.{log_id}")

    async def run(self, stop: asyncio.Event) -> None:
        """Follows the log until `stop` or until overtaken. Raises nothing: trouble is in the status and in the journal."""
        while not stop.is_set() and not self.status.overtaken:
            try:
                async with connected(self._login, stop) as line:
                    while not line.over.is_set():
                        await self._follow(line)
            except Overtaken:
                self._log.warning("another instance follows this log; this one stops")
                self.status.overtaken = True
            except NotFoundError:
                self._log.info("waiting for stream and durable")
                await pause(stop, ABSENT_SECONDS)
            except Foreign as why:
                self._log.critical("following is halted: %s", why)
                self.status.halted = str(why)
                await pause(stop, HALT_SECONDS)
            except Exception as trouble:  # noqa: BLE001  # whatever it was, the answer is the same: start again from the own position
                if stop.is_set():
                    return
                self.status.troubles += 1
                self.status.last_trouble = f"{type(trouble).__name__} {trouble}".strip()
                self._log.warning("starting again from the own position", exc_info=trouble)
                await self._backoff.wait(stop)

    async def _follow(self, line: Line) -> None:
        """Puts the cursor where the program stands, and takes what follows until a hole. A fresh subscription holds nothing from before."""
        js = line.client.jetstream()
        self.status.position = await asyncio.to_thread(self._position)
        await line.answered(self._place_cursor(js, self.status.position))
        try:
            async with pulling(line, self.log_id, self._durable) as pull:
                await self._take(line, pull)
        except Hole as hole:
            self.status.holes += 1
            self._log.warning("%s; going back", hole)
            await self._backoff.wait(line.over)
        except Interrupted as why:
            self.status.troubles += 1
            self.status.last_trouble = str(why)
            self._log.warning("%s; asking where things stand", why)
            await self._backoff.wait(line.over)

    async def _place_cursor(self, js: JetStreamContext, position: int) -> None:
        info = await js.consumer_info(stream(self.log_id), self._durable)
        if self._born and born_of(info.config) != self._born:
            raise Foreign(f"the durable belongs to another log ({born_of(info.config)}, expected {self._born})")
        stands = (info.ack_floor and info.ack_floor.stream_seq, info.delivered and info.delivered.stream_seq, info.num_ack_pending)
        if stands != (position, position, 0):
            await js.reset_consumer(stream(self.log_id), self._durable, position + 1)
            self.status.resets += 1

    async def _take(self, line: Line, pull: Pull) -> None:
        while not line.over.is_set():
            if messages := await pull.batch():
                await self._deliver(messages)
                await pull.acknowledge(messages)
            self.status.halted = ""
            self._backoff.succeeded()

    async def _deliver(self, messages: list[Msg]) -> None:
        """Has the program commit what is new among these messages. Raises Hole or Foreign before anything is applied."""
        tokens = [_token(message.reply) for message in messages]
        arrived = [
            Arrival(token.position, message.subject, (message.headers or {}).get("Nats-Msg-Id"), message.data)
            for token, message in zip(tokens, messages, strict=True)
        ]
        fresh = following(self.status.position, arrived)
        self.status.ignored += len(arrived) - len(fresh)
        self.status.redelivered += sum(token.deliveries > 1 for token in tokens)
        if fresh:
            started = time.perf_counter()
            await asyncio.to_thread(self._commit, fresh)
            self.status.apply_seconds += time.perf_counter() - started
            self.status.applied += len(fresh)
            self.status.last_batch = len(fresh)
            self.status.position = fresh[-1].position
        self.status.lag = tokens[-1].pending

    def _commit(self, fresh: list[Arrival]) -> None:
        self._apply(checked(self.log_id, fresh))


class _Token(NamedTuple):
    deliveries: int
    position: int
    pending: int


def _token(reply: str) -> _Token:
    """What the server says in the acknowledgement subject; read from its end, for a domain and an account may stand before.

    `$JS.ACK.[<domain>.<account>.]<stream>.<durable>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>[.<random>]`
    """
    short_parts = 9
    parts = reply.split(".")
    start = 4 if len(parts) == short_parts else 6
    return _Token(int(parts[start]), int(parts[start + 1]), int(parts[start + 4]))

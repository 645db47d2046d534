"""How a program of ours connects to NATS: with its own key and its own inbox, and how it learns that the connection is lost.

The library would reconnect by itself and go on waiting for answers that cannot come any more. Here a lost connection ends
whatever was waiting on it; whoever waited connects afresh and asks where things stand, which it must be able to do anyway.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from nats.aio.client import Client

from shared.messaging.permissions import inbox

CONNECT_SECONDS = 5.0  # a server on the same machine answers in milliseconds; past this, the caller waits and asks again
PING_SECONDS = 10  # the library's two minutes would leave a dead connection unnoticed for as long
RETRY_SECONDS = 0.2  # a server restarts in 0.05 s; the library waits 2 s
PENDING_BYTES = 8 * 1024 * 1024  # holds one whole batch of the publisher (4 MiB and its headers)

log = logging.getLogger(__name__)
T = TypeVar("T")


class Lost(ConnectionError):
    """The line was over before the answer came."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where a server is and with which key to enter.

    `url` may be several addresses of one cluster, separated by commas; `user` is one of the names of `permissions` and gives the inbox.
    """

    url: str
    user: str
    seed: str = field(repr=False)


class Line(NamedTuple):
    """A connection, and the event that says it is over: lost, or no longer wanted."""

    client: Client
    over: asyncio.Event

    async def answered(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, or Lost as soon as the line is over. What was sent may have arrived all the same."""
        task, loss = asyncio.ensure_future(work), asyncio.ensure_future(self.over.wait())
        try:
            await asyncio.wait({task, loss}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Lost
            return task.result()
        finally:
            task.cancel()
            loss.cancel()
            await asyncio.gather(task, loss, return_exceptions=True)


@asynccontextmanager
async def connected(login: Login, stop: asyncio.Event | None = None) -> AsyncIterator[Line]:
    """A line, over at `stop` and closed at the end. Asks for CONNECT_SECONDS, then raises nats.errors.Error, OSError or TimeoutError."""
    client, over = Client(), asyncio.Event()
    watch: asyncio.Task[None] | None = None

    async def heard(trouble: Exception) -> None:
        log.info("nats, as %s: %s", login.user, str(trouble) or type(trouble).__name__)

    async def left() -> None:
        over.set()

    async def stopped(asked: asyncio.Event) -> None:
        await asked.wait()
        over.set()

    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.connect(
                servers=login.url.split(","),
                name=f"ruche-{login.user}",
                nkeys_seed_str=login.seed,
                inbox_prefix=inbox(login.user),
                error_cb=heard,
                disconnected_cb=left,
                max_reconnect_attempts=-1,
                reconnect_time_wait=RETRY_SECONDS,  # type: ignore[arg-type]  # declared int, used as seconds of any kind
                ping_interval=PING_SECONDS,
                pending_size=PENDING_BYTES,
            )
        watch = asyncio.create_task(stopped(stop)) if stop else None
        yield Line(client, over)
    finally:
        if watch:
            watch.cancel()
        await client.close()

"""Asks the server for the next messages of a durable, a batch at a time (the JetStream API's `CONSUMER.MSG.NEXT`).

The library's own `fetch` makes a task, a timer and a random name for every message; here a message costs one call. A request waits
on the server for a first message and ends with what is there then: the batch is full, or a status says that there is no more.
There is one request at a time, so whatever arrives belongs to it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.msg import Msg
from nats.js.api import Header, StatusCode

from shared.messaging.connecting import Line
from shared.messaging.pacing import pause
from shared.messaging.subjects import stream

BATCH_ROWS = 500  # the publisher's lot; a transaction of that size takes some tens of milliseconds
REQUEST_SECONDS = 5.0
HEARTBEAT_SECONDS = 1.0  # at most half of the request's time, or the server refuses it
SILENCE_SECONDS = 2 * REQUEST_SECONDS  # without even a heartbeat: some restarts of the server leave a request that never ends
EARLY_SECONDS = 0.1  # after a request that the server ended before its time with nothing, as when others are waiting on the durable
NANOSECONDS = 1_000_000_000
REQUEST = json.dumps(
    {
        "batch": BATCH_ROWS,
        "expires": int(REQUEST_SECONDS * NANOSECONDS),
        "idle_heartbeat": int(HEARTBEAT_SECONDS * NANOSECONDS),
        "no_wait": True,  # together with `expires`: wait for the first message, never for a full batch
    }
).encode()
NO_MORE = {StatusCode.NO_MESSAGES.value, StatusCode.REQUEST_TIMEOUT.value}


class Interrupted(Exception):
    """The server fell silent, or ended a request for another reason than that there is nothing more; the message says which."""


class Pull:
    """The messages of one durable as they are asked for, over one inbox."""

    def __init__(self, line: Line, inbox: str, asking: str, silence_seconds: float) -> None:
        self._line = line
        self._inbox = inbox
        self._asking = asking
        self._silence_seconds = silence_seconds
        self._arrived: list[Msg] = []
        self._interruption = ""
        self._ended = asyncio.Event()
        self._heard_at = 0.0

    async def batch(self) -> list[Msg]:
        """Up to BATCH_ROWS messages, as soon as there are any; none when nothing came in REQUEST_SECONDS.

        Raises Interrupted, after which the inbox may still get messages of that request; and Lost when the line is over.
        """
        self._arrived, self._interruption = [], ""
        self._ended.clear()
        asked_at = self._heard_at = time.monotonic()
        await self._line.client.publish(self._asking, REQUEST, reply=self._inbox)
        await self._line.answered(self._until_ended())
        if self._interruption:
            raise Interrupted(self._interruption)
        if not self._arrived and time.monotonic() - asked_at < REQUEST_SECONDS / 2:
            await pause(self._line.over, EARLY_SECONDS)
        return self._arrived[:]  # a copy: nothing that comes unasked may be acknowledged with it

    async def acknowledge(self, messages: list[Msg]) -> None:
        """Tells the server that these are done with, all together and without waiting for an answer: one that is lost makes a repeat."""
        for message in messages:
            await self._line.client.publish(message.reply)

    async def hear(self, message: Msg) -> None:
        """Takes what came to the inbox. Messages of the stream carry a subject for their acknowledgement; the server's own words do not."""
        self._heard_at = time.monotonic()
        if message.reply:
            self._arrived.append(message)
            if len(self._arrived) == BATCH_ROWS:
                self._ended.set()
            return
        says = message.headers or {}
        status = says.get(Header.STATUS.value, "")
        if status == StatusCode.CONTROL_MESSAGE.value:  # a heartbeat
            return
        if status not in NO_MORE:
            self._interruption = f"the server ended a request: {status} {says.get(Header.DESCRIPTION.value, '')}".strip()
        self._ended.set()

    async def _until_ended(self) -> None:
        while not self._ended.is_set():
            left_seconds = self._heard_at + self._silence_seconds - time.monotonic()
            if left_seconds <= 0:
                raise Interrupted(f"nothing heard for {self._silence_seconds} s")
            await pause(self._ended, left_seconds)


@asynccontextmanager
async def pulling(line: Line, log_id: int, durable: str, silence_seconds: float = SILENCE_SECONDS) -> AsyncIterator[Pull]:
    """A fresh inbox, which holds nothing from before; after the block the server sends nothing more to it."""
    inbox = line.client.new_inbox()
    pull = Pull(line, inbox, f"$JS.API.CONSUMER.MSG.NEXT.{stream(log_id)}.{durable}", silence_seconds)
    subscription = await line.client.subscribe(inbox, cb=pull.hear)
    try:
        yield pull
    finally:
        if not line.client.is_closed:
            await subscription.unsubscribe()

"""Reads records from the stream by position: to refill a gap, and to watch a log go by. Needs the right to read by sequence.

No consumer is created: each reading is one request, answered by up to READ_ROWS messages (batched direct get, ADR-31).
"""

import asyncio
import json
from collections.abc import AsyncIterator

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import APIError

from shared.messaging.arrivals import Arrival, Delivered, checked, following
from shared.messaging.connecting import Login, connected
from shared.messaging.pacing import pause
from shared.messaging.subjects import every_subject, stream

READ_ROWS = 500
READ_BYTES = 4 * 1024 * 1024  # at most waiting on our side at once
READ_SECONDS = 5.0  # a key without the right is not answered at all
TAIL_SECONDS = 0.25  # between two readings of a log that has nothing new: a person watches, not a program


async def fetch_range(login: Login, log_id: int, first: int, last: int) -> list[Delivered]:
    """The records at positions `first` to `last`, both included.

    Raises Hole when the stream does not hold them all, Foreign when one is not ours, TimeoutError when the key may not read.
    """
    arrived: list[Arrival] = []
    async with connected(login) as line:
        while first + len(arrived) <= last:
            missing = last - first + 1 - len(arrived)
            more = await line.answered(_read(line.client, log_id, first + len(arrived), min(missing, READ_ROWS)))
            if not more:
                break
            arrived += following(first + len(arrived) - 1, more)
    # An absent end is a hole as well: the position after the last one wanted closes the range.
    following(first - 1, [*arrived, Arrival(last + 1, "", None, b"")])
    return checked(log_id, arrived)


async def tail(login: Login, log_id: int, stop: asyncio.Event, *, after: int | None = None) -> AsyncIterator[Delivered]:
    """The records after a position as they are published, until `stop`; without a position, those published from now on.

    Raises what `fetch_range` raises, and nats.errors.Error or OSError when the server is away.
    """
    async with connected(login, stop) as line:
        position = await _last(line.client, log_id) if after is None else after
        while not stop.is_set():
            records = checked(log_id, following(position, await _read(line.client, log_id, position + 1, READ_ROWS)))
            for record in records:
                yield record
            if records:
                position = records[-1].position
            else:
                await pause(stop, TAIL_SECONDS)


async def last_position(login: Login, log_id: int) -> int:
    """The position of the last record on the stream, 0 where there is none. Raises nats.errors.Error or OSError when it is away."""
    async with connected(login) as line:
        try:
            return await line.answered(_last(line.client, log_id))
        except APIError:
            return 0


async def _last(client: Client, log_id: int) -> int:
    request = json.dumps({"last_by_subj": every_subject(log_id)}).encode()
    answer = await client.request(f"$JS.API.DIRECT.GET.{stream(log_id)}", request, timeout=READ_SECONDS)
    return 0 if _status(answer) else int((answer.headers or {})["Nats-Sequence"])


async def _read(client: Client, log_id: int, first: int, rows_max: int) -> list[Arrival]:
    """Up to `rows_max` messages from `first` on; none when the stream ends before."""
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox)
    try:
        request = json.dumps({"seq": first, "batch": rows_max, "max_bytes": READ_BYTES}).encode()
        await client.publish(f"$JS.API.DIRECT.GET.{stream(log_id)}", request, reply=inbox)
        arrived: list[Arrival] = []
        while not (status := _status(message := await subscription.next_msg(READ_SECONDS))):
            headers = message.headers or {}
            arrived.append(Arrival(int(headers["Nats-Sequence"]), headers["Nats-Subject"], headers.get("Nats-Msg-Id"), message.data))
        if status not in {"204", "404"}:  # the end of the batch, and nothing at or after this position
            raise APIError(code=int(status), description="reading by sequence was refused")
        return arrived
    finally:
        await subscription.unsubscribe()


def _status(message: Msg) -> str:
    return "" if message.data else (message.headers or {}).get("Status", "")

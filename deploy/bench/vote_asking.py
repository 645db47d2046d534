"""The asking process of the vote bench: each request leaves at its own instant, fixed beforehand, on a connection of its own.

An open loop: a voter does not wait until another one was answered. A time counts from the instant at which the request was due, so a
server that keeps people waiting cannot hide it by being asked less (Gil Tene's “coordinated omission”).
"""

import asyncio
import time
from multiprocessing.connection import Connection
from typing import Any

from shared.settings import LOOPBACK

AHEAD_SECONDS = 0.2  # before the first request is due: every task is waiting by then
SILENCE_SECONDS = 30.0

Due = tuple[float, bytes]  # seconds after the beginning, and the whole request
Answered = tuple[int, float]  # the status, and how many seconds after it was due the whole answer was there


def ask(parent: "Connection[Any, Any]", port: int, due: list[Due]) -> None:
    """Send every request at its instant; tell the parent each answer in the same order, or what went wrong."""
    try:
        parent.send(asyncio.run(_asked(port, due)))
    except Exception as failure:  # noqa: BLE001 - the parent raises it as a failure of the bench
        parent.send(f"{type(failure).__name__}: {failure}")


async def _asked(port: int, due: list[Due]) -> list[Answered]:
    began = time.perf_counter() + AHEAD_SECONDS
    return list(await asyncio.gather(*(_one(port, began + after, request) for after, request in due)))


async def _one(port: int, moment: float, request: bytes) -> Answered:
    await asyncio.sleep(max(moment - time.perf_counter(), 0.0))
    async with asyncio.timeout(SILENCE_SECONDS):
        reader, writer = await asyncio.open_connection(LOOPBACK[0], port)
        writer.write(request)
        answer = await reader.read()  # to its end: the request says that no other follows
        taken = time.perf_counter() - moment
        writer.close()
    return int(answer[9:12]), taken

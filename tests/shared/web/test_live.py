"""Open pages get the region as it is, then each change; nobody slow or greedy harms the others, and a stop is a stop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse
from starlette.responses import Response

from shared.web.live import QUEUE_MAX, STREAMS_PER_READER_MAX, Hub, TooManyStreams
from tests.web_server import served

ROOT = Path(__file__).parents[3]
STOP_SECONDS_MAX = 5.0
STREAMS = 50


def opened(hub: Hub, topic: str = "t", reader: str = "me") -> EventSourceResponse:
    return hub.stream(topic, reader=reader, snapshot=lambda: (1, "<p>one</p>"))


async def read(stream: EventSourceResponse, count: int) -> list[bytes]:
    """The next messages of an answer, without a server."""
    messages: AsyncIterator[bytes] = stream.body_iterator  # type: ignore[assignment]  # our own generator
    return [await anext(messages) for _ in range(count)]


def until(true: Callable[[], bool], seconds: float = 3.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_region_as_it_is_comes_first_then_each_change_unnamed_with_its_position() -> None:
    async def go() -> list[bytes]:
        hub = Hub()
        stream = opened(hub)
        first = await read(stream, 1)
        await asyncio.to_thread(hub.publish, "t", 7, "<p>two\nlines</p>")
        return first + await read(stream, 1)

    assert asyncio.run(go()) == [b"data: <p>one</p>\nid: 1\n\n", b"data: <p>two\ndata: lines</p>\nid: 7\n\n"]


def test_what_changes_while_the_snapshot_is_taken_is_not_lost_and_what_is_older_is_dropped() -> None:
    async def go() -> list[bytes]:
        hub = Hub()

        def snapshot() -> tuple[int, str]:
            hub.publish("t", 4, "older")
            hub.publish("t", 6, "newer")
            return 5, "five"

        return await read(hub.stream("t", reader="me", snapshot=snapshot), 2)

    assert asyncio.run(go()) == [b"data: five\nid: 5\n\n", b"data: newer\nid: 6\n\n"]


def test_a_slow_page_loses_the_oldest_and_ends_with_the_newest() -> None:
    async def go() -> list[bytes]:
        hub = Hub()
        stream = opened(hub)
        await read(stream, 1)
        for seq in range(2, 102):
            hub.publish("t", seq, str(seq))
        await asyncio.sleep(0)
        return await read(stream, QUEUE_MAX)

    last = asyncio.run(go())
    assert last[0] == b"data: 94\nid: 94\n\n"
    assert last[-1] == b"data: 101\nid: 101\n\n"


def test_nothing_is_rendered_for_nobody_and_once_for_many() -> None:
    rendered: list[int] = []

    def render() -> str:
        rendered.append(1)
        return "x"

    async def go() -> tuple[int, int]:
        hub = Hub()
        alone = hub.publish("t", 2, render)
        streams = [opened(hub, reader=str(number)) for number in range(3)]
        among = hub.publish("t", 2, render)
        assert len(streams) == hub.clients
        return alone, among

    assert asyncio.run(go()) == (0, 3)
    assert rendered == [1]


def test_a_topic_is_told_its_own_changes_alone_and_silence_is_a_ping() -> None:
    async def go() -> list[bytes]:
        hub = Hub(ping_seconds=0.05)
        stream = opened(hub, topic="mine")
        opened(hub, topic="other")
        await read(stream, 1)
        hub.publish("other", 9, "secret")
        return await read(stream, 1)

    assert asyncio.run(go()) == [b": ping\n\n"]


def test_the_seventeenth_stream_of_a_reader_is_refused_and_another_reader_is_not() -> None:
    async def go() -> None:
        hub = Hub()
        for _ in range(STREAMS_PER_READER_MAX):
            opened(hub)
        with pytest.raises(TooManyStreams):
            opened(hub)
        opened(hub, reader="you")
        assert hub.clients == STREAMS_PER_READER_MAX + 1

    asyncio.run(go())


def test_streams_end_by_age_by_revocation_and_by_closing() -> None:
    async def whole(stream: EventSourceResponse) -> int:
        messages: AsyncIterator[bytes] = stream.body_iterator  # type: ignore[assignment]  # our own generator
        async with asyncio.timeout(2):
            return len([message async for message in messages])

    async def go() -> None:
        assert await whole(opened(Hub(ping_seconds=0.02, stream_seconds_max=0.01))) <= 2
        hub = Hub()
        mine, yours = opened(hub), opened(hub, reader="you")
        await read(mine, 1)
        hub.close_reader("me")
        assert await whole(mine) == 0
        await read(yours, 1)
        hub.close()
        assert await whole(yours) == 0
        assert await whole(opened(hub)) == 1

    asyncio.run(go())


def test_a_page_that_leaves_gives_its_place_back_and_nothing_stores_the_stream() -> None:
    hub, site = Hub(), FastAPI()

    @site.get("/stream")
    async def stream() -> Response:
        return opened(hub)

    with served(site) as address:
        for _ in range(2 * STREAMS_PER_READER_MAX):
            with httpx.stream("GET", address + "/stream") as answer:
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["content-type"].startswith("text/event-stream")
                assert next(answer.iter_lines()) == "data: <p>one</p>"
            until(lambda: hub.clients == 0)
        assert hub.topics() == []


def test_threads_that_publish_at_once_reach_everybody_with_the_last_state() -> None:
    hub, site = Hub(), FastAPI()

    @site.get("/stream/{reader}")
    async def stream(reader: str) -> Response:
        return opened(hub, reader=reader)

    last: list[int] = []

    def follow(address: str, number: int) -> None:
        with httpx.stream("GET", f"{address}/stream/{number}", timeout=10) as answer:
            for line in answer.iter_lines():
                if line == "id: 400":
                    last.append(400)
                    return

    with served(site) as address:
        readers = [threading.Thread(target=follow, args=(address, number)) for number in range(10)]
        for thread in readers:
            thread.start()
        until(lambda: hub.clients == len(readers))
        writers = [threading.Thread(target=lambda: [hub.publish("t", seq, "x") for seq in range(2, 400)]) for _ in range(4)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        hub.publish("t", 400, "x")
        for thread in readers:
            thread.join(10)
    assert len(last) == len(readers)


def test_sigterm_with_fifty_open_streams_stops_the_process() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "tests.shared.web.streaming:site", "--port", str(port), "--timeout-graceful-shutdown", "3"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 10)
        streams = [socket.create_connection(("127.0.0.1", port)) for _ in range(STREAMS)]
        for number, stream in enumerate(streams):
            stream.sendall(f"GET /stream/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert b"200 OK" in stream.recv(4_096)
        asked = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        process.wait(STOP_SECONDS_MAX)
        assert time.monotonic() - asked < STOP_SECONDS_MAX
        for stream in streams:
            stream.close()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

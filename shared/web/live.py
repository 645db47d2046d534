"""What open pages are told as facts arrive: one rendering for all the readers of a region, the newest first in line."""

import asyncio
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from shared.refusals import Busy

# A message is the whole region, so a slow reader loses nothing by losing the oldest.
QUEUE_MAX = 8
# A class of 30 never shares one sign-in; sixteen tabs of one reader are a fault or an attack.
STREAMS_PER_READER_MAX = 16
# Proxies cut what is silent for a minute.
PING_SECONDS = 15.0
# Rights are asked again when the browser comes back.
STREAM_SECONDS_MAX = 15 * 60.0

Render = Callable[[], str]
Snapshot = Callable[[], tuple[int, str]]


class TooManyStreams(Busy):
    """Trop de pages ouvertes à la fois : ferme des onglets, puis recharge.
    Too many pages open at once: close some tabs, then reload."""


@dataclass(eq=False, slots=True)
class Client:
    """One open page: what it still has to be sent, and whether it must go."""

    topic: str
    reader: str
    loop: asyncio.AbstractEventLoop
    waiting: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=QUEUE_MAX))
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    def offer(self, seq: int, html: str) -> None:
        """Called on the client's own loop: the oldest message makes room."""
        self.waiting.append((seq, html))
        self.awake.set()

    def close(self) -> None:
        """Called on the client's own loop: the stream ends after what it is sending."""
        self.closed = True
        self.awake.set()


class Hub:
    """Hands the regions that changed to the pages that show them. Fed from any thread, read by the event loop.

    A topic names one region in one language at one level: everybody who reads it is entitled to the same bytes.
    """

    def __init__(self, ping_seconds: float = PING_SECONDS, stream_seconds_max: float = STREAM_SECONDS_MAX) -> None:
        self.ping_seconds = ping_seconds
        self.stream_seconds_max = stream_seconds_max
        self._guard = threading.Lock()
        self._clients: defaultdict[str, set[Client]] = defaultdict(set)
        self._per_reader: Counter[str] = Counter()
        self._closed = False

    @property
    def clients(self) -> int:
        """How many streams are open."""
        return self._per_reader.total()

    def topics(self) -> list[str]:
        """The regions somebody is looking at."""
        with self._guard:
            return list(self._clients)

    def publish(self, topic: str, seq: int, html: str | Render) -> int:
        """Send the whole region, as it is at `seq`, to whoever shows it; gives their number.

        From any thread. A function is called once, in this thread, and only if somebody is there.
        """
        with self._guard:
            clients = list(self._clients.get(topic, ()))
        if not clients:
            return 0
        text = html if isinstance(html, str) else html()
        self._on_their_loops(clients, lambda client: client.offer(seq, text))
        return len(clients)

    def stream(self, topic: str, *, reader: str, snapshot: Snapshot) -> EventSourceResponse:
        """The answer of a stream route: the region as it is now, then each time it changes.

        `reader` is the sign-in (or the address of an anonymous reader) that the limit counts; TooManyStreams beyond it, before
        anything is sent. `snapshot` gives `(seq, html)` and runs in a thread. Call it from an `async def` route, rights checked.
        """
        client = Client(topic, reader, asyncio.get_running_loop())
        with self._guard:
            if self._per_reader[reader] >= STREAMS_PER_READER_MAX:
                raise TooManyStreams
            self._per_reader[reader] += 1
            # In line before the snapshot is taken: what changes in between is sent after it.
            self._clients[topic].add(client)
            client.closed = self._closed
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Stream(self._messages(client, snapshot), headers, lambda: self._forget(client))

    def close_reader(self, reader: str) -> None:
        """Rights were withdrawn: end that reader's streams. From any thread."""
        with self._guard:
            clients = [client for among in self._clients.values() for client in among if client.reader == reader]
        self._on_their_loops(clients, Client.close)

    def close(self) -> None:
        """The process stops: end every stream, and those still to come after their snapshot. From any thread."""
        with self._guard:
            self._closed = True
            clients = [client for among in self._clients.values() for client in among]
        self._on_their_loops(clients, Client.close)

    async def _messages(self, client: Client, snapshot: Snapshot) -> AsyncIterator[bytes]:
        until = time.monotonic() + self.stream_seconds_max
        shown, html = await asyncio.to_thread(snapshot)
        yield _message(shown, html)
        while not client.closed and time.monotonic() < until:
            if not client.waiting:
                client.awake.clear()
                try:
                    async with asyncio.timeout(self.ping_seconds):
                        await client.awake.wait()
                except TimeoutError:
                    yield KEEPALIVE_COMMENT
                continue
            seq, html = client.waiting.popleft()
            if seq >= shown:  # the count of ballots moves between two facts
                shown = seq
                yield _message(seq, html)

    def _forget(self, client: Client) -> None:
        with self._guard:
            among = self._clients.get(client.topic, set())
            if client not in among:
                return
            among.remove(client)
            if not among:
                del self._clients[client.topic]
            self._per_reader[client.reader] -= 1
            if not self._per_reader[client.reader]:
                del self._per_reader[client.reader]

    def _on_their_loops(self, clients: list[Client], told: Callable[[Client], None]) -> None:
        """One wake-up per event loop, however many clients it serves."""
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[Client]] = defaultdict(list)
        for client in clients:
            by_loop[client.loop].append(client)

        def tell(there: list[Client]) -> None:
            for client in there:
                told(client)

        for loop, there in by_loop.items():
            try:
                loop.call_soon_threadsafe(tell, there)
            except RuntimeError:  # that loop has ended, and its streams with it
                continue


class Stream(EventSourceResponse):
    """The answer of one stream; whichever way it ends, its place is given back."""

    def __init__(self, messages: AsyncIterator[bytes], headers: dict[str, str], left: Callable[[], None]) -> None:
        super().__init__(messages, headers=headers)
        self.left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As any streaming answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.left()


def _message(seq: int, html: str) -> bytes:
    """Unnamed, or htmx would not swap it; its id is the position in the register."""
    return format_sse_event(data_str=html, id=str(seq))

"""One log in PostgreSQL, one nats-server, and what the tests of the messages do with both."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self

import psycopg
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import BOOTSTRAP_ROLE, EmbeddedPostgres
from shared.eventlog.record import canonical, envelope
from shared.messaging.arrivals import Delivered
from shared.messaging.by_sequence import fetch_range
from shared.messaging.connecting import connected
from shared.messaging.publisher import Publisher
from shared.messaging.streams import find_stream
from shared.messaging.subjects import stream
from shared.messaging.subscriber import Overtaken, Subscriber

SOON_SECONDS = 20.0  # a bound for a slow machine; what is waited for takes well under a second, or one backoff
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def fresh_register() -> str:
    """A register id no other test has drawn."""
    return "".join(secrets.choice(ALPHABET) for _ in range(26))


def record(register: str, seq: int, note: str = "") -> bytes:
    """The canonical bytes of a made-up fact of about 400 bytes."""
    data = {"note": note or f"fait n° {seq}", "padding": "x" * 120}
    return canonical(envelope(register, seq, "ledger.receipt-recorded.v1", datetime.now(UTC), "p_" + "a" * 26, secrets.token_hex(8), data))


class Scene:
    """The log `log_id`, written by its own connection, and the stream that should equal it."""

    def __init__(self, postgres: EmbeddedPostgres, nats: EmbeddedNats, log_id: int) -> None:
        self.postgres = postgres
        self.nats = nats
        self.log_id = log_id
        self.register = fresh_register()
        self.seq = 0
        self._writer = psycopg.connect(postgres.url("ruche_writer"), autocommit=True)

    def close(self) -> None:
        """Closes the writing connection."""
        self._writer.close()

    def append(self, count: int = 1, *, note: str = "") -> None:
        """Commits so many records in one command."""
        records = [record(self.register, self.seq + 1 + index, note) for index in range(count)]
        types = ["ledger.receipt-recorded.v1"] * count
        answer = self._writer.execute(
            "select answer from eventlog.append(%s::smallint, %s, %s, %s, %s, %s, %s, %s)",
            (self.log_id, [self.register], [None], [None], [self.seq], [count], types, records),
        ).fetchone()
        assert answer == ("ok",), answer
        self.seq += count

    def append_unnoticed(self) -> None:
        """Commits one record without a notification, as a pooler or a lost packet would have it."""
        self.seq += 1
        with psycopg.connect(self.postgres.url("ruche_migrator")) as connection:
            connection.execute("set role ruche_owner")
            connection.execute("update eventlog.logs set head = head + 1 where log_id = %s", (self.log_id,))
            connection.execute(
                "update eventlog.registers set seq = seq + 1 where log_id = %s and register_id = %s", (self.log_id, self.register)
            )
            connection.execute(
                """insert into eventlog.records (log_id, position, register_id, seq, type, record, recorded_at)
                   select log_id, head, %s, %s, 'ledger.receipt-recorded.v1', %s, now() from eventlog.logs where log_id = %s""",
                (self.register, self.seq, record(self.register, self.seq), self.log_id),
            )

    def end_connections_of_publishers(self) -> None:
        """Cuts every publisher's connection to the database, on the server's side."""
        with psycopg.connect(self.postgres.url(BOOTSTRAP_ROLE)) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ruche_publisher'")

    def recorded(self) -> list[tuple[int, bytes]]:
        """Every position of the log with its bytes."""
        with psycopg.connect(self.postgres.url("ruche_reader")) as connection:
            return connection.execute(
                "select position, record from eventlog.records where log_id = %s order by position", (self.log_id,)
            ).fetchall()

    def born(self) -> str:
        """The identity of the log."""
        with psycopg.connect(self.postgres.url("ruche_reader")) as connection:
            found = connection.execute("select born::text from eventlog.logs where log_id = %s", (self.log_id,)).fetchone()
        assert found
        return str(found[0])

    def tamper(self, statement: str, *values: object) -> None:
        """Runs a statement as the only role that may alter the log, as a restored backup or a person at the console would."""
        with psycopg.connect(self.postgres.url("ruche_migrator"), autocommit=True) as connection:
            connection.execute("set role ruche_owner")
            connection.execute(statement.encode(), values)

    def publisher(self, kind: type[Publisher] = Publisher, **options: Any) -> Publisher:
        """A candidate publisher of this log."""
        url, logins = self.postgres.url("ruche_publisher"), (self.nats.login("publisher"), self.nats.login("admin"))
        return kind(self.log_id, url, *logins, **({"durables": ["portal", "analyst"]} | options))

    async def published(self) -> list[tuple[int, bytes]]:
        """Every sequence of the stream with its bytes, read by position."""
        async with connected(self.nats.login("publisher")) as line:
            info = await find_stream(line.client.jetstream(), self.log_id)
        last = info.state.last_seq if info else 0
        records = await fetch_range(self.nats.login("portal"), self.log_id, 1, last) if last else []
        return [(one.position, one.record) for one in records]

    async def level(self) -> None:
        """Waits until the stream holds the log, whole and byte for byte."""

        async def is_level() -> bool:
            async with connected(self.nats.login("publisher")) as line:
                info = await find_stream(line.client.jetstream(), self.log_id)
                return info is not None and info.state.last_seq >= len(self.recorded())

        await eventually(is_level)
        assert await self.published() == self.recorded()
        assert [position for position, _ in self.recorded()] == list(range(1, self.seq + 1))


class Reader:
    """A program downstream: what it applied, with the position committed together with it."""

    def __init__(self) -> None:
        self.records: list[Delivered] = []
        self.batches: list[int] = []
        self.fails: Callable[[list[Delivered]], None] = lambda _: None
        self.overtaken = False

    def position(self) -> int:
        """The last position committed."""
        return self.records[-1].position if self.records else 0

    def apply(self, batch: list[Delivered]) -> None:
        """Commits a batch, all or nothing; anything but the next records is an error of the subscriber."""
        if self.overtaken:
            raise Overtaken
        self.fails(batch)
        assert [one.position for one in batch] == list(range(self.position() + 1, self.position() + 1 + len(batch)))
        self.records += batch
        self.batches.append(len(batch))

    def subscriber(self, scene: Scene, program: str = "portal", **options: Any) -> Subscriber:
        """A subscriber that feeds this reader."""
        return Subscriber(scene.log_id, program, scene.nats.login(program), position=self.position, apply=self.apply, **options)

    def has(self, scene: Scene) -> bool:
        """Whether it applied the whole log, byte for byte."""
        return [(one.position, one.record) for one in self.records] == scene.recorded()


class Running:
    """Programs that run until the end of the block."""

    def __init__(self) -> None:
        self._tasks: list[tuple[asyncio.Event, asyncio.Task[None]]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for stop, _task in self._tasks:
            stop.set()
        await asyncio.gather(*(task for _stop, task in self._tasks))

    def start(self, *programs: Publisher | Subscriber) -> asyncio.Event:
        """Runs them; the event stops them before the end of the block."""
        stop = asyncio.Event()
        self._tasks += [(stop, asyncio.create_task(program.run(stop))) for program in programs]
        return stop


async def eventually(condition: Callable[[], bool | Coroutine[Any, Any, bool]], within_seconds: float = SOON_SECONDS) -> None:
    """Waits until a condition holds; fails the test when it does not within the time."""
    try:
        async with asyncio.timeout(within_seconds):
            while True:
                found = condition()
                if await found if isinstance(found, Coroutine) else found:
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"not within {within_seconds} s")


@asynccontextmanager
async def as_user(scene: Scene, user: str) -> AsyncIterator[Client]:
    """A bare connection with the key of a user, to try what it may do."""
    async with connected(scene.nats.login(user)) as line:
        yield line.client


async def delete_stream(scene: Scene) -> None:
    """Deletes the stream with the admin key, as only a person would."""
    async with as_user(scene, "admin") as client:
        try:
            await client.jetstream().delete_stream(stream(scene.log_id))
        except NotFoundError:
            return

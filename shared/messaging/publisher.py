"""Puts every record of a log on its stream, in order, once, whatever fails.

One publisher per log leads, by an advisory lock; the others stand by. It keeps nothing: the stream says how far it went, the log says what
follows. On any doubt it forgets all it knew, connects afresh and asks again. There is no outbox, no mark on rows, no checkpoint.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence

import psycopg
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from shared.messaging.connecting import Line, Login, connected
from shared.messaging.continuity import Halted, StreamSeen, next_lot, resume_after, same_bytes
from shared.messaging.log_tail import LogTail, NoSuchLog, opened
from shared.messaging.pacing import Backoff, pause
from shared.messaging.publisher_status import PublisherStatus
from shared.messaging.sending import Doubt, send
from shared.messaging.streams import born_of, ensure_durables, find_stream, stream_config, stream_flaw
from shared.messaging.subjects import stream

STANDBY_SECONDS = 1.0  # between two askings for the lead
VERIFY_SECONDS = 5.0  # between two looks at the stream and the durables, so that what was taken away is noticed without traffic
HALT_SECONDS = 5.0  # between two looks at what made it halt, in case a person has repaired it
AUDIT_SECONDS = 3600.0
AUDIT_POSITIONS = 1_000  # drawn again each time: an altered message among a million is met within a month
AUDIT_TOGETHER = 50  # messages asked for at once


class Publisher:
    """One candidate to publish one log. `run` it in any number of processes; `status` is for metrics and the status page.

    `database_url` is that of a role that may only select; `admin` is used for nothing but creating the stream and the durables.
    Without `notified` it polls the log every 20 to 250 ms, for databases that do not carry notifications.
    """

    def __init__(
        self,
        log_id: int,
        database_url: str,
        publisher: Login,
        admin: Login,
        *,
        durables: Sequence[str] = (),
        replicas: int = 1,
        notified: bool = True,
    ) -> None:
        self.log_id = log_id
        self.status = PublisherStatus()
        self._database_url = database_url
        self._publisher = publisher
        self._admin = admin
        self._durables = tuple(durables)
        self._replicas = replicas
        self._notified = notified
        self._backoff = Backoff()
        self._log = logging.getLogger(f"{__name__}.{log_id}")
        self._audit_at = time.monotonic() + AUDIT_SECONDS
        self._suspects: tuple[int, ...] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Stands by, leads, publishes, until `stop`. Raises nothing: trouble is in the status and in the journal."""
        while not stop.is_set():
            try:
                async with opened(self._database_url, self.log_id, notified=self._notified) as log:
                    while not stop.is_set() and not await self._take_lead(log):
                        await pause(stop, STANDBY_SECONDS)
                    await self._lead(log, stop)
            except (psycopg.Error, OSError, NoSuchLog) as lost:
                self._log.warning("the log cannot be read, the lead is given up: %s", lost)
                self.status.doubted("database")
                await self._backoff.wait(stop)
            finally:
                self.status.leader = False

    def audit_soon(self) -> None:
        """Asks for an audit now instead of within the hour; its result is in the status."""
        self._audit_at = 0.0

    async def _take_lead(self, log: LogTail) -> bool:
        return await log.take_lead()

    async def _lead(self, log: LogTail, stop: asyncio.Event) -> None:
        """Publishes from a fresh connection, again and again. A lost database connection is a lost lead, and leaves this function."""
        self.status.leader = not stop.is_set()
        while not stop.is_set():
            try:
                async with connected(self._publisher, stop) as line:
                    self.status.connections += 1
                    await self._publish(log, line)
            except psycopg.Error:
                raise
            except Halted as why:
                self._log.critical("publishing is halted: %s", why)
                self.status.halted = str(why)
                await pause(stop, HALT_SECONDS)
            except Exception as doubt:  # noqa: BLE001  # whatever it was, the answer is the same: ask the stream where it stands
                if stop.is_set():
                    return
                self.status.doubted(doubt.code if isinstance(doubt, Doubt) else type(doubt).__name__)
                self._log.warning("in doubt, asking the stream again: %s %s", type(doubt).__name__, doubt)
                await self._backoff.wait(stop)
                self.status.read(*await log.after(self.status.last_seq))

    async def _publish(self, log: LogTail, line: Line) -> None:
        """Publishes what follows, forever. Raises Halted, Doubt, or whatever the network raises."""
        verified_at = time.monotonic()
        last = self.status.last_seq = await line.answered(self._resumed(log, line.client))
        await log.listen()
        while not line.over.is_set():
            if time.monotonic() >= self._audit_at:
                await line.answered(self._audit(log, line.client, last))
            if time.monotonic() >= verified_at + VERIFY_SECONDS:
                if (found := await line.answered(self._resumed(log, line.client))) != last:
                    raise Doubt("moved", f"the stream ends at {found}, not at {last}")
                verified_at = time.monotonic()
            self.status.halted = ""
            head, rows = await log.after(last)
            self.status.read(head, rows)
            lot = next_lot(last, head, rows)
            if lot:
                started = time.perf_counter()
                await line.answered(send(line.client, self.log_id, lot))
                last = lot[-1].position
                self.status.sent(lot, time.perf_counter() - started)
            else:
                await line.answered(log.wait())
            self._backoff.succeeded()

    async def _resumed(self, log: LogTail, client: Client) -> int:
        """The position to go on after: the end of the stream, once it is known to be ours and to equal the log there."""
        js = client.jetstream()
        info = await find_stream(js, self.log_id)
        seen = await log.seen()
        if self._durables or info is None:
            async with connected(self._admin) as line:
                admin = line.client.jetstream()
                if info is None:
                    info = await admin.add_stream(stream_config(self.log_id, seen.born, replicas=self._replicas))
                    self._log.warning("stream %s did not exist and was created", stream(self.log_id))
                if born_of(info.config) == seen.born:  # nothing is made on somebody else's stream
                    for made in await ensure_durables(admin, self.log_id, seen.born, self._durables):
                        self._log.warning("durable %s did not exist and was created", made)
        last = resume_after(
            StreamSeen(
                name=stream(self.log_id),
                born=born_of(info.config),
                flaw=stream_flaw(info.config, self.log_id),
                messages=info.state.messages,
                first_seq=info.state.first_seq,
                last_seq=info.state.last_seq,
                starts=info.config.first_seq or 1,
            ),
            seen,
        )
        if info.state.messages:
            same_bytes([last], await self._messages(client, [last]), await log.records([last]))
        return last

    async def _audit(self, log: LogTail, client: Client, last: int) -> None:
        """Compares random positions byte for byte. What an audit found is looked at again before anything else is published."""
        info = await find_stream(client.jetstream(), self.log_id)
        first = info.config.first_seq or 1 if info else 1
        drawn = secrets.SystemRandom().sample(range(first, last + 1), min(AUDIT_POSITIONS, max(last - first + 1, 0)))
        positions = sorted({*drawn, *(suspect for suspect in self._suspects if suspect <= last)})
        published, recorded = await self._messages(client, positions), await log.records(positions)
        different = tuple(position for position in positions if published.get(position) != recorded.get(position))
        self.status.audited(len(positions))
        self._suspects = different
        same_bytes(different, published, recorded)
        self._audit_at = time.monotonic() + AUDIT_SECONDS

    async def _messages(self, client: Client, positions: Sequence[int]) -> dict[int, bytes]:
        """The messages the stream holds at these positions; one that is missing is left out."""
        js, found = client.jetstream(), dict[int, bytes]()

        async def fetch(position: int) -> None:
            try:
                found[position] = (await js.get_msg(stream(self.log_id), position)).data or b""
            except NotFoundError:
                return

        for start in range(0, len(positions), AUDIT_TOGETHER):
            await asyncio.gather(*(fetch(position) for position in positions[start : start + AUDIT_TOGETHER]))
        return found

"""Whether JetStream can still write: a real publish to a small stream on the same disk.

After a full disk nats-server answers pings but writes nothing, even when the space is back, until it is restarted. So health is a message
stored and acknowledged. The probe stream keeps ten messages and forgets the rest.
"""

import asyncio

import nats.errors
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.messaging.connecting import Login, connected
from shared.messaging.permissions import PROBE_STREAM, PROBE_SUBJECT

PROBE_SECONDS = 5.0  # far above a flush; a server that needs longer does not serve
PROBES_KEPT = 10


class NotWriting(Exception):
    """The server did not store the probe; the message says why."""


async def probe(admin: Login, within_seconds: float = PROBE_SECONDS) -> None:
    """Stores one message. Raises NotWriting when it is not acknowledged in time. Needs the admin key."""
    try:
        async with asyncio.timeout(within_seconds), connected(admin) as line:
            js = line.client.jetstream()
            try:
                await js.stream_info(PROBE_STREAM)
            except NotFoundError:
                await js.add_stream(
                    StreamConfig(
                        name=PROBE_STREAM,
                        subjects=[PROBE_SUBJECT],
                        storage=StorageType.FILE,
                        max_msgs=PROBES_KEPT,
                        discard=DiscardPolicy.OLD,
                    )
                )
            await js.publish(PROBE_SUBJECT, b"?")
    except (nats.errors.Error, TimeoutError, OSError) as trouble:
        raise NotWriting(f"{type(trouble).__name__} {trouble}".strip()) from trouble

"""Whether JetStream can still write: what the server says of its streams, then a real publish on the same disk.

After a full disk nats-server answers pings but writes nothing, even when the space is back, until it is restarted. With version 2.15 that
happens stream by stream: one stream refuses for ever while another still writes. So both are asked: `/healthz` names a stream that failed
to write, and a message stored and acknowledged says that the disk answers. The probe stream keeps ten messages and forgets the rest.
"""

import asyncio
import json
import urllib.error
import urllib.request

import nats.errors
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.messaging.connecting import Login, connected
from shared.messaging.permissions import PROBE_STREAM, PROBE_SUBJECT

PROBE_SECONDS = 5.0  # far above a flush; a server that needs longer does not serve
PROBES_KEPT = 10


class NotWriting(Exception):
    """The server does not store messages; the message says why."""


async def probe(admin: Login, monitor_url: str, within_seconds: float = PROBE_SECONDS) -> None:
    """Asks the server for its health and stores one message. Raises NotWriting when either fails in time. Needs the admin key."""
    try:
        async with asyncio.timeout(within_seconds):
            await asyncio.to_thread(_ask_health, monitor_url, within_seconds)
            await _store(admin)
    except (nats.errors.Error, TimeoutError, OSError) as trouble:
        raise NotWriting(f"{type(trouble).__name__} {trouble}".strip()) from trouble


def _ask_health(monitor_url: str, within_seconds: float) -> None:
    try:
        with urllib.request.urlopen(f"{monitor_url}/healthz", timeout=within_seconds):
            return
    except urllib.error.HTTPError as ill:
        with ill:
            try:
                why = json.load(ill).get("error", "")
            except ValueError:
                why = ""
        raise NotWriting(why or str(ill)) from ill


async def _store(admin: Login) -> None:
    async with connected(admin) as line:
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

"""Refuses a NATS server that would lose acknowledged messages, and says which setting.

By default JetStream acknowledges first and flushes every two minutes: a power cut then loses everything acknowledged since (3,000 of 3,000
when tried). With `sync_interval: always` nothing acknowledged is lost. The server shows it as `jetstream.config.sync_always`; the field
`sync_interval` beside it goes on saying two minutes, so it is not looked at.
"""

import json
import urllib.request
from typing import Any

ANSWER_SECONDS = 5.0


class Unsafe(Exception):
    """A setting of the server breaks a promise; the message names it."""


def refuse_unsafe(monitor_url: str) -> None:
    """Asks `<monitor_url>/varz`. Raises Unsafe naming the setting, OSError when there is no answer."""
    jetstream = varz(monitor_url).get("jetstream") or {}
    config = jetstream.get("config")
    if not config:
        raise Unsafe(f"nats-server at {monitor_url}: jetstream is not enabled")
    if config.get("sync_always") is not True:
        raise Unsafe(f"nats-server at {monitor_url}: jetstream sync_interval is not 'always'; a power cut would lose acknowledged messages")


def varz(monitor_url: str) -> dict[str, Any]:
    """The server's description of itself. Raises OSError when there is no answer, ValueError when it is not JSON."""
    if not monitor_url.startswith(("http://", "https://")):
        raise ValueError(f"monitor address {monitor_url!r} is not http")
    with urllib.request.urlopen(f"{monitor_url}/varz", timeout=ANSWER_SECONDS) as answer:
        described: dict[str, Any] = json.load(answer)
        return described

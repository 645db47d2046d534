"""What each key may do on NATS, and nothing more.

The names of the four kinds of key are also their private inboxes: without its own inbox prefix, any key could read another's answers.
Acknowledgements are sent and forgotten, so a wrong right shows only as redelivery; the tests acknowledge and wait for the answer.
"""

from collections.abc import Iterable
from typing import NamedTuple

from shared.messaging.subjects import durable, every_subject, stream

PROBE_STREAM = "RUCHE_PROBE"
PROBE_SUBJECT = "ruche.probe"


class Rights(NamedTuple):
    """Subjects a key may publish to and subscribe to; everything else is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox(user: str) -> str:
    """Where the answers to a user arrive."""
    return f"_INBOX_{user}"


def admin() -> Rights:
    """Creates streams and durables, and feels the pulse of the disk. It cannot publish a record."""
    return _rights("admin", ["$JS.API.>", PROBE_SUBJECT])


def publisher(logs: Iterable[int]) -> Rights:
    """Publishes records of these logs, and reads its own stream back to compare."""
    allowed: list[str] = []
    for log_id in logs:
        allowed += [every_subject(log_id), f"$JS.API.STREAM.INFO.{stream(log_id)}", f"$JS.API.STREAM.MSG.GET.{stream(log_id)}"]
        allowed += _reading(log_id)
    return _rights("publisher", allowed)


def consumer(user: str, logs: Iterable[int], *, reads_by_sequence: bool) -> Rights:
    """Follows these logs through its own durable, named like the user; reading by sequence is for refilling a gap, and for `ruche tail`."""
    allowed: list[str] = []
    for log_id in logs:
        own = f"{stream(log_id)}.{durable(user)}"
        allowed += [f"$JS.API.CONSUMER.{verb}.{own}" for verb in ("MSG.NEXT", "INFO", "RESET")]
        # A feature flag of the server puts the domain and the account in front of an acknowledgement.
        allowed += [f"$JS.ACK.{own}.>", f"$JS.ACK.*.*.{own}.>"]
        allowed += _reading(log_id) if reads_by_sequence else []
    return _rights(user, allowed)


def _reading(log_id: int) -> list[str]:
    return [f"$JS.API.DIRECT.GET.{stream(log_id)}", f"$JS.API.DIRECT.GET.{stream(log_id)}.>"]


def _rights(user: str, publish: list[str]) -> Rights:
    return Rights(tuple(publish), (f"{inbox(user)}.>",))

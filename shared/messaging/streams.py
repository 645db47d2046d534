"""The stream that carries a log, and the durables that follow it: how they are made, and what they must be.

The stream belongs to one log: its metadata hold the log's identity, `logs.born`, and so do those of each durable. Positions are sequences,
so nothing may ever leave the stream: no deletion, no purge, no limit of age or size.
"""

from collections.abc import Iterable

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StoreCompression,
    StreamConfig,
    StreamInfo,
)
from nats.js.errors import NotFoundError

from shared.messaging.subjects import durable, every_subject, stream

BORN = "ruche.log"  # key of the metadata that hold the log's identity
ACK_WAIT_SECONDS = 30.0  # above the time any batch takes to apply; later the server offers it again, which harms nothing
ACK_PENDING_MAX = 5_000  # ten batches: a reader that stopped acknowledging stops receiving


def stream_config(log_id: int, born: str, *, replicas: int = 1, first_seq: int | None = None) -> StreamConfig:
    """The stream of a log. `first_seq` = N+1 lets it start after an archived prefix of N records."""
    return StreamConfig(
        name=stream(log_id),
        subjects=[every_subject(log_id)],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        compression=StoreCompression.S2,
        deny_delete=True,
        deny_purge=True,
        allow_atomic=True,
        allow_direct=True,
        num_replicas=replicas,
        first_seq=first_seq,
        metadata={BORN: born},
    )


def durable_config(program: str, born: str) -> ConsumerConfig:
    """A durable starts at `all` and is moved by reset: one created with a start sequence refuses to go below it."""
    return ConsumerConfig(
        name=durable(program),
        durable_name=durable(program),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,  # a limit would silently skip a record
        max_ack_pending=ACK_PENDING_MAX,
        metadata={BORN: born},
    )


def stream_flaw(config: StreamConfig, log_id: int) -> str:
    """The first setting of a stream that could lose, alter or reorder records; empty when there is none."""
    wanted = {
        "subjects": [every_subject(log_id)],
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": True,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msgs_per_subject": -1,
        "allow_rollup_hdrs": False,
        "no_ack": False,
    }
    for name, value in wanted.items():
        if getattr(config, name) != value:
            return f"{name} is {getattr(config, name)!r}, not {value!r}"
    for name in ("mirror", "sources", "subject_transform", "allow_msg_ttl", "allow_msg_schedules", "persist_mode", "sealed"):
        if getattr(config, name):
            return f"{name} is set"
    return ""


async def find_stream(js: JetStreamContext, log_id: int) -> StreamInfo | None:
    """What the server says of a log's stream, or None when there is none."""
    try:
        return await js.stream_info(stream(log_id))
    except NotFoundError:
        return None


async def ensure_durables(js: JetStreamContext, log_id: int, born: str, programs: Iterable[str]) -> list[str]:
    """Makes the durables that are missing or are not as they should be; gives the names made. Needs the admin key.

    Making one again loses nothing: each program keeps its own position, and the durable is only a cursor.
    """
    made = []
    for program in programs:
        wanted = durable_config(program, born)
        try:
            found: ConsumerInfo | None = await js.consumer_info(stream(log_id), program)
        except NotFoundError:
            found = None
        if found and not _same(found.config, wanted):
            await js.delete_consumer(stream(log_id), program)
            found = None
        if not found:
            await js.add_consumer(stream(log_id), wanted)
            made.append(program)
    return made


def _same(found: ConsumerConfig, wanted: ConsumerConfig) -> bool:
    names = ("deliver_policy", "ack_policy", "ack_wait", "max_deliver", "max_ack_pending")
    plain = (found.deliver_subject, found.filter_subject, found.filter_subjects) == (None, None, None)
    return plain and all(getattr(found, name) == getattr(wanted, name) for name in names) and born_of(found) == born_of(wanted)


def born_of(config: StreamConfig | ConsumerConfig) -> str | None:
    """The identity of the log that a stream or a durable belongs to."""
    return (config.metadata or {}).get(BORN)

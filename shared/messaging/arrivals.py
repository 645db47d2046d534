"""What a consumer may take from the messages that arrived: the next records, in order, without a hole, and really records of this log.

Messages come at least once, sometimes late, sometimes twice. What is known already is left aside; at a hole nothing is taken,
and the cursor goes back. What is no record of this log stops the consumer, for only the publisher can write to the stream.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.eventlog.record import parsed as parsed_record
from shared.messaging.subjects import message_id, parsed, subject
from shared.refusals import Corrupt


class Hole(Exception):
    """The messages that arrived do not follow the position; nothing of them may be applied."""


class Foreign(Exception):
    """A message is not a record of this log as it was published; the message says which and why."""


class Arrival(NamedTuple):
    """A message as it came from the stream."""

    position: int
    subject: str
    message_id: str | None
    record: bytes


class Delivered(NamedTuple):
    """One record, checked: `record` is its canonical bytes, `type` its wire name with the version."""

    position: int
    register: str
    seq: int
    type: str
    record: bytes


def following(position: int, arrived: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals after `position`, in order, each once. Raises Hole when they do not follow it one by one."""
    fresh = sorted({arrival.position: arrival for arrival in arrived if arrival.position > position}.values())
    for expected, arrival in enumerate(fresh, position + 1):
        if arrival.position != expected:
            raise Hole(f"position {expected} did not arrive, {arrival.position} did")
    return fresh


def checked(log_id: int, arrivals: Sequence[Arrival]) -> list[Delivered]:
    """Reads the arrivals. Raises Foreign at the first that is not what its subject and its id say, or not canonical."""
    return [_checked(log_id, arrival) for arrival in arrivals]


def _checked(log_id: int, arrival: Arrival) -> Delivered:
    try:
        document = parsed_record(arrival.record)
        register = parsed(arrival.subject).register
        seq, type_ = int(document["sequence"]), str(document["type"])
        says = (arrival.subject, arrival.message_id, document["id"], document["source"])
        if says != (subject(log_id, register, type_), message_id(register, seq), message_id(register, seq), f"/registers/{register}"):
            raise Foreign(
                f"position {arrival.position}: subject {arrival.subject}, message id {arrival.message_id}, record {document['id']}"
            )
    except (Corrupt, KeyError, TypeError, ValueError) as why:
        raise Foreign(f"position {arrival.position}, {arrival.subject}: {why}") from why
    return Delivered(arrival.position, register, seq, type_, arrival.record)

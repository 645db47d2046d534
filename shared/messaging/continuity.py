"""What the publisher may do next, given what the stream and the log say: pure, without a clock, a network or a database.

The rule that holds everything: the sequence of a message is the position of its record. So the stream itself says how far publishing went,
and whatever cannot be explained by *the stream is a prefix of the log* stops the publisher until a person has looked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

LOT_ROWS = 500  # records read at once; one atomic batch may hold 1,000 messages at most (server error 10199 above)
LOT_BYTES = 4 * 1024 * 1024  # of records in one batch; a single record is at most 65,535 bytes, so a lot is never empty
SINGLES_MAX = 7  # up to here, single messages sent together are as fast as a batch, and simpler


class Halted(Exception):
    """The stream is not a prefix of the log, or the log has a hole. Publishing stops; the message says why, for a person to decide."""


class Row(NamedTuple):
    """One record of the log, as the publisher reads it."""

    position: int
    register: str
    seq: int
    type: str
    record: bytes
    recorded_at: datetime


class LogSeen(NamedTuple):
    """What the log says of itself: who it is, and the last position given out."""

    born: str
    head: int


class StreamSeen(NamedTuple):
    """What the server says of the stream. `starts` is the sequence it was created with, 1 unless it follows an archived prefix."""

    name: str
    born: str | None
    flaw: str
    messages: int
    first_seq: int
    last_seq: int
    starts: int


def resume_after(stream: StreamSeen, log: LogSeen) -> int:
    """The position publishing goes on after, or raises Halted. The bytes at that position are still to be compared."""
    if stream.born != log.born:
        raise Halted(f"stream {stream.name} belongs to another log ({stream.born}, this one is {log.born})")
    if stream.flaw:
        raise Halted(f"stream {stream.name} is not configured as it must be: {stream.flaw}")
    last = max(stream.last_seq, stream.starts - 1)
    if last > log.head:
        raise Halted(f"stream {stream.name} is ahead of the log: {last} messages, {log.head} records; an older database was restored")
    if stream.messages != last - stream.starts + 1 or (stream.messages and stream.first_seq != stream.starts):
        raise Halted(f"stream {stream.name} has holes: {stream.messages} messages from {stream.first_seq} to {last}")
    return last


def same_bytes(positions: Sequence[int], published: Mapping[int, bytes], recorded: Mapping[int, bytes]) -> None:
    """Raises Halted at the first position whose message is not the log's record, or is missing on one side."""
    for position in positions:
        match published.get(position), recorded.get(position):
            case (None, _):
                raise Halted(f"position {position}: the stream holds no message")
            case (_, None):
                raise Halted(f"position {position}: the log holds no record")
            case (there, here) if there != here:
                raise Halted(f"position {position}: the stream holds other bytes than the log")


def next_lot(last: int, head: int, rows: Sequence[Row]) -> Sequence[Row]:
    """What to publish after `last`, at most LOT_ROWS and LOT_BYTES; nothing when the stream is level. Raises Halted on a hole.

    `rows` are the records read after `last` in the same snapshot as `head`.
    """
    if head < last:
        raise Halted(f"the log went back to {head} while {last} records were published")
    if head > last and not rows:
        raise Halted(f"the log has no record at position {last + 1}, its head is {head}")
    size_bytes = 0
    for index, row in enumerate(rows):
        if row.position != last + 1 + index:
            raise Halted(f"the log has no record at position {last + 1 + index}, the next is {row.position}")
        size_bytes += len(row.record)
        if size_bytes > LOT_BYTES:
            return rows[:index]
    return rows

"""What one append carries, what it answers, and the one statement that asks: many commands, one commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

COMMANDS_MAX = 256  # a batch: beyond this the gain is small and a crash costs more waiting callers
RECORDS_MAX = 1_000  # a batch, and one command: bounds how long the log's row stays locked
BATCH_BYTES_MAX = 1024 * 1024
RECORD_BYTES_MAX = 65_535  # the table's own check; a longer fact comes in parts

# %b: parameters in binary. As text each array is escaped element by element and each record doubled in hexadecimal, at both ends.
APPEND = (
    "select answer, first_seq, last_seq, first_position, fingerprint from eventlog.append("
    "%b::smallint, %b::text[], %b::text[], %b::bytea[], %b::bigint[], %b::int[], %b::text[], %b::bytea[])"
)
READ_BACK = "select pos, type, record from eventlog.read_register(%s::smallint, %s, %s::bigint, %s::int)"


@dataclass(frozen=True, slots=True)
class Append:
    """One command's records for one register, to be stored at `expected` + 1 if the register's head is `expected`.

    `records` are pairs (type, bytes), at least one. `command_id` names the command for ever in its register, `fingerprint` is a
    keyed hash of its name and body; both None for a command that is never repeated.
    """

    register: str
    expected: int
    records: tuple[tuple[str, bytes], ...]
    command_id: str | None = None
    fingerprint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """The records are stored and flushed."""

    first_seq: int
    last_seq: int
    first_position: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The command id was used before: where its records are, and the fingerprint it came with."""

    first_seq: int
    last_seq: int
    fingerprint: bytes | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing is stored. `head` is the register's seq now, None when it does not exist; `state` is 'frozen' or 'moved' when it is."""

    head: int | None
    state: str | None


Answer = Appended | Repeated | Conflict


class TooLarge(ValueError):
    """A command exceeds what one append carries; the message says by how much."""


def check_size(command: Append) -> None:
    """Raises TooLarge when one append cannot carry the command."""
    sizes = [len(record) for _, record in command.records]
    if not 1 <= len(sizes) <= RECORDS_MAX:
        raise TooLarge(f"{len(sizes)} records: one command carries 1 to {RECORDS_MAX}")
    if max(sizes) > RECORD_BYTES_MAX or sum(sizes) > BATCH_BYTES_MAX:
        raise TooLarge(f"{max(sizes)} bytes in one record (at most {RECORD_BYTES_MAX}), {sum(sizes)} in all ({BATCH_BYTES_MAX})")


def append_batch(connection: Connection[TupleRow], log_id: int, commands: Sequence[Append]) -> list[Answer]:
    """Sends commands in one statement and one commit; one answer each, in order. `connection` is in autocommit."""
    rows = connection.execute(
        APPEND,
        (
            log_id,
            [command.register for command in commands],
            [command.command_id for command in commands],
            [command.fingerprint for command in commands],
            [command.expected for command in commands],
            [len(command.records) for command in commands],
            [kind for command in commands for kind, _ in command.records],
            [record for command in commands for _, record in command.records],
        ),
        prepare=True,
        binary=True,
    ).fetchall()
    return [_answer_of(row) for row in rows]


def _answer_of(row: TupleRow) -> Answer:
    answer, first_seq, last_seq, first_position, fingerprint = row
    match answer:
        case "ok":
            return Appended(first_seq, last_seq, first_position)
        case "duplicate":
            return Repeated(first_seq, last_seq, fingerprint)
        case _:
            return Conflict(last_seq, None if answer == "conflict" else answer)


def settled(connection: Connection[TupleRow], log_id: int, command: Append, answer: Answer) -> Answer:
    """The answer to a command that was sent twice, because the first answer was lost.

    Our own records, found where we asked for them, mean that the first sending stored them.
    """
    if isinstance(answer, Appended):
        return answer
    count = len(command.records)
    rows = connection.execute(READ_BACK, (log_id, command.register, command.expected, count), binary=True).fetchall()
    if [(kind, record) for _, kind, record in rows] != list(command.records):
        return answer
    return Appended(command.expected + 1, command.expected + count, rows[0][0])

"""How a fact that is too long for one record is cut: into runs of its lines, each of which fits."""

from collections.abc import Sequence
from typing import Final, TypeVar

from shared.values import Value

LINES_BYTES_MAX: Final = 60_000  # a record has 65,535 bytes; the rest is for its envelope and the short fields of the fact

Line = TypeVar("Line", bound=Value)


def size_bytes_of(value: Value) -> int:
    """Return how long a value is in a record."""
    return len(value.model_dump_json(exclude_none=True).encode())


def in_parts(lines: Sequence[Line], beside_bytes: int = 0) -> list[tuple[Line, ...]]:
    """Cut lines into runs that fit in a record beside so many bytes; one run, empty, when there are none. No line is longer than a run."""
    parts: list[list[Line]] = [[]]
    room = LINES_BYTES_MAX - beside_bytes
    for line in lines:
        size_bytes = size_bytes_of(line) + 1
        if size_bytes > room and parts[-1]:
            parts.append([])
            room = LINES_BYTES_MAX - beside_bytes
        parts[-1].append(line)
        room -= size_bytes
    return [tuple(part) for part in parts]

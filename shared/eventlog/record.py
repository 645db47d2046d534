"""What a record is: one CloudEvents 1.0 document in canonical JSON (RFC 8785), bytes that never change.

On our closed subset (no floats, integers within ±(2^53−1), ASCII keys, NFC text) sorted compact JSON from orjson equals
RFC 8785; a property test against the `rfc8785` package keeps that true.
"""

from datetime import UTC, datetime
from typing import Any

import orjson

from shared.refusals import Corrupt
from shared.text import fault_of

RECORD_BYTES_MAX = 65_535  # a record fits in one message and one page of a proof; a longer fact comes in parts
INTEGER_MAX = 2**53 - 1  # I-JSON, RFC 7493 section 2.2
NESTING_MAX = 12  # deeper than any event; keeps hostile documents out of the recursion


class Unrecordable(ValueError):
    """A fact cannot be written as canonical bytes; the message says why."""


def envelope(register: str, seq: int, wire: str, time: datetime, actor: str, command: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the CloudEvents document of one fact, not yet encoded; `time` is an aware moment."""
    return {
        "actor": actor,
        "command": command,
        "data": data,
        "datacontenttype": "application/json",
        "id": f"{register}/{seq}",
        "sequence": str(seq),
        "source": f"/registers/{register}",
        "specversion": "1.0",
        "time": moment(time),
        "type": wire,
    }


def moment(time: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with six decimals."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def canonical(document: dict[str, Any]) -> bytes:
    """Encode a document; raises Unrecordable for a float, a wide integer, a text not in NFC, or too many bytes."""
    if fault := _fault(document, 0):
        raise Unrecordable(fault)
    encoded = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    if len(encoded) > RECORD_BYTES_MAX:
        raise Unrecordable(f"the record has {len(encoded)} bytes, more than {RECORD_BYTES_MAX}")
    return encoded


def parsed(record: bytes) -> dict[str, Any]:
    """Read a record and check that its bytes are canonical; raises Corrupt."""
    try:
        document = orjson.loads(record)
    except orjson.JSONDecodeError as error:
        raise Corrupt(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Corrupt("not a JSON object")
    try:
        same = canonical(document) == record
    except Unrecordable as error:
        raise Corrupt(str(error)) from error
    if not same:
        raise Corrupt("the bytes are not canonical")
    return document


def _fault(value: Any, depth: int) -> str | None:
    if isinstance(value, str):
        return fault_of(value)
    if isinstance(value, dict | list | tuple):
        if depth > NESTING_MAX:
            return f"more than {NESTING_MAX} levels"
        if isinstance(value, dict):
            return _fault_of_fields(value, depth)
        for inner in value:
            if fault := _fault(inner, depth + 1):
                return fault
        return None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if -INTEGER_MAX <= value <= INTEGER_MAX else f"the integer {value} is outside ±(2^53−1)"
    return f"{type(value).__name__} values cannot be recorded"


def _fault_of_fields(fields: dict[Any, Any], depth: int) -> str | None:
    for key, inner in fields.items():
        if not (isinstance(key, str) and key.isascii()):
            return f"the key {key!r} is not ASCII"
        kind = type(inner)  # the two tests below pass most of what a record holds, and spare a call
        if kind is str and inner.isascii() and inner.isprintable():
            continue
        if kind is int and -INTEGER_MAX <= inner <= INTEGER_MAX:
            continue
        if fault := _fault(inner, depth + 1):
            return f"{key}: {fault}"
    return None

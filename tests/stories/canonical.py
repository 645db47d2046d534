"""RFC 8785, CloudEvents and the tree of RFC 6962 once more, written from their texts alone: what the product says is held against it."""

import hashlib
import json
import re
from typing import Any

ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
REQUIRED = {"specversion", "id", "source", "type"}


def canonical(value: Any) -> str:
    """Write a value as RFC 8785 asks: no space, keys by their UTF-16 units, the shortest escapes; our records hold no fraction."""
    match value:
        case dict():
            fields = sorted(value.items(), key=lambda field: field[0].encode("utf-16-be"))
            return "{" + ",".join(f"{canonical(name)}:{canonical(inner)}" for name, inner in fields) + "}"
        case list():
            return "[" + ",".join(map(canonical, value)) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)  # its escapes of control characters are those of the RFC
        case bool() | None:
            return json.dumps(value)
        case int() if abs(value) < 2**53:
            return str(value)
        case _:
            raise ValueError(f"no record holds {value!r}")


def wrong_with(event: dict[str, Any]) -> list[str]:
    """Return what CloudEvents 1.0 would refuse of a structured event."""
    wrong = [f"no {name}" for name in sorted(REQUIRED - set(event))]
    wrong += [f"the name {name}" for name in event if name != "data" and not ATTRIBUTE.fullmatch(name)]
    wrong += [f"an empty {name}" for name in REQUIRED & set(event) if not isinstance(event[name], str) or not event[name]]
    wrong += ["another version"] if event.get("specversion") != "1.0" else []
    wrong += ["the time"] if not TIME.fullmatch(event.get("time", "")) else []
    return wrong


def root_of(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()

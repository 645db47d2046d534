"""From a wire name to its class and back: the only door between events and bytes.

Nothing stored is ever resolved as a Python path: the codec knows the classes it was given and the upcasters beside them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic asks for this one below Python 3.12

from shared.eventlog.record import Unrecordable, canonical, envelope, parsed
from shared.messages import Event, Recorded
from shared.refusals import Corrupt

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@with_config(ConfigDict(extra="forbid", strict=True))
class _Document(TypedDict):
    actor: str
    command: str
    data: Any
    datacontenttype: Literal["application/json"]
    id: str
    sequence: str
    source: str
    specversion: Literal["1.0"]
    time: datetime
    type: str
    causation: NotRequired[str]
    traceparent: NotRequired[str]


# The envelope as `canonical` writes it. Reading it with one expression and only the data with the validator costs half of validating
# the whole document; whatever does not match, or fails behind it, is judged as a whole document, which also says what is wrong.
_PLAIN = re.compile(
    rb"""\{"actor":"([ !#-\[\]-~]*)","command":"([ !#-\[\]-~]*)","data":(\{.*\}),"datacontenttype":"application/json","""
    rb""""id":"([0-9A-Za-z_-]+)/([1-9][0-9]{0,15})","sequence":"\5","source":"/registers/\4","specversion":"1\.0","""
    rb""""time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","type":"([a-z0-9.-]+)"\}"""
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one wire name is read: a whole document, and its data alone where nothing has to be upcast."""

    event: type[Event]
    read: Callable[[bytes], Any]
    read_data: Callable[[bytes], Any] | None = None
    upcast: Upcaster | None = None


class Codec:
    """Encodes events as records and decodes them; knows every wire name ever written."""

    def __init__(self, events: Iterable[type[Event]], upcasters: Mapping[str, tuple[type[Event], Upcaster]] | None = None) -> None:
        """Take the event classes and, for each retired wire name, its successor and the pure function that turns its data."""
        self._readers: dict[str, _Reader] = {}
        for event in events:
            if event.wire in self._readers:
                raise TypeError(f"two event classes are called {event.wire}")
            whole, data = TypeAdapter(_document_of(event)).validate_json, TypeAdapter(event).validator.validate_json
            self._readers[event.wire] = _Reader(event, whole, data)
        for wire, (successor, upcast) in (upcasters or {}).items():
            self._readers[wire] = _Reader(successor, TypeAdapter(_Document).validate_json, upcast=upcast)

    @property
    def types(self) -> Mapping[str, type[Event]]:
        """Return every wire name with the class it becomes."""
        return {wire: reader.event for wire, reader in self._readers.items()}

    def encode(self, register: str, seq: int, time: datetime, actor: str, command: str, event: Event) -> bytes:
        """Return the canonical bytes of one fact; raises Unrecordable."""
        if event.wire not in self._readers:
            raise Unrecordable(f"{event.wire} is not a name this log knows")
        return canonical(envelope(register, seq, event.wire, time, actor, command, data_of(event)))

    def decode(self, wire: str, record: bytes) -> Recorded[Any]:
        """Read one stored record; raises Corrupt when its name is unknown or its bytes do not say what they must."""
        reader = self._readers.get(wire)
        if reader is None:
            raise Corrupt(f"unknown type of record: {wire}")
        if reader.read_data and (plain := _PLAIN.fullmatch(record)):
            actor, command, data, register, seq, time, type_ = plain.groups()
            if type_.decode() == wire:
                try:
                    moment = datetime.fromisoformat(time.decode())
                    return Recorded(register.decode(), int(seq), moment, actor.decode(), command.decode(), reader.read_data(data))
                except ValueError:
                    pass  # the whole document below says why
        return _decoded(reader, wire, record)

    def decode_strictly(self, record: bytes) -> Recorded[Any]:
        """Read bytes from elsewhere: as `decode`, and refuse what is not canonical."""
        document = parsed(record)
        return self.decode(str(document.get("type")), record)


def data_of(event: Event) -> dict[str, Any]:
    """Return the data of an event as JSON values; an absent optional field is absent."""
    return event.model_dump(mode="json", exclude_none=True)


def codec_of(*unions: Any, upcasters: Sequence[Mapping[str, tuple[type[Event], Upcaster]]] = ()) -> Codec:
    """Build the codec of several services' event unions."""
    events = [event for union in unions for event in union.__args__]
    merged: dict[str, tuple[type[Event], Upcaster]] = {}
    for mapping in upcasters:
        merged.update(mapping)
    return Codec(events, merged)


def _document_of(event: type[Event]) -> Any:
    fields = dict(_Document.__annotations__) | {"data": event}
    return with_config(ConfigDict(extra="forbid", strict=True))(TypedDict(f"{event.__name__}Document", fields))  # type: ignore[operator]


def _decoded(reader: _Reader, wire: str, record: bytes) -> Recorded[Any]:
    """Read a record as one document, whatever its layout; raises Corrupt."""
    try:
        document = reader.read(record)
        event = document["data"]
        if reader.upcast:
            event = reader.event.model_validate_json(orjson.dumps(reader.upcast(event)))
    except ValidationError as error:
        raise Corrupt(f"{wire}: {error.errors(include_url=False, include_input=False)}") from error
    identity, sequence = document["id"], document["sequence"]
    register = identity[: -len(sequence) - 1]
    if document["type"] != wire or identity != f"{register}/{sequence}" or document["source"] != f"/registers/{register}":
        raise Corrupt(f"the record {identity} contradicts itself")
    return Recorded(register, int(sequence), document["time"], document["actor"], document["command"], event)

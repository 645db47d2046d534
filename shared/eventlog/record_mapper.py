"""Records as domain events of the `eventsourcing` library: what its event store, notification log and projections hand over."""

from dataclasses import dataclass
from typing import Any

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from shared.eventlog.codec import Codec
from shared.messages import Recorded


@dataclass(frozen=True)
class Fact:
    """A record, decoded, under the names the library uses."""

    recorded: Recorded[Any]

    @property
    def originator_id(self) -> str:
        """The register."""
        return self.recorded.register

    @property
    def originator_version(self) -> int:
        """The seq."""
        return self.recorded.seq


class RecordMapper(Mapper[str]):
    """Translates with the codec, upcasters included. The library's own mapper imports whatever Python path a row names; this one never."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(JSONTranscoder())  # asked for, never used: the codec writes the bytes
        self._codec = codec

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The record's canonical bytes under its wire name. Raises TypeError for anything but a Fact, Unrecordable."""
        if not isinstance(domain_event, Fact):
            raise TypeError(f"{type(domain_event).__name__} is not a fact of a register")
        fact = domain_event.recorded
        record = self._codec.encode(fact.register, fact.seq, fact.time, fact.actor, fact.command, fact.event)
        return StoredEvent(fact.register, fact.seq, fact.event.wire, record)

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        """The fact a record tells. Raises Corrupt for an unknown name or bytes that contradict it."""
        return Fact(self._codec.decode(stored_event.topic, stored_event.state))

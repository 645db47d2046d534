"""What a publisher tells of itself, for metrics and for the status page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from shared.messaging.continuity import SINGLES_MAX, Row


@dataclass(slots=True)
class PublisherStatus:
    """Figures since the start of the program. `halted` is the reason in words, empty when publishing."""

    leader: bool = False
    halted: str = ""
    head: int = 0
    last_seq: int = 0
    oldest_unpublished_at: datetime | None = None
    records: int = 0
    singles: int = 0
    batches: int = 0
    last_lot_rows: int = 0
    last_send_seconds: float = 0.0
    send_seconds: float = 0.0
    doubts: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    audits: int = 0
    audited_positions: int = 0

    @property
    def unpublished(self) -> int:
        """Records committed and not yet on the stream, as far as this publisher knows."""
        return max(self.head - self.last_seq, 0)

    def oldest_unpublished_seconds(self, now: datetime | None = None) -> float:
        """The age of the oldest record not yet on the stream; 0 when there is none. `now` is an aware moment."""
        if self.oldest_unpublished_at is None:
            return 0.0
        return max(((now or datetime.now(UTC)) - self.oldest_unpublished_at).total_seconds(), 0.0)

    def snapshot(self) -> "PublisherStatus":
        """A copy that does not move any more."""
        return replace(self, doubts=Counter(self.doubts))

    def read(self, head: int, rows: Sequence[Row]) -> None:
        """The log was read after `last_seq`."""
        self.head = head
        self.oldest_unpublished_at = rows[0].recorded_at if rows else None

    def sent(self, lot: Sequence[Row], seconds: float) -> None:
        """A lot is on the stream."""
        self.last_seq = lot[-1].position
        self.records += len(lot)
        if len(lot) <= SINGLES_MAX:
            self.singles += len(lot)
        else:
            self.batches += 1
        self.last_lot_rows = len(lot)
        self.last_send_seconds = seconds
        self.send_seconds += seconds
        if self.last_seq >= self.head:
            self.oldest_unpublished_at = None

    def doubted(self, code: str) -> None:
        """Something failed; `code` is the server's error number, or the kind of failure."""
        self.doubts[code] += 1

    def audited(self, positions: int) -> None:
        """So many positions were compared byte for byte."""
        self.audits += 1
        self.audited_positions += positions

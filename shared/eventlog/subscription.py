"""The log as a subscription of the `eventsourcing` library: events as they come, none missed, across lost connections."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from eventsourcing.persistence import Notification, Subscription

from shared.eventlog.tail import LogTail

if TYPE_CHECKING:
    from shared.eventlog.reading import StoredRecord
    from shared.eventlog.recorder import RegisterRecorder

UUID_CHARACTERS = 36


class LogSubscription(Subscription["RegisterRecorder"]):
    """Iterates over notifications with id > `gt` of the given topics (all when empty); blocks at the end of the log.

    One thread iterates. `stop` and leaving the context may come from another: they set a flag, seen within a quarter of a second.
    """

    def __init__(self, recorder: RegisterRecorder, conninfo: str, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._tail = LogTail(conninfo, recorder.log_id)
        self._position = gt or 0
        self._ready: deque[StoredRecord] = deque()
        self._reading = Lock()  # held inside __next__: whoever stops us closes the connection only between two readings

    def stop(self) -> None:
        """Ends the iteration."""
        super().stop()
        self._tail.stop()
        if self._reading.acquire(blocking=False):
            try:
                self._tail.close()
            finally:
                self._reading.release()

    def __next__(self) -> Notification:
        with self._reading:
            while not self._has_been_stopped:
                while self._ready:
                    record = self._ready.popleft()
                    if not self._topics or record.type in self._topics:
                        return self._notification(record)
                self._ready.extend(self._tail.more(self._position))
                if self._ready:
                    self._position = self._ready[-1].position or self._position
            self._tail.close()
        raise StopIteration

    def _notification(self, record: StoredRecord) -> Notification:
        version = record.seq + self._recorder.first_version - 1
        return Notification(originator_of(record.register), version, record.type, record.record, id=record.position or 0)


def originator_of(register: str) -> UUID | str:
    """The library's id of a register: a UUID when its text is the canonical one of a UUID, else the text."""
    if len(register) == UUID_CHARACTERS:
        try:
            found = UUID(register)
        except ValueError:
            return register
        return found if str(found) == register else register
    return register

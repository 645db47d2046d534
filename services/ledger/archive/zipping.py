"""A zip written piece by piece as its members come, the same bytes for the same members: stored as they are, under one fixed date."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # the earliest date of the format: the moment of writing would change the bytes
FOR_ALL: Final = 0o644 << 16  # readable by everybody once extracted
UNIX: Final = 3  # the system of the attributes, whatever the machine that writes


class Member(NamedTuple):
    """One file of an archive: its path, and its bytes."""

    name: str
    content: bytes


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Iterate over the bytes of a zip; never holds more than one member.

    Members are stored without compression: what compresses well is small here, and compressed bytes change with the library.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as written:  # type: ignore[call-overload]
        for name, content in members:
            told = zipfile.ZipInfo(name, BEGINNING)
            told.external_attr, told.create_system = FOR_ALL, UNIX
            written.writestr(told, content)
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """What a zip is written into: holds what was not taken yet, in which its writer may go back to complete a header."""

    def __init__(self) -> None:
        self._gone, self._held = 0, io.BytesIO()

    def taken(self) -> bytes:
        """Return what is held, and forget it."""
        held = self._held.getvalue()
        self._gone, self._held = self._gone + len(held), io.BytesIO()
        return held

    def write(self, content: bytes) -> int:
        """Write at the present place."""
        return self._held.write(content)

    def tell(self) -> int:
        """Return the present place in the whole."""
        return self._gone + self._held.tell()

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of what is still held."""
        return self._gone + self._held.seek(place - self._gone if whence == io.SEEK_SET else place, whence)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

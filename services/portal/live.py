"""Tells open pages that their register has moved: each region is made once per language and level, whoever looks at it."""

import logging
import threading
from collections.abc import Iterable

from services.portal.home import Board
from shared.web.formats import LANGUAGES
from shared.web.live import Hub
from shared.web.pages import reading_as
from shared.web.reader import LEVELS, Reader

READERS = tuple(Reader(language, level) for language in LANGUAGES for level in LEVELS)
log = logging.getLogger(__name__)


class Live:
    """A thread that redraws what is looked at. Registers that move while it draws are drawn once more, not once per record."""

    def __init__(self, hub: Hub, board: Board) -> None:
        self.hub = hub
        self._board = board
        self._moved: set[str] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="portal-live", daemon=True)

    def start(self) -> None:
        """Begins to draw."""
        self._thread.start()

    def stop(self) -> None:
        """Ends every stream, and the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join()
        self.hub.close()

    def moved(self, registers: Iterable[str]) -> None:
        """These registers have new records, committed. Returns at once."""
        with self._changed:
            self._moved.update(registers)
            self._changed.notify()

    def snapshot(self, register: str, reader: Reader) -> tuple[int, str]:
        """Return the region as it is now, for one reader."""
        with reading_as(reader):
            return self._board.region(register)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._moved or self._stopping)
                if self._stopping:
                    return
                moved, self._moved = self._moved, set()
            self._draw(moved)

    def _draw(self, moved: set[str]) -> None:
        watched = set(self.hub.topics())
        for register in moved:
            for reader in READERS:
                if topic(register, reader) not in watched:
                    continue
                try:
                    seq, html = self.snapshot(register, reader)
                    self.hub.publish(topic(register, reader), seq, html)
                except Exception:  # the page stays as it is until the next record; the others are drawn
                    log.exception("the open pages of a register could not be redrawn")


def topic(register: str, reader: Reader) -> str:
    """Name the region of one register in one language at one level."""
    return f"{register} {reader.language} {reader.level}"

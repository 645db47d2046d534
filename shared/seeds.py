"""Random seeds for the fresh ids of commands, each given once.

Read from the system many at a time, because each reading hands the interpreter to another thread in the middle of a command, which costs
more than the command's own rules.
"""

import os
import threading

SEED_BYTES = 32
SEEDS_AT_ONCE = 128  # 4 KiB


class Seeds:
    """Gives seeds to any thread."""

    def __init__(self) -> None:
        """Start without any; the first one asked for reads many."""
        self._lock = threading.Lock()
        self._left: list[bytes] = []

    def fresh(self) -> bytes:
        """Return SEED_BYTES random bytes that nobody was given."""
        with self._lock:
            if not self._left:
                block = os.urandom(SEED_BYTES * SEEDS_AT_ONCE)
                self._left = [block[first : first + SEED_BYTES] for first in range(0, len(block), SEED_BYTES)]
            return self._left.pop()

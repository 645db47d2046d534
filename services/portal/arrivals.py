"""Tells whoever waits for a record that it has arrived: read your writes, without asking the database again and again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from shared.refusals import Busy

REGISTERS_MAX = 10_000  # whose last arrival is remembered; for another one the database is asked
ASK_SECONDS = 0.25  # between two questions to the database, in a process that is not the one that follows the stream


class Arrivals:
    """The last `seq` of each register that this process has committed. For any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seqs: OrderedDict[str, int] = OrderedDict()

    def tell(self, seqs: Mapping[str, int]) -> None:
        """These registers have come this far, committed."""
        with self._changed:
            for register, seq in seqs.items():
                self._seqs[register] = max(seq, self._seqs.pop(register, 0))
            while len(self._seqs) > REGISTERS_MAX:
                self._seqs.popitem(last=False)
            self._changed.notify_all()

    def wait_for(self, register: str, seq: int, seconds: float, stored: Callable[[], int]) -> None:
        """Return once a register has come to `seq`; `stored` asks the database. Raises Busy when it has not in time."""
        deadline = time.monotonic() + seconds
        while True:
            if self._seqs.get(register, 0) >= seq or stored() >= seq:
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise Busy(after=seq)
            with self._changed:
                self._changed.wait_for(lambda: self._seqs.get(register, 0) >= seq, min(left, ASK_SECONDS))

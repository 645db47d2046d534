"""Places where a process kills itself when told to, so that a test can be there at exactly that moment.

A failpoint is set by RUCHE_FAILPOINT and refused on any address but loopback: nobody leaves one in production.
"""

import os
import signal

from shared.eventlog.append import Append, Appended, Conflict, Repeated
from shared.handling import Appending

AFTER_COMMIT = "after-commit-before-answer"


class KilledAfterCommit:
    """A log whose process dies when a commit has succeeded and nobody has been told."""

    def __init__(self, log: Appending) -> None:
        """Take the real log."""
        self._log = log

    def append(self, command: Append) -> Appended | Repeated | Conflict:
        """Append for good, then die as kill -9 would."""
        answer = self._log.append(command)
        if isinstance(answer, Appended):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

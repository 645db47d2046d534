"""Strangers' files are read in a process of their own, with little memory, little time and no key: they may be made to break readers."""

import os
import resource
import subprocess
import sys
import threading
from typing import Final

from services.ledger.events.vouchers import FILE_BYTES_MAX
from services.ledger.files.accepting import REFUSALS, Cleaned, UnreadableFile, kind_of
from services.ledger.files.cleaning import cleaned
from shared.refusals import Busy, Refused

MEMORY_BYTES_MAX: Final = 1_500_000_000  # four copies of the largest photograph, and the interpreter
PROCESSOR_SECONDS_MAX: Final = 20  # the largest photograph takes under 5
WAIT_SECONDS_MAX: Final = 60  # on a machine that has a class on it
AT_ONCE: Final = 2  # as many as the smallest machine has processors
REFUSED_EXIT: Final = 3  # the first byte of the output is then the refusal's place in REFUSALS

_turns = threading.BoundedSemaphore(AT_ONCE)


def cleaned_apart(content: bytes) -> Cleaned:
    """Return what `cleaned` does, worked out elsewhere. Raises a refusal, Busy when too many files are being read."""
    kind_of(content)  # most mistakes need no process
    if not _turns.acquire(timeout=WAIT_SECONDS_MAX):
        raise Busy
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=content,
            capture_output=True,
            timeout=WAIT_SECONDS_MAX,
            check=False,
            env={"PATH": os.defpath},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile from error
    finally:
        _turns.release()
    if done.returncode == REFUSED_EXIT and done.stdout:
        raise REFUSALS[done.stdout[0]]
    if done.returncode:
        raise UnreadableFile
    return Cleaned(done.stdout, kind_of(done.stdout))


def _in_its_own_process() -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
    try:
        clean = cleaned(sys.stdin.buffer.read(FILE_BYTES_MAX + 1))
    except Refused as no:
        sys.stdout.buffer.write(bytes([REFUSALS.index(type(no))]))
        return REFUSED_EXIT
    sys.stdout.buffer.write(clean.content)
    return 0


if __name__ == "__main__":
    sys.exit(_in_its_own_process())

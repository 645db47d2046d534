"""What a bench runs in processes of their own, as production does: no measure pays for another program's interpreter.

Times told from one process to another are those of `time.perf_counter`, which on Linux is one clock for the whole machine.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class NotAnswering(Exception):
    """The process beside did not start, failed, or did not answer in time."""


@contextmanager
def beside(work: Callable[..., None], *given: Any) -> "Iterator[Connection[Any, Any]]":
    """Run `work(line, *given)` in a process of its own until the block ends; the line to it is what the block gets."""
    spawning = multiprocessing.get_context("spawn")  # a fork would share the threads and connections of this process
    here, there = spawning.Pipe()
    process = spawning.Process(target=work, args=(there, *given), daemon=True)
    process.start()
    there.close()  # the other end is its own now: when it dies, the line says so
    try:
        yield here
    finally:
        with suppress(OSError):
            here.send(None)
        process.join(STOP_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        here.close()


def told(here: "Connection[Any, Any]", wait_seconds: float = START_SECONDS) -> Any:
    """Return what the process beside says; raises NotAnswering, with its reason when it sent one."""
    if not here.poll(wait_seconds):
        raise NotAnswering(f"no word within {wait_seconds:.0f} s")
    try:
        answer = here.recv()
    except EOFError as ended:
        raise NotAnswering("the process ended without a word") from ended
    if isinstance(answer, str):
        raise NotAnswering(answer)
    return answer

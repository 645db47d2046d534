"""How a bench measures: on servers of its own, lines interleaved and run twice, and what machine it was.

An absolute figure is worth what the machine was worth at that moment; a ratio of two lines of the same run travels better.
"""

import gc
import math
import os
import platform
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.installation import Installation, started
from shared.eventlog.connecting import connect
from shared.settings import read_settings

ROUNDS = 2  # every line runs twice, in turn with the line it is compared with
SECONDS = 4.0  # a line: long enough for some thousands of commits
FSYNCS = 50  # flushes timed to say what the disk is worth
PAGE_BYTES = 8_192  # what PostgreSQL flushes at least
OWN_SERVERS = ("writer_url", "reader_url", "publisher_url", "migrator_url", "vault_url", "portal_url", "nats_url", "nats_monitor_url")


class NotGapless(Exception):
    """The log that was measured is not whole: count, last position and head differ. The figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one bench found. The name of each figure ends in its unit; ratios are plain numbers, ours over the other's."""

    name: str
    figures: dict[str, float]
    ratios: dict[str, float]
    machine: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        """Return the same as one JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Stand:
    """One bench's own PostgreSQL and NATS, in a temporary folder, and the load before it began."""

    installation: Installation
    load_before: float

    def elsewhere(self) -> Installation:
        """Return the installation as another process reaches it: without the servers that this one started."""
        ours = self.installation
        return Installation(ours.settings, ours.sockets, ours.nats_url, ours.nats_monitor_url)

    def measured(self, name: str, figures: dict[str, float], ratios: dict[str, float]) -> Measured:
        """Check that the log is whole, and put the figures beside the machine; raises NotGapless."""
        records = self._whole_log()
        rounded = {key: round(value, 3) for key, value in (figures | {"log_records": records}).items()}
        return Measured(name, rounded, {key: round(value, 2) for key, value in ratios.items()}, self._machine())

    def _whole_log(self) -> int:
        with connect(self.installation.url("ruche_reader"), "ruche-bench") as connection:
            row = connection.execute(
                """select l.head, count(r.position), coalesce(max(r.position), 0)
                     from eventlog.logs l left join eventlog.records r on r.log_id = l.log_id where l.log_id = %s group by l.head""",
                (self.installation.settings.log_id,),
            ).fetchone()
        if row is None or len(set(row)) != 1:
            raise NotGapless(f"head, count, last position: {row}")
        return int(row[0])

    def _machine(self) -> dict[str, Any]:
        return {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "fsync_ms": round(fsync_ms(self.installation.settings.data), 3),
            "load_before": round(self.load_before, 2),
            "load_after": round(os.getloadavg()[0], 2),
        }


@contextmanager
def stand() -> Iterator[Stand]:
    """Start servers of our own, whatever the settings say: a bench never writes into somebody's log. They are gone at the end."""
    load_before = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp(prefix="ruche-bench-"))
    folder.chmod(0o755)  # the server's own account passes through it
    try:
        settings = read_settings(data=folder / "data").model_copy(update=dict.fromkeys(OWN_SERVERS))
        with started(settings) as installation:
            yield Stand(installation, load_before)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fsync_ms(folder: Path) -> float:
    """Return the median time of a flush of one page in this folder, in milliseconds."""
    path, page = folder / "fsync.probe", bytes(PAGE_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        taken = []
        for _ in range(FSYNCS):
            os.pwrite(handle, page, 0)
            began = time.perf_counter()
            os.fdatasync(handle)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(taken) * 1_000


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """Return the time that a share of the measures does not exceed, in milliseconds; 0 without measures."""
    ordered = sorted(seconds)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] * 1_000 if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bench: how many a second, and how long each took (seconds, in no order)."""

    per_s: float
    taken: list[float]
    extra: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """Return one of its percentiles, in milliseconds."""
        return percentile_ms(self.taken, share)


def driven(threads: int, seconds: float, one_of: Callable[[int], Callable[[], object]]) -> Line:
    """Call the functions that `one_of` makes for each thread, over and over, for some seconds; the first failure is raised."""
    starting = threading.Barrier(threads + 1)
    taken: list[list[float]] = [[] for _ in range(threads)]
    failures: list[BaseException] = []

    def drive(number: int) -> None:
        one, own = one_of(number), taken[number]
        starting.wait()
        deadline = time.perf_counter() + seconds
        try:
            while (began := time.perf_counter()) < deadline:
                one()
                own.append(time.perf_counter() - began)
        except BaseException as failure:  # noqa: BLE001 - raised again below, in the thread of whoever asked
            failures.append(failure)

    drivers = [threading.Thread(target=drive, args=(number,), daemon=True) for number in range(threads)]
    for driver in drivers:
        driver.start()
    starting.wait()
    began = time.perf_counter()
    for driver in drivers:
        driver.join()
    elapsed = time.perf_counter() - began
    if failures:
        raise failures[0]
    every = [one for own in taken for one in own]
    return Line(len(every) / elapsed, every)


def timed(count: int, once: Callable[[], object]) -> tuple[float, float]:
    """Run something that handles `count` things; return how many a second of the clock, and of the processor in this process.

    What the bench itself has built up is put aside first, so that the collector does not walk through it on the product's time.
    """
    gc.collect()
    gc.freeze()
    began, began_cpu = time.perf_counter(), time.process_time()
    once()
    elapsed, elapsed_cpu = time.perf_counter() - began, time.process_time() - began_cpu
    gc.unfreeze()
    return count / elapsed, count / max(elapsed_cpu, 1e-9)

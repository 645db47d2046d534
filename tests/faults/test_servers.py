"""PostgreSQL and NATS killed under a school's feet: nothing answered is lost, and everything comes back by itself."""

import asyncio
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from deploy.installation import Installation
from deploy.installation import running as running_installation
from shared.eventlog.reading import LogReader
from shared.messaging.arrivals import Hole
from shared.messaging.by_sequence import fetch_range
from shared.settings import read_settings
from tests.running import Running, installation
from tests.stories.asking import Asker, opened, raw_records, with_a_teacher, with_books

BACK_SECONDS_MAX = 30.0  # the promise: ready again within half a minute


@pytest.fixture
def teacher() -> Iterator[Asker]:
    with installation() as started:
        started.start()
        holder = with_a_teacher(opened(started))
        with_books(holder)
        yield holder


def receipt(number: int) -> dict[str, object]:
    """Return one receipt of a cent times its number."""
    return {
        "on": "2025-10-03",
        "voucher": {"series": "R", "number": number},
        "label": "Vente de gâteaux",
        "treasury": [{"account": "530", "amount": number}],
        "allocations": [{"account": "7080", "amount": number}],
        "pot": "ECOLE",
        "means": "cash",
    }


def eventually(check: Callable[[], bool]) -> None:
    """Wait until something holds; the test fails when it does not in time."""
    deadline = time.monotonic() + BACK_SECONDS_MAX
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def logged(running: Running, register: str) -> list[bytes]:
    """Return the register as the log has it."""
    here = running_installation(read_settings(data=running.data))
    assert isinstance(here, Installation)
    reader = LogReader(here.url("ruche_reader"))
    try:
        return [one.record for one in reader.by_register(register)]
    finally:
        reader.close()


def streamed(running: Running, count: int) -> list[bytes]:
    """Return the first records of the stream, or nothing while it does not hold them."""
    here = running_installation(read_settings(data=running.data))
    assert isinstance(here, Installation)
    try:
        return [one.record for one in asyncio.run(fetch_range(here.login("portal"), 1, 1, count))]
    except (Hole, OSError, NatsError):  # not there yet: the server, the stream, or some records
        return []


def test_postgres_killed_comes_back_and_what_was_answered_is_there_once(teacher: Asker) -> None:
    answered = [teacher.ask("ledger/record-receipt", receipt(number)) for number in range(1, 6)]
    assert [answer.status for answer in answered] == [201] * 5
    pid = int((teacher.running.data / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    key, statuses = str(uuid.uuid4()), []

    def recorded() -> bool:
        statuses.append(teacher.ask("ledger/record-receipt", receipt(6), key=key).status)
        return statuses[-1] == 201

    eventually(recorded)
    assert set(statuses) <= {201, 503}
    entries = teacher.look("ledger/journal").body["entries"]
    assert sorted(entry["voucher"] for entry in entries if entry["voucher"]) == [f"R{number:02d}" for number in range(1, 7)]
    eventually(lambda: teacher.look("portal/balances").body == teacher.look("ledger/balances").body)


def test_nats_killed_and_wiped_is_rebuilt_from_the_log_and_the_portal_goes_on(teacher: Asker) -> None:
    assert teacher.ask("ledger/record-receipt", receipt(1)).status == 201
    before = logged(teacher.running, teacher.register)
    eventually(lambda: streamed(teacher.running, len(before)) == before)
    os.kill(nats_of(teacher.running.data), signal.SIGKILL)
    shutil.rmtree(teacher.running.data / "nats" / "jetstream")
    assert teacher.ask("ledger/record-receipt", receipt(2)).status == 201  # the log alone is the truth
    after = logged(teacher.running, teacher.register)
    assert after[: len(before)] == before
    eventually(lambda: streamed(teacher.running, len(after)) == after)
    eventually(lambda: raw_records(teacher) == after)
    assert teacher.look("portal/balances").body == teacher.look("ledger/balances").body


def nats_of(data: Path) -> int:
    """Return the process that runs nats-server on this folder."""
    config = str((data / "nats" / "nats.conf").absolute()).encode()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if config in words:
                return int(process.name)
    raise AssertionError("no nats-server runs on this folder")

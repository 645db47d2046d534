"""Whatever is killed, in whatever order, while four people write: what was answered is in the log once, and every view is a fresh fold."""

import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPException

import pytest

from tests.faults.test_servers import eventually, logged, nats_of, receipt
from tests.running import Running, installation
from tests.stories.asking import Asker, opened, raw_records, with_a_teacher, with_books

SEED = 20260901  # one order of the kills; another number is another order
WRITERS = 4
BETWEEN_KILLS_SECONDS = (0.3, 1.5)


@pytest.fixture
def teacher() -> Iterator[Asker]:
    with installation() as started:
        started.start()
        holder = with_a_teacher(opened(started))
        with_books(holder)
        yield holder


class Writer(threading.Thread):
    """Somebody who records one receipt after the other, and asks again with the same key until it is answered."""

    def __init__(self, asker: Asker, first: int) -> None:
        super().__init__(daemon=True)
        self.asker, self.number, self.done = asker, first, threading.Event()
        self.answered: list[tuple[str, int]] = []
        self.refused: list[int] = []

    def run(self) -> None:
        """Write until told to stop; the last receipt is asked until its answer comes."""
        while not self.done.is_set():
            key, body = str(uuid.uuid4()), receipt(self.number)
            while True:
                try:
                    answer = self.asker.ask("ledger/record-receipt", body, key=key)
                except (OSError, HTTPException, ValueError):  # nobody there, or cut in the middle of an answer
                    time.sleep(0.1)
                    continue
                if answer.status == 201:
                    self.answered.append((str(body["label"]), answer.body["last_seq"]))
                    break
                if answer.status != 503:
                    self.refused.append(answer.status)
                time.sleep(0.1)
            self.number += WRITERS


def killers(running: Running) -> dict[str, Callable[[], None]]:
    """Return how each process is killed; the one that serves is started again at the same port, the servers come back by themselves."""
    port = running.http.rpartition(":")[2]

    def program() -> None:
        running.kill()
        running.start("up", "--port", port)

    def postgres() -> None:
        pid = int((running.data / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    return {"program": program, "postgres": postgres, "nats": lambda: os.kill(nats_of(running.data), signal.SIGKILL)}


def test_after_kills_in_a_random_order_every_answer_is_in_the_log_once_and_every_view_is_a_fresh_fold(teacher: Asker) -> None:
    running, chance = teacher.running, random.Random(SEED)
    kills = killers(running)
    order = [*kills, *chance.choices(list(kills), k=1)]
    chance.shuffle(order)
    writers = [Writer(teacher, number) for number in range(1, WRITERS + 1)]
    for writer in writers:
        writer.start()
    for name in order:
        time.sleep(chance.uniform(*BETWEEN_KILLS_SECONDS))
        kills[name]()
        eventually(lambda: answers(teacher))
    for writer in writers:
        writer.done.set()
        writer.join(60)
        assert not writer.is_alive()
    assert [writer.refused for writer in writers] == [[]] * WRITERS
    answered = [seq for writer in writers for _, seq in writer.answered]
    assert len(answered) > 20
    records = [json.loads(record) for record in logged(running, teacher.register)]
    assert [int(one["sequence"]) for one in records] == list(range(1, len(records) + 1))
    receipts = [int(one["sequence"]) for one in records if one["type"] == "ledger.receipt-recorded.v1"]
    assert sorted(answered) == receipts  # each answered once, and nothing that nobody was told of
    assert len({one["command"] for one in records}) == len({(one["command"], one["time"]) for one in records})
    eventually(lambda: len(raw_records(teacher)) == len(records))
    told = json.loads(running.ruche("replay", teacher.register, "--compare", "--json"))["compared"]
    assert told["identical"] == told["views"]
    assert teacher.look("portal/balances").body == teacher.look("ledger/balances").body


def answers(teacher: Asker) -> bool:
    """Tell whether the books can be asked again."""
    try:
        return teacher.look("ledger/balances").status == 200
    except (OSError, HTTPException, ValueError):
        return False

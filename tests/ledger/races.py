"""Two orders raced for one envelope, over HTTP: `python -m tests.ledger.races 10000` runs as many as the guarantee asks for.

In each race two persons ask at the same moment for all that is left; exactly one is answered yes. Its order is then refused, which
frees the envelope for the next race.
"""

import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.running import installation
from tests.stories.asking import Asker
from tests.stories.spending import School, order, school

ENVELOPE = 400_00
TOLD_EACH = 1_000  # races between two lines of the campaign


class Racer:
    """One person with a connection of their own."""

    def __init__(self, asked: Asker) -> None:
        self._client = httpx.Client(base_url=f"{asked.running.http}/v1/registers/{asked.register}/ledger/", timeout=20)
        self._headers = {"Authorization": f"Bearer {asked.token}"}

    def ask(self, command: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give a command under a key of its own."""
        answer = self._client.post(command, json=body, headers=self._headers | {"Idempotency-Key": str(uuid.uuid4())})
        return answer.status_code, answer.json()


def raced(one: School, races: int, cents: int = ENVELOPE) -> list[int]:
    """Run so many races; return how many each of the two won. A race with any other end than one yes and one no fails."""
    racers, won, start = [Racer(one.teacher), Racer(one.treasurer)], [0, 0], threading.Barrier(2)

    def ask(racer: Racer) -> tuple[int, dict[str, Any]]:
        start.wait()
        return racer.ask("order-payment", order(one, cents))

    with ThreadPoolExecutor(2) as pool:
        for race in range(races):
            came = list(pool.map(ask, racers))
            assert sorted(status for status, _ in came) == [201, 409], (race, came)
            winner = next(place for place, (status, _) in enumerate(came) if status == 201)
            assert came[1 - winner][1]["code"] == "beyond-the-decision", came
            won[winner] += 1
            name = came[winner][1]["records"][0]["data"]["order"]
            assert racers[0].ask("refuse-payment", {"order": name, "reason": "La course suivante"})[0] == 201
            if (race + 1) % TOLD_EACH == 0:
                sys.stdout.write(f"{race + 1} races, won {won}\n")
    return won


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with installation() as running:
        running.start()
        began = time.monotonic()
        ends = raced(school(running), wanted)
        sys.stdout.write(f"{wanted} races, exactly one yes each, won {ends}, in {time.monotonic() - began:.0f} s\n")

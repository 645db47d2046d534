"""Two casts with one card, raced: `python -m tests.governance.urn_races 10000` runs as many as the guarantee asks for (trust, B21)."""

import json
import sys
import threading
from collections.abc import Iterator

from services.governance.urn.box import Opening
from services.governance.urn.cards import key_of
from tests.governance.card_room import token
from tests.governance.urn_under_test import UrnProcess, urn_process

YES, NO = '{"marks":["yes"]}', '{"marks":["no"]} '
CARDS = 5  # raced at once, so ten casts are on their way together
LETTERS = str.maketrans("0123456789", "abcdefghij")


def ballots() -> Iterator[str]:
    """Iterate over ids of ballots that no urn of a test has seen."""
    return (f"{number:026}".translate(LETTERS) for number in range(10**9))


def cast(urn: UrnProcess, ballot: str, number: int, paper: str) -> int:
    """Put in a paper; return the status."""
    body = json.dumps({"t": token(number), "paper": paper}).encode()
    return urn.client.passed_on("POST", f"/urn/{ballot}/cast", body).status


def raced(urn: UrnProcess, ballot: str) -> int:
    """Race two papers for each card of a ballot; return how many races there were. A card counted twice or wrongly fails."""
    keys = tuple(sorted(key_of(ballot, token(one)) for one in range(CARDS)))
    urn.client.open(ballot, Opening(keys=keys, length=len(YES), shown={}))
    answers: dict[tuple[int, str], int] = {}
    lined_up = threading.Barrier(2 * CARDS)

    def race(number: int, paper: str) -> None:
        lined_up.wait()
        answers[number, paper] = cast(urn, ballot, number, paper)

    racers = [threading.Thread(target=race, args=(number, paper)) for number in range(CARDS) for paper in (YES, NO)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    batch = urn.client.close(ballot)
    assert batch is not None
    assert len(batch.papers) == CARDS
    for key, secret, paper in batch.papers:
        number, won = int(secret, 16), paper.decode()
        assert key == key_of(ballot, secret)
        assert (answers[number, won], answers[number, NO if won == YES else YES]) == (200, 409)
    return CARDS


if __name__ == "__main__":
    wanted, run = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, 0
    with urn_process() as raced_urn:
        for name in ballots():
            run += raced(raced_urn, name)
            if run >= wanted:
                break
    sys.stdout.write(f"{run} races, one paper counted in each\n")

"""How long voters wait when 30 of them vote within ten seconds and 500 within a minute, and whether every vote is counted once.

Everything that `ruche up` runs is running: services, portal, publisher, urn, clock. Voters come at instants drawn beforehand from a seed,
so some come together, as in a class. Halfway between, the same requests go to routes of the same app that keep nothing of them: the floor,
on the same machine in the same minute. The declared result is then held against the votes that were accepted.
"""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from deploy.bench.beside import START_SECONDS, beside, told
from deploy.bench.measuring import Measured, percentile_ms, stand
from deploy.bench.vote_asking import Answered, Due, ask
from deploy.bench.vote_room import Asked, NotCounted, Tellers, record_cooperative
from deploy.bench.vote_serving import serve

SEED: Final = 20_241_014
ACCEPTED: Final = {200, 201}


class Crowd(NamedTuple):
    """So many voters within so many seconds."""

    voters: int
    seconds: float


CROWDS: Final = (Crowd(30, 10.0), Crowd(500, 60.0))


def measure(crowds: Sequence[Crowd] = CROWDS) -> Measured:
    """Let each crowd vote with cards, then by name; raises NotCounted when a vote is refused, lost or counted twice."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with stand() as ready:
        record_cooperative(ready.installation, [crowd.voters for crowd in crowds])
        with beside(serve, ready.elsewhere()) as server:
            port = told(server)
            tellers = Tellers(ready.installation, port)
            tellers.until_ready()
            for crowd in crowds:
                for way, opened in (("cards", tellers.with_cards), ("named", tellers.named)):
                    asked = opened(crowd.voters)
                    votes, empty = _voted(port, asked, crowd)
                    counted = tellers.closed(asked.ballot, crowd.voters if way == "cards" else None)
                    must_be_counted(asked.chosen, votes, counted)
                    name = f"{way}_{crowd.voters}"
                    figures |= _figures(name, votes) | _figures(f"{name}_empty", empty) | {f"{name}_counted": sum(counted.values())}
                    ratios[f"{name}_p99_vs_empty"] = figures[f"{name}_p99_ms"] / figures[f"{name}_empty_p99_ms"]
        return ready.measured("vote", figures, ratios)


def must_be_counted(chosen: Sequence[str], votes: Sequence[Answered], counted: dict[str, int]) -> None:
    """Let pass a result in which every vote, each accepted, stands once. Raises NotCounted."""
    refused = Counter(status for status, _ in votes if status not in ACCEPTED)
    if refused:
        raise NotCounted(f"refused: {dict(refused)}")
    if {option: number for option, number in counted.items() if number} != Counter(chosen):
        raise NotCounted(f"voted {dict(Counter(chosen))}, declared {counted}")


def _voted(port: int, asked: Asked, crowd: Crowd) -> tuple[list[Answered], list[Answered]]:
    """Let everybody vote at their instants; return what each was answered, and what each was answered by the empty route."""
    dice = random.Random(SEED)  # noqa: S311 - spreads instants, guards nothing
    instants = sorted(dice.uniform(0.0, crowd.seconds) for _ in range(2 * crowd.voters))
    due: list[Due] = []
    for vote, empty in zip(asked.votes, asked.empty, strict=True):
        due += [(instants[len(due)], vote), (instants[len(due) + 1], empty)]
    with beside(ask, port, due) as asking:
        answers: list[Answered] = told(asking, crowd.seconds + START_SECONDS)
    return answers[::2], answers[1::2]


def _figures(name: str, answers: Sequence[Answered]) -> dict[str, float]:
    taken = [seconds for _, seconds in answers]
    return {f"{name}_p50_ms": percentile_ms(taken, 0.50), f"{name}_p99_ms": percentile_ms(taken, 0.99)}

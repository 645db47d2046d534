"""The long form of the unlinkability experiment: `python -m tests.secrecy.campaign --elections 1000`.

Elections are held a hundred at a time, each lot on a fresh installation and with its own seed; the verdict is on all of them together.
"""

import argparse
import sys
from collections import Counter
from typing import Final

from tests.secrecy.chance import interval
from tests.secrecy.experiment import SEED, tried
from tests.secrecy.house import PUPILS

LOT: Final = 100


def main() -> int:
    """Run, print a line for each lot and each attack; 1 when an attack links more or less than chance does."""
    asked = argparse.ArgumentParser(description="Try to link marks to papers.")
    asked.add_argument("--elections", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=SEED)
    given = asked.parse_args()
    linked: Counter[str] = Counter()
    for first in range(0, given.elections, LOT):
        outcome = tried(min(LOT, given.elections - first), given.seed + first)
        linked.update(outcome.linked)
        print(f"{first + len(outcome.elections)} elections: {dict(linked)}", flush=True)  # noqa: T201 - a program of the command line
    chance, cards = interval(given.elections, PUPILS), given.elections * PUPILS
    print(f"chance, 99.9 %: {chance.fewest} to {chance.most} of {cards} ({chance.fewest / cards:.2%} to {chance.most / cards:.2%})")  # noqa: T201
    for attack, number in linked.items():
        print(f"{attack}: {number} ({number / cards:.2%}) {'chance' if chance.holds(number) else 'NOT CHANCE'}")  # noqa: T201
    return 0 if all(chance.holds(number) for number in linked.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

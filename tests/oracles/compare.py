"""Each count beside votelib's, on thousands of random boxes, ties included: `python -m tests.oracles.compare [boxes] [seed]`.

Needs the extra `oracles` (`pip install -e '.[oracles]'`). Outcomes are compared as sets: what ours elects under any draw, what the library
elects however its ties fall. A disagreement is a line with the box, both answers and why, where the reason is known; one without a known
reason ends with exit code 1. The budget methods are not in votelib: `tests/governance/tally` has a second way to count them.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator

from services.governance.events.papers import Choice, Points
from services.governance.tally.counting import Papers
from tests.oracles.both_sides import COMPARISONS, NAMES, Box, Sets

BOXES = 5_000
SEED = 20_240_902
TOP = 3  # the best grade
SHOWN_MAX = 2  # disagreements of one kind that are written out; the others are counted


def compare(boxes: int, seed: int) -> Iterator[str]:
    """Compare every method on so many boxes; iterate over what is found, a line each. Raises Unexplained at the end."""
    dice = random.Random(seed)
    unexplained = 0
    for name, (kind, judge) in COMPARISONS.items():
        reasons = Counter[str]()
        for _ in range(boxes):
            papers = _box(kind, dice)
            ours, theirs, why = judge(papers)
            if ours == theirs:
                continue
            reasons[why] += 1
            if reasons[why] <= SHOWN_MAX:
                yield f"  {name}: {_written(papers)}: ours {_sets(ours)}, votelib {_sets(theirs)}: {why or 'NOT EXPLAINED'}"
        unexplained += reasons[""]
        yield f"{name}: {boxes - reasons.total()} of {boxes} the same" + "".join(f"; {n} × {why or '?'}" for why, n in reasons.items())
    if unexplained:
        raise Unexplained(unexplained)


class Unexplained(Exception):
    """So many disagreements have no known reason."""


def _box(kind: Box, dice: random.Random) -> Papers:
    """Make a small box in which every option is on some paper: the library knows an option by its papers alone."""
    papers: dict[Choice, int] = {}
    for _ in range(dice.randint(2, 7)):
        papers[_paper(kind, dice)] = dice.randint(1, 4)
    if kind is Box.GRADES:
        return papers
    papers[Choice(marks=NAMES) if kind is Box.MARKS else Choice(ranks=tuple((one,) for one in dice.sample(NAMES, 4)))] = 1
    return papers


def _paper(kind: Box, dice: random.Random) -> Choice:
    order = dice.sample(NAMES, len(NAMES))
    match kind:
        case Box.MARKS:
            return Choice(marks=tuple(sorted(order[: dice.randint(1, 3)])))
        case Box.GRADES:
            return Choice(points=tuple(Points(option=name, points=dice.randint(0, TOP)) for name in NAMES))
        case Box.COMPLETE:
            return Choice(ranks=tuple((name,) for name in order))
        case Box.STRICT:
            return Choice(ranks=tuple((name,) for name in order[: dice.randint(1, 4)]))
        case Box.WEAK:
            cut = dice.randint(1, 3)
            ranks = (tuple(sorted(order[:cut])), *((name,) for name in order[cut : dice.randint(cut, 4)]))
            return Choice(ranks=ranks if dice.random() < 0.5 else ranks[::-1])  # equals first, or last


def _written(papers: Papers) -> str:
    def said(choice: Choice) -> str:
        if choice.points:
            return " ".join(f"{one.option}:{one.points}" for one in choice.points)
        return ">".join("=".join(rank) for rank in choice.ranks) if choice.ranks else " ".join(choice.marks or ())

    return ", ".join(f"{number} {said(choice)}" for choice, number in papers.items())


def _sets(outcomes: Sets) -> str:
    return " or ".join(sorted("{" + ",".join(sorted(one)) + "}" for one in outcomes)) or "nothing"


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    try:
        for line in compare(*given, *(BOXES, SEED)[len(given) :]):
            sys.stdout.write(f"{line}\n")
    except Unexplained as found:
        sys.exit(f"{found} disagreements are not explained")

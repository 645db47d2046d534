"""Which of several amounts make a sum together: all of one day, or a few of the nearest."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from heapq import nsmallest
from itertools import combinations, islice
from typing import Final, Protocol, TypeVar

PARTS_MAX: Final = 4  # any dozen amounts make most sums in some way of five
CANDIDATES_MAX: Final = 12  # 781 ways of two to four
WAYS_MAX: Final = 6  # enough to show that there is a choice


class Amount(Protocol):
    """Something of a day with a sum in cents."""

    @property
    def on(self) -> date:
        """Its day."""

    @property
    def amount(self) -> int:
        """Its signed cents."""


A = TypeVar("A", bound=Amount)


def ways_to_make(amount: int, on: date, able: Sequence[A]) -> list[tuple[A, ...]]:
    """Return sets of two or more of these, of the sign of a sum, that make it; `on` says which are the nearest."""
    smaller = [one for one in able if 0 < one.amount < amount or amount < one.amount < 0]
    if len(smaller) < 2:
        return []
    found = list(islice(_ways(amount, on, smaller), WAYS_MAX * 2))
    once = {frozenset(id(one) for one in parts): parts for parts in reversed(found)}
    return list(reversed(once.values()))[:WAYS_MAX]


def _ways(amount: int, on: date, smaller: Sequence[A]) -> Iterator[tuple[A, ...]]:
    days: dict[date, list[A]] = defaultdict(list)
    for one in smaller:
        days[one.on].append(one)
    for of_one_day in days.values():
        if len(of_one_day) > 1 and sum(one.amount for one in of_one_day) == amount:
            yield tuple(of_one_day)
    nearest = nsmallest(CANDIDATES_MAX, smaller, key=lambda one: abs((one.on - on).days))
    for many in range(2, PARTS_MAX + 1):
        for parts in combinations(nearest, many):
            if sum(one.amount for one in parts) == amount:
                yield parts

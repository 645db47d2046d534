"""Which of several amounts make a sum together: all of one day, or two to four of the nearest.

Any dozen amounts make most sums in some way of five, so that five would say nothing.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import chain, combinations, islice
from typing import Final, Generic, Protocol, TypeVar

NEAREST_MAX: Final = 12  # 66 pairs, and 781 ways of two to four
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


class Amounts(Generic[A]):
    """Amounts in order of days, to look for some that make a sum."""

    def __init__(self, items: Iterable[A]) -> None:
        """Sort them, and add up those of one day and one sign."""
        self._items = sorted(items, key=lambda one: one.on)
        self._days = [one.on for one in self._items]
        of_a_day: dict[tuple[date, bool], list[A]] = defaultdict(list)
        for one in self._items:
            of_a_day[one.on, one.amount > 0].append(one)
        self._whole_days: dict[int, list[tuple[A, ...]]] = defaultdict(list)
        for some in of_a_day.values():
            self._whole_days[sum(one.amount for one in some)].append(tuple(some))

    def making(self, amount: int, on: date, able: Callable[[A], bool]) -> list[tuple[A, ...]]:
        """Return sets of two or more, of the sign of a sum, that make it; `on` says which are the nearest, `able` which may be."""
        whole = (some for some in self._whole_days.get(amount, []) if len(some) > 1 and all(able(one) for one in some))
        smaller = (place for place in self._outwards(on) if self._within(amount, self._items[place].amount) and able(self._items[place]))
        nearest = [self._items[place] for place in sorted(islice(smaller, NEAREST_MAX))]
        found: dict[frozenset[int], tuple[A, ...]] = {}
        for some in islice(chain(whole, _ways(amount, nearest)), 2 * WAYS_MAX):
            found.setdefault(frozenset(id(one) for one in some), some)
        return list(found.values())[:WAYS_MAX]

    @staticmethod
    def _within(amount: int, part: int) -> bool:
        return 0 < part < amount or amount < part < 0

    def _outwards(self, on: date) -> Iterator[int]:
        """Iterate over their places from a day on, the nearest first."""
        place = bisect_left(self._days, on)
        return merge(range(place - 1, -1, -1), range(place, len(self._days)), key=lambda index: abs((self._days[index] - on).days))


def _ways(amount: int, items: Sequence[A]) -> Iterator[tuple[A, ...]]:
    """Iterate over the twos, threes and fours that make a sum."""
    cents = [one.amount for one in items]
    pairs: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for two in combinations(range(len(items)), 2):
        pairs[cents[two[0]] + cents[two[1]]].append(two)
    threes = ((one, *two) for one in range(len(items)) for two in pairs.get(amount - cents[one], []) if one < two[0])
    fours = (
        (*two, *other) for made, some in list(pairs.items()) for two in some for other in pairs.get(amount - made, []) if two[1] < other[0]
    )
    for chosen in chain(pairs.get(amount, []), threes, fours):
        yield tuple(items[place] for place in chosen)

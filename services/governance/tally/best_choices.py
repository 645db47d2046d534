"""All the choices of priced things within an envelope that are worth most together: the knapsack problem, solved exactly.

Things are taken in or left out one after the other, the one worth most for its cost first (George Dantzig, “Discrete-Variable Extremum
Problems”, Operations Research 5, 1957). After each, what has been spent leads to the most that it can have bought: a way that spent as
much as another and bought less is never part of a best choice. Nor is one that could not catch up with what is already found, were the
rest divisible (the bound). What remains is a small graph in which every path from the first thing to the last is a best choice.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cmp_to_key
from itertools import accumulate
from math import gcd
from typing import NamedTuple

from shared.values import Code


class Priced(NamedTuple):
    """Something that can be had: what it costs, above 0, and what it is worth, above 0."""

    name: Code
    cost: int
    worth: int


class BestChoices:
    """The best choices, narrowed down one demand at a time until a single one is left."""

    def __init__(self, things: Sequence[Priced], envelope: int) -> None:
        """Find them. Costs are divided by their common divisor: whole euros make a smaller graph than cents."""
        unit = gcd(*(thing.cost for thing in things)) or 1
        self.envelope = envelope // unit
        affordable = [Priced(one.name, one.cost // unit, one.worth) for one in things if one.cost // unit <= self.envelope]
        self.things = sorted(affordable, key=cmp_to_key(_better_for_its_cost))
        self.layers = self._layers()
        self.worth = max(self.layers[-1].values())
        self._demanded: set[Code] = set()
        self._narrow()

    def in_all(self) -> tuple[Code, ...]:
        """Return what each of the choices left has."""
        return tuple(thing.name for thing, (taken, left_out) in zip(self.things, self._ways, strict=True) if taken and not left_out)

    def in_some(self) -> tuple[Code, ...]:
        """Return what some of the choices left have and others have not."""
        return tuple(thing.name for thing, (taken, left_out) in zip(self.things, self._ways, strict=True) if taken and left_out)

    def keep_those_with(self, name: Code) -> None:
        """Forget the choices without something that is in some of them."""
        self._demanded.add(name)
        self._narrow()

    def _layers(self) -> list[dict[int, int]]:
        """Return, after each thing, what each sum spent can have bought at most; without what cannot become a best choice."""
        costs = list(accumulate((thing.cost for thing in self.things), initial=0))
        worths = list(accumulate((thing.worth for thing in self.things), initial=0))
        found = 0  # the worth of a choice that is within reach: everything next, as long as it fits whole
        layers = [{0: 0}]
        for number, thing in enumerate(self.things, 1):
            reached = layers[-1].copy()
            for spent, bought in layers[-1].items():
                after, more = spent + thing.cost, bought + thing.worth
                if after <= self.envelope and more > reached.get(after, -1):
                    reached[after] = more
            bounds = {}
            for spent, bought in reached.items():
                end = costs[number] + self.envelope - spent
                whole = bisect_right(costs, end) - 1
                sure = bought + worths[whole] - worths[number]
                found = max(found, sure)
                part = (end - costs[whole]) * self.things[whole].worth // self.things[whole].cost if whole < len(self.things) else 0
                bounds[spent] = sure + part
            layers.append({spent: bought for spent, bought in reached.items() if bounds[spent] >= found})
        return layers

    def _narrow(self) -> None:
        """Find, for each thing, whether paths that end at the most and meet the demands take it, and whether they leave it out."""
        alive = {spent for spent, bought in self.layers[-1].items() if bought == self.worth}
        edges: list[list[tuple[int, int]]] = []  # for each thing: from what had been spent to what is spent after it
        for before, after, thing in zip(self.layers[-2::-1], self.layers[:0:-1], reversed(self.things), strict=True):
            taken = [(end - thing.cost, end) for end in alive if before.get(end - thing.cost) == after[end] - thing.worth]
            left_out = [] if thing.name in self._demanded else [(end, end) for end in alive if before.get(end) == after[end]]
            edges.append(taken + left_out)
            alive = {start for start, _ in edges[-1]}
        self._ways: list[tuple[bool, bool]] = []
        reached = {0}
        for step in reversed(edges):
            walked = [(start, end) for start, end in step if start in reached]
            self._ways.append((any(start < end for start, end in walked), any(start == end for start, end in walked)))
            reached = {end for _, end in walked}


def _better_for_its_cost(one: Priced, other: Priced) -> int:
    return other.worth * one.cost - one.worth * other.cost

"""What guessing alone finds: the exact interval of the number of links, so that a pass says what it says and no more.

A guess gives every card to one voter; by chance the cards that come to the right voter are the fixed points of a random permutation of n.
Of the n! permutations C(n, k) · D(n − k) have k of them, D being the derangements (rencontres numbers, Montmort 1708). Elections
are drawn apart from each other, so their sum is the convolution of that law with itself. No normal approximation is made.
"""

from fractions import Fraction
from functools import cache
from math import comb, factorial
from typing import Final, NamedTuple

LEVEL: Final = Fraction(999, 1000)
NEGLIGIBLE: Final = 1e-18  # a probability below it is not carried on


class Interval(NamedTuple):
    """The fewest and the most links, both included; outside on either side chance falls with at most half of what the level leaves."""

    fewest: int
    most: int

    def holds(self, links: int) -> bool:
        return self.fewest <= links <= self.most


@cache
def interval(elections: int, voters: int, level: Fraction = LEVEL) -> Interval:
    """Return the interval that chance stays within with that probability, over all elections together."""
    tail = float((1 - level) / 2)
    law = sums(elections, voters)
    return Interval(_first_above(law, tail), len(law) - 1 - _first_above(law[::-1], tail))


def sums(elections: int, voters: int) -> list[float]:
    """Return the probability of each number of links over all elections."""
    law, one = [1.0], [float(chance) for chance in fixed_points(voters) if chance > NEGLIGIBLE]
    left = elections
    while left:  # by squaring: the same as one election after the other
        if left % 2:
            law = _convolved(law, one)
        left //= 2
        one = _convolved(one, one) if left else one
    return law


def fixed_points(voters: int) -> list[Fraction]:
    """Return the probability that a random permutation leaves 0, 1, … of its elements in place."""
    derangements = [1, 0]
    for n in range(2, voters + 1):
        derangements.append((n - 1) * (derangements[-1] + derangements[-2]))
    return [Fraction(comb(voters, k) * derangements[voters - k], factorial(voters)) for k in range(voters + 1)]


def _convolved(left: list[float], right: list[float]) -> list[float]:
    found = [0.0] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        if one > NEGLIGIBLE:
            for j, other in enumerate(right):
                found[i + j] += one * other
    while found and found[-1] <= NEGLIGIBLE:
        found.pop()
    return found


def _first_above(law: list[float], tail: float) -> int:
    """Return the first number at which the probability of at most that many exceeds `tail`."""
    seen = 0.0
    for number, chance in enumerate(law):
        seen += chance
        if seen > tail:
            return number
    raise AssertionError("a law adds up to one")

"""A shared sum is shared to the cent, whatever the weights and the rounding, and nobody pays to receive."""

from fractions import Fraction

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.ledger.events.pots import Rounding
from services.ledger.sharing import shares

AMOUNTS = st.integers(1, 10**13)
WEIGHTS = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=40).filter(any)
NEAREST, LARGEST = Rounding.NEAREST_THEN_LARGEST, Rounding.LARGEST_REMAINDER


@forall(AMOUNTS | st.integers(1, 60), WEIGHTS, st.sampled_from(Rounding))
def test_shares_add_up_and_none_is_negative(amount: int, weights: list[int], rounding: Rounding) -> None:
    found = shares(amount, weights, rounding)
    assert sum(found) == amount
    assert min(found) >= 0
    assert all(share == 0 for share, weight in zip(found, weights, strict=True) if not weight)


@forall(AMOUNTS, WEIGHTS)
def test_the_largest_remainder_is_within_a_cent_of_the_exact_share(amount: int, weights: list[int]) -> None:
    for share, weight in zip(shares(amount, weights, LARGEST), weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 1


@forall(AMOUNTS, WEIGHTS)
def test_the_nearest_cent_holds_for_all_but_the_largest_when_there_is_enough_to_share(amount: int, weights: list[int]) -> None:
    largest = weights.index(max(weights))
    if amount * max(weights) // sum(weights) < len(weights):  # a few cents only: the next largest bear the difference too
        return
    for index, (share, weight) in enumerate(zip(shares(amount, weights, NEAREST), weights, strict=True)):
        assert index == largest or abs(share - Fraction(amount * weight, sum(weights))) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (2, [1, 1, 1, 1], [0, 0, 1, 1]),  # four halves rounded up: the first alone would be at −1
        (1, [1, 1, 1], [1, 0, 0]),  # three thirds rounded down: the first gets the cent
        (5, [3, 3, 3, 1], [0, 2, 2, 1]),  # 1.5 and 0.5 rounded up make 7
        (100_00, [1, 1, 1], [33_34, 33_33, 33_33]),
    ],
)
def test_the_difference_goes_to_the_largest_as_far_as_it_can_bear_it(amount: int, weights: list[int], expected: list[int]) -> None:
    assert shares(amount, weights, NEAREST) == expected


def test_ties_go_to_the_first_listed() -> None:
    assert shares(100, [1, 1, 1], LARGEST) == [34, 33, 33]
    assert shares(101, [1, 1, 1], NEAREST) == [33, 34, 34]

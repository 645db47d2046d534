"""The verifiable draw: the same for everybody, unforeseeable, and fair; and a sortition."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import permutations, product

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.events.papers import Choice, Parameters, Step
from services.governance.tally.counting import DrawNeeded
from services.governance.tally.draw import SORTITION_1, below, drawn_order, shuffled
from services.governance.tally.sorting import tallied
from tests.governance.tally.boxes import NOT_DRAWN, drawn

BALLOT = "b" * 26
AS = b"\xaa" * 32
DIGITS = bytes.fromhex("".join(f"{number:02d}" for number in range(32)))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROLL = tuple(f"p_{letter * 26}" for letter in "abcdefgh")


def independent_order(names: list[str], root: bytes, ballot: str) -> list[str]:
    """Draw again from the text of the rule: one stream of bytes, read eight at a time, and a list that gives up its winners from behind."""
    seed = sha256(b"ruche/draw/v1" + bytes([0]) + root + ballot.encode("utf-8")).hexdigest()
    stream = b"".join(sha256(bytes.fromhex(f"{seed}{counter:08x}")).digest() for counter in range(len(names)))
    numbers = [int(stream[at : at + 8].hex(), 16) for at in range(0, len(stream), 8)]
    left, drawn_last_first = sorted(names), []
    while len(left) > 1:
        number = numbers.pop(0)
        if number // len(left) == 2**64 // len(left):  # the last, incomplete run of remainders
            continue
        index = number % len(left)
        chosen, left[index] = left[index], left[-1]
        drawn_last_first.append(chosen)
        left.pop()
    return [*left, *reversed(drawn_last_first)]


@pytest.mark.parametrize(
    ("root", "names", "order"),
    [
        (AS, ("cordes", "ballons", "echasses", "ping-pong"), "ballons echasses ping-pong cordes"),
        (AS, tuple(LETTERS), "b k w g s y d q i r a z l f p n c o v x j m u h e t"),
        (DIGITS, ("yes", "no", "B", "a"), "no B yes a"),
    ],
)
def test_published_draws_come_out_the_same(root: bytes, names: tuple[str, ...], order: str) -> None:
    """These orders were computed by a Perl program with big integers, from the four sentences of `draw.py`."""
    assert drawn_order(names, root, BALLOT) == tuple(order.split())


@settings(max_examples=1000)
@forall(
    st.binary(min_size=32, max_size=32),
    st.text("abcdefghij234567", min_size=26, max_size=26),
    st.sets(st.text(LETTERS, min_size=1), max_size=20),
)
def test_another_program_draws_the_same(root: bytes, ballot: str, names: set[str]) -> None:
    assert list(drawn_order(names, root, ballot)) == independent_order(sorted(names), root, ballot)


def test_each_part_of_the_seed_matters() -> None:
    order = drawn_order(LETTERS, AS, BALLOT)
    assert drawn_order(LETTERS, AS[:-1] + b"\xab", BALLOT) != order
    assert drawn_order(LETTERS, AS, "c" + BALLOT[1:]) != order
    assert drawn_order(LETTERS[::-1], AS, BALLOT) == order


@pytest.mark.parametrize("root", [b"", AS[:-1], AS + b"\x00"])
def test_a_root_has_32_bytes(root: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        drawn_order(LETTERS, root, BALLOT)


def orders_of_all_words(names: str, span: int) -> Counter[tuple[str, ...]]:
    """Shuffle with every sequence of words there is that is just long enough, where words go from 0 to span − 1."""
    orders: Counter[tuple[str, ...]] = Counter()
    for words in product(range(span), repeat=len(names) - 1):
        rest = iter(words)
        if order := _shuffled_or_none(names, rest, span):
            orders[order] += 1
    return orders


def _shuffled_or_none(names: str, words: Iterator[int], span: int) -> tuple[str, ...] | None:
    try:
        return shuffled(names, words, span)
    except StopIteration:  # a word was thrown away, and there is no further one
        return None


@pytest.mark.parametrize(("names", "span"), [("ab", 16), ("abc", 16), ("abcd", 16), ("abcd", 7), ("abcde", 11)])
def test_every_order_is_exactly_as_likely(names: str, span: int) -> None:
    orders = orders_of_all_words(names, span)
    assert set(orders) == set(permutations(names)) and len(set(orders.values())) == 1


def test_without_throwing_words_away_some_orders_would_be_likelier() -> None:
    def unfair(words: tuple[int, ...]) -> tuple[str, ...]:
        order = list("abc")
        for last, word in zip((2, 1), words, strict=True):
            order[last], order[word % (last + 1)] = order[word % (last + 1)], order[last]
        return tuple(order)

    assert len(set(Counter(unfair(words) for words in product(range(16), repeat=2)).values())) > 1


def test_a_word_that_would_bias_is_thrown_away() -> None:
    assert below(3, iter([2**64 - 1, 5])) == 2  # 2^64 − 1 is a multiple of 3, so that word would make one remainder likelier
    assert below(3, iter([2**64 - 2])) == (2**64 - 2) % 3
    assert below(2, iter([2**64 - 1])) == 1


def test_a_sortition_takes_the_first_of_the_roll_as_drawn() -> None:
    order = drawn_order(ROLL, AS, BALLOT)
    result, steps = tallied(SORTITION_1, ROLL, {}, Parameters(seats=3), drawn(*order))
    assert result.elected == order[:3] and result.ties == () and result.voters == 0
    assert steps == (Step(step="drawn", options=order[:3]),)


def test_a_sortition_waits_for_its_draw() -> None:
    with pytest.raises(DrawNeeded):
        tallied(SORTITION_1, ROLL, {}, Parameters(seats=3), NOT_DRAWN)


def test_nobody_votes_in_a_sortition() -> None:
    result, _ = tallied(SORTITION_1, ROLL, {Choice(marks=(ROLL[0],)): 2}, Parameters(), drawn(*ROLL))
    assert [(pile.reason, pile.papers) for pile in result.void] == [("wrong-kind", 2)] and result.elected == (ROLL[0],)

"""Several seats from rankings: vector T7 round by round, ties, and what holds of every box."""

from fractions import Fraction

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.events.papers import Parameters
from services.governance.tally.counting import DrawNeeded, Options, Papers
from services.governance.tally.stv import SEATS_MAX, STV_1
from tests.governance.tally.boxes import counted, drawn, numbers, rankings, steps_named
from tests.governance.tally.test_irv import NAMES, ORDERS, strict_rankings

SWEETS = rankings("""
    4 Orange
    2 Pear>Orange
    8 Chocolate>Strawberry
    4 Chocolate>Sweets
    1 Strawberry
    1 Sweets
""")
T7 = """
    quota        -            papers 20, seats 3, quota 6
    round        -            Orange 4, Pear 2, Chocolate 12, Strawberry 1, Sweets 1, exhausted 0
    elected      Chocolate    votes 12, surplus 6
    transferred  Chocolate    weight 1/2, Orange 0, Pear 0, Strawberry 4, Sweets 2, exhausted 0
    round        -            Orange 4, Pear 2, Strawberry 5, Sweets 3, Chocolate 6, exhausted 0
    dropped      Pear         Orange 2, Strawberry 0, Sweets 0, exhausted 0
    round        -            Orange 6, Strawberry 5, Sweets 3, Chocolate 6, exhausted 0
    elected      Orange       votes 6, surplus 0
    round        -            Strawberry 5, Sweets 3, Chocolate 6, Orange 6, exhausted 0
    dropped      Sweets       Strawberry 0, exhausted 3
    round        -            Strawberry 5, Chocolate 6, Orange 6, exhausted 3
    filled       Strawberry   Strawberry 5
"""


def seats(number: int) -> Parameters:
    """So many seats."""
    return Parameters(seats=number)


def test_t7_is_counted_in_these_steps() -> None:
    count = counted(STV_1, "Orange Pear Chocolate Strawberry Sweets", SWEETS, seats(3))
    assert count.elected == ("Chocolate", "Orange", "Strawberry") and not count.ties
    told = [
        (
            step.step,
            "-" if step.step in {"round", "quota"} else " ".join(step.options or ()),
            [f"{f.of} {f.value}" for f in step.figures or ()],
        )
        for step in count.steps
    ]
    lines = [line.split(None, 2) for line in T7.strip().splitlines()]
    assert told == [(name, options, figures.split(", ")) for name, options, figures in lines]
    assert numbers(count.counts) == {"Orange": 6, "Pear": 2, "Chocolate": 6, "Strawberry": 5, "Sweets": 3}


def test_a_paper_passes_on_at_the_weight_it_has_left() -> None:
    count = counted(STV_1, "a b c d", rankings("9 a>b>c\n2 b\n3 d"), seats(3))  # quota 4: of a 5/9 pass on, of b 3/7 of these
    passed = [numbers(step.figures) for step in steps_named(count, "transferred")]
    assert [one["weight"] for one in passed] == [Fraction(5, 9), Fraction(3, 7)]
    assert passed[1]["c"] == 9 * Fraction(5, 9) * Fraction(3, 7) and passed[1]["exhausted"] == 2 * Fraction(3, 7)
    assert count.elected == ("a", "b", "d")


def test_ties_won_and_lost_are_told() -> None:
    won = counted(STV_1, "a b c d", rankings("5 a>c\n5 b>d\n1 c\n1 d"), seats(2), drawn("b", "a", "d", "c"))
    assert won.elected == ("b", "a") and won.ties[0].options == ("a", "b")
    lost = counted(STV_1, "a b c d", rankings("4 a\n3 b>d\n2 c>b\n2 d>b"), seats(2), drawn("a", "b", "d", "c"))
    assert lost.ties[0].options == ("c", "d") and steps_named(lost, "dropped")[0].options == ("c",)
    with pytest.raises(DrawNeeded):
        counted(STV_1, "a b c d", rankings("4 a\n3 b>d\n2 c>b\n2 d>b"), seats(2))


def test_options_without_a_vote_leave_without_a_draw() -> None:
    count = counted(STV_1, "a b c d e", rankings("3 a\n2 b\n1 c>b"), seats(2))
    assert count.elected == ("a", "b") and not count.ties
    assert steps_named(count, "dropped")[0].options == ("d", "e")
    with pytest.raises(DrawNeeded):
        counted(STV_1, "a b c", rankings("5 a"), seats(2))  # one of b and c takes a seat: that is for a draw


def test_no_paper_elects_nobody() -> None:
    assert counted(STV_1, "a b c", {}, seats(2)).elected == ()


def test_the_most_seats_that_are_allowed_can_be_written_down() -> None:
    names = [f"o{number:02}" for number in range(2 * SEATS_MAX)]
    box = rankings("\n".join(f"{71_429 - number * number} {'>'.join(names[number:] + names[:number])}" for number in range(len(names))))
    count = counted(STV_1, " ".join(names), box, seats(SEATS_MAX), drawn(*names))
    assert len(count.elected) == SEATS_MAX


@settings(max_examples=1000)
@forall(strict_rankings(), ORDERS, st.integers(1, 3))
def test_every_seat_is_filled_and_no_vote_is_lost(papers: Papers, order: Options, number: int) -> None:
    count = STV_1.count(NAMES, papers, seats(number), drawn(*order))
    assert len(count.elected) == len(set(count.elected)) == number
    total = sum(papers.values())
    rounds = steps_named(count, "round")
    assert {sum(numbers(step.figures).values()) for step in rounds} == {total}
    quota = total // (number + 1) + 1
    for before, step in zip(count.steps, count.steps[1:], strict=False):
        if step.step == "elected":
            assert numbers(step.figures)["votes"] >= quota
        if step.step == "transferred":
            passed = numbers(step.figures)
            assert sum(passed.values()) - passed["weight"] == numbers(before.figures)["surplus"]


@settings(max_examples=1000)
@forall(strict_rankings(), ORDERS, ORDERS, st.integers(1, 3))
def test_neither_names_nor_the_order_of_papers_matter(papers: Papers, order: Options, names: Options, number: int) -> None:
    count = STV_1.count(NAMES, papers, seats(number), drawn(*order))
    assert STV_1.count(NAMES, dict(reversed(list(papers.items()))), seats(number), drawn(*order)) == count
    renamed = dict(zip(NAMES, names, strict=True))
    there = {
        choice.model_copy(update={"ranks": tuple((renamed[rank[0]],) for rank in choice.ranks or ())}): n for choice, n in papers.items()
    }
    other = STV_1.count(NAMES, there, seats(number), drawn(*(renamed[one] for one in order)))
    first_filled = next((step.options for step in count.steps if step.step == "filled"), ())
    if not first_filled:  # equals that fill the last seats together stand as on the ballot
        assert [renamed[one] for one in count.elected] == list(other.elected)
    assert {renamed[one] for one in count.elected} == set(other.elected)

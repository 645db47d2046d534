"""Version 2 of the count by scores: a mean says something only of what enough papers score."""

from fractions import Fraction

import pytest

from services.governance.events.papers import Method, Missing, Parameters
from services.governance.tally.counting import DrawNeeded
from services.governance.tally.methods import METHODS, changes_since, counting_of
from services.governance.tally.score import SCORE_1
from services.governance.tally.score_known import CHANGED, SCORE_2
from tests.governance.tally.boxes import counted, drawn, numbers, points, steps_named

MEAN = Parameters(top=5, mean=True)
ONE_HAPPY_VOTER = "4 a:3\n1 b:5"


def test_one_happy_voter_elects_nobody_any_more() -> None:
    box = points(ONE_HAPPY_VOTER)
    assert counted(SCORE_1, "a b", box, MEAN).elected == ("b",)
    count = counted(SCORE_2, "a b", box, MEAN)
    assert count.elected == ("a",) and numbers(count.counts) == {"a": 3, "b": 5}
    [behind] = steps_named(count, "little-known")
    assert behind.options == ("b",) and numbers(behind.figures) == {"b": 1}


def test_half_of_the_papers_is_enough() -> None:
    count = counted(SCORE_2, "a b", points("2 a:3\n2 b:5"), MEAN)
    assert count.elected == ("b",) and steps_named(count, "little-known") == []


def test_where_nobody_is_known_by_half_the_means_alone_decide() -> None:
    count = counted(SCORE_2, "a b c", points("2 a:1\n2 b:5\n1 c:2"), MEAN)
    assert count.elected == ("b",) and steps_named(count, "little-known") == []


def test_those_behind_still_fill_seats_that_are_left() -> None:
    count = counted(SCORE_2, "a b c", points("4 a:3\n1 b:5 c:1"), Parameters(top=5, mean=True, seats=2))
    assert count.elected == ("a", "b")


def test_equal_means_are_parted_by_top_scores_among_those_that_are_known_alike() -> None:
    count = counted(SCORE_2, "a b c", points("1 a:5 b:3\n1 a:1 b:3\n1 a:3 b:3\n1 c:5"), MEAN)
    assert count.elected == ("a",) and count.ties == ()
    assert numbers(steps_named(count, "top-scores")[0].figures) == {"a": 1, "b": 0}
    tied = points("2 a:3 b:3\n1 c:5")
    with pytest.raises(DrawNeeded):
        counted(SCORE_2, "a b c", tied, MEAN)
    assert counted(SCORE_2, "a b c", tied, MEAN, drawn("b", "a", "c")).elected == ("b",)


@pytest.mark.parametrize(
    "parameters", [Parameters(top=5), Parameters(top=5, seats=2), Parameters(top=5, mean=True, missing=Missing.WORST)], ids=str
)
def test_sums_and_means_of_everybody_are_counted_as_before(parameters: Parameters) -> None:
    box = points("4 a:3 c:1\n2 b:5\n1 c:4")
    assert counted(SCORE_2, "a b c", box, parameters) == counted(SCORE_1, "a b c", box, parameters)
    assert counted(SCORE_2, "a b", {}, MEAN).elected == ()


def test_numbers_stay_exact() -> None:
    assert numbers(counted(SCORE_2, "a b", points("1 a:3\n2 a:1\n2 b:2"), MEAN).counts) == {"a": Fraction(5, 3), "b": 2}


def test_both_versions_can_be_asked_for_and_what_changed_is_told() -> None:
    assert counting_of(Method.SCORE, 1) is SCORE_1 and counting_of(Method.SCORE) is SCORE_2
    assert changes_since(Method.SCORE, 1) == (CHANGED,) and changes_since(Method.SCORE, 2) == ()


def test_every_later_version_says_in_two_languages_what_it_changes() -> None:
    for versions in METHODS.values():
        assert versions[0].changed is None
        for later in versions[1:]:
            assert later.changed is not None and len(set(later.changed)) == 2 and all(later.changed)

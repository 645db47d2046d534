"""Papers made up from totals add up to them, whatever they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sample import Sample
from deploy.sample_papers import approvals, box, graded, marked, pointed, spread, yes_no

OPTIONS = st.sampled_from(("a", "b", "c", "d", "e"))


@given(st.dictionaries(OPTIONS, st.integers(0, 60), min_size=1), st.integers(1, 40))
def test_papers_add_up_to_the_totals_and_none_gives_more_than_another(totals: dict[str, int], papers: int) -> None:
    dealt = spread(totals, papers)
    assert len(dealt) == papers
    assert {option: sum(one.get(option, 0) for one in dealt) for option in totals} == totals
    given_by_each = [sum(one.values()) for one in dealt]
    assert max(given_by_each) - min(given_by_each) <= 1


def test_the_same_totals_make_the_same_papers() -> None:
    told = Sample().votes["V04"]
    assert approvals(told["totals"], told["voters"]) == approvals(told["totals"], told["voters"])


def test_every_dot_of_the_class_is_used_and_none_has_too_many() -> None:
    told = Sample().votes["V10"]
    papers = pointed(told["totals"], 25, told["max_per_option"])
    assert {sum(one.points for one in paper.choice.points or ()) for paper in papers} == {told["dots"]}


def test_judges_give_each_option_the_grades_it_had() -> None:
    counts = {"a": (1, 2, 0), "b": (0, 0, 3)}
    papers = graded(counts)
    for option, grades in counts.items():
        given_to = [one.points for paper in papers for one in paper.choice.points or () if one.option == option]
        assert tuple(given_to.count(grade) for grade in range(3)) == grades


def test_totals_that_no_papers_can_make_are_refused() -> None:
    with pytest.raises(ValueError, match="more approvals"):
        approvals({"a": 4}, 3)
    with pytest.raises(ValueError, match="more than 2"):
        pointed({"a": 9}, 3, 2)


def test_a_count_finds_what_was_put_in() -> None:
    assert (box(*yes_no({"for": 15, "against": 1, "blank": 2})).found, box(*marked([(2, ["a"]), (0, ["b"])])).found) == (18, 2)


def test_whoever_plays_never_sees_what_is_expected() -> None:
    def names(told: object) -> set[str]:
        if isinstance(told, dict):
            return set(told) | {name for value in told.values() for name in names(value)}
        return {name for one in told for name in names(one)} if isinstance(told, list) else set()

    assert not names(Sample().votes) & {"expected", "what_if", "spent"}
    assert {"totals", "ballots", "calls"} <= names(Sample().votes)

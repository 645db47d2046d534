"""A box of papers, sorted: blank, void, abstaining, expressed."""

import pytest

from services.governance.events.papers import Choice, Method, Parameters, Pile, Rule, VoidPapers
from services.governance.tally.methods import METHODS, counting_of
from services.governance.tally.plurality import PLURALITY_1
from services.governance.tally.sorting import BLANK, sorted_papers, tallied
from services.governance.tally.yes_no import YES_NO_1
from tests.governance.tally.boxes import NOT_DRAWN, PLAIN, drawn, marks, numbers

OPTIONS = ("yes", "no", "abstain")
BOX = {**marks("10 yes\n4 no\n3 abstain\n2 maybe\n1 yes no"), BLANK: 5}


def test_every_paper_is_in_one_heap() -> None:
    box = sorted_papers(YES_NO_1, OPTIONS, BOX, PLAIN)
    assert (box.voters, box.blank, box.void, box.abstain, box.expressed) == (25, 5, {"too-many": 1, "unknown-option": 2}, 3, 14)


def test_the_result_has_all_the_numbers() -> None:
    result, steps = tallied(YES_NO_1, OPTIONS, BOX, PLAIN, NOT_DRAWN)
    assert (result.voters, result.blank, result.abstain, result.expressed) == (25, 5, 3, 14)
    assert result.void == (VoidPapers(reason="too-many", papers=1), VoidPapers(reason="unknown-option", papers=2))
    assert numbers(result.counts) == {"yes": 10, "no": 4, "abstain": 3} and result.elected == ("yes",)
    assert steps[-1].step == "passed" and result.spent is None


@pytest.mark.parametrize(("silent", "elected"), [(2, ("yes",)), (3, ())])
def test_blank_and_void_papers_count_as_present_where_presence_counts(silent: int, elected: tuple[str, ...]) -> None:
    rule = Parameters(rule=Rule.ABSOLUTE_PRESENT)
    for box in ({BLANK: silent}, {Choice(marks=("maybe",)): silent}):
        result, _ = tallied(YES_NO_1, OPTIONS, {**marks("10 yes\n4 no\n3 abstain"), **box}, rule, NOT_DRAWN)
        assert result.elected == elected


def test_abstaining_is_an_option_only_where_it_was_offered() -> None:
    box = sorted_papers(YES_NO_1, ("yes", "no"), marks("3 yes\n2 abstain"), PLAIN)
    assert (box.abstain, box.void, box.expressed) == (0, {"unknown-option": 2}, 3)


def test_blank_papers_alone_elect_nobody() -> None:
    result, steps = tallied(PLURALITY_1, ("a", "b"), {BLANK: 7}, PLAIN, NOT_DRAWN)
    assert (result.voters, result.blank, result.expressed, result.elected) == (7, 7, 0, ())
    assert [step.step for step in steps] == ["votes"]


@pytest.mark.parametrize("nothing", [Choice(), Choice(marks=()), Choice(ranks=(), points=())])
def test_whatever_says_nothing_is_blank(nothing: Choice) -> None:
    assert sorted_papers(PLURALITY_1, ("a", "b"), {nothing: 2}, PLAIN).blank == 2


def test_an_empty_rank_is_no_blank_paper() -> None:
    box = sorted_papers(counting_of(Method.BORDA), ("a", "b"), {Choice(ranks=((),)): 1}, PLAIN)
    assert (box.blank, box.void) == (0, {"empty-rank": 1})


def test_papers_set_aside_unread_are_void_for_their_reason() -> None:
    result, _ = tallied(PLURALITY_1, ("a", "b"), {**marks("3 a\n1 b"), BLANK: 1}, PLAIN, NOT_DRAWN, {"torn": 2, "signed": 0})
    assert result.void == (VoidPapers(reason="torn", papers=2),) and result.voters == 7


def test_piles_that_say_the_same_are_one() -> None:
    a, b = marks("1 a\n1 b")
    piles = [Pile(choice=a, papers=2), Pile(choice=b, papers=4), Pile(choice=a, papers=3)]
    assert tallied(PLURALITY_1, ("a", "b"), piles, PLAIN, NOT_DRAWN) == tallied(PLURALITY_1, ("a", "b"), {a: 5, b: 4}, PLAIN, NOT_DRAWN)
    assert tallied(PLURALITY_1, ("a", "b"), {a: 0, b: 4}, PLAIN, NOT_DRAWN)[0].voters == 4


def test_every_method_there_is_can_be_counted() -> None:
    assert set(METHODS) == set(Method)
    for versions in METHODS.values():
        assert [counting.version for counting in versions] == list(range(1, len(versions) + 1))
        assert not any(counting.needs & counting.takes for counting in versions)


def test_an_old_version_is_found_and_an_unknown_one_is_not() -> None:
    assert counting_of(Method.PLURALITY) is counting_of(Method.PLURALITY, 1) is PLURALITY_1
    with pytest.raises(LookupError, match="plurality has no version 99"):
        counting_of(Method.PLURALITY, 99)


def test_every_parameter_that_a_method_knows_exists_and_is_known_by_some_method() -> None:
    known = {name for versions in METHODS.values() for counting in versions for name in counting.needs | counting.takes}
    assert known == set(Parameters.model_fields)


def test_a_draw_that_was_not_needed_changes_nothing() -> None:
    box = marks("3 a\n1 b")
    assert tallied(PLURALITY_1, ("a", "b"), box, PLAIN, NOT_DRAWN) == tallied(PLURALITY_1, ("a", "b"), box, PLAIN, drawn("b", "a"))

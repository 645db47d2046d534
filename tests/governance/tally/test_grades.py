"""Papers with points on each option: majority judgment (vectors T5, T6) and scores."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest

from services.governance.events.papers import Figure, Missing, Parameters, Step
from services.governance.tally.counting import Count, DrawNeeded
from services.governance.tally.majority_judgment import MAJORITY_JUDGMENT_1, medians_of
from services.governance.tally.score import SCORE_1
from tests.governance.tally.boxes import counted, drawn, numbers, papers_of_grades, points, steps_named

FIVE = Parameters(grades=("à rejeter", "insuffisant", "passable", "bien", "très bien"))
TEN_JUDGES = {"A": (2, 2, 2, 2, 2), "B": (2, 1, 1, 1, 5), "C": (2, 1, 1, 2, 4), "D": (2, 1, 5, 0, 2), "E": (2, 2, 2, 2, 2)}
GAUGE_TRAP = {"SE": (0, 3, 7, 6, 3), "BA": (1, 2, 4, 7, 5), "RA": (2, 2, 3, 6, 6)}


def seats(number: int) -> Parameters:
    """Five grades and so many seats."""
    return FIVE.model_copy(update={"seats": number})


def judged(papers_by_grade: Mapping[str, Sequence[int]], number: int = 1, *order: str) -> Count:
    """Count grades given as numbers of papers, worst grade first."""
    return counted(MAJORITY_JUDGMENT_1, " ".join(papers_by_grade), papers_of_grades(papers_by_grade), seats(number), drawn(*order))


def test_t5_ten_judges() -> None:
    assert judged(TEN_JUDGES, 3).elected == ("B", "C", "D")
    assert judged(TEN_JUDGES, 3).ties == ()
    fourth = judged(TEN_JUDGES, 4, "E", "D", "C", "B", "A")
    assert fourth.elected == ("B", "C", "D", "E")
    assert [tie.options for tie in fourth.ties] == [("A", "E")]
    assert Step(step="equal", options=("A", "E")) in fourth.steps


def test_t5_equals_wait_for_a_draw() -> None:
    with pytest.raises(DrawNeeded):
        counted(MAJORITY_JUDGMENT_1, "A B C D E", papers_of_grades(TEN_JUDGES), seats(4))


def test_t5_three_judges() -> None:
    count = judged({"A": (1, 1, 1), "B": (1, 2, 0), "C": (0, 2, 1)}, 2)
    assert count.elected == ("C", "A")


def test_t6_the_full_sequence_parts_what_the_gauge_does_not() -> None:
    assert judged(GAUGE_TRAP, 2).elected == ("RA", "BA")
    count = judged(GAUGE_TRAP)
    assert count.elected == ("RA",) and count.ties == ()
    assert numbers(count.counts) == {"SE": 2, "BA": 3, "RA": 3}
    parted = (Figure(of="taken", value="8"), Figure(of="RA", value="4"), Figure(of="BA", value="3"))
    assert steps_named(count, "parted") == [Step(step="parted", options=("RA", "BA"), figures=parted)]
    assert medians_of(GAUGE_TRAP["RA"])[:9] == (3, 3, 3, 3, 3, 2, 3, 2, 4)
    assert medians_of(GAUGE_TRAP["BA"])[:9] == (3, 3, 3, 3, 3, 2, 3, 2, 3)


def test_t6_the_gauge_and_the_sum_say_something_else() -> None:
    gauges = {option: (sum(GAUGE_TRAP[option][4:]) > sum(GAUGE_TRAP[option][:3]), sum(GAUGE_TRAP[option][:3])) for option in ("BA", "RA")}
    assert gauges["BA"] == gauges["RA"] == (False, 7)
    scored = counted(SCORE_1, "SE BA RA", papers_of_grades(GAUGE_TRAP), Parameters(top=4))
    assert scored.elected == ("BA",) and numbers(scored.counts) == {"SE": 47, "BA": 51, "RA": 50}


def test_the_majority_grade_is_the_lower_median() -> None:
    count = counted(MAJORITY_JUDGMENT_1, "a b", points("1 a:0 b:1\n1 a:4 b:1"), FIVE)
    assert numbers(count.counts) == {"a": 0, "b": 1} and count.elected == ("b",)


def test_the_grades_are_told_option_by_option() -> None:
    count = judged(GAUGE_TRAP)
    assert [step.step for step in count.steps] == ["grades"] * 3 + ["majority-grade", "parted", "elected"]
    assert numbers(count.steps[0].figures) == {"0": 0, "1": 3, "2": 7, "3": 6, "4": 3}


def test_a_missing_grade_is_the_worst_or_makes_the_paper_void() -> None:
    box = points("2 a:4\n1 a:1 b:3")
    assert numbers(counted(MAJORITY_JUDGMENT_1, "a b", box, FIVE).counts) == {"a": 4, "b": 0}
    (missing, complete) = box
    strict = FIVE.model_copy(update={"missing": Missing.VOID})
    assert MAJORITY_JUDGMENT_1.fault(("a", "b"), missing, strict) == "grade-missing"
    assert MAJORITY_JUDGMENT_1.fault(("a", "b"), complete, strict) is None


@pytest.mark.parametrize(("paper", "fault"), [("1 a:4", None), ("1 a:5", "too-high"), ("1 a:1 a:2", "twice"), ("1 z:1", "unknown-option")])
def test_a_grade_is_one_of_those_declared(paper: str, fault: str | None) -> None:
    (choice,) = points(paper)
    assert MAJORITY_JUDGMENT_1.fault(("a", "b"), choice, FIVE) == fault
    assert SCORE_1.fault(("a", "b"), choice, Parameters(top=4)) == fault


def test_no_paper_elects_nobody() -> None:
    assert counted(MAJORITY_JUDGMENT_1, "a b", {}, FIVE).elected == ()
    assert counted(SCORE_1, "a b", {}, Parameters(top=3)).elected == ()


def test_the_highest_sum_is_elected() -> None:
    count = counted(SCORE_1, "a b c", points("3 a:5 b:2 c:0\n2 a:0 b:4 c:5"), Parameters(top=5, seats=2))
    assert numbers(count.counts) == {"a": 15, "b": 14, "c": 10} and count.elected == ("a", "b")
    assert [step.step for step in count.steps] == ["scores"] * 3 + ["totals", "elected"]
    assert numbers(count.steps[0].figures) == {"0": 2, "1": 0, "2": 0, "3": 0, "4": 0, "5": 3}


def test_equal_scores_are_parted_by_the_top_ones() -> None:
    count = counted(SCORE_1, "a b", points("1 a:2 b:4\n1 a:2 b:0"), Parameters(top=4))
    assert count.elected == ("b",) and count.ties == ()
    assert numbers(steps_named(count, "top-scores")[0].figures) == {"a": 0, "b": 1}


def test_equal_scores_and_tops_follow_the_policy() -> None:
    box = points("1 a:2 b:4 c:4\n1 a:2 b:0 c:0")
    with pytest.raises(DrawNeeded) as waiting:
        counted(SCORE_1, "a b c", box, Parameters(top=4))
    assert waiting.value.options == ("b", "c")
    count = counted(SCORE_1, "a b c", box, Parameters(top=4), drawn("a", "c", "b"))
    assert count.elected == ("c",) and [tie.options for tie in count.ties] == [("b", "c")]


@pytest.mark.parametrize(
    ("mean", "missing", "totals"),
    [
        (False, None, (12, 5)),
        (False, Missing.WORST, (12, 5)),
        (True, None, (3, 5)),
        (True, Missing.IGNORED, (3, 5)),
        (True, Missing.WORST, (Fraction(12, 5), 1)),
    ],
)
def test_a_mean_is_over_those_who_scored_unless_it_says_otherwise(
    mean: bool, missing: Missing | None, totals: tuple[Fraction | int, ...]
) -> None:
    count = counted(SCORE_1, "a b", points("4 a:3\n1 b:5"), Parameters(top=5, mean=mean, missing=missing))
    assert tuple(numbers(count.counts).values()) == totals


def test_a_missing_score_may_make_a_paper_void() -> None:
    (choice,) = points("1 a:3")
    assert SCORE_1.fault(("a", "b"), choice, Parameters(top=5, missing=Missing.VOID)) == "score-missing"
    assert SCORE_1.fault(("a", "b"), choice, Parameters(top=5)) is None

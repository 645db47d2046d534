"""Rankings counted by Borda, and what plurality and two rounds would have made of them: vectors T1, T3, T10."""

import pytest

from services.governance.events.papers import Figure, Method, Parameters, Step, TiedPoints
from services.governance.tally.borda import BORDA_1
from services.governance.tally.rankings import OF_RANKINGS
from tests.governance.tally.boxes import counted, drawn, numbers, rankings, steps_named

TENNESSEE = rankings("""
    42 M>N>C>K
    26 N>C>K>M
    15 C>K>N>M
    17 K>C>N>M
""")
FIVE_WINNERS = rankings("""
    18 A>D>E>C>B
    12 B>E>D>C>A
    10 C>B>E>D>A
     9 D>C>E>B>A
     4 E>B>D>C>A
     2 E>C>D>B>A
""")
TIED_RANKS = rankings("""
    5 a>b=c
    4 b>c>a
    3 c>a=b
""")
CLASS_TRIP = rankings("""
    10 mer>volcans>montagne>paris
     8 paris>volcans>mer>montagne
     5 volcans>montagne>mer>paris
     4 montagne>volcans>mer>paris
""")


def test_t1_borda() -> None:
    count = counted(BORDA_1, "M N C K", TENNESSEE)
    assert numbers(count.counts) == {"M": 126, "N": 194, "C": 173, "K": 107}
    assert count.elected == ("N",) and count.ties == ()


def test_t1_borda_tells_where_the_points_come_from() -> None:
    count = counted(BORDA_1, "M N C K", TENNESSEE)
    assert [step.step for step in count.steps] == ["points"] * 4 + ["totals", "elected"]
    assert count.steps[0] == Step(step="points", options=("M",), figures=(Figure(of="3", value="42"), Figure(of="0", value="58")))


def test_t1_plurality() -> None:
    count = counted(OF_RANKINGS[Method.PLURALITY], "M N C K", TENNESSEE)
    assert count.elected == ("M",) and numbers(count.counts) == {"M": 42, "N": 26, "C": 15, "K": 17}


def test_t3_plurality() -> None:
    count = counted(OF_RANKINGS[Method.PLURALITY], "A B C D E", FIVE_WINNERS)
    assert count.elected == ("A",) and numbers(count.counts) == {"A": 18, "B": 12, "C": 10, "D": 9, "E": 6}


def test_t3_two_rounds() -> None:
    count = counted(OF_RANKINGS[Method.TWO_ROUNDS], "A B C D E", FIVE_WINNERS)
    assert count.elected == ("B",) and count.ties == ()
    assert [step.step for step in count.steps] == ["votes", "half", "second-round", "votes", "elected"]
    assert numbers(steps_named(count, "votes")[-1].figures) == {"A": 18, "B": 37, "exhausted": 0}


def test_t3_borda() -> None:
    count = counted(BORDA_1, "A B C D E", FIVE_WINNERS)
    assert count.elected == ("D",) and numbers(count.counts) == {"A": 72, "B": 101, "C": 107, "D": 136, "E": 134}


@pytest.mark.parametrize(
    ("tied_points", "points", "winner"),
    [
        (TiedPoints.AVERAGE, ("23/2", "12", "25/2"), "c"),
        (TiedPoints.LOWEST, ("10", "8", "10"), "c"),
        (TiedPoints.HIGHEST, ("13", "16", "15"), "b"),
    ],
)
def test_t10_what_tied_options_get_changes_the_winner(tied_points: TiedPoints, points: tuple[str, ...], winner: str) -> None:
    count = counted(BORDA_1, "a b c", TIED_RANKS, Parameters(tied_points=tied_points), drawn("c", "a", "b"))
    assert tuple(figure.value for figure in count.counts) == points
    assert count.elected == (winner,)


def test_t10_lowest_ends_in_a_tie_that_is_listed() -> None:
    count = counted(BORDA_1, "a b c", TIED_RANKS, Parameters(tied_points=TiedPoints.LOWEST), drawn("c", "b", "a"))
    assert [(tie.options, tie.order) for tie in count.ties] == [(("a", "c"), ("c", "a"))]


def test_tied_options_share_the_average_unless_it_says_otherwise() -> None:
    assert (
        counted(BORDA_1, "a b c", TIED_RANKS).counts
        == counted(BORDA_1, "a b c", TIED_RANKS, Parameters(tied_points=TiedPoints.AVERAGE)).counts
    )
    halves = steps_named(counted(BORDA_1, "a b c", TIED_RANKS), "points")[1]
    assert halves == Step(step="points", options=("b",), figures=(Figure(of="2", value="4"), Figure(of="1-half", value="8")))


def test_options_left_out_are_last_together() -> None:
    assert counted(BORDA_1, "a b c d", rankings("1 b>a")).counts == counted(BORDA_1, "a b c d", rankings("1 b>a>c=d")).counts


def test_the_class_trip_of_the_sample_year() -> None:
    assert numbers(counted(BORDA_1, "mer volcans paris montagne", CLASS_TRIP).counts) == {
        "mer": 47,
        "volcans": 59,
        "paris": 24,
        "montagne": 32,
    }
    assert counted(OF_RANKINGS[Method.PLURALITY], "mer volcans paris montagne", CLASS_TRIP).elected == ("mer",)


def test_a_second_round_leaves_out_the_papers_that_prefer_neither() -> None:
    box = rankings("4 a>b\n3 b>a\n2 c\n1 d>a=b")
    count = counted(OF_RANKINGS[Method.TWO_ROUNDS], "a b c d", box)
    assert numbers(steps_named(count, "votes")[-1].figures) == {"a": 4, "b": 3, "exhausted": 3}


def test_a_second_round_may_be_a_tie() -> None:
    count = counted(OF_RANKINGS[Method.TWO_ROUNDS], "a b c", rankings("4 a\n3 b\n1 c>b"), ties=drawn("b", "a", "c"))
    assert count.elected == ("b",) and [tie.options for tie in count.ties] == [("a", "b")]


@pytest.mark.parametrize(
    ("paper", "fault", "of_marks"),
    [
        ("1 a>b=c", None, None),
        ("1 a=b>c", None, "tied-first"),
        ("1 a>a", "twice", "twice"),
        ("1 a=b>b", "twice", "twice"),
        ("1 a>z", "unknown-option", "unknown-option"),
    ],
)
def test_a_ranking_names_known_options_each_once(paper: str, fault: str | None, of_marks: str | None) -> None:
    (choice,) = rankings(paper)
    assert BORDA_1.fault(("a", "b", "c"), choice, Parameters()) == fault
    assert OF_RANKINGS[Method.PLURALITY].fault(("a", "b", "c"), choice, Parameters()) == of_marks


def test_an_empty_rank_makes_a_paper_void() -> None:
    (choice,) = rankings("1 a>b")
    assert BORDA_1.fault(("a", "b"), choice.model_copy(update={"ranks": ((), ("a",))}), Parameters()) == "empty-rank"

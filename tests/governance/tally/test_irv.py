"""Papers that pass on until somebody has more than half: vectors T1 and T3, ties, and what holds of every box."""

from fractions import Fraction

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.events.papers import Choice, DrawKind, Parameters, Step, TiedLast, TiePolicy
from services.governance.tally.counting import DECLARED_ORDER, DrawNeeded, Options, Papers, Ties
from services.governance.tally.irv import IRV_1
from tests.governance.tally.boxes import counted, drawn, numbers, rankings, steps_named
from tests.governance.tally.test_borda import FIVE_WINNERS, TENNESSEE

NAMES: Options = ("a", "b", "c", "d")
ALL = Parameters(tied_last=TiedLast.ALL)
ORDERS = st.permutations(NAMES).map(tuple)


@st.composite
def strict_rankings(draw: st.DrawFn) -> Papers:
    """A small box of strict, perhaps truncated rankings of a, b, c, d."""
    box: dict[Choice, int] = {}
    for _ in range(draw(st.integers(1, 7))):
        order, length = draw(ORDERS), draw(st.integers(1, 4))
        paper = Choice(ranks=tuple((one,) for one in order[:length]))
        box[paper] = box.get(paper, 0) + draw(st.integers(1, 4))
    return box


def by_hand(papers: Papers, order: Options) -> str:
    """Count again from the text of the rule, one leaving at a time; return who is elected."""
    there = list(NAMES)
    while True:
        firsts = [next((rank[0] for rank in choice.ranks or () if rank[0] in there), None) for choice in papers]
        votes = {one: sum(n for first, n in zip(firsts, papers.values(), strict=True) if first == one) for one in there}
        best = max(there, key=lambda one: votes[one])
        if votes[best] > Fraction(sum(votes.values()), 2) or len(there) == 1:
            return best
        there.remove(max(there, key=lambda one: (-votes[one], order.index(one))))


def test_t1_irv() -> None:
    count = counted(IRV_1, "M N C K", TENNESSEE)
    assert count.elected == ("K",) and not count.ties
    assert [step.options for step in steps_named(count, "dropped")] == [("C",), ("N",)]
    assert numbers(steps_named(count, "round")[-1].figures) == {"M": 42, "K": 58, "exhausted": 0}
    assert numbers(count.counts) == {"M": 42, "N": 26, "C": 15, "K": 58}


def test_t3_irv() -> None:
    count = counted(IRV_1, "A B C D E", FIVE_WINNERS)
    assert count.elected == ("C",)
    assert [step.options for step in steps_named(count, "dropped")] == [("E",), ("D",), ("B",)]
    assert numbers(steps_named(count, "dropped")[0].figures) == {"A": 0, "B": 4, "C": 2, "D": 0, "exhausted": 0}


def test_one_of_those_tied_last_goes_by_the_policy_and_it_can_decide() -> None:
    box = rankings("4 a>b\n3 b>c\n3 c>b")
    first, second = (counted(IRV_1, "a b c", box, ties=drawn(*order)) for order in ("abc", "acb"))
    assert first.elected == ("b",) and second.elected == ("c",)
    assert first.ties[0].options == ("b", "c") and first.ties[0].order == ("b", "c")
    assert [step.step for step in first.steps] == ["round", "tied", "dropped", "round", "elected"]
    with pytest.raises(DrawNeeded):
        counted(IRV_1, "a b c", box)
    declared = counted(IRV_1, "a b c", box, ties=Ties(TiePolicy(order=("c", "b", "a"), draw=DrawKind.CLASS)))
    assert declared.elected == ("c",) and declared.ties[0].step == DECLARED_ORDER


def test_all_of_those_tied_last_can_go_together() -> None:
    count = counted(IRV_1, "a b c", rankings("4 a>b\n3 b>c\n3 c>b"), ALL)
    assert count.elected == ("a",) and not count.ties
    assert steps_named(count, "dropped") == [Step(step="dropped", options=("b", "c"), figures=count.steps[1].figures)]
    assert numbers(count.steps[1].figures) == {"a": 0, "exhausted": 6}


def test_when_everybody_is_equal_one_stays() -> None:
    count = counted(IRV_1, "a b", rankings("2 a\n2 b"), ALL, ties=drawn("b", "a"))
    assert count.elected == ("b",) and [tie.options for tie in count.ties] == [("a", "b")]


def test_no_draw_is_asked_for_where_nothing_depends_on_it() -> None:
    count = counted(IRV_1, "a b c d e", rankings("5 a\n4 b\n1 c>b\n1 d>b"))
    assert count.elected == ("b",) and not count.ties
    assert [step.options for step in steps_named(count, "dropped")] == [("e",), ("c", "d")]


def test_papers_on_which_nobody_is_left_do_not_count_for_more_than_half() -> None:
    count = counted(IRV_1, "a b c", rankings("4 a\n3 b\n2 c"))
    assert count.elected == ("a",)
    assert numbers(steps_named(count, "round")[-1].figures) == {"a": 4, "b": 3, "exhausted": 2}


def test_an_option_may_have_the_name_of_a_figure() -> None:
    assert counted(IRV_1, "exhausted a b", rankings("3 exhausted>a\n2 a\n2 b>a"), ties=drawn("a", "b", "exhausted")).elected == ("a",)


@pytest.mark.parametrize(("paper", "fault"), [(Choice(ranks=(("a",), ("b",))), None), (Choice(ranks=(("a", "b"),)), "equal-ranks")])
def test_a_paper_is_for_one_option_at_a_time(paper: Choice, fault: str | None) -> None:
    assert IRV_1.fault(NAMES, paper, Parameters()) == fault


def test_no_paper_elects_nobody() -> None:
    assert counted(IRV_1, "a b", {}).elected == ()


@settings(max_examples=1000)
@forall(strict_rankings(), ORDERS)
def test_the_same_is_elected_as_when_one_leaves_at_a_time(papers: Papers, order: Options) -> None:
    count = IRV_1.count(NAMES, papers, Parameters(), drawn(*order))
    assert count.elected == (by_hand(papers, order),)


@settings(max_examples=1000)
@forall(strict_rankings(), ORDERS, st.sampled_from([Parameters(), ALL]))
def test_every_round_has_all_the_papers_and_counting_again_changes_nothing(papers: Papers, order: Options, rule: Parameters) -> None:
    count = IRV_1.count(NAMES, papers, rule, drawn(*order))
    assert {sum(numbers(step.figures).values()) for step in steps_named(count, "round")} == {sum(papers.values())}
    assert IRV_1.count(NAMES, dict(reversed(list(papers.items()))), rule, drawn(*order)) == count
    last = numbers(steps_named(count, "round")[-1].figures)
    del last["exhausted"]
    assert len(last) == 1 or 2 * last[count.elected[0]] > sum(last.values())

"""Duels and strongest paths: vectors T1, T3 and V05, and what Schulze promises of every box."""

import orjson
import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from deploy.sample import LES_TILLEULS
from services.governance.events.papers import Choice, DrawKind, Parameters, Step, Strength, TiePolicy
from services.governance.tally.counting import Count, DrawNeeded, Options, Papers, Ties
from services.governance.tally.duels import condorcet_winner, duels
from services.governance.tally.irv import IRV_1
from services.governance.tally.schulze import SCHULZE_1, strongest_paths
from tests.governance.tally.boxes import counted, drawn, numbers, rankings, steps_named
from tests.governance.tally.test_borda import CLASS_TRIP, FIVE_WINNERS, TENNESSEE

NAMES: Options = ("a", "b", "c", "d")
# Five options and 45 papers of Schulze's own paper of 2011 (section 3, example 1): E is chosen, and the paths are printed there.
SCHULZE_2011 = rankings("""
    5 A>C>B>E>D
    5 A>D>E>C>B
    8 B>E>D>A>C
    3 C>A>B>E>D
    7 C>A>E>B>D
    2 C>B>A>D>E
    7 D>C>E>B>A
    8 E>B>A>D>C
""")


@st.composite
def rankings_of_four(draw: st.DrawFn) -> Papers:
    """A small box of weak, perhaps truncated rankings of a, b, c, d."""
    box: dict[Choice, int] = {}
    for _ in range(draw(st.integers(1, 6))):
        places = draw(st.tuples(*[st.integers(0, 4)] * 4))
        ranks = tuple(tuple(name for name, place in zip(NAMES, places, strict=True) if place == rank) for rank in range(4))
        paper = Choice(ranks=tuple(rank for rank in ranks if rank))
        if not paper.blank:
            box[paper] = box.get(paper, 0) + draw(st.integers(1, 4))
    return box or {Choice(ranks=(("a",),)): 1}


ORDERS = st.permutations(NAMES).map(tuple)
STRENGTHS = st.sampled_from(Strength).map(lambda strength: Parameters(strength=strength))


def of_four(papers: Papers, parameters: Parameters, order: Options = NAMES) -> Count:
    """Count a box of the four names."""
    return SCHULZE_1.count(NAMES, papers, parameters, drawn(*order))


def test_t1_condorcet_and_schulze() -> None:
    count = counted(SCHULZE_1, "M N C K", TENNESSEE)
    assert count.elected == ("N",) and not count.ties
    assert steps_named(count, "condorcet") == [Step(step="condorcet", options=("N",))]
    assert numbers(steps_named(count, "pairs")[1].figures) == {"M": 58, "C": 68, "K": 68}
    assert numbers(count.counts) == {"M": 0, "N": 3, "C": 2, "K": 1}


def test_t3_condorcet_and_schulze() -> None:
    count = counted(SCHULZE_1, "A B C D E", FIVE_WINNERS)
    assert count.elected == ("E",)
    assert steps_named(count, "condorcet") == [Step(step="condorcet", options=("E",))]
    assert [step.options for step in steps_named(count, "beats")] == [
        ("A",), ("B", "A"), ("C", "A", "B"), ("D", "A", "B", "C"), ("E", "A", "B", "C", "D"),
    ]  # fmt: skip


def test_v05_the_class_chooses_the_volcanoes() -> None:
    """The papers of V05 are those of the sample year, and Schulze, Condorcet and IRV agree on them."""
    told = next(vote for vote in orjson.loads((LES_TILLEULS / "votes.json").read_bytes())["votes"] if vote["id"] == "V05")
    papers = {Choice(ranks=tuple((option,) for option in ranking)): number for number, ranking in told["ballots"]}
    assert papers == CLASS_TRIP
    count = counted(SCHULZE_1, "mer volcans paris montagne", papers)
    assert list(count.elected) == told["expected"] == ["volcans"]
    assert steps_named(count, "condorcet")[0].options == ("volcans",)
    assert numbers(steps_named(count, "pairs")[1].figures) == {"mer": 17, "paris": 19, "montagne": 23}
    assert counted(IRV_1, "mer volcans paris montagne", papers).elected == (told["what_if"]["irv"],)


def test_the_paths_are_those_that_schulze_published() -> None:
    count = counted(SCHULZE_1, "A B C D E", SCHULZE_2011)
    assert count.elected == ("E",) and not steps_named(count, "condorcet")
    assert [(step.options, [int(one) for one in numbers(step.figures).values()]) for step in steps_named(count, "paths")] == [
        (("A",), [28, 28, 30, 24]),
        (("B",), [25, 28, 33, 24]),
        (("C",), [25, 29, 29, 24]),
        (("D",), [25, 28, 28, 24]),
        (("E",), [25, 28, 28, 31]),
    ]
    assert steps_named(count, "unbeaten")[0].options == ("E",)


def test_winning_votes_and_margins_can_choose_differently() -> None:
    links = [[0, 7, 6], [5, 0, 8], [9, 7, 0]]  # b over c by 8 to 7, c over a by 9 to 6, a over b by 7 to 5
    by_votes, by_margins = (strongest_paths(links, strength) for strength in (Strength.WINNING_VOTES, Strength.MARGINS))
    assert by_votes == [[0, 7, 7], [8, 0, 8], [9, 7, 0]]
    assert by_margins == [[0, 2, 1], [1, 0, 1], [3, 2, 0]]


def test_several_unbeaten_options_are_parted_by_the_policy() -> None:
    box = rankings("2 a>b>c\n2 b>a>c")
    count = counted(SCHULZE_1, "a b c", box, ties=drawn("c", "b", "a"))
    assert count.elected == ("b",) and [tie.options for tie in count.ties] == [("a", "b")]
    assert [step.step for step in count.steps[-3:]] == ["unbeaten", "tied", "elected"]
    assert counted(SCHULZE_1, "a b c", box, ties=Ties(TiePolicy(status_quo="a", draw=DrawKind.CLASS))).elected == ("a",)
    with pytest.raises(DrawNeeded, match="a, b"):
        counted(SCHULZE_1, "a b c", box)


def test_no_paper_elects_nobody() -> None:
    count = counted(SCHULZE_1, "a b", {})
    assert count.elected == () and not count.ties and not steps_named(count, "condorcet")


@pytest.mark.parametrize(
    ("paper", "fault"),
    [
        (Choice(ranks=(("a", "b"),)), None),
        (Choice(ranks=(("a",), ("x",))), "unknown-option"),
        (Choice(ranks=(("a",), ("b", "a"))), "twice"),
        (Choice(marks=("a",)), "wrong-kind"),
    ],
)
def test_what_makes_a_ranking_void(paper: Choice, fault: str | None) -> None:
    assert SCHULZE_1.fault(("a", "b", "c"), paper, Parameters()) == fault


@settings(max_examples=1000)
@forall(rankings_of_four())
def test_duels_are_counted_as_one_counts_them_by_hand(papers: Papers) -> None:
    def above(choice: Choice, one: str, other: str) -> bool:
        places = {name: place for place, rank in enumerate(choice.ranks or ()) for name in rank}
        return places.get(one, 9) < places.get(other, 9)

    by_hand = [[sum(n for choice, n in papers.items() if above(choice, one, other)) for other in NAMES] for one in NAMES]
    assert duels(NAMES, papers) == by_hand


@settings(max_examples=1000)
@forall(rankings_of_four(), STRENGTHS)
def test_who_wins_each_duel_is_elected(papers: Papers, parameters: Parameters) -> None:
    winner = condorcet_winner(NAMES, duels(NAMES, papers))
    if winner:
        count = of_four(papers, parameters)
        assert count.elected == (winner,) and not count.ties


@settings(max_examples=1000)
@forall(rankings_of_four(), STRENGTHS, ORDERS, st.data())
def test_a_winner_who_is_put_higher_still_wins(papers: Papers, parameters: Parameters, order: Options, data: st.DataObject) -> None:
    winner = of_four(papers, parameters, order).elected[0]
    lifted: dict[Choice, int] = {}
    for choice, number in papers.items():
        higher = _lifted(choice, winner) if data.draw(st.booleans()) else choice
        lifted[higher] = lifted.get(higher, 0) + number
    unbeaten = steps_named(of_four(lifted, parameters, order), "unbeaten")[0].options or ()
    assert winner in unbeaten


@settings(max_examples=1000)
@forall(rankings_of_four(), STRENGTHS, ORDERS, ORDERS)
def test_other_names_elect_the_same(papers: Papers, parameters: Parameters, order: Options, names: Options) -> None:
    renamed = dict(zip(NAMES, names, strict=True))
    there = {Choice(ranks=tuple(tuple(renamed[one] for one in rank) for rank in choice.ranks or ())): n for choice, n in papers.items()}
    first, second = of_four(papers, parameters, order), of_four(there, parameters, tuple(renamed[one] for one in order))
    assert [renamed[one] for one in first.elected] == list(second.elected)
    assert of_four(dict(reversed(list(papers.items()))), parameters, order) == first


def _lifted(choice: Choice, winner: str) -> Choice:
    others = tuple(rest for rank in choice.ranks or () if (rest := tuple(one for one in rank if one != winner)))
    return Choice(ranks=((winner,), *others))

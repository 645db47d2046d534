"""What holds for every box of papers, by every method that counts marks, points or places: the vectors are examples, these are laws."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from random import Random

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.events.papers import Choice, Method, Parameters, Pile, Points, Rule, Tallied, TiedPoints
from services.governance.tally.counting import Count, Options, Papers, Ties
from services.governance.tally.majority_judgment import medians_of
from services.governance.tally.methods import counting_of
from services.governance.tally.sorting import BLANK, tallied
from tests.governance.tally.boxes import drawn, numbers, steps_named

OPTIONS = ("a", "b", "c", "d")
GRADES = ("bad", "fair", "good", "very-good")


@dataclass(frozen=True)
class Ballot:
    """A method as it is put to the vote, and every paper there can be for it."""

    method: Method
    parameters: Parameters
    papers: tuple[Choice, ...]
    options: Options = OPTIONS

    def written(self, picks: Iterable[int], *, valid: bool = True) -> list[Choice]:
        """Take papers by number: quicker to generate than papers written one by one, and as easy to shrink."""
        papers = self.papers if valid else (*self.papers, *JUNK * (1 + len(self.papers) // 10))
        return [papers[pick % len(papers)] for pick in picks]


def marked(most: int) -> tuple[Choice, ...]:
    """Write every paper that marks some options, at most so many."""
    return tuple(Choice(marks=marks) for size in range(1, most + 1) for marks in combinations(OPTIONS, size))


def pointed(highest: int) -> tuple[Choice, ...]:
    """Write every paper that gives points to some options."""
    given = product((None, *range(highest + 1)), repeat=len(OPTIONS))
    pairs = (zip(OPTIONS, each, strict=True) for each in given if any(points is not None for points in each))
    return tuple(Choice(points=tuple(Points(option=name, points=points) for name, points in each if points is not None)) for each in pairs)


def ranked() -> tuple[Choice, ...]:
    """Write every ranking of some options, equals together: each option has a place, or none."""
    places = product((None, 0, 1, 2, 3), repeat=len(OPTIONS))
    rankings = ({at: tuple(name for name, place in zip(OPTIONS, each, strict=True) if place == at) for at in range(4)} for each in places)
    return tuple({Choice(ranks=tuple(filter(None, ranks.values()))) for ranks in rankings if any(ranks.values())})


ANSWERS = tuple(Choice(marks=(answer,)) for answer in ("yes", "no", "abstain"))
JUNK = (BLANK, Choice(marks=("z",)), Choice(marks=("a", "a")), Choice(ranks=((),)), Choice(points=(Points(option="z", points=1),)))

BALLOTS = {
    "yes-no": Ballot(Method.YES_NO, Parameters(rule=Rule.ABSOLUTE_PRESENT), ANSWERS, ("yes", "no", "abstain")),
    "plurality": Ballot(Method.PLURALITY, Parameters(seats=2), marked(1)),
    "two-rounds": Ballot(Method.TWO_ROUNDS, Parameters(), marked(1)),
    "approval": Ballot(Method.APPROVAL, Parameters(seats=2), marked(4)),
    "borda": Ballot(Method.BORDA, Parameters(), ranked()),
    "borda-highest": Ballot(Method.BORDA, Parameters(tied_points=TiedPoints.HIGHEST), ranked()),
    "score": Ballot(Method.SCORE, Parameters(top=3), pointed(3)),
    "score-mean": Ballot(Method.SCORE, Parameters(top=3, mean=True, seats=2), pointed(3)),
    "majority-judgment": Ballot(Method.MAJORITY_JUDGMENT, Parameters(grades=GRADES), pointed(3)),
    "dots": Ballot(Method.DOTS, Parameters(dots=8, dots_each=2), pointed(2)),
}
MONOTONE = ("plurality", "approval", "borda", "score", "majority-judgment", "dots")
ADDITIVE = ("yes-no", "plurality", "two-rounds", "approval", "borda", "borda-highest", "score", "dots")
PICKS = st.lists(st.integers(0, 9_999), max_size=10)
ORDERS = st.sampled_from(tuple(permutations(OPTIONS)))
every_ballot = pytest.mark.parametrize("ballot", BALLOTS.values(), ids=BALLOTS)


def box_of(papers: Iterable[Choice]) -> Papers:
    """Pile papers that say the same."""
    box: dict[Choice, int] = {}
    for paper in papers:
        box[paper] = box.get(paper, 0) + 1
    return box


def result_of(ballot: Ballot, piles: Papers | Iterable[Pile], ties: Ties) -> Tallied:
    """Count a box and return the numbers alone."""
    return tallied(counting_of(ballot.method), ballot.options, piles, ballot.parameters, ties)[0]


def count_of(ballot: Ballot, papers: Papers, ties: Ties) -> Count:
    """Count valid papers."""
    return counting_of(ballot.method).count(ballot.options, papers, ballot.parameters, ties)


@every_ballot
@settings(max_examples=1000)
@forall(PICKS, st.randoms(use_true_random=False), ORDERS)
def test_neither_the_order_of_papers_nor_how_they_are_piled_matters(
    ballot: Ballot, picks: list[int], chance: Random, order: Options
) -> None:
    papers, ties, counting = ballot.written(picks, valid=False), drawn(*order), counting_of(ballot.method)
    at_once = tallied(counting, ballot.options, box_of(papers), ballot.parameters, ties)
    chance.shuffle(papers)
    one_by_one = [Pile(choice=paper, papers=1) for paper in papers]
    assert tallied(counting, ballot.options, one_by_one, ballot.parameters, ties) == at_once
    assert tallied(counting, ballot.options, box_of(papers), ballot.parameters, ties) == at_once


@every_ballot
@settings(max_examples=1000)
@forall(PICKS, ORDERS)
def test_every_paper_is_found_again_in_the_numbers(ballot: Ballot, picks: list[int], order: Options) -> None:
    papers = ballot.written(picks, valid=False)
    result = result_of(ballot, box_of(papers), drawn(*order))
    void = sum(pile.papers for pile in result.void)
    assert result.voters == len(papers) == result.expressed + result.blank + void + result.abstain
    assert len(set(result.elected)) == len(result.elected) <= (ballot.parameters.seats or 1)
    expected = {
        Method.YES_NO: result.expressed + result.abstain,
        Method.PLURALITY: result.expressed,
        Method.TWO_ROUNDS: result.expressed,
        Method.BORDA: Fraction(result.expressed * len(OPTIONS) * (len(OPTIONS) - 1), 2),
    }
    if ballot.method in expected and ballot is not BALLOTS["borda-highest"]:
        assert sum(numbers(result.counts).values()) == expected[ballot.method]


@pytest.mark.parametrize("name", sorted(set(BALLOTS) - {"yes-no"}))  # whose options mean what they are called
@settings(max_examples=1000)
@forall(PICKS, ORDERS, ORDERS)
def test_other_names_give_the_same_result_with_other_names(name: str, picks: list[int], order: Options, names: Options) -> None:
    ballot, other = BALLOTS[name], dict(zip(OPTIONS, names, strict=True))
    papers, renamed = box_of(ballot.written(picks)), replace(ballot, options=tuple(other[option] for option in OPTIONS))
    here = count_of(ballot, papers, drawn(*order))
    there = count_of(
        renamed, {named(paper, other): number for paper, number in papers.items()}, drawn(*(other[option] for option in order))
    )
    assert there.elected == tuple(other[option] for option in here.elected)
    assert numbers(there.counts) == {other[option]: number for option, number in numbers(here.counts).items()}
    assert [(set(tie.options), tie.order) for tie in there.ties] == [
        ({other[option] for option in tie.options}, tuple(other[option] for option in tie.order)) for tie in here.ties
    ]


def test_a_tie_parted_by_the_alphabet_would_be_found() -> None:
    """The law above bites: an order of names that does not change with the names gives another winner."""
    papers = {Choice(marks=("a",)): 1, Choice(marks=("b",)): 1}
    swapped = {Choice(marks=("b",)): 1, Choice(marks=("a",)): 1}
    alphabet = drawn(*sorted(OPTIONS))
    two = replace(BALLOTS["two-rounds"], options=("a", "b"))
    here, there = count_of(two, papers, alphabet).elected, count_of(two, swapped, alphabet).elected
    assert here == there == ("a",)  # with a and b swapped, it should have been b


def named(paper: Choice, other: dict[str, str]) -> Choice:
    """Write a paper with other names."""
    return Choice(
        marks=paper.marks and tuple(other[option] for option in paper.marks),
        ranks=paper.ranks and tuple(tuple(other[option] for option in rank) for rank in paper.ranks),
        points=paper.points and tuple(Points(option=other[each.option], points=each.points) for each in paper.points),
    )


def raised(paper: Choice, option: str, highest: int) -> Choice:
    """Change a paper by one step in favour of an option, and in no other way; the same paper when there is no step to make."""
    if paper.marks is not None:
        return Choice(marks=(option,) if highest == 1 else tuple({*paper.marks, option}))
    if paper.points is not None:
        given = {each.option: each.points for each in paper.points}
        given[option] = min(highest, given.get(option, 0) + 1)
        return Choice(points=tuple(Points(option=name, points=points) for name, points in given.items()))
    ranks = [set(rank) for rank in paper.ranks or ()]
    at = next((place for place, rank in enumerate(ranks) if option in rank), None)
    if at is None:
        ranks.append({option})
    elif len(ranks[at]) > 1:
        ranks[at].discard(option)
        ranks.insert(at, {option})
    elif at > 0:
        ranks[at - 1].add(option)
        del ranks[at]
    return Choice(ranks=tuple(tuple(sorted(rank)) for rank in ranks))


@pytest.mark.parametrize("name", MONOTONE)
@settings(max_examples=1000)
@forall(PICKS, st.integers(0, 9), ORDERS)
def test_who_wins_still_wins_when_a_paper_changes_in_their_favour(name: str, picks: list[int], pick: int, order: Options) -> None:
    ballot, ties = BALLOTS[name], drawn(*order)
    papers = ballot.written([*picks, pick])
    if not (elected := count_of(ballot, box_of(papers), ties).elected):
        return  # no dot was stuck at all
    at = pick % len(papers)
    highest = {"plurality": 1, "approval": 4, "dots": 99}.get(name, 3)
    papers[at] = raised(papers[at], elected[0], highest)
    assert elected[0] in count_of(ballot, box_of(papers), ties).elected


@pytest.mark.parametrize("name", ADDITIVE)
@settings(max_examples=1000)
@forall(PICKS, PICKS, ORDERS)
def test_two_boxes_counted_apart_add_up_to_both_together(name: str, here: list[int], there: list[int], order: Options) -> None:
    ballot, ties = BALLOTS[name], drawn(*order)
    one, other = ballot.written(here), ballot.written(there)
    apart = [numbers(count_of(ballot, box_of(papers), ties).counts) for papers in (one, other)]
    together = numbers(count_of(ballot, box_of([*one, *other]), ties).counts)
    assert together == {option: apart[0][option] + apart[1][option] for option in together}


@settings(max_examples=1000)
@forall(PICKS)
def test_borda_is_how_often_an_option_is_put_above_another(picks: list[int]) -> None:
    """Counted another way: a point for each option below it on each paper, half a point for each beside it."""
    papers = BALLOTS["borda"].written(picks)
    points = dict.fromkeys(OPTIONS, Fraction(0))
    for paper in papers:
        place = {option: at for at, rank in enumerate(paper.ranks or ()) for option in rank}
        for option in OPTIONS:
            for other in set(OPTIONS) - {option}:
                here, there = place.get(option, 99), place.get(other, 99)
                points[option] += 1 if here < there else Fraction(1, 2) if here == there else 0
    assert numbers(count_of(BALLOTS["borda"], box_of(papers), drawn(*OPTIONS)).counts) == points


@settings(max_examples=1000)
@forall(st.lists(st.integers(0, 4), min_size=1, max_size=5).filter(any))
def test_medians_are_taken_away_one_by_one(papers_by_grade: list[int]) -> None:
    grades = [grade for grade, papers in enumerate(papers_by_grade) for _ in range(papers)]
    taken = []
    while grades:
        taken.append(grades.pop(-(-len(grades) // 2) - 1))  # the ⌈n/2⌉th from the worst
    assert medians_of(papers_by_grade) == tuple(taken)


@settings(max_examples=1000)
@forall(PICKS.filter(bool), ORDERS)
def test_the_majority_winner_has_the_best_majority_grade(picks: list[int], order: Options) -> None:
    papers = BALLOTS["majority-judgment"].written(picks)
    count = count_of(BALLOTS["majority-judgment"], box_of(papers), drawn(*order))
    majority = numbers(count.counts)
    assert majority[count.elected[0]] == max(majority.values())
    for step in steps_named(count, "grades"):
        assert sum(numbers(step.figures).values()) == len(papers)
    for option, grade in majority.items():
        at_least = [{each.option: each.points for each in paper.points or ()}.get(option, 0) >= grade for paper in papers]
        assert sum(at_least) * 2 > len(papers)


@settings(max_examples=1000)
@forall(st.tuples(*(st.integers(0, 12) for _ in range(5))))
def test_a_stricter_rule_passes_nothing_that_a_milder_one_rejects(votes: tuple[int, ...]) -> None:
    yes, no, abstain, blank, void = votes
    box = {
        Choice(marks=("yes",)): yes,
        Choice(marks=("no",)): no,
        Choice(marks=("abstain",)): abstain,
        BLANK: blank,
        Choice(marks=("z",)): void,
    }
    passes = {rule: bool(result_of(replace(BALLOTS["yes-no"], parameters=Parameters(rule=rule)), box, drawn()).elected) for rule in Rule}
    assert passes == {
        Rule.SIMPLE: yes > no,
        Rule.ABSOLUTE_EXPRESSED: Fraction(yes, max(1, yes + no)) > Fraction(1, 2),
        Rule.ABSOLUTE_PRESENT: 2 * yes > sum(votes),
        Rule.TWO_THIRDS: yes + no > 0 and 3 * yes >= 2 * (yes + no),
        Rule.UNANIMITY: no == 0 < yes,
    }
    by_strictness = (Rule.UNANIMITY, Rule.TWO_THIRDS, Rule.ABSOLUTE_EXPRESSED, Rule.SIMPLE)
    assert all(passes[milder] or not passes[stricter] for stricter, milder in pairwise(by_strictness))
    assert passes[Rule.SIMPLE] or not passes[Rule.ABSOLUTE_PRESENT]


@settings(max_examples=1000)
@forall(PICKS.filter(bool), ORDERS)
def test_a_second_round_is_between_the_two_that_no_other_beats(picks: list[int], order: Options) -> None:
    papers = BALLOTS["two-rounds"].written(picks)
    count = count_of(BALLOTS["two-rounds"], box_of(papers), drawn(*order))
    votes = numbers(count.counts)
    if count.elected:
        assert 2 * votes[count.elected[0]] > len(papers)
        return
    going_on = next(step.options or () for step in count.steps if step.step == "second-round")
    assert len(set(going_on)) == 2 and max(votes.values()) * 2 <= len(papers)
    assert all(votes[option] >= votes[other] for option in going_on for other in set(OPTIONS) - set(going_on))

"""What holds of every participatory budget, and each method beside a second way to count it."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.events.papers import Choice, Overflow, Utility
from services.governance.tally.counting import Count, Counting, Options, Papers
from services.governance.tally.equal_shares import EQUAL_SHARES_1
from services.governance.tally.knapsack import KNAPSACK_1
from services.governance.tally.max_welfare import MAX_WELFARE_1
from services.governance.tally.projects import votes_of
from tests.governance.tally.boxes import drawn, numbers, steps_named
from tests.governance.tally.test_budgets import COMPLETED, priced

Ballot = tuple[Papers, dict[str, int], int]
FIVE: Options = ("a", "b", "c", "d", "e")


def _ballot(masks: list[tuple[int, int]], costs: tuple[int, ...], budget: int) -> Ballot:
    papers: dict[Choice, int] = {}
    for mask, number in masks:
        paper = Choice(marks=tuple(name for place, name in enumerate(FIVE) if mask >> place & 1))
        papers[paper] = papers.get(paper, 0) + number
    return papers, dict(zip(FIVE, costs, strict=True)), budget


# Papers that mark some of five projects, what these cost, and an envelope.
BALLOTS = st.builds(
    _ballot,
    st.lists(st.tuples(st.integers(1, 31), st.integers(1, 3)), min_size=1, max_size=5),
    st.tuples(*[st.integers(1, 30)] * 5),
    st.integers(1, 80),
)
ORDERS = st.permutations(FIVE).map(tuple)
UTILITIES = st.sampled_from(Utility)


@settings(max_examples=1000)
@forall(BALLOTS, ORDERS, UTILITIES)
def test_nobody_pays_more_than_their_share_and_each_project_is_paid_exactly(ballot: Ballot, order: Options, utility: Utility) -> None:
    papers, costs, budget = ballot
    count = EQUAL_SHARES_1.count(FIVE, papers, priced(costs, budget, utility=utility), drawn(*order))
    assert count.spent == sum(costs[one] for one in count.elected) <= budget
    has = dict.fromkeys(papers, Fraction(budget, sum(papers.values())))
    for step in steps_named(count, "funded"):
        (project,), most = step.options or (), numbers(step.figures)["paid-most"]
        paid = {choice: min(money, most) for choice, money in has.items() if project in (choice.marks or ())}
        assert sum(money * papers[choice] for choice, money in paid.items()) == costs[project]
        has |= {choice: has[choice] - money for choice, money in paid.items()}
    assert min(has.values()) >= 0
    for project in set(FIVE) - set(count.elected):
        assert sum(has[choice] * n for choice, n in papers.items() if project in (choice.marks or ())) < costs[project]


@settings(max_examples=1000)
@forall(BALLOTS, ORDERS, UTILITIES)
def test_equal_shares_are_what_the_text_of_the_rule_gives(ballot: Ballot, order: Options, utility: Utility) -> None:
    papers, costs, budget = ballot
    plain, completed = (priced(costs, budget, utility=utility, **others) for others in ({}, COMPLETED))
    share = Fraction(budget, sum(papers.values()))
    assert EQUAL_SHARES_1.count(FIVE, papers, plain, drawn(*order)).elected == tuple(_by_the_text(ballot, share, order, utility))
    last = _by_the_text(ballot, share, order, utility)
    marked = {one for one, number in votes_of(FIVE, papers).items() if number}
    while set(last) != marked:
        share += 1  # one cent for each voter, one at a time
        bolder = _by_the_text(ballot, share, order, utility)
        if sum(costs[one] for one in bolder) > budget:
            break
        last = bolder
    count = EQUAL_SHARES_1.count(FIVE, papers, completed, drawn(*order))
    assert count.elected[: len(last)] == tuple(last)
    left = budget - sum(costs[one] for one in count.elected)
    assert left >= 0 and all(costs[one] > left for one in marked - set(count.elected))


def _by_the_text(ballot: Ballot, share: Fraction, order: Options, utility: Utility) -> list[str]:
    """Count equal shares again, one voter at a time and with another way to find ρ: the sum paid grows with it, so try each corner."""
    papers, costs, _ = ballot
    people = [(set(choice.marks or ()), [share]) for choice, number in papers.items() for _ in range(number)]
    funded: list[str] = []
    while True:
        offers = []
        for name, cost in costs.items():
            purses = [purse for wants, purse in people if name in wants]
            worth = 1 if utility is Utility.ONE else cost
            if name in funded or not purses or sum(purse[0] for purse in purses) < cost:
                continue
            corners = sorted(purse[0] for purse in purses)
            most = min(
                x for poor in range(len(corners)) for x in [(cost - sum(corners[:poor])) / Fraction(len(corners) - poor)]
                if sum(min(purse[0], x) for purse in purses) == cost
            )  # fmt: skip
            offers.append((most / worth, -len(purses), cost, order.index(name), name, most))
        if not offers:
            return funded
        *_, name, most = min(offers)
        funded.append(name)
        for wants, purse in people:
            if name in wants:
                purse[0] -= min(purse[0], most)


@settings(max_examples=1000)
@forall(BALLOTS, ORDERS, UTILITIES)
def test_no_choice_within_the_envelope_is_better(ballot: Ballot, order: Options, utility: Utility) -> None:
    papers, costs, budget = ballot
    votes = votes_of(FIVE, papers)
    worth = {name: number * (costs[name] if utility is Utility.COST else 1) for name, number in votes.items()}
    count = MAX_WELFARE_1.count(FIVE, papers, priced(costs, budget, utility=utility), drawn(*order))
    choices = [set(some) for some in _choices(FIVE) if sum(costs[name] for name in some) <= budget and all(votes[name] for name in some)]
    most = max(sum(worth[name] for name in some) for some in choices)
    best = [some for some in choices if sum(worth[name] for name in some) == most]
    assert set(count.elected) in best and bool(count.ties) == (len(best) > 1)
    for name in order:  # the first, in the order of the draw, of those that only some of the best choices have
        if any(name in some for some in best):
            best = [some for some in best if name in some]
    assert best == [set(count.elected)]


@settings(max_examples=1000)
@forall(BALLOTS, ORDERS, st.sampled_from(Overflow))
def test_a_knapsack_takes_what_fits_in_the_order_of_votes(ballot: Ballot, order: Options, overflow: Overflow) -> None:
    papers, costs, budget = ballot
    votes = votes_of(FIVE, papers)
    left, taken = budget, set()
    for name in sorted((one for one in FIVE if votes[one]), key=lambda one: (-votes[one], order.index(one))):
        if costs[name] <= left:
            left -= costs[name]
            taken.add(name)
        elif overflow is Overflow.STOP:
            break
    count = KNAPSACK_1.count(FIVE, papers, priced(costs, budget, overflow=overflow), drawn(*order))
    assert (set(count.elected), count.spent) == (taken, budget - left)


@settings(max_examples=1000)
@forall(BALLOTS, ORDERS, st.sampled_from([KNAPSACK_1, EQUAL_SHARES_1, MAX_WELFARE_1]), ORDERS)
def test_neither_names_nor_the_order_of_papers_matter(ballot: Ballot, order: Options, counting: Counting, names: Options) -> None:
    papers, costs, budget = ballot
    count = counting.count(FIVE, papers, priced(costs, budget), drawn(*order))
    assert counting.count(FIVE, dict(reversed(list(papers.items()))), priced(costs, budget), drawn(*order)) == count
    renamed = dict(zip(FIVE, names, strict=True))
    there = {Choice(marks=tuple(renamed[one] for one in choice.marks or ())): number for choice, number in papers.items()}
    rule = priced({renamed[name]: cost for name, cost in costs.items()}, budget)
    other: Count = counting.count(FIVE, there, rule, drawn(*(renamed[one] for one in order)))
    assert ({renamed[one] for one in count.elected}, count.spent) == (set(other.elected), other.spent)


def _choices(names: Options) -> Iterator[tuple[str, ...]]:
    for size in range(len(names) + 1):
        yield from combinations(names, size)

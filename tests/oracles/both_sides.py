"""What we elect and what votelib elects, method by method, and the reasons that are known for a difference."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from importlib import import_module
from itertools import combinations, permutations
from typing import Any

from services.governance.events.papers import Choice, DrawKind, Method, Parameters, TiePolicy
from services.governance.tally.counting import Counting, Options, Papers, Ties
from services.governance.tally.duels import condorcet_winner, duels
from services.governance.tally.methods import counting_of
from services.governance.tally.rankings import OF_RANKINGS

NAMES: Options = ("a", "b", "c", "d")
ORDERS = tuple(permutations(NAMES))
GRADES = Parameters(grades=("reject", "poor", "fair", "good"))
SEATS = 2
STOPS_AT_TIES = "votelib stops at a tie, whether or not something depends on it; ours asks the tie policy where something does"
SEVERAL_MEDIANS = "votelib takes several medians away at once and passes over the first difference; one by one gives ours"
GIVES_UP = "votelib gives up where equals stay equal to the last grade; ours asks the tie policy"
NO_WINS = "votelib elects nobody where no option beats another; ours asks the tie policy"
MOST_WINS = "votelib parts the unbeaten by how many others each beats; ours asks the tie policy"
Sets = frozenset[frozenset[str]]
Judged = tuple[Sets, Sets, str]


class Box(Enum):
    """What the papers of a box are."""

    MARKS = auto()
    GRADES = auto()
    COMPLETE = auto()  # strict rankings of all options
    STRICT = auto()  # strict rankings that may stop
    WEAK = auto()  # with equals


def ours(counting: Counting, papers: Papers, parameters: Parameters) -> Sets:
    """Return what is elected under each draw."""
    found = set()
    for order in ORDERS:
        count = counting.count(NAMES, papers, parameters, Ties(TiePolicy(draw=DrawKind.REGISTER), order))
        found.add(frozenset(count.elected))
        if not count.ties:
            break
    return frozenset(found)


def theirs(result: list[Any]) -> Sets:
    """Return what the library elects however its ties fall: a tie stands in the result once for each seat it is for."""
    core = import_module("votelib.evaluate.core")
    sure = {one for one in result if not isinstance(one, core.Tie)}
    tied = [one for one in result if isinstance(one, core.Tie)]
    if not tied:
        return frozenset([frozenset(sure)])
    return frozenset(frozenset(sure | set(some)) for some in combinations(sorted(tied[0]), len(tied)))


def counted_as_numbers(method: Method, parameters: Parameters) -> Callable[[Papers], Judged]:
    """Compare a method that elects those with the most of something: the numbers are made by the library's own converter."""

    def judge(papers: Papers) -> Judged:
        convert, core = import_module("votelib.convert"), import_module("votelib.evaluate.core")
        if method is Method.APPROVAL:
            numbers = convert.ApprovalToSimpleVotes().convert({frozenset(choice.marks or ()): n for choice, n in papers.items()})
        elif method is Method.PLURALITY:
            numbers = convert.RankedToFirstPreference().convert(_ranked(papers))
        else:
            scorer = import_module("votelib.component.rankscore").Borda(0)
            numbers = convert.RankedToPositionalVotes(scorer).convert(_ranked(papers))
        counting = OF_RANKINGS.get(method) or counting_of(method)
        return ours(counting, papers, parameters), theirs(core.get_n_best(numbers, parameters.seats or 1)), ""

    return judge


def condorcet(papers: Papers) -> Judged:
    """Compare who wins every duel."""
    pairs = import_module("votelib.convert").RankedToCondorcetVotes().convert(_ranked(papers))
    winner = condorcet_winner(NAMES, duels(NAMES, papers))
    found = import_module("votelib.evaluate.condorcet").CondorcetWinner().evaluate(pairs)
    return frozenset([frozenset([winner] if winner else [])]), theirs(found), ""


def schulze(papers: Papers) -> Judged:
    """Compare the unbeaten."""
    pairs = import_module("votelib.convert").RankedToCondorcetVotes().convert(_ranked(papers))
    found = theirs(import_module("votelib.evaluate.condorcet").Schulze().evaluate(pairs))
    counting = counting_of(Method.SCHULZE)
    unbeaten = ours(counting, papers, Parameters())
    if found == frozenset([frozenset()]):
        wins = counting.count(NAMES, papers, Parameters(), Ties(TiePolicy(draw=DrawKind.REGISTER), NAMES)).counts
        return unbeaten, found, NO_WINS if all(figure.value == "0" for figure in wins) else ""
    return unbeaten, found, MOST_WINS if found < unbeaten else ""


def graded(method: Method, parameters: Parameters) -> Callable[[Papers], Judged]:
    """Compare scores and majority judgment, on complete papers."""

    def judge(papers: Papers) -> Judged:
        cardinal = import_module("votelib.evaluate.cardinal")
        votes = {frozenset((one.option, one.points) for one in choice.points or ()): number for choice, number in papers.items()}
        evaluator = cardinal.MajorityJudgment() if method is Method.MAJORITY_JUDGMENT else cardinal.ScoreVoting("sum")
        mine = ours(counting_of(method), papers, parameters)
        try:
            found = theirs(evaluator.evaluate(votes, 1))
        except import_module("votelib.evaluate.core").VotingSystemError:
            found = frozenset()
        if method is Method.MAJORITY_JUDGMENT:
            return mine, found, "" if mine != _medians_one_by_one(papers) else SEVERAL_MEDIANS if len(mine) == 1 else GIVES_UP
        top = "votelib leaves equal sums tied; ours parts them by who has more of the top score"
        return mine, found, top if mine < found else ""

    return judge


def transferred(method: Method, seats: int) -> Callable[[Papers], Judged]:
    """Compare IRV and STV, on complete papers: the library takes exhausted papers for one more candidate when it looks for the last."""
    parameters = Parameters(seats=seats) if method is Method.STV else Parameters()

    def judge(papers: Papers) -> Judged:
        selector = import_module("votelib.evaluate.sequential").TransferableVoteSelector(quota_function="droop")
        mine = ours(counting_of(method), papers, parameters)
        try:
            found = theirs(selector.evaluate(_ranked(papers), seats))
        except RuntimeError as no:  # a tie for last, or at the quota
            return mine, frozenset(), STOPS_AT_TIES if "tie" in str(no) else ""
        return mine, found, ""

    return judge


def _medians_one_by_one(papers: Papers) -> frozenset[frozenset[str]]:
    """Find the winners of majority judgment as the rule is told: take one median away from each of those in front, and look again."""
    grades = {
        name: sorted(one.points for choice, n in papers.items() for one in choice.points or () if one.option == name for _ in range(n))
        for name in NAMES
    }
    while True:
        medians = {name: left[(len(left) - 1) // 2] for name, left in grades.items() if left}
        if not medians:
            return frozenset(frozenset([name]) for name in grades)
        best = max(medians.values())
        grades = {name: left for name, left in grades.items() if medians[name] == best}
        for left in grades.values():
            left.remove(best)


def _ranked(papers: Papers) -> dict[tuple[Any, ...], int]:
    return {_of(choice): number for choice, number in papers.items()}


def _of(choice: Choice) -> tuple[Any, ...]:
    return tuple(rank[0] if len(rank) == 1 else frozenset(rank) for rank in choice.ranks or ())


COMPARISONS: Mapping[str, tuple[Box, Callable[[Papers], Judged]]] = {
    "plurality": (Box.STRICT, counted_as_numbers(Method.PLURALITY, Parameters())),
    "approval": (Box.MARKS, counted_as_numbers(Method.APPROVAL, Parameters())),
    "approval, two seats": (Box.MARKS, counted_as_numbers(Method.APPROVAL, Parameters(seats=SEATS))),
    "borda": (Box.COMPLETE, counted_as_numbers(Method.BORDA, Parameters())),
    "condorcet": (Box.WEAK, condorcet),
    "schulze": (Box.WEAK, schulze),
    "score": (Box.GRADES, graded(Method.SCORE, Parameters(top=3))),
    "majority judgment": (Box.GRADES, graded(Method.MAJORITY_JUDGMENT, GRADES)),
    "irv": (Box.COMPLETE, transferred(Method.IRV, 1)),
    "stv, two seats": (Box.COMPLETE, transferred(Method.STV, SEATS)),
}

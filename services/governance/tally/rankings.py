"""What another method would have made of the same rankings: the best demonstration for a class of why the rule must be declared first.

Methods whose own papers are marks, counted from rankings instead; never those of a ballot itself. A paper gives its first option its mark:
where several are first together nobody can tell which, and it does not count (`tied-first`).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from services.governance.events.papers import Choice, Method, Parameters, Step
from services.governance.tally import plurality, two_rounds
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import seated, told
from services.governance.tally.validity import fault_of_ranks
from shared.values import Code


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper ranks options, with one alone in front."""
    wrong = fault_of_ranks(options, choice)
    return wrong or ("tied-first" if choice.ranks and len(choice.ranks[0]) > 1 else None)


def first_choices(papers: Papers) -> Papers:
    """Return papers that mark the option each ranking puts first."""
    marks: Counter[Choice] = Counter()
    for choice, number in papers.items():
        if choice.ranks:
            marks[Choice(marks=choice.ranks[0])] += number
    return marks


def count_plurality(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Count first choices; steps as in `plurality.py`. Raises DrawNeeded."""
    return plurality.count(options, first_choices(papers), parameters, ties)


def count_two_rounds(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Count first choices, then, where nobody has more than half, which of the first two each paper puts higher. Raises DrawNeeded.

    Steps as in `two_rounds.py`; a second round adds `votes` (figures of the two, and `exhausted`: papers that prefer neither), `tied` and
    `elected`. The numbers of the result are those of the first round.
    """
    first = two_rounds.count(options, first_choices(papers), parameters, ties)
    going_on = two_rounds.finalists(first.steps)
    if going_on is None:
        return first
    votes = dict.fromkeys(going_on, 0)
    exhausted = 0
    for choice, number in papers.items():
        best = next((set(rank) & set(going_on) for rank in choice.ranks or () if set(rank) & set(going_on)), set(going_on))
        if len(best) == 1:
            votes[best.pop()] += number
        else:
            exhausted += number
    elected, parted = seated(votes, 1, ties)
    second = Step(step="votes", options=going_on, figures=figures({**votes, "exhausted": exhausted}))
    return Count(first.counts, elected, (*first.steps, second, *told(elected, parted)), (*first.ties, *parted))


OF_RANKINGS: Final[Mapping[Method, Counting]] = {
    Method.PLURALITY: Counting(version=1, fault=fault, count=count_plurality, takes=frozenset({"seats"})),
    Method.TWO_ROUNDS: Counting(version=1, fault=fault, count=count_two_rounds),
}

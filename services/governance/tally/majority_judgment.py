"""Which option has the best majority grade: the best one that more than half of the papers give it, or better.

Source: Michel Balinski and Rida Laraki, “A theory of measuring, electing, and ranking”, PNAS 104 (2007), and *Majority Judgment* (MIT
Press, 2010). The majority grade is the lower median: of n grades, the ⌈n/2⌉th from the worst. Between equals, one median grade is
taken from each and the medians are compared again, and so on: the full sequences of medians, in lexicographic order. (The shorter
rule that looks only at the shares above and below the median can part them otherwise, or not at all; it is not used.) Papers give
grades by their place, 0 being the worst. An option that a paper leaves out gets the worst grade (`missing` = worst, what is done
unless it says otherwise), or the paper is void. Steps told:
- `grades`: one for each option (options=(a,)), figures: how many papers give it `0`, `1`, …;
- `majority-grade`: figures, the place of the majority grade of each option;
- `parted`: options, two with the same majority grade that follow each other in the ranking; figures: how many medians were `taken`
  from each before two differed, and the grade of each there;
- `equal`: options, two that no median parts; then `tied` and `elected` (`seating.py`).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from services.governance.events.papers import Choice, Missing, Parameters, Step
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.score import scores_of
from services.governance.tally.seating import seated, told
from services.governance.tally.validity import fault_of_points
from shared.values import Code

Sequences = Mapping[Code, tuple[Fraction | int, ...]]


def fault(options: Options, choice: Choice, parameters: Parameters) -> Code | None:
    """A paper gives grades; to all options, where a missing grade is declared to make it void (`grade-missing`)."""
    wrong = fault_of_points(options, choice, len(parameters.grades or ()) - 1)
    incomplete = parameters.missing is Missing.VOID and len(choice.points or ()) < len(options)
    return wrong or ("grade-missing" if incomplete else None)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) with the best sequence of medians. Raises DrawNeeded."""
    given = scores_of(options, papers, len(parameters.grades or ()) - 1, ignored=False)
    steps = [
        Step(step="grades", options=(option,), figures=figures({str(grade): papers for grade, papers in enumerate(given[option])}))
        for option in options
    ]
    if not papers:
        return Count((), (), tuple(steps))
    medians = {option: medians_of(given[option]) for option in options}
    majority_grades = figures({option: medians[option][0] for option in options})
    elected, parted = seated(medians, parameters.seats or 1, ties)
    steps.append(Step(step="majority-grade", options=options, figures=majority_grades))
    steps += _compared(medians)
    return Count(majority_grades, elected, (*steps, *told(elected, parted)), parted)


def medians_of(papers_by_grade: Sequence[int]) -> tuple[Fraction | int, ...]:
    """Return the medians that come out when the lower one is taken away again and again; takes the number of papers of each grade.

    The lower median of n sorted grades stands at (n − 1) // 2, counted from 0. Once it is taken, the next one is its neighbour: above it
    when n was even, below it when n was odd. So the medians walk outwards from the middle, to one side and the other in turn.
    """
    grades: list[Fraction | int] = [grade for grade, papers in enumerate(papers_by_grade) for _ in range(papers)]
    middle = (len(grades) - 1) // 2
    lower, upper = grades[middle::-1], grades[middle + 1 :]
    alone = len(grades) % 2  # of an odd number, the one in the middle
    pairs = zip(lower[alone:], upper, strict=True)
    return (*lower[:alone], *(grade for pair in pairs for grade in pair))


def _compared(medians: Sequences) -> list[Step]:
    ranking = sorted(medians, key=lambda option: medians[option], reverse=True)
    steps = []
    for better, worse in pairwise(ranking):
        one, other = medians[better], medians[worse]
        if one[0] != other[0]:
            continue
        taken = next((place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right), None)
        if taken is None:
            steps.append(Step(step="equal", options=(better, worse)))
        else:
            numbers = figures({"taken": taken, better: one[taken], worse: other[taken]})
            steps.append(Step(step="parted", options=(better, worse), figures=numbers))
    return steps


MAJORITY_JUDGMENT_1 = Counting(version=1, fault=fault, count=count, needs=frozenset({"grades"}), takes=frozenset({"seats", "missing"}))

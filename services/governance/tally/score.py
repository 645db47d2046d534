"""Which option has the highest score, each paper giving each option from 0 to `top`.

Source: Warren D. Smith, “Range voting” (2000); `domain.md`, section 15. The score is the sum; or, with `mean`, the mean over the
papers that scored the option. Equal scores: the one with more top scores, then the tie policy. An option that a paper leaves out gets
nothing from it (`missing` = ignored, what is done unless it says otherwise), or the worst score, 0 (worst), or makes it void (void).
With ignored and a mean, one happy voter can elect an option that no other knew: version 2 (`score_known.py`) mends that. Steps told:
- `scores`: one for each option (options=(a,)), figures: how many papers gave it `0`, `1`, … `top`;
- `totals`: figures, the sum (or the mean) of each option;
- `top-scores`: options equal at the last seat, figures: the top scores of each, where that parts them;
- then `tied` and `elected` (`seating.py`).
"""

from collections.abc import Mapping
from fractions import Fraction

from services.governance.events.papers import Choice, Missing, Parameters, Step
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import seated, told
from services.governance.tally.validity import fault_of_points
from shared.values import Code


def fault(options: Options, choice: Choice, parameters: Parameters) -> Code | None:
    """A paper scores options from 0 to `top`; all of them, where a missing score is declared to make it void (`score-missing`)."""
    wrong = fault_of_points(options, choice, parameters.top or 0)
    incomplete = parameters.missing is Missing.VOID and len(choice.points or ()) < len(options)
    return wrong or ("score-missing" if incomplete else None)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) with the highest score. Raises DrawNeeded."""
    seats, top = parameters.seats or 1, parameters.top or 0
    given = scores_of(options, papers, top, ignored=parameters.missing is not Missing.WORST)
    totals = {option: total_of(given[option], mean=bool(parameters.mean)) for option in options}
    merits: dict[Code, tuple[Fraction | int, ...]] = {option: (totals[option], given[option][top]) for option in options}
    elected, parted = seated(merits, seats, ties) if papers else ((), ())
    steps = scores_told(given)
    steps.append(Step(step="totals", options=options, figures=figures(totals)))
    steps += parted_by_top_scores(merits, elected)
    return Count(figures(totals), elected, (*steps, *told(elected, parted)), parted)


def scores_of(options: Options, papers: Papers, top: int, *, ignored: bool) -> dict[Code, list[int]]:
    """Return for each option how many papers give it 0, 1, … `top`; a score that is missing is a 0, unless it is ignored."""
    given = {option: [0] * (top + 1) for option in options}
    for choice, number in papers.items():
        for each in choice.points or ():
            given[each.option][each.points] += number
    if not ignored:
        total = sum(papers.values())
        for scores in given.values():
            scores[0] += total - sum(scores)
    return given


def scores_told(given: Mapping[Code, list[int]]) -> list[Step]:
    """Tell of each option how many papers gave it each score."""
    return [
        Step(step="scores", options=(option,), figures=figures({str(score): papers for score, papers in enumerate(scores)}))
        for option, scores in given.items()
    ]


def total_of(scores: list[int], *, mean: bool) -> Fraction:
    """Return the sum of the scores that an option was given, or their mean; 0 of none."""
    total = sum(score * papers for score, papers in enumerate(scores))
    return Fraction(total, max(1, sum(scores)) if mean else 1)


def parted_by_top_scores(merits: Mapping[Code, tuple[Fraction | int, ...]], elected: Options) -> list[Step]:
    """Tell the top scores of those with the total of the last one elected, where they mattered; merits are a total and the top scores."""
    if not elected:
        return []
    last = merits[elected[-1]]
    equal = {option: merit[1] for option, merit in merits.items() if merit[0] == last[0]}
    mattered = any(tops < last[1] for tops in equal.values())
    return [Step(step="top-scores", options=tuple(equal), figures=figures(equal))] if mattered else []


SCORE_1 = Counting(version=1, fault=fault, count=count, needs=frozenset({"top"}), takes=frozenset({"seats", "mean", "missing"}))

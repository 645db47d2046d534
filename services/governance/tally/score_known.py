"""Which option has the highest score, where a mean says something only of what enough people know.

Version 2 of the count by scores. Sums are counted as in version 1 (`score.py`). With a `mean` over those who scored an option, one happy
voter could elect an option that nobody else had heard of; so an option that fewer than half of the papers score stands behind each one
that half or more of them score, whatever its mean. Where none reaches half, the means alone decide, as before.

Source: Warren D. Smith names the defect of the plain mean and cures it with a quorum of those who score (“Range voting”, 2000, and “Better
quorum”, Center for Range Voting, 2006). Steps told: those of version 1, and after the totals
- `little-known`: options that fewer than half of the papers score, figures: how many do; only where others reach half.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from services.governance.events.papers import Missing, Parameters, Step
from services.governance.tally import score
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import seated, told
from shared.values import Code

CHANGED: Final = (
    "Avec une moyenne, une option que moins de la moitié des bulletins notent passe après celles que la moitié ou plus notent.",
    "With a mean, an option that fewer than half of the papers score comes after those that half or more of them score.",
)

Merits = Mapping[Code, tuple[Fraction | int, ...]]  # whether half know it (1 or 0), its mean, how many gave it the top score


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) with the highest score. Raises DrawNeeded."""
    if not parameters.mean or not papers:
        return score.count(options, papers, parameters, ties)
    top = parameters.top or 0
    given = score.scores_of(options, papers, top, ignored=parameters.missing is not Missing.WORST)
    scored = {option: sum(scores) for option, scores in given.items()}
    means = {option: score.total_of(given[option], mean=True) for option in options}
    half = {option: int(2 * number >= sum(papers.values())) for option, number in scored.items()}
    merits: Merits = {option: (half[option], means[option], given[option][top]) for option in options}
    elected, parted = seated(merits, parameters.seats or 1, ties)
    steps = [*score.scores_told(given), Step(step="totals", options=options, figures=figures(means))]
    behind = {option: scored[option] for option in options if not half[option]}
    if behind and len(behind) < len(options):
        steps.append(Step(step="little-known", options=tuple(behind), figures=figures(behind)))
    alike = {option: merit[1:] for option, merit in merits.items() if elected and merit[0] == merits[elected[-1]][0]}
    steps += score.parted_by_top_scores(alike, elected)
    return Count(figures(means), elected, (*steps, *told(elected, parted)), parted)


SCORE_2: Final = Counting(version=2, fault=score.fault, count=count, needs=score.SCORE_1.needs, takes=score.SCORE_1.takes, changed=CHANGED)

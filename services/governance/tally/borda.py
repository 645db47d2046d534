"""How many points each option gets from its places: of m options the first gets m − 1, the next m − 2, the last 0.

Source: Jean-Charles de Borda, « Mémoire sur les élections au scrutin », Histoire de l'Académie royale des sciences (1781). Options ranked
equal share the average of their points (or each take the lowest of them, or the highest: `tied_points`, declared, because it changes the
winner); those a paper leaves out are last together. Steps told:
- `points`: one for each option (options=(a,)), figures: how many papers give it so many points, best first, as `3` or `3-half` for 3/2;
- `totals`: figures, the points of each option; then `tied` and `elected` (`seating.py`).
"""

from collections import Counter
from fractions import Fraction

from services.governance.events.papers import Choice, Parameters, Step, TiedPoints
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import seated, told
from services.governance.tally.validity import fault_of_ranks
from shared.values import Code


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper ranks options, best first, equals together; it may leave some out."""
    return fault_of_ranks(options, choice)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) with most points. Raises DrawNeeded."""
    given = halves(options, papers, parameters.tied_points or TiedPoints.AVERAGE)
    totals = {option: sum(points * number for points, number in given[option].items()) for option in options}
    points = {option: Fraction(total, 2) for option, total in totals.items()}
    elected, parted = seated(totals, parameters.seats or 1, ties) if papers else ((), ())
    steps = [Step(step="points", options=(option,), figures=figures(_named(given[option]))) for option in options]
    steps.append(Step(step="totals", options=options, figures=figures(points)))
    return Count(figures(points), elected, (*steps, *told(elected, parted)), parted)


def halves(options: Options, papers: Papers, tied_points: TiedPoints) -> dict[Code, Counter[int]]:
    """Return for each option how many papers give it so many half points."""
    given: dict[Code, Counter[int]] = {option: Counter() for option in options}
    for choice, number in papers.items():
        ranked = choice.ranks or ()
        highest = len(options) - 1  # what is left for the best of the next group
        for rank in ranked:
            share = _share(highest, len(rank), tied_points)
            for option in rank:
                given[option][share] += number
            highest -= len(rank)
        if highest >= 0:
            share = _share(highest, highest + 1, tied_points)
            for option in set(options).difference(*ranked):
                given[option][share] += number
    return given


def _share(highest: int, size: int, tied_points: TiedPoints) -> int:
    match tied_points:
        case TiedPoints.AVERAGE:
            return 2 * highest - (size - 1)
        case TiedPoints.LOWEST:
            return 2 * (highest - (size - 1))
        case TiedPoints.HIGHEST:
            return 2 * highest


def _named(given: Counter[int]) -> dict[Code, int]:
    return {f"{half}-half" if half % 2 else str(half // 2): given[half] for half in sorted(given, reverse=True)}


BORDA_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"seats", "tied_points"}))

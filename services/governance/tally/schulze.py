"""Which option no other one beats by a stronger chain of duels.

Source: Markus Schulze, “A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election method”,
Social Choice and Welfare 36 (2011). d[a,b] papers put a above b. If d[a,b] > d[b,a] there is a link from a to b: as strong as d[a,b]
(*winning votes*, what is done unless `strength` says otherwise) or as the difference (*margins*). A path is as strong as its weakest
link; a beats b when the strongest path from a to b is stronger than the one back. Of several unbeaten options the tie policy chooses.
Steps told:
- `pairs`: one for each option (options=(a,)), figures: d[a,b] for each other option b;
- `condorcet`: options=(a,), when a wins each of its duels;
- `paths`: one for each option (options=(a,)), figures: the strength of the strongest path from a to each other option, 0 without any;
- `beats`: one for each option, options: it, then those it beats;
- `unbeaten`: options; then `tied` (those options in the order in which they were parted, best first) if they are several, and `elected`.
The number that stands for an option in the result is how many others it beats.
"""

from collections.abc import Sequence

from services.governance.events.papers import Choice, Parameters, Step, Strength
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.duels import Matrix, condorcet_winner, duels
from services.governance.tally.seating import seated, told
from services.governance.tally.validity import fault_of_ranks
from shared.values import Code


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper ranks options, best first, equals together; it may leave some out."""
    return fault_of_ranks(options, choice)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect one option. Raises DrawNeeded."""
    above = duels(options, papers)
    paths = strongest_paths(above, parameters.strength or Strength.WINNING_VOTES)
    everyone = range(len(options))
    beaten = {
        option: tuple(options[other] for other in everyone if paths[one][other] > paths[other][one]) for one, option in enumerate(options)
    }
    losers = {option for others in beaten.values() for option in others}
    unbeaten = tuple(option for option in options if option not in losers)
    elected, parted = seated(dict.fromkeys(unbeaten, 0), 1, ties) if papers else ((), ())
    winner = condorcet_winner(options, above)
    steps = (
        *_rows("pairs", options, above),
        *((Step(step="condorcet", options=(winner,)),) if winner else ()),
        *_rows("paths", options, paths),
        *(Step(step="beats", options=(option, *others)) for option, others in beaten.items()),
        Step(step="unbeaten", options=unbeaten),
        *told(elected, parted),
    )
    return Count(figures({option: len(others) for option, others in beaten.items()}), elected, steps, parted)


def strongest_paths(above: Sequence[Sequence[int]], strength: Strength) -> Matrix:
    """Return the strength of the strongest path between every two options (Floyd and Warshall's algorithm)."""
    everyone = range(len(above))
    paths = [[_link(above[one][other], above[other][one], strength) for other in everyone] for one in everyone]
    for middle in everyone:
        through = paths[middle]
        for one in everyone:
            row, reach = paths[one], paths[one][middle]
            if one != middle and reach:
                paths[one] = [max(direct, min(reach, onward)) for direct, onward in zip(row, through, strict=True)]
                paths[one][one] = 0
    return paths


def _link(there: int, back: int, strength: Strength) -> int:
    if there <= back:
        return 0
    return there if strength is Strength.WINNING_VOTES else there - back


def _rows(step: Code, options: Options, matrix: Sequence[Sequence[int]]) -> list[Step]:
    return [
        Step(
            step=step,
            options=(option,),
            figures=figures({other: number for other, number in zip(options, row, strict=True) if other != option}),
        )
        for option, row in zip(options, matrix, strict=True)
    ]


SCHULZE_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"strength"}))

"""Who is elected when each option has one figure and the highest win: the first seats, ties parted only where a seat depends on it.

Equal options that are all elected keep their order on the ballot: nothing depends on it. Steps told:
- `tied`: options, equal at the last seat, in the order in which they were parted, best first;
- `elected`: options, in order. Nobody is elected when no paper chose anything.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from services.governance.events.papers import Step, TieBroken
from services.governance.tally.counting import Options, Ties
from shared.values import Code

Merit = TypeVar("Merit", int, Fraction, tuple[Fraction | int, ...])  # more is better; of several, the first that differs decides


def seated(merits: Mapping[Code, Merit], seats: int, ties: Ties) -> tuple[Options, tuple[TieBroken, ...]]:
    """Return the best `seats` options (all, if there are fewer), best first, and the tie at the last seat if there was one.

    `merits` is in the order of the ballot. Raises DrawNeeded.
    """
    ranking = sorted(merits, key=lambda option: merits[option], reverse=True)  # stable: equals stay as on the ballot
    if seats >= len(ranking):
        return tuple(ranking), ()
    last = merits[ranking[seats - 1]]
    if merits[ranking[seats]] != last:
        return tuple(ranking[:seats]), ()
    above: Options = tuple(option for option in ranking if merits[option] > last)
    tied: TieBroken = ties.parted([option for option in ranking if merits[option] == last], seats - len(above))
    return (*above, *tied.order[: seats - len(above)]), (tied,)


def told(elected: Options, ties: tuple[TieBroken, ...]) -> tuple[Step, ...]:
    """Tell how the seats were given."""
    parted = tuple(Step(step="tied", options=tie.order) for tie in ties)
    return (*parted, *((Step(step="elected", options=elected),) if elected else ()))


def chosen(counts: Mapping[Code, int]) -> dict[Code, int]:
    """Keep the options that somebody chose: a seat left over is not filled by drawing among those nobody wants."""
    return {option: count for option, count in counts.items() if count > 0}

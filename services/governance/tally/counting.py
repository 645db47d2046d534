"""What every method of counting takes and gives.

A count is a pure function of the options, the papers that chose something, the parameters and the way ties are parted.
Papers come as a multiset (what they say → how many say it), so neither their order nor their authors can matter.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from services.governance.events.papers import Choice, Figure, Parameters, Step, TieBroken, TiePolicy
from shared.values import Code

Options = tuple[Code, ...]
Papers = Mapping[Choice, int]

STATUS_QUO: Final = "status-quo"
DECLARED_ORDER: Final = "declared-order"
DRAW: Final = "draw"
CASTING_VOTE: Final = "casting-vote"


class DrawNeeded(Exception):
    """The count waits for a draw held in class among these options."""

    def __init__(self, options: Collection[Code]) -> None:
        """Take the options that are equal."""
        super().__init__(", ".join(sorted(options)))
        self.options = tuple(sorted(options))


@dataclass(frozen=True, slots=True)
class Ties:
    """Parts equal options by the declared policy; `drawn` is an order of all options, once there has been a draw.

    `casting` is for a yes/no vote alone: what the person with the casting vote says (yes: True), where one was declared at opening.
    """

    policy: TiePolicy
    drawn: Options | None = None
    casting: bool | None = None

    def parted(self, tied: Collection[Code], taken: int) -> TieBroken:
        """Order equal options, best first, so that the first `taken` of them win; names the step that parted the last one in from
        the first one out. Raises DrawNeeded when only a draw that was not yet held can tell."""
        declared = self.policy.order or ()
        known: list[Code] = [option for option in (self.policy.status_quo,) if option is not None and option in tied]
        known += [option for option in declared if option in tied and option not in known]
        rest = set(tied) - set(known)
        if self.drawn is None and len(rest) > 1 and taken > len(known):
            raise DrawNeeded(tied)
        order = (*known, *(sorted(rest) if self.drawn is None else [option for option in self.drawn if option in rest]))
        if taken > len(known):
            step = DRAW if rest else DECLARED_ORDER
        else:
            step = STATUS_QUO if taken == 1 and order[0] == self.policy.status_quo else DECLARED_ORDER
        return TieBroken(options=tuple(sorted(tied)), step=step, order=order)


@dataclass(frozen=True, slots=True)
class Count:
    """What a method found: a number for each option, the elected in order, each step and each tie. `spent` is in cents."""

    counts: tuple[Figure, ...]
    elected: Options
    steps: tuple[Step, ...] = ()
    ties: tuple[TieBroken, ...] = ()
    spent: int | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """One version of one method. `fault` names what makes a paper void (None: it counts); `count` never sees such a paper.

    `changed` says what this version does otherwise than the one before it, in French and in English: a first version changed nothing.
    """

    version: int
    fault: Callable[[Options, Choice, Parameters], Code | None]
    count: Callable[[Options, Papers, Parameters, Ties], Count]
    needs: frozenset[str] = field(default=frozenset())  # parameters without which it cannot count
    takes: frozenset[str] = field(default=frozenset())  # parameters that it understands besides
    changed: tuple[str, str] | None = None
    hears_silence: bool = False  # `count` gets the blank and the void papers too, all as blank ones: a majority of those present


def exact(value: Fraction | int) -> str:
    """Write a number as whole as it is: 23, or 23/2."""
    return str(Fraction(value))


def figures(values: Mapping[Code, Fraction | int]) -> tuple[Figure, ...]:
    """Write numbers in the order given."""
    return tuple(Figure(of=name, value=exact(value)) for name, value in values.items())

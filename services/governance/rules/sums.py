"""A count of which only the sum of each option is known: hands raised, dots on a poster, points read out one by one.

For a vote where a paper marks one option, sums are papers. For approvals, dots and scores the papers cannot be known from the sums,
but who has most can: the highest sums are elected, and a tie goes to the declared policy at once (the number of top scores is not known).
"""

from collections.abc import Mapping
from typing import Final

from services.governance.events.ballots import HandCount, OptionSum
from services.governance.events.papers import Choice, Method, Parameters, Pile, Step, Tallied
from services.governance.tally.counting import Options, Ties, figures
from services.governance.tally.seating import chosen, seated, told
from services.governance.tally.validity import fault_of_marks
from shared.values import Code

ONE_MARK: Final = frozenset({Method.YES_NO, Method.PLURALITY, Method.TWO_ROUNDS})
TOLD_AS: Final[Mapping[Method, Code]] = {Method.APPROVAL: "votes", Method.DOTS: "votes", Method.SCORE: "totals"}  # the method's own step


def expressed(count: HandCount) -> int:
    """Return how many papers chose something, as far as sums tell: those found, less the blank and the void ones."""
    return count.found - (count.blank or 0) - sum(one.papers for one in count.void or ())


def fault_of_sums(method: Method, options: Options, parameters: Parameters, count: HandCount) -> Code | None:
    """Name why sums cannot be what so many papers say (None: they can).

    `unknown-option`, `twice`; `sums-do-not-tell`: this method needs the papers; `do-not-add-up`: more or fewer than the papers hold.
    """
    sums = {one.option: one.points for one in count.sums or ()}
    if sums and (wrong := fault_of_marks(options, Choice(marks=tuple(one.option for one in count.sums or ())), len(options))):
        return wrong
    papers, given, most = expressed(count), sum(sums.values()), max(sums.values(), default=0)
    match method:
        case _ if papers < 0:
            adds_up = False
        case Method.YES_NO | Method.PLURALITY | Method.TWO_ROUNDS:
            adds_up = given == papers
        case Method.APPROVAL:
            adds_up = most <= papers <= given
        case Method.DOTS:
            dots = parameters.dots or 0
            adds_up = most <= papers * (parameters.dots_each or dots) and papers <= given <= papers * dots
        case Method.SCORE if not parameters.mean:
            adds_up = most <= papers * (parameters.top or 0)
        case _:
            return "sums-do-not-tell"
    return None if adds_up else "do-not-add-up"


def piles_of(sums: tuple[OptionSum, ...], blank: int) -> tuple[Pile, ...]:
    """Return the papers of a vote where each marks one option."""
    marked = (Pile(choice=Choice(marks=(one.option,)), papers=one.points) for one in sums)
    return (*marked, *((Pile(choice=Choice(), papers=blank),) if blank else ()))


def tallied_from_sums(
    method: Method, options: Options, count: HandCount, parameters: Parameters, ties: Ties
) -> tuple[Tallied, tuple[Step, ...]]:
    """Count approvals, dots or scores of which the sums alone are known; they were free of `fault_of_sums`. Raises DrawNeeded."""
    sums = dict.fromkeys(options, 0) | {one.option: one.points for one in count.sums or ()}
    elected, parted = seated(chosen(sums), parameters.seats or 1, ties)
    result = Tallied(
        voters=count.found,
        blank=count.blank or 0,
        void=count.void or (),
        abstain=0,
        expressed=expressed(count),
        counts=figures(sums),
        elected=elected,
        ties=parted,
    )
    return result, (Step(step=TOLD_AS[method], options=options, figures=figures(sums)), *told(elected, parted))

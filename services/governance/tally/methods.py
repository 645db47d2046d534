"""Every method of counting, in every version there ever was: an old result is counted again by the code that made it."""

from collections.abc import Mapping
from typing import Final

from services.governance.events.papers import Method
from services.governance.tally.approval import APPROVAL_1
from services.governance.tally.borda import BORDA_1
from services.governance.tally.counting import Counting
from services.governance.tally.dots import DOTS_1
from services.governance.tally.draw import SORTITION_1
from services.governance.tally.equal_shares import EQUAL_SHARES_1
from services.governance.tally.irv import IRV_1
from services.governance.tally.knapsack import KNAPSACK_1
from services.governance.tally.majority_judgment import MAJORITY_JUDGMENT_1
from services.governance.tally.max_welfare import MAX_WELFARE_1
from services.governance.tally.plurality import PLURALITY_1
from services.governance.tally.schulze import SCHULZE_1
from services.governance.tally.score import SCORE_1
from services.governance.tally.score_known import SCORE_2
from services.governance.tally.stv import STV_1
from services.governance.tally.two_rounds import TWO_ROUNDS_1
from services.governance.tally.yes_no import YES_NO_1

METHODS: Final[Mapping[Method, tuple[Counting, ...]]] = {  # the last of each is today's
    Method.YES_NO: (YES_NO_1,),
    Method.PLURALITY: (PLURALITY_1,),
    Method.TWO_ROUNDS: (TWO_ROUNDS_1,),
    Method.APPROVAL: (APPROVAL_1,),
    Method.BORDA: (BORDA_1,),
    Method.SCHULZE: (SCHULZE_1,),
    Method.IRV: (IRV_1,),
    Method.STV: (STV_1,),
    Method.SCORE: (SCORE_1, SCORE_2),
    Method.MAJORITY_JUDGMENT: (MAJORITY_JUDGMENT_1,),
    Method.DOTS: (DOTS_1,),
    Method.KNAPSACK: (KNAPSACK_1,),
    Method.EQUAL_SHARES: (EQUAL_SHARES_1,),
    Method.MAX_WELFARE: (MAX_WELFARE_1,),
    Method.SORTITION: (SORTITION_1,),
}


def changes_since(method: Method, version: int) -> tuple[tuple[str, str], ...]:
    """Return what each later version of a method does otherwise than the one before it, in French and in English, oldest first."""
    return tuple(counting.changed for counting in METHODS[method] if counting.version > version and counting.changed)


def counting_of(method: Method, version: int | None = None) -> Counting:
    """Return a version of a method, today's unless it says which; raises LookupError when there never was such a version."""
    versions = METHODS[method]
    if version is None:
        return versions[-1]
    for counting in versions:
        if counting.version == version:
            return counting
    raise LookupError(f"{method} has no version {version}")

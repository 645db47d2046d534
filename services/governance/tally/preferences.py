"""Strict rankings that are read from the top: which of the options still there a paper is for now, and who is last.

Shared by the methods that pass papers on (`irv.py`, `stv.py`). Two options side by side on such a paper make it void: it has to be for
one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from services.governance.events.papers import Choice, Figure, Parameters
from services.governance.tally.counting import Options, Papers, exact, figures
from services.governance.tally.validity import fault_of_ranks
from shared.values import Code

EXHAUSTED: Final = "exhausted"  # how the figures call the papers on which nobody is left; a paper is then for None

Votes = TypeVar("Votes", int, Fraction)


@dataclass(slots=True)
class Sheet:
    """Papers that say the same, and how far down they have been read."""

    ranking: Options
    papers: int
    place: int = 0

    def read_on(self, continuing: Collection[Code]) -> Code | None:
        """Return the first option still there, from where the paper was read to; None when there is none."""
        ranking = self.ranking
        for place in range(self.place, len(ranking)):
            if ranking[place] in continuing:
                self.place = place
                return ranking[place]
        self.place = len(ranking)
        return None


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper ranks options, best first, one at each rank (else `equal-ranks`); it may stop anywhere."""
    wrong = fault_of_ranks(options, choice)
    return wrong or ("equal-ranks" if any(len(rank) > 1 for rank in choice.ranks or ()) else None)


def sheets_of(papers: Papers) -> list[Sheet]:
    """Take the papers in hand, read from the top."""
    return [Sheet(tuple(option for rank in choice.ranks or () for option in rank), number) for choice, number in papers.items()]


def last_of(votes: Mapping[Code, Votes]) -> Options:
    """Return the options with the fewest votes, in the order of the ballot."""
    fewest = min(votes.values())
    return tuple(option for option, number in votes.items() if number == fewest)


def where(votes: Mapping[Code, Fraction | int], exhausted: Fraction | int) -> tuple[Figure, ...]:
    """Write how many votes stand where, in the order given, the exhausted last."""
    return (*figures(votes), Figure(of=EXHAUSTED, value=exact(exhausted)))

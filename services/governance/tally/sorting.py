"""How a box of papers is sorted and counted: blank, void with the reason, abstaining, expressed, and the result in all its numbers.

Words of `domain.md`, section 15: voters = blank + void + explicit abstentions + expressed. Only a yes/no vote can offer to abstain on the
paper (the option `abstain`); the share of the roll that dropped no paper is the caller's to know.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.governance.events.papers import ABSTAIN, Choice, Parameters, Pile, Step, Tallied, VoidPapers
from services.governance.tally.counting import Counting, Options, Papers, Ties
from shared.values import Code

BLANK: Final = Choice()
ABSTAINING: Final = Choice(marks=(ABSTAIN,))
NONE_SET_ASIDE: Final[Mapping[Code, int]] = {}


@dataclass(frozen=True, slots=True)
class SortedPapers:
    """A box of papers, sorted: how many of each kind, and the papers that chose something (explicit abstentions among them)."""

    papers: Papers
    blank: int
    void: Mapping[Code, int]
    abstain: int

    @property
    def expressed(self) -> int:
        """How many papers chose an option, abstaining apart."""
        return sum(self.papers.values()) - self.abstain

    @property
    def voters(self) -> int:
        """How many papers there are."""
        return self.blank + sum(self.void.values()) + sum(self.papers.values())


def tallied(
    counting: Counting,
    options: Options,
    piles: Papers | Iterable[Pile],
    parameters: Parameters,
    ties: Ties,
    set_aside: Mapping[Code, int] = NONE_SET_ASIDE,
) -> tuple[Tallied, tuple[Step, ...]]:
    """Count a box of papers; return the result and every step that led to it.

    Piles that say the same are one; `set_aside` are papers found void before anybody could read a choice in them, by reason (torn, signed,
    not to be opened). The opening must have been free of `fault_of_parameters`. Raises DrawNeeded when a tie waits for a draw.
    """
    box = sorted_papers(counting, options, piles, parameters, set_aside)
    papers = box.papers
    silent = box.blank + sum(box.void.values())
    if counting.hears_silence and silent:
        papers = {**papers, BLANK: silent}
    count = counting.count(options, papers, parameters, ties)
    result = Tallied(
        voters=box.voters,
        blank=box.blank,
        void=tuple(VoidPapers(reason=reason, papers=number) for reason, number in box.void.items()),
        abstain=box.abstain,
        expressed=box.expressed,
        counts=count.counts,
        elected=count.elected,
        ties=count.ties,
        spent=count.spent,
    )
    return result, count.steps


def sorted_papers(
    counting: Counting,
    options: Options,
    piles: Papers | Iterable[Pile],
    parameters: Parameters,
    set_aside: Mapping[Code, int] = NONE_SET_ASIDE,
) -> SortedPapers:
    """Sort papers by what becomes of them; reasons in alphabetical order. A pile of no papers is as if it were not there."""
    void = Counter(set_aside)
    papers: dict[Choice, int] = {}
    blank = 0
    for choice, number in merged(piles).items():
        if choice.blank:
            blank += number
        elif fault := counting.fault(options, choice, parameters):
            void[fault] += number
        else:
            papers[choice] = number
    abstain = papers.get(ABSTAINING, 0) if ABSTAIN in options else 0
    return SortedPapers(papers, blank, {reason: void[reason] for reason in sorted(void) if void[reason]}, abstain)


def merged(piles: Papers | Iterable[Pile]) -> Papers:
    """Return piles as one multiset: what papers say, and how many say it."""
    if isinstance(piles, Mapping):
        return {choice: number for choice, number in piles.items() if number}
    papers: Counter[Choice] = Counter()
    for pile in piles:
        papers[pile.choice] += pile.papers
    return papers

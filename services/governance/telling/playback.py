"""A closed ballot as its count is played in class: first each paper as it is read, where papers are published, then each step.

Pure, from the records alone. While papers are read a board keeps what a class would chalk up: marks, first choices or points; what makes
the result is told by the steps that follow, and they end on what was declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.governance.events.papers import Choice, Step
from services.governance.projections.ballots import Poll
from services.governance.rules.declaring import LEFT_OUT
from services.governance.tally.counting import Counting
from services.governance.tally.methods import counting_of
from services.governance.telling.what_if import NotDeclaredYet, recounted, set_aside_of
from shared.values import Code


@dataclass(frozen=True, slots=True)
class Read:
    """Papers that say the same, read one after the other: what each adds on the board; `void` names why it counts for nothing."""

    choice: Choice | None
    papers: int
    adds: Mapping[Code, int]
    void: Code | None = None


@dataclass(frozen=True, slots=True)
class Playback:
    """What is played: the papers, then the steps of the count. Frame 0 is before the first paper."""

    reads: tuple[Read, ...]
    steps: tuple[Step, ...]

    @property
    def papers(self) -> int:
        """How many papers are read."""
        return sum(one.papers for one in self.reads)

    @property
    def frames(self) -> int:
        """How many frames follow the first one."""
        return self.papers + len(self.steps)


def played(poll: Poll) -> Playback:
    """Return what is played of a ballot; nothing of one that shows neither papers nor steps. Raises NotDeclaredYet."""
    if poll.result is None:
        raise NotDeclaredYet
    if poll.shown is None or poll.shown.sums is not None:
        return Playback((), poll.rounds)
    counting = counting_of(poll.opened.method, poll.result.method_version)
    piles = sorted(poll.shown.piles, key=lambda pile: pile.choice.model_dump_json(exclude_none=True))
    reads = [_read(poll, counting, pile.choice, pile.papers) for pile in piles]
    reads += [Read(None, papers, {}, reason) for reason, papers in set_aside_of(poll).items() if papers]
    steps = recounted(poll).then.steps if poll.rounds == LEFT_OUT else poll.rounds
    return Playback(tuple(reads), steps)


def board(reads: Sequence[Read], papers: int) -> dict[Code, int]:
    """Return what stands on the board once so many papers are read."""
    found: dict[Code, int] = {}
    for one in reads:
        taken = min(papers, one.papers)
        papers -= taken
        for option, number in one.adds.items():
            found[option] = found.get(option, 0) + number * taken
    return found


def paper_at(reads: Sequence[Read], number: int) -> Read:
    """Return what the paper of that number says, counted from 1. Raises IndexError past the last one."""
    for one in reads:
        if number <= one.papers:
            return one
        number -= one.papers
    raise IndexError(number)


def _read(poll: Poll, counting: Counting, choice: Choice, papers: int) -> Read:
    options = tuple(one.option for one in poll.opened.options)
    if choice.blank:
        return Read(choice, papers, {})
    if fault := counting.fault(options, choice, poll.opened.parameters):
        return Read(choice, papers, {}, fault)
    if choice.points:
        return Read(choice, papers, {one.option: one.points for one in choice.points})
    named = choice.marks or (choice.ranks[0] if choice.ranks else ())
    return Read(choice, papers, dict.fromkeys(named, 1))

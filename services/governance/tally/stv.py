"""Who fills several seats when each paper has one vote that passes on: from the elected, what they do not need; from the last, all of it.

Sources: Henry Droop, “On Methods of Electing Representatives”, Journal of the Statistical Society 44 (1881), for the quota ⌊v/(s+1)⌋ + 1;
the weighted inclusive Gregory method (used in Western Australia since 2007) for the surplus: of t votes, every paper of the elected
passes on at its own weight × (t − quota)/t. Weights are exact fractions: no vote is lost by rounding. One step at a time: the highest at
or above the quota is elected and its surplus passes on; else the last is dropped and its papers pass on at their weight; when as many are
left as seats, they fill them. Options without a single vote leave together, without being parted, when enough others remain for the
seats. Steps told:
- `quota`: figures `papers`, `seats`, `quota`;
- `round`: options still hopeful; figures, the votes of each, then what each of the elected keeps, then `exhausted`: always all the
  papers;
- `tied`: options, equal at the top or at the end, in the order in which they were parted, best first;
- `elected`: options=(a,), figures `votes`, `surplus`; then, if there is a surplus to pass on, `transferred`: options=(a,), figures
  `weight` ((t − quota)/t), then where it went, then `exhausted`;
- `dropped`: options; figures, where their votes went, then `exhausted`;
- `filled`: options that take the last seats without the quota, figures: the votes of each.
The number that stands for an option in the result is what it keeps if elected, else what it had when it was dropped or at the end.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from services.governance.events.papers import Figure, Parameters, Step, TieBroken
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.preferences import Sheet, fault, last_of, sheets_of, where
from shared.values import Code

SEATS_MAX: Final = 10  # each surplus doubles the digits of the fractions: they stay within the 4,000 of `Exact`


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (all, if there are fewer); nobody, if no paper chose anything. Raises DrawNeeded."""
    seats, total = parameters.seats or 1, sum(papers.values())
    table = _Table(options, total // (seats + 1) + 1, ties)
    table.steps.append(Step(step="quota", figures=figures({"papers": total, "seats": seats, "quota": table.quota})))
    table.given_out({Fraction(1): sheets_of(papers)})
    while papers and table.votes and len(table.kept) < seats:
        table.tell_round()
        free = seats - len(table.kept)
        if len(table.votes) <= free:
            table.fill()
        elif max(table.votes.values()) >= table.quota:
            table.elect(last_seat=free == 1)
        else:
            table.drop(free)
    return Count(figures({option: table.had[option] for option in options}), tuple(table.kept), tuple(table.steps), tuple(table.parted))


@dataclass(slots=True)
class _Table:
    """The table on which papers are counted: a heap for each hopeful, its sheets by what one paper still weighs."""

    options: Options
    quota: int
    ties: Ties
    heaps: dict[Code, dict[Fraction, list[Sheet]]] = field(init=False)
    votes: dict[Code, Fraction] = field(init=False)  # of the hopeful
    had: dict[Code, Fraction] = field(init=False)  # of everybody, when last looked at
    kept: dict[Code, Fraction] = field(default_factory=dict)  # of the elected, in order
    exhausted: Fraction = Fraction(0)
    steps: list[Step] = field(default_factory=list)
    parted: list[TieBroken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heaps = {option: {} for option in self.options}
        self.votes = dict.fromkeys(self.options, Fraction(0))
        self.had = dict(self.votes)

    def given_out(self, heap: dict[Fraction, list[Sheet]], weight: Fraction = Fraction(1)) -> tuple[Figure, ...]:
        """Pass papers on to the hopeful, each at its weight times another; tell what went where."""
        went, lost = dict.fromkeys(self.votes, Fraction(0)), Fraction(0)
        for old, sheets in heap.items():
            new, moved = old * weight, dict.fromkeys(self.votes, 0)
            for sheet in sheets:
                to = sheet.read_on(self.votes)
                if to is None:
                    lost += new * sheet.papers
                else:
                    moved[to] += sheet.papers
                    self.heaps[to].setdefault(new, []).append(sheet)
            for option, papers in moved.items():
                went[option] += new * papers
        for option, votes in went.items():
            self.votes[option] += votes
        self.exhausted += lost
        self.had |= self.votes
        return where(went, lost)

    def tell_round(self) -> None:
        """Tell who has how much."""
        self.steps.append(Step(step="round", options=tuple(self.votes), figures=where(self.votes | self.kept, self.exhausted)))

    def elect(self, *, last_seat: bool) -> None:
        """Elect the highest, and pass on what it does not need while there are seats to fill."""
        most = max(self.votes.values())
        highest = [option for option, votes in self.votes.items() if votes == most]
        chosen = self._in_order(highest, 1)[0] if len(highest) > 1 else highest[0]
        surplus, heap = most - self.quota, self.heaps.pop(chosen)
        del self.votes[chosen]
        self.steps.append(Step(step="elected", options=(chosen,), figures=figures({"votes": most, "surplus": surplus})))
        self.kept[chosen] = self.had[chosen] = most if last_seat else Fraction(self.quota)
        if surplus and not last_seat:
            weight = Fraction(surplus, most)
            went = self.given_out(heap, weight)
            self.steps.append(Step(step="transferred", options=(chosen,), figures=(*figures({"weight": weight}), *went)))

    def drop(self, free: int) -> None:
        """Drop the last, or all that have nothing; pass their papers on."""
        leaving = last_of(self.votes)
        nothing = not self.votes[leaving[0]] and len(self.votes) - len(leaving) >= free
        if len(leaving) > 1 and not nothing:
            leaving = self._in_order(leaving, len(leaving) - 1)[-1:]
        heaps = [self.heaps.pop(option) for option in leaving]
        for option in leaving:
            del self.votes[option]
        together: dict[Fraction, list[Sheet]] = {}
        for heap in heaps:
            for weight, sheets in heap.items():
                together.setdefault(weight, []).extend(sheets)
        self.steps.append(Step(step="dropped", options=leaving, figures=self.given_out(together)))

    def fill(self) -> None:
        """Give the seats left to as many options left; those with more votes first, equals as on the ballot: nothing depends on it."""
        last = dict(sorted(self.votes.items(), key=lambda each: each[1], reverse=True))
        self.steps.append(Step(step="filled", options=tuple(last), figures=figures(last)))
        self.kept |= last
        self.votes.clear()

    def _in_order(self, tied: Options | list[Code], taken: int) -> Options:
        tie = self.ties.parted(tied, taken)
        self.parted.append(tie)
        self.steps.append(Step(step="tied", options=tie.order))
        return tie.order


STV_1 = Counting(version=1, fault=fault, count=count, needs=frozenset({"seats"}))

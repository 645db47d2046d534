"""Projects with a cost, an envelope in cents, and papers that mark some of them: what the methods of a participatory budget share.

A project that nobody marked is never funded. Steps told by `funded_by_votes`:
- `fits`: options=(a,), figures `votes`, `cost`, and what is `left` of the envelope afterwards;
- `too-dear`: options=(a,), figures `votes`, `cost`, and what was `left`, which is less;
- `tied`: options with as many votes that do not all fit, in the order in which they were parted, best first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.governance.events.papers import Choice, Parameters, Step, TieBroken
from services.governance.tally.counting import Options, Papers, Ties, figures
from services.governance.tally.validity import fault_of_marks
from shared.values import Code


@dataclass(frozen=True, slots=True)
class Funded:
    """Which projects are paid for, in that order, what is left of the envelope in cents, and how it came about."""

    projects: Options
    left: int
    steps: tuple[Step, ...]
    ties: tuple[TieBroken, ...]


def fault_of_approvals(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper marks any of the projects, each once."""
    return fault_of_marks(options, choice, len(options))


def costs_of(parameters: Parameters) -> dict[Code, int]:
    """Return what each project costs, in cents."""
    return {cost.option: cost.amount for cost in parameters.costs or ()}


def votes_of(options: Options, papers: Papers) -> dict[Code, int]:
    """Return how many papers mark each project."""
    votes = dict.fromkeys(options, 0)
    for choice, number in papers.items():
        for option in choice.marks or ():
            votes[option] += number
    return votes


def funded_by_votes(
    votes: Mapping[Code, int], costs: Mapping[Code, int], left: int, ties: Ties, *, stop: bool = False, cheaper_first: bool = False
) -> Funded:
    """Fund projects with most votes first while they fit; pass over one that does not, or `stop` there.

    Of those with as many votes the cheaper comes first where that is the rule, then the tie policy tells; it is asked only when they do
    not all fit, else nothing depends on it. `votes` is in the order of the ballot. Raises DrawNeeded.
    """
    funded: list[Code] = []
    steps: list[Step] = []
    parted: list[TieBroken] = []
    merits = {option: (-number, costs[option] if cheaper_first else 0) for option, number in votes.items() if number}
    for merit in sorted(set(merits.values())):
        equals = [option for option, one in merits.items() if one == merit]
        could = [option for option in equals if costs[option] <= left]
        cannot_all = sum(costs[option] for option in (equals if stop else could)) > left
        if could and cannot_all and len(contested := equals if stop else could) > 1:
            tie = ties.parted(contested, len(contested) - 1)
            parted.append(tie)
            steps.append(Step(step="tied", options=tie.order))
            equals = [*tie.order, *(option for option in equals if option not in tie.order)]
        for option in equals:
            fits = costs[option] <= left
            left -= costs[option] if fits else 0
            funded += [option] if fits else []
            told = figures({"votes": votes[option], "cost": costs[option], "left": left})
            steps.append(Step(step="fits" if fits else "too-dear", options=(option,), figures=told))
            if stop and not fits:
                return Funded(tuple(funded), left, tuple(steps), tuple(parted))
    return Funded(tuple(funded), left, tuple(steps), tuple(parted))

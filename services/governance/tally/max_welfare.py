"""Which projects within the envelope have most votes together (or most votes times cost), of all the choices there are.

Source: the utilitarian optimum of participatory budgeting (Nimrod Talmon and Piotr Faliszewski, “A Framework for Approval-Based Budgeting
Methods”, AAAI 2019), found exactly, in cents. With `utility` = one (what is done unless it says otherwise) a funded project is worth one
to each voter who marked it: the sum of votes; with cost it is worth its cost: the sum of votes × cost.

Several choices can be best. Then the projects that some of them have and others have not are parted by the tie policy, the first is
taken, and the same again among the best choices that have it, until one is left. Steps told:
- `worth`: figures, what each project adds;
- `best`: options, those in each of the best choices; figures `total`;
- `tied`: options that only some of the best choices have, in the order in which they were parted; the first is taken;
- `funded`: options in the order of the ballot; figures `spent`, `left`.
The number that stands for a project in the result is its votes.
"""

from collections.abc import Sequence

from services.governance.events.papers import Parameters, Step, TieBroken, Utility
from services.governance.tally.best_choices import BestChoices, Priced
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.projects import costs_of, fault_of_approvals, votes_of


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Fund the projects of a best choice within the `budget`. Raises DrawNeeded."""
    votes, costs, budget = votes_of(options, papers), costs_of(parameters), parameters.budget or 0
    by_cost = parameters.utility is Utility.COST
    worth = {option: number * (costs[option] if by_cost else 1) for option, number in votes.items()}
    best = BestChoices([Priced(option, costs[option], worth[option]) for option in options if worth[option]], budget)
    steps = [
        Step(step="worth", options=options, figures=figures(worth)),
        Step(step="best", options=_in_order(options, best.in_all()), figures=figures({"total": best.worth})),
    ]
    parted: list[TieBroken] = []
    while contested := best.in_some():
        tie = ties.parted(contested, 1)
        parted.append(tie)
        steps.append(Step(step="tied", options=tie.order))
        best.keep_those_with(tie.order[0])
    funded = _in_order(options, best.in_all())
    spent = sum(costs[option] for option in funded)
    steps.append(Step(step="funded", options=funded, figures=figures({"spent": spent, "left": budget - spent})))
    return Count(figures(votes), funded, tuple(steps), tuple(parted), spent)


def _in_order(options: Options, some: Sequence[str]) -> Options:
    return tuple(option for option in options if option in some)


MAX_WELFARE_1 = Counting(
    version=1, fault=fault_of_approvals, count=count, needs=frozenset({"budget", "costs"}), takes=frozenset({"utility"})
)

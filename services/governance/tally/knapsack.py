"""Which projects an envelope pays for, taking those with most votes first; each voter fills a basket that keeps within the envelope.

Source: Ashish Goel and others, “Knapsack Voting for Participatory Budgeting”, ACM Transactions on Economics and Computation 7 (2019); the
rule by which most cities fund projects. A project that no longer fits is passed over and cheaper ones go on (`overflow` = skip, what is
done unless it says otherwise), or it ends the count (stop). Projects with as many votes are parted by the tie policy (for purchases an
order by cost, the lowest first, is declared there), only when they do not all fit. Steps told: `votes` (figures of each project), then
those of `projects.py`.
"""

from services.governance.events.papers import Choice, Overflow, Parameters, Step
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.projects import costs_of, fault_of_approvals, funded_by_votes, votes_of
from shared.values import Code


def fault(options: Options, choice: Choice, parameters: Parameters) -> Code | None:
    """A paper marks projects that together cost no more than the envelope (else `over-budget`)."""
    costs = costs_of(parameters)
    wrong = fault_of_approvals(options, choice, parameters)
    return wrong or ("over-budget" if sum(costs[option] for option in choice.marks or ()) > (parameters.budget or 0) else None)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Fund projects within the `budget`. Raises DrawNeeded."""
    votes, budget = votes_of(options, papers), parameters.budget or 0
    found = funded_by_votes(votes, costs_of(parameters), budget, ties, stop=parameters.overflow is Overflow.STOP)
    steps = (Step(step="votes", options=options, figures=figures(votes)), *found.steps)
    return Count(figures(votes), found.projects, steps, found.ties, budget - found.left)


KNAPSACK_1 = Counting(version=1, fault=fault, count=count, needs=frozenset({"budget", "costs"}), takes=frozenset({"overflow"}))

"""Which projects an envelope pays for when each voter has an equal share of it and spends it together with those of the same mind.

Source: Dominik Peters, Grzegorz Pierczyński and Piotr Skowron, “Proportional Participatory Budgeting with Additive Utilities”, NeurIPS
2021 (the Method of Equal Shares). The envelope is divided by the papers that count. A project is affordable when those who marked it have
its cost together; its price ρ is the least such that each pays min(what they have, ρ·u) and that makes the cost, where u = 1 (`utility` =
one, what is done unless it says otherwise) or u = its cost. The affordable project with the least price is funded, again and again. Equal
prices: more votes, then the lower cost, then the tie policy.

Money can be left that no group has together. `completion` = none (what is done unless it says otherwise) leaves it. With
add-one-then-greedy shares grow by one cent at a time, everything being counted anew, as long as the envelope still pays for what is
funded; then projects are added by votes while they fit (of as many votes the cheaper first). Steps told:
- `share`: figures `envelope` in cents, `voters`, `share`, `added` (cents, by the completion);
- `price`: options that are affordable, figures: the price of each;
- `tied`: options in the order in which they were parted, best first;
- `funded`: options=(a,), figures `price`, `supporters`, `paid-most` (by one voter, in cents), `left` of the envelope;
- `short`: one for each project that some marked and nobody funded, options=(a,), figures `cost` and `have`, what its supporters have
  left;
- `fits`, `too-dear`, `tied`: the completion by votes (`projects.py`).
The number that stands for a project in the result is its votes.
"""

from dataclasses import dataclass
from fractions import Fraction

from services.governance.events.papers import Completion, Parameters, Step, TieBroken, Utility
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.projects import costs_of, fault_of_approvals, funded_by_votes, votes_of
from services.governance.tally.purses import Payment, Purses
from shared.values import Code


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What stays the same however much a share is; `votes` of the projects that some marked, in the order of the ballot."""

    papers: Papers
    votes: dict[Code, int]
    costs: dict[Code, int]
    envelope: int
    by_cost: bool
    ties: Ties

    def price(self, option: Code, payment: Fraction) -> Fraction:
        """Return ρ when a voter pays so much at most."""
        return Fraction(payment, self.costs[option]) if self.by_cost else payment


@dataclass(frozen=True, slots=True)
class _Round:
    """One count with one share: what is funded, and how many cents more each would need before anything else can happen."""

    funded: Options
    spent: int
    steps: tuple[Step, ...]
    ties: tuple[TieBroken, ...]
    more: int | None


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Fund projects within the `budget`. Raises DrawNeeded."""
    votes, costs, envelope = votes_of(options, papers), costs_of(parameters), parameters.budget or 0
    if not papers:
        return Count(figures(votes), (), spent=0)
    marked = {option: number for option, number in votes.items() if number}
    ballot = _Ballot(papers, marked, costs, envelope, parameters.utility is Utility.COST, ties)
    done = _counted(ballot, 0)
    if parameters.completion is not Completion.ADD_ONE_THEN_GREEDY:
        return Count(figures(votes), done.funded, done.steps, done.ties, done.spent)
    done = _grown(ballot, done)
    rest = {option: number for option, number in marked.items() if option not in done.funded}
    added = funded_by_votes(rest, costs, envelope - done.spent, ties, cheaper_first=True)
    funded = (*done.funded, *added.projects)
    return Count(figures(votes), funded, (*done.steps, *added.steps), (*done.ties, *added.ties), envelope - added.left)


def _grown(ballot: _Ballot, done: _Round) -> _Round:
    """Let shares grow while the envelope pays for what is funded; return the last count that it pays for."""
    cents = 0
    while done.more is not None:
        cents += done.more
        bolder = _counted(ballot, cents)
        if bolder.spent > ballot.envelope:
            break
        done = bolder
    return done


def _counted(ballot: _Ballot, added: int) -> _Round:
    voters = sum(ballot.papers.values())
    share = Fraction(ballot.envelope, voters) + added
    purses = Purses(tuple(ballot.votes), ballot.papers, share)
    told = figures({"envelope": ballot.envelope, "voters": voters, "share": share, "added": added})
    steps, parted, funded = [Step(step="share", figures=told)], list[TieBroken](), dict[Code, Payment]()
    left = ballot.envelope
    open_to = list(ballot.votes)
    while payments := {option: paid for option in open_to if (paid := purses.payment(option, ballot.costs[option]))}:
        open_to = list(payments)  # what nobody can afford now, nobody will: purses only empty
        prices = {option: ballot.price(option, payment.most) for option, payment in payments.items()}
        steps.append(Step(step="price", options=tuple(prices), figures=figures(prices)))
        chosen, tie = _cheapest(ballot, prices)
        if tie:
            parted.append(tie)
            steps.append(Step(step="tied", options=tie.order))
        funded[chosen] = payments[chosen]
        purses.pay(chosen, payments[chosen].most)
        left -= ballot.costs[chosen]
        open_to.remove(chosen)
        numbers: dict[str, Fraction | int] = {
            "price": prices[chosen],
            "supporters": ballot.votes[chosen],
            "paid-most": payments[chosen].most,
            "left": left,
        }
        steps.append(Step(step="funded", options=(chosen,), figures=figures(numbers)))
    have = {option: purses.together(option) for option in ballot.votes if option not in funded}
    steps += [Step(step="short", options=(one,), figures=figures({"cost": ballot.costs[one], "have": has})) for one, has in have.items()]
    return _Round(tuple(funded), ballot.envelope - left, tuple(steps), tuple(parted), _more(ballot, funded, have))


def _cheapest(ballot: _Ballot, prices: dict[Code, Fraction]) -> tuple[Code, TieBroken | None]:
    merits = {option: (price, -ballot.votes[option], ballot.costs[option]) for option, price in prices.items()}
    best = min(merits.values())
    equals = [option for option, merit in merits.items() if merit == best]
    if len(equals) == 1:
        return equals[0], None
    tie = ballot.ties.parted(equals, 1)
    return tie.order[0], tie


def _more(ballot: _Ballot, funded: dict[Code, Payment], have: dict[Code, Fraction]) -> int | None:
    """Return by how many cents shares must grow before another count can differ; None when everything is funded.

    Where all supporters of each funded project paid alike, and every other project would cost each of its own more than that even if
    they all paid alike, nothing changes until one of those can be afforded at the end. Else the next cent may change something.
    """
    if not have:
        return None
    dearest = max((ballot.price(option, payment.most) for option, payment in funded.items()), default=Fraction(0))
    least = min(ballot.price(option, Fraction(ballot.costs[option], ballot.votes[option])) for option in have)
    if least > dearest and all(payment.alike for payment in funded.values()):
        return max(1, min(-(-(ballot.costs[option] - has) // ballot.votes[option]) for option, has in have.items()))
    return 1


EQUAL_SHARES_1 = Counting(
    version=1,
    fault=fault_of_approvals,
    count=count,
    needs=frozenset({"budget", "costs"}),
    takes=frozenset({"utility", "completion"}),
)

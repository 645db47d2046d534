"""How a yes/no vote passes, by five rules; a tie is a rejection, unless a casting vote was declared.

Source: `domain.md`, section 15, « Rules for yes/no »; Kenneth May, “A Set of Independent Necessary and Sufficient Conditions for
Simple Majority Decision”, Econometrica 20 (1952), for the first rule. `elected` is (yes,) when it passes, and empty otherwise: the
status quo stands. Steps told:
- `votes`: figures `yes`, `no`, and `abstain` where the ballot offers it;
- `threshold`: figures `yes` and what it has to reach, `needed` (for a majority, the least whole number above the half; for unanimity,
  all that was expressed, one at least);
- `tied`: as many for as against, with options in the order in which they were parted: `no` first, or what the casting vote said;
- `passed` or `rejected`.
"""

from services.governance.events.papers import ABSTAIN, NO, YES, Choice, Parameters, Rule, Step, TieBroken
from services.governance.tally.counting import CASTING_VOTE, STATUS_QUO, Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.validity import fault_of_marks
from shared.values import Code

CAN_TIE = frozenset({Rule.SIMPLE, Rule.ABSOLUTE_EXPRESSED})  # under the others, as many for as against falls short of the rule


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper says yes, no, or (where it is offered) that one abstains; only one of them."""
    return fault_of_marks(options, choice, 1)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Count one vote on one question. `rule` is `simple` unless it says otherwise; papers without a mark were blank or void."""
    rule = parameters.rule or Rule.SIMPLE
    votes = dict.fromkeys((option for option in (YES, NO, ABSTAIN) if option in options), 0)
    silent = 0
    for choice, number in papers.items():
        if choice.marks:
            votes[choice.marks[0]] += number
        else:
            silent += number
    present = sum(votes.values()) + silent
    needed = threshold(rule, votes[YES] + votes[NO], present)
    passes = votes[YES] >= needed
    told = [
        Step(step="votes", options=tuple(votes), figures=figures(votes)),
        Step(step="threshold", figures=figures({YES: votes[YES], "needed": needed})),
    ]
    parted: tuple[TieBroken, ...] = ()
    if rule in CAN_TIE and votes[YES] == votes[NO] > 0:
        passes = ties.casting is True
        order = (YES, NO) if passes else (NO, YES)
        parted = (TieBroken(options=(NO, YES), step=STATUS_QUO if ties.casting is None else CASTING_VOTE, order=order),)
        told.append(Step(step="tied", options=order))
    told.append(Step(step="passed" if passes else "rejected"))
    return Count(figures(votes), (YES,) if passes else (), tuple(told), parted)


def threshold(rule: Rule, expressed: int, present: int) -> int:
    """Return how many papers for make the vote pass: `expressed` those for or against, `present` all papers. Never none.

    For a simple majority P > C is 2P > P + C: without a third choice the two first rules say the same, and are declared apart.
    """
    match rule:
        case Rule.SIMPLE | Rule.ABSOLUTE_EXPRESSED:
            return expressed // 2 + 1
        case Rule.ABSOLUTE_PRESENT:
            return present // 2 + 1
        case Rule.TWO_THIRDS:
            return max(1, -(-2 * expressed // 3))
        case Rule.UNANIMITY:
            return max(1, expressed)


YES_NO_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"rule"}), hears_silence=True)

"""Who has more than half of the papers that name somebody; else which two go on to a second round.

Source: `domain.md`, section 15; the French *scrutin uninominal majoritaire à deux tours*, with two options always in the second
round. The second round is a ballot of its own, with those two options and the same method: then the one with more papers is elected,
by whatever share. When nobody is elected yet, `elected` is empty and `finalists` names the two. Steps told:
- `votes`: figures of each option;
- `half`: figures `expressed` and what more than half is, `needed`;
- `tied`: equal for the second place (or, of two, for the first), in the order in which they were parted;
- `elected`, or `second-round`: options, the two that go on, the one with more papers first.
"""

from collections.abc import Iterable

from services.governance.events.papers import Parameters, Step
from services.governance.tally import plurality
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import chosen, seated, told

SECOND_ROUND = "second-round"


def count(options: Options, papers: Papers, _: Parameters, ties: Ties) -> Count:
    """Count one round. Raises DrawNeeded."""
    votes = plurality.votes_of(options, papers)
    expressed = sum(votes.values())
    needed = expressed // 2 + 1
    steps = (
        Step(step="votes", options=options, figures=figures(votes)),
        Step(step="half", figures=figures({"expressed": expressed, "needed": needed})),
    )
    if len(options) == 2 or expressed == 0 or max(votes.values()) >= needed:
        elected, parted = seated(chosen(votes), 1, ties)
        return Count(figures(votes), elected, (*steps, *told(elected, parted)), parted)
    going_on, parted = seated(chosen(votes), 2, ties)
    return Count(figures(votes), (), (*steps, *told((), parted), Step(step=SECOND_ROUND, options=going_on)), parted)


def finalists(steps: Iterable[Step]) -> Options | None:
    """Return the two options of the second round that a count calls for; None when there is none to hold."""
    return next((step.options for step in steps if step.step == SECOND_ROUND), None)


TWO_ROUNDS_1 = Counting(version=1, fault=plurality.fault, count=count)

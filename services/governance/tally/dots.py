"""Which options have the most dots, each paper sticking at most `dots` of them, at most `dots_each` on one option.

Source: `domain.md`, section 15: the coloured dots of class councils, which is cumulative voting (John Stuart Mill, *Considerations on
Representative Government*, 1861, chapter 7). Dots may be left over; a paper with more than it had is void. An option without a dot
takes no seat. Steps told: `votes` (figures, the dots of each option), then `tied` and `elected` (`seating.py`).
"""

from services.governance.events.papers import Choice, Parameters, Step
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import chosen, seated, told
from services.governance.tally.validity import fault_of_points
from shared.values import Code


def fault(options: Options, choice: Choice, parameters: Parameters) -> Code | None:
    """A paper sticks dots: `too-many-dots` in all, `too-many-on-one` option."""
    dots = parameters.dots or 0
    stuck = [each.points for each in choice.points or ()]
    if wrong := fault_of_points(options, choice, max(stuck, default=0)):
        return wrong
    if sum(stuck) > dots:
        return "too-many-dots"
    return "too-many-on-one" if max(stuck) > (parameters.dots_each or dots) else None


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) with most dots. Raises DrawNeeded."""
    dots = dict.fromkeys(options, 0)
    for choice, number in papers.items():
        for each in choice.points or ():
            dots[each.option] += each.points * number
    elected, parted = seated(chosen(dots), parameters.seats or 1, ties)
    steps = (Step(step="votes", options=options, figures=figures(dots)), *told(elected, parted))
    return Count(figures(dots), elected, steps, parted)


DOTS_1 = Counting(version=1, fault=fault, count=count, needs=frozenset({"dots"}), takes=frozenset({"dots_each", "seats"}))

"""Who has the most papers, each naming one option.

Source: `domain.md`, section 15; for several seats this is the single non-transferable vote. An option that nobody named takes no seat.
Steps told: `votes` (figures of each option), then `tied` and `elected` (`seating.py`).
"""

from services.governance.events.papers import Choice, Parameters, Step
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.seating import chosen, seated, told
from services.governance.tally.validity import fault_of_marks
from shared.values import Code


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper names one option."""
    return fault_of_marks(options, choice, 1)


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect the `seats` options (1 unless it says otherwise) that most papers name. Raises DrawNeeded."""
    votes = votes_of(options, papers)
    elected, parted = seated(chosen(votes), parameters.seats or 1, ties)
    steps = (Step(step="votes", options=options, figures=figures(votes)), *told(elected, parted))
    return Count(figures(votes), elected, steps, parted)


def votes_of(options: Options, papers: Papers) -> dict[Code, int]:
    """Count how many papers mark each option, in the order of the ballot."""
    votes = dict.fromkeys(options, 0)
    for choice, number in papers.items():
        for option in choice.marks or ():
            votes[option] += number
    return votes


PLURALITY_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"seats"}))

"""What makes a paper void: another kind of paper than the ballot's, an option nobody put to the vote, something said twice.

Each function takes the options and a paper that is not blank, and names the first fault it meets; None: the paper counts.
"""

from services.governance.events.papers import Choice
from services.governance.tally.counting import Options
from shared.values import Code


def fault_of_marks(options: Options, choice: Choice, most: int) -> Code | None:
    """Judge a paper of marked options, at most so many: `wrong-kind`, `unknown-option`, `twice`, `too-many`."""
    marks = choice.marks
    if not marks or choice.ranks or choice.points:
        return "wrong-kind"
    return _fault_of_names(options, marks) or ("too-many" if len(marks) > most else None)


def fault_of_ranks(options: Options, choice: Choice) -> Code | None:
    """Judge a ranking, best first, which may leave options out: `wrong-kind`, `empty-rank`, `unknown-option`, `twice`."""
    ranks = choice.ranks
    if not ranks or choice.marks or choice.points:
        return "wrong-kind"
    if not all(ranks):
        return "empty-rank"
    return _fault_of_names(options, tuple(option for rank in ranks for option in rank))


def fault_of_points(options: Options, choice: Choice, highest: int) -> Code | None:
    """Judge a paper of points from 0 to `highest`: `wrong-kind`, `unknown-option`, `twice`, `too-high`."""
    points = choice.points
    if not points or choice.marks or choice.ranks:
        return "wrong-kind"
    fault = _fault_of_names(options, tuple(each.option for each in points))
    return fault or ("too-high" if any(each.points > highest for each in points) else None)


def _fault_of_names(options: Options, named: tuple[Code, ...]) -> Code | None:
    once = set(named)
    if not once.issubset(options):
        return "unknown-option"
    return "twice" if len(once) < len(named) else None

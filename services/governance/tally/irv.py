"""Who has more than half of the papers that are still for somebody, the last being dropped until there is one.

Source: William Ware's single-winner form of Thomas Hare's *A Treatise on the Election of Representatives* (1859), as used in Australia
and Ireland. Each paper is for the first option on it that is still there; a paper on which nobody is left is exhausted and leaves. Of
several that are last one goes, the last by the tie policy (`tied_last` = one, what is done unless it says otherwise), or all of them.
They leave together without being parted when they have fewer votes between them than any other one has: then each would go next, whoever
goes first. Steps told:
- `round`: options still there; figures, the papers each is given, then `exhausted`;
- `tied`: options, equal and last, in the order in which they were parted, best first;
- `dropped`: options; figures, where their papers went, then `exhausted`;
- `elected`: options.
The number that stands for an option in the result is what it had in its last round.
"""

from services.governance.events.papers import Parameters, Step, TieBroken, TiedLast
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties, figures
from services.governance.tally.preferences import Sheet, fault, last_of, sheets_of, where
from shared.values import Code


def count(options: Options, papers: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Elect one option; nobody, if no paper chose anything. Raises DrawNeeded."""
    piles: dict[Code, list[Sheet]] = {option: [] for option in options}
    had: dict[Code, int] = dict.fromkeys(options, 0)
    _, exhausted = _given_out(sheets_of(papers), piles)
    steps: list[Step] = []
    parted: list[TieBroken] = []
    while papers:
        votes = {option: sum(sheet.papers for sheet in pile) for option, pile in piles.items()}
        had |= votes
        steps.append(Step(step="round", options=tuple(votes), figures=where(votes, exhausted)))
        ahead = max(votes, key=lambda option: votes[option])
        if 2 * votes[ahead] > sum(votes.values()) or len(votes) == 1:
            steps.append(Step(step="elected", options=(ahead,)))
            return Count(figures(had), (ahead,), tuple(steps), tuple(parted))
        leaving, tie = _leaving(votes, parameters.tied_last or TiedLast.ONE, ties)
        if tie:
            parted.append(tie)
            steps.append(Step(step="tied", options=tie.order))
        went, lost = _given_out([sheet for option in leaving for sheet in piles.pop(option)], piles)
        exhausted += lost
        steps.append(Step(step="dropped", options=leaving, figures=where(went, lost)))
    return Count(figures(had), ())


def _leaving(votes: dict[Code, int], tied_last: TiedLast, ties: Ties) -> tuple[Options, TieBroken | None]:
    last = last_of(votes)
    others = [number for option, number in votes.items() if option not in last]
    if len(last) == 1 or (others and (tied_last is TiedLast.ALL or sum(votes[option] for option in last) < min(others))):
        return last, None
    stay = 1 if tied_last is TiedLast.ALL else len(last) - 1  # when all are equal, all but one leave
    tie = ties.parted(last, stay)
    return tie.order[stay:], tie


def _given_out(sheets: list[Sheet], piles: dict[Code, list[Sheet]]) -> tuple[dict[Code, int], int]:
    """Put each paper on the pile it is for now; return how many went where, and how many are exhausted."""
    went, lost = dict.fromkeys(piles, 0), 0
    for sheet in sheets:
        to = sheet.read_on(piles)
        if to is None:
            lost += sheet.papers
        else:
            went[to] += sheet.papers
            piles[to].append(sheet)
    return went, lost


IRV_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"tied_last"}))

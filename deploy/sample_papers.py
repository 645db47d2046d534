"""Papers that say what the sample year says of a vote: written out where it gives papers, made up where it only gives totals.

The same totals make the same papers every time. They add up exactly; who put which in is nobody's invention, for no paper has a name.
"""

from collections.abc import Iterable, Mapping, Sequence

from services.governance.events.ballots import HandCount
from services.governance.events.papers import Choice, Pile, Points

TURN = 7  # of the judges between two options, so that nobody is the harshest judge of all of them


def box(*piles: Pile, **more: object) -> HandCount:
    """Return the count of these papers, each put in by somebody who was there."""
    found = sum(one.papers for one in piles)
    return HandCount(found=found, present=found, piles=piles, **more)  # type: ignore[arg-type]


def spread(totals: Mapping[str, int], papers: int) -> list[dict[str, int]]:
    """Deal marks to papers in turn, option after option, as cards are dealt: every paper gets as many as any other, or one less.

    Returns for each paper how many marks it gives to each option it names.
    """
    dealt: list[dict[str, int]] = [{} for _ in range(papers)]
    at = 0
    for option, total in totals.items():
        for _ in range(total):
            paper = dealt[at % papers]
            paper[option] = paper.get(option, 0) + 1
            at += 1
    return dealt


def approvals(totals: Mapping[str, int], papers: int) -> tuple[Pile, ...]:
    """Return papers that approve each option as often as its total. Raises ValueError where that needs more papers."""
    if max(totals.values()) > papers:
        raise ValueError("an option cannot have more approvals than there are papers")
    return tuple(Pile(choice=Choice(marks=tuple(sorted(one))), papers=1) for one in spread(totals, papers))


def pointed(totals: Mapping[str, int], papers: int, each_max: int) -> tuple[Pile, ...]:
    """Return papers whose points (scores, dots) add up to the totals. Raises ValueError where one would give more than `each_max`."""
    dealt = spread(totals, papers)
    if max(points for one in dealt for points in one.values()) > each_max:
        raise ValueError(f"a paper would give more than {each_max} to one option")
    return tuple(_points(one) for one in dealt)


def graded(counts: Mapping[str, Sequence[int]]) -> tuple[Pile, ...]:
    """Return one paper a judge from how many judges gave each option each grade, worst first."""
    given = {option: [grade for grade, judges in enumerate(grades) for _ in range(judges)] for option, grades in counts.items()}
    judges = len(next(iter(given.values())))
    return tuple(
        _points({option: grades[(judge + TURN * place) % judges] for place, (option, grades) in enumerate(given.items())})
        for judge in range(judges)
    )


def ranked(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[Pile, ...]:
    """Return papers that rank options, best first."""
    return tuple(Pile(choice=Choice(ranks=tuple((option,) for option in order)), papers=papers) for papers, order in rows)


def marked(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[Pile, ...]:
    """Return papers that mark options; none marked is a blank paper, and a row of no papers is left out."""
    return tuple(Pile(choice=Choice(marks=tuple(marks) or None), papers=papers) for papers, marks in rows if papers)


def yes_no(told: Mapping[str, int]) -> tuple[Pile, ...]:
    """Return the papers of a yes or no from its totals `for`, `against` and `blank`."""
    return marked([(told["for"], ["yes"]), (told.get("against", 0), ["no"]), (told.get("blank", 0), [])])


def _points(given: Mapping[str, int]) -> Pile:
    return Pile(choice=Choice(points=tuple(Points(option=option, points=points) for option, points in given.items())), papers=1)

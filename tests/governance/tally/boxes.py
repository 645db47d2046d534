"""Boxes of papers written as text, a pile a line, the number of papers first."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from services.governance.events.papers import Choice, DrawKind, Figure, Parameters, Points, Step, TiePolicy
from services.governance.tally.counting import Count, Counting, Options, Papers, Ties

DRAW_IN_CLASS = TiePolicy(draw=DrawKind.CLASS)
NOT_DRAWN = Ties(DRAW_IN_CLASS)
PLAIN = Parameters()


def rankings(text: str) -> Papers:
    """Read `5 a>b=c`: five papers with a first, then b and c together."""
    return {Choice(ranks=tuple(tuple(rank.split("=")) for rank in said.split(">"))): number for number, said in _lines(text)}


def marks(text: str) -> Papers:
    """Read `5 a b`: five papers that mark a and b."""
    return {Choice(marks=tuple(said.split())): number for number, said in _lines(text)}


def points(text: str) -> Papers:
    """Read `5 a:2 b:0`: five papers that give 2 to a and 0 to b."""
    box = {}
    for number, said in _lines(text):
        pairs = (pair.split(":") for pair in said.split())
        box[Choice(points=tuple(Points(option=option, points=int(given)) for option, given in pairs))] = number
    return box


def papers_of_grades(papers_by_grade: Mapping[str, Sequence[int]]) -> Papers:
    """Write papers that give each option so many grades 0, 1, …: which judge gave which does not matter to a count of grades."""
    columns = {option: [grade for grade, papers in enumerate(counts) for _ in range(papers)] for option, counts in papers_by_grade.items()}
    box: dict[Choice, int] = {}
    for row in zip(*columns.values(), strict=True):
        paper = Choice(points=tuple(Points(option=option, points=grade) for option, grade in zip(columns, row, strict=True)))
        box[paper] = box.get(paper, 0) + 1
    return box


def drawn(*order: str) -> Ties:
    """Part ties by a draw that came out in this order."""
    return Ties(DRAW_IN_CLASS, order)


def counted(counting: Counting, options: str, papers: Papers, parameters: Parameters = PLAIN, ties: Ties = NOT_DRAWN) -> Count:
    """Count papers that all are valid; `options` is a line of names."""
    names: Options = tuple(options.split())
    assert {counting.fault(names, choice, parameters) for choice in papers} <= {None}
    return counting.count(names, papers, parameters, ties)


def numbers(figures: Iterable[Figure] | None) -> dict[str, Fraction]:
    """Read figures as numbers."""
    return {figure.of: Fraction(figure.value) for figure in figures or ()}


def steps_named(count: Count, name: str) -> list[Step]:
    """Return the steps of one kind."""
    return [step for step in count.steps if step.step == name]


def _lines(text: str) -> Iterable[tuple[int, str]]:
    for line in text.strip().splitlines():
        number, _, said = line.strip().partition(" ")
        yield int(number), said

"""How many papers put one option above another, for every two options.

Source: the Marquis de Condorcet, *Essai sur l'application de l'analyse à la probabilité des décisions* (1785). Equals on a paper count
for neither; an option left out stands below every option that is ranked, and equal to the others left out.
"""

from collections.abc import Sequence

from services.governance.tally.counting import Options, Papers
from shared.values import Code

Matrix = list[list[int]]  # Matrix[a][b]: places in the tuple of options


def duels(options: Options, papers: Papers) -> Matrix:
    """Return how many papers put each option above each other one.

    The numbers of one row stand side by side in one large integer, wide enough apart that none runs into the next: one addition counts
    an option against everything below it on a paper.
    """
    place = {option: number for number, option in enumerate(options)}
    width = sum(papers.values()).bit_length() + 1
    unit = [1 << (width * number) for number in range(len(options))]
    every = sum(unit)
    rows = [0] * len(options)
    for choice, number in papers.items():
        below = every
        for rank in choice.ranks or ():
            places = [place[option] for option in rank]
            for one in places:
                below -= unit[one]
            for one in places:
                rows[one] += number * below
    mask = (1 << width) - 1
    return [[(row >> (width * other)) & mask for other in range(len(options))] for row in rows]


def condorcet_winner(options: Options, above: Sequence[Sequence[int]]) -> Code | None:
    """Return the option that more papers put above than below each other one; None when there is none, or nothing to be compared with."""
    everyone = range(len(options))
    for one in everyone:
        if len(options) > 1 and all(above[one][other] > above[other][one] for other in everyone if other != one):
            return options[one]
    return None

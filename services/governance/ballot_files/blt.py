"""Rankings as BLT files, the format of OpaVote, OpenSTV and Wichmann's collection of elections.

    4 2               four candidates, two seats
    -3                candidates who withdrew, as negative numbers (left out of options and papers here)
    5 1 3=2 4 0       five papers: candidate 1 first, then 3 and 2 side by side, then 4; `-` is an empty rank; 0 ends it
    2 0               two blank papers
    0                 the end of the papers
    "Anne"            each candidate's name, then the title
    "Election"

Source: Brian Wichmann and I. David Hill, *Voting matters*; OpaVote's help pages. A `#` begins a comment, outside quotes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from services.governance.ballot_files.bad_files import (
    CannotBeWritten,
    HeadingMissing,
    Lines,
    NotOfThisFormat,
    OptionNotDeclared,
    OptionTwice,
)
from services.governance.ballot_files.ballot_file import BallotFile, codes_of, piles_of
from services.governance.events.papers import Choice, Method, Parameters, Pile
from shared.values import Code

COMMENT: Final = re.compile(r'#(?=[^"]*(?:"[^"]*"[^"]*)*$).*')
WITHDRAWN: Final = re.compile(r"(-[0-9]+\s*)+")
NAMED: Final = re.compile(r'"(.*)"')


def read_blt(file: str, text: str) -> BallotFile:
    """Read one. Raises a Refused of `bad_files.py`, with the line."""
    lines = Lines(file, text)
    rows = _without_comments(lines)
    number, first = next(rows, (0, ""))
    sizes = first.split()
    if len(sizes) != 2:
        raise lines.bad(NotOfThisFormat, number, first)
    size, seats = lines.number_of_options(sizes[0], number), lines.number(sizes[1], number)
    number, row = next(rows, (0, ""))
    withdrawn: set[int] = set()
    if WITHDRAWN.fullmatch(row):
        withdrawn = {_place(lines, word[1:], size, number) for word in row.split()}
        number, row = next(rows, (0, ""))
    papers: list[tuple[list[list[int]], int]] = []
    while row != "0":
        if not row:
            raise lines.bad(HeadingMissing, 0, "0")
        papers.append(_paper(lines, row, size, number))
        number, row = next(rows, (0, ""))
    names = _names(lines, rows, size)
    standing = [place for place in range(1, size + 1) if place not in withdrawn]
    codes = dict(zip(standing, codes_of(names[place - 1] for place in standing), strict=True))
    box: dict[Choice, int] = {}
    for ranks, many in papers:
        kept = [tuple(codes[place] for place in rank if place in codes) for rank in ranks]
        choice = Choice(ranks=tuple(rank for rank in kept if rank))
        choice = Choice() if choice.blank else choice
        box[choice] = box.get(choice, 0) + many
    return BallotFile(
        options=tuple(codes.values()),
        names=tuple(names[place - 1] for place in standing),
        piles=piles_of(box),
        title=names[size] if len(names) > size else None,
        method=Method.STV if seats > 1 else Method.IRV,
        parameters=Parameters(seats=seats if seats > 1 else None),
    )


def write_blt(_: str, box: BallotFile) -> str:
    """Write one, papers in the order of the piles. Raises CannotBeWritten when a paper is no ranking."""
    places = {option: str(number) for number, option in enumerate(box.options, 1)}
    rows = [f"{len(box.options)} {box.parameters.seats or 1}", *(_row(pile, places) for pile in box.piles), "0"]
    names = [box.name_of(option) for option in box.options] + ([box.title] if box.title else [])
    return "\n".join([*rows, *(f'"{name}"' for name in names)]) + "\n"


def _row(pile: Pile, places: dict[Code, str]) -> str:
    if pile.choice.marks or pile.choice.points:
        raise CannotBeWritten(format="blt")
    ranks = ["=".join(places[option] for option in rank) for rank in pile.choice.ranks or ()]
    return " ".join([str(pile.papers), *ranks, "0"])


def _without_comments(lines: Lines) -> Iterator[tuple[int, str]]:
    rows = ((number, COMMENT.sub("", row).strip()) for number, row in lines)
    return ((number, row) for number, row in rows if row)


def _paper(lines: Lines, row: str, size: int, number: int) -> tuple[list[list[int]], int]:
    many, *ranks = row.split()
    if not ranks or ranks.pop() != "0":
        raise lines.bad(NotOfThisFormat, number, row)
    places = [[_place(lines, word, size, number) for word in rank.split("=")] for rank in ranks if rank != "-"]
    named = list(chain.from_iterable(places))
    if len(set(named)) < len(named):
        raise lines.bad(OptionTwice, number, row)
    return places, lines.number(many, number)


def _place(lines: Lines, word: str, size: int, number: int) -> int:
    place = lines.number(word, number)
    if not 1 <= place <= size:
        raise lines.bad(OptionNotDeclared, number, word)
    return place


def _names(lines: Lines, rows: Iterator[tuple[int, str]], size: int) -> Sequence[str]:
    names: list[str] = []
    for number, row in rows:
        found = NAMED.fullmatch(row)
        if not found or len(names) > size:
            raise lines.bad(NotOfThisFormat, number, row)
        names.append(lines.name(found[1], number))
    if len(names) < size:
        raise lines.bad(HeadingMissing, 0, f'"{len(names) + 1}"')
    return names

"""Ballots of participatory budgets as Pabulib files (.pb): three tables, one below the other, with `;` between the cells.

    META
    key;value
    budget;1200                    in euros, with decimals or without
    vote_type;approval             or choose-1, ordinal, cumulative, scoring
    rule;equalshares               or greedy, greedy-no-skip, equalshares/add1: the rule of counting, where we have it
    PROJECTS
    project_id;cost;votes;name
    cabane;700;64;Une cabane
    VOTES
    voter_id;vote                  and `points` beside it for cumulative and scoring papers
    1;cabane,velos

Other columns and keys are passed over; an empty vote is a blank paper. Source: Dariusz Stolicki, Stanisław Szufa and Nimrod Talmon,
“Pabulib: A Participatory Budgeting Library” (2020), and the format page of the library. Writing is in `pabulib_writing.py`.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.governance.ballot_files.bad_files import (
    HeadingMissing,
    Lines,
    NotAnAmount,
    NotOfThisFormat,
    NumbersDiffer,
    OptionNotDeclared,
    OptionsBeyondLimit,
    OptionTwice,
)
from services.governance.ballot_files.ballot_file import BallotFile, codes_of, piles_of
from services.governance.events.papers import OPTIONS_MAX, Choice, Completion, Cost, Method, Overflow, Parameters, Points
from shared.values import CENTS_MAX, Code

SECTIONS: Final = ("META", "PROJECTS", "VOTES")
AMOUNT: Final = re.compile(r"([0-9]{1,11})(?:[.,]([0-9]{1,2}))?")
MARKED, RANKED, POINTED = frozenset({"approval", "choose-1"}), frozenset({"ordinal"}), frozenset({"cumulative", "scoring"})
RULES: Final[Mapping[str, tuple[Method, Overflow | None, Completion | None]]] = {
    "greedy": (Method.KNAPSACK, None, None),
    "greedy-no-skip": (Method.KNAPSACK, Overflow.STOP, None),
    "equalshares": (Method.EQUAL_SHARES, None, None),
    "equalshares/add1": (Method.EQUAL_SHARES, None, Completion.ADD_ONE_THEN_GREEDY),
}
Row = tuple[int, Mapping[str, str]]  # the number of the line, its cells by the title of their column


@dataclass(slots=True)
class _Tables:
    lines: Lines
    meta: dict[str, tuple[int, str]] = field(default_factory=dict)
    projects: list[Row] = field(default_factory=list)
    votes: list[Row] = field(default_factory=list)


def read_pabulib(file: str, text: str) -> BallotFile:
    """Read one. Raises a Refused of `bad_files.py`, with the line."""
    lines = Lines(file, text)
    tables = _tables(lines)
    codes, costs = _projects(tables)
    vote_type = _meta(tables, "vote_type")
    if vote_type[0] not in MARKED | RANKED | POINTED:
        raise lines.bad(NotOfThisFormat, vote_type[1], vote_type[0])
    box: dict[Choice, int] = {}
    for number, row in tables.votes:
        choice = _paper(lines, number, row, codes, vote_type[0])
        box[choice] = box.get(choice, 0) + 1
    for key, found in (("num_projects", len(codes)), ("num_votes", len(tables.votes))):
        if (told := tables.meta.get(key)) and lines.number(told[1], told[0]) != found:
            raise lines.bad(NumbersDiffer, told[0], told[1])
    description = tables.meta.get("description", (0, ""))
    method, parameters = _rule(tables, vote_type[0], costs)
    return BallotFile(
        options=tuple(codes.values()),
        names=tuple(lines.name(row.get("name") or row["project_id"], number) for number, row in tables.projects),
        piles=piles_of(box),
        title=lines.name(description[1], description[0]) if description[1] else None,
        method=method,
        parameters=parameters,
    )


def _tables(lines: Lines) -> _Tables:
    tables, section, titles = _Tables(lines), "", None
    for number, line in lines:
        if line.strip(";") in SECTIONS:
            section, titles = line.strip(";"), None
            continue
        cells = next(csv.reader([line], delimiter=";"))
        if not section or (titles is not None and len(cells) > len(titles)):
            raise lines.bad(NotOfThisFormat, number, line)
        if titles is None:
            titles = [cell.strip() for cell in cells]
        elif section == "META":
            tables.meta[cells[0].strip()] = (number, cells[1].strip() if len(cells) > 1 else "")
        else:
            row = {title: cell.strip() for title, cell in zip(titles, cells, strict=False)}
            (tables.projects if section == "PROJECTS" else tables.votes).append((number, row))
    return tables


def _projects(tables: _Tables) -> tuple[dict[str, Code], tuple[Cost, ...]]:
    ids: dict[str, int] = {}
    for number, row in tables.projects:
        name = tables.lines.name(_cell(tables.lines, number, row, "project_id"), number)
        if name in ids:
            raise tables.lines.bad(OptionTwice, number, name)
        ids[name] = _cents(tables.lines, _cell(tables.lines, number, row, "cost"), number)
    if not ids:
        raise tables.lines.bad(HeadingMissing, 0, "PROJECTS")
    if len(ids) > OPTIONS_MAX:
        raise tables.lines.bad(OptionsBeyondLimit, 0, str(len(ids)))
    codes = dict(zip(ids, codes_of(ids), strict=True))
    return codes, tuple(Cost(option=codes[name], amount=cost) for name, cost in ids.items())


def _paper(lines: Lines, number: int, row: Mapping[str, str], codes: Mapping[str, Code], vote_type: str) -> Choice:
    named = [one.strip() for one in row.get("vote", "").split(",") if one.strip()]
    if unknown := [name for name in named if name not in codes]:
        raise lines.bad(OptionNotDeclared, number, unknown[0])
    if len(set(named)) < len(named):
        raise lines.bad(OptionTwice, number)
    options = tuple(codes[name] for name in named)
    if not options:
        return Choice()
    if vote_type in MARKED:
        return Choice(marks=options)
    if vote_type in RANKED:
        return Choice(ranks=tuple((option,) for option in options))
    points = _cell(lines, number, row, "points").split(",")
    if len(points) != len(options):
        raise lines.bad(NotOfThisFormat, number, row["points"])
    return Choice(points=tuple(Points(option=one, points=lines.number(many, number)) for one, many in zip(options, points, strict=True)))


def _rule(tables: _Tables, vote_type: str, costs: tuple[Cost, ...]) -> tuple[Method | None, Parameters]:
    if vote_type in RANKED:
        return Method.BORDA, Parameters()
    if vote_type in POINTED:
        key, method = ("max_sum_points", Method.DOTS) if vote_type == "cumulative" else ("max_points", Method.SCORE)
        value, number = _meta(tables, key)
        most = tables.lines.number(value, number, 1000 if method is Method.DOTS else 100)
        return method, Parameters(dots=most) if method is Method.DOTS else Parameters(top=most)
    budget = _cents(tables.lines, *_meta(tables, "budget"))
    method, overflow, completion = RULES.get(tables.meta.get("rule", (0, ""))[1], (Method.EQUAL_SHARES, None, None))
    return method, Parameters(budget=budget, costs=costs, overflow=overflow, completion=completion)


def _meta(tables: _Tables, key: str) -> tuple[str, int]:
    if key not in tables.meta:
        raise tables.lines.bad(HeadingMissing, 0, key)
    number, value = tables.meta[key]
    return value, number


def _cell(lines: Lines, number: int, row: Mapping[str, str], title: str) -> str:
    if title not in row:
        raise lines.bad(HeadingMissing, number, title)
    return row[title]


def _cents(lines: Lines, text: str, number: int) -> int:
    found = AMOUNT.fullmatch(text)
    cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not 1 <= cents <= CENTS_MAX:
        raise lines.bad(NotAnAmount, number, text)
    return cents

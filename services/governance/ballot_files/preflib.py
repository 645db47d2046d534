"""Rankings and categories as PrefLib files: .soc and .soi (strict, complete or not), .toc and .toi (with ties), .cat (categories).

    # TITLE: Lieu de la classe                lines of `#` head the file, each a name and a value
    # NUMBER ALTERNATIVES: 4
    # NUMBER VOTERS: 27
    # ALTERNATIVE NAME 1: mer
    10: 1,2,{3,4}                             ten papers: 1 before 2 before 3 and 4 together

In a .cat file a paper lists what it puts in each category, in the order of `# CATEGORY NAME 1`, best first: `5: 1,{2,3}`, `{}` for none.
Two categories are marks (in the first), more are grades. Blank papers have no place in these files: writing leaves them out.
Source: Nicholas Mattei and Toby Walsh, “PrefLib: A Library for Preferences”, ADT 2013, and the format page of the library.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from services.governance.ballot_files.bad_files import (
    CannotBeWritten,
    EqualsNotAllowed,
    HeadingMissing,
    Lines,
    NotOfThisFormat,
    NumbersDiffer,
    OptionNotDeclared,
    OptionsLeftOut,
    OptionTwice,
)
from services.governance.ballot_files.ballot_file import BallotFile, codes_of, piles_of
from services.governance.events.papers import Choice, Method, Parameters, Points
from shared.values import Code

KINDS: Final = ("soc", "soi", "toc", "toi", "cat")
HEADING: Final = re.compile(r"#\s*([^:]+):(.*)")
PAPERS: Final = re.compile(r"([0-9]+)\s*:(.*)")
GROUP: Final = re.compile(r"\s*(?:\{([0-9,\s]*)\}|([0-9]+))\s*(?:,|$)")
Headings = Mapping[str, tuple[int, str]]  # name in capitals -> line, value


def read_preflib(file: str, text: str) -> BallotFile:
    """Read one; the extension says which kind it is. Raises a Refused of `bad_files.py`, with the line."""
    lines, kind = Lines(file, text), kind_of(file)
    headings: dict[str, tuple[int, str]] = {}
    rows: list[tuple[int, int, tuple[tuple[int, ...], ...]]] = []
    for number, line in lines:
        if found := HEADING.fullmatch(line):
            headings[found[1].strip().upper()] = (number, found[2].strip())
        elif (found := PAPERS.fullmatch(line)) and (groups := _groups(found[2])) is not None:
            rows.append((number, lines.number(found[1], number), groups))
        elif not line.startswith("#"):
            raise lines.bad(NotOfThisFormat, number, line)
    size = lines.number_of_options(*_heading(lines, headings, "NUMBER ALTERNATIVES"))
    names = [lines.name(*_heading(lines, headings, f"ALTERNATIVE NAME {place}")) for place in range(1, size + 1)]
    codes = codes_of(names)
    categories = _categories(lines, headings) if kind == "cat" else ()
    box: dict[Choice, int] = {}
    for number, many, groups in rows:
        _check(lines, number, groups, size, kind)
        choice = _choice([tuple(codes[place - 1] for place in group) for group in groups], len(categories))
        if categories and len(groups) != len(categories):
            raise lines.bad(NotOfThisFormat, number)
        box[choice] = box.get(choice, 0) + many
    if (told := headings.get("NUMBER VOTERS")) and lines.number(told[1], told[0]) != sum(box.values()):
        raise lines.bad(NumbersDiffer, told[0], told[1])
    title = headings.get("TITLE", (0, ""))
    grades = categories[::-1] if len(categories) > 2 else None
    return BallotFile(
        options=codes,
        names=tuple(names),
        piles=piles_of(box),
        title=lines.name(title[1], title[0]) if title[1] else None,
        method=Method.SCHULZE if not categories else Method.MAJORITY_JUDGMENT if grades else Method.APPROVAL,
        parameters=Parameters(grades=grades),
    )


def write_preflib(file: str, box: BallotFile) -> str:
    """Write one of the kind that the extension says. Raises CannotBeWritten when some paper cannot stand in it."""
    kind = kind_of(file)
    categories = (box.parameters.grades or ("not approved", "approved"))[::-1] if kind == "cat" else ()
    places = {option: str(number) for number, option in enumerate(box.options, 1)}
    rows = Counter[str]()
    for pile in box.piles:
        if not pile.choice.blank:
            rows[_row(_groups_of(box, pile.choice, kind, len(categories)), places)] += pile.papers
    headings = {"FILE NAME": file, "TITLE": box.title or "", "DESCRIPTION": "", "DATA TYPE": kind, "MODIFICATION TYPE": "original"}
    headings |= dict.fromkeys(("RELATES TO", "RELATED FILES", "PUBLICATION DATE", "MODIFICATION DATE"), "")
    headings |= {"NUMBER ALTERNATIVES": str(len(places)), "NUMBER VOTERS": str(sum(rows.values()))}
    headings["NUMBER UNIQUE PREFERENCES" if categories else "NUMBER UNIQUE ORDERS"] = str(len(rows))
    if categories:
        headings["NUMBER CATEGORIES"] = str(len(categories))
        headings |= {f"CATEGORY NAME {number}": name for number, name in enumerate(categories, 1)}
    headings |= {f"ALTERNATIVE NAME {number}": box.name_of(option) for option, number in places.items()}
    lines = [f"# {name}: {value}".rstrip() for name, value in headings.items()]
    return "\n".join([*lines, *(f"{papers}: {row}" for row, papers in rows.items())]) + "\n"


def kind_of(file: str) -> str:
    """Return the extension, in small letters."""
    return file.rpartition(".")[2].lower()


def _groups(text: str) -> tuple[tuple[int, ...], ...] | None:
    groups, at = [], 0
    while at < len(text.rstrip()):
        found = GROUP.match(text, at)
        if not found:
            return None
        inside = found[1] if found[1] is not None else found[2]
        if not all(part.strip().isdecimal() for part in inside.split(",") if inside.strip()):
            return None
        groups.append(tuple(int(part) for part in inside.split(",") if part.strip()))
        at = found.end()
    return tuple(groups) if groups and not text.rstrip().endswith(",") else None


def _check(lines: Lines, number: int, groups: tuple[tuple[int, ...], ...], size: int, kind: str) -> None:
    named = list(chain.from_iterable(groups))
    if not all(1 <= place <= size for place in named):
        raise lines.bad(OptionNotDeclared, number)
    if len(set(named)) < len(named):
        raise lines.bad(OptionTwice, number)
    if kind in {"soc", "toc"} and len(named) < size:
        raise lines.bad(OptionsLeftOut, number)
    if kind in {"soc", "soi"} and any(len(group) > 1 for group in groups):
        raise lines.bad(EqualsNotAllowed, number)
    if kind != "cat" and not all(groups):
        raise lines.bad(NotOfThisFormat, number)


def _choice(groups: list[tuple[Code, ...]], categories: int) -> Choice:
    match categories:
        case 0:
            return Choice(ranks=tuple(groups))
        case 2:
            return Choice(marks=groups[0]) if groups[0] else Choice()
        case _:
            graded = ((option, categories - place) for place, group in enumerate(groups, 1) for option in group)
            return Choice(points=tuple(Points(option=option, points=grade) for option, grade in graded))


def _heading(lines: Lines, headings: Headings, name: str) -> tuple[str, int]:
    if name not in headings:
        raise lines.bad(HeadingMissing, 0, f"# {name}:")
    number, value = headings[name]
    return value, number


def _categories(lines: Lines, headings: Headings) -> tuple[str, ...]:
    value, number = _heading(lines, headings, "NUMBER CATEGORIES")
    size = lines.number(value, number)
    if size < 2:
        raise lines.bad(NotOfThisFormat, number, value)
    return tuple(lines.name(*_heading(lines, headings, f"CATEGORY NAME {place}")) for place in range(1, size + 1))


def _groups_of(box: BallotFile, choice: Choice, kind: str, categories: int) -> Iterable[tuple[Code, ...]]:
    """Return what a paper says as the groups of a line."""
    if kind != "cat":
        ranks = choice.ranks or ()
        complete = sum(len(rank) for rank in ranks) == len(box.options)
        if not ranks or (kind in {"soc", "toc"} and not complete) or (kind in {"soc", "soi"} and any(len(rank) > 1 for rank in ranks)):
            raise CannotBeWritten(format=kind)
        return ranks
    if choice.marks and categories == 2:
        return choice.marks, tuple(option for option in box.options if option not in (choice.marks or ()))
    if choice.points and categories > 2 and all(one.points < categories for one in choice.points):
        return [tuple(one.option for one in choice.points if one.points == grade) for grade in range(categories - 1, -1, -1)]
    raise CannotBeWritten(format=kind)


def _row(groups: Iterable[tuple[Code, ...]], places: Mapping[Code, str]) -> str:
    return ",".join(places[group[0]] if len(group) == 1 else "{" + ",".join(places[option] for option in group) + "}" for group in groups)

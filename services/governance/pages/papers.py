"""A paper as a form asks for it, and a teller's count as it is typed: fields of a page read as what the register keeps."""

import re
from collections.abc import Sequence
from typing import Any, Final

from services.governance.events.ballots import AdvisoryCount, BallotOpened, HandCount, OptionSum, RollCollege
from services.governance.events.papers import Choice, Method, Missing, Parameters, Pile, Points, VoidPapers
from services.governance.rules.sums import ONE_MARK
from services.governance.tally.opening import BUDGETS
from shared.refusals import Refused
from shared.values import Code
from shared.web.forms import Filled, NumberUnread

MARKS: Final = frozenset({Method.APPROVAL}) | BUDGETS
RANKS: Final = frozenset({Method.BORDA, Method.SCHULZE, Method.IRV, Method.STV})
POINTS: Final = frozenset({Method.SCORE, Method.MAJORITY_JUDGMENT, Method.DOTS})
SUMMED: Final = ONE_MARK | {Method.APPROVAL, Method.DOTS}  # whose sums decide; scores too, where the mean does not
UNLESS_SAID: Final = {Method.SCORE: Missing.IGNORED, Method.MAJORITY_JUDGMENT: Missing.WORST}  # as tally/ counts; a test compares
SET_ASIDE: Final = "void"  # why two tellers set a paper aside: their form does not ask for more
LINE: Final = re.compile(r"([0-9]{1,6})\s*[:x*]?\s*(.*)", re.DOTALL)
MARK: Final = re.compile(r"([A-Z]{1,2})(?:\s*[=:]\s*([0-9]{1,3}))?")


class LineNotRead(Refused):
    """Une ligne du comptage ne se lit pas : écris d'abord combien de papiers, puis les lettres des options, comme « 12 : A > B ».
    A line of the count cannot be read: write first how many papers, then the letters of the options, as in “12: A > B”."""


def kind_of(method: Method) -> str:
    """Return which form a paper has: `mark`, `marks`, `ranks`, `points`; `none` where nobody writes a paper."""
    for kind, methods in (("mark", ONE_MARK), ("marks", MARKS), ("ranks", RANKS), ("points", POINTS)):
        if method in methods:
            return kind
    return "none"


def highest(method: Method, parameters: Parameters) -> int:
    """Return the most that one option can be given on a paper of points."""
    match method:
        case Method.SCORE:
            return parameters.top or 0
        case Method.MAJORITY_JUDGMENT:
            return len(parameters.grades or ()) - 1
        case _:
            return parameters.dots_each or parameters.dots or 0


def missing_of(method: Method, parameters: Parameters) -> Missing | None:
    """Return what an option gets that a paper leaves without a score or a grade; None where papers have neither."""
    return parameters.missing or UNLESS_SAID.get(method)


def counted_by_sums(method: Method, parameters: Parameters) -> bool:
    """Tell whether tellers type one number for each option; else they type the papers, in lines."""
    return method in SUMMED or (method is Method.SCORE and not parameters.mean)


def letter(place: int) -> str:
    """Return the letter by which tellers call an option: A to Z, then AA."""
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def choice_of(sent: Filled, opened: BallotOpened) -> Choice:
    """Read the paper that a voter filled in; nothing chosen is blank. Raises NumberUnread."""
    codes = [one.option for one in opened.options]
    match kind_of(opened.method):
        case "mark":
            mark = sent.text("mark")
            return Choice(marks=(mark,) if mark else None)
        case "marks":
            return Choice(marks=sent.texts("marks") or None)
        case "ranks":
            ranks: dict[int, list[Code]] = {}
            for code in codes:
                if (rank := sent.whole(f"rank-{code}")) is not None:
                    ranks.setdefault(rank, []).append(code)
            return Choice(ranks=tuple(tuple(ranks[rank]) for rank in sorted(ranks)) or None)
        case _:
            points = ((code, sent.whole(f"points-{code}")) for code in codes)
            return Choice(points=_points(points, opened.method) or None)


def count_of(sent: Filled, opened: BallotOpened) -> HandCount:
    """Read what a teller counted. Raises NumberUnread or LineNotRead."""
    void, found, present = sent.whole("void"), sent.whole("found"), sent.whole("present")
    told: dict[str, Any] = {
        "found": _required(found, "found"),
        "present": _required(present, "present"),
        "void": (VoidPapers(reason=SET_ASIDE, papers=void),) if void else None,
        "advisory": _advisory(sent, opened),
    }
    if not counted_by_sums(opened.method, opened.parameters):
        return HandCount(**told, piles=piles_of_lines(sent.lines("papers"), opened))
    sums = ((one.option, sent.whole(f"sum-{one.option}")) for one in opened.options)
    given = tuple(OptionSum(option=code, points=points) for code, points in sums if points)
    return HandCount(**told, sums=given, blank=sent.whole("blank"))


def piles_of_lines(lines: Sequence[str], opened: BallotOpened) -> tuple[Pile, ...]:
    """Read papers typed in lines: « 12 : A > B = C » for rankings, « 12 : A B » for marks, « 12 : A=5 B=3 » for points; « 2 : » is blank.

    Raises LineNotRead with the number of the line.
    """
    codes = {letter(place): one.option for place, one in enumerate(opened.options)}
    return tuple(_pile(line, number, codes, opened.method) for number, line in enumerate(lines, start=1))


def _pile(line: str, number: int, codes: dict[str, Code], method: Method) -> Pile:
    read = LINE.fullmatch(line)
    if read is None or int(read[1]) == 0:
        raise LineNotRead(line=number, field="papers")
    said = read[2].upper().replace(",", " ").strip()
    try:
        match kind_of(method):
            case "ranks" if said:
                ranks = tuple(tuple(codes[one.strip()] for one in rank.split("=")) for rank in said.split(">"))
                return Pile(choice=Choice(ranks=ranks), papers=int(read[1]))
            case "points" if said:
                marks = [MARK.fullmatch(one) for one in said.split()]
                points = [(codes[one[1]], int(one[2])) for one in marks if one and one[2]]
                if len(points) < len(marks):
                    raise LineNotRead(line=number, field="papers")
                return Pile(choice=Choice(points=_points(points, method)), papers=int(read[1]))
            case _:
                return Pile(choice=Choice(marks=tuple(codes[one] for one in said.split()) or None), papers=int(read[1]))
    except KeyError as error:
        raise LineNotRead(line=number, field="papers") from error


def _points(given: Any, method: Method) -> tuple[Points, ...]:
    """Return what each option got; of dots, an option without any is not on the paper."""
    told = ((code, points) for code, points in given if points is not None)
    return tuple(Points(option=code, points=points) for code, points in told if points or method is not Method.DOTS)


def _advisory(sent: Filled, opened: BallotOpened) -> tuple[AdvisoryCount, ...] | None:
    counts = tuple(_heard(sent, opened, one) for one in opened.roll if one.advisory)
    return counts or None


def _heard(sent: Filled, opened: BallotOpened, college: RollCollege) -> AdvisoryCount:
    """Read what a college that is only heard said: a number for each option where a paper marks one, else lines of papers."""
    if opened.method not in ONE_MARK:
        piles = piles_of_lines(sent.lines(f"papers-{college.college}"), opened)
    else:
        marked = ((one.option, sent.whole(f"heard-{college.college}-{one.option}")) for one in opened.options)
        piles = tuple(Pile(choice=Choice(marks=(code,)), papers=papers) for code, papers in marked if papers)
        if blank := sent.whole(f"heard-{college.college}-"):
            piles = (*piles, Pile(choice=Choice(), papers=blank))
    return AdvisoryCount(college=college.college, found=sum(one.papers for one in piles), piles=piles or None)


def _required(number: int | None, name: str) -> int:
    if number is None:
        raise NumberUnread(field=name)
    return number

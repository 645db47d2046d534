"""A result as its page tells it: every number, the steps one by one with the way forward and back, other methods marked hypothetical."""

from collections.abc import Mapping
from typing import Any

from services.governance.events.papers import Choice, Method, Parameters, Tallied
from services.governance.projections.ballots import Poll
from services.governance.telling.steps import told
from services.governance.telling.what_if import Hypothesis, PapersNotPublished, what_if
from shared.values import Code
from shared.web.reader import reader_of


def result_shown_in_words(visit: Any, poll: Poll, labels: Mapping[Code, str], *, step: int, compared: bool) -> dict[str, Any]:
    """Return the part of a ballot's page that follows its closing; `result` is None before."""
    if poll.result is None:
        return {"result": None, "steps": [], "step": 0, "hypotheses": None, "unpublished": False, "figures": [], "papers": []}
    language = reader_of(visit.request).language
    sentences = [getattr(said, language) for said in told(poll.rounds, poll.opened.method, poll.opened.parameters, labels)]
    hypotheses, unpublished = _hypotheses(poll) if compared else (None, False)
    return {
        "result": poll.result,
        "figures": _figures(poll.result.tallied, labels, language, _grades(poll.opened.method, poll.opened.parameters)),
        "elected": [labels.get(one, one) for one in poll.result.tallied.elected],
        "ties": [([labels.get(code, code) for code in one.order], one.step) for one in poll.result.tallied.ties],
        "steps": sentences,
        "step": min(step, len(sentences)),
        "hypotheses": hypotheses and [_shown(one, labels, language) for one in hypotheses],
        "unpublished": unpublished,
        "papers": _papers(poll, labels),
    }


def _hypotheses(poll: Poll) -> tuple[tuple[Hypothesis, ...] | None, bool]:
    try:
        return what_if(poll), False
    except PapersNotPublished:
        return None, True


def _shown(one: Hypothesis, labels: Mapping[Code, str], language: str) -> dict[str, Any]:
    elected = [labels.get(code, code) for code in one.tallied.elected] if one.tallied else []
    return {
        "method": one.method,
        "hypothetical": one.hypothetical,
        "elected": elected,
        "why": one.why,
        "figures": _figures(one.tallied, labels, language, _grades(one.method, one.parameters)) if one.tallied else [],
    }


def _grades(method: Method, parameters: Parameters) -> tuple[str, ...]:
    """Return the grades whose places are the numbers of a result; none of another method."""
    return parameters.grades or () if method is Method.MAJORITY_JUDGMENT else ()


def _figures(tallied: Tallied, labels: Mapping[Code, str], language: str, grades: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return each number of a result beside what it is the number of; a fraction stays a fraction: it is exact."""
    return [(labels.get(one.of, one.of), _number(one.value, language, grades)) for one in tallied.counts]


def _number(value: str, language: str, grades: tuple[str, ...]) -> str:
    if grades and value.isdecimal() and int(value) < len(grades):
        return grades[int(value)]
    whole, _, part = value.partition("/")
    if part == "2":
        comma = "," if language == "fr" else "."
        return f"{int(whole) // 2}{comma}5"
    return value


def _papers(poll: Poll, labels: Mapping[Code, str]) -> list[tuple[str, int]]:
    """Return the papers as closing showed them, those that say the same together; nothing where they are not published."""
    if poll.shown is None or poll.shown.sums is not None:
        return []
    grades = _grades(poll.opened.method, poll.opened.parameters)
    piles = sorted(poll.shown.piles, key=lambda pile: (-pile.papers, pile.choice.model_dump_json()))
    return [(paper_said(pile.choice, labels, grades), pile.papers) for pile in piles]


def paper_said(choice: Choice, labels: Mapping[Code, str], grades: tuple[str, ...]) -> str:
    """Return what one paper says, on one line; nothing of a blank one."""
    if choice.marks:
        return ", ".join(labels.get(one, one) for one in choice.marks)
    if choice.ranks:
        return " > ".join(" = ".join(labels.get(one, one) for one in rank) for rank in choice.ranks)
    if choice.points:
        return ", ".join(f"{labels.get(one.option, one.option)} : {grades[one.points] if grades else one.points}" for one in choice.points)
    return ""

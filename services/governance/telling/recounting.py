"""Every result ever declared, counted again with the version of its day and with today's; a difference with its explanation.

Pure: it reads what closing showed. A result whose papers are not published cannot be counted from the records, and says so.
"""

from dataclasses import dataclass

from services.governance.events.papers import Method
from services.governance.projections.ballots import Poll, Polls
from services.governance.tally.methods import METHODS, changes_since
from services.governance.telling.what_if import PapersNotPublished, Recount, Recounted, recounted
from shared.values import Checked, Code, Id, Seq


@dataclass(frozen=True, slots=True)
class Change:
    """What a later version of a method does otherwise, in two languages."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class ResultAgain:
    """One declared result, its recounts, and in what the two versions differ: `elected`, `counts`, `ties`, `steps` and the like.

    `changes` explain a difference; `why` names what kept it from being counted again. `as_declared`: the version of its day says
    what was declared.
    """

    ballot: Id
    seq: Seq
    question: Checked
    method: Method
    version: int
    version_today: int
    recounted: Recounted | None
    as_declared: bool
    differs: tuple[Code, ...] = ()
    changes: tuple[Change, ...] = ()
    why: Code | None = None


def all_recounted(polls: Polls) -> tuple[ResultAgain, ...]:
    """Count every declared result again, the first declared first."""
    declared = sorted((poll for poll in polls.polls.values() if poll.result is not None), key=lambda poll: poll.result_seq or 0)
    return tuple(result_again(poll) for poll in declared)


def result_again(poll: Poll) -> ResultAgain:
    """Count one declared result again. Raises NotDeclaredYet."""
    method, version = poll.opened.method, poll.result.method_version if poll.result else poll.opened.method_version
    known = (poll.opened.ballot, poll.result_seq or 0, poll.opened.question, method, version, METHODS[method][-1].version)
    try:
        found = recounted(poll)
    except PapersNotPublished:
        return ResultAgain(*known, None, as_declared=False, why="papers-not-published")
    differs = differences(found.then, found.now)
    changes = tuple(Change(*changed) for changed in changes_since(method, version)) if differs else ()
    return ResultAgain(*known, found, found.same_then, differs, changes, found.then.why)


def differences(one: Recount, other: Recount) -> tuple[Code, ...]:
    """Name what two counts of the same papers do not say alike."""
    if one.tallied is None or other.tallied is None:
        return () if one.tallied == other.tallied else ("tallied",)
    names = tuple(name for name in type(one.tallied).model_fields if getattr(one.tallied, name) != getattr(other.tallied, name))
    return names if one.steps == other.steps else (*names, "steps")

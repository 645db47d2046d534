"""The papers of a closed ballot counted again: as on its day, as today, and as other methods would have had it.

Pure: it reads what closing showed and leaves no fact. A result under another method is hypothetical; the declared one is the only one that
counts. Where the papers were not published nobody can count them from the records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.governance.events.ballots import ERASED, HandCount
from services.governance.events.papers import NO, Choice, DrawKind, Method, Parameters, Pile, Points, Step, Tallied
from services.governance.projections.ballots import Poll, Shown
from services.governance.rules.declaring import LEFT_OUT
from services.governance.rules.sums import ONE_MARK, piles_of, tallied_from_sums
from services.governance.tally.counting import Counting, DrawNeeded, Options, Ties
from services.governance.tally.draw import drawn_order
from services.governance.tally.methods import METHODS, counting_of
from services.governance.tally.opening import BUDGETS
from services.governance.tally.sorting import tallied
from shared.refusals import Refused
from shared.values import Code

RANKED: Final = frozenset({Method.BORDA, Method.SCHULZE, Method.IRV, Method.STV})
ONE_NAME: Final = frozenset({Method.PLURALITY, Method.TWO_ROUNDS})
NO_ROOT: Final = bytes(32)  # a hypothetical tie is parted by a draw of its own, which decides nothing


class PapersNotPublished(Refused):
    """Les bulletins de ce scrutin ne sont pas publiés : on ne peut pas les recompter depuis le registre.
    The papers of this ballot are not published: they cannot be counted again from the register."""


class NotDeclaredYet(Refused):
    """Ce scrutin n'a pas encore de résultat.
    This ballot has no result yet."""


@dataclass(frozen=True, slots=True)
class Recount:
    """One count of the same papers: by which version of which method, with what result; `why` there is none."""

    method: Method
    version: int
    tallied: Tallied | None
    steps: tuple[Step, ...] = ()
    why: Code | None = None


@dataclass(frozen=True, slots=True)
class Recounted:
    """A declared result beside the recounts of its day's version and of today's, and whether each says the same."""

    declared: Tallied
    then: Recount
    now: Recount
    same_then: bool
    same_now: bool


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What another method would have made of the same papers; the declared one alone is not hypothetical."""

    method: Method
    parameters: Parameters
    tallied: Tallied | None
    hypothetical: bool = True
    why: Code | None = None


def recounted(poll: Poll) -> Recounted:
    """Count the papers again with the version of their day and with today's. Raises NotDeclaredYet or PapersNotPublished."""
    if poll.result is None:
        raise NotDeclaredYet
    then = counting_of(poll.opened.method, poll.result.method_version)
    of_its_day = _counted(poll, poll.opened.method, then, poll.opened.parameters)
    of_today = _counted(poll, poll.opened.method, METHODS[poll.opened.method][-1], poll.opened.parameters)
    return Recounted(poll.result.tallied, of_its_day, of_today, _says_the_same(poll, of_its_day), _says_the_same(poll, of_today))


def what_if(poll: Poll) -> tuple[Hypothesis, ...]:
    """Return the declared result first, then each method that can read the same papers. Raises as `recounted`."""
    if poll.result is None:
        raise NotDeclaredYet
    declared = Hypothesis(poll.opened.method, poll.opened.parameters, poll.result.tallied, hypothetical=False)
    others = []
    for method, parameters, papers in _readings(poll):
        one = _counted(poll, method, METHODS[method][-1], parameters, papers)
        others.append(Hypothesis(method, parameters, one.tallied, why=one.why))
    return (declared, *others)


def _says_the_same(poll: Poll, count: Recount) -> bool:
    """Compare numbers, elected, ties and steps with the declared ones; where its steps were too long to keep, all but these."""
    if poll.result is None or count.tallied != poll.result.tallied:
        return False
    return poll.rounds in {count.steps, LEFT_OUT}


def _readings(poll: Poll) -> Iterator[tuple[Method, Parameters, tuple[Pile, ...]]]:
    """Yield each other method with its parameters, and the papers as it reads them."""
    piles, own, settings = _published(poll).piles, poll.opened.method, poll.opened.parameters
    if _published(poll).sums is not None and own not in ONE_MARK:
        return
    if own in BUDGETS:
        budget = Parameters(budget=settings.budget, costs=settings.costs)
        for method in sorted(BUDGETS - {own}):
            yield method, budget, piles
        return
    seats = Parameters(seats=settings.seats)
    if own in RANKED:
        firsts = tuple(Pile(choice=_first(one.choice), papers=one.papers) for one in piles)
        for method in sorted(RANKED - {own}):
            if method in {Method.BORDA, Method.STV} or seats.seats in {None, 1}:
                yield method, seats if method in {Method.BORDA, Method.STV} else Parameters(), piles
        yield Method.PLURALITY, seats, firsts
        if seats.seats in {None, 1}:
            yield Method.TWO_ROUNDS, Parameters(), firsts
    elif own in ONE_NAME | {Method.APPROVAL}:
        for method in sorted((ONE_NAME | {Method.APPROVAL}) - {own}):
            if own is not Method.APPROVAL:
                yield method, seats if method is not Method.TWO_ROUNDS else Parameters(), piles
    elif own is Method.MAJORITY_JUDGMENT:
        yield Method.SCORE, Parameters(seats=settings.seats, top=len(settings.grades or ()) - 1, missing=settings.missing), piles
    elif own is Method.SCORE:
        yield Method.APPROVAL, seats, tuple(Pile(choice=_liked(one.choice, settings.top or 0), papers=one.papers) for one in piles)


def _first(choice: Choice) -> Choice:
    """Read a ranking as a paper that names its first option; two firsts name nobody."""
    named = choice.ranks[0] if choice.ranks and len(choice.ranks[0]) == 1 else ()
    return Choice(marks=named or None)


def _liked(choice: Choice, top: int) -> Choice:
    """Read scores as approvals: of what got more than half of the highest score."""
    points: tuple[Points, ...] = choice.points or ()
    return Choice(marks=tuple(one.option for one in points if 2 * one.points > top) or None)


def _published(poll: Poll) -> Shown:
    if poll.shown is None:
        raise PapersNotPublished
    return poll.shown


def _counted(poll: Poll, method: Method, counting: Counting, parameters: Parameters, piles: tuple[Pile, ...] | None = None) -> Recount:
    shown, options = _published(poll), tuple(one.option for one in poll.opened.options)
    set_aside = set_aside_of(poll)
    own = method is poll.opened.method
    ties = Ties(poll.opened.tie_policy, _order(poll, options, own=own), casting_of(poll) if own else None)
    try:
        if shown.sums is not None and method not in ONE_MARK:
            count = HandCount(found=shown.found or 0, present=shown.found or 0, sums=shown.sums, blank=shown.blank, void=shown.void)
            result, steps = tallied_from_sums(method, options, count, parameters, ties)
        else:
            box = piles if piles is not None else (piles_of(shown.sums, shown.blank) if shown.sums is not None else shown.piles)
            result, steps = tallied(counting, options, box, parameters, ties, set_aside)
    except DrawNeeded:
        return Recount(method, counting.version, None, why="draw-needed")
    return Recount(method, counting.version, result, steps)


def _order(poll: Poll, options: Options, *, own: bool) -> Options | None:
    """Return the order that parted ties: the one drawn in class, or from the root that the result names."""
    if own and poll.opened.tie_policy.draw is DrawKind.CLASS:
        return poll.drawn
    root = poll.result.draw_root if own and poll.result else None
    if own and root is None:
        return None
    return drawn_order(options, bytes.fromhex(root) if root else NO_ROOT, poll.opened.ballot)


def set_aside_of(poll: Poll) -> Mapping[Code, int]:
    """Return how many papers were void before they were read, by reason: those closing shows, and named votes erased with their person."""
    erased = [one for one in (poll.result.tallied.void if poll.result else ()) if one.reason == ERASED]
    return {one.reason: one.papers for one in (*_published(poll).void, *erased)}


def casting_of(poll: Poll) -> bool | None:
    """Return what the casting vote said, where it parted a tie: the declared result shows it."""
    ties = poll.result.tallied.ties if poll.result else ()
    return ties[0].order[0] != NO if poll.opened.casting_vote and ties else None

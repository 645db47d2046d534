"""Every ballot as the voters may see it: its settings and each change to them, how many voted, and the result once it is declared.

Before closing nothing of a count is kept, on purpose: of a teller's count only that it was entered, of a vote only that it was given.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from immutables import Map

from services.governance.events.ballots import (
    BallotCancelled,
    BallotChallenged,
    BallotChanged,
    BallotOpened,
    BoxOpened,
    DrawHeld,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    OptionSum,
    Paper,
    ProxyGiven,
    QuorumMissed,
    ResultDeclared,
    VoteCast,
    VoterMarked,
    VoterUnmarked,
    VotesRevealed,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import Choice, Pile, Step, VoidPapers
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Passage, Pseudonym, Seq, Table


class Stage(StrEnum):
    """Where a ballot stands for whoever looks at it."""

    OPEN = "open"
    DRAW_NEEDED = "draw-needed"
    NO_QUORUM = "no-quorum"
    CANCELLED = "cancelled"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that changed after opening: the closing time only; who moved it, when, and why."""

    seq: Seq
    at: datetime
    by: Pseudonym
    before: datetime
    after: datetime
    reason: Passage


@dataclass(frozen=True, slots=True)
class Ending:
    """Why there is no result, or none that holds: cancelled, by whom and why; or too few people, how many of how many needed."""

    seq: Seq
    at: datetime
    by: Pseudonym
    reason: Passage | None = None
    needed: int | None = None
    counted: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The papers as closing showed them: those of the deciding colleges in piles, or the sums alone; those set aside; proxies."""

    piles: tuple[Pile, ...] = ()
    sums: tuple[OptionSum, ...] | None = None
    found: int | None = None
    blank: int = 0
    void: tuple[VoidPapers, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    """One ballot. `counts_entered` since the last difference; `differences` between the tellers so far; `result` without its rounds."""

    opened: BallotOpened
    seq: Seq
    at: datetime
    by: Pseudonym
    closes_at: datetime | None = None
    stage: Stage = Stage.OPEN
    changes: tuple[Change, ...] = ()
    voted: frozenset[Pseudonym] = frozenset()
    proxies: Table[Pseudonym, Pseudonym] = Map()
    counts_entered: frozenset[Pseudonym] = frozenset()
    differences: int = 0
    shown: Shown | None = None
    drawn: tuple[Code, ...] | None = None
    witnesses: tuple[Pseudonym, ...] = ()
    result: ResultDeclared | None = None
    result_seq: Seq | None = None
    closed_at: datetime | None = None
    rounds: tuple[Step, ...] = ()
    ending: Ending | None = None
    challenged: bool = False

    @property
    def turnout(self) -> int | None:
        """Return how many voted so far, or in all; None where nobody can know before a count is declared."""
        if self.result is not None:
            return self.result.voters
        return len(self.voted) if self.opened.way != "hand" else None


@dataclass(frozen=True, slots=True)
class Polls:
    """Every ballot by its id."""

    polls: Table[Id, Poll] = Map()


PollEvent = (
    BallotOpened
    | BallotChanged
    | BallotCancelled
    | HandCountEntered
    | HandCountsDiffered
    | HandCountsAgreed
    | ProxyGiven
    | VoteCast
    | VotesRevealed
    | VoterMarked
    | VoterUnmarked
    | BoxOpened
    | BallotChallenged
    | QuorumMissed
    | DrawHeld
    | ResultDeclared
)


def evolve(known: Polls, record: Recorded[GovernanceEvent]) -> Polls:
    """Apply one fact; one about a ballot that a cut hides changes nothing."""
    event = record.event
    if isinstance(event, BallotOpened):
        poll = Poll(event, record.seq, record.time, record.actor, event.closes_at)
        return Polls(known.polls.set(event.ballot, poll))
    if not isinstance(event, PollEvent) or event.ballot is None or (before := known.polls.get(event.ballot)) is None:
        return known
    return Polls(known.polls.set(event.ballot, replace(before, **_changed(before, event, record))))


BALLOTS: Projection[Polls] = Projection("governance.ballots", 2, Polls(), evolve)


def _changed(poll: Poll, event: PollEvent, record: Recorded[Any]) -> dict[str, Any]:
    match event:
        case BallotChanged():
            change = Change(record.seq, record.time, record.actor, event.before, event.after, event.reason)
            return {"closes_at": event.after, "changes": (*poll.changes, change)}
        case BallotCancelled():
            ending = Ending(record.seq, record.time, record.actor, event.reason)
            return {"stage": Stage.CANCELLED, "ending": ending}
        case BallotChallenged():
            return {"challenged": True}
        case QuorumMissed():
            ending = Ending(record.seq, record.time, record.actor, needed=event.needed, counted=event.counted)
            return {"stage": Stage.NO_QUORUM, "ending": ending}
        case HandCountEntered():
            return {"counts_entered": poll.counts_entered | {record.actor}}
        case HandCountsDiffered():
            return {"counts_entered": frozenset(), "differences": poll.differences + 1}
        case ProxyGiven():
            return {"proxies": poll.proxies.set(event.giver, event.holder)}
        case VoteCast():
            return {"voted": poll.voted | {event.proxy_for or event.voter}}
        case VoterMarked():
            return {"voted": poll.voted | {event.voter}}
        case VoterUnmarked():
            return {"voted": poll.voted - {event.voter}}
        case HandCountsAgreed() | VotesRevealed() | BoxOpened():
            return {"stage": Stage.DRAW_NEEDED, "shown": _shown(poll, event)}
        case DrawHeld():
            return {"drawn": event.order, "witnesses": event.witnesses}
        case ResultDeclared():
            return _declared(poll, event, record)
        case BallotOpened():
            return {}
        case _:
            assert_never(event)


def _declared(poll: Poll, event: ResultDeclared, record: Recorded[Any]) -> dict[str, Any]:
    first = poll.result or event.model_copy(update={"rounds": ()})
    return {
        "stage": Stage.DECLARED,
        "result": first,
        "result_seq": poll.result_seq or record.seq,
        "closed_at": record.time,
        "rounds": (*poll.rounds, *event.rounds),
    }


def _shown(poll: Poll, event: HandCountsAgreed | VotesRevealed | BoxOpened) -> Shown | None:
    """Add what one record shows of the papers; nothing where they are not published."""
    before = poll.shown or Shown()
    if isinstance(event, VotesRevealed):
        worth = {line.voter: line.weight or 1 for one in poll.opened.roll if not one.advisory for line in one.voters}
        votes = [(one.choice, worth.get(one.proxy_for or one.voter, 0)) for one in event.votes]
        return replace(before, piles=_piled(before.piles, votes))
    if isinstance(event, BoxOpened):
        return _board(before, event.papers) if event.papers is not None else poll.shown
    if event.count is None:
        return poll.shown
    count = event.count
    if count.sums is not None:
        return replace(before, sums=count.sums, found=count.found, blank=count.blank or 0, void=count.void or ())
    return replace(before, piles=(*before.piles, *(count.piles or ())), void=(*before.void, *(count.void or ())))


def _board(before: Shown, papers: tuple[Paper, ...]) -> Shown:
    void = {one.reason: one.papers for one in before.void}
    for one in papers:
        if one.void is not None:
            void[one.void] = void.get(one.void, 0) + 1
    read = [(one.choice or Choice(), 1) for one in papers if one.void is None]
    set_aside = tuple(VoidPapers(reason=reason, papers=number) for reason, number in sorted(void.items()))
    return replace(before, piles=_piled(before.piles, read), void=set_aside)


def _piled(piles: tuple[Pile, ...], more: list[tuple[Choice, int]]) -> tuple[Pile, ...]:
    papers = {one.choice: one.papers for one in piles}
    for choice, number in more:
        papers[choice] = papers.get(choice, 0) + number
    return tuple(Pile(choice=choice, papers=number) for choice, number in papers.items() if number)

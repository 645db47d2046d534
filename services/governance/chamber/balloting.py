"""What governance's deciders know of ballots: what was fixed at opening, who voted, which cards are out, where each ballot stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, assert_never

from immutables import Map

from services.governance.events.ballots import (
    BallotArchived,
    BallotCancelled,
    BallotChallenged,
    BallotChanged,
    BallotEvent,
    BallotOpened,
    BoxOpened,
    BoxSealed,
    CardCode,
    CardsIssued,
    DrawHeld,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    Paper,
    ProxyGiven,
    QuorumMissed,
    ResultDeclared,
    RollClosed,
    VoteCast,
    VoterMarked,
    VoterUnmarked,
    VotesRevealed,
    VotingStarted,
)
from services.governance.tally.two_rounds import finalists
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Digest, Id, Pseudonym


class Phase(StrEnum):
    """Where a ballot stands; one with cards goes through every phase, the others from open to declared."""

    OPEN = "open"
    CARDS_ISSUED = "cards-issued"
    ROLL_CLOSED = "roll-closed"
    VOTING = "voting"
    SEALED = "sealed"
    DRAW_NEEDED = "draw-needed"  # closed and shown, but a tie waits for a draw held in class or for the casting vote
    NO_QUORUM = "no-quorum"
    CANCELLED = "cancelled"
    DECLARED = "declared"
    ARCHIVED = "archived"


class Cast(NamedTuple):
    """A named vote before closing: who gave it, the commitment to its choice, in base64, and for whom it was given by proxy."""

    voter: Pseudonym
    sealed: str
    proxy_for: Pseudonym | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot. `counts` are the commitments, in base64, of the counts entered since the last difference, by teller; `votes` by the
    person they count for; `keys` of the cards printed; `papers` as the box showed them, or `board`, the commitment to them;
    `challenged` by the codes of their cards; `going_on` into a second round.
    """

    opened: BallotOpened
    opened_at: datetime
    phase: Phase = Phase.OPEN
    closes_at: datetime | None = None
    counts: Map[Pseudonym, str] = Map()
    proxies: Map[Pseudonym, Pseudonym] = Map()
    votes: Map[Pseudonym, Cast] = Map()
    keys: frozenset[Digest] = frozenset()
    batches: int = 0
    void: frozenset[Digest] = frozenset()
    marked: frozenset[Pseudonym] = frozenset()
    papers: tuple[Paper, ...] = ()  # kept while a draw is awaited
    board: str | None = None
    challenged: frozenset[CardCode] = frozenset()
    drawn: tuple[Code, ...] | None = None
    closed_at: datetime | None = None
    elected: tuple[Code, ...] = ()
    going_on: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballots:
    """Every ballot of the register by its id."""

    by_id: Map[Id, Ballot] = Map()


def evolve(known: Ballots, record: Recorded[BallotEvent]) -> Ballots:
    """Apply one fact about ballots; one about a ballot that a cut hides changes nothing."""
    match record.event:
        case BallotOpened() as event:
            ballot = Ballot(event, record.time, closes_at=event.closes_at)
            return Ballots(known.by_id.set(event.ballot, ballot))
        case BallotChanged() as event:
            return _ballot(known, event.ballot, closes_at=event.after)
        case BallotCancelled() as event:
            return _ballot(known, event.ballot, phase=Phase.CANCELLED)
        case QuorumMissed(ballot=ballot_id):
            return _ballot(known, ballot_id, phase=Phase.NO_QUORUM) if ballot_id else known
        case DrawHeld() as event:
            return _ballot(known, event.ballot, drawn=event.order)
        case ResultDeclared() as event:
            return _declared(known, event, record.time)
        case BallotArchived() as event:
            return _ballot(known, event.ballot, phase=Phase.ARCHIVED)
        case BallotChallenged() as event:
            before = known.by_id.get(event.ballot)
            return _ballot(known, event.ballot, challenged=(before.challenged if before else frozenset()) | {event.code})
        case HandCountsAgreed(ballot=ballot_id) | VotesRevealed(ballot=ballot_id):
            return _ballot(known, ballot_id, phase=Phase.DRAW_NEEDED)  # unless its result follows in the same append
        case BoxOpened() as event:
            before = known.by_id.get(event.ballot)
            papers = (*(before.papers if before else ()), *(event.papers or ()))
            board = event.board.sealed if event.board else None
            return _ballot(known, event.ballot, phase=Phase.DRAW_NEEDED, papers=papers, board=board)
        case HandCountEntered() | HandCountsDiffered() | ProxyGiven() | VoteCast():
            return _voted(known, record.event, record.actor)
        case _:
            return _carded(known, record.event)


BALLOTING: Fold[Ballots] = Fold(BallotEvent, Ballots(), evolve)


def _declared(known: Ballots, event: ResultDeclared, time: datetime) -> Ballots:
    """Keep what a result says; of its parts each may name who goes on."""
    before = known.by_id.get(event.ballot)
    going_on = finalists(event.rounds) or (before.going_on if before else ())
    return _ballot(known, event.ballot, phase=Phase.DECLARED, closed_at=time, elected=event.tallied.elected, going_on=going_on, papers=())


def _voted(known: Ballots, event: HandCountEntered | HandCountsDiffered | ProxyGiven | VoteCast, actor: Pseudonym) -> Ballots:
    before = known.by_id.get(event.ballot)
    if before is None:
        return known
    match event:
        case HandCountEntered():
            return _ballot(known, event.ballot, counts=before.counts.set(actor, event.count.sealed))
        case HandCountsDiffered():
            return _ballot(known, event.ballot, counts=Map())
        case ProxyGiven():
            return _ballot(known, event.ballot, proxies=before.proxies.set(event.giver, event.holder))
        case VoteCast():
            cast = Cast(event.voter, event.choice.sealed, event.proxy_for)
            return _ballot(known, event.ballot, votes=before.votes.set(event.proxy_for or event.voter, cast))
        case _:
            assert_never(event)


def _carded(known: Ballots, event: CardsIssued | VoterMarked | VoterUnmarked | RollClosed | VotingStarted | BoxSealed) -> Ballots:
    before = known.by_id.get(event.ballot)
    if before is None:
        return known
    match event:
        case CardsIssued():
            return _ballot(known, event.ballot, phase=Phase.CARDS_ISSUED, keys=before.keys | set(event.keys), batches=event.batch)
        case VoterMarked():
            return _ballot(known, event.ballot, marked=before.marked | {event.voter})
        case VoterUnmarked():
            return _ballot(known, event.ballot, marked=before.marked - {event.voter})
        case RollClosed():
            return _ballot(known, event.ballot, phase=Phase.ROLL_CLOSED, void=frozenset(event.void))
        case VotingStarted():
            return _ballot(known, event.ballot, phase=Phase.VOTING)
        case BoxSealed():
            return _ballot(known, event.ballot, phase=Phase.SEALED)
        case _:
            assert_never(event)


def _ballot(known: Ballots, name: Id, **changed: Any) -> Ballots:
    ballot = known.by_id.get(name)
    return Ballots(known.by_id.set(name, replace(ballot, **changed))) if ballot else known

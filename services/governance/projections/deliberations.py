"""What was deliberated: each proposal with its versions, frames and consent rounds, each ballot with its result, each decision.

Facts are kept as they were recorded, with their place and who recorded them, so that minutes can be written up to any one of
them. Nothing is kept of a ballot between its opening and its result: neither counts of tellers nor papers.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from immutables import Map

from services.governance.events.ballots import BallotCancelled, BallotOpened, QuorumMissed, ResultDeclared
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRejected,
    FrameStated,
    ObjectionLifted,
    ObjectionRaised,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from shared.messages import Event, Recorded
from shared.projecting import Projection
from shared.values import Id, Pseudonym, Seq, Table

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Said(Generic[E]):
    """One fact with its place, its moment and who recorded it."""

    seq: Seq
    at: datetime
    by: Pseudonym
    event: E


@dataclass(frozen=True, slots=True)
class Discussed:
    """A proposal and everything said about it, each kind in the order of recording."""

    made: Said[ProposalMade]
    revised: tuple[Said[ProposalRevised], ...] = ()
    supported: tuple[Said[ProposalSupported], ...] = ()
    amended: tuple[Said[AmendmentProposed], ...] = ()
    accepted: tuple[Said[AmendmentAccepted], ...] = ()
    refused: tuple[Said[AmendmentRejected], ...] = ()
    framed: tuple[Said[FrameStated], ...] = ()
    vetoed: tuple[Said[ProposalVetoed], ...] = ()
    withdrawn: tuple[Said[ProposalWithdrawn], ...] = ()
    rounds: tuple[Said[RoundOpened], ...] = ()
    objections: tuple[Said[ObjectionRaised], ...] = ()
    lifted: tuple[Said[ObjectionLifted], ...] = ()
    agreed: tuple[Said[ConsentReached], ...] = ()
    escalated: tuple[Said[ConsentEscalated], ...] = ()


@dataclass(frozen=True, slots=True)
class Voted:
    """A ballot: what was fixed at its opening, then how it ended. Of a result in parts the first part has the numbers."""

    opened: Said[BallotOpened]
    result: Said[ResultDeclared] | None = None
    cancelled: Said[BallotCancelled] | None = None
    missed: Said[QuorumMissed] | None = None


@dataclass(frozen=True, slots=True)
class Deliberations:
    """Proposals and ballots by id, amendments and objections by the proposal they are about, decisions in order."""

    proposals: Table[Id, Discussed] = Map()
    about: Table[Id, Id] = Map()
    ballots: Table[Id, Voted] = Map()
    adopted: tuple[Said[DecisionAdopted], ...] = ()
    rejected: tuple[Said[DecisionRejected], ...] = ()
    followed: tuple[Said[DecisionFollowed], ...] = ()


PLACES: Final[dict[type[Event], str]] = {  # where each kind of fact stands in a proposal's story
    ProposalRevised: "revised",
    ProposalSupported: "supported",
    FrameStated: "framed",
    ProposalVetoed: "vetoed",
    ProposalWithdrawn: "withdrawn",
    RoundOpened: "rounds",
    ConsentReached: "agreed",
    ConsentEscalated: "escalated",
    AmendmentProposed: "amended",
    ObjectionRaised: "objections",
    AmendmentAccepted: "accepted",
    AmendmentRejected: "refused",
    ObjectionLifted: "lifted",
}


def evolve(known: Deliberations, record: Recorded[GovernanceEvent]) -> Deliberations:
    """Apply one fact; one about what a cut hides changes nothing."""
    said: Said[Any] = Said(record.seq, record.time, record.actor, record.event)
    match record.event:
        case ProposalMade(proposal=proposal):
            return replace(known, proposals=known.proposals.set(proposal, Discussed(said)))
        case AmendmentProposed(amendment=name, proposal=proposal) | ObjectionRaised(objection=name, proposal=proposal):
            return _said(replace(known, about=known.about.set(name, proposal)), proposal, said)
        case AmendmentAccepted(amendment=name) | AmendmentRejected(amendment=name) | ObjectionLifted(objection=name):
            return _said(known, known.about.get(name), said)
        case BallotOpened(ballot=ballot):
            return replace(known, ballots=known.ballots.set(ballot, Voted(said)))
        case ResultDeclared(ballot=ballot, part=1):
            return _voted(known, ballot, result=said)
        case BallotCancelled(ballot=ballot):
            return _voted(known, ballot, cancelled=said)
        case QuorumMissed(ballot=str(ballot)):
            return _voted(known, ballot, missed=said)
        case DecisionAdopted():
            return replace(known, adopted=(*known.adopted, said))
        case DecisionRejected():
            return replace(known, rejected=(*known.rejected, said))
        case DecisionFollowed():
            return replace(known, followed=(*known.followed, said))
        case _ if type(record.event) in PLACES:
            return _said(known, getattr(record.event, "proposal", None), said)
        case _:
            return known


DELIBERATIONS: Projection[Deliberations] = Projection(name="governance.deliberations", version=1, initial=Deliberations(), evolve=evolve)


def _said(known: Deliberations, proposal: Id | None, said: Said[Any]) -> Deliberations:
    story = known.proposals.get(proposal) if proposal else None
    if proposal is None or story is None:
        return known
    place = PLACES[type(said.event)]
    longer: dict[str, Any] = {place: (*getattr(story, place), said)}
    return replace(known, proposals=known.proposals.set(proposal, replace(story, **longer)))


def _voted(known: Deliberations, name: Id, **changed: Any) -> Deliberations:
    ballot = known.ballots.get(name)
    return replace(known, ballots=known.ballots.set(name, replace(ballot, **changed))) if ballot else known

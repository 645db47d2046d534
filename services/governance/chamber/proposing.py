"""What governance's deciders know of ideas, proposals and decisions: which version stands, what was framed, what is owed to each."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, assert_never

from immutables import Map

from services.governance.events.ballots import BallotCancelled, BallotOpened, QuorumMissed, ResultDeclared
from services.governance.events.papers import Money
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    CommitmentReleased,
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRejected,
    DecisionRevoked,
    FollowUp,
    FrameStated,
    IdeaSetAside,
    IdeaSubmitted,
    Nominee,
    ObjectionLifted,
    ObjectionRaised,
    ProposalEvent,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Id, Pseudonym

ProposingEvent = ProposalEvent | BallotOpened | BallotCancelled | QuorumMissed | ResultDeclared


class Life(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    AGREEING = "agreeing"  # a consent round is open
    VOTING = "voting"
    ADOPTED = "adopted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Idea:
    """A card of the idea box: whose, for which body, and what became of it."""

    body: Code
    author: Pseudonym
    set_aside: bool = False
    proposal: Id | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a proposal; `cost` in cents."""

    title: str
    text: str
    cost: int | None = None
    pot: Code | None = None
    project: Code | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """Another wording of one version; `settled` once accepted or rejected."""

    proposal: Id
    version: int
    wording: Version
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection: about which proposal, and who raised it."""

    proposal: Id
    author: Pseudonym


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal: its versions (the last one stands), who supports it, its consent round (and on which version), open objections."""

    body: Code
    author: Pseudonym
    versions: tuple[Version, ...]
    life: Life = Life.OPEN
    supporters: frozenset[Pseudonym] = frozenset()
    idea: Id | None = None
    nominee: Nominee | None = None
    round: int = 0
    round_version: int = 0
    objections: frozenset[Id] = frozenset()

    @property
    def version(self) -> int:
        """Return the number of the version that stands."""
        return len(self.versions)


@dataclass(frozen=True, slots=True)
class Decision:
    """An adopted decision; `seq` of its adoption; `state` as last looked at; the `ballot` it came from.

    What its envelope still holds is in the purse.
    """

    body: Code
    title: str
    seq: int
    spending: Money | None = None
    revoked: bool = False
    state: FollowUp | None = None
    ballot: Id | None = None

    @property
    def open(self) -> bool:
        """Tell whether a council still has to look at it."""
        return not self.revoked and self.state in {None, FollowUp.ONGOING}


@dataclass(frozen=True, slots=True)
class Proposals:
    """Ideas, proposals, amendments, objections and decisions, by id."""

    ideas: Map[Id, Idea] = Map()
    by_id: Map[Id, Proposal] = Map()
    amendments: Map[Id, Amendment] = Map()
    objections: Map[Id, Objection] = Map()
    decisions: Map[Id, Decision] = Map()
    voted_in: Map[Id, Id] = Map()  # the ballot that each proposal stands in


def evolve(known: Proposals, record: Recorded[ProposingEvent]) -> Proposals:
    """Apply one fact about ideas, proposals or decisions; one about what a cut hides changes nothing."""
    match record.event:
        case IdeaSubmitted() as event:
            return replace(known, ideas=known.ideas.set(event.idea, Idea(event.body, record.actor)))
        case IdeaSetAside() as event:
            return _idea(known, event.idea, set_aside=True)
        case ProposalMade() as event:
            wording = Version(event.title, event.text, event.cost, event.pot, event.project)
            proposal = Proposal(event.body, record.actor, (wording,), idea=event.idea, nominee=event.nominee)
            known = _idea(known, event.idea, proposal=event.proposal) if event.idea else known
            return replace(known, by_id=known.by_id.set(event.proposal, proposal))
        case ProposalRevised() as event:
            wording = Version(event.title, event.text, event.cost, event.pot, event.project)
            before = known.by_id.get(event.proposal)
            return _proposal(known, event.proposal, versions=(*(before.versions if before else ()), wording))
        case ProposalSupported() as event:
            before = known.by_id.get(event.proposal)
            return _proposal(known, event.proposal, supporters=(before.supporters if before else frozenset()) | {record.actor})
        case ProposalWithdrawn() as event:
            return _proposal(known, event.proposal, life=Life.WITHDRAWN)
        case ProposalVetoed() as event:
            return _proposal(known, event.proposal, life=Life.VETOED)
        case FrameStated():
            return known
        case AmendmentProposed() | AmendmentAccepted() | AmendmentRejected():
            return _amended(known, record.event)
        case RoundOpened() | ObjectionRaised() | ObjectionLifted() | ConsentReached() | ConsentEscalated():
            return _consented(known, record.event, record.actor)
        case DecisionAdopted() | DecisionRejected() | DecisionRevoked() | DecisionFollowed() | CommitmentReleased():
            return _decided(known, record.event, record.seq)
        case BallotOpened() as event:
            return _put_to_vote(known, event)
        case BallotCancelled(ballot=ballot) | QuorumMissed(ballot=ballot):
            return _open_again(known, ballot)
        case ResultDeclared():
            return known  # what a result means for a proposal stands in the decision of the same append
        case _:
            assert_never(record.event)


PROPOSING: Fold[Proposals] = Fold(ProposingEvent, Proposals(), evolve)


def _amended(known: Proposals, event: AmendmentProposed | AmendmentAccepted | AmendmentRejected) -> Proposals:
    if isinstance(event, AmendmentProposed):
        wording = Version(event.title, event.text, event.cost, event.pot, event.project)
        return replace(known, amendments=known.amendments.set(event.amendment, Amendment(event.proposal, event.version, wording)))
    before = known.amendments.get(event.amendment)
    return replace(known, amendments=known.amendments.set(event.amendment, replace(before, settled=True))) if before else known


def _consented(
    known: Proposals, event: RoundOpened | ObjectionRaised | ObjectionLifted | ConsentReached | ConsentEscalated, actor: Pseudonym
) -> Proposals:
    match event:
        case RoundOpened():
            return _proposal(known, event.proposal, life=Life.AGREEING, round=event.round, round_version=event.version)
        case ObjectionRaised():
            before = known.by_id.get(event.proposal)
            known = replace(known, objections=known.objections.set(event.objection, Objection(event.proposal, actor)))
            return _proposal(known, event.proposal, objections=(before.objections if before else frozenset()) | {event.objection})
        case ObjectionLifted():
            raised = known.objections.get(event.objection)
            before = known.by_id.get(raised.proposal) if raised else None
            return _proposal(known, raised.proposal, objections=before.objections - {event.objection}) if raised and before else known
        case ConsentReached():
            return _proposal(known, event.proposal, life=Life.ADOPTED)
        case ConsentEscalated():
            return _proposal(known, event.proposal, life=Life.OPEN, objections=frozenset())
        case _:
            assert_never(event)


def _decided(
    known: Proposals, event: DecisionAdopted | DecisionRejected | DecisionRevoked | DecisionFollowed | CommitmentReleased, seq: int
) -> Proposals:
    match event:
        case DecisionAdopted():
            known = _proposal(known, event.proposal, life=Life.ADOPTED) if event.proposal else known
            decision = Decision(event.body, event.title, seq, event.spending, ballot=event.ballot)
            return replace(known, decisions=known.decisions.set(event.decision, decision))
        case DecisionRejected():
            return _proposal(known, event.proposal, life=Life.REJECTED) if event.proposal else known
        case DecisionRevoked():
            return _decision(known, event.decision, revoked=True)
        case DecisionFollowed():
            return _decision(known, event.decision, state=event.state)
        case CommitmentReleased():
            return known
        case _:
            assert_never(event)


def _put_to_vote(known: Proposals, event: BallotOpened) -> Proposals:
    named = {event.proposal, *(option.proposal for option in event.options)} - {None}
    for proposal in sorted(one for one in named if one):
        known = _proposal(known, proposal, life=Life.VOTING)
        known = replace(known, voted_in=known.voted_in.set(proposal, event.ballot))
    return known


def _open_again(known: Proposals, ballot: Id | None) -> Proposals:
    for proposal, standing_in in known.voted_in.items():
        if standing_in == ballot:
            known = _proposal(known, proposal, life=Life.OPEN)
    return known


def _idea(known: Proposals, name: Id, **changed: Any) -> Proposals:
    idea = known.ideas.get(name)
    return replace(known, ideas=known.ideas.set(name, replace(idea, **changed))) if idea else known


def _proposal(known: Proposals, name: Id, **changed: Any) -> Proposals:
    proposal = known.by_id.get(name)
    return replace(known, by_id=known.by_id.set(name, replace(proposal, **changed))) if proposal else known


def _decision(known: Proposals, name: Id, **changed: Any) -> Proposals:
    decision = known.decisions.get(name)
    return replace(known, decisions=known.decisions.set(name, replace(decision, **changed))) if decision else known

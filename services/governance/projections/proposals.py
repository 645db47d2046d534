"""Every proposal as its page shows it: versions, amendments, support, the adult's frame, consent rounds and ballots."""

from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from services.governance.events.ballots import BallotCancelled, BallotOpened, QuorumMissed, ResultDeclared, Verdict
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    DecisionRejected,
    FrameStated,
    IdeaSubmitted,
    ObjectionLifted,
    ObjectionRaised,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.proposal_page import (
    AmendmentShown,
    Answer,
    Ending,
    Frame,
    Mark,
    ObjectionShown,
    ProposalShown,
    Round,
    Stage,
    Veto,
    Vote,
    Wording,
)
from shared.messages import Event, Recorded
from shared.projecting import Projection
from shared.values import Id, Table


@dataclass(frozen=True, slots=True)
class ProposalPages:
    """Every proposal by its id, the day of each idea, and which proposal an amendment, an objection or a ballot is about."""

    by_id: Table[Id, ProposalShown] = Map()
    ideas: Table[Id, Mark] = Map()
    about: Table[Id, tuple[Id, ...]] = Map()


def evolve(pages: ProposalPages, record: Recorded[GovernanceEvent]) -> ProposalPages:
    """Apply one fact; one about a proposal that a cut hides changes nothing."""
    mark = Mark(record.time, record.actor, record.seq)
    match record.event:
        case IdeaSubmitted() as event:
            return replace(pages, ideas=pages.ideas.set(event.idea, mark))
        case ProposalMade() as event:
            idea = pages.ideas.get(event.idea) if event.idea else None
            page = ProposalShown(event.body, mark, (_wording(event, 1, mark),), idea=event.idea, dropped=idea, nominee=event.nominee)
            return replace(pages, by_id=pages.by_id.set(event.proposal, page))
        case AmendmentProposed() as event:
            amendment = AmendmentShown(event.amendment, event.reason, _wording(event, event.version, mark))
            return _about(_added(pages, event.proposal, amendments=amendment), event.amendment, (event.proposal,))
        case ObjectionRaised() as event:
            objection = ObjectionShown(event.objection, event.round, event.reason, mark)
            return _about(_added(pages, event.proposal, objections=objection), event.objection, (event.proposal,))
        case BallotOpened() as event:
            return _voted_on(pages, event, mark)
        case AmendmentAccepted(amendment=key) | AmendmentRejected(amendment=key) | ObjectionLifted(objection=key):
            return _answered(pages, key, record.event, mark)
        case BallotCancelled(ballot=key) | QuorumMissed(ballot=str(key)) | ResultDeclared(ballot=key):
            return _ended(pages, key, record.event, mark)
        case _:
            return _proposal(pages, record.event, mark)


PROPOSALS: Projection[ProposalPages] = Projection(name="governance.proposals", version=1, initial=ProposalPages(), evolve=evolve)


def _proposal(pages: ProposalPages, event: Event, mark: Mark) -> ProposalPages:
    """Apply one fact that names its proposal."""
    match event:
        case ProposalSupported():
            page = pages.by_id.get(event.proposal)
            return _page(pages, event.proposal, supporters=page.supporters + 1 if page else 0)
        case ProposalRevised():
            return _added(pages, event.proposal, versions=_wording(event, event.version, mark, event.amendment))
        case ProposalWithdrawn():
            return _page(pages, event.proposal, stage=Stage.WITHDRAWN, withdrawn=Ending(event.reason, mark))
        case FrameStated():
            return _added(pages, event.proposal, frames=Frame(event.limits, event.reason, event.role, mark))
        case ProposalVetoed():
            return _page(pages, event.proposal, stage=Stage.VETOED, veto=Veto(event.reason, event.role, event.rule, mark))
        case RoundOpened():
            opened = Round(event.round, event.version, event.facilitator, mark)
            return _page(_added(pages, event.proposal, rounds=opened), event.proposal, stage=Stage.AGREEING)
        case ConsentEscalated():
            return _page(pages, event.proposal, stage=Stage.OPEN, escalated=Ending(event.reason, mark))
        case ConsentReached():
            return _page(pages, event.proposal, stage=Stage.ADOPTED)
        case DecisionAdopted(proposal=str(proposal)):
            return _page(pages, proposal, stage=Stage.ADOPTED, decision=event.decision)
        case DecisionRejected(proposal=str(proposal)):
            return _page(pages, proposal, stage=Stage.REJECTED, decision=event.decision)
        case _:
            return pages


def _voted_on(pages: ProposalPages, event: BallotOpened, mark: Mark) -> ProposalPages:
    """Note the ballot on the page of each proposal that it names, with the version that is voted on."""
    named = [(event.proposal, event.version), *((option.proposal, option.version) for option in event.options)]
    versions = {proposal: version for proposal, version in named if proposal}
    for proposal, version in sorted(versions.items()):
        vote = Vote(event.ballot, version, mark)
        pages = _page(_added(pages, proposal, votes=vote), proposal, stage=Stage.VOTING)
    return _about(pages, event.ballot, tuple(sorted(versions))) if versions else pages


def _ended(pages: ProposalPages, ballot: Id, event: BallotCancelled | QuorumMissed | ResultDeclared, mark: Mark) -> ProposalPages:
    for proposal in pages.about.get(ballot, ()):
        page = pages.by_id.get(proposal)
        if page is None:
            continue
        said = _said(event)
        votes = tuple(replace(one, ended=Ending(said, mark)) if one.ballot == ballot else one for one in page.votes)
        open_again = page.stage is Stage.VOTING and not isinstance(event, ResultDeclared)
        pages = _page(pages, proposal, votes=votes, stage=Stage.OPEN if open_again else page.stage)
    return pages


def _said(event: BallotCancelled | QuorumMissed | ResultDeclared) -> str:
    match event:
        case BallotCancelled():
            return "cancelled"
        case QuorumMissed():
            return Verdict.NO_QUORUM
        case ResultDeclared():
            return event.verdict


def _answered(pages: ProposalPages, key: Id, event: AmendmentAccepted | AmendmentRejected | ObjectionLifted, mark: Mark) -> ProposalPages:
    for proposal in pages.about.get(key, ()):
        page = pages.by_id.get(proposal)
        if page is None:
            continue
        match event:
            case ObjectionLifted():
                answer = Answer(event.how, mark, event.reason)
            case AmendmentAccepted():
                answer = Answer("accepted", mark)
            case AmendmentRejected():
                answer = Answer("rejected", mark, event.reason)
        amendments = tuple(replace(one, answer=answer) if one.amendment == key else one for one in page.amendments)
        objections = tuple(replace(one, lifted=answer) if one.objection == key else one for one in page.objections)
        pages = _page(pages, proposal, amendments=amendments, objections=objections)
    return pages


def _wording(event: ProposalMade | ProposalRevised | AmendmentProposed, version: int, mark: Mark, amendment: Id | None = None) -> Wording:
    return Wording(version, event.title, event.text, mark, event.cost, event.pot, event.project, amendment)


def _about(pages: ProposalPages, key: Id, proposals: tuple[Id, ...]) -> ProposalPages:
    return replace(pages, about=pages.about.set(key, proposals))


def _added(pages: ProposalPages, proposal: Id, **more: Any) -> ProposalPages:
    page = pages.by_id.get(proposal)
    return _page(pages, proposal, **{name: (*getattr(page, name), one) for name, one in more.items()}) if page else pages


def _page(pages: ProposalPages, proposal: Id, **changed: Any) -> ProposalPages:
    page = pages.by_id.get(proposal)
    return replace(pages, by_id=pages.by_id.set(proposal, replace(page, **changed))) if page else pages

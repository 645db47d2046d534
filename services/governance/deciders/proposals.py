"""From an idea to a text that can be voted on: made, supported, revised, withdrawn."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.proposing import Life, Version
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import MakeProposal, ReviseProposal, SupportProposal, WithdrawProposal
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import ProposalMade, ProposalRevised, ProposalSupported, ProposalWithdrawn
from services.governance.rules.conducting import must_take_part
from services.governance.rules.discussing import NotYourProposal, discussed, known, money_is_real, nominee_fits
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused


class NoSuchIdeaHere(Refused):
    """Cette idée n'est pas dans la boîte de cette instance.
    This idea is not in the box of this body."""


class IdeaSettledAlready(Refused):
    """Cette idée est déjà devenue une proposition, ou a été mise de côté : fais une proposition sans la citer.
    This idea already became a proposal, or was set aside: make a proposal without citing it."""


ProposalCommand = MakeProposal | SupportProposal | ReviseProposal | WithdrawProposal


def decide(chamber: Chamber, command: ProposalCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about proposals."""
    match command:
        case MakeProposal():
            return _make(chamber, command, given)
        case SupportProposal():
            return _support(chamber, command, given)
        case ReviseProposal():
            return _revise(chamber, command, given)
        case WithdrawProposal():
            return _withdraw(chamber, command, given)
        case _:
            assert_never(command)


PROPOSALS: Decider[Chamber] = Decider(ProposalCommand, CHAMBER, decide)


def _make(chamber: Chamber, command: MakeProposal, given: Circumstances) -> Sequence[GovernanceEvent]:
    must_take_part(chamber, command.body, given)
    if command.idea is not None:
        idea = chamber.proposals.ideas.get(command.idea)
        if idea is None or idea.body != command.body:
            raise NoSuchIdeaHere
        if idea.set_aside or idea.proposal is not None:
            raise IdeaSettledAlready(proposal=idea.proposal)
    nominee_fits(chamber, command.nominee)
    money_is_real(chamber, command.body, _wording(command))
    return [ProposalMade(proposal=given.id(), **dict(command))]


def _support(chamber: Chamber, command: SupportProposal, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = discussed(chamber, command.proposal)
    must_take_part(chamber, proposal.body, given)
    if given.actor == proposal.author or given.actor in proposal.supporters:  # whoever made it stands behind it already
        return []
    return [ProposalSupported(proposal=command.proposal)]


def _revise(chamber: Chamber, command: ReviseProposal, given: Circumstances) -> Sequence[GovernanceEvent]:
    """A new wording while it is discussed, or in a consent round: that is how an objection is built in."""
    proposal = discussed(chamber, command.proposal)
    if given.actor != proposal.author:
        raise NotYourProposal
    wording = _wording(command)
    money_is_real(chamber, proposal.body, wording)
    if wording == proposal.versions[-1]:
        return []
    return [ProposalRevised(version=proposal.version + 1, **dict(command))]


def _withdraw(chamber: Chamber, command: WithdrawProposal, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = known(chamber, command.proposal)
    if given.actor != proposal.author:
        raise NotYourProposal
    if proposal.life is Life.WITHDRAWN:
        return []
    discussed(chamber, command.proposal)
    return [ProposalWithdrawn(**dict(command))]


def _wording(command: MakeProposal | ReviseProposal) -> Version:
    return Version(command.title, command.text, command.cost, command.pot, command.project)

"""The adult's frame: a limit or a veto with its reason, on record, before any vote and in the voters' sight. There is no silent veto."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.proposing import Life
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import StateFrame, VetoProposal
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import FrameStated, ProposalVetoed
from services.governance.rules.conducting import charge_of
from services.governance.rules.discussing import ProposalIsOver, discussed, known
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused


class ConsentUnderWay(Refused):
    """Un tour de consentement est en cours sur cette proposition : dis ce qui te gêne par une objection, ou attends la fin du tour.
    A consent round is under way on this proposal: say what troubles you as an objection, or wait for the end of the round."""


class VoteHasBegun(Refused):
    """Un vote ou un tour de consentement a déjà commencé : on ne refuse plus ; dis ta raison au suivi de la décision.
    A vote or a consent round has already begun: nobody refuses any more; give your reason when the decision is followed up."""


FramingCommand = StateFrame | VetoProposal


def decide(chamber: Chamber, command: FramingCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands of the adult in charge."""
    match command:
        case StateFrame():
            return _frame(chamber, command, given)
        case VetoProposal():
            return _veto(chamber, command, given)
        case _:
            assert_never(command)


FRAMING: Decider[Chamber] = Decider(FramingCommand, CHAMBER, decide)


def _frame(chamber: Chamber, command: StateFrame, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = known(chamber, command.proposal)
    role = charge_of(chamber, proposal.body, command, given)
    discussed(chamber, command.proposal)
    if proposal.life is Life.AGREEING:
        raise ConsentUnderWay(round=proposal.round)
    return [FrameStated(role=role, **dict(command))]


def _veto(chamber: Chamber, command: VetoProposal, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Only before any vote or consent: one that was tried and came to nothing counts too, or a refusal would answer how people voted."""
    proposal = known(chamber, command.proposal)
    role = charge_of(chamber, proposal.body, command, given)
    if proposal.life is Life.VETOED:
        return []
    if proposal.life is Life.WITHDRAWN:
        raise ProposalIsOver(life=proposal.life)
    if proposal.life is not Life.OPEN or proposal.round or command.proposal in chamber.proposals.voted_in:
        raise VoteHasBegun(life=proposal.life)
    return [ProposalVetoed(role=role, **dict(command))]

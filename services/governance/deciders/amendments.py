"""Another wording of a proposal: proposed on the version that stands, then accepted or rejected with its reason."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.proposing import Amendment, Proposal, Version
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import AcceptAmendment, ProposeAmendment, RejectAmendment
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import AmendmentAccepted, AmendmentProposed, AmendmentRejected, ProposalRevised
from services.governance.rules.conducting import conducts, must_take_part
from services.governance.rules.discussing import NotYourProposal, discussed, known, money_is_real
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused


class VersionHasMoved(Refused):
    """La proposition a changé depuis cette version : relis-la, puis amende celle qui tient aujourd'hui.
    The proposal has changed since this version: read it again, then amend the one that stands today."""


class NoSuchAmendment(Refused):
    """Aucun amendement ne porte cet identifiant.
    No amendment has this identifier."""


class AmendmentSettled(Refused):
    """Cet amendement a déjà reçu sa réponse.
    This amendment has already had its answer."""


AmendmentCommand = ProposeAmendment | AcceptAmendment | RejectAmendment


def decide(chamber: Chamber, command: AmendmentCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about amendments."""
    match command:
        case ProposeAmendment():
            return _propose(chamber, command, given)
        case AcceptAmendment():
            return _accept(chamber, command, given)
        case RejectAmendment():
            _answerable(chamber, command, given)
            return [AmendmentRejected(**dict(command))]
        case _:
            assert_never(command)


AMENDMENTS: Decider[Chamber] = Decider(AmendmentCommand, CHAMBER, decide)


def _propose(chamber: Chamber, command: ProposeAmendment, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = discussed(chamber, command.proposal)
    must_take_part(chamber, proposal.body, given)
    if command.version != proposal.version:
        raise VersionHasMoved(version=proposal.version)
    money_is_real(chamber, proposal.body, Version(command.title, command.text, command.cost, command.pot, command.project))
    return [AmendmentProposed(amendment=given.id(), **dict(command))]


def _accept(chamber: Chamber, command: AcceptAmendment, given: Circumstances) -> Sequence[GovernanceEvent]:
    """An accepted amendment is the next version, in the same append."""
    amendment, proposal = _answerable(chamber, command, given)
    if amendment.version != proposal.version:
        raise VersionHasMoved(version=proposal.version)
    money_is_real(chamber, proposal.body, amendment.wording)
    wording = amendment.wording
    return [
        AmendmentAccepted(amendment=command.amendment),
        ProposalRevised(
            proposal=amendment.proposal,
            version=proposal.version + 1,
            title=wording.title,
            text=wording.text,
            cost=wording.cost,
            pot=wording.pot,
            project=wording.project,
            amendment=command.amendment,
        ),
    ]


def _answerable(chamber: Chamber, command: AcceptAmendment | RejectAmendment, given: Circumstances) -> tuple[Amendment, Proposal]:
    """Return an amendment that waits for its answer, and its proposal, to the author or to who conducts the body."""
    amendment = chamber.proposals.amendments.get(command.amendment)
    if amendment is None:
        raise NoSuchAmendment
    proposal = known(chamber, amendment.proposal)
    if given.actor != proposal.author and not conducts(chamber, proposal.body, given):
        raise NotYourProposal
    if amendment.settled:
        raise AmendmentSettled
    return amendment, discussed(chamber, amendment.proposal)

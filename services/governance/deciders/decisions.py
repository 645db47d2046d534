"""What becomes of a decision: followed until it is done, revoked by a later one, the rest of its envelope released."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.proposing import Decision
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import FollowDecision, ReleaseCommitment, RevokeDecision
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import CommitmentReleased, DecisionFollowed, DecisionRevoked, FollowUp
from services.governance.rules.conducting import must_conduct
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Id


class NoSuchDecision(Refused):
    """Aucune décision ne porte cet identifiant.
    No decision has this identifier."""


class DecisionIsRevoked(Refused):
    """Cette décision a été annulée par une autre : elle n'engage plus rien et n'est plus suivie.
    This decision was revoked by another one: it commits nothing any more and is no longer followed."""


class SayWhyNotDone(Refused):
    """Dis pourquoi la décision n'est pas réalisée : celles et ceux qui l'ont prise liront la raison.
    Say why the decision is not carried out: those who took it will read the reason."""


class MeetingOfAnotherBody(Refused):
    """Cette réunion n'est pas une réunion de l'instance qui a décidé.
    This meeting is not one of the body that decided."""


class NotALaterDecision(Refused):
    """Une décision est annulée par une décision plus récente de la même instance, encore en vigueur.
    A decision is revoked by a later decision of the same body, itself still in force."""


class NothingCommitted(Refused):
    """Cette décision n'engage pas d'argent : il n'y a rien à libérer.
    This decision commits no money: there is nothing to release."""


class MoreThanIsLeft(Refused):
    """On ne libère pas plus que ce qui reste de l'enveloppe, une fois ôté ce qui est dépensé et déjà libéré.
    No more is released than what is left of the envelope, once what is spent and already released is taken off."""


DecisionCommand = FollowDecision | RevokeDecision | ReleaseCommitment


def decide(chamber: Chamber, command: DecisionCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about decisions."""
    match command:
        case FollowDecision():
            return _follow(chamber, command, given)
        case RevokeDecision():
            return _revoke(chamber, command, given)
        case ReleaseCommitment():
            return _release(chamber, command)
        case _:
            assert_never(command)


DECISIONS: Decider[Chamber] = Decider(DecisionCommand, CHAMBER, decide)


def _follow(chamber: Chamber, command: FollowDecision, given: Circumstances) -> Sequence[GovernanceEvent]:
    decision = _in_force(chamber, command.decision)
    must_conduct(chamber, decision.body, command, given)
    if command.state is FollowUp.NOT_CARRIED_OUT and command.reason is None:
        raise SayWhyNotDone
    if command.meeting is not None:
        meeting = chamber.sittings.meetings.get(command.meeting)
        if meeting is None or meeting.body != decision.body:
            raise MeetingOfAnotherBody(body=decision.body)
    return [] if command.state is FollowUp.DONE is decision.state else [DecisionFollowed(**dict(command))]


def _revoke(chamber: Chamber, command: RevokeDecision, given: Circumstances) -> Sequence[GovernanceEvent]:
    decision = _known(chamber, command.decision)
    must_conduct(chamber, decision.body, command, given)
    if decision.revoked:
        return []
    later = _known(chamber, command.by)
    if later.body != decision.body or later.seq <= decision.seq or later.revoked:
        raise NotALaterDecision
    return [DecisionRevoked(**dict(command))]


def _release(chamber: Chamber, command: ReleaseCommitment) -> Sequence[GovernanceEvent]:
    """What the ledger counts as spent under this decision counts too: expenses, pot transfers, advances less what came back."""
    decision = _in_force(chamber, command.decision)
    if decision.spending is None:
        raise NothingCommitted
    left = chamber.purse.left(command.decision)
    if command.amount > left:
        raise MoreThanIsLeft(left=left, asked=command.amount)
    return [CommitmentReleased(**dict(command))]


def _known(chamber: Chamber, name: Id) -> Decision:
    if (decision := chamber.proposals.decisions.get(name)) is None:
        raise NoSuchDecision
    return decision


def _in_force(chamber: Chamber, name: Id) -> Decision:
    decision = _known(chamber, name)
    if decision.revoked:
        raise DecisionIsRevoked
    return decision

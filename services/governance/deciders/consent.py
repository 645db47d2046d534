"""Consent in rounds: objections raised, built in, withdrawn or ruled unfounded, and the decision when none stands any more."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.proposing import Life, Proposal
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import DeclareConsent, EscalateConsent, LiftObjection, OpenRound, RaiseObjection
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import RoleAssigned
from services.governance.events.proposals import (
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    HowLifted,
    ObjectionLifted,
    ObjectionRaised,
    RoundOpened,
)
from services.governance.rules.conducting import conducts, must_conduct
from services.governance.rules.consequences import cost_of
from services.governance.rules.discussing import discussed, nominee_fits
from services.governance.rules.rolls import roll_of, voters_of
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused
from shared.values import Code, Id


class RoundIsOpen(Refused):
    """Un tour est déjà ouvert sur cette version : un nouveau tour porte sur une nouvelle version.
    A round is already open on this version: a new round is about a new version."""


class NoRoundOpen(Refused):
    """Aucun tour de consentement n'est ouvert sur cette proposition : ouvre-le d'abord.
    No consent round is open on this proposal: open it first."""


class NotInTheRoom(Refused):
    """Seules les personnes qui votent dans cette instance aujourd'hui peuvent poser une objection.
    Only the people who vote in this body today may raise an objection."""


class NoSuchObjection(Refused):
    """Aucune objection ne porte cet identifiant.
    No objection has this identifier."""


class ObjectionIsLifted(Refused):
    """Cette objection n'est plus en cours : elle a déjà été levée, ou le tour est terminé.
    This objection no longer stands: it was already lifted, or the round is over."""


class OnlyItsAuthorWithdraws(Refused):
    """Seule la personne qui a posé l'objection peut la retirer.
    Only the person who raised the objection may withdraw it."""


class JudgeInOnesOwnCase(Refused):
    """Qui a posé l'objection ou fait la proposition ne juge pas si l'objection est fondée : demande à une autre personne qui anime.
    Whoever raised the objection or made the proposal does not judge whether it is founded: ask somebody else who conducts."""


class NothingBuiltIn(Refused):
    """Le texte n'a pas changé depuis l'ouverture du tour : écris la nouvelle version, puis dis l'objection intégrée.
    The text has not changed since the round opened: write the new version, then call the objection built in."""


class ObjectionsStand(Refused):
    """Une objection tient encore : intègre-la, ou demande à la personne si elle la retire.
    An objection still stands: build it in, or ask the person whether they withdraw it."""


class NewVersionNeedsRound(Refused):
    """Le texte a changé pendant ce tour : ouvre un nouveau tour sur la nouvelle version avant de constater le consentement.
    The text changed during this round: open a new round on the new version before stating consent."""


ConsentCommand = OpenRound | RaiseObjection | LiftObjection | DeclareConsent | EscalateConsent


def decide(chamber: Chamber, command: ConsentCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about consent."""
    match command:
        case OpenRound():
            return _open(chamber, command, given)
        case RaiseObjection():
            return _object(chamber, command, given)
        case LiftObjection():
            return _lift(chamber, command, given)
        case DeclareConsent():
            return _declare(chamber, command, given)
        case EscalateConsent():
            proposal = _agreeing(chamber, command.proposal)
            must_conduct(chamber, proposal.body, command, given)
            return [ConsentEscalated(round=proposal.round, **dict(command))]
        case _:
            assert_never(command)


CONSENT: Decider[Chamber] = Decider(ConsentCommand, CHAMBER, decide)


def _open(chamber: Chamber, command: OpenRound, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = discussed(chamber, command.proposal)
    must_conduct(chamber, proposal.body, command, given)
    if proposal.life is Life.AGREEING:
        if proposal.version == proposal.round_version:
            raise RoundIsOpen(round=proposal.round)
        _nothing_stands(proposal)
    opened = RoundOpened(proposal=command.proposal, version=proposal.version, round=proposal.round + 1, facilitator=given.actor)
    return [opened]


def _object(chamber: Chamber, command: RaiseObjection, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = _agreeing(chamber, command.proposal)
    if given.actor not in voters_of(roll_of(chamber, proposal.body, given.today)):
        raise NotInTheRoom(body=proposal.body)
    reason = given.seals["reason"]
    return [ObjectionRaised(objection=given.id(), proposal=command.proposal, round=proposal.round, reason=reason)]


def _lift(chamber: Chamber, command: LiftObjection, given: Circumstances) -> Sequence[GovernanceEvent]:
    objection = chamber.proposals.objections.get(command.objection)
    if objection is None:
        raise NoSuchObjection
    proposal = chamber.proposals.by_id[objection.proposal]
    if command.how is HowLifted.WITHDRAWN:
        if given.actor != objection.author:
            raise OnlyItsAuthorWithdraws
    elif not conducts(chamber, proposal.body, given):
        raise Forbidden(asked=command.slug(), needs=[HowLifted.WITHDRAWN])
    if command.objection not in proposal.objections:
        raise ObjectionIsLifted
    if command.how is HowLifted.UNFOUNDED and given.actor in {objection.author, proposal.author}:
        raise JudgeInOnesOwnCase
    if command.how is HowLifted.INTEGRATED and proposal.version == proposal.round_version:
        raise NothingBuiltIn(version=proposal.version)
    return [ObjectionLifted(**dict(command))]


def _declare(chamber: Chamber, command: DeclareConsent, given: Circumstances) -> Sequence[GovernanceEvent]:
    proposal = _agreeing(chamber, command.proposal)
    must_conduct(chamber, proposal.body, command, given)
    _nothing_stands(proposal)
    if proposal.version != proposal.round_version:
        raise NewVersionNeedsRound(version=proposal.version, round_version=proposal.round_version)
    nominee_fits(chamber, proposal.nominee)
    wording = proposal.versions[-1]
    adopted = DecisionAdopted(
        decision=given.id(),
        body=proposal.body,
        title=wording.title,
        proposal=command.proposal,
        version=proposal.version,
        meeting=_sitting_now(chamber, proposal.body),
        spending=cost_of(wording),
    )
    return [ConsentReached(proposal=command.proposal, round=proposal.round), adopted, *_role_given(proposal)]


def _role_given(proposal: Proposal) -> Sequence[GovernanceEvent]:
    """What an election without candidates confers, as it was proposed."""
    if proposal.nominee is None:
        return []
    return [RoleAssigned(person=proposal.nominee.person, **dict(proposal.nominee.confers))]


def _agreeing(chamber: Chamber, name: Id) -> Proposal:
    proposal = discussed(chamber, name)
    if proposal.life is not Life.AGREEING:
        raise NoRoundOpen
    return proposal


def _nothing_stands(proposal: Proposal) -> None:
    if proposal.objections:
        raise ObjectionsStand(objections=sorted(proposal.objections))


def _sitting_now(chamber: Chamber, body: Code) -> Id | None:
    """The meeting in which a body decides, if one is running: the decision stands in its minutes."""
    return next((key for key, meeting in chamber.sittings.open_meetings(body) if meeting.running), None)

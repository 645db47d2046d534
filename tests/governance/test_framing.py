"""The adult in charge sets a limit or refuses, with the reason, before any vote; never afterwards, never for another body (F57)."""

import pytest

from services.governance.commands.proposals import OpenRound, StateFrame, VetoProposal
from services.governance.deciders.consent import CONSENT
from services.governance.deciders.framing import FRAMING, ConsentUnderWay, VoteHasBegun
from services.governance.events.ballots import BallotCancelled
from services.governance.events.people import EndOfMandate, MandateEnded, Role
from services.governance.events.proposals import (
    ConsentEscalated,
    ConsentReached,
    FrameStated,
    ProposalVetoed,
    ProposalWithdrawn,
)
from services.governance.rules.discussing import NoSuchProposal, ProposalInAVote, ProposalIsOver
from shared.messages import Event
from shared.refusals import Forbidden
from shared.values import Pseudonym
from tests.examples_governance import DA_SILVA, FIRST_MANDATE, GARNIER, LEFEVRE, LOU, NINO, OFFICER, RENTREE
from tests.examples_proposals import BALLOT, BIRD_IDEA, BIRDS, COUNCILS, ISA, PROJECTOR, PROPOSAL, ROUND_OPENED, VIDEO, voted_on
from tests.given import Given, given, recorded

LIMIT = StateFrame(proposal=PROPOSAL, limits="Pas plus de 60 €, loin du portail", reason="La sécurité")
REFUSE = VetoProposal(proposal=PROPOSAL, reason="Trop haut pour les petits")
V11 = VetoProposal(proposal=VIDEO, reason="Cet achat revient à la commune", rule="equipement")


def made(*more: Event) -> Given:
    return given(FRAMING, *recorded([*COUNCILS, BIRD_IDEA, BIRDS, PROJECTOR, *more], by=ISA))


@pytest.mark.parametrize(("adult", "role"), [(LEFEVRE, Role.CLASS_TUTOR), (GARNIER, Role.MANDATE_HOLDER), (OFFICER, Role.ASSOCIATION)])
def test_the_adult_in_charge_acts_in_the_capacity_that_the_record_says(adult: Pseudonym, role: Role) -> None:
    made().when(LIMIT, by=adult).then(FrameStated(role=role, **dict(LIMIT)))
    made().when(REFUSE, by=adult).then(ProposalVetoed(role=role, **dict(REFUSE)))


@pytest.mark.parametrize("somebody", [DA_SILVA, LOU, ISA])
def test_nobody_else_frames(somebody: Pseudonym) -> None:
    made().when(LIMIT, by=somebody).refused(Forbidden)
    made().when(REFUSE, by=somebody).refused(Forbidden)


def test_a_tutor_frames_the_body_of_their_class_alone() -> None:
    made().when(V11, by=LEFEVRE).refused(Forbidden)
    made().when(V11, by=GARNIER).then(ProposalVetoed(role=Role.MANDATE_HOLDER, **dict(V11)))


def test_a_mandate_that_ended_frames_nothing() -> None:
    over = MandateEnded(mandate=FIRST_MANDATE, on=RENTREE, reason=EndOfMandate.WITHDRAWN)
    made(over).when(V11, by=GARNIER).refused(Forbidden)


def test_several_limits_may_be_set() -> None:
    made(FrameStated(role=Role.CLASS_TUTOR, **dict(LIMIT))).when(LIMIT, by=GARNIER).then(
        FrameStated(role=Role.MANDATE_HOLDER, **dict(LIMIT))
    )


def test_no_limit_comes_once_people_vote_or_seek_consent() -> None:
    made(voted_on(PROPOSAL)).when(LIMIT, by=LEFEVRE).refused(ProposalInAVote)
    made(ROUND_OPENED).when(LIMIT, by=LEFEVRE).refused(ConsentUnderWay, round=1)
    made(ConsentReached(proposal=PROPOSAL, round=1)).when(LIMIT, by=LEFEVRE).refused(ProposalIsOver)


@pytest.mark.parametrize(
    "begun",
    [
        (voted_on(PROPOSAL),),
        (voted_on(PROPOSAL), BallotCancelled(ballot=BALLOT, reason="Erreur de question")),
        (ROUND_OPENED,),
        (ROUND_OPENED, ConsentEscalated(proposal=PROPOSAL, round=1, reason="Pas d'accord")),
        (ROUND_OPENED, ConsentReached(proposal=PROPOSAL, round=1)),
    ],
    ids=["in a vote", "after a cancelled vote", "in a round", "after a round without consent", "adopted"],
)
def test_nobody_refuses_once_a_vote_or_a_round_has_begun(begun: tuple[Event, ...]) -> None:
    made(*begun).when(REFUSE, by=LEFEVRE).refused(VoteHasBegun)


def test_a_limit_may_still_be_set_before_the_vote_that_follows_a_round() -> None:
    escalated = ConsentEscalated(proposal=PROPOSAL, round=1, reason="Pas d'accord")
    assert made(ROUND_OPENED, escalated).when(LIMIT, by=LEFEVRE).events()


def test_refusing_twice_records_once() -> None:
    made(ProposalVetoed(role=Role.CLASS_TUTOR, **dict(REFUSE))).when(REFUSE, by=LEFEVRE).then()
    made(ProposalWithdrawn(proposal=PROPOSAL, reason="Oubli")).when(REFUSE, by=LEFEVRE).refused(ProposalIsOver)


def test_an_unknown_proposal_is_not_framed() -> None:
    for command in (LIMIT, REFUSE):
        given(FRAMING, *COUNCILS).when(command, by=LEFEVRE).refused(NoSuchProposal)


def test_a_refused_proposal_goes_no_further() -> None:
    """V11 stops at the frame."""
    vetoed = given(CONSENT, *recorded([*COUNCILS, PROJECTOR], by=NINO), *recorded([ProposalVetoed(role=Role.MANDATE_HOLDER, **dict(V11))]))
    vetoed.when(OpenRound(proposal=VIDEO), by=GARNIER).refused(ProposalIsOver, life="vetoed")

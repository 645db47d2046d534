"""Consent in rounds: an objection stands until it is built in, withdrawn or ruled unfounded; then the body has decided (F41)."""

from typing import Any

import pytest

from services.governance.commands.proposals import DeclareConsent, EscalateConsent, LiftObjection, OpenRound, RaiseObjection
from services.governance.deciders.consent import (
    CONSENT,
    JudgeInOnesOwnCase,
    NewVersionNeedsRound,
    NoRoundOpen,
    NoSuchObjection,
    NothingBuiltIn,
    NotInTheRoom,
    ObjectionIsLifted,
    ObjectionsStand,
    OnlyItsAuthorWithdraws,
    RoundIsOpen,
)
from services.governance.events.bodies import MeetingCalled, MeetingOpened, VotingRightSuspended
from services.governance.events.people import MemberLeft, RoleAssigned
from services.governance.events.proposals import (
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    HowLifted,
    ObjectionLifted,
    ObjectionRaised,
    RoundOpened,
)
from services.governance.rules.discussing import NoSuchProposal, ProposalInAVote, ProposalIsOver
from services.governance.rules.roles import NotHereAllThatTime
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden
from shared.values import Pseudonym
from tests.examples_governance import CHRISTMAS, DA_SILVA, GARNIER, LEFEVRE, LOU, NINO, SUMMER
from tests.examples_proposals import (
    ADOPTED,
    BIRD_IDEA,
    BIRDS,
    COUNCIL_DAY,
    COUNCILS,
    ELECTED_SECRETARY,
    ELECTION,
    FIVE_BIRDS,
    ISA,
    MEETING,
    OBJECTED,
    OBJECTION,
    PROPOSAL,
    ROUND_OPENED,
    SECRETARY,
    TOM,
    voted_on,
)
from tests.given import COMMAND_ID, NOW, REGISTER, SEALED, SEED, Given, given, recorded

FRESH = Circumstances(LOU, REGISTER, COMMAND_ID, NOW, SEED).id()
OPEN, DECLARE = OpenRound(proposal=PROPOSAL), DeclareConsent(proposal=PROPOSAL)
OBJECT = RaiseObjection(proposal=PROPOSAL, reason="On va perdre les tickets")
ESCALATE = EscalateConsent(proposal=PROPOSAL, reason="Deux tours sans accord")
SECOND_ROUND = RoundOpened(proposal=PROPOSAL, version=2, round=2, facilitator=LOU)
TOM_OBJECTED = recorded([OBJECTED], by=TOM)


def lift(how: HowLifted, reason: str = "La photo du ticket devient obligatoire") -> LiftObjection:
    return LiftObjection(objection=OBJECTION, how=how, reason=reason)


def lifted(how: HowLifted) -> ObjectionLifted:
    return ObjectionLifted(**dict(lift(how)))


def made(*more: Any) -> Given:
    """Isa made the proposal; Lou conducts; a fact may come as recorded by somebody else."""
    facts: list[Recorded[Any]] = recorded([*COUNCILS, BIRD_IDEA, BIRDS], by=ISA)
    for fact in more:
        facts.extend(fact if isinstance(fact, list) else recorded([fact], by=ISA))
    return given(CONSENT, *facts)


@pytest.mark.parametrize("somebody", [LOU, LEFEVRE, GARNIER])
def test_who_conducts_opens_a_round_on_the_version_that_stands(somebody: Pseudonym) -> None:
    made().when(OPEN, by=somebody).then(RoundOpened(proposal=PROPOSAL, version=1, round=1, facilitator=somebody))
    made(FIVE_BIRDS).when(OPEN, by=somebody).then(RoundOpened(proposal=PROPOSAL, version=2, round=1, facilitator=somebody))


def test_nobody_conducts_the_rounds_of_another_body() -> None:
    for somebody in (ISA, DA_SILVA):
        made().when(OPEN, by=somebody).refused(Forbidden)
        made(ROUND_OPENED).when(DECLARE, by=somebody).refused(Forbidden)
        made(ROUND_OPENED).when(ESCALATE, by=somebody).refused(Forbidden)


def test_whoever_votes_there_raises_an_objection_sealed() -> None:
    made(ROUND_OPENED).when(OBJECT, by=TOM).then(ObjectionRaised(objection=FRESH, proposal=PROPOSAL, round=1, reason=SEALED))


@pytest.mark.parametrize("somebody", [NINO, GARNIER, LEFEVRE])
def test_who_does_not_vote_there_raises_none(somebody: Pseudonym) -> None:
    """Lefèvre sits in an advisory college: heard, but not of the result."""
    made(ROUND_OPENED).when(OBJECT, by=somebody).refused(NotInTheRoom)


def test_a_suspended_pupil_raises_none_until_the_end() -> None:
    quiet = VotingRightSuspended(member=TOM, body="conseil-CM2", starts=COUNCIL_DAY, until=CHRISTMAS, reason=SEALED)
    made(ROUND_OPENED, quiet).when(OBJECT, by=TOM).refused(NotInTheRoom)
    assert made(ROUND_OPENED, quiet).when(OBJECT, by=TOM, on=SUMMER).events()


def test_objections_need_an_open_round() -> None:
    made().when(OBJECT, by=TOM).refused(NoRoundOpen)
    made().when(DECLARE, by=LOU).refused(NoRoundOpen)
    made().when(ESCALATE, by=LOU).refused(NoRoundOpen)
    made(ROUND_OPENED, ConsentReached(proposal=PROPOSAL, round=1)).when(OBJECT, by=TOM).refused(ProposalIsOver)


def test_while_an_objection_stands_there_is_no_consent() -> None:
    made(ROUND_OPENED, TOM_OBJECTED).when(DECLARE, by=LOU).refused(ObjectionsStand, objections=[OBJECTION])


def test_an_objection_is_built_in_by_a_new_version() -> None:
    made(ROUND_OPENED, TOM_OBJECTED).when(lift(HowLifted.INTEGRATED), by=LOU).refused(NothingBuiltIn, version=1)
    made(ROUND_OPENED, TOM_OBJECTED, FIVE_BIRDS).when(lift(HowLifted.INTEGRATED), by=LOU).then(lifted(HowLifted.INTEGRATED))


def test_a_version_older_than_the_round_builds_nothing_in() -> None:
    second = recorded([ObjectionRaised(**{**dict(OBJECTED), "round": 2})], by=TOM)
    made(ROUND_OPENED, FIVE_BIRDS, SECOND_ROUND, second).when(lift(HowLifted.INTEGRATED), by=LOU).refused(NothingBuiltIn, version=2)


def test_an_objection_is_withdrawn_by_whoever_raised_it() -> None:
    made(ROUND_OPENED, TOM_OBJECTED).when(lift(HowLifted.WITHDRAWN), by=TOM).then(lifted(HowLifted.WITHDRAWN))
    for somebody in (LOU, GARNIER, ISA):
        made(ROUND_OPENED, TOM_OBJECTED).when(lift(HowLifted.WITHDRAWN), by=somebody).refused(OnlyItsAuthorWithdraws)


def test_an_objection_is_ruled_unfounded_by_who_conducts() -> None:
    made(ROUND_OPENED, TOM_OBJECTED).when(lift(HowLifted.UNFOUNDED), by=LOU).then(lifted(HowLifted.UNFOUNDED))
    for how in (HowLifted.UNFOUNDED, HowLifted.INTEGRATED):
        made(ROUND_OPENED, TOM_OBJECTED, FIVE_BIRDS).when(lift(how), by=TOM).refused(Forbidden)


def test_neither_the_objector_nor_the_author_rules() -> None:
    by_the_president = recorded([OBJECTED], by=LOU)
    made(ROUND_OPENED, by_the_president).when(lift(HowLifted.UNFOUNDED), by=LOU).refused(JudgeInOnesOwnCase)
    made(ROUND_OPENED, by_the_president).when(lift(HowLifted.UNFOUNDED), by=LEFEVRE).then(lifted(HowLifted.UNFOUNDED))
    own = given(CONSENT, *recorded([*COUNCILS, BIRD_IDEA, BIRDS, ROUND_OPENED], by=LOU), *TOM_OBJECTED)
    own.when(lift(HowLifted.UNFOUNDED), by=LOU).refused(JudgeInOnesOwnCase)


def test_an_objection_is_lifted_once_and_in_its_time() -> None:
    once = made(ROUND_OPENED, TOM_OBJECTED, lifted(HowLifted.WITHDRAWN))
    once.when(lift(HowLifted.WITHDRAWN), by=TOM).refused(ObjectionIsLifted)
    escalated = ConsentEscalated(proposal=PROPOSAL, round=1, reason="Au vote")
    made(ROUND_OPENED, TOM_OBJECTED, escalated).when(lift(HowLifted.UNFOUNDED), by=LOU).refused(ObjectionIsLifted)
    made(ROUND_OPENED).when(lift(HowLifted.UNFOUNDED), by=LOU).refused(NoSuchObjection)


def test_a_new_round_opens_on_a_new_version_once_nothing_stands() -> None:
    made(ROUND_OPENED).when(OPEN, by=LOU).refused(RoundIsOpen, round=1)
    made(ROUND_OPENED, TOM_OBJECTED, FIVE_BIRDS).when(OPEN, by=LOU).refused(ObjectionsStand)
    built_in = made(ROUND_OPENED, TOM_OBJECTED, FIVE_BIRDS, lifted(HowLifted.INTEGRATED))
    built_in.when(DECLARE, by=LOU).refused(NewVersionNeedsRound, version=2, round_version=1)
    built_in.when(OPEN, by=LOU).then(SECOND_ROUND)


def test_v03_is_adopted_in_round_two() -> None:
    """The objection « tickets perdus » stands in round 1, is built in, and nobody objects in round 2."""
    story = made(ROUND_OPENED, TOM_OBJECTED, FIVE_BIRDS, lifted(HowLifted.INTEGRATED), SECOND_ROUND)
    adopted = DecisionAdopted(
        **{
            **dict(ADOPTED),
            "decision": FRESH,
            "version": 2,
            "title": FIVE_BIRDS.title,
            "spending": ADOPTED.spending and ADOPTED.spending.model_copy(update={"amount": 70_00}),
        }
    )
    story.when(DECLARE, by=LOU).then(ConsentReached(proposal=PROPOSAL, round=2), adopted)


def test_a_decision_names_the_meeting_that_is_running() -> None:
    called = MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=())
    opened = MeetingOpened(meeting=MEETING, on=COUNCIL_DAY, present=(LOU, ISA), roles=())
    for meeting, facts in ((None, [called]), (MEETING, [called, opened])):
        _, adopted = made(*facts, ROUND_OPENED).when(DECLARE, by=LOU).events()
        assert isinstance(adopted, DecisionAdopted) and adopted.meeting == meeting


def test_consent_on_a_person_gives_the_role() -> None:
    """An election without candidates (V01): the role comes with the decision, in the same append."""
    opened = RoundOpened(proposal=ELECTION, version=1, round=1, facilitator=LOU)
    state = given(CONSENT, *recorded([*COUNCILS, SECRETARY, opened], by=LOU))
    decided = DecisionAdopted(decision=FRESH, body="conseil-CM2", title=SECRETARY.title, proposal=ELECTION, version=1)
    role = RoleAssigned(person=ISA, **dict(ELECTED_SECRETARY.confers))
    state.when(DeclareConsent(proposal=ELECTION), by=LOU).then(ConsentReached(proposal=ELECTION, round=1), decided, role)


def test_a_nominee_who_left_meanwhile_gets_nothing() -> None:
    opened = RoundOpened(proposal=ELECTION, version=1, round=1, facilitator=LOU)
    gone = given(CONSENT, *recorded([*COUNCILS, SECRETARY, opened, MemberLeft(member=ISA, on=CHRISTMAS)], by=LOU))
    gone.when(DeclareConsent(proposal=ELECTION), by=LOU).refused(NotHereAllThatTime)


def test_without_consent_the_proposal_is_open_again() -> None:
    escalated = ConsentEscalated(round=1, **dict(ESCALATE))
    made(ROUND_OPENED, TOM_OBJECTED).when(ESCALATE, by=LOU).then(escalated)
    after = made(ROUND_OPENED, TOM_OBJECTED, escalated)
    after.when(OPEN, by=LOU).then(RoundOpened(proposal=PROPOSAL, version=1, round=2, facilitator=LOU))


def test_no_round_opens_beside_a_vote() -> None:
    made(voted_on(PROPOSAL)).when(OPEN, by=LOU).refused(ProposalInAVote)
    given(CONSENT, *COUNCILS).when(OPEN, by=LOU).refused(NoSuchProposal)

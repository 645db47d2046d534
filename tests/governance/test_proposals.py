"""A proposal from its first version to its last: made, supported, revised, withdrawn; what its money and its nominee must be."""

from typing import Any

import pytest

from services.governance.commands.proposals import MakeProposal, ReviseProposal, SupportProposal, WithdrawProposal
from services.governance.deciders.proposals import PROPOSALS, IdeaSettledAlready, NoSuchIdeaHere
from services.governance.events.people import MemberLeft, Role
from services.governance.events.proposals import (
    ConsentReached,
    DecisionRejected,
    IdeaSetAside,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.rules.conducting import NotOfThisBody
from services.governance.rules.discussing import (
    CostNeedsPot,
    NoSuchProposal,
    NotYourProposal,
    PotNotOpen,
    PotOfAnotherClass,
    ProposalInAVote,
    ProposalIsOver,
)
from services.governance.rules.roles import LongerThanAYear, NotHereAllThatTime, RoleForOthers, RoleNotAssignable
from services.ledger.events.books import PotClosed
from shared.messages import Circumstances, Event
from tests.examples_governance import CHRISTMAS, DA_SILVA, GARNIER, LOU, NINO, RENTREE, SUMMER
from tests.examples_proposals import (
    BALLOT,
    BIRD_IDEA,
    BIRDS,
    COUNCILS,
    DECISION,
    FIVE_BIRDS,
    IDEA,
    ISA,
    PROPOSAL,
    ROUND_OPENED,
    SECRETARY,
    voted_on,
)
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, Given, given, recorded

FRESH = Circumstances(ISA, REGISTER, COMMAND_ID, NOW, SEED).id()


def made(*more: Event) -> Given:
    """Isa made the proposal; whatever follows is hers too, unless it says otherwise."""
    return given(PROPOSALS, *recorded([*COUNCILS, BIRD_IDEA, BIRDS, *more], by=ISA))


def make(of: ProposalMade = BIRDS, **other: Any) -> MakeProposal:
    fields = {name: value for name, value in dict(of).items() if name != "proposal"}
    return MakeProposal(**(fields | other))


def revise(**other: Any) -> ReviseProposal:
    fields = {name: value for name, value in dict(FIVE_BIRDS).items() if name not in {"version", "amendment"}}
    return ReviseProposal(**(fields | other))


def test_an_idea_becomes_a_proposal() -> None:
    box = given(PROPOSALS, *COUNCILS, BIRD_IDEA)
    box.when(make(), by=ISA).then(BIRDS.model_copy(update={"proposal": FRESH}))


def test_a_proposal_may_come_without_an_idea_or_a_cost() -> None:
    free = make(idea=None, cost=None, pot=None, project=None)
    given(PROPOSALS, *COUNCILS).when(free, by=ISA).then(ProposalMade(proposal=FRESH, **dict(free)))


def test_nobody_makes_a_proposal_to_a_body_that_is_not_theirs() -> None:
    given(PROPOSALS, *COUNCILS).when(make(idea=None), by=NINO).refused(NotOfThisBody)


def test_an_idea_becomes_one_proposal_of_its_own_body() -> None:
    made().when(make(), by=ISA).refused(IdeaSettledAlready, proposal=PROPOSAL)
    box = given(PROPOSALS, *COUNCILS, BIRD_IDEA)
    box.when(make(body="conseil-ecole", pot="ECOLE"), by=ISA).refused(NoSuchIdeaHere)
    given(PROPOSALS, *COUNCILS).when(make(), by=ISA).refused(NoSuchIdeaHere)
    aside = IdeaSetAside(idea=IDEA, reason="Déjà fait")
    given(PROPOSALS, *COUNCILS, BIRD_IDEA, aside).when(make(), by=ISA).refused(IdeaSettledAlready)


def test_a_cost_says_from_which_pot() -> None:
    given(PROPOSALS, *COUNCILS).when(make(idea=None, pot=None), by=ISA).refused(CostNeedsPot, cost=45_00)


def test_the_pot_is_one_that_is_open() -> None:
    given(PROPOSALS, *COUNCILS).when(make(idea=None, pot="LOTO"), by=ISA).refused(PotNotOpen, pot="LOTO")
    closed = PotClosed(pot="CM2", on=CHRISTMAS)
    given(PROPOSALS, *COUNCILS, closed).when(make(idea=None), by=ISA).refused(PotNotOpen, pot="CM2")


def test_a_class_does_not_propose_to_spend_the_pot_of_another() -> None:
    councils = given(PROPOSALS, *COUNCILS)
    councils.when(make(idea=None, pot="CE1"), by=ISA).refused(PotOfAnotherClass, class_code="CE1")
    assert councils.when(make(idea=None, pot="ECOLE"), by=ISA).events()
    assert councils.when(make(idea=None, pot="CE1", body="conseil-ecole"), by=ISA).events()


def test_an_election_without_candidates_proposes_a_person_for_a_role() -> None:
    given(PROPOSALS, *COUNCILS).when(make(SECRETARY), by=LOU).then(SECRETARY.model_copy(update={"proposal": FRESH}))


@pytest.mark.parametrize(
    ("nominated", "why"),
    [
        ({"person": GARNIER}, RoleForOthers),
        ({"person": "p_" + "z" * 26}, NotHereAllThatTime),
        ({"role": Role.MANDATE_HOLDER}, RoleNotAssignable),
        ({"starts": RENTREE, "until": SUMMER.replace(year=2026)}, LongerThanAYear),
    ],
)
def test_a_nominee_fits_the_role(nominated: dict[str, Any], why: Any) -> None:
    assert SECRETARY.nominee is not None
    person = nominated.pop("person", ISA)
    nominee = SECRETARY.nominee.model_copy(update={"person": person, "confers": SECRETARY.nominee.confers.model_copy(update=nominated)})
    given(PROPOSALS, *COUNCILS).when(make(SECRETARY, nominee=nominee), by=LOU).refused(why)


def test_a_nominee_who_leaves_before_the_end_is_refused() -> None:
    leaving = MemberLeft(member=ISA, on=CHRISTMAS)
    given(PROPOSALS, *COUNCILS, leaving).when(make(SECRETARY), by=LOU).refused(NotHereAllThatTime)


def test_a_proposal_is_supported_once_by_each_person() -> None:
    support = SupportProposal(proposal=PROPOSAL)
    made().when(support, by=LOU).then(ProposalSupported(proposal=PROPOSAL))
    again = given(PROPOSALS, *recorded([*COUNCILS, BIRD_IDEA, BIRDS], by=ISA), *recorded([ProposalSupported(proposal=PROPOSAL)], by=LOU))
    again.when(support, by=LOU).then()
    made().when(support, by=ISA).then()
    made().when(support, by=NINO).refused(NotOfThisBody)


def test_the_author_writes_a_new_version() -> None:
    made().when(revise(), by=ISA).then(FIVE_BIRDS)


def test_only_the_author_writes_it() -> None:
    made().when(revise(), by=GARNIER).refused(NotYourProposal)


def test_the_same_text_again_is_no_new_version() -> None:
    made(FIVE_BIRDS).when(revise(), by=ISA).then()


def test_a_new_version_needs_real_money_too() -> None:
    made().when(revise(pot="LOTO"), by=ISA).refused(PotNotOpen)


def test_a_text_may_change_during_a_consent_round() -> None:
    made(ROUND_OPENED).when(revise(), by=ISA).then(FIVE_BIRDS)


def test_a_text_does_not_change_while_people_vote() -> None:
    made(voted_on(PROPOSAL)).when(revise(), by=ISA).refused(ProposalInAVote, ballot=BALLOT)


OVER = [
    ProposalWithdrawn(proposal=PROPOSAL, reason="Le bois nous est donné"),
    ProposalVetoed(proposal=PROPOSAL, reason="Trop haut", role=Role.CLASS_TUTOR),
    ConsentReached(proposal=PROPOSAL, round=1),
    DecisionRejected(decision=DECISION, body="conseil-CM2", title="Non", proposal=PROPOSAL),
]


@pytest.mark.parametrize("over", OVER, ids=lambda event: type(event).__name__)
def test_what_is_over_is_neither_supported_nor_changed(over: Event) -> None:
    made(over).when(SupportProposal(proposal=PROPOSAL), by=LOU).refused(ProposalIsOver)
    made(over).when(revise(), by=ISA).refused(ProposalIsOver)


def test_the_author_withdraws_with_the_reason() -> None:
    withdraw = WithdrawProposal(proposal=PROPOSAL, reason="Le bois nous est donné")
    made().when(withdraw, by=ISA).then(OVER[0])
    made().when(withdraw, by=GARNIER).refused(NotYourProposal)
    made(OVER[0]).when(withdraw, by=ISA).then()
    made(OVER[1]).when(withdraw, by=ISA).refused(ProposalIsOver)
    made(voted_on(PROPOSAL)).when(withdraw, by=ISA).refused(ProposalInAVote)
    made(RoundOpened(proposal=PROPOSAL, version=1, round=1, facilitator=LOU)).when(withdraw, by=ISA).then(OVER[0])


def test_an_unknown_proposal_is_nobodys() -> None:
    unknown = given(PROPOSALS, *COUNCILS)
    for command in (SupportProposal(proposal=PROPOSAL), revise(), WithdrawProposal(proposal=PROPOSAL, reason="Oubli")):
        unknown.when(command, by=ISA).refused(NoSuchProposal)


def test_a_revision_says_its_number() -> None:
    third = revise(title="Dix nichoirs")
    made(FIVE_BIRDS).when(third, by=ISA).then(ProposalRevised(version=3, **dict(third)))


def test_a_member_of_the_staff_proposes_to_the_adults() -> None:
    asked = make(idea=None, body="conseil-maitres", pot="ECOLE")
    assert given(PROPOSALS, *COUNCILS).when(asked, by=DA_SILVA).events()

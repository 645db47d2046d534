"""Another wording of a proposal: on the version that stands, answered once, with the reason when the answer is no."""

from typing import Any

import pytest

from services.governance.commands.proposals import AcceptAmendment, ProposeAmendment, RejectAmendment
from services.governance.deciders.amendments import AMENDMENTS, AmendmentSettled, NoSuchAmendment, VersionHasMoved
from services.governance.events.proposals import AmendmentAccepted, AmendmentProposed, AmendmentRejected, ProposalRevised
from services.governance.rules.conducting import NotOfThisBody
from services.governance.rules.discussing import NotYourProposal, PotNotOpen, ProposalInAVote
from services.ledger.events.books import PotClosed
from shared.messages import Circumstances, Event
from shared.values import Pseudonym
from tests.examples_governance import CHRISTMAS, GARNIER, LEFEVRE, LOU, NINO
from tests.examples_proposals import AMENDMENT, BIRD_IDEA, BIRDS, COUNCILS, FIVE_BIRDS, ISA, PROPOSAL, TOM, voted_on
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, Given, given, recorded

FRESH = Circumstances(TOM, REGISTER, COMMAND_ID, NOW, SEED).id()
FEEDER: dict[str, Any] = {
    "proposal": PROPOSAL,
    "version": 1,
    "title": "Trois nichoirs et une mangeoire",
    "text": "Acheter le bois de trois nichoirs et d'une mangeoire.",
    "reason": "Les oiseaux ont faim en hiver",
    "cost": 55_00,
    "pot": "CM2",
}
PROPOSED = AmendmentProposed(amendment=AMENDMENT, **FEEDER)
ACCEPT = AcceptAmendment(amendment=AMENDMENT)
REJECT = RejectAmendment(amendment=AMENDMENT, reason="Une mangeoire attire les chats")


def made(*more: Event) -> Given:
    return given(AMENDMENTS, *recorded([*COUNCILS, BIRD_IDEA, BIRDS, *more], by=ISA))


def test_somebody_of_the_class_proposes_another_wording() -> None:
    made().when(ProposeAmendment(**FEEDER), by=TOM).then(AmendmentProposed(amendment=FRESH, **FEEDER))
    made().when(ProposeAmendment(**FEEDER), by=NINO).refused(NotOfThisBody)


def test_an_amendment_is_about_the_version_that_stands() -> None:
    made(FIVE_BIRDS).when(ProposeAmendment(**FEEDER), by=TOM).refused(VersionHasMoved, version=2)
    assert made(FIVE_BIRDS).when(ProposeAmendment(**(FEEDER | {"version": 2})), by=TOM).events()


def test_an_amendment_needs_real_money() -> None:
    made().when(ProposeAmendment(**(FEEDER | {"pot": "LOTO"})), by=TOM).refused(PotNotOpen)


@pytest.mark.parametrize("somebody", [ISA, LOU, LEFEVRE, GARNIER])
def test_the_author_or_who_conducts_accepts_it_and_it_is_the_next_version(somebody: Pseudonym) -> None:
    next_version = ProposalRevised(
        proposal=PROPOSAL, version=2, title=PROPOSED.title, text=PROPOSED.text, cost=55_00, pot="CM2", amendment=AMENDMENT
    )
    made(PROPOSED).when(ACCEPT, by=somebody).then(AmendmentAccepted(amendment=AMENDMENT), next_version)


def test_nobody_else_answers() -> None:
    for command in (ACCEPT, REJECT):
        made(PROPOSED).when(command, by=TOM).refused(NotYourProposal)


def test_a_no_has_its_reason() -> None:
    made(PROPOSED).when(REJECT, by=ISA).then(AmendmentRejected(**dict(REJECT)))


def test_an_amendment_is_answered_once() -> None:
    for answer in (AmendmentAccepted(amendment=AMENDMENT), AmendmentRejected(**dict(REJECT))):
        made(PROPOSED, answer).when(ACCEPT, by=ISA).refused(AmendmentSettled)
        made(PROPOSED, answer).when(REJECT, by=ISA).refused(AmendmentSettled)


def test_an_amendment_of_an_earlier_version_is_only_rejected() -> None:
    made(PROPOSED, FIVE_BIRDS).when(ACCEPT, by=ISA).refused(VersionHasMoved, version=2)
    made(PROPOSED, FIVE_BIRDS).when(REJECT, by=ISA).then(AmendmentRejected(**dict(REJECT)))


def test_a_pot_that_closed_meanwhile_is_looked_at_again() -> None:
    made(PROPOSED, PotClosed(pot="CM2", on=CHRISTMAS)).when(ACCEPT, by=ISA).refused(PotNotOpen)


def test_nothing_is_amended_while_people_vote() -> None:
    made(PROPOSED, voted_on(PROPOSAL)).when(ACCEPT, by=ISA).refused(ProposalInAVote)
    made(voted_on(PROPOSAL)).when(ProposeAmendment(**FEEDER), by=TOM).refused(ProposalInAVote)


def test_an_unknown_amendment_is_not_answered() -> None:
    for command in (ACCEPT, REJECT):
        made().when(command, by=ISA).refused(NoSuchAmendment)

"""What becomes of a decision: followed with the reason, revoked by a later one, the rest of its envelope released."""

from typing import Any

import pytest

from services.governance.commands.proposals import FollowDecision, ReleaseCommitment, RevokeDecision
from services.governance.deciders.decisions import (
    DECISIONS,
    DecisionIsRevoked,
    MeetingOfAnotherBody,
    MoreThanIsLeft,
    NoSuchDecision,
    NotALaterDecision,
    NothingCommitted,
    SayWhyNotDone,
)
from services.governance.events.bodies import MeetingCalled
from services.governance.events.proposals import CommitmentReleased, DecisionAdopted, DecisionFollowed, DecisionRevoked, FollowUp
from services.ledger.events.advances import AdvanceGranted, AdvanceReturned
from services.ledger.events.entries import Allocation, EntryReversed, ExpenseRecorded, ExpenseRegularised, Leg, Means, Voucher
from services.ledger.events.pots import PotTransferRecorded, Purpose
from shared.messages import Event
from shared.refusals import Forbidden
from shared.values import Pseudonym
from tests.examples_governance import CHRISTMAS, DA_SILVA, GARNIER, LEFEVRE, LOU
from tests.examples_proposals import ADOPTED, ADOPTED_LATER, COUNCILS, DECISION, ISA, LATER_DECISION, MEETING
from tests.given import Given, given

FOLLOWED = FollowDecision(decision=DECISION, state=FollowUp.ONGOING)
REVOKE = RevokeDecision(decision=DECISION, by=LATER_DECISION, reason="Le projet change")
REVOKED = DecisionRevoked(**dict(REVOKE))
ENTRY, REVERSAL, ADVANCE, RETURN = "w" * 26, "x" * 26, "y" * 26, "z" * 26


def adopted(*more: Event) -> Given:
    return given(DECISIONS, *COUNCILS, ADOPTED, ADOPTED_LATER, *more)


def release(amount: int, decision: str = DECISION) -> ReleaseCommitment:
    return ReleaseCommitment(decision=decision, amount=amount, reason="Le bois a coûté moins cher")


def spent(amount: int, decision: str | None = DECISION, pot: str = "CM2", irregular: str | None = None) -> ExpenseRecorded:
    return ExpenseRecorded(
        entry=ENTRY,
        on=CHRISTMAS,
        voucher=Voucher(series="D", number=1),
        label="Bois des nichoirs",
        treasury=(Leg(account="512", amount=-amount),),
        allocations=(Allocation(account="6180", amount=amount),),
        pot=pot,
        means=Means.CARD,
        decision=decision,
        irregular=irregular,
    )


@pytest.mark.parametrize("somebody", [LOU, LEFEVRE, GARNIER])
def test_who_conducts_says_where_a_decision_stands(somebody: Pseudonym) -> None:
    adopted().when(FOLLOWED, by=somebody).then(DecisionFollowed(**dict(FOLLOWED)))


def test_nobody_follows_or_revokes_what_another_body_decided() -> None:
    for somebody in (ISA, DA_SILVA):
        adopted().when(FOLLOWED, by=somebody).refused(Forbidden)
        adopted().when(REVOKE, by=somebody).refused(Forbidden)


def test_what_was_not_carried_out_has_its_reason() -> None:
    silent = FollowDecision(decision=DECISION, state=FollowUp.NOT_CARRIED_OUT)
    adopted().when(silent, by=LOU).refused(SayWhyNotDone)
    said = silent.model_copy(update={"reason": "Le bois n'est pas arrivé"})
    adopted().when(said, by=LOU).then(DecisionFollowed(**dict(said)))


def test_a_decision_is_followed_in_a_meeting_of_its_own_body() -> None:
    called: dict[str, Any] = {"meeting": MEETING, "on": CHRISTMAS, "call": 1, "agenda": ()}
    there = FOLLOWED.model_copy(update={"meeting": MEETING})
    adopted().when(there, by=LOU).refused(MeetingOfAnotherBody)
    adopted(MeetingCalled(body="conseil-ecole", **called)).when(there, by=LOU).refused(MeetingOfAnotherBody)
    adopted(MeetingCalled(body="conseil-CM2", **called)).when(there, by=LOU).then(DecisionFollowed(**dict(there)))


def test_what_is_done_is_done_once_and_ongoing_is_looked_at_again() -> None:
    done = FollowDecision(decision=DECISION, state=FollowUp.DONE)
    adopted(DecisionFollowed(**dict(done))).when(done, by=LOU).then()
    adopted(DecisionFollowed(**dict(FOLLOWED))).when(FOLLOWED, by=LOU).then(DecisionFollowed(**dict(FOLLOWED)))


def test_a_later_decision_of_the_same_body_revokes() -> None:
    adopted().when(REVOKE, by=LOU).then(REVOKED)
    adopted(REVOKED).when(REVOKE, by=LOU).then()


def test_neither_an_earlier_one_nor_itself_nor_one_of_elsewhere_revokes() -> None:
    adopted().when(RevokeDecision(decision=LATER_DECISION, by=DECISION, reason="Retour"), by=LOU).refused(NotALaterDecision)
    adopted().when(RevokeDecision(decision=DECISION, by=DECISION, reason="Retour"), by=LOU).refused(NotALaterDecision)
    elsewhere = DecisionAdopted(decision="s" * 26, body="conseil-ecole", title="Autre chose")
    adopted(elsewhere).when(RevokeDecision(decision=DECISION, by="s" * 26, reason="Non"), by=LOU).refused(NotALaterDecision)


def test_a_revoked_decision_revokes_nothing() -> None:
    third = DecisionAdopted(decision="t" * 26, body="conseil-CM2", title="Finalement oui")
    undone = DecisionRevoked(decision=LATER_DECISION, by="t" * 26, reason="Retour")
    adopted(third, undone).when(REVOKE, by=LOU).refused(NotALaterDecision)


def test_a_revoked_decision_is_neither_followed_nor_released() -> None:
    adopted(REVOKED).when(FOLLOWED, by=LOU).refused(DecisionIsRevoked)
    adopted(REVOKED).when(release(1), by=GARNIER).refused(DecisionIsRevoked)


def test_what_is_left_of_an_envelope_is_released_to_the_cent() -> None:
    adopted().when(release(45_00), by=GARNIER).then(CommitmentReleased(**dict(release(45_00))))
    adopted().when(release(45_01), by=GARNIER).refused(MoreThanIsLeft, left=45_00, asked=45_01)
    before = CommitmentReleased(**dict(release(40_00)))
    adopted(before).when(release(5_01), by=GARNIER).refused(MoreThanIsLeft, left=5_00)
    assert adopted(before).when(release(5_00), by=GARNIER).events()


@pytest.mark.parametrize(
    ("moved", "left"),
    [
        ((spent(38_00),), 7_00),
        ((spent(50_00),), 0),
        ((spent(38_00, decision=None),), 45_00),
        ((spent(38_00, pot="ECOLE"),), 45_00),
        ((spent(38_00, decision=None, irregular="Urgence"), ExpenseRegularised(entry=ENTRY, decision=DECISION)), 7_00),
        ((spent(38_00, decision=LATER_DECISION),), 45_00),
        ((spent(38_00), EntryReversed(entry=REVERSAL, reverses=ENTRY, reason="Doublon", on=CHRISTMAS)), 45_00),
        ((EntryReversed(entry=REVERSAL, reverses=ENTRY, reason="Caché", on=CHRISTMAS),), 45_00),
        (
            (
                PotTransferRecorded(
                    transfer=ENTRY,
                    on=CHRISTMAS,
                    label="Complément",
                    out_of="CM2",
                    into="ECOLE",
                    amount=20_00,
                    purpose=Purpose.COMPLEMENT,
                    decision=DECISION,
                ),
            ),
            25_00,
        ),
    ],
    ids=[
        "expense",
        "beyond the envelope",
        "without decision",
        "from another pot",
        "regularised",
        "of another decision",
        "reversed",
        "reversal alone",
        "pot transfer",
    ],
)
def test_what_the_ledger_spent_under_a_decision_is_not_released(moved: tuple[Event, ...], left: int) -> None:
    adopted(*moved).when(release(left + 1), by=GARNIER).refused(MoreThanIsLeft, left=left)
    if left:
        assert adopted(*moved).when(release(left), by=GARNIER).events()


def test_an_advance_counts_for_what_did_not_come_back() -> None:
    granted = AdvanceGranted(
        advance=ADVANCE,
        on=CHRISTMAS,
        voucher=Voucher(series="D", number=2),
        pot="CM2",
        holder=LEFEVRE,
        out_of="530",
        amount=30_00,
        decision=DECISION,
    )
    returned = AdvanceReturned(advance=ADVANCE, on=CHRISTMAS, voucher=Voucher(series="R", number=1), into="530", amount=10_00, entry=RETURN)
    undone = EntryReversed(entry=REVERSAL, reverses=RETURN, reason="Rendu deux fois", on=CHRISTMAS)
    for facts, left in (((granted,), 15_00), ((granted, returned), 25_00), ((granted, returned, undone), 15_00), ((returned,), 45_00)):
        adopted(*facts).when(release(left + 1), by=GARNIER).refused(MoreThanIsLeft, left=left)


def test_a_decision_without_money_releases_none() -> None:
    adopted().when(release(1, LATER_DECISION), by=GARNIER).refused(NothingCommitted)


def test_an_unknown_decision_is_nobodys() -> None:
    nothing = given(DECISIONS, *COUNCILS)
    for command in (FOLLOWED, REVOKE, release(1)):
        nothing.when(command, by=GARNIER).refused(NoSuchDecision)
    given(DECISIONS, *COUNCILS, ADOPTED).when(REVOKE, by=LOU).refused(NoSuchDecision)

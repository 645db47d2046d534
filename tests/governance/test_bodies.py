"""How a body is formed, and how a right to vote is suspended and given back."""

from datetime import timedelta
from typing import Any

import pytest

from services.governance.commands.bodies import FormBody, RestoreVotingRight, SuspendVotingRight
from services.governance.deciders.bodies import (
    BODIES,
    ClassCouncilNeedsOpenClass,
    CollegeNamedTwice,
    DoesNotSitThere,
    NobodyVotes,
    OnlyClassCouncilsHaveAClass,
    OtherBodyHasThisCode,
    QuorumBeyondEverybody,
    QuorumOfNobody,
    SuspensionEndsBeforeItStarts,
    SuspensionTooLong,
    VotesAlready,
    VotingRightInThePast,
)
from services.governance.events.bodies import (
    BodyFormed,
    BodyKind,
    College,
    Members,
    Quorum,
    QuorumOf,
    VotingRightRestored,
    VotingRightSuspended,
)
from services.governance.rules.rolls import NoSuchBody
from shared.refusals import Forbidden
from tests.examples_bodies import CM2_COUNCIL, COUNCIL_DAY, HALF, NEXT_COUNCIL, SCHOOL_COUNCIL
from tests.examples_governance import DA_SILVA, GARNIER, LEFEVRE, LOU, RENTREE, RUN_SCHOOL
from tests.given import SEALED, given
from tests.governance.council import COUNCIL, ILYES, TOM

A_DAY = timedelta(days=1)
SUSPENDED = VotingRightSuspended(member=TOM, body="conseil-CM2", starts=COUNCIL_DAY, until=NEXT_COUNCIL, reason=SEALED)


def form(body: BodyFormed = CM2_COUNCIL, **changed: Any) -> FormBody:
    return FormBody(**dict(body) | changed)


def suspend(**changed: Any) -> SuspendVotingRight:
    asked: dict[str, Any] = {"member": TOM, "body": "conseil-CM2", "starts": COUNCIL_DAY, "until": NEXT_COUNCIL}
    return SuspendVotingRight(**asked | {"reason": "Il a empêché les autres de parler"} | changed)


def restore(on: Any = NEXT_COUNCIL, body: str = "conseil-CM2", member: str = TOM) -> RestoreVotingRight:
    return RestoreVotingRight(member=member, body=body, on=on)


def test_a_body_is_formed_with_its_composition_and_quorum() -> None:
    given(BODIES, *RUN_SCHOOL).when(form(), by=GARNIER).then(CM2_COUNCIL)
    given(BODIES, *RUN_SCHOOL).when(form(SCHOOL_COUNCIL), by=GARNIER).then(SCHOOL_COUNCIL)


def test_forming_it_the_same_way_again_records_nothing_and_another_way_changes_its_rules() -> None:
    given(BODIES, *COUNCIL).when(form(), by=GARNIER).then()
    stricter: dict[str, Any] = {"quorum": Quorum(of=QuorumOf.ROLL, numerator=2, denominator=3)}
    given(BODIES, *COUNCIL).when(form(**stricter), by=GARNIER).then(CM2_COUNCIL.model_copy(update=stricter))


def test_a_tutor_forms_the_council_of_their_class_and_no_other_body() -> None:
    given(BODIES, *RUN_SCHOOL).when(form(), by=LEFEVRE).then(CM2_COUNCIL)
    given(BODIES, *RUN_SCHOOL).when(form(class_code="CE1"), by=LEFEVRE).refused(Forbidden)
    given(BODIES, *RUN_SCHOOL).when(form(SCHOOL_COUNCIL), by=LEFEVRE).refused(Forbidden)
    given(BODIES, *RUN_SCHOOL).when(form(), by=DA_SILVA).refused(Forbidden)


def test_a_class_council_is_that_of_an_open_class() -> None:
    given(BODIES, *RUN_SCHOOL).when(form(class_code=None), by=GARNIER).refused(ClassCouncilNeedsOpenClass)
    given(BODIES, *RUN_SCHOOL).when(form(class_code="CP"), by=GARNIER).refused(ClassCouncilNeedsOpenClass, class_code="CP")


def test_other_bodies_belong_to_the_whole_school() -> None:
    given(BODIES, *RUN_SCHOOL).when(form(kind=BodyKind.ADULTS_COUNCIL), by=GARNIER).refused(OnlyClassCouncilsHaveAClass)


def test_a_code_stays_with_its_body() -> None:
    given(BODIES, *COUNCIL).when(form(class_code="CE1"), by=GARNIER).refused(OtherBodyHasThisCode, class_code="CM2")
    other = form(kind=BodyKind.GENERAL_ASSEMBLY, class_code=None)
    given(BODIES, *COUNCIL).when(other, by=GARNIER).refused(OtherBodyHasThisCode, kind=BodyKind.CLASS_COUNCIL)


def test_colleges_have_names_of_their_own_and_one_votes() -> None:
    pupils, advised = College(college="eleves", of=Members.PUPILS), College(college="eleves", of=Members.TUTORS, advisory=True)
    given(BODIES, *RUN_SCHOOL).when(form(composition=(pupils, advised)), by=GARNIER).refused(CollegeNamedTwice, college="eleves")
    given(BODIES, *RUN_SCHOOL).when(form(composition=(advised,), quorum=None), by=GARNIER).refused(NobodyVotes)


@pytest.mark.parametrize("college", ["tuteurs", "inconnu"])
def test_a_quorum_counts_a_college_that_votes(college: str) -> None:
    wrong = HALF.model_copy(update={"college": college})
    given(BODIES, *RUN_SCHOOL).when(form(quorum=wrong), by=GARNIER).refused(QuorumOfNobody, college=college)
    right = HALF.model_copy(update={"college": "eleves"})
    given(BODIES, *RUN_SCHOOL).when(form(quorum=right), by=GARNIER).then(CM2_COUNCIL.model_copy(update={"quorum": right}))


def test_a_quorum_is_never_more_than_everybody() -> None:
    everybody = Quorum(of=QuorumOf.ROLL, numerator=3, denominator=3)
    given(BODIES, *RUN_SCHOOL).when(form(quorum=everybody), by=GARNIER).then(CM2_COUNCIL.model_copy(update={"quorum": everybody}))
    more = Quorum(of=QuorumOf.ROLL, numerator=4, denominator=3)
    given(BODIES, *RUN_SCHOOL).when(form(quorum=more), by=GARNIER).refused(QuorumBeyondEverybody)


def test_a_right_to_vote_is_suspended_for_a_time_with_a_sealed_reason() -> None:
    given(BODIES, *COUNCIL).when(suspend(), by=LEFEVRE, on=COUNCIL_DAY).then(SUSPENDED)
    given(BODIES, *COUNCIL, SUSPENDED).when(suspend(), by=LEFEVRE, on=COUNCIL_DAY).then()


def test_only_an_adult_who_answers_for_the_body_suspends_or_restores() -> None:
    given(BODIES, *COUNCIL).when(suspend(), by=LOU, on=COUNCIL_DAY).refused(Forbidden)
    given(BODIES, *COUNCIL).when(suspend(body="ecole"), by=LEFEVRE, on=COUNCIL_DAY).refused(Forbidden)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(), by=LOU, on=COUNCIL_DAY).refused(Forbidden)


def test_a_suspension_has_an_end_within_a_year_and_starts_today_or_later() -> None:
    given(BODIES, *COUNCIL).when(suspend(until=COUNCIL_DAY - A_DAY), by=LEFEVRE, on=RENTREE).refused(SuspensionEndsBeforeItStarts)
    longest = suspend(until=COUNCIL_DAY + 366 * A_DAY)
    given(BODIES, *COUNCIL).when(longest, by=LEFEVRE, on=COUNCIL_DAY).then(SUSPENDED.model_copy(update={"until": longest.until}))
    given(BODIES, *COUNCIL).when(suspend(until=longest.until + A_DAY), by=LEFEVRE, on=COUNCIL_DAY).refused(SuspensionTooLong)
    given(BODIES, *COUNCIL).when(suspend(), by=LEFEVRE, on=COUNCIL_DAY + A_DAY).refused(VotingRightInThePast)


def test_whoever_does_not_sit_there_is_not_suspended_there() -> None:
    given(BODIES, *COUNCIL).when(suspend(member=DA_SILVA), by=LEFEVRE, on=COUNCIL_DAY).refused(DoesNotSitThere)
    given(BODIES, *COUNCIL).when(suspend(body="inconnue"), by=GARNIER, on=COUNCIL_DAY).refused(NoSuchBody)


def test_a_right_is_given_back_before_its_date_and_once() -> None:
    restored = VotingRightRestored(member=TOM, body="conseil-CM2", on=NEXT_COUNCIL)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(), by=LEFEVRE, on=COUNCIL_DAY).then(restored)
    given(BODIES, *COUNCIL, SUSPENDED, restored).when(restore(), by=LEFEVRE, on=COUNCIL_DAY).then()


def test_there_is_nothing_to_give_back_to_whoever_votes() -> None:
    given(BODIES, *COUNCIL).when(restore(), by=LEFEVRE, on=COUNCIL_DAY).refused(VotesAlready)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(member=ILYES), by=LEFEVRE, on=COUNCIL_DAY).refused(VotesAlready)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(NEXT_COUNCIL + 2 * A_DAY), by=LEFEVRE, on=COUNCIL_DAY).refused(VotesAlready)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(), by=LEFEVRE, on=NEXT_COUNCIL + A_DAY).refused(VotingRightInThePast)
    given(BODIES, *COUNCIL, SUSPENDED).when(restore(body="inconnue"), by=GARNIER, on=COUNCIL_DAY).refused(NoSuchBody)

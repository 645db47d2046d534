"""Quorums, in whole numbers: on the roll, of those present, of expressed papers, by class, per college, on a second call."""

from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.governance.events.bodies import BodyFormed, Quorum, QuorumOf, VotingRightSuspended
from services.governance.rules.quorums import Measure, TakingPart, measured, missed, needed, sitting
from tests.examples_bodies import CM2_COUNCIL, COUNCIL_DAY, NEXT_COUNCIL, SCHOOL_COUNCIL
from tests.examples_governance import GARNIER, HADDAD, LEFEVRE, LOU, NINO
from tests.given import SEALED
from tests.governance.council import ANA, MAJORITY, TOM
from tests.governance.test_rolls import chamber

ASSEMBLY = TakingPart(registered=149, present=70, voters=68, blank=9, expressed=55, classes=4, classes_open=6)


def of(of: QuorumOf, numerator: int = 1, denominator: int = 2, **more: Any) -> Quorum:
    return Quorum(of=of, numerator=numerator, denominator=denominator, **more)


def test_half_of_149_is_75_and_68_miss_it() -> None:
    assert needed(of(QuorumOf.ROLL), 149) == 75
    assert missed(of(QuorumOf.ROLL), ASSEMBLY, 1) == Measure(75, 68)
    assert missed(of(QuorumOf.ROLL), ASSEMBLY._replace(voters=75), 1) is None
    assert missed(of(QuorumOf.ROLL), ASSEMBLY._replace(voters=74), 1) == Measure(75, 74)


def test_a_second_call_is_waived_only_where_the_rule_says_so() -> None:
    assert missed(of(QuorumOf.ROLL, waived_on_second_call=True), ASSEMBLY, 2) is None
    assert missed(of(QuorumOf.ROLL, waived_on_second_call=True), ASSEMBLY, 1) == Measure(75, 68)
    assert missed(of(QuorumOf.ROLL), ASSEMBLY, 2) == Measure(75, 68)


def test_without_a_quorum_nothing_is_missed() -> None:
    assert missed(None, TakingPart(149, 0, 0), 1) is None


@pytest.mark.parametrize(
    ("quorum", "measure"),
    [
        (of(QuorumOf.ROLL), Measure(75, 68)),
        (of(QuorumOf.ROLL, blanks_count=False), Measure(75, 59)),
        (of(QuorumOf.PRESENT, 2, 3), Measure(47, 68)),
        (of(QuorumOf.PRESENT, 9, 10, blanks_count=False), Measure(63, 59)),
        (of(QuorumOf.EXPRESSED, 1, 3), Measure(50, 55)),
        (of(QuorumOf.CLASSES, 2, 3), Measure(4, 4)),
        (of(QuorumOf.CLASSES, 3, 4), Measure(5, 4)),
    ],
)
def test_each_kind_of_quorum(quorum: Quorum, measure: Measure) -> None:
    assert measured(quorum, ASSEMBLY) == measure


@forall(st.integers(1, 50), st.integers(1, 50), st.integers(0, 10_000), st.integers(0, 10_000))
def test_reached_is_the_inequality_in_whole_numbers(numerator: int, denominator: int, whole: int, voters: int) -> None:
    quorum = of(QuorumOf.ROLL, numerator, denominator)
    reached = measured(quorum, TakingPart(whole, whole, voters)).reached
    assert reached == (voters * denominator >= numerator * whole)


def test_at_an_opening_guests_advisers_and_the_suspended_are_not_counted() -> None:
    part = sitting(chamber(), "conseil-CM2", COUNCIL_DAY, [*MAJORITY, LEFEVRE, GARNIER])
    assert (part.registered, part.voters, part.present) == (5, 3, 3)
    suspended = VotingRightSuspended(member=TOM, body="conseil-CM2", starts=COUNCIL_DAY, until=NEXT_COUNCIL, reason=SEALED)
    part = sitting(chamber(suspended), "conseil-CM2", COUNCIL_DAY, [*MAJORITY, TOM])
    assert (part.registered, part.voters) == (4, 3)


def test_classes_count_when_somebody_of_the_named_college_came_for_them() -> None:
    part = sitting(chamber(), "ecole", COUNCIL_DAY, [ANA, GARNIER, LEFEVRE, HADDAD])
    assert (part.registered, part.voters, part.classes, part.classes_open) == (2, 1, 1, 2)
    assert sitting(chamber(), "ecole", COUNCIL_DAY, [ANA, NINO]).classes == 2


def test_a_class_council_is_one_class() -> None:
    part = sitting(chamber(), "conseil-CM2", COUNCIL_DAY, [LOU])
    assert (part.classes, part.classes_open) == (1, 1)


def test_a_body_without_college_in_its_quorum_counts_all_who_vote() -> None:
    body: BodyFormed = SCHOOL_COUNCIL.model_copy(update={"quorum": CM2_COUNCIL.quorum})
    assert sitting(chamber(body), "ecole", COUNCIL_DAY, [ANA, GARNIER, HADDAD]) == TakingPart(6, 2, 2, classes=1, classes_open=2)

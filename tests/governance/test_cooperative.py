"""One affiliation a register, and each version of the rules adopted once."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.governance.commands.people import AdoptRules, AffiliateCooperative, LeaveAssociation
from services.governance.deciders.cooperative import (
    COOPERATIVE,
    AdvancesAreOpen,
    AlreadyAffiliated,
    LeftAlready,
    NotAffiliatedThen,
    RulesVersionTaken,
    digest_of,
)
from services.governance.events.people import CooperativeLeft, Rules
from services.ledger.events.advances import AdvanceSettled
from services.ledger.events.entries import EntryReversed
from shared.messages import Circumstances
from shared.refusals import Forbidden
from tests.examples_governance import AFFILIATED, CHRISTMAS, OFFICER, OFFICER_JOINED, RENTREE, RULES, RULES_ADOPTED
from tests.examples_ledger import ADVANCE_GRANTED, ADVANCE_ID, REVERSAL
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, given

AFFILIATE = AffiliateCooperative(**dict(AFFILIATED))
LEAVE = LeaveAssociation(on=date(2024, 10, 14), reason="Fermeture de l'école")
LEFT = CooperativeLeft(**dict(LEAVE))
ADOPT = AdoptRules(rule_set="AD99", version="2024-25", valid_from=RENTREE, content=RULES)


def test_affiliating_opens_the_register_and_the_officer_belongs_from_that_day() -> None:
    given(COOPERATIVE).when(AFFILIATE, by=OFFICER).then(AFFILIATED, OFFICER_JOINED)


def test_a_register_has_one_cooperative() -> None:
    given(COOPERATIVE, AFFILIATED).when(AFFILIATE, by=OFFICER).refused(AlreadyAffiliated)


def test_an_association_affiliates_for_itself_alone() -> None:
    def asked_for(badge: str) -> Circumstances:
        return Circumstances(OFFICER, REGISTER, COMMAND_ID, NOW, SEED, badge=badge)

    assert list(COOPERATIVE.decide(COOPERATIVE.fold.initial, AFFILIATE, asked_for("AD99"))) == [AFFILIATED, OFFICER_JOINED]
    with pytest.raises(Forbidden):
        COOPERATIVE.decide(COOPERATIVE.fold.initial, AFFILIATE, asked_for("AD01"))


def test_a_cooperative_leaves_its_association_once() -> None:
    given(COOPERATIVE, AFFILIATED).when(LEAVE).then(LEFT)
    given(COOPERATIVE, AFFILIATED, LEFT).when(LEAVE).then()
    earlier = LeaveAssociation(on=date(2024, 10, 1), reason=LEAVE.reason)
    given(COOPERATIVE, AFFILIATED, LEFT).when(earlier).refused(LeftAlready, left=LEAVE.on)
    given(COOPERATIVE).when(LEAVE).refused(Forbidden)


def test_its_last_day_has_come_and_is_not_before_the_first() -> None:
    for on in (date(2024, 10, 15), date(2023, 1, 1)):
        given(COOPERATIVE, AFFILIATED).when(LeaveAssociation(on=on, reason=LEAVE.reason)).refused(NotAffiliatedThen, on=on)


def test_it_leaves_when_its_advances_are_settled_or_undone() -> None:
    settled = AdvanceSettled(advance=ADVANCE_ID, on=LEAVE.on, granted=120_00, justified=120_00, returned=0)
    undone = EntryReversed(entry=REVERSAL, reverses=ADVANCE_ID, reason="Jamais remise", on=LEAVE.on)
    given(COOPERATIVE, AFFILIATED, ADVANCE_GRANTED).when(LEAVE).refused(AdvancesAreOpen, count=1)
    for ended in (settled, undone):
        given(COOPERATIVE, AFFILIATED, ADVANCE_GRANTED, ended).when(LEAVE).then(LEFT)


def test_a_time_zone_exists() -> None:
    with pytest.raises(ValidationError, match="IANA"):
        AffiliateCooperative(**dict(AFFILIATED) | {"zone": "Europe/Tilleuls"})


def test_rules_are_adopted_with_their_content_and_its_digest() -> None:
    given(COOPERATIVE, AFFILIATED).when(ADOPT).then(RULES_ADOPTED)


def test_adopting_the_same_rules_again_records_nothing() -> None:
    given(COOPERATIVE, AFFILIATED, RULES_ADOPTED).when(ADOPT).then()


def test_a_version_of_rules_never_changes_its_content() -> None:
    dearer = AdoptRules(**dict(ADOPT) | {"content": _dearer(RULES)})
    given(COOPERATIVE, AFFILIATED, RULES_ADOPTED).when(dearer).refused(RulesVersionTaken, version="2024-25", digest=digest_of(RULES))


def test_a_version_of_rules_never_changes_its_first_day() -> None:
    later = AdoptRules(**dict(ADOPT) | {"valid_from": CHRISTMAS})
    given(COOPERATIVE, AFFILIATED, RULES_ADOPTED).when(later).refused(RulesVersionTaken, valid_from=RENTREE)


def test_another_version_is_adopted_beside_the_first() -> None:
    next_year = AdoptRules(**dict(ADOPT) | {"version": "2025-26", "content": _dearer(RULES)})
    (adopted,) = given(COOPERATIVE, AFFILIATED, RULES_ADOPTED).when(next_year).events()
    assert adopted.business_date == RENTREE


def test_no_rules_are_adopted_before_there_is_a_cooperative() -> None:
    given(COOPERATIVE).when(ADOPT, by=OFFICER).refused(Forbidden)


def test_the_digest_is_that_of_the_canonical_bytes() -> None:
    """Computed with sha256sum over the bytes that RFC 8785 gives for the smallest rules."""
    smallest = Rules(**dict(RULES) | {"spending": None})
    assert digest_of(smallest) == "6c3b5d0cedd4f72bf0cfdabec1a86294195c8b10a6873d15a87ace6f92f24580"
    assert digest_of(smallest) != digest_of(_dearer(smallest))


def _dearer(rules: Rules) -> Rules:
    return Rules(**dict(rules) | {"membership_fee": rules.membership_fee + 10})

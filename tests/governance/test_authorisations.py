"""What parents agree to: noted by the adults in charge, asked for by the dated rules when a pupil joins a bureau."""

from datetime import timedelta

import pytest

from services.governance.commands.people import AssignRole
from services.governance.commands.privacy import RecordAuthorisation
from services.governance.deciders.cooperative import digest_of
from services.governance.deciders.role import AGREEMENT_RULE, ROLE, AgreementMissing, OnlyForPupils
from services.governance.events.people import AcceptedRule, MemberLeft, Role, RoleAssigned, RulesAdopted
from services.governance.events.privacy import AuthorisationKind, AuthorisationRecorded, AuthorisationState
from services.governance.projections.authorisations import AUTHORISATIONS, authorisations_shown
from shared.projecting import Cut, fold
from shared.refusals import Forbidden
from tests.examples_governance import CHRISTMAS, GARNIER, HADDAD, LEFEVRE, LOU, NINO, RENTREE, RULES, RUN_SCHOOL, SUMMER, WINTER
from tests.given import given, recorded

STRICT = RULES.model_copy(update={"parents_agree_to_bureau": True})
RULE = RulesAdopted(rule_set="AD99", version="2024-25-bis", valid_from=CHRISTMAS, content=STRICT, digest=digest_of(STRICT))
SCHOOL = (*RUN_SCHOOL, RULE)
ASSIGN = AssignRole(role=Role.TREASURER, person=LOU, starts=CHRISTMAS, until=SUMMER, class_code="CM2")
ASSIGNED = RoleAssigned(role=Role.TREASURER, person=LOU, starts=CHRISTMAS, until=SUMMER, class_code="CM2")
REASON = "La famille a dit oui au téléphone, le papier arrive"
WHY = AcceptedRule(rule=AGREEMENT_RULE, version=RULE.version, reason=REASON)
NOTE = RecordAuthorisation(member=LOU, kind=AuthorisationKind.BUREAU, state=AuthorisationState.GIVEN)


def answered(state: AuthorisationState = AuthorisationState.GIVEN, **more: object) -> AuthorisationRecorded:
    return AuthorisationRecorded(member=LOU, kind=AuthorisationKind.BUREAU, state=state, **more)  # type: ignore[arg-type]


def test_without_the_rule_nothing_is_asked() -> None:
    given(ROLE, *RUN_SCHOOL).when(ASSIGN, by=GARNIER).then(ASSIGNED)
    before = ASSIGN.model_copy(update={"starts": CHRISTMAS - timedelta(days=1)})
    given(ROLE, *SCHOOL).when(before, by=GARNIER).then(ASSIGNED.model_copy(update={"starts": before.starts}))


def test_a_pupil_without_an_agreement_joins_the_bureau_with_a_reason() -> None:
    given(ROLE, *SCHOOL).when(ASSIGN, by=GARNIER).refused(AgreementMissing, rule=AGREEMENT_RULE, version=RULE.version)
    with_reason = ASSIGN.model_copy(update={"accepted": WHY})
    given(ROLE, *SCHOOL).when(with_reason, by=GARNIER).then(ASSIGNED.model_copy(update={"accepted": WHY}))


def test_a_reason_for_another_version_of_the_rules_does_not_count() -> None:
    other = ASSIGN.model_copy(update={"accepted": WHY.model_copy(update={"version": "2023-24"})})
    given(ROLE, *SCHOOL).when(other, by=GARNIER).refused(AgreementMissing)


def test_with_an_agreement_no_reason_is_kept() -> None:
    for command in (ASSIGN, ASSIGN.model_copy(update={"accepted": WHY})):
        given(ROLE, *SCHOOL, answered()).when(command, by=GARNIER).then(ASSIGNED)


@pytest.mark.parametrize("answer", [answered(AuthorisationState.REFUSED), answered(until=CHRISTMAS - timedelta(days=1))])
def test_a_refusal_or_an_agreement_that_ended_is_none(answer: AuthorisationRecorded) -> None:
    given(ROLE, *SCHOOL, answered(), answer).when(ASSIGN, by=GARNIER).refused(AgreementMissing)


def test_other_roles_need_no_agreement() -> None:
    command = ASSIGN.model_copy(update={"role": Role.DELEGATE})
    given(ROLE, *SCHOOL).when(command, by=GARNIER).then(ASSIGNED.model_copy(update={"role": Role.DELEGATE}))


def test_a_bureau_joined_by_a_vote_is_said_to_lack_an_agreement() -> None:
    (state,) = (given(ROLE, *SCHOOL).when(ASSIGN, by=GARNIER).state,)
    (elected,) = recorded([ASSIGNED])
    assert [notice.code() for notice in ROLE.warn(state, elected)] == ["bureau-without-agreement"]
    assert ROLE.warn(given(ROLE, *SCHOOL, answered()).when(ASSIGN).state, elected) == ()


def test_an_answer_is_noted_once_by_the_adults_in_charge() -> None:
    for by in (GARNIER, LEFEVRE):
        given(ROLE, *SCHOOL).when(NOTE, by=by).then(answered())
    given(ROLE, *SCHOOL, answered()).when(NOTE, by=GARNIER).then()
    given(ROLE, *SCHOOL).when(NOTE.model_copy(update={"member": NINO}), by=LEFEVRE).refused(Forbidden)
    given(ROLE, *SCHOOL).when(NOTE.model_copy(update={"member": HADDAD}), by=GARNIER).refused(OnlyForPupils)


def test_missing_agreements_are_listed_while_the_role_lasts() -> None:
    def missing(*facts: object, day: object = WINTER) -> list[str]:
        state = fold(AUTHORISATIONS, recorded((*SCHOOL, ASSIGNED, *facts)), Cut())  # type: ignore[arg-type]
        return [one["person"] for one in authorisations_shown(state, day)["missing"]]  # type: ignore[arg-type]

    assert missing() == [LOU] == missing(answered(AuthorisationState.REFUSED))
    assert missing(answered()) == missing(MemberLeft(member=LOU, on=RENTREE)) == missing(day=SUMMER + timedelta(days=1)) == []

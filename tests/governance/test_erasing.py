"""Who may be erased and when: somebody who has left, from the next day on, once."""

from datetime import timedelta

import pytest

from services.governance.commands.privacy import ErasePerson
from services.governance.deciders.erasing import ERASING, NobodyHere, StillBelongs
from services.governance.events.people import MemberLeft
from services.governance.events.privacy import ErasureReason, PersonErased
from services.governance.pages.names import Names
from services.governance.projections.members import MEMBERS
from shared.projecting import Cut, fold
from shared.refusals import Forbidden
from tests.examples_governance import CHRISTMAS, GARNIER, LOU, NINO, OFFICER, RUN_SCHOOL, STRANGER
from tests.given import given, recorded

NEXT_DAY = CHRISTMAS + timedelta(days=1)
LEFT = (*RUN_SCHOOL, MemberLeft(member=NINO, on=CHRISTMAS))
ERASE = ErasePerson(person=NINO, reason=ErasureReason.DEPARTURE)
ERASED = PersonErased(person=NINO, reason=ErasureReason.DEPARTURE)


@pytest.mark.parametrize("by", [GARNIER, OFFICER])
def test_somebody_who_has_left_is_erased_from_the_next_day_on(by: str) -> None:
    given(ERASING, *LEFT).when(ERASE, by=by, on=NEXT_DAY).then(ERASED)
    given(ERASING, *LEFT).when(ERASE, by=by, on=CHRISTMAS).refused(StillBelongs, left=CHRISTMAS)


def test_whoever_belongs_is_not_erased() -> None:
    given(ERASING, *RUN_SCHOOL).when(ERASE, by=GARNIER, on=NEXT_DAY).refused(StillBelongs, left=None)
    given(ERASING, *RUN_SCHOOL).when(ErasePerson(person=STRANGER, reason=ErasureReason.REQUEST), by=GARNIER).refused(NobodyHere)


def test_an_erasure_is_recorded_once() -> None:
    given(ERASING, *LEFT, ERASED).when(ERASE, by=GARNIER, on=NEXT_DAY).then()


def test_a_mandate_holder_erases_nobody_of_the_association() -> None:
    left = MemberLeft(member=OFFICER, on=CHRISTMAS)
    erase = ErasePerson(person=OFFICER, reason=ErasureReason.REQUEST)
    given(ERASING, *RUN_SCHOOL, left).when(erase, by=GARNIER, on=NEXT_DAY).refused(Forbidden)
    given(ERASING, *RUN_SCHOOL, left).when(erase, by=STRANGER, badge="AD99", on=NEXT_DAY).then(
        PersonErased(person=OFFICER, reason=ErasureReason.REQUEST)
    )


def test_counts_and_dates_of_belonging_stay() -> None:
    before, after = (fold(MEMBERS, recorded(facts), Cut()) for facts in (LEFT, (*LEFT, ERASED)))
    for day in (CHRISTMAS - timedelta(days=1), CHRISTMAS, NEXT_DAY):
        assert before.counted(day) == after.counted(day)
    assert after.people[NINO].erased and not before.people[NINO].erased
    assert after.people[NINO].left == CHRISTMAS and not after.people[LOU].erased


def test_a_page_says_that_a_pupil_was_erased() -> None:
    members = fold(MEMBERS, recorded((*LEFT, ERASED)), Cut())
    names = Names({LOU: "Lou Petit"}, members, str, GARNIER)
    assert (names(LOU), names(NINO)) == ("Lou Petit", "élève supprimé (nnnn)")

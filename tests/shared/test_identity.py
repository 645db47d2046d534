"""What was given to whom, on which days."""

from datetime import date, timedelta

from hypothesis import given as forall
from hypothesis import strategies as st

from shared.identity import Grant, Grants
from tests.given import pseudonym

FIRST, LAST = date(2024, 9, 1), date(2025, 8, 31)
A_DAY = timedelta(days=1)
ADA, BEA = pseudonym("a"), pseudonym("b")
days = st.dates(FIRST - 40 * A_DAY, LAST + 40 * A_DAY)


def test_a_grant_holds_from_its_first_day_to_its_last_both_included() -> None:
    grant = Grant("guard", ADA, FIRST, LAST)
    assert [grant.holds_on(day) for day in (FIRST - A_DAY, FIRST, LAST, LAST + A_DAY)] == [False, True, True, False]


def test_a_grant_without_an_end_holds_for_ever() -> None:
    assert Grant("guard", ADA, FIRST).holds_on(date.max)


def test_each_person_holds_their_own() -> None:
    grants = Grants().given("1", Grant("guard", ADA, FIRST)).given("2", Grant("scribe", BEA, FIRST)).given("3", Grant("scribe", ADA, FIRST))
    assert grants.held(ADA, LAST) == {"guard", "scribe"}
    assert grants.held(BEA, LAST) == {"scribe"}
    assert grants.held(pseudonym("c"), LAST) == frozenset()


def test_a_grant_given_again_under_its_key_replaces_the_first() -> None:
    grants = Grants().given("1", Grant("guard", ADA, FIRST)).given("1", Grant("guard", ADA, FIRST, FIRST))
    assert list(grants.of(ADA)) == [Grant("guard", ADA, FIRST, FIRST)]


def test_an_ended_grant_keeps_its_place_and_held_before() -> None:
    grants = Grants().given("1", Grant("guard", ADA, FIRST)).ended("1", LAST)
    assert grants.held(ADA, LAST) == {"guard"}
    assert grants.held(ADA, LAST + A_DAY) == frozenset()


def test_ending_never_prolongs() -> None:
    grants = Grants().given("1", Grant("guard", ADA, FIRST, FIRST))
    assert grants.ended("1", LAST) is grants


def test_ending_what_was_never_given_changes_nothing() -> None:
    assert Grants().ended("1", LAST) == Grants()


@forall(days, days, days)
def test_after_its_last_day_nothing_is_held(starts: date, last_day: date, day: date) -> None:
    grants = Grants().given("1", Grant("guard", ADA, starts)).ended("1", last_day)
    assert grants.held(ADA, day) == ({"guard"} if starts <= day <= last_day else frozenset())


def test_earlier_values_stay_as_they_were() -> None:
    before = Grants().given("1", Grant("guard", ADA, FIRST))
    before.given("2", Grant("scribe", ADA, FIRST))
    before.ended("1", FIRST)
    assert before.held(ADA, LAST) == {"guard"}

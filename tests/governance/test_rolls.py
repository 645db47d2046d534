"""Who is called to a body on a day, who votes there, and who may act for it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.events.bodies import BodyFormed, BodyKind, College, Members, VotingRightRestored, VotingRightSuspended
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import ClassClosed, ClassOpened, MemberLeft, MemberMoved, Role, RoleEnded
from services.governance.rules.rolls import (
    NoSuchBody,
    acts_in,
    body_of,
    called_to,
    classes_of,
    leads,
    open_classes,
    roll_of,
    school_year,
    sits_in,
    voters_of,
)
from shared.messages import Circumstances
from tests.examples_bodies import CM2_COUNCIL, COUNCIL_DAY, NEXT_COUNCIL
from tests.examples_governance import CE1_OPENED, DA_SILVA, GARNIER, HADDAD, LEFEVRE, LOU, NINO, OFFICER, RENTREE, ROUSSEAU, SUMMER
from tests.given import COMMAND_ID, PARIS, REGISTER, SEALED, SEED, recorded
from tests.governance.council import ANA, COUNCIL, ILYES, MAE, PUPILS, TOM

A_DAY = timedelta(days=1)
SUSPENDED = VotingRightSuspended(member=TOM, body="conseil-CM2", starts=COUNCIL_DAY, until=NEXT_COUNCIL, reason=SEALED)


def chamber(*facts: GovernanceEvent) -> Chamber:
    state = CHAMBER.initial
    for record in recorded([*COUNCIL, *facts]):
        state = CHAMBER.evolve(state, record)
    return state


def asked_by(actor: str, day: date = COUNCIL_DAY, badge: str | None = None) -> Circumstances:
    return Circumstances(actor, REGISTER, COMMAND_ID, datetime(day.year, day.month, day.day, 8, tzinfo=UTC), SEED, PARIS, badge=badge)


def test_a_class_council_calls_the_pupils_of_its_class_sorted_and_its_tutors_apart() -> None:
    assert called_to(chamber(), "conseil-CM2", COUNCIL_DAY) == {"eleves": PUPILS, "tuteurs": (LEFEVRE,)}


def test_whoever_left_or_moved_is_not_called() -> None:
    gone = chamber(MemberLeft(member=TOM, on=COUNCIL_DAY), MemberMoved(member=MAE, class_code="CE1", on=COUNCIL_DAY))
    assert TOM in called_to(gone, "conseil-CM2", COUNCIL_DAY)["eleves"]  # the day of leaving included
    assert called_to(gone, "conseil-CM2", COUNCIL_DAY + A_DAY)["eleves"] == tuple(sorted((LOU, ANA, ILYES)))


def test_the_school_council_calls_delegates_of_every_class_staff_and_its_own_parents() -> None:
    called = called_to(chamber(), "ecole", COUNCIL_DAY)
    assert called["delegues"] == tuple(sorted((ANA, NINO)))
    assert called["adultes"] == tuple(sorted((GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE)))
    assert called["parents"] == (HADDAD,)
    ended = chamber(RoleEnded(role=Role.DELEGATE, person=NINO, on=COUNCIL_DAY - A_DAY))
    assert called_to(ended, "ecole", COUNCIL_DAY)["delegues"] == (ANA,)


def test_a_role_in_another_body_brings_nobody_here() -> None:
    other = BodyFormed(**dict(CM2_COUNCIL) | {"body": "fete", "kind": BodyKind.SCHOOL_COUNCIL, "class_code": None})
    parents = other.model_copy(update={"composition": (College(college="parents", of=Members.ADVISORY_PARENTS),)})
    assert called_to(chamber(parents), "fete", COUNCIL_DAY) == {"parents": ()}


def test_nobody_is_called_twice_and_a_vote_goes_before_a_voice() -> None:
    both = CM2_COUNCIL.model_copy(
        update={
            "body": "deux",
            "kind": BodyKind.ADULTS_COUNCIL,
            "class_code": None,
            "composition": (
                College(college="voix", of=Members.TUTORS, advisory=True),
                College(college="equipe", of=Members.STAFF),
                College(college="tuteurs", of=Members.TUTORS),
            ),
        }
    )
    called = called_to(chamber(both), "deux", COUNCIL_DAY)
    assert list(called) == ["voix", "equipe", "tuteurs"]
    assert LEFEVRE in called["equipe"]
    assert called["voix"] == called["tuteurs"] == ()


def test_a_suspended_member_sits_and_does_not_vote_until_the_end_or_the_restoring() -> None:
    suspended = chamber(SUSPENDED)
    voters = [line.voter for line in roll_of(suspended, "conseil-CM2", COUNCIL_DAY)[0].voters]
    assert voters == [one for one in PUPILS if one != TOM]
    assert sits_in(suspended, "conseil-CM2", TOM, COUNCIL_DAY)
    assert TOM in voters_of(roll_of(suspended, "conseil-CM2", NEXT_COUNCIL + A_DAY))
    restored = chamber(SUSPENDED, VotingRightRestored(member=TOM, body="conseil-CM2", on=COUNCIL_DAY + A_DAY))
    assert TOM not in voters_of(roll_of(restored, "conseil-CM2", COUNCIL_DAY))
    assert TOM in voters_of(roll_of(restored, "conseil-CM2", COUNCIL_DAY + A_DAY))


def test_the_roll_tells_advisory_colleges_and_voters_leave_them_out() -> None:
    roll = roll_of(chamber(), "conseil-CM2", COUNCIL_DAY)
    assert [(one.college, one.advisory) for one in roll] == [("eleves", None), ("tuteurs", True)]
    assert voters_of(roll) == set(PUPILS)
    assert voters_of(roll_of(chamber(), "ecole", COUNCIL_DAY), "delegues") == {ANA, NINO}


def test_a_body_never_formed_calls_nobody() -> None:
    assert called_to(chamber(), "inconnue", COUNCIL_DAY) == {}
    assert roll_of(chamber(), "inconnue", COUNCIL_DAY) == ()
    with pytest.raises(NoSuchBody):
        body_of(chamber(), "inconnue")


def test_each_comes_for_the_class_of_their_role_or_their_own() -> None:
    assert classes_of(chamber(), [ANA, NINO, LEFEVRE, LOU, HADDAD], COUNCIL_DAY) == {ANA: "CM2", NINO: "CE1", LEFEVRE: "CM2", LOU: "CM2"}
    moved = chamber(MemberMoved(member=ANA, class_code="CE1", on=COUNCIL_DAY))
    assert classes_of(moved, [ANA], COUNCIL_DAY) == {ANA: "CM2"}  # still the delegate of CM2


def test_open_classes_are_those_of_the_school_year_of_the_day() -> None:
    next_year = ClassOpened(class_code="CP", label="CP", level=("CP",), cycle=(2,), year="2025-26")
    opened = chamber(next_year, ClassClosed(class_code="CE1", year="2024-25"))
    assert open_classes(opened, COUNCIL_DAY) == {"CM2"}
    assert open_classes(opened, SUMMER + A_DAY) == {"CP"}
    assert open_classes(opened, date(2031, 1, 1)) == {"CM2", "CP"}  # nothing opened for that year: whatever is open
    assert CE1_OPENED.class_code in open_classes(chamber(), RENTREE)


def test_the_school_year_turns_on_the_first_of_september() -> None:
    assert (school_year(date(2025, 8, 31)), school_year(date(2025, 9, 1)), school_year(date(1999, 12, 31))) == (
        "2024-25",
        "2025-26",
        "1999-00",
    )


def test_who_acts_in_a_body() -> None:
    state = chamber()
    acting = {actor: acts_in(state, "conseil-CM2", asked_by(actor)) for actor in (GARNIER, OFFICER, LEFEVRE, LOU, NINO, DA_SILVA)}
    assert acting == {GARNIER: True, OFFICER: True, LEFEVRE: True, LOU: True, NINO: False, DA_SILVA: False}
    assert acts_in(state, "ecole", asked_by(NINO))  # sits there, as a delegate
    assert not acts_in(state, "ecole", asked_by(LOU))
    assert acts_in(state, "ecole", asked_by(HADDAD))
    assert acts_in(state, "conseil-CM2", asked_by("p_" + "z" * 26, badge="AD99"))


def test_who_answers_for_a_body_as_an_adult() -> None:
    state = chamber()
    assert leads(state, "conseil-CM2", asked_by(LEFEVRE))
    assert leads(state, "ecole", asked_by(GARNIER))
    assert not leads(state, "ecole", asked_by(LEFEVRE))
    assert not leads(state, "conseil-CM2", asked_by(LOU))
    assert not leads(state, "inconnue", asked_by(LEFEVRE))

"""How a meeting is called: its day, its agenda with the decisions to follow first, and the second call."""

import pytest

from services.governance.deciders.meetings import (
    MEETINGS,
    CalledThatDayAlready,
    MeetingInThePast,
    NoFirstCall,
    PointsStayOnceOpen,
)
from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import (
    AgendaItem,
    AgendaRevised,
    ItemKind,
    MeetingCalled,
)
from services.governance.events.proposals import DecisionAdopted, DecisionFollowed, DecisionRevoked, FollowUp
from services.governance.rules.agendas import NoSuchItem, SubjectOfAnotherBody, SubjectTwice
from services.governance.rules.rolls import NoSuchBody
from shared.refusals import Forbidden
from tests.examples_bodies import (
    CLOSED,
    COUNCIL_DAY,
    IDEAS,
    IDEAS_ITEM,
    MEETING,
    NEWS,
    NEXT_COUNCIL,
    SECOND_MEETING,
)
from tests.examples_governance import DA_SILVA, GARNIER, LEFEVRE, LOU, NINO
from tests.given import given
from tests.governance.calling import (
    A_DAY,
    BAKE,
    BAKE_SALE,
    FRESH,
    IDEA,
    IDEAS_POINT,
    MISSED,
    NEWS_POINT,
    SORT,
    SORTING,
    call,
    point,
    revise,
)
from tests.governance.council import CONVENED, COUNCIL, SITTING


def test_a_meeting_is_called_with_its_agenda() -> None:
    item = AgendaItem(item=FRESH.id(1), kind=ItemKind.IDEA, title="Les idées de la boîte")
    called = MeetingCalled(meeting=FRESH.id(), body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=(item,))
    for person in (LOU, LEFEVRE, GARNIER):
        given(MEETINGS, *COUNCIL).when(call(point()), by=person, on=COUNCIL_DAY).then(called)


def test_nobody_calls_a_body_that_is_not_theirs() -> None:
    for person in (NINO, DA_SILVA):
        given(MEETINGS, *COUNCIL).when(call(), by=person, on=COUNCIL_DAY).refused(Forbidden)
    given(MEETINGS, *COUNCIL).when(call(body="ecole"), by=LOU, on=COUNCIL_DAY).refused(Forbidden)
    given(MEETINGS, *COUNCIL).when(call(body="inconnue"), by=GARNIER, on=COUNCIL_DAY).refused(NoSuchBody)


def test_a_meeting_is_called_for_today_or_later_and_once_a_day() -> None:
    given(MEETINGS, *COUNCIL).when(call(on=COUNCIL_DAY - A_DAY), by=LOU, on=COUNCIL_DAY).refused(MeetingInThePast)
    given(MEETINGS, *CONVENED).when(call(), by=LOU, on=COUNCIL_DAY).refused(CalledThatDayAlready)
    assert len(given(MEETINGS, *CONVENED).when(call(on=NEXT_COUNCIL), by=LOU, on=COUNCIL_DAY).events()) == 1
    assert len(given(MEETINGS, *SITTING, CLOSED).when(call(), by=LOU, on=COUNCIL_DAY).events()) == 1


def test_open_decisions_of_the_body_come_first_on_its_agenda_by_title() -> None:
    elsewhere = DecisionAdopted(decision="g" * 26, body="ecole", title="Achat d'une table")
    done = DecisionAdopted(decision="h" * 26, body="conseil-CM2", title="Fête de fin d'année")
    revoked = DecisionAdopted(decision="o" * 26, body="conseil-CM2", title="Tournoi")
    facts = (
        *COUNCIL,
        BAKE_SALE,
        SORTING,
        elsewhere,
        done,
        revoked,
        DecisionFollowed(decision=done.decision, state=FollowUp.DONE),
        DecisionFollowed(decision=BAKE, state=FollowUp.ONGOING),
        DecisionRevoked(decision=revoked.decision, by=BAKE, reason="Une autre date"),
    )
    (called,) = given(MEETINGS, *facts).when(call(point()), by=LOU, on=COUNCIL_DAY).events()
    assert isinstance(called, MeetingCalled)
    assert [(one.kind, one.title, one.subject) for one in called.agenda] == [
        (ItemKind.FOLLOW_UP, "Bac de tri", SORT),
        (ItemKind.FOLLOW_UP, "Vente de gâteaux", BAKE),
        (ItemKind.IDEA, "Les idées de la boîte", None),
    ]
    assert len({one.item for one in called.agenda} | {called.meeting}) == 4


@pytest.mark.parametrize("state", [FollowUp.DONE, FollowUp.NOT_CARRIED_OUT])
def test_a_decision_leaves_the_agenda_once_it_is_done_or_not_carried_out(state: FollowUp) -> None:
    followed = DecisionFollowed(decision=BAKE, state=state, reason="Le four est en panne")
    (called,) = given(MEETINGS, *COUNCIL, BAKE_SALE, followed).when(call(), by=LOU, on=COUNCIL_DAY).events()
    assert isinstance(called, MeetingCalled)
    assert called.agenda == ()


def test_a_decision_to_follow_is_not_written_twice() -> None:
    again = point("On regarde la vente", kind=ItemKind.FOLLOW_UP, subject=BAKE)
    (called,) = given(MEETINGS, *COUNCIL, BAKE_SALE).when(call(again), by=LOU, on=COUNCIL_DAY).events()
    assert isinstance(called, MeetingCalled)
    assert [one.title for one in called.agenda] == ["Vente de gâteaux"]


@pytest.mark.parametrize("kind", [ItemKind.IDEA, ItemKind.PROPOSAL, ItemKind.BALLOT, ItemKind.FOLLOW_UP])
def test_a_point_is_about_something_of_the_body(kind: ItemKind) -> None:
    asked = call(point(kind=kind, subject="z" * 26))
    given(MEETINGS, *COUNCIL).when(asked, by=LOU, on=COUNCIL_DAY).refused(SubjectOfAnotherBody, kind=kind)


def test_two_points_are_not_about_the_same_thing() -> None:
    asked = call(point(subject=IDEA.idea), point("Les livres", subject=IDEA.idea))
    given(MEETINGS, *COUNCIL, IDEA).when(asked, by=LOU, on=COUNCIL_DAY).refused(SubjectTwice)


def test_a_second_call_follows_a_first_that_missed_its_quorum_and_keeps_its_points() -> None:
    asked = call(point(item=IDEAS_ITEM), on=NEXT_COUNCIL, first_call=MEETING)
    expected = MeetingCalled(meeting=FRESH.id(), body="conseil-CM2", on=NEXT_COUNCIL, call=2, agenda=(IDEAS,), first_call=MEETING)
    given(MEETINGS, *CONVENED, MISSED).when(asked, by=LOU, on=COUNCIL_DAY).then(expected)


def test_there_is_no_second_call_without_a_missed_quorum_nor_a_third() -> None:
    asked = call(on=NEXT_COUNCIL, first_call=MEETING)
    given(MEETINGS, *CONVENED).when(asked, by=LOU, on=COUNCIL_DAY).refused(NoFirstCall)
    given(MEETINGS, *COUNCIL).when(asked, by=LOU, on=COUNCIL_DAY).refused(NoFirstCall)
    second = MeetingCalled(meeting=SECOND_MEETING, body="conseil-CM2", on=NEXT_COUNCIL, call=2, agenda=(), first_call=MEETING)
    given(MEETINGS, *CONVENED, MISSED, second).when(call(on=NEXT_COUNCIL + A_DAY, first_call=MEETING), by=LOU).refused(NoFirstCall)
    missed_again = QuorumMissed(call=2, needed=3, counted=2, meeting=SECOND_MEETING)
    third = call(on=NEXT_COUNCIL + A_DAY, first_call=SECOND_MEETING)
    given(MEETINGS, *CONVENED, MISSED, second, missed_again).when(third, by=LOU).refused(NoFirstCall)


def test_an_agenda_is_revised_and_points_keep_their_ids() -> None:
    new = AgendaItem(item=FRESH.id(1), kind=ItemKind.ACCOUNTS, title="Où en est la caisse ?")
    asked = revise(NEWS_POINT, point(new.title, kind=new.kind), IDEAS_POINT)
    given(MEETINGS, *CONVENED).when(asked, by=LOU).then(AgendaRevised(meeting=MEETING, agenda=(NEWS, new, IDEAS)))
    given(MEETINGS, *CONVENED).when(revise(IDEAS_POINT, NEWS_POINT), by=LOU).then()
    given(MEETINGS, *CONVENED).when(revise(point(item="z" * 26)), by=LOU).refused(NoSuchItem)


def test_a_decision_taken_since_comes_first_and_stays_on_the_agenda() -> None:
    (revised,) = given(MEETINGS, *CONVENED, BAKE_SALE).when(revise(IDEAS_POINT, NEWS_POINT), by=LOU).events()
    assert isinstance(revised, AgendaRevised)
    assert [one.subject for one in revised.agenda] == [BAKE, None, None]
    (shorter,) = given(MEETINGS, *CONVENED, BAKE_SALE, revised).when(revise(IDEAS_POINT), by=LOU).events()
    assert isinstance(shorter, AgendaRevised)
    assert shorter.agenda == (revised.agenda[0], IDEAS)


def test_a_running_meeting_gains_points_and_loses_none() -> None:
    given(MEETINGS, *SITTING).when(revise(IDEAS_POINT), by=LOU).refused(PointsStayOnceOpen, items=[NEWS.item])
    assert len(given(MEETINGS, *SITTING).when(revise(IDEAS_POINT, NEWS_POINT, point("Autre")), by=LOU).events()) == 1

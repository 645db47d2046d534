"""Meetings from their call to their minutes: what is refused, what comes first on an agenda, when a quorum is missed."""

from collections.abc import Sequence

import pytest

from services.governance.commands.bodies import (
    ApproveMinutes,
    CloseMeeting,
    NoteAttendance,
    OpenMeeting,
)
from services.governance.deciders.meetings import (
    MEETINGS,
    ApprovedAlready,
    BallotStillOpen,
    BeforeItsDay,
    BeyondTheRegister,
    LeavesWithoutBeingThere,
    MeetingIsOpen,
    MeetingIsOver,
    MeetingNotOpen,
    MinutesOfOpenMeeting,
    NoSuchMeeting,
    NotAMemberThere,
    NotARoleOfTheDay,
    PointWithoutOutcome,
    RoleOfSomebodyAway,
    RoleTakenTwice,
    TwoOutcomes,
)
from services.governance.events.ballots import BallotCancelled, QuorumMissed
from services.governance.events.bodies import (
    AttendanceNoted,
    BodyFormed,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MeetingRole,
    MinutesApproved,
    Quorum,
    QuorumOf,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role
from services.governance.rules.agendas import NoSuchItem
from shared.refusals import Forbidden
from tests.examples_bodies import (
    CALLED,
    CLOSED,
    CM2_COUNCIL,
    COUNCIL_DAY,
    IDEAS,
    IDEAS_ITEM,
    MEETING,
    NEWS,
    OPENED,
    SECOND_MEETING,
)
from tests.examples_governance import LEFEVRE, LOU, NINO, STRANGER
from tests.given import Asked, given
from tests.governance.calling import (
    A_DAY,
    BALLOT,
    BALLOT_OPENED,
    MISSED,
    closing,
    in_a_register,
    opening,
    revise,
)
from tests.governance.council import ANA, CONVENED, COUNCIL, ILYES, MAE, MAJORITY, SITTING, TOM


@pytest.mark.parametrize("ending", [(*SITTING, CLOSED), (*CONVENED, MISSED)])
def test_a_meeting_that_is_over_does_not_change(ending: tuple[GovernanceEvent, ...]) -> None:
    for asked in (revise(), opening(), closing(), NoteAttendance(meeting=MEETING, arrived=(TOM,))):
        given(MEETINGS, *ending).when(asked, by=LOU).refused(MeetingIsOver)


def test_an_unknown_meeting_is_not_opened() -> None:
    given(MEETINGS, *COUNCIL).when(opening(), by=LOU).refused(NoSuchMeeting)


def test_a_meeting_opens_with_those_present_and_the_roles_of_the_day() -> None:
    roles = (MeetingRole(role=Role.PRESIDENT, person=LOU), MeetingRole(role=Role.TIME_KEEPER, person=ANA))
    opened = MeetingOpened(meeting=MEETING, on=COUNCIL_DAY, present=tuple(sorted((*MAJORITY, LEFEVRE))), roles=roles)
    given(MEETINGS, *CONVENED).when(opening([*MAJORITY, LEFEVRE, LOU], roles), by=LOU).then(opened)
    given(MEETINGS, *SITTING).when(opening(), by=LOU).refused(MeetingIsOpen)


def test_a_meeting_does_not_open_before_its_day() -> None:
    given(MEETINGS, *CONVENED).when(opening(), by=LOU, on=COUNCIL_DAY - A_DAY).refused(BeforeItsDay)


def test_without_its_quorum_it_does_not_open_and_says_what_to_do() -> None:
    asked = given(MEETINGS, *CONVENED).when(opening([LOU, ANA, LEFEVRE]), by=LOU)
    asked.then(MISSED)
    asked.warned("call-again")


@pytest.mark.parametrize("waived", [True, None])
def test_a_second_call_opens_with_whoever_is_there_if_the_rule_says_so(waived: bool | None) -> None:
    rule = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2, waived_on_second_call=waived)
    second = MeetingCalled(meeting=SECOND_MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=2, agenda=(), first_call=MEETING)
    facts = (*CONVENED, CM2_COUNCIL.model_copy(update={"quorum": rule}), MISSED, second)
    asked = given(MEETINGS, *facts).when(OpenMeeting(meeting=SECOND_MEETING, present=(LOU,)), by=LOU)
    if waived:
        asked.then(MeetingOpened(meeting=SECOND_MEETING, on=COUNCIL_DAY, present=(LOU,), roles=()))
    else:
        asked.then(QuorumMissed(call=2, needed=3, counted=1, meeting=SECOND_MEETING))
        asked.warned()


def test_a_quorum_of_the_expressed_is_left_to_the_ballots() -> None:
    body: BodyFormed = CM2_COUNCIL.model_copy(update={"quorum": Quorum(of=QuorumOf.EXPRESSED, numerator=1, denominator=2)})
    given(MEETINGS, *CONVENED, body).when(opening([LOU]), by=LOU).then(
        MeetingOpened(meeting=MEETING, on=COUNCIL_DAY, present=(LOU,), roles=())
    )


def test_whoever_is_noted_present_belongs_to_the_cooperative() -> None:
    given(MEETINGS, *CONVENED).when(opening([*MAJORITY, STRANGER]), by=LOU).refused(NotAMemberThere, person=STRANGER)
    given(MEETINGS, *SITTING).when(NoteAttendance(meeting=MEETING, arrived=(STRANGER,)), by=LOU).refused(NotAMemberThere)


def test_roles_of_the_day_are_for_people_present_one_each() -> None:
    away = (MeetingRole(role=Role.PRESIDENT, person=TOM),)
    given(MEETINGS, *CONVENED).when(opening(roles=away), by=LOU).refused(RoleOfSomebodyAway, role=Role.PRESIDENT)
    twice = (MeetingRole(role=Role.PRESIDENT, person=LOU), MeetingRole(role=Role.PRESIDENT, person=ANA))
    given(MEETINGS, *CONVENED).when(opening(roles=twice), by=LOU).refused(RoleTakenTwice, role=Role.PRESIDENT)
    other = (MeetingRole(role=Role.MANDATE_HOLDER, person=LOU),)
    given(MEETINGS, *CONVENED).when(opening(roles=other), by=LOU).refused(NotARoleOfTheDay)


def test_the_same_role_twice_in_a_row_is_mentioned_while_others_never_had_it() -> None:
    kept = (MeetingRole(role=Role.PRESIDENT, person=LOU),)
    next_call = MeetingCalled(meeting=SECOND_MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=())
    before = (*CONVENED, OPENED, CLOSED, next_call)

    def roles(present: Sequence[str], taken: tuple[MeetingRole, ...]) -> Asked:
        return given(MEETINGS, *before).when(OpenMeeting(meeting=SECOND_MEETING, present=tuple(present), roles=taken), by=LOU)

    roles(MAJORITY, kept).warned("same-role-again")
    roles(MAJORITY, (MeetingRole(role=Role.PRESIDENT, person=ANA),)).warned()
    roles(MAJORITY, (MeetingRole(role=Role.SECRETARY, person=LOU),)).warned()
    given(MEETINGS, *CONVENED).when(opening(roles=kept), by=LOU).warned()


def test_the_same_role_again_goes_unmentioned_once_everybody_there_had_it() -> None:
    facts: list[GovernanceEvent] = [*COUNCIL]
    for number, (letter, person) in enumerate(zip("abcd", (ANA, ILYES, LOU, LOU), strict=True)):
        facts.append(MeetingCalled(meeting=letter * 26, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=()))
        if number < 3:
            taken = (MeetingRole(role=Role.PRESIDENT, person=person),)
            facts.append(MeetingOpened(meeting=letter * 26, on=COUNCIL_DAY, present=MAJORITY, roles=taken))
            facts.append(MeetingClosed(meeting=letter * 26, outcomes=()))
    asked = OpenMeeting(meeting="d" * 26, present=MAJORITY, roles=(MeetingRole(role=Role.PRESIDENT, person=LOU),))
    given(MEETINGS, *facts).when(asked, by=LOU).warned()
    with_mae = asked.model_copy(update={"present": (*MAJORITY, MAE)})
    given(MEETINGS, *facts).when(with_mae, by=LOU).warned("same-role-again")


def test_people_join_and_leave_a_running_meeting() -> None:
    asked = NoteAttendance(meeting=MEETING, arrived=(TOM, LOU), left=(ANA,))
    given(MEETINGS, *SITTING).when(asked, by=LOU).then(AttendanceNoted(meeting=MEETING, arrived=(TOM,), left=(ANA,)))
    given(MEETINGS, *SITTING).when(NoteAttendance(meeting=MEETING, arrived=(LOU,)), by=LOU).then()
    given(MEETINGS, *SITTING).when(NoteAttendance(meeting=MEETING, left=(TOM,)), by=LOU).refused(LeavesWithoutBeingThere)
    given(MEETINGS, *CONVENED).when(asked, by=LOU).refused(MeetingNotOpen)


def test_a_meeting_closes_with_an_outcome_for_each_point() -> None:
    given(MEETINGS, *SITTING).when(CloseMeeting(meeting=MEETING, outcomes=CLOSED.outcomes[::-1]), by=LOU).then(CLOSED)
    given(MEETINGS, *SITTING).when(closing(NEWS.item), by=LOU).refused(PointWithoutOutcome, items=[NEWS.item])
    given(MEETINGS, *CONVENED).when(closing(), by=LOU).refused(MeetingNotOpen)


def test_an_outcome_is_that_of_one_point_of_the_agenda() -> None:
    twice = CloseMeeting(meeting=MEETING, outcomes=(*CLOSED.outcomes, CLOSED.outcomes[0]))
    given(MEETINGS, *SITTING).when(twice, by=LOU).refused(TwoOutcomes, item=IDEAS_ITEM)
    foreign = CloseMeeting(meeting=MEETING, outcomes=(*CLOSED.outcomes, CLOSED.outcomes[0].model_copy(update={"item": "z" * 26})))
    given(MEETINGS, *SITTING).when(foreign, by=LOU).refused(NoSuchItem)


def test_a_meeting_with_an_open_ballot_does_not_close() -> None:
    given(MEETINGS, *SITTING, BALLOT_OPENED).when(closing(), by=LOU).refused(BallotStillOpen, ballot=BALLOT)
    over = BallotCancelled(ballot=BALLOT, reason="La question était mal posée")
    given(MEETINGS, *SITTING, BALLOT_OPENED, over).when(closing(), by=LOU).then(CLOSED)
    elsewhere = BALLOT_OPENED.model_copy(update={"meeting": None})
    given(MEETINGS, *SITTING, elsewhere).when(closing(), by=LOU).then(CLOSED)


def approve(through_seq: int) -> ApproveMinutes:
    return ApproveMinutes(meeting=MEETING, through_seq=through_seq, digest="cd" * 32)


def test_minutes_are_approved_with_every_fact_of_the_meeting_and_no_fact_to_come() -> None:
    closed_seq = len(SITTING) + 1
    ended = given(MEETINGS, *SITTING, CLOSED)
    approved = MinutesApproved(meeting=MEETING, through_seq=closed_seq, digest="cd" * 32)
    in_a_register(ended.when(approve(closed_seq), by=LOU), closed_seq).then(approved)
    in_a_register(ended.when(approve(closed_seq - 1), by=LOU), closed_seq).refused(MinutesOfOpenMeeting, closed_seq=closed_seq)
    in_a_register(ended.when(approve(closed_seq + 1), by=LOU), closed_seq).refused(BeyondTheRegister, last_seq=closed_seq)
    again = given(MEETINGS, *SITTING, CLOSED, approved).when(approve(closed_seq), by=LOU)
    in_a_register(again, closed_seq + 1).refused(ApprovedAlready)


def test_minutes_of_a_running_meeting_are_not_approved() -> None:
    in_a_register(given(MEETINGS, *SITTING).when(approve(99), by=LOU), 99).refused(MinutesOfOpenMeeting)


def test_asking_on_behalf_of_another_body_is_not_allowed() -> None:
    for asked in (revise(), opening(), closing(), approve(1), NoteAttendance(meeting=MEETING)):
        given(MEETINGS, *SITTING).when(asked, by=NINO).refused(Forbidden)
    assert CALLED.agenda == (IDEAS, NEWS)

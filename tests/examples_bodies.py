"""One canonical example of every event about bodies and their meetings, and the council of CM2 for everybody's tests."""

from datetime import date

from services.governance.events.bodies import (
    AgendaItem,
    AgendaRevised,
    AttendanceNoted,
    BodyFormed,
    BodyKind,
    College,
    ItemKind,
    ItemOutcome,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MeetingRole,
    Members,
    MinutesApproved,
    Outcome,
    Quorum,
    QuorumOf,
    VotingRightRestored,
    VotingRightSuspended,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role
from tests.examples_governance import LEFEVRE, LOU
from tests.given import SEALED

COUNCIL_DAY, NEXT_COUNCIL = date(2024, 10, 14), date(2024, 10, 28)
MEETING, SECOND_MEETING = "a" * 26, "b" * 26
IDEAS_ITEM, NEWS_ITEM = "i" * 26, "j" * 26

HALF = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2, waived_on_second_call=True)
CM2_COUNCIL = BodyFormed(
    body="conseil-CM2",
    kind=BodyKind.CLASS_COUNCIL,
    label="Conseil des CM2",
    composition=(College(college="eleves", of=Members.PUPILS), College(college="tuteurs", of=Members.TUTORS, advisory=True)),
    quorum=HALF,
    class_code="CM2",
)
SCHOOL_COUNCIL = BodyFormed(
    body="ecole",
    kind=BodyKind.SCHOOL_COUNCIL,
    label="Conseil de la coopérative",
    composition=(
        College(college="delegues", of=Members.DELEGATES),
        College(college="adultes", of=Members.STAFF),
        College(college="parents", of=Members.ADVISORY_PARENTS, advisory=True),
    ),
    quorum=Quorum(of=QuorumOf.CLASSES, numerator=2, denominator=3, college="delegues"),
)
IDEAS = AgendaItem(item=IDEAS_ITEM, kind=ItemKind.IDEA, title="Les idées de la boîte")
NEWS = AgendaItem(item=NEWS_ITEM, kind=ItemKind.INFORMATION, title="La sortie au refuge")
CALLED = MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=(IDEAS, NEWS))
OPENED = MeetingOpened(
    meeting=MEETING, on=COUNCIL_DAY, present=tuple(sorted((LOU, LEFEVRE))), roles=(MeetingRole(role=Role.PRESIDENT, person=LOU),)
)
CLOSED = MeetingClosed(
    meeting=MEETING,
    outcomes=(
        ItemOutcome(item=IDEAS_ITEM, outcome=Outcome.DISCUSSED, note="Trois idées lues, deux gardées"),
        ItemOutcome(item=NEWS_ITEM, outcome=Outcome.POSTPONED),
    ),
)

EXAMPLES: list[GovernanceEvent] = [
    CM2_COUNCIL,
    SCHOOL_COUNCIL,
    CALLED,
    MeetingCalled(meeting=SECOND_MEETING, body="conseil-CM2", on=NEXT_COUNCIL, call=2, agenda=(IDEAS,), first_call=MEETING),
    AgendaRevised(meeting=MEETING, agenda=(NEWS, IDEAS)),
    OPENED,
    AttendanceNoted(meeting=MEETING, arrived=(LEFEVRE,)),
    AttendanceNoted(meeting=MEETING, left=(LEFEVRE,)),
    CLOSED,
    MinutesApproved(meeting=MEETING, through_seq=23, digest="cd" * 32),
    VotingRightSuspended(member=LOU, body="conseil-CM2", starts=COUNCIL_DAY, until=NEXT_COUNCIL, reason=SEALED),
    VotingRightRestored(member=LOU, body="conseil-CM2", on=NEXT_COUNCIL),
]

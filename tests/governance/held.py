"""A council of CM2 that buys a table by a vote and a bin by consent, fact by fact, for the tests of minutes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.governance.events.ballots import ResultDeclared, Verdict
from services.governance.events.bodies import (
    AgendaItem,
    AttendanceNoted,
    ItemKind,
    ItemOutcome,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    Outcome,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import Figure, Method, Money, Tallied, VoidPapers
from services.governance.events.people import Role
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    FollowUp,
    FrameStated,
    HowLifted,
    ObjectionLifted,
    ObjectionRaised,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    RoundOpened,
)
from shared.messages import Event, Recorded
from tests.examples_bodies import COUNCIL_DAY, MEETING, NEXT_COUNCIL, OPENED, SECOND_MEETING
from tests.examples_governance import GARNIER, LEFEVRE, LOU
from tests.given import COMMAND_ID, NOW, REGISTER, SEALED
from tests.governance.calling import BAKE, BAKE_SALE, BALLOT, BALLOT_OPENED
from tests.governance.council import ANA, COUNCIL, MAJORITY

TABLE, OTHER = "t" * 26, "y" * 26
OBJECTION, AMENDMENT, NO_AMENDMENT = "q" * 26, "x" * 26, "w" * 26
A_MINUTE = timedelta(minutes=1)

AGENDA = (
    AgendaItem(item="2" * 26, kind=ItemKind.FOLLOW_UP, title="Vente de gâteaux", subject=BAKE),
    AgendaItem(item="3" * 26, kind=ItemKind.PROPOSAL, title="Une table de ping-pong", subject=TABLE),
    AgendaItem(item="4" * 26, kind=ItemKind.INFORMATION, title="La sortie"),
)
TALLIED = Tallied(
    voters=18,
    blank=2,
    void=(VoidPapers(reason="illisible", papers=0),),
    abstain=0,
    expressed=16,
    counts=(Figure(of="yes", value="15"), Figure(of="no", value="1")),
    elected=("yes",),
    ties=(),
)
ASKED = BALLOT_OPENED.model_copy(update={"proposal": TABLE, "version": 2})
RESULT = ResultDeclared(
    ballot=BALLOT,
    verdict=Verdict.ADOPTED,
    registered=20,
    voters=18,
    tallied=TALLIED,
    method=Method.YES_NO,
    method_version=1,
    roll="ab" * 32,
    part=1,
    parts=1,
    rounds=(),
)
BOUGHT = DecisionAdopted(
    decision="5" * 26,
    body="conseil-CM2",
    title="Une table de ping-pong",
    proposal=TABLE,
    version=2,
    ballot=BALLOT,
    meeting=MEETING,
    spending=Money(amount=400_00, pot="CM2"),
)
PROPOSED = ProposalMade(proposal=TABLE, body="conseil-CM2", title="Une table", text="Pour la cour", cost=500_00, pot="CM2")
DISCUSSED: tuple[GovernanceEvent, ...] = (
    PROPOSED,
    ProposalSupported(proposal=TABLE),
    AmendmentProposed(
        amendment=AMENDMENT, proposal=TABLE, version=1, title="Une table", text="D'occasion", reason="Moins cher", cost=400_00
    ),
    AmendmentAccepted(amendment=AMENDMENT),
    ProposalRevised(
        proposal=TABLE, version=2, title="Une table d'occasion", text="Pour la cour", cost=400_00, pot="CM2", amendment=AMENDMENT
    ),
    AmendmentProposed(amendment=NO_AMENDMENT, proposal=TABLE, version=2, title="Deux tables", text="Deux", reason="Pour tous"),
    AmendmentRejected(amendment=NO_AMENDMENT, reason="Trop cher"),
    FrameStated(proposal=TABLE, limits="Pas plus de 400 €", reason="Le pot de la classe", role=Role.MANDATE_HOLDER),
)
HELD: tuple[GovernanceEvent, ...] = (
    *COUNCIL,
    BAKE_SALE,
    *DISCUSSED,
    MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=AGENDA),
    OPENED,
    AttendanceNoted(meeting=MEETING, arrived=(ANA,), left=(LEFEVRE,)),
    DecisionFollowed(decision=BAKE, state=FollowUp.ONGOING, meeting=MEETING),
    ASKED,
    RESULT,
    BOUGHT,
    MeetingClosed(
        meeting=MEETING,
        outcomes=tuple(
            ItemOutcome(item=one.item, outcome=Outcome.DECIDED if one.subject == TABLE else Outcome.DISCUSSED) for one in AGENDA
        ),
    ),
)
CLOSED_SEQ = len(HELD)
AGREED: tuple[GovernanceEvent, ...] = (
    ProposalMade(proposal=OTHER, body="conseil-CM2", title="Un bac de tri", text="Dans la classe"),
    MeetingCalled(meeting=SECOND_MEETING, body="conseil-CM2", on=NEXT_COUNCIL, call=1, agenda=()),
    MeetingOpened(meeting=SECOND_MEETING, on=NEXT_COUNCIL, present=MAJORITY, roles=()),
    RoundOpened(proposal=OTHER, version=1, round=1, facilitator=LOU),
    ObjectionRaised(objection=OBJECTION, proposal=OTHER, round=1, reason=SEALED),
    ObjectionLifted(objection=OBJECTION, how=HowLifted.INTEGRATED, reason="Un bac avec couvercle"),
    ProposalRevised(proposal=OTHER, version=2, title="Un bac de tri", text="Avec couvercle"),
    RoundOpened(proposal=OTHER, version=2, round=2, facilitator=LOU),
    ConsentReached(proposal=OTHER, round=2),
    DecisionAdopted(decision="6" * 26, body="conseil-CM2", title="Un bac de tri", proposal=OTHER, version=2),
    MeetingClosed(meeting=SECOND_MEETING, outcomes=()),
)


def records_of(facts: Sequence[Event]) -> list[Recorded[Any]]:
    """Stand facts in a register a minute apart."""
    return [Recorded(REGISTER, seq, NOW + seq * A_MINUTE, GARNIER, COMMAND_ID, fact) for seq, fact in enumerate(facts, start=1)]

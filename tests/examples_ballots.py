"""One canonical example of every event of a ballot, and of each way to vote, for everybody's tests."""

from datetime import UTC, datetime, timedelta

from services.governance.events.ballots import (
    AdvisoryCount,
    AdvisoryTallied,
    BallotArchived,
    BallotCancelled,
    BallotChallenged,
    BallotChanged,
    BallotOpened,
    BallotOption,
    BoxOpened,
    BoxSealed,
    CardsIssued,
    DrawHeld,
    HandCount,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    NamedVote,
    Paper,
    ProxyGiven,
    Publish,
    QuorumMissed,
    ResultDeclared,
    RollClosed,
    RollCollege,
    RollLine,
    Verdict,
    VoteCast,
    VoterMarked,
    VoterUnmarked,
    VotesRevealed,
    VotingStarted,
    Way,
)
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import (
    ABSTAIN,
    NO,
    YES,
    Choice,
    DrawKind,
    Figure,
    Method,
    Money,
    Parameters,
    Pile,
    Rule,
    Step,
    Tallied,
    TieBroken,
    TiePolicy,
    VoidPapers,
)
from services.governance.events.people import Role
from services.governance.events.proposals import Conferral
from tests.examples_governance import GARNIER, HADDAD, LEFEVRE, LOU, NINO, RENTREE, SUMMER
from tests.given import SEALED, pseudonym

ISA, TOM = pseudonym("i"), pseudonym("t")  # two more pupils of CM2
HAND_BALLOT, NAMED_BALLOT, CARD_BALLOT = "h" * 26, "n" * 26, "k" * 26
MEETING, PROPOSAL = "g" * 26, "p" * 26
AT_FOUR = datetime(2024, 10, 14, 14, 0, tzinfo=UTC)
SALT = "A" * 43 + "="
KEY, OTHER_KEY, TOKEN = "ab" * 32, "cd" * 32, "0f" * 16

ROLL = (
    RollCollege(college="eleves", voters=(RollLine(voter=ISA), RollLine(voter=LOU), RollLine(voter=TOM))),
    RollCollege(college="parents", voters=(RollLine(voter=HADDAD),), advisory=True),
)
PILES = (Pile(choice=Choice(marks=(YES,)), papers=2), Pile(choice=Choice(), papers=1))
COUNT = HandCount(
    found=3,
    present=3,
    piles=PILES,
    advisory=(AdvisoryCount(college="parents", found=1, piles=(Pile(choice=Choice(marks=(YES,)), papers=1),)),),
)
HEARD = Tallied(voters=1, blank=0, void=(), abstain=0, expressed=1, counts=(Figure(of=YES, value="1"),), elected=(YES,), ties=())

HAND_OPENED = BallotOpened(
    ballot=HAND_BALLOT,
    body="conseil-CM2",
    question="Adopter un hamster ?",
    options=(BallotOption(option=YES), BallotOption(option=NO), BallotOption(option=ABSTAIN)),
    method=Method.YES_NO,
    method_version=1,
    parameters=Parameters(rule=Rule.SIMPLE),
    tie_policy=TiePolicy(draw=DrawKind.REGISTER),
    way=Way.HAND,
    publish=Publish.LIST,
    call=1,
    roll=ROLL,
    tellers=(LEFEVRE, LOU),
    meeting=MEETING,
    proposal=PROPOSAL,
    version=1,
    quorum=Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2),
    spending=Money(amount=40_00, pot="CM2"),
)
NAMED_OPENED = BallotOpened(
    ballot=NAMED_BALLOT,
    body="conseil-CM2",
    question="Deux délégués",
    options=(BallotOption(option=ISA), BallotOption(option=LOU), BallotOption(option=TOM)),
    method=Method.PLURALITY,
    method_version=1,
    parameters=Parameters(seats=2),
    tie_policy=TiePolicy(draw=DrawKind.CLASS),
    way=Way.NAMED,
    publish=Publish.LIST,
    call=1,
    roll=ROLL,
    tellers=(),
    closes_at=AT_FOUR,
    proxies_max=1,
    confers=Conferral(role=Role.DELEGATE, starts=RENTREE, until=SUMMER, class_code="CM2"),
)
DECLARED = ResultDeclared(
    ballot=HAND_BALLOT,
    verdict=Verdict.ADOPTED,
    registered=3,
    voters=3,
    tallied=Tallied(
        voters=3,
        blank=0,
        void=(VoidPapers(reason="torn", papers=1),),
        abstain=0,
        expressed=2,
        counts=(Figure(of=YES, value="1"), Figure(of=NO, value="1"), Figure(of=ABSTAIN, value="0")),
        elected=(YES,),
        ties=(TieBroken(options=(NO, YES), step="casting-vote", order=(YES, NO)),),
    ),
    method=Method.YES_NO,
    method_version=1,
    roll=KEY,
    papers=OTHER_KEY,
    part=1,
    parts=1,
    rounds=(Step(step="votes", options=(YES, NO), figures=(Figure(of=YES, value="1"), Figure(of=NO, value="1"))), Step(step="passed")),
    advisory=(AdvisoryTallied(college="parents", tallied=HEARD),),
    proxies=1,
    draw_root=KEY,
)

EXAMPLES: list[GovernanceEvent] = [
    HAND_OPENED,
    NAMED_OPENED,
    BallotChanged(ballot=NAMED_BALLOT, before=AT_FOUR, after=AT_FOUR + timedelta(days=1), reason="Deux absents rentrent demain"),
    BallotCancelled(ballot=CARD_BALLOT, reason="L'urne est perdue", cause="urn-lost"),
    HandCountEntered(ballot=HAND_BALLOT, count=SEALED),
    HandCountsDiffered(ballot=HAND_BALLOT),
    HandCountsAgreed(ballot=HAND_BALLOT, part=1, parts=1, count=COUNT, salt=SALT),
    ProxyGiven(ballot=NAMED_BALLOT, giver=TOM, holder=ISA),
    VoteCast(ballot=NAMED_BALLOT, voter=ISA, choice=SEALED, proxy_for=TOM),
    VotesRevealed(
        ballot=NAMED_BALLOT,
        votes=(NamedVote(voter=ISA, choice=Choice(marks=(LOU,)), salt=SALT, proxy_for=TOM),),
        part=1,
        parts=1,
    ),
    CardsIssued(ballot=CARD_BALLOT, batch=1, keys=(KEY, OTHER_KEY)),
    VoterMarked(ballot=CARD_BALLOT, voter=NINO),
    VoterUnmarked(ballot=CARD_BALLOT, voter=NINO),
    RollClosed(ballot=CARD_BALLOT, marked=1, void=(OTHER_KEY,), tellers=(GARNIER, LOU)),
    VotingStarted(ballot=CARD_BALLOT),
    BoxSealed(ballot=CARD_BALLOT, received=1, counted=1, root=KEY),
    BoxOpened(
        ballot=CARD_BALLOT,
        part=1,
        parts=1,
        papers=(Paper(tracker=TOKEN, choice=Choice(ranks=((YES,), (NO,)))), Paper(tracker=TOKEN, void="unreadable")),
    ),
    BallotChallenged(ballot=CARD_BALLOT, code="renard-42"),
    BallotArchived(ballot=CARD_BALLOT),
    QuorumMissed(call=1, needed=75, counted=68, ballot=HAND_BALLOT),
    DrawHeld(ballot=NAMED_BALLOT, order=(LOU, ISA, TOM), witnesses=(GARNIER, TOM)),
    DECLARED,
]

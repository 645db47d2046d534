"""One canonical example of every event between an idea and a decision, and the bodies of a small school, for everybody's tests."""

from datetime import date
from typing import Any

from services.governance.events.ballots import BallotOpened, BallotOption, Publish, ResultDeclared, RollCollege, RollLine, Verdict, Way
from services.governance.events.bodies import BodyFormed, BodyKind, College, Members
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import ABSTAIN, NO, YES, DrawKind, Method, Money, Parameters, Rule, Tallied, TiePolicy
from services.governance.events.people import MemberEnrolled, PersonKind, Role, RoleAssigned
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    CommitmentReleased,
    Conferral,
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRejected,
    DecisionRevoked,
    FollowUp,
    FrameStated,
    HowLifted,
    IdeaSetAside,
    IdeaSubmitted,
    IdeaWord,
    Nominee,
    ObjectionLifted,
    ObjectionRaised,
    ProposalMade,
    ProposalRevised,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.ledger.events.books import PotKind, PotOpened
from shared.messages import Event
from shared.values import Id
from tests.examples_governance import CHRISTMAS, LEFEVRE, LOU, RENTREE, RUN_SCHOOL, SUMMER
from tests.given import SEALED, pseudonym

ISA, TOM = pseudonym("i"), pseudonym("t")  # two more pupils of CM2; Lou presides, Tom is suspended where a test says so

IDEA, OTHER_IDEA = "i" * 26, "j" * 26
PROPOSAL, VIDEO, ELECTION = "p" * 26, "v" * 26, "e" * 26
AMENDMENT, OBJECTION = "a" * 26, "b" * 26
DECISION, LATER_DECISION = "d" * 26, "f" * 26
MEETING, BALLOT = "g" * 26, "h" * 26

CM2_COUNCIL = BodyFormed(
    body="conseil-CM2",
    kind=BodyKind.CLASS_COUNCIL,
    label="Conseil de la classe de CM2",
    composition=(College(college="eleves", of=Members.PUPILS), College(college="tuteurs", of=Members.TUTORS, advisory=True)),
    class_code="CM2",
)
SCHOOL_COUNCIL = BodyFormed(
    body="conseil-ecole",
    kind=BodyKind.SCHOOL_COUNCIL,
    label="Conseil de coopérative de l'école",
    composition=(
        College(college="delegues", of=Members.DELEGATES),
        College(college="adultes", of=Members.STAFF),
        College(college="parents", of=Members.ADVISORY_PARENTS, advisory=True),
    ),
)
ADULTS_COUNCIL = BodyFormed(
    body="conseil-maitres",
    kind=BodyKind.ADULTS_COUNCIL,
    label="Conseil des maîtres",
    composition=(College(college="equipe", of=Members.STAFF),),
)
SCHOOL_POT = PotOpened(pot="ECOLE", label="Coopérative d'école", kind=PotKind.SCHOOL, on=RENTREE)
CM2_POT = PotOpened(pot="CM2", label="Classe de CM2", kind=PotKind.CLASS, on=RENTREE, class_code="CM2")
CE1_POT = PotOpened(pot="CE1", label="Classe de CE1", kind=PotKind.CLASS, on=RENTREE, class_code="CE1")
ISA_JOINED, TOM_JOINED = (MemberEnrolled(member=one, kind=PersonKind.PUPIL, on=RENTREE, class_code="CM2") for one in (ISA, TOM))
LOU_PRESIDES = RoleAssigned(role=Role.PRESIDENT, person=LOU, starts=RENTREE, until=SUMMER, class_code="CM2")

COUNCILS: tuple[Event, ...] = (
    *RUN_SCHOOL,
    ISA_JOINED,
    TOM_JOINED,
    LOU_PRESIDES,
    CM2_COUNCIL,
    SCHOOL_COUNCIL,
    ADULTS_COUNCIL,
    SCHOOL_POT,
    CM2_POT,
    CE1_POT,
)

BIRD_IDEA = IdeaSubmitted(idea=IDEA, body="conseil-CM2", word=IdeaWord.PROPOSE, text="Des nichoirs dans la cour")
BIRDS = ProposalMade(
    proposal=PROPOSAL,
    body="conseil-CM2",
    title="Trois nichoirs dans la cour",
    text="Acheter le bois de trois nichoirs et les monter en classe.",
    cost=45_00,
    pot="CM2",
    project="nichoirs",
    idea=IDEA,
)
FIVE_BIRDS = ProposalRevised(
    proposal=PROPOSAL,
    version=2,
    title="Cinq nichoirs dans la cour",
    text="Acheter le bois de cinq nichoirs et les monter en classe.",
    cost=70_00,
    pot="CM2",
    project="nichoirs",
)
PROJECTOR = ProposalMade(
    proposal=VIDEO,
    body="conseil-ecole",
    title="Achat d'un vidéoprojecteur",
    text="Un vidéoprojecteur pour la salle commune.",
    cost=450_00,
    pot="ECOLE",
)
ELECTED_SECRETARY = Nominee(person=ISA, confers=Conferral(role=Role.SECRETARY, starts=CHRISTMAS, until=SUMMER, class_code="CM2"))
SECRETARY = ProposalMade(
    proposal=ELECTION, body="conseil-CM2", title="Secrétaire du conseil", text="Pour ses notes claires.", nominee=ELECTED_SECRETARY
)
ADOPTED = DecisionAdopted(
    decision=DECISION,
    body="conseil-CM2",
    title="Trois nichoirs dans la cour",
    proposal=PROPOSAL,
    version=1,
    spending=Money(amount=45_00, pot="CM2", project="nichoirs"),
)
ADOPTED_LATER = DecisionAdopted(decision=LATER_DECISION, body="conseil-CM2", title="Plus de nichoirs cette année", ballot=BALLOT)
ROUND_OPENED = RoundOpened(proposal=PROPOSAL, version=1, round=1, facilitator=LOU)
OBJECTED = ObjectionRaised(objection=OBJECTION, proposal=PROPOSAL, round=1, reason=SEALED)

EXAMPLES: list[GovernanceEvent] = [
    BIRD_IDEA,
    IdeaSubmitted(idea=OTHER_IDEA, body="conseil-CM2", word=IdeaWord.CRITICISE, remark=SEALED),
    IdeaSetAside(idea=OTHER_IDEA, reason="Réglé entre les deux personnes"),
    BIRDS,
    PROJECTOR,
    SECRETARY,
    ProposalSupported(proposal=PROPOSAL),
    FIVE_BIRDS,
    ProposalWithdrawn(proposal=PROPOSAL, reason="Le bois nous est donné"),
    AmendmentProposed(
        amendment=AMENDMENT,
        proposal=PROPOSAL,
        version=1,
        title="Trois nichoirs et une mangeoire",
        text="Acheter le bois de trois nichoirs et d'une mangeoire.",
        reason="Les oiseaux ont faim en hiver",
        cost=55_00,
        pot="CM2",
        project="nichoirs",
    ),
    AmendmentAccepted(amendment=AMENDMENT),
    AmendmentRejected(amendment=AMENDMENT, reason="Une mangeoire attire les chats"),
    FrameStated(proposal=PROPOSAL, limits="Pas plus de 60 €, et les nichoirs loin du portail", reason="La sécurité", role=Role.CLASS_TUTOR),
    ProposalVetoed(proposal=VIDEO, reason="Cet achat revient à la commune", role=Role.MANDATE_HOLDER, rule="photocopieur"),
    ROUND_OPENED,
    OBJECTED,
    ObjectionLifted(objection=OBJECTION, how=HowLifted.INTEGRATED, reason="La photo du ticket devient obligatoire"),
    ConsentReached(proposal=PROPOSAL, round=2),
    ConsentEscalated(proposal=PROPOSAL, round=2, reason="Deux tours sans accord : au vote"),
    ADOPTED,
    ADOPTED_LATER,
    DecisionRejected(
        decision=LATER_DECISION, body="conseil-CM2", title="Un étang dans la cour", proposal=PROPOSAL, version=2, ballot=BALLOT
    ),
    DecisionRevoked(decision=DECISION, by=LATER_DECISION, reason="Le projet change"),
    DecisionFollowed(decision=DECISION, state=FollowUp.NOT_CARRIED_OUT, meeting=MEETING, reason="Le bois n'est pas arrivé"),
    CommitmentReleased(decision=DECISION, amount=5_00, reason="Le bois a coûté moins cher"),
]
COUNCIL_DAY = date(2024, 10, 14)  # the day of `tests.given.NOW`


def voted_on(proposal: Id | None, ballot: Id = BALLOT, **other: Any) -> BallotOpened:
    """Open a yes/no ballot of CM2 on a proposal, by raised hands, told by Lou and the tutor unless it says otherwise."""
    settings: dict[str, Any] = {
        "ballot": ballot,
        "body": "conseil-CM2",
        "question": "Adoptons-nous les nichoirs ?",
        "options": tuple(BallotOption(option=option, label=option) for option in (YES, NO, ABSTAIN)),
        "method": Method.YES_NO,
        "method_version": 1,
        "parameters": Parameters(rule=Rule.SIMPLE),
        "tie_policy": TiePolicy(draw=DrawKind.REGISTER),
        "way": Way.HAND,
        "publish": Publish.COUNTS,
        "call": 1,
        "roll": (RollCollege(college="eleves", voters=tuple(RollLine(voter=one) for one in sorted((ISA, LOU, TOM)))),),
        "tellers": (LOU, LEFEVRE),
        "proposal": proposal,
        "version": proposal and 1,
    }
    return BallotOpened(**(settings | other))


def declared(ballot: Id, verdict: Verdict) -> ResultDeclared:
    """Declare the result of a ballot of three voters; who elected what is no matter here."""
    tallied = Tallied(voters=3, blank=0, void=(), abstain=0, expressed=3, counts=(), elected=(), ties=())
    return ResultDeclared(
        ballot=ballot,
        verdict=verdict,
        registered=3,
        voters=3,
        tallied=tallied,
        method=Method.YES_NO,
        method_version=1,
        roll="ab" * 32,
        part=1,
        parts=1,
        rounds=(),
    )

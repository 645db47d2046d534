"""Whatever is asked, by whom, in whichever order: nothing is decided over a veto or an objection, no envelope is overdrawn."""

from dataclasses import replace
from typing import Any

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.governance.chamber.whole import CHAMBER
from services.governance.commands.proposals import (
    AcceptAmendment,
    DeclareConsent,
    EscalateConsent,
    FollowDecision,
    LiftObjection,
    MakeProposal,
    OpenRound,
    ProposeAmendment,
    RaiseObjection,
    RejectAmendment,
    ReleaseCommitment,
    ReviseProposal,
    StateFrame,
    SupportProposal,
    VetoProposal,
    WithdrawProposal,
)
from services.governance.deciders.amendments import AMENDMENTS
from services.governance.deciders.consent import CONSENT
from services.governance.deciders.decisions import DECISIONS
from services.governance.deciders.framing import FRAMING
from services.governance.deciders.ideas import IDEAS
from services.governance.deciders.proposals import PROPOSALS
from services.governance.events.proposals import (
    CommitmentReleased,
    ConsentEscalated,
    ConsentReached,
    DecisionAdopted,
    FollowUp,
    HowLifted,
    ObjectionLifted,
    ObjectionRaised,
    ProposalMade,
    ProposalRevised,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.standing import STANDING
from shared.deciding import combined
from shared.messages import Circumstances, Command, Event, Recorded
from shared.refusals import Unanswered
from tests.examples_governance import GARNIER, LEFEVRE, LOU, NINO
from tests.examples_proposals import AMENDMENT, COUNCILS, DECISION, ISA, OBJECTION, PROPOSAL, TOM
from tests.given import NOW, PARIS, REGISTER, SEALED, recorded

RULES = combined(IDEAS, PROPOSALS, AMENDMENTS, FRAMING, CONSENT, DECISIONS, standing=STANDING)
PEOPLE = st.sampled_from([ISA, TOM, LOU, LEFEVRE, GARNIER, NINO])
AMOUNTS = st.integers(1, 60)
COMMANDS = st.one_of(
    st.builds(lambda cost: MakeProposal(body="conseil-CM2", title="Nichoirs", text="Du bois", cost=cost, pot="CM2"), AMOUNTS),
    st.builds(lambda cost: ReviseProposal(proposal=PROPOSAL, title="Nichoirs", text="Du bois", cost=cost, pot="CM2"), AMOUNTS),
    st.builds(
        lambda version: ProposeAmendment(proposal=PROPOSAL, version=version, title="Mangeoire", text="Du bois", reason="Hiver"),
        st.integers(1, 3),
    ),
    st.sampled_from(
        [
            SupportProposal(proposal=PROPOSAL),
            WithdrawProposal(proposal=PROPOSAL, reason="Donné"),
            AcceptAmendment(amendment=AMENDMENT),
            RejectAmendment(amendment=AMENDMENT, reason="Les chats"),
            StateFrame(proposal=PROPOSAL, limits="Loin du portail", reason="La sécurité"),
            VetoProposal(proposal=PROPOSAL, reason="Trop haut"),
            OpenRound(proposal=PROPOSAL),
            RaiseObjection(proposal=PROPOSAL, reason="Trop cher"),
            *(LiftObjection(objection=OBJECTION, how=how, reason="Dit en conseil") for how in HowLifted),
            DeclareConsent(proposal=PROPOSAL),
            EscalateConsent(proposal=PROPOSAL, reason="Au vote"),
            FollowDecision(decision=DECISION, state=FollowUp.DONE),
        ]
    ),
    st.builds(lambda amount: ReleaseCommitment(decision=DECISION, amount=amount, reason="Moins cher"), AMOUNTS),
)
MADE = (MakeProposal(body="conseil-CM2", title="Nichoirs", text="Du bois", cost=45, pot="CM2"), ISA)
OPENED, DECLARED = (OpenRound(proposal=PROPOSAL), LOU), (DeclareConsent(proposal=PROPOSAL), LOU)
OBJECTED = (RaiseObjection(proposal=PROPOSAL, reason="Trop cher"), TOM)
BEGINNINGS = st.sampled_from([[], [MADE], [MADE, OPENED], [MADE, OPENED, OBJECTED], [MADE, OPENED, DECLARED]])
LIKELY = st.one_of(st.tuples(COMMANDS, PEOPLE), st.sampled_from([MADE, OPENED, OBJECTED, DECLARED]))
STORIES = st.builds(lambda first, then: [*first, *then], BEGINNINGS, st.lists(LIKELY, max_size=25))


def played(asked: list[tuple[Command, str]]) -> list[Event]:
    """Ask one command after the other, of whatever was made last; return what happened."""
    state, told = RULES.initial, recorded(COUNCILS)
    for record in told:
        state = RULES.evolve(state, record)
    latest = dict.fromkeys(("proposal", "amendment", "objection", "decision"), "z" * 26)
    happened: list[Event] = []
    for number, (command, person) in enumerate(asked):
        meant = {name: latest[name] for name in latest if name in type(command).model_fields}
        given = Circumstances(person, REGISTER, "k" * 26, NOW, number.to_bytes(32), PARIS, seals={"reason": SEALED})
        about = command.model_copy(update=meant)
        try:
            events = RULES.answer(state, about, given)
        except Unanswered:
            continue
        for event in events:
            happened.append(event)
            state = RULES.evolve(state, Recorded(REGISTER, len(COUNCILS) + len(happened), NOW, person, "k" * 26, event))
            latest |= {name: getattr(event, name) for name in latest if getattr(event, name, None)}
    return happened


@settings(max_examples=300)
@forall(asked=STORIES)
def test_what_was_refused_withdrawn_or_objected_to_is_never_decided(asked: list[tuple[Command, str]]) -> None:
    over: set[str] = set()
    standing: dict[str, str] = {}
    versions: dict[str, int] = {}
    left: dict[str, int] = {}
    for event in played(asked):
        match event:
            case ProposalMade():
                versions[event.proposal] = 1
            case ProposalRevised():
                assert event.version == versions[event.proposal] + 1
                assert event.proposal not in over
                versions[event.proposal] = event.version
            case ProposalVetoed() | ProposalWithdrawn():
                assert event.proposal not in over
                over.add(event.proposal)
            case ObjectionRaised():
                standing[event.objection] = event.proposal
            case ObjectionLifted():
                del standing[event.objection]
            case ConsentEscalated():
                standing = {name: about for name, about in standing.items() if about != event.proposal}
            case ConsentReached():
                assert event.proposal not in over
                assert event.proposal not in standing.values()
                over.add(event.proposal)
            case DecisionAdopted():
                assert event.proposal is not None
                assert event.version == versions[event.proposal]
                left[event.decision] = event.spending.amount if event.spending else 0
            case CommitmentReleased():
                left[event.decision] -= event.amount
                assert left[event.decision] >= 0


def test_the_property_meets_decisions_and_objections() -> None:
    """Negative control: such stories do reach what the property is about."""
    agreed = played([MADE, OPENED, DECLARED])
    assert [type(event) for event in agreed] == [ProposalMade, RoundOpened, ConsentReached, DecisionAdopted]
    objected = played([MADE, OPENED, OBJECTED, DECLARED])
    assert [type(event) for event in objected] == [ProposalMade, RoundOpened, ObjectionRaised]


@forall(asked=STORIES, hidden=st.sets(st.integers(0, 60)))
def test_the_chamber_copes_with_whatever_a_cut_hides(asked: list[tuple[Command, str]], hidden: set[int]) -> None:
    state: Any = CHAMBER.initial
    evolve = CHAMBER.listening()
    for place, record in enumerate(recorded([*COUNCILS, *played(asked)])):
        if place not in hidden:
            state = evolve(state, record)
    assert replace(state) == state

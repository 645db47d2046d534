"""What is shown of ideas, proposals and decisions: states, dated steps, versions, the frame, rounds, envelopes."""

from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.governance.api.proposals import NoSuchVersion, versions_compared
from services.governance.events.ballots import BallotCancelled, QuorumMissed, Verdict
from services.governance.events.bodies import AgendaItem, AgendaRevised, ItemKind, MeetingCalled, MeetingClosed
from services.governance.events.people import Role
from services.governance.events.proposals import (
    AmendmentAccepted,
    AmendmentProposed,
    AmendmentRejected,
    CommitmentReleased,
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
    ObjectionLifted,
    ProposalSupported,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.projections.decisions import DECISIONS, decisions_shown
from services.governance.projections.ideas import IDEA_BOX, ideas_shown
from services.governance.projections.proposals import PROPOSALS
from services.governance.projections.todo import TO_DO
from services.governance.proposal_page import ProposalShown, Stage, proposal_shown, proposals_shown, steps_of
from shared.messages import Event
from shared.projecting import Cut, Projection, fold
from shared.web.queries import plain
from tests.examples_governance import CHRISTMAS, GARNIER, LEFEVRE, LOU
from tests.examples_proposals import (
    ADOPTED,
    ADOPTED_LATER,
    AMENDMENT,
    BALLOT,
    BIRD_IDEA,
    BIRDS,
    COUNCILS,
    DECISION,
    EXAMPLES,
    FIVE_BIRDS,
    IDEA,
    ISA,
    LATER_DECISION,
    MEETING,
    OBJECTED,
    OBJECTION,
    OTHER_IDEA,
    PROJECTOR,
    PROPOSAL,
    ROUND_OPENED,
    TOM,
    VIDEO,
    declared,
    voted_on,
)
from tests.given import SEALED, recorded

VIEWS: tuple[Projection[Any], ...] = (IDEA_BOX, PROPOSALS, DECISIONS, TO_DO)
AGENDA = (AgendaItem(item="k" * 26, kind=ItemKind.IDEA, title="Les nichoirs", subject=IDEA),)
CALLED = MeetingCalled(meeting=MEETING, body="conseil-CM2", on=CHRISTMAS, call=1, agenda=AGENDA)
LIMITED = FrameStated(proposal=PROPOSAL, limits="Pas plus de 60 €", reason="La sécurité", role=Role.CLASS_TUTOR)
V11 = ProposalVetoed(proposal=VIDEO, reason="Cet achat revient à la commune", role=Role.MANDATE_HOLDER)
STORY: list[Event] = [*COUNCILS, *EXAMPLES, CALLED, voted_on(PROPOSAL), declared(BALLOT, Verdict.ADOPTED)]


def view(projection: Projection[Any], *facts: Event, cut: Cut | None = None) -> Any:
    return fold(projection, recorded([*COUNCILS, *facts], by=ISA), cut)


def page(*facts: Event, of: str = PROPOSAL) -> ProposalShown:
    shown: ProposalShown = view(PROPOSALS, BIRD_IDEA, BIRDS, PROJECTOR, *facts).by_id[of]
    return shown


def steps(shown: ProposalShown) -> list[tuple[str, bool, str]]:
    return [(step["step"], step["at"] is not None, step["outcome"]) for step in steps_of(shown)]


@pytest.mark.parametrize(
    ("facts", "state", "meetings"),
    [
        ((), "open", ()),
        ((CALLED,), "on-agenda", (MEETING,)),
        ((CALLED, AgendaRevised(meeting=MEETING, agenda=())), "open", ()),
        ((CALLED, MeetingClosed(meeting=MEETING, outcomes=())), "open", ()),
        ((CALLED, QuorumMissed(meeting=MEETING, call=1, needed=10, counted=4)), "open", ()),
        ((CALLED, IdeaSetAside(idea=IDEA, reason="Déjà fait")), "set-aside", (MEETING,)),
        ((CALLED, BIRDS), "proposal", (MEETING,)),
    ],
)
def test_a_card_shows_what_became_of_it(facts: tuple[Event, ...], state: str, meetings: tuple[str, ...]) -> None:
    (card,) = ideas_shown(view(IDEA_BOX, BIRD_IDEA, *facts), "conseil-CM2")["ideas"]
    assert (card["state"], card["meetings"], card["author"]) == (state, meetings, ISA)


def test_a_box_shows_its_own_cards_and_a_remark_as_its_seal() -> None:
    box = view(IDEA_BOX, *EXAMPLES[:3])
    assert [card["idea"] for card in ideas_shown(box)["ideas"]] == [OTHER_IDEA, IDEA]
    assert ideas_shown(box, "conseil-ecole") == {"ideas": []}
    remark, _ = ideas_shown(box)["ideas"]
    assert (remark["text"], remark["remark"], remark["reason"]) == (None, SEALED, "Réglé entre les deux personnes")


def test_an_idea_goes_to_the_vote_in_four_dated_steps() -> None:
    """F29."""
    assert steps(page()) == [("idea", True, "dropped"), ("proposal", True, "made"), ("frame", False, "awaited"), ("vote", False, "awaited")]
    voted = page(LIMITED, voted_on(PROPOSAL))
    assert steps(voted) == [("idea", True, "dropped"), ("proposal", True, "made"), ("frame", True, "limited"), ("vote", True, "voting")]
    seqs = [step["seq"] for step in steps_of(voted)]
    assert seqs == sorted(seqs) and len(set(seqs)) == 4
    adopted = page(LIMITED, voted_on(PROPOSAL), declared(BALLOT, Verdict.ADOPTED), ADOPTED)
    assert steps(adopted)[3] == ("vote", True, "adopted") and adopted.decision == DECISION


def test_a_proposal_without_a_limit_says_so_once_it_is_voted_on() -> None:
    assert steps(page(voted_on(PROPOSAL)))[2] == ("frame", False, "no-limit")


def test_v11_stops_at_the_frame_with_its_reason_role_and_date() -> None:
    """F57."""
    shown = page(V11, of=VIDEO)
    assert steps(shown) == [("idea", False, "none"), ("proposal", True, "made"), ("frame", True, "vetoed"), ("vote", False, "stopped")]
    assert shown.veto is not None and shown.stage is Stage.VETOED
    assert (shown.veto.reason, shown.veto.role, shown.veto.mark.by) == (V11.reason, Role.MANDATE_HOLDER, ISA)
    assert page(V11).veto is None


def test_voters_read_the_limits() -> None:
    (frame,) = page(LIMITED, voted_on(PROPOSAL)).frames
    assert (frame.limits, frame.reason, frame.role) == (LIMITED.limits, LIMITED.reason, Role.CLASS_TUTOR)


def test_two_versions_are_compared_word_by_word() -> None:
    """F30."""
    compared = plain(versions_compared(page(FIVE_BIRDS), 1, 2))
    assert compared["title"] == [
        {"kind": "removed", "words": "Trois"},
        {"kind": "added", "words": "Cinq"},
        {"kind": "kept", "words": "nichoirs dans la cour"},
    ]
    assert compared["money"]["cost"] == {"before": 45_00, "after": 70_00}
    same = plain(versions_compared(page(FIVE_BIRDS), 2, 2))
    assert same["text"] == [{"kind": "kept", "words": FIVE_BIRDS.text}]


def test_a_version_that_is_not_there_is_not_compared() -> None:
    with pytest.raises(NoSuchVersion):
        versions_compared(page(), 1, 2)


def test_amendments_show_their_answer_with_the_reason() -> None:
    proposed = next(one for one in EXAMPLES if isinstance(one, AmendmentProposed))
    assert page(proposed).amendments[0].answer is None
    rejected = page(proposed, AmendmentRejected(amendment=AMENDMENT, reason="Les chats")).amendments[0].answer
    assert rejected is not None and (rejected.answer, rejected.reason) == ("rejected", "Les chats")
    built_in = FIVE_BIRDS.model_copy(update={"amendment": AMENDMENT})
    accepted = page(proposed, AmendmentAccepted(amendment=AMENDMENT), built_in)
    answer = accepted.amendments[0].answer
    assert answer is not None and answer.answer == "accepted" and accepted.versions[1].amendment == AMENDMENT


def test_a_ballot_names_the_version_it_votes_on() -> None:
    (vote,) = page(FIVE_BIRDS, voted_on(PROPOSAL, version=2)).votes
    assert (vote.ballot, vote.version, vote.ended) == (BALLOT, 2, None)


@pytest.mark.parametrize(
    ("ending", "said", "stage"),
    [
        (BallotCancelled(ballot=BALLOT, reason="Question mal posée"), "cancelled", Stage.OPEN),
        (QuorumMissed(ballot=BALLOT, call=1, needed=10, counted=4), "no-quorum", Stage.OPEN),
        (declared(BALLOT, Verdict.REJECTED), "rejected", Stage.VOTING),
    ],
)
def test_a_vote_shows_how_it_ended(ending: Event, said: str, stage: Stage) -> None:
    shown = page(voted_on(PROPOSAL), ending)
    (vote,) = shown.votes
    assert vote.ended is not None and (vote.ended.said, shown.stage) == (said, stage)


def test_support_is_a_number_without_names() -> None:
    facts = recorded([*COUNCILS, BIRDS], by=ISA) + [
        record for somebody in (LOU, TOM) for record in recorded([ProposalSupported(proposal=PROPOSAL)], by=somebody)
    ]
    shown = plain(proposal_shown(PROPOSAL, fold(PROPOSALS, facts).by_id[PROPOSAL]))
    assert shown["supporters"] == 2
    assert LOU not in str(shown) and TOM not in str(shown)


def test_v03_keeps_its_objection_how_it_was_built_in_and_round_two() -> None:
    """F41."""
    lifted = ObjectionLifted(objection=OBJECTION, how=HowLifted.INTEGRATED, reason="La photo du ticket devient obligatoire")
    second = RoundOpened(proposal=PROPOSAL, version=2, round=2, facilitator=LOU)
    decided = ADOPTED.model_copy(update={"version": 2})
    facts = (ROUND_OPENED, OBJECTED, FIVE_BIRDS, lifted, second, ConsentReached(proposal=PROPOSAL, round=2), decided)
    shown = page(*facts)
    (objection,) = shown.objections
    assert objection.lifted is not None
    assert (objection.lifted.answer, objection.lifted.reason) == ("integrated", lifted.reason)
    assert [(one.round, one.version) for one in shown.rounds] == [(1, 1), (2, 2)]
    assert (shown.stage, shown.decision, steps(shown)[3]) == (Stage.ADOPTED, DECISION, ("vote", True, "adopted"))
    (decision,) = decisions_shown(view(DECISIONS, BIRDS, *facts))["decisions"]
    assert (decision["round"], decision["version"]) == (2, 2)


def test_other_ends_of_a_proposal() -> None:
    withdrawn = page(ProposalWithdrawn(proposal=PROPOSAL, reason="Le bois nous est donné"))
    assert withdrawn.withdrawn is not None and steps(withdrawn)[3][2] == "stopped"
    escalated = page(ROUND_OPENED, ConsentEscalated(proposal=PROPOSAL, round=1, reason="Au vote"))
    assert escalated.escalated is not None and escalated.stage is Stage.OPEN
    rejected = page(voted_on(PROPOSAL), DecisionRejected(decision=DECISION, body="conseil-CM2", title="Non", proposal=PROPOSAL))
    assert (rejected.stage, rejected.decision) == (Stage.REJECTED, DECISION)


def test_proposals_are_listed_by_body_the_last_one_first() -> None:
    pages = view(PROPOSALS, BIRD_IDEA, BIRDS, PROJECTOR).by_id
    assert [one["proposal"] for one in proposals_shown(pages)["proposals"]] == [VIDEO, PROPOSAL]
    assert [one["proposal"] for one in proposals_shown(pages, "conseil-CM2")["proposals"]] == [PROPOSAL]


def test_a_decision_shows_its_envelope_and_what_was_released() -> None:
    released = CommitmentReleased(decision=DECISION, amount=5_00, reason="Moins cher")
    (decision,) = plain(decisions_shown(view(DECISIONS, ADOPTED, released, released)))["decisions"]
    assert (decision["envelope"]["amount"], decision["released"], decision["open"]) == (45_00, 10_00, True)


@pytest.mark.parametrize(
    ("facts", "is_open"),
    [
        ((), True),
        ((DecisionFollowed(decision=DECISION, state=FollowUp.ONGOING),), True),
        ((DecisionFollowed(decision=DECISION, state=FollowUp.DONE, meeting=MEETING),), False),
        ((DecisionFollowed(decision=DECISION, state=FollowUp.NOT_CARRIED_OUT, reason="Pas de bois"),), False),
        ((ADOPTED_LATER, DecisionRevoked(decision=DECISION, by=LATER_DECISION, reason="Le projet change")), False),
    ],
)
def test_a_decision_is_open_until_it_is_done_given_up_or_revoked(facts: tuple[Event, ...], is_open: bool) -> None:
    assert view(DECISIONS, ADOPTED, *facts).by_id[DECISION].open is is_open


def test_a_rejected_proposal_is_no_open_decision() -> None:
    rejected = DecisionRejected(decision=DECISION, body="conseil-CM2", title="Un étang", proposal=PROPOSAL, ballot=BALLOT)
    assert not view(DECISIONS, rejected).by_id[DECISION].open
    assert isinstance(rejected, DecisionRejected) and not isinstance(rejected, DecisionAdopted)


@pytest.mark.parametrize("projection", VIEWS, ids=lambda one: one.name)
def test_a_state_is_stored_and_read_back(projection: Projection[Any]) -> None:
    state = fold(projection, recorded(STORY, by=ISA))
    adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
    assert adapter.validate_json(adapter.dump_json(state)) == state


@forall(hidden=st.sets(st.integers(0, len(STORY) - 1)))
def test_no_cut_stops_a_view(hidden: set[int]) -> None:
    """Whatever earlier facts are hidden, each view folds the rest and shows it."""
    shown = [record for place, record in enumerate(recorded(STORY, by=LEFEVRE)) if place not in hidden]
    box, pages, decisions, _ = (fold(projection, shown) for projection in VIEWS)
    assert plain(ideas_shown(box)) and plain(proposals_shown(pages.by_id)) and plain(decisions_shown(decisions))


def test_a_cut_by_seq_shows_what_was_known() -> None:
    whole = len(COUNCILS)
    before = view(PROPOSALS, BIRD_IDEA, BIRDS, FIVE_BIRDS, cut=Cut(seq=whole + 2))
    assert len(before.by_id[PROPOSAL].versions) == 1
    assert GARNIER not in str(before)

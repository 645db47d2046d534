"""What holds of ballots whatever is asked, in whichever order: nothing closes, looks and reopens; nobody counts twice."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase as SearchPhase
from hypothesis import find, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import (
    CancelBallot,
    CastVote,
    CloseBallot,
    EnterHandCount,
    GiveProxy,
    HoldDraw,
    MoveClosing,
    OpenBallot,
)
from services.governance.events.ballots import (
    BallotOpened,
    DrawHeld,
    HandCountEntered,
    ResultDeclared,
    VoteCast,
    VotesRevealed,
    Way,
)
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.events.people import RulesAdopted
from services.governance.projections.ballots import BALLOTS
from services.governance.rules.polling import OVER
from services.governance.standing import CLOCK_BADGE
from shared.eventlog.codec import data_of
from shared.messages import Command
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from tests.examples_governance import RULES, RULES_ADOPTED
from tests.given import PARIS
from tests.governance.polls import ANA, BEN, CLEO, DAN, HOUR, PUPILS, TEACHER, TUTOR, Room, ballot, hand_count, named, options, pile, school

ENDED = OVER - {Phase.DRAW_NEEDED}
PROXIES = RulesAdopted(**dict(RULES_ADOPTED) | {"content": RULES.model_copy(update={"proxies_max": 2})})
SCHOOL = (*school(pupils=6), PROXIES)
IN_CLASS = TiePolicy(draw=DrawKind.CLASS)
OPENED: tuple[OpenBallot, ...] = (
    ballot(),
    ballot(casting_vote=BEN),
    named(closes_at=HOUR, proxies_max=2),
    named(method=Method.PLURALITY, options=options("a", "b"), tie_policy=IN_CLASS),
)
FINDING = settings(max_examples=3_000, deadline=None, database=None, phases=[SearchPhase.generate])  # `find` stops at the first
EVERYBODY = (TEACHER, TUTOR, ANA, BEN, CLEO, DAN)

counts = st.sampled_from([hand_count(pile(2, "yes"), pile(2, "no")), hand_count(pile(3, "yes")), hand_count(pile(1, "no"))])
choices = st.sampled_from([Choice(), *(Choice(marks=(one,)) for one in ("yes", "no", "a", "b"))])
moments = st.sampled_from([HOUR - timedelta(hours=1), HOUR, HOUR + timedelta(days=1)])
people = st.sampled_from(EVERYBODY)


def asked(name: str, way: Way) -> st.SearchStrategy[Command]:
    """Anything that can be asked about one ballot; what its way of voting is made of more often."""
    mine = st.just(name)
    counted = st.builds(EnterHandCount, ballot=mine, count=counts)
    cast = st.builds(CastVote, ballot=mine, choice=choices, proxy_for=st.none() | people)
    closed = st.builds(CloseBallot, ballot=mine, casting=st.sampled_from([None, None, "yes"]))
    others = (
        st.builds(GiveProxy, ballot=mine, holder=people),
        st.builds(MoveClosing, ballot=mine, closes_at=moments, reason=st.just("Plus tard")),
        st.builds(CancelBallot, ballot=mine, reason=st.just("Mal posée")),
        st.builds(HoldDraw, ballot=mine, order=st.permutations(["a", "b"]).map(tuple), witnesses=st.just((CLEO, DAN))),
    )
    usual = (counted, counted, counted) if way is Way.HAND else (cast, cast, closed)
    return st.one_of(*usual, *usual, cast, counted, closed, *others)


@st.composite
def lives(draw: st.DrawFn) -> Room:
    """A room in which several ballots were opened and anything was asked of them, in any order."""
    room = Room(SCHOOL)
    opening = draw(st.sampled_from(OPENED))
    questions = asked(room.open(opening), opening.way)
    for _ in range(draw(st.integers(1, 20))):
        command = draw(questions)
        by = draw(st.sampled_from([TEACHER, ANA]) if isinstance(command, EnterHandCount | CloseBallot) else people)
        room.now = max(room.now, draw(moments)) if draw(st.integers(0, 9)) == 0 else room.now
        try:
            room.ask(command, by, CLOCK_BADGE if draw(st.booleans()) and isinstance(command, CloseBallot) else None)
        except Unanswered:
            continue
    return room


@settings(max_examples=100, deadline=None)
@forall(lives())
def test_nothing_closes_looks_and_reopens(room: Room) -> None:
    ended: set[str] = set()
    shown: set[str] = set()
    for record in room.records:
        name = getattr(record.event, "ballot", None)
        assert name not in ended or isinstance(record.event, BallotOpened), record.event
        if name in shown:  # closed and shown: what is left is to part its tie
            assert isinstance(record.event, DrawHeld | ResultDeclared), record.event
        if isinstance(record.event, VotesRevealed) or record.event.wire.endswith("hand-counts-agreed.v1"):
            shown.add(str(name))
        if record.event.wire.split(".")[1] in {"result-declared", "ballot-cancelled", "quorum-missed"}:
            ended.add(str(name))
    for name, one in room.state.ballots.by_id.items():
        assert (one.phase in ENDED) == (name in ended)


@settings(max_examples=60, deadline=None)
@forall(lives())
def test_no_record_before_closing_tells_a_choice_or_a_count(room: Room) -> None:
    for record in room.records:
        if isinstance(record.event, VoteCast | HandCountEntered):
            said = data_of(record.event)
            assert set(said) <= {"ballot", "voter", "choice", "count", "proxy_for"}
            assert set(said.get("choice") or said["count"]) == {"sealed"}


@settings(max_examples=60, deadline=None)
@forall(lives())
def test_every_voter_counts_once_and_the_numbers_add_up(room: Room) -> None:
    for record in room.records:
        if isinstance(record.event, ResultDeclared):
            told = record.event.tallied
            assert told.voters == told.blank + sum(one.papers for one in told.void) + told.abstain + told.expressed
            assert record.event.voters <= record.event.registered == 6
        if isinstance(record.event, VotesRevealed):
            counted = [one.proxy_for or one.voter for one in record.event.votes]
            assert len(set(counted)) == len(counted)


@settings(max_examples=60, deadline=None)
@forall(lives(), st.integers(0, 60))
def test_a_view_of_ballots_copes_with_any_cut_and_shows_no_count_early(room: Room, seq: int) -> None:
    cut = Cut(seq=min(seq, len(room.records)), zone=PARIS)
    polls = fold(BALLOTS, room.records, cut)
    for poll in polls.polls.values():
        assert (poll.result is None) or poll.stage == "declared"
        assert poll.shown is None or poll.stage in {"declared", "draw-needed"}
    hidden: Any = [record for record in room.records if not isinstance(record.event, BallotOpened)]
    assert not fold(BALLOTS, hidden).polls


@settings(max_examples=60, deadline=None)
@forall(st.lists(st.sampled_from(PUPILS[:4]), min_size=1, max_size=12), st.data())
def test_double_votes_count_once_and_the_last_one_stands(voters: list[str], data: st.DataObject) -> None:
    room = Room(SCHOOL)
    name = room.open(named())
    last: dict[str, Choice] = {}
    for voter in voters:
        last[voter] = data.draw(st.sampled_from([Choice(marks=("yes",)), Choice(marks=("no",)), Choice()]))
        room.ask(CastVote(ballot=name, choice=last[voter]), voter)
    revealed, declared, *_ = room.ask(CloseBallot(ballot=name))
    assert isinstance(revealed, VotesRevealed) and isinstance(declared, ResultDeclared)
    assert {one.voter: one.choice for one in revealed.votes} == last
    assert declared.voters == len(last)


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.DRAW_NEEDED, Phase.CANCELLED, Phase.DECLARED])
def test_the_search_reaches_every_phase(phase: Phase) -> None:
    """It would prove nothing if no ballot ever closed."""
    found = find(lives(), lambda room: any(one.phase is phase for one in room.state.ballots.by_id.values()), settings=FINDING)
    assert phase in {one.phase for one in found.state.ballots.by_id.values()}

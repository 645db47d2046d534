"""What must be right before a ballot opens, what may still change, and that a closed one never does."""

from datetime import timedelta
from typing import Any

import pytest

from services.governance.commands.ballots import CancelBallot, CastVote
from services.governance.deciders.ballots import (
    BeyondTheProposal,
    MeetingNotRunning,
    NotTheVersionThatStands,
    PotIsNotOpen,
    ProposalNotOpen,
    ProposalOfAnotherBody,
)
from services.governance.events.ballots import (
    BallotOpened,
    BallotOption,
    Publish,
    Way,
)
from services.governance.events.bodies import (
    BodyFormed,
    BodyKind,
    College,
    MeetingCalled,
    MeetingOpened,
    Members,
    Quorum,
    QuorumOf,
    VotingRightSuspended,
)
from services.governance.events.papers import Choice, Method, Money, Parameters, Rule
from services.governance.events.people import Role
from services.governance.events.proposals import Conferral, ProposalMade, ProposalRevised, ProposalVetoed
from services.governance.rules.opening import (
    CastingVoteMisplaced,
    ClosingNotInFuture,
    HandsHaveNoHour,
    ListWouldTell,
    NamedVotesAreShown,
    NobodyToVote,
    NotOnTheRoll,
    OneTellerIsAPupil,
    OptionsAreNotPeople,
    QuorumNotMeasurable,
    RuleNotRight,
    TooFewForCards,
    TooMuchToShow,
    TwoTellersNeeded,
)
from services.governance.rules.roles import LongerThanAYear, RoleForOthers
from services.governance.rules.rolls import NoSuchBody, voters_of
from shared.refusals import Forbidden
from tests.examples_governance import RENTREE, SUMMER
from tests.given import SEALED
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    COUNCIL,
    DAN,
    HOUR,
    PARENTS,
    PUPILS,
    STRANGER,
    TEACHER,
    TUTOR,
    Room,
    ballot,
    fresh,
    joined,
    named,
    options,
    school,
)

PROPOSAL, OTHER = "p" * 26, "q" * 26
HAMSTER = ProposalMade(proposal=PROPOSAL, body=COUNCIL, title="Un hamster", text="Pour la classe", cost=40_00, pot="CM2")
SECOND_VERSION = ProposalRevised(proposal=PROPOSAL, version=2, title="Deux hamsters", text="Pour la classe", cost=60_00, pot="CM2")
DELEGATE = Conferral(role=Role.DELEGATE, starts=RENTREE, until=SUMMER, class_code="CM2")
MEETING = "g" * 26
CALLED = MeetingCalled(meeting=MEETING, body=COUNCIL, on=RENTREE, call=1, agenda=())
SITTING = (CALLED, MeetingOpened(meeting=MEETING, on=RENTREE, present=PUPILS[:20], roles=()))
CARDS = {"way": Way.CARDS}
CANDIDATES = options(BEN, CLEO, DAN)


def opened(room: Room, name: str) -> BallotOpened:
    return room.state.ballots.by_id[name].opened


def test_all_that_rules_a_ballot_is_fixed_at_its_opening() -> None:
    room = Room()
    fixed = opened(room, room.open(ballot(parameters=Parameters(rule=Rule.TWO_THIRDS))))
    assert voters_of(fixed.roll) == set(PUPILS)
    assert (fixed.method, fixed.method_version, fixed.call) == (Method.YES_NO, 1, 1)
    assert (fixed.parameters.rule, fixed.tellers, fixed.way) == (Rule.TWO_THIRDS, (TEACHER, ANA), Way.HAND)


def test_the_quorum_is_the_one_of_the_body_on_that_day() -> None:
    half = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)
    room = Room(school(quorum=half))
    assert opened(room, room.open(ballot())).quorum == half


def test_a_pupil_enrolled_later_is_not_on_the_roll_and_one_who_left_stays_on_it() -> None:
    room = Room(school(pupils=10))
    name = room.open(named())
    room.record([joined(PUPILS[20])], TEACHER)
    assert PUPILS[20] not in voters_of(opened(room, name).roll)
    room.refused(NotOnTheRoll, CastVote(ballot=name, choice=Choice(marks=("yes",))), PUPILS[20])


def test_a_suspended_right_to_vote_counts_at_the_opening_only() -> None:
    room = Room()
    before = room.open(named())
    off = VotingRightSuspended(member=BEN, body=COUNCIL, starts=RENTREE, until=SUMMER, reason=SEALED)
    room.record([off], TEACHER)
    after = room.open(named())
    room.ask(CastVote(ballot=before, choice=Choice(marks=("yes",))), BEN)
    room.refused(NotOnTheRoll, CastVote(ballot=after, choice=Choice(marks=("yes",))), BEN)


@pytest.mark.parametrize("actor", [BEN, PARENTS[0], STRANGER])
def test_only_who_conducts_the_body_opens_its_ballots(actor: str) -> None:
    Room().refused(Forbidden, ballot(), actor)


def test_the_tutor_of_the_class_opens_a_ballot_of_its_council() -> None:
    assert Room().open(ballot(), TUTOR)


def test_a_body_that_was_never_formed_votes_on_nothing() -> None:
    Room().refused(NoSuchBody, ballot(body="ghost"))


def test_somebody_must_be_there_to_vote() -> None:
    Room(school(pupils=0)).refused(NobodyToVote, ballot(tellers=(TEACHER, TUTOR)))


WRONG_RULES: list[tuple[dict[str, Any], str]] = [
    ({"options": options("a", "b")}, "not-yes-no"),
    ({"method": Method.PLURALITY, "options": options("a")}, "too-few-options"),
    ({"method": Method.PLURALITY, "options": options("a", "a")}, "option-twice"),
    ({"parameters": Parameters(dots=3)}, "takes-no-dots"),
    ({"method": Method.DOTS, "options": options("a", "b")}, "needs-dots"),
    ({"method": Method.SCHULZE, "options": options(*(f"o{number}" for number in range(51)))}, "too-many-options"),
]


@pytest.mark.parametrize(("changed", "fault"), WRONG_RULES, ids=[fault for _, fault in WRONG_RULES])
def test_a_rule_that_is_not_right_is_named(changed: dict[str, Any], fault: str) -> None:
    assert Room().refused(RuleNotRight, ballot(**changed)).details["fault"] == fault


def test_two_different_tellers_count_hands_and_none_count_names() -> None:
    room = Room()
    for tellers in ((), (ANA,), (ANA, ANA)):
        room.refused(TwoTellersNeeded, ballot(tellers=tellers))
    room.refused(TwoTellersNeeded, named(tellers=(TEACHER, ANA)))
    room.refused(NotOnTheRoll, ballot(tellers=(STRANGER, ANA)))


def test_one_teller_is_a_pupil_where_pupils_vote() -> None:
    Room().refused(OneTellerIsAPupil, ballot(tellers=(TEACHER, TUTOR)))
    adults = Room(school(composition=(College(college="staff", of=Members.STAFF),), kind=BodyKind.ADULTS_COUNCIL))
    assert adults.open(ballot(tellers=(TEACHER, TUTOR)))


def test_small_groups_get_no_promise_of_secrecy() -> None:
    Room(school(pupils=4)).refused(TooFewForCards, ballot(**CARDS), TEACHER)
    small = Room(school(pupils=7))
    small.refused(ListWouldTell, ballot(**CARDS))
    assert small.open(ballot(**CARDS, publish=Publish.OUTCOME))
    assert Room(school(pupils=8)).open(ballot(**CARDS))


def test_a_long_ranking_could_be_a_signature() -> None:
    long = {"method": Method.BORDA, "options": options("a", "b", "c", "d", "e")}
    Room().refused(ListWouldTell, ballot(**CARDS, **long))
    assert Room().open(ballot(**CARDS, **long, publish=Publish.COUNTS))
    assert Room().open(ballot(**CARDS, **long | {"options": options("a", "b", "c", "d")}))


def test_named_votes_are_shown_and_must_fit() -> None:
    room = Room()
    room.refused(NamedVotesAreShown, named(publish=Publish.OUTCOME))
    many = options(*(f"{'x' * 36}{number}" for number in range(200)))
    big = BodyFormed(
        body="all",
        kind=BodyKind.GENERAL_ASSEMBLY,
        label="Tous",
        composition=(College(college="pupils", of=Members.PUPILS), College(college="staff", of=Members.STAFF)),
    )
    crowd = [joined(f"p_{first}{second}{'4' * 24}") for first in "abcdefghij" for second in "abcdefghij"]
    room.record([big, *crowd], TEACHER)
    room.refused(TooMuchToShow, named(body="all", method=Method.APPROVAL, options=many))


def test_the_closing_time_is_to_come_and_hands_have_none() -> None:
    room = Room()
    room.refused(ClosingNotInFuture, named(closes_at=room.now))
    room.refused(HandsHaveNoHour, ballot(closes_at=HOUR))
    assert room.open(named(closes_at=HOUR))


def test_a_casting_vote_is_declared_for_a_yes_or_no_by_somebody_on_the_roll() -> None:
    room = Room()
    room.refused(CastingVoteMisplaced, ballot(casting_vote=TEACHER))
    room.refused(CastingVoteMisplaced, ballot(casting_vote=BEN, method=Method.PLURALITY, options=options("a", "b")))
    assert room.open(ballot(casting_vote=BEN))


def test_candidates_are_people_who_fit_the_role() -> None:
    room = Room()
    election = {"method": Method.PLURALITY, "confers": DELEGATE}
    room.refused(OptionsAreNotPeople, ballot(options=options("ben", "cleo"), **election))
    room.refused(OptionsAreNotPeople, ballot(options=options(BEN, STRANGER), **election))
    room.refused(RoleForOthers, ballot(options=options(BEN, PARENTS[0]), **election))
    too_long = DELEGATE.model_copy(update={"until": RENTREE + timedelta(days=400)})
    room.refused(LongerThanAYear, ballot(options=CANDIDATES, method=Method.PLURALITY, confers=too_long))
    assert room.open(ballot(options=CANDIDATES, **election))


def test_a_proposal_is_voted_on_in_the_version_that_stands() -> None:
    room = Room((*school(), HAMSTER, SECOND_VERSION))
    fixed = opened(room, room.open(ballot(proposal=PROPOSAL)))
    assert (fixed.version, fixed.spending) == (2, Money(amount=60_00, pot="CM2"))


def test_a_proposal_stands_in_one_ballot_at_a_time() -> None:
    room = Room((*school(), HAMSTER))
    first = room.open(ballot(proposal=PROPOSAL))
    room.refused(ProposalNotOpen, ballot(proposal=PROPOSAL))
    room.ask(CancelBallot(ballot=first, reason="Mauvaise question"))
    assert room.open(ballot(proposal=PROPOSAL))


def test_only_an_open_proposal_of_the_body_is_voted_on() -> None:
    room = Room((*school(), HAMSTER, ProposalVetoed(proposal=PROPOSAL, reason="La commune paie", role=Role.CLASS_TUTOR)))
    room.refused(ProposalNotOpen, ballot(proposal=PROPOSAL))
    room.refused(ProposalOfAnotherBody, ballot(proposal=OTHER))
    room.record([ProposalMade(proposal=OTHER, body="elsewhere", title="Un vélo", text="Pour tous")], TEACHER)
    room.refused(ProposalOfAnotherBody, ballot(proposal=OTHER))


def test_options_that_are_proposals_carry_their_version() -> None:
    room = Room((*school(), HAMSTER, SECOND_VERSION))
    choose = (BallotOption(option="hamster", proposal=PROPOSAL), BallotOption(option="rien", label="Rien"))
    fixed = opened(room, room.open(ballot(method=Method.PLURALITY, options=choose)))
    assert fixed.options[0].version == 2
    stale = (BallotOption(option="hamster", proposal=PROPOSAL, version=1), choose[1])
    again = Room((*school(), HAMSTER, SECOND_VERSION))
    again.refused(NotTheVersionThatStands, ballot(method=Method.PLURALITY, options=stale))


def test_the_envelope_is_never_more_than_the_proposal_costs() -> None:
    room = Room((*school(), HAMSTER))
    room.refused(BeyondTheProposal, ballot(proposal=PROPOSAL, spending=Money(amount=40_01, pot="CM2")))
    room.refused(PotIsNotOpen, ballot(spending=Money(amount=1, pot="nowhere")))
    assert opened(room, room.open(ballot(proposal=PROPOSAL, spending=Money(amount=30_00, pot="CM2")))).spending == Money(
        amount=30_00, pot="CM2"
    )


def test_a_ballot_of_a_meeting_is_held_while_it_runs() -> None:
    room = Room((*school(), CALLED))
    room.refused(MeetingNotRunning, ballot(meeting=MEETING))
    room.record(SITTING[1:], TEACHER)
    assert opened(room, room.open(ballot(meeting=MEETING))).meeting == MEETING
    room.refused(MeetingNotRunning, ballot(meeting=fresh(1)))


def test_a_quorum_that_asks_who_needs_names_or_a_meeting() -> None:
    of_classes = Quorum(of=QuorumOf.CLASSES, numerator=2, denominator=3)
    room = Room((*school(quorum=of_classes), *SITTING))
    room.refused(QuorumNotMeasurable, ballot())
    assert room.open(ballot(meeting=MEETING))
    assert room.open(named())
    blind = Quorum(of=QuorumOf.EXPRESSED, numerator=1, denominator=2, college="pupils")
    Room(school(quorum=blind)).refused(QuorumNotMeasurable, named())

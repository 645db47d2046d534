"""What follows from a result in the same append: the decision with its envelope, proposals left aside, roles conferred, a second round."""

from services.governance.chamber.proposing import Life
from services.governance.commands.ballots import CloseBallot
from services.governance.deciders.ballots import NotAFollowUp
from services.governance.deciders.closing import (
    CLOSING,
)
from services.governance.events.ballots import (
    BallotOption,
    ResultDeclared,
    Verdict,
)
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.papers import Choice, Cost, DrawKind, Method, Money, Parameters, TiePolicy
from services.governance.events.people import MemberLeft, Role, RoleAssigned
from services.governance.events.proposals import Conferral, DecisionAdopted, DecisionRejected, Nominee, ProposalMade
from tests.examples_governance import CHRISTMAS, RENTREE, SUMMER
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    COUNCIL,
    DAN,
    TEACHER,
    Room,
    ballot,
    hand_count,
    named,
    of_kind,
    options,
    pile,
    result_of,
    school,
    sums,
    voted,
)

PROPOSAL, OTHER = "p" * 26, "q" * 26
HAMSTER = ProposalMade(proposal=PROPOSAL, body=COUNCIL, title="Un hamster", text="Pour la classe", cost=40_00, pot="CM2")
BIKE = ProposalMade(proposal=OTHER, body=COUNCIL, title="Un vélo", text="Pour la cour", cost=90_00, pot="CM2")
DELEGATE = Conferral(role=Role.DELEGATE, starts=RENTREE, until=SUMMER, class_code="CM2")
HALF = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)


def test_an_adopted_proposal_is_a_decision_with_its_envelope_at_once() -> None:
    room = Room((*school(), HAMSTER))
    facts = room.both_count(room.open(ballot(proposal=PROPOSAL)), hand_count(pile(15, "yes"), pile(3, "no")))
    (decided,) = of_kind(facts, DecisionAdopted)
    assert isinstance(decided, DecisionAdopted)
    assert (decided.title, decided.proposal, decided.version) == ("Un hamster", PROPOSAL, 1)
    assert decided.spending == Money(amount=40_00, pot="CM2")
    assert room.state.proposals.by_id[PROPOSAL].life is Life.ADOPTED
    assert room.state.proposals.decisions[decided.decision].open


def test_a_rejected_proposal_is_rejected_at_once_and_a_question_without_envelope_decides_nothing() -> None:
    room = Room((*school(), HAMSTER))
    facts = room.both_count(room.open(ballot(proposal=PROPOSAL)), hand_count(pile(3, "yes"), pile(15, "no")))
    assert of_kind(facts, DecisionRejected) and not of_kind(facts, DecisionAdopted)
    assert room.state.proposals.by_id[PROPOSAL].life is Life.REJECTED
    plain = room.both_count(room.open(ballot()), hand_count(pile(3, "yes")))
    assert not of_kind(plain, DecisionAdopted)


def test_a_question_with_an_envelope_is_a_decision_and_names_what_was_chosen() -> None:
    room = Room()
    games = ballot(method=Method.APPROVAL, options=options("cordes", "ballons", "rien"), spending=Money(amount=500_00, pot="CM2"))
    (decided,) = of_kind(room.both_count(room.open(games), sums(20, cordes=14, ballons=10)), DecisionAdopted)
    assert isinstance(decided, DecisionAdopted)
    assert (decided.elected, decided.spending) == (("cordes",), Money(amount=500_00, pot="CM2"))


def test_choosing_what_changes_nothing_is_a_rejection() -> None:
    room = Room()
    games = ballot(
        method=Method.APPROVAL,
        options=options("cordes", "rien"),
        spending=Money(amount=500_00, pot="CM2"),
        tie_policy=TiePolicy(status_quo="rien", draw=DrawKind.REGISTER),
    )
    facts = room.both_count(room.open(games), sums(20, cordes=14, rien=14))
    assert result_of(facts).verdict is Verdict.REJECTED and of_kind(facts, DecisionRejected)


def test_a_shared_budget_commits_what_the_chosen_projects_cost() -> None:
    room = Room()
    costs = (Cost(option="cabane", amount=700_00), Cost(option="livres", amount=250_00))
    command = named(
        method=Method.KNAPSACK,
        options=options("cabane", "livres"),
        parameters=Parameters(budget=900_00, costs=costs),
        spending=Money(amount=900_00, pot="CM2"),
    )
    name = voted(room, command, cabane=(Choice(marks=("cabane",)), 3), livres=(Choice(marks=("livres",)), 4))
    (decided,) = of_kind(room.ask(CloseBallot(ballot=name)), DecisionAdopted)
    assert isinstance(decided, DecisionAdopted)
    assert (decided.elected, decided.spending) == (("livres",), Money(amount=250_00, pot="CM2"))


def test_each_option_that_is_a_proposal_is_decided_by_itself() -> None:
    room = Room((*school(), HAMSTER, BIKE))
    choose = (BallotOption(option="hamster", proposal=PROPOSAL), BallotOption(option="velo", proposal=OTHER))
    facts = room.both_count(room.open(ballot(method=Method.PLURALITY, options=choose)), sums(20, hamster=14, velo=6))
    (kept,), (left,) = of_kind(facts, DecisionAdopted), of_kind(facts, DecisionRejected)
    assert isinstance(kept, DecisionAdopted) and isinstance(left, DecisionRejected)
    assert (kept.proposal, kept.spending, left.proposal) == (PROPOSAL, Money(amount=40_00, pot="CM2"), OTHER)
    assert {room.state.proposals.by_id[one].life for one in (PROPOSAL, OTHER)} == {Life.ADOPTED, Life.REJECTED}


def test_an_election_confers_the_role_in_the_same_append() -> None:
    room = Room()
    command = ballot(method=Method.PLURALITY, options=options(BEN, CLEO, DAN), parameters=Parameters(seats=2), confers=DELEGATE)
    facts = room.both_count(room.open(command), sums(20, **{BEN: 9, CLEO: 8, DAN: 3}))
    assert result_of(facts).verdict is Verdict.ELECTED
    name = result_of(facts).ballot
    assert facts[-2:] == [RoleAssigned(person=one, ballot=name, **dict(DELEGATE)) for one in (BEN, CLEO)]
    assert room.state.holds(BEN, Role.DELEGATE, RENTREE, "CM2")


def test_whoever_left_meanwhile_is_elected_without_the_role_and_it_is_said() -> None:
    room = Room()
    name = room.open(ballot(method=Method.PLURALITY, options=options(BEN, CLEO), confers=DELEGATE))
    room.record([MemberLeft(member=BEN, on=CHRISTMAS)], TEACHER)
    before = room.state
    facts = room.both_count(name, sums(20, **{BEN: 14, CLEO: 6}))
    assert not of_kind(facts, RoleAssigned)
    (record,) = (one for one in room.records if isinstance(one.event, ResultDeclared))
    assert [notice.code() for notice in CLOSING.warn(before, record)] == ["elected-without-role"]
    kept = Room()
    other = kept.open(ballot(method=Method.PLURALITY, options=options(BEN, CLEO), confers=DELEGATE))
    kept.both_count(other, sums(20, **{BEN: 14, CLEO: 6}))
    (fits,) = (one for one in kept.records if isinstance(one.event, ResultDeclared))
    assert CLOSING.warn(kept.state, fits) == []


def test_a_nominee_whose_proposal_is_adopted_gets_the_role() -> None:
    nominated = ProposalMade(proposal=PROPOSAL, body=COUNCIL, title="Ben", text="Déléguer", nominee=Nominee(person=BEN, confers=DELEGATE))
    room = Room((*school(), nominated))
    facts = room.both_count(room.open(ballot(proposal=PROPOSAL)), hand_count(pile(15, "yes")))
    assert of_kind(facts, RoleAssigned) == [RoleAssigned(person=BEN, ballot=result_of(facts).ballot, **dict(DELEGATE))]


def test_nobody_with_more_than_half_means_a_second_round_between_two() -> None:
    room = Room()
    election = {"method": Method.TWO_ROUNDS, "confers": DELEGATE}
    name = room.open(ballot(options=options(ANA, BEN, CLEO), **election))
    first = room.both_count(name, sums(20, **{ANA: 9, BEN: 6, CLEO: 5}))
    assert result_of(first).verdict is Verdict.SECOND_ROUND
    assert not of_kind(first, RoleAssigned)
    room.refused(NotAFollowUp, ballot(options=options(ANA, CLEO), after=name, **election))
    second = room.open(ballot(options=options(ANA, BEN), after=name, **election))
    facts = room.both_count(second, sums(20, **{ANA: 8, BEN: 12}))
    assert [fact.person for fact in of_kind(facts, RoleAssigned)] == [BEN]  # type: ignore[attr-defined]


def test_a_draw_of_lots_needs_no_vote_and_no_quorum() -> None:
    room = Room(school(quorum=HALF))
    command = named(method=Method.SORTITION, options=options(BEN, CLEO, DAN), parameters=Parameters(seats=2), confers=DELEGATE)
    facts = room.ask(CloseBallot(ballot=room.open(command)))
    declared = result_of(facts)
    assert len(declared.tallied.elected) == 2 and declared.draw_root
    assert [fact.person for fact in of_kind(facts, RoleAssigned)] == list(declared.tallied.elected)  # type: ignore[attr-defined]

"""Votes in somebody's name: sealed until closing, the last one counts, late ones are refused, and a proxy serves once."""

from base64 import b64decode
from datetime import timedelta

from services.governance.commands.ballots import CastVote, CloseBallot, GiveProxy
from services.governance.deciders.ballots import NoMandateOfTheirClass, ProxiesNotAllowed
from services.governance.deciders.named import (
    AlreadyVoted,
    NoProxyFromThem,
    NoProxyHere,
    PaperNotRight,
    ProxyToOneself,
    TooManyProxies,
    VotesInPerson,
)
from services.governance.events.ballots import ERASED, ProxyGiven, ResultDeclared, RollLine, VoteCast, VotesRevealed
from services.governance.events.bodies import College, Members
from services.governance.events.papers import Choice, Cost, Method, Parameters, VoidPapers
from services.governance.events.people import RulesAdopted
from services.governance.rules.opening import NotOnTheRoll, OnTheRollTwice, WeightsNeedNames
from services.governance.rules.polling import GivenAnotherWay, HourIsPast
from shared.eventlog.codec import data_of
from shared.vault.sealing import opens
from tests.examples_governance import RULES, RULES_ADOPTED
from tests.governance.polls import (
    ANA,
    BEN,
    CLEO,
    DAN,
    HOUR,
    PARENTS,
    PUPILS,
    PUPILS_VOTE,
    STRANGER,
    TEACHER,
    Room,
    ballot,
    fresh,
    named,
    options,
    school,
)

YES, NO = Choice(marks=("yes",)), Choice(marks=("no",))
PROXIES = RulesAdopted(**dict(RULES_ADOPTED) | {"content": RULES.model_copy(update={"proxies_max": 1})})


def cast(name: str, choice: Choice = YES, proxy_for: str | None = None) -> CastVote:
    return CastVote(ballot=name, choice=choice, proxy_for=proxy_for)


def closed(room: Room, name: str) -> tuple[VotesRevealed, ResultDeclared]:
    revealed, declared, *_ = room.ask(CloseBallot(ballot=name))
    assert isinstance(revealed, VotesRevealed) and isinstance(declared, ResultDeclared)
    return revealed, declared


def test_a_vote_is_recorded_without_its_choice() -> None:
    room = Room()
    (vote,) = room.ask(cast(room.open(named())), BEN)
    assert isinstance(vote, VoteCast)
    assert set(data_of(vote)) == {"ballot", "voter", "choice"} and set(data_of(vote)["choice"]) == {"sealed"}


def test_the_last_vote_counts_once() -> None:
    room = Room()
    name = room.open(named())
    for choice in (YES, NO, YES, NO):
        room.ask(cast(name, choice), BEN)
    revealed, declared = closed(room, name)
    assert [(one.voter, one.choice) for one in revealed.votes] == [(BEN, NO)]
    assert (declared.voters, declared.tallied.expressed) == (1, 1)


def test_closing_shows_every_vote_sorted_with_what_opens_its_seal() -> None:
    room = Room()
    name = room.open(named())
    sealed = {}
    for voter, choice in ((DAN, NO), (BEN, YES), (CLEO, Choice())):
        (vote,) = room.ask(cast(name, choice), voter)
        assert isinstance(vote, VoteCast)
        sealed[voter] = vote.choice.sealed
    revealed, declared = closed(room, name)
    assert [one.voter for one in revealed.votes] == sorted((BEN, CLEO, DAN))
    for one in revealed.votes:
        said = one.choice.model_dump(mode="json", exclude_none=True)
        assert opens(b64decode(sealed[one.voter]), b64decode(one.salt), said)
        assert not opens(b64decode(sealed[one.voter]), b64decode(one.salt), {"marks": ["abstain"]})
    assert (declared.tallied.blank, declared.tallied.voters) == (1, 3)


def test_a_late_vote_is_refused_even_before_the_clock_has_closed() -> None:
    room = Room()
    name = room.open(named(closes_at=HOUR))
    room.at(HOUR - timedelta(microseconds=1)).ask(cast(name), BEN)
    room.at(HOUR).refused(HourIsPast, cast(name), CLEO)
    room.refused(HourIsPast, cast(name, NO), BEN)


def test_only_the_roll_votes() -> None:
    room = Room()
    room.refused(NotOnTheRoll, cast(room.open(named())), TEACHER)
    room.refused(GivenAnotherWay, cast(room.open(ballot())), BEN)


def test_a_paper_that_would_be_void_is_not_taken() -> None:
    room = Room()
    costs = (Cost(option="cabane", amount=70_00), Cost(option="velos", amount=50_00))
    budget = named(method=Method.KNAPSACK, options=options("cabane", "velos"), parameters=Parameters(budget=100_00, costs=costs))
    name = room.open(budget)
    no = room.refused(PaperNotRight, cast(name, Choice(marks=("cabane", "velos"))), BEN)
    assert no.details["fault"] == "over-budget"
    room.ask(cast(name, Choice(marks=("velos",))), BEN)
    room.ask(cast(name, Choice()), CLEO)


def test_those_who_are_only_heard_are_counted_apart() -> None:
    parents = College(college="parents", of=Members.ADVISORY_PARENTS, advisory=True)
    room = Room(school(composition=(*PUPILS_VOTE, parents)))
    name = room.open(named())
    room.ask(cast(name, NO), BEN)
    room.ask(cast(name, YES), PARENTS[0])
    revealed, declared = closed(room, name)
    assert (len(revealed.votes), declared.voters, declared.tallied.elected) == (2, 1, ())
    assert declared.advisory and declared.advisory[0].tallied.voters == 1


def test_a_delegate_counts_for_the_declared_weight() -> None:
    room = Room(school(pupils=3))
    name = room.open(named(delegates=(RollLine(voter=ANA, weight=23), RollLine(voter=BEN, weight=24), RollLine(voter=CLEO, weight=2))))
    for voter, choice in ((ANA, YES), (BEN, NO), (CLEO, YES)):
        room.ask(cast(name, choice), voter)
    _, declared = closed(room, name)
    assert (declared.registered, declared.voters) == (49, 49)
    assert [(one.of, one.value) for one in declared.tallied.counts] == [("yes", "25"), ("no", "24"), ("abstain", "0")]


def test_a_proxy_names_who_gave_it_who_holds_it_and_is_counted_in_the_result() -> None:
    room = Room((*school(), PROXIES))
    name = room.open(named(proxies_max=1))
    assert room.ask(GiveProxy(ballot=name, holder=CLEO), BEN) == [ProxyGiven(ballot=name, giver=BEN, holder=CLEO)]
    assert room.ask(GiveProxy(ballot=name, holder=CLEO), BEN) == []
    room.ask(cast(name, YES, proxy_for=BEN), CLEO)
    room.ask(cast(name, NO), CLEO)
    revealed, declared = closed(room, name)
    assert [(one.voter, one.proxy_for) for one in revealed.votes] == [(CLEO, BEN), (CLEO, None)]
    assert (declared.voters, declared.proxies) == (2, 1)


def test_a_proxy_beyond_the_limit_or_from_nobody_is_refused() -> None:
    room = Room((*school(), PROXIES))
    name = room.open(named(proxies_max=1))
    room.ask(GiveProxy(ballot=name, holder=CLEO), BEN)
    room.refused(TooManyProxies, GiveProxy(ballot=name, holder=CLEO), DAN)
    room.refused(ProxyToOneself, GiveProxy(ballot=name, holder=DAN), DAN)
    room.refused(NotOnTheRoll, GiveProxy(ballot=name, holder=TEACHER), DAN)
    room.refused(NoProxyFromThem, cast(name, YES, proxy_for=DAN), CLEO)
    room.refused(NoProxyHere, GiveProxy(ballot=room.open(named()), holder=CLEO), BEN)


def test_whoever_votes_in_person_needs_no_proxy() -> None:
    room = Room((*school(), PROXIES))
    name = room.open(named(proxies_max=1))
    room.ask(GiveProxy(ballot=name, holder=CLEO), BEN)
    room.ask(cast(name, YES, proxy_for=BEN), CLEO)
    room.ask(cast(name, NO), BEN)
    room.refused(VotesInPerson, cast(name, YES, proxy_for=BEN), CLEO)
    room.refused(AlreadyVoted, GiveProxy(ballot=name, holder=DAN), BEN)
    assert [(one.voter, one.choice) for one in closed(room, name)[0].votes] == [(BEN, NO)]


def test_a_voter_who_was_erased_stays_among_the_voters_and_the_choice_is_gone() -> None:
    room = Room()
    name = room.open(named())
    (gone,) = room.ask(cast(name, YES), BEN)
    room.ask(cast(name, NO), CLEO)
    assert isinstance(gone, VoteCast)
    del room.vault[gone.choice.sealed]
    revealed, declared = closed(room, name)
    assert [one.voter for one in revealed.votes] == [CLEO]
    assert (declared.registered, declared.voters, declared.tallied.void) == (27, 2, (VoidPapers(reason=ERASED, papers=1),))


def test_many_votes_are_shown_in_parts() -> None:
    room = Room()
    codes = [f"{'option-' * 5}{number:05}" for number in range(50)]
    name = room.open(named(method=Method.SCHULZE, options=options(*codes)))
    for turn, voter in enumerate(PUPILS):
        room.ask(cast(name, Choice(ranks=tuple((one,) for one in (*codes[turn:], *codes[:turn])))), voter)
    facts = room.ask(CloseBallot(ballot=name))
    revealed = [fact for fact in facts if isinstance(fact, VotesRevealed)]
    results = [fact for fact in facts if isinstance(fact, ResultDeclared)]
    assert sum(len(one.votes) for one in revealed) == 27
    for parts in (revealed, results):
        assert len(parts) > 1 and [(one.part, one.parts) for one in parts] == [(at, len(parts)) for at in range(1, len(parts) + 1)]
    assert max(len(one.event.model_dump_json(exclude_none=True)) for one in room.records) < 65_000


def test_delegates_have_weights_in_named_votes_and_carry_a_known_decision() -> None:
    room = Room()
    heavy = (RollLine(voter=BEN, weight=3),)
    room.refused(WeightsNeedNames, ballot(delegates=heavy))
    room.refused(NotOnTheRoll, named(delegates=(RollLine(voter=STRANGER, weight=2),)))
    room.refused(OnTheRollTwice, named(delegates=heavy * 2))
    room.refused(NoMandateOfTheirClass, named(delegates=(RollLine(voter=BEN, mandate=fresh(2)),)))
    name = room.open(named(delegates=heavy))
    (college,) = room.state.ballots.by_id[name].opened.roll
    assert {line.voter: line.weight for line in college.voters if line.weight} == {BEN: 3}


def test_proxies_are_allowed_by_the_rules_only() -> None:
    Room().refused(ProxiesNotAllowed, named(proxies_max=1))
    room = Room((*school(), PROXIES))
    room.refused(ProxiesNotAllowed, named(proxies_max=2))
    room.refused(ProxiesNotAllowed, ballot(proxies_max=1))
    assert room.open(named(proxies_max=1))

"""A declared ballot that a card challenges: its tellers cancel it within two days, and what it brought about is undone at once."""

from datetime import timedelta

from services.governance.commands.ballots import CancelBallot, ChallengeBallot, CloseBallot, OpenBallot
from services.governance.events.ballots import BallotCancelled
from services.governance.events.papers import Method, Money
from services.governance.events.people import Role, RoleEnded
from services.governance.events.proposals import Conferral, DecisionAdopted, DecisionRevoked
from services.governance.projections.ballots import Stage
from services.governance.rules.challenging import AnotherFollows, ChallengeIsOver, NobodyChallenged, NothingToChallenge
from services.governance.rules.due import due
from services.governance.rules.polling import ClosedNeverReopens
from services.governance.urn.cards import code_of, key_of
from shared.messages import Event
from shared.refusals import Forbidden
from tests.examples_governance import RENTREE, SUMMER
from tests.given import NOW
from tests.governance.card_room import CardRoom, carded, token
from tests.governance.polls import ANA, BEN, CLEO, TEACHER, TUTOR, Room, ballot, hand_count, of_kind, options, pile, poll

VOTERS = 8
DELEGATE = Conferral(role=Role.DELEGATE, starts=RENTREE, until=SUMMER, class_code="CM2")
SPENDING = Money(amount=100_00, pot="CM2")


def declared(command: OpenBallot, choice: str = "yes", *, challenged: bool = True) -> tuple[CardRoom, str, list[Event]]:
    room = CardRoom()
    name = room.voting(voters=VOTERS, cards=10, command=command)
    for number in range(VOTERS):
        room.cast(name, number, choice)
    facts = room.ask(CloseBallot(ballot=name, counted=VOTERS))
    if challenged:
        room.ask(ChallengeBallot(ballot=name, code=code_of(key_of(name, token(0)), 10)), ANA)
    return room, name, facts


def cancel(name: str) -> CancelBallot:
    return CancelBallot(ballot=name, reason="Une carte a été lue deux fois")


def test_a_teller_cancels_a_challenged_ballot_and_its_decision_falls_with_it() -> None:
    room, name, facts = declared(carded(spending=SPENDING))
    (adopted,) = of_kind(facts, DecisionAdopted)
    assert isinstance(adopted, DecisionAdopted)
    assert room.state.purse.commitments.decisions[adopted.decision].open == SPENDING.amount
    assert room.ask(cancel(name), ANA) == [
        BallotCancelled(ballot=name, reason="Une carte a été lue deux fois", cause="challenged"),
        DecisionRevoked(decision=adopted.decision, reason="Une carte a été lue deux fois"),
    ]
    assert room.state.purse.commitments.decisions[adopted.decision].open == 0
    assert room.state.proposals.decisions[adopted.decision].revoked
    seen = poll(room, name)
    assert (seen.stage, seen.ending and seen.ending.by, seen.result and seen.result.voters) == (Stage.CANCELLED, ANA, VOTERS)
    assert due(room.state.ballots, NOW + timedelta(days=3)) == ()
    room.refused(ClosedNeverReopens, cancel(name), ANA)
    room.refused(NothingToChallenge, ChallengeBallot(ballot=name, code=code_of(key_of(name, token(1)), 10)), ANA)


def test_the_roles_of_a_cancelled_election_end() -> None:
    room, name, _ = declared(carded(method=Method.PLURALITY, options=options(BEN, CLEO), confers=DELEGATE), BEN)
    today = NOW.date()
    assert Role.DELEGATE in room.state.standing.grants.held(BEN, today + timedelta(days=1))
    assert room.ask(cancel(name))[1:] == [RoleEnded(role=Role.DELEGATE, person=BEN, on=today, class_code="CM2")]
    assert Role.DELEGATE not in room.state.standing.grants.held(BEN, today + timedelta(days=1))


def test_a_result_that_nobody_challenged_stands() -> None:
    room, name, _ = declared(carded(spending=SPENDING), challenged=False)
    room.refused(NobodyChallenged, cancel(name), ANA)


def test_only_a_teller_cancels_a_result_and_only_in_time() -> None:
    room, name, _ = declared(carded(spending=SPENDING))
    for by in (BEN, TUTOR):
        room.refused(Forbidden, cancel(name), by)
    room.at(NOW + timedelta(hours=48)).refused(ChallengeIsOver, cancel(name), ANA)
    room.at(NOW + timedelta(hours=47)).ask(cancel(name), TEACHER)


def test_a_ballot_with_a_sequel_is_not_cancelled_before_it() -> None:
    two_rounds = carded(method=Method.TWO_ROUNDS, options=options("rouge", "bleu", "vert"))
    room = CardRoom()
    name = room.voting(voters=VOTERS, cards=10, command=two_rounds)
    for number, choice in enumerate(("rouge", "rouge", "rouge", "bleu", "bleu", "bleu", "vert", "vert")):
        room.cast(name, number, choice)
    room.ask(CloseBallot(ballot=name, counted=VOTERS))
    room.ask(ChallengeBallot(ballot=name, code=code_of(key_of(name, token(0)), 10)), ANA)
    second = room.open(two_rounds.model_copy(update={"options": options("rouge", "bleu"), "after": name}))
    room.refused(AnotherFollows, cancel(name), ANA)
    room.ask(CancelBallot(ballot=second, reason="Le premier tour est contesté"))
    room.ask(cancel(name), ANA)


def test_without_cards_a_declared_ballot_never_changes() -> None:
    room = Room()
    name = room.open(ballot())
    room.both_count(name, hand_count(pile(9, "yes"), pile(1, "no")))
    room.refused(ClosedNeverReopens, cancel(name), TEACHER)

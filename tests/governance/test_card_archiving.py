"""Voting cards after the result: challenged by their code for two days, then archived."""

from datetime import timedelta

from services.governance.commands.ballots import ArchiveBallot, ChallengeBallot, CloseBallot
from services.governance.deciders.cards import StillChallengeable, UnknownCode
from services.governance.events.ballots import BallotArchived, BallotChallenged, CardCode
from services.governance.rules.challenging import ChallengeIsOver
from services.governance.rules.due import due
from services.governance.standing import CLOCK_BADGE
from services.governance.urn.cards import code_of, key_of
from shared.refusals import Forbidden
from tests.given import NOW
from tests.governance.card_room import CardRoom, token
from tests.governance.polls import BEN, STRANGER


def code_left(room: CardRoom, name: str, number: int) -> CardCode:
    return code_of(key_of(name, token(number)), len(room.state.ballots.by_id[name].keys))


def closed(voters: int = 8) -> tuple[CardRoom, str]:
    room = CardRoom()
    name = room.voting(voters=voters, cards=10)
    for number in range(voters):
        room.cast(name, number, "yes")
    room.ask(CloseBallot(ballot=name, counted=voters))
    return room, name


def test_a_card_is_challenged_by_its_code_for_two_days() -> None:
    room, name = closed()
    code, void = code_left(room, name, 0), code_left(room, name, 9)
    assert room.ask(ChallengeBallot(ballot=name, code=code)) == [BallotChallenged(ballot=name, code=code)]
    assert room.ask(ChallengeBallot(ballot=name, code=code)) == []
    room.refused(UnknownCode, ChallengeBallot(ballot=name, code=void))
    room.refused(UnknownCode, ChallengeBallot(ballot=name, code="licorne-11"))
    room.at(NOW + timedelta(hours=48)).refused(ChallengeIsOver, ChallengeBallot(ballot=name, code=code))


def test_a_ballot_is_archived_once_it_can_no_longer_be_challenged() -> None:
    room, name = closed()
    until = NOW + timedelta(hours=48)
    room.at(until - timedelta(seconds=1)).refused(StillChallengeable, ArchiveBallot(ballot=name))
    room.at(until).refused(Forbidden, ArchiveBallot(ballot=name), by=BEN)
    assert room.ask(ArchiveBallot(ballot=name), by=STRANGER, badge=CLOCK_BADGE) == [BallotArchived(ballot=name)]
    assert room.ask(ArchiveBallot(ballot=name)) == []
    room.refused(ChallengeIsOver, ChallengeBallot(ballot=name, code="renard-42"))


def test_the_clock_archives_at_the_hour() -> None:
    room, name = closed()
    until = NOW + timedelta(hours=48)
    assert due(room.state.ballots, until - timedelta(seconds=1)) == ()
    ((command, first),) = due(room.state.ballots, until)
    assert command == ArchiveBallot(ballot=name)
    assert due(room.state.ballots, until + timedelta(days=9)) == ((command, first),)
    room.at(until).ask(command, badge=CLOCK_BADGE)
    assert due(room.state.ballots, until) == ()

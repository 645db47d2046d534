"""Voting cards: the phases in their order and no other, one card each, and a box that is opened once."""

from typing import Any

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import (
    ArchiveBallot,
    CancelBallot,
    ChallengeBallot,
    CloseBallot,
    CloseRoll,
    IssueCards,
    MarkVoter,
    StartVoting,
    UnmarkVoter,
)
from services.governance.deciders.ballots import BALLOTS
from services.governance.deciders.cards import (
    CARDS,
    AlreadyMarked,
    CodesCollide,
    CodesWouldChange,
    DrawnIsNotMarked,
    KeysNotSorted,
    NoCardLeft,
    NoCardsYet,
    RollIsClosed,
    RollNotClosed,
    TheOtherTeller,
    TooFewCards,
    UnknownCode,
)
from services.governance.events.ballots import (
    BoxOpened,
    BoxSealed,
    CardCode,
    CardsIssued,
    ResultDeclared,
    RollClosed,
    Verdict,
    VoterUnmarked,
)
from services.governance.rules.challenging import NobodyChallenged, NothingToChallenge
from services.governance.rules.opening import NotOnTheRoll, TooFewForCards
from services.governance.rules.polling import ClosedNeverReopens, GivenAnotherWay, HourIsPast
from services.governance.rules.unboxing import VotingNotStarted
from services.governance.urn.cards import code_of, key_of
from shared.refusals import Forbidden
from tests.governance.card_room import CardRoom, carded, token
from tests.governance.polls import ANA, BEN, HOUR, PARENTS, PUPILS, STRANGER, TEACHER, TUTOR, ballot


def keys_of(name: str, numbers: range) -> tuple[str, ...]:
    return tuple(sorted(key_of(name, token(one)) for one in numbers))


def codes_left(room: CardRoom, name: str, numbers: range) -> tuple[CardCode, ...]:
    cards = len(room.state.ballots.by_id[name].keys)
    return tuple(code_of(key_of(name, token(one)), cards) for one in numbers)


def close(name: str, counted: int | None) -> CloseBallot:
    return CloseBallot(ballot=name, counted=counted)


def one_of(kind: type[Any], facts: list[Any]) -> Any:
    (found,) = (fact for fact in facts if isinstance(fact, kind))
    return found


# In order


def test_a_ballot_with_cards_goes_through_its_phases_to_a_result() -> None:
    room = CardRoom()
    name = room.voting(voters=8, cards=10)
    for number, mark in enumerate(("yes", "yes", "yes", "yes", "yes", "no", "no")):
        room.cast(name, number, mark)
    room.cast(name, 7)
    facts = room.ask(close(name, 8))
    sealed, board, result = one_of(BoxSealed, facts), one_of(BoxOpened, facts), one_of(ResultDeclared, facts)
    assert [type(fact) for fact in facts][:3] == [BoxSealed, BoxOpened, ResultDeclared]
    assert (sealed.received, sealed.counted) == (8, 8)
    assert [one.tracker for one in board.papers] == sorted((token(one) for one in range(8)), key=lambda t: key_of(name, t))
    assert (result.verdict, result.voters, result.tallied.blank, result.tallied.expressed) == (Verdict.ADOPTED, 8, 1, 7)
    assert room.state.ballots.by_id[name].phase is Phase.DECLARED


def test_every_wrong_order_is_refused() -> None:
    room = CardRoom()
    name = room.open(carded())
    room.refused(NoCardsYet, MarkVoter(ballot=name, voter=BEN))
    room.refused(NoCardsYet, UnmarkVoter(ballot=name, voter=BEN))
    room.refused(NoCardsYet, CloseRoll(ballot=name, void=(), other_teller=ANA))
    room.refused(RollNotClosed, StartVoting(ballot=name))
    room.refused(VotingNotStarted, close(name, 5))
    room.ask(IssueCards(ballot=name, keys=keys_of(name, range(5))))
    room.refused(RollNotClosed, StartVoting(ballot=name))
    room.refused(VotingNotStarted, close(name, 5))
    room.refused(NothingToChallenge, ChallengeBallot(ballot=name, code=codes_left(room, name, range(1))[0]))
    room.refused(NothingToChallenge, ArchiveBallot(ballot=name))
    for voter in PUPILS[:5]:
        room.ask(MarkVoter(ballot=name, voter=voter))
    room.ask(CloseRoll(ballot=name, void=(), other_teller=ANA))
    for command in (
        MarkVoter(ballot=name, voter=PUPILS[6]),
        UnmarkVoter(ballot=name, voter=BEN),
        CloseRoll(ballot=name, void=(), other_teller=ANA),
        IssueCards(ballot=name, keys=keys_of(name, range(10, 15))),
    ):
        room.refused(RollIsClosed, command)
    room.refused(VotingNotStarted, close(name, 5))
    room.ask(StartVoting(ballot=name))
    assert room.ask(StartVoting(ballot=name)) == []
    room.refused(RollIsClosed, MarkVoter(ballot=name, voter=PUPILS[6]))


def test_once_closed_nothing_more_is_taken() -> None:
    room = CardRoom()
    name = room.voting(voters=5)
    room.ask(close(name, 0))
    for command in (close(name, 0), StartVoting(ballot=name), MarkVoter(ballot=name, voter=BEN)):
        room.refused(ClosedNeverReopens, command)
    room.refused(NobodyChallenged, CancelBallot(ballot=name, reason="Non"))


def test_only_the_tellers_handle_cards() -> None:
    room = CardRoom()
    name = room.printed(6)
    for by in (TUTOR, BEN):
        for command in (
            IssueCards(ballot=name, keys=keys_of(name, range(10, 15))),
            MarkVoter(ballot=name, voter=BEN),
            UnmarkVoter(ballot=name, voter=BEN),
            CloseRoll(ballot=name, void=(), other_teller=ANA),
            StartVoting(ballot=name),
            close(name, 5),
            ChallengeBallot(ballot=name, code="renard-42"),
        ):
            room.refused(Forbidden, command, by=by)


def test_cards_are_for_ballots_with_cards() -> None:
    room = CardRoom()
    name = room.open(ballot())
    for command in (MarkVoter(ballot=name, voter=BEN), ChallengeBallot(ballot=name, code="renard-42"), ArchiveBallot(ballot=name)):
        room.refused(GivenAnotherWay, command)


def test_after_the_hour_no_card_is_drawn() -> None:
    room = CardRoom()
    name = room.printed(5, carded(closes_at=HOUR))
    room.at(HOUR).refused(HourIsPast, MarkVoter(ballot=name, voter=BEN))


# Printing


def test_cards_are_printed_five_at_least_at_a_time() -> None:
    room = CardRoom()
    name = room.printed(6)
    room.refused(TooFewCards, IssueCards(ballot=name, keys=keys_of(name, range(10, 14))))
    (more,) = room.ask(IssueCards(ballot=name, keys=keys_of(name, range(10, 15))))
    assert isinstance(more, CardsIssued)
    assert more.batch == 2


def test_keys_come_sorted_and_different() -> None:
    room = CardRoom()
    name = room.open(carded())
    keys = keys_of(name, range(6))
    room.refused(KeysNotSorted, IssueCards(ballot=name, keys=keys[::-1]))
    room.refused(KeysNotSorted, IssueCards(ballot=name, keys=(*keys, keys[-1])))


def test_two_cards_with_one_code_are_refused() -> None:
    room = CardRoom()
    name = room.open(carded())
    by_code: dict[str, int] = {}
    number = 0
    while (code := code_of(key_of(name, token(number)), 6)) not in by_code:
        by_code[code] = number
        number += 1
    twins = [by_code[code], number]
    others = [one for one in by_code.values() if one not in twins][:4]
    keys = tuple(sorted(key_of(name, token(one)) for one in (*twins, *others)))
    room.refused(CodesCollide, IssueCards(ballot=name, keys=keys))
    without = tuple(key for key in keys if key != key_of(name, token(number)))
    room.ask(IssueCards(ballot=name, keys=without))
    again = tuple(sorted({key_of(name, token(number)), *keys_of(name, range(1_000, 1_004))}))
    room.refused(CodesCollide, IssueCards(ballot=name, keys=again))


def test_a_key_printed_before_is_not_printed_again() -> None:
    room = CardRoom()
    name = room.printed(6)
    room.refused(CodesCollide, IssueCards(ballot=name, keys=keys_of(name, range(5, 10))))


def test_more_cards_never_change_a_code_that_is_printed() -> None:
    room = CardRoom()
    name = room.open(carded())
    room.ask(IssueCards(ballot=name, keys=_different_codes(name, 150)))
    room.refused(CodesWouldChange, IssueCards(ballot=name, keys=keys_of(name, range(90_000, 90_060))))


def _different_codes(name: str, cards: int) -> tuple[str, ...]:
    found: dict[str, str] = {}
    number = 0
    while len(found) < cards:
        key = key_of(name, token(number))
        found.setdefault(code_of(key, cards), key)
        number += 1
    return tuple(sorted(found.values()))


# Marking


def test_only_voters_of_the_roll_are_marked_and_once() -> None:
    room = CardRoom()
    name = room.printed(6)
    for person in (STRANGER, TEACHER, PARENTS[0]):
        room.refused(NotOnTheRoll, MarkVoter(ballot=name, voter=person))
    room.ask(MarkVoter(ballot=name, voter=BEN))
    room.refused(AlreadyMarked, MarkVoter(ballot=name, voter=BEN))
    assert room.ask(UnmarkVoter(ballot=name, voter=BEN)) == [VoterUnmarked(ballot=name, voter=BEN)]
    assert room.ask(UnmarkVoter(ballot=name, voter=BEN)) == []
    room.ask(MarkVoter(ballot=name, voter=BEN))


def test_there_are_never_more_marks_than_cards() -> None:
    room = CardRoom()
    name = room.printed(5)
    for voter in PUPILS[:5]:
        room.ask(MarkVoter(ballot=name, voter=voter))
    room.refused(NoCardLeft, MarkVoter(ballot=name, voter=PUPILS[5]))


# The roll closes


def test_the_roll_closes_only_when_the_cards_drawn_are_the_marks() -> None:
    room = CardRoom()
    name = room.printed(8)
    for voter in PUPILS[:6]:
        room.ask(MarkVoter(ballot=name, voter=voter))
    left = codes_left(room, name, range(6, 8))
    room.refused(DrawnIsNotMarked, CloseRoll(ballot=name, void=(), other_teller=ANA))
    room.refused(DrawnIsNotMarked, CloseRoll(ballot=name, void=left[:1], other_teller=ANA))
    room.refused(UnknownCode, CloseRoll(ballot=name, void=(left[0], left[0]), other_teller=ANA))
    room.refused(UnknownCode, CloseRoll(ballot=name, void=(left[0], "licorne-11"), other_teller=ANA))
    room.refused(TheOtherTeller, CloseRoll(ballot=name, void=left, other_teller=BEN))
    room.refused(TheOtherTeller, CloseRoll(ballot=name, void=left, other_teller=TEACHER))
    (closed,) = room.ask(CloseRoll(ballot=name, void=left, other_teller=ANA))
    assert closed == RollClosed(ballot=name, marked=6, void=keys_of(name, range(6, 8)), tellers=(TEACHER, ANA))


def test_fewer_than_five_voters_present_do_not_vote_with_cards() -> None:
    room = CardRoom()
    name = room.printed(6)
    for voter in PUPILS[:4]:
        room.ask(MarkVoter(ballot=name, voter=voter))
    left = codes_left(room, name, range(4, 6))
    room.refused(TooFewForCards, CloseRoll(ballot=name, void=left, other_teller=ANA))


def test_these_deciders_judge_what_they_say() -> None:
    assert CARDS.fold is BALLOTS.fold

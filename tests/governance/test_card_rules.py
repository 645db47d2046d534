"""Voting cards: the phases in their order and no other, one card each, and a box that is opened once."""

from datetime import timedelta
from typing import Any

import pytest

from services.governance.balloting import Phase
from services.governance.cards import code_of, key_of, paper_bytes, paper_length
from services.governance.commands.ballots import (
    ArchiveBallot,
    CancelBallot,
    ChallengeBallot,
    CloseBallot,
    CloseRoll,
    HoldDraw,
    IssueCards,
    MarkVoter,
    StartVoting,
    UnmarkVoter,
)
from services.governance.deciders.ballots import BALLOTS
from services.governance.deciders.cards import (
    CARDS,
    AlreadyMarked,
    ChallengeIsOver,
    CodesCollide,
    CodesWouldChange,
    DrawnIsNotMarked,
    KeysNotSorted,
    NoCardLeft,
    NoCardsYet,
    NotDeclaredYet,
    RollIsClosed,
    RollNotClosed,
    StillChallengeable,
    TheOtherTeller,
    TooFewCards,
    UnknownCode,
    warn,
)
from services.governance.due import due
from services.governance.events.ballots import (
    BallotArchived,
    BallotCancelled,
    BallotChallenged,
    BoxOpened,
    BoxSealed,
    CardCode,
    CardsIssued,
    Publish,
    QuorumMissed,
    ResultDeclared,
    RollClosed,
    Verdict,
    VoterUnmarked,
)
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.opening_rules import NotOnTheRoll, TooFewForCards
from services.governance.polling import ClosedNeverReopens, GivenAnotherWay, HourIsPast
from services.governance.standing import CLOCK_BADGE
from services.governance.unboxing import Batch, BoxLost, CountTheVoters, VotingGoesOn, VotingNotStarted, cancelled
from services.governance.urn import Opening
from shared.merkle import leaf_hash, tree_root
from shared.refusals import Forbidden
from tests.given import NOW, recorded
from tests.governance.card_room import CardRoom, carded, padded, token
from tests.governance.polls import ANA, BEN, CLEO, HOUR, PARENTS, PUPILS, STRANGER, TEACHER, TUTOR, ballot, options, school


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
    room.refused(NotDeclaredYet, ChallengeBallot(ballot=name, code=codes_left(room, name, range(1))[0]))
    room.refused(NotDeclaredYet, ArchiveBallot(ballot=name))
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
    for command in (close(name, 0), StartVoting(ballot=name), MarkVoter(ballot=name, voter=BEN), CancelBallot(ballot=name, reason="Non")):
        room.refused(ClosedNeverReopens, command)


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


# Closing


def test_the_root_is_over_key_and_paper_as_the_board_lets_anybody_write_them() -> None:
    room = CardRoom()
    name = room.voting(voters=8)
    for number, mark in enumerate(("yes", "no") * 4):
        room.cast(name, number, mark)
    room.urn._boxes[name].papers[key_of(name, token(0))] = (token(0), b"yes!")
    facts = room.ask(close(name, 8))
    sealed, board = one_of(BoxSealed, facts), one_of(BoxOpened, facts)
    length = paper_length(room.opened(name))
    leaves = []
    for paper in board.papers:
        said = paper_bytes(paper.choice) if paper.choice else b'{"void":"unreadable"}'
        leaves.append(leaf_hash(bytes.fromhex(key_of(name, paper.tracker)) + said.ljust(length)))
    assert sealed.root == tree_root(leaves).hex()
    assert [one.void for one in board.papers].count("unreadable") == 1


def test_a_paper_nobody_may_cast_is_void_and_its_text_is_not_shown() -> None:
    room = CardRoom()
    name = room.voting(voters=8)
    for number in range(6):
        room.cast(name, number, "yes")
    length = paper_length(room.opened(name))
    room.urn.cast(name, token(6), paper_bytes(Choice(marks=("secret-sign",))).ljust(length))
    room.urn.cast(name, token(7), paper_bytes(Choice(marks=("yes", "no"))).ljust(length))
    facts = room.ask(close(name, 8))
    board, result = one_of(BoxOpened, facts), one_of(ResultDeclared, facts)
    void = [one for one in board.papers if one.void]
    assert len(void) == 2
    assert all(one.choice is None for one in void)
    assert "secret-sign" not in board.model_dump_json()
    assert sum(one.papers for one in result.tallied.void) == 2
    assert (result.voters, result.tallied.expressed) == (8, 6)


def test_the_order_of_marks_on_a_paper_is_no_signature() -> None:
    room = CardRoom()
    command = carded(method=Method.APPROVAL, options=options("ail", "blette", "chou"), question="Que planter ?")
    name = room.voting(voters=8, command=command)
    for number in range(8):
        room.cast(name, number, *(("chou", "ail") if number else ("ail", "chou")))
    board = one_of(BoxOpened, room.ask(close(name, 8)))
    assert {one.choice for one in board.papers} == {Choice(marks=("ail", "chou"))}


@pytest.mark.parametrize("publish", [Publish.COUNTS, Publish.OUTCOME])
def test_where_papers_are_not_published_the_board_is_sealed(publish: Publish) -> None:
    room = CardRoom()
    name = room.voting(voters=6, command=carded(publish=publish))
    for number in range(6):
        room.cast(name, number, "yes" if number % 2 else "no")
    facts = room.ask(close(name, 6))
    board, result = one_of(BoxOpened, facts), one_of(ResultDeclared, facts)
    assert board.papers is None
    assert board.board is not None
    assert len(room.vault[board.board.sealed]["value"]["papers"]) == 6
    assert bool(result.tallied.counts) is (publish is Publish.COUNTS)
    assert result.papers is None


def test_fewer_than_five_papers_show_the_outcome_alone() -> None:
    room = CardRoom()
    name = room.voting(voters=8)
    for number in range(4):
        room.cast(name, number, "yes")
    facts = room.ask(close(name, 4))
    board, result = one_of(BoxOpened, facts), one_of(ResultDeclared, facts)
    assert board.papers is None
    assert (result.tallied.counts, result.verdict) == ((), Verdict.ADOPTED)


def test_a_long_board_is_cut_into_records_of_one_append() -> None:
    room = CardRoom()
    room_options = options(*(f"option-{'x' * 25}{number:03}" for number in range(60)))
    name = room.voting(voters=27, command=carded(method=Method.APPROVAL, options=room_options, question="Lesquelles ?"))
    marks = tuple(one.option for one in room_options)
    for number in range(27):
        room.cast(name, number, *marks)
    boards = [one for one in room.ask(close(name, 27)) if isinstance(one, BoxOpened)]
    assert len(boards) > 1
    assert [(one.part, one.parts) for one in boards] == [(part, len(boards)) for part in range(1, len(boards) + 1)]
    assert sum(len(one.papers or ()) for one in boards) == 27


def test_the_tellers_say_how_many_voters_they_counted() -> None:
    room = CardRoom()
    name = room.voting(voters=6)
    room.refused(CountTheVoters, close(name, None))


def test_papers_that_are_not_as_many_as_the_voters_are_said_and_recorded() -> None:
    room = CardRoom()
    name = room.voting(voters=6)
    for number in range(5):
        room.cast(name, number, "yes")
    before = room.state
    facts = room.ask(close(name, 6))
    assert (one_of(BoxSealed, facts).received, one_of(BoxSealed, facts).counted) == (5, 6)
    notices = [notice for record in recorded(facts) for notice in warn(before, record)]
    assert [(notice.code(), notice.details) for notice in notices] == [("papers-differ-from-voters", {"received": 5, "counted": 6})]


def test_before_the_announced_hour_all_cards_drawn_must_have_voted() -> None:
    room = CardRoom()
    name = room.voting(voters=5, command=carded(closes_at=HOUR, publish=Publish.COUNTS))
    for number in range(4):
        room.cast(name, number, "yes")
    room.refused(VotingGoesOn, close(name, 4))
    room.at(HOUR).ask(close(name, 4))


def test_when_all_have_voted_the_box_may_close_before_the_hour() -> None:
    room = CardRoom()
    name = room.voting(voters=5, command=carded(closes_at=HOUR))
    for number in range(5):
        room.cast(name, number, "yes")
    assert one_of(ResultDeclared, room.ask(close(name, 5))).voters == 5


def test_a_urn_that_lost_its_papers_is_never_counted_in_part() -> None:
    room = CardRoom()
    name = room.voting(voters=6)
    room.urn._boxes.clear()
    room.refused(BoxLost, close(name, 6))
    keys = keys_of(name, range(6))
    room.urn.open(name, Opening(keys=keys, length=paper_length(room.opened(name)), shown={}, again=True))
    for number in range(3):
        room.cast(name, number, "yes")
    (gone,) = room.ask(close(name, 6))
    assert isinstance(gone, BallotCancelled)
    assert gone.cause == "urn-lost"


def test_a_urn_that_found_all_its_papers_again_is_counted() -> None:
    room = CardRoom()
    name = room.voting(voters=6)
    room.urn._boxes.clear()
    keys = keys_of(name, range(6))
    room.urn.open(name, Opening(keys=keys, length=paper_length(room.opened(name)), shown={}, again=True))
    for number in range(6):
        room.cast(name, number, "yes")
    assert one_of(ResultDeclared, room.ask(close(name, 6))).voters == 6


def test_more_papers_than_cards_or_a_paper_of_no_card_cancel_the_ballot() -> None:
    room = CardRoom()
    name = room.voting(voters=6, cards=8)
    found = room.state.ballots.by_id[name]
    paper = padded(found.opened, Choice(marks=("yes",)))

    def batch(*numbers: int) -> Batch:
        return Batch(tuple((key_of(name, token(one)), token(one), paper) for one in numbers))

    assert cancelled(found, batch(*range(6)), 6) is None
    for wrong, cause in (
        (batch(*range(7)), "more-papers-than-cards"),
        (batch(0, 1, 7), "paper-without-card"),  # a card that was void
        (batch(0, 1, 99), "paper-without-card"),  # of no card
        (batch(0, 1, 1), "paper-without-card"),  # one card, two papers
        (Batch(((key_of(name, token(0)), token(1), paper),)), "paper-without-card"),  # a token that is not the key's
    ):
        gone = cancelled(found, wrong, 6)
        assert gone is not None
        assert gone.cause == cause


def test_without_its_quorum_a_ballot_with_cards_shows_nothing() -> None:
    room = CardRoom(school(quorum=Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)))
    name = room.voting(voters=6)
    for number in range(6):
        room.cast(name, number, "yes")
    facts = room.ask(close(name, 6))
    assert [type(fact) for fact in facts] == [BoxSealed, QuorumMissed]
    assert room.state.ballots.by_id[name].phase is Phase.NO_QUORUM


@pytest.mark.parametrize("publish", [Publish.LIST, Publish.COUNTS])
def test_a_tie_waits_for_a_draw_in_class_with_the_papers_as_they_were(publish: Publish) -> None:
    room = CardRoom()
    command = carded(
        method=Method.PLURALITY,
        options=options("ail", "chou"),
        question="Que planter ?",
        tie_policy=TiePolicy(draw=DrawKind.CLASS),
        publish=publish,
    )
    name = room.voting(voters=8, command=command)
    for number in range(8):
        room.cast(name, number, "ail" if number % 2 else "chou")
    room.ask(close(name, 8))
    assert room.state.ballots.by_id[name].phase is Phase.DRAW_NEEDED
    room.urn.forget(name)
    facts = room.ask(HoldDraw(ballot=name, order=("chou", "ail"), witnesses=(BEN, CLEO)))
    result = one_of(ResultDeclared, facts)
    assert (result.tallied.elected, result.voters) == (("chou",), 8)


# Afterwards


def closed(voters: int = 8) -> tuple[CardRoom, str]:
    room = CardRoom()
    name = room.voting(voters=voters, cards=10)
    for number in range(voters):
        room.cast(name, number, "yes")
    room.ask(close(name, voters))
    return room, name


def test_a_card_is_challenged_by_its_code_for_two_days() -> None:
    room, name = closed()
    code, void = codes_left(room, name, range(1))[0], codes_left(room, name, range(9, 10))[0]
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


def test_these_deciders_judge_what_they_say() -> None:
    assert CARDS.fold is BALLOTS.fold

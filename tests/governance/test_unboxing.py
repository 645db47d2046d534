"""A box of voting cards is opened once: what is shown, what is sealed, what is void, and what cancels the ballot."""

from typing import Any

import pytest

from services.governance.chamber.balloting import Phase
from services.governance.commands.ballots import (
    CloseBallot,
    HoldDraw,
)
from services.governance.deciders.cards import (
    warn,
)
from services.governance.events.ballots import (
    BallotCancelled,
    BoxOpened,
    BoxSealed,
    CardCode,
    Publish,
    QuorumMissed,
    ResultDeclared,
    Verdict,
)
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.papers import Choice, DrawKind, Method, TiePolicy
from services.governance.rules.unboxing import Batch, BoxLost, CountTheVoters, VotingGoesOn, cancelled
from services.governance.urn.box import Opening
from services.governance.urn.cards import code_of, key_of, paper_bytes, paper_length
from shared.merkle import leaf_hash, tree_root
from tests.given import recorded
from tests.governance.card_room import CardRoom, carded, padded, token
from tests.governance.polls import BEN, CLEO, HOUR, options, school


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


def test_the_root_is_over_key_token_and_paper_as_the_board_lets_anybody_write_them() -> None:
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
        leaves.append(leaf_hash(bytes.fromhex(key_of(name, paper.tracker) + paper.tracker) + said.ljust(length)))
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

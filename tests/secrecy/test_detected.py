"""A second vote, a void card, a late vote, a forged or removed paper: each is refused or seen, with a sentence, where it is first met."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
import pytest

from services.governance.commands.ballots import CloseBallot
from services.governance.deciders.cards import warn
from services.governance.events.ballots import BallotCancelled, BoxSealed
from services.governance.events.papers import Choice
from services.governance.urn.cards import key_of
from tests.given import recorded
from tests.governance.card_room import CardRoom, padded, token
from tests.governance.polls import of_kind
from tests.running import Running
from tests.secrecy.board_check import BoardFault, check_board
from tests.secrecy.election import RULE, Started, paper, start
from tests.secrecy.house import Answer, School, new_school

VOTERS = 8
Records = list[dict[str, Any]]


@dataclass
class Box:
    """A class that is voting; its first voter has put in a blue paper."""

    school: School
    started: Started

    def cast(self, card: str, choice: str | None) -> Answer:
        return self.school.cast(self.started.ballot, card, paper(choice, self.started.length))

    @property
    def cards(self) -> list[str]:
        return list(self.started.drew.values())


@pytest.fixture(scope="module")
def school(running: Running) -> School:
    return new_school(running, VOTERS)


@pytest.fixture
def box(school: School) -> Box:
    found = Box(school, start(school, school.pupils, Random(7)))
    assert found.cast(found.cards[0], "bleu").status == 200
    return found


def no(answer: Answer, code: str, sentence: str) -> None:
    assert (answer.status, answer.body["code"]) == (409, code)
    assert sentence in answer.body["fr"]


# At the urn


def test_a_second_paper_with_a_card_is_refused_and_the_same_one_counts_once(box: Box) -> None:
    first = box.cast(box.cards[0], "bleu")
    assert first.status == 200
    no(box.cast(box.cards[0], "rouge"), "card-used", "Carte déjà utilisée")
    for card in box.cards[1:]:
        assert box.cast(card, "vert").status == 200
    closed = box.school.ask("close-ballot", {"ballot": box.started.ballot, "counted": VOTERS})
    (sealed,), (result,) = closed.facts("box-sealed"), closed.facts("result-declared")
    assert sealed["received"] == VOTERS
    assert {one["of"]: int(one["value"]) for one in result["tallied"]["counts"]} == {"bleu": 1, "rouge": 0, "vert": 7}


def test_a_void_card_and_a_card_of_nothing_are_refused(box: Box) -> None:
    for card in (box.started.left[0], "0" * 32):
        no(box.cast(card, "bleu"), "card-unknown", "montre-la à un scrutateur")


def test_a_late_paper_is_refused(box: Box) -> None:
    box.school.ask("close-ballot", {"ballot": box.started.ballot, "counted": 1})
    no(box.cast(box.cards[1], "bleu"), "box-closed", "L'urne est close")
    no(box.cast(box.cards[0], "bleu"), "box-closed", "L'urne est close")


def test_a_paper_that_could_tell_itself_apart_by_its_length_is_refused(box: Box) -> None:
    answer = box.school.cast(box.started.ballot, box.cards[1], paper("bleu", box.started.length + 1))
    no(answer, "paper-misshapen", "pas la bonne longueur")


# At the register


def test_nobody_draws_two_cards_and_nobody_comes_once_the_roll_is_closed(box: Box) -> None:
    again = box.school.try_to("mark-voter", {"ballot": box.started.ballot, "voter": box.school.pupils[1]})
    no(again, "roll-is-closed", "La liste est close")
    ballot = box.school.opened(**_rule(), way="cards", publish="list", tellers=[box.school.teacher, box.school.pupils[0]])
    keys = sorted(f"{number:064x}" for number in range(0, 5 << 240, 1 << 240))
    box.school.ask("issue-cards", {"ballot": ballot, "keys": keys})
    box.school.ask("mark-voter", {"ballot": ballot, "voter": box.school.pupils[1]})
    twice = box.school.try_to("mark-voter", {"ballot": ballot, "voter": box.school.pupils[1]})
    no(twice, "already-marked", "une seule chacun")


def test_a_named_vote_after_closing_is_refused(school: School) -> None:
    ballot = school.opened(**_rule(), way="named", publish="list", tellers=[])
    school.ask("cast-vote", {"ballot": ballot, "choice": {"marks": ["bleu"]}}, by=school.pupils[1])
    school.ask("close-ballot", {"ballot": ballot})
    late = school.try_to("cast-vote", {"ballot": ballot, "choice": {"marks": ["vert"]}}, by=school.pupils[2])
    assert (late.status, late.body["code"]) == (409, "closed-never-reopens")


def _rule() -> dict[str, Any]:
    return {**RULE, "question": "Encore ?"}


# When a hostile urn hands over its papers: the decision


def hostile(change: Callable[[CardRoom, str], object]) -> list[Any]:
    room = CardRoom()
    name = room.voting(voters=VOTERS, cards=VOTERS + 2)
    for number in range(VOTERS):
        room.cast(name, number, "yes")
    change(room, name)
    return room.ask(CloseBallot(ballot=name, counted=VOTERS))


def papers_of(room: CardRoom, name: str) -> dict[str, tuple[str, bytes]]:
    """What the urn holds, as nothing but its own memory does."""
    return room.urn._boxes[name].papers


def forged(room: CardRoom, name: str, number: int) -> tuple[str, tuple[str, bytes]]:
    """A paper for a card of any number, drawn or not."""
    return key_of(name, token(number)), (token(number), padded(room.opened(name), Choice(marks=("no",))))


def test_more_papers_than_cards_cancel_the_ballot() -> None:
    (why,) = hostile(lambda room, name: papers_of(room, name).update([forged(room, name, VOTERS)]))
    assert isinstance(why, BallotCancelled)
    assert (why.cause, why.reason) == ("more-papers-than-cards", "Il y a plus de bulletins dans l'urne que de cartes tirées.")


@pytest.mark.parametrize("number", [VOTERS, 99])  # a card left in the hat, and one that was never printed
def test_a_forged_paper_in_the_place_of_another_cancels_the_ballot(number: int) -> None:
    def change(room: CardRoom, name: str) -> None:
        papers_of(room, name).popitem()
        papers_of(room, name).update([forged(room, name, number)])

    (why,) = hostile(change)
    assert isinstance(why, BallotCancelled)
    assert (why.cause, why.reason) == ("paper-without-card", "L'urne contient un bulletin qui ne vient d'aucune carte tirée.")


def test_a_removed_paper_shows_beside_the_tellers_count() -> None:
    facts = hostile(lambda room, name: papers_of(room, name).popitem())
    (sealed,) = of_kind(facts, BoxSealed)
    assert isinstance(sealed, BoxSealed) and (sealed.received, sealed.counted) == (VOTERS - 1, VOTERS)
    (warning,) = warn(CardRoom().state, recorded([sealed])[0])
    french, _ = warning.sentences()
    assert french.startswith("L'urne n'a pas autant de bulletins que les scrutateurs ont compté de votants")


# When somebody alters what is published: the board and its root


@pytest.fixture(scope="module")
def published(school: School) -> tuple[Started, Records]:
    """The records of one ballot as the register exports them, and its cards."""
    started = start(school, school.pupils, Random(8))
    for card, choice in zip(started.drew.values(), ("bleu", "vert") * (VOTERS // 2), strict=True):
        assert school.cast(started.ballot, card, paper(choice, started.length)).status == 200
    last = school.ask("close-ballot", {"ballot": started.ballot, "counted": VOTERS}).headers["ruche-seq"]
    exported = [orjson.loads(line) for line in school.records(int(last))]
    return started, [one for one in exported if one["data"].get("ballot") == started.ballot]


def board(records: Records) -> list[dict[str, Any]]:
    (found,) = (one["data"]["papers"] for one in records if one["type"] == "governance.box-opened.v1")
    papers: list[dict[str, Any]] = found
    return papers


def in_order(records: Records, ballot: str) -> None:
    board(records).sort(key=lambda one: key_of(ballot, one["tracker"]))


def test_the_published_board_is_the_sealed_one(published: tuple[Started, Records]) -> None:
    check_board(published[1])


def test_a_changed_paper_is_seen(published: tuple[Started, Records]) -> None:
    altered = deepcopy(published[1])
    board(altered)[3]["choice"]["marks"] = ["rouge"]
    with pytest.raises(BoardFault, match="n'est pas celui que l'urne contenait"):
        check_board(altered)


def test_a_removed_paper_is_seen(published: tuple[Started, Records]) -> None:
    altered = deepcopy(published[1])
    board(altered).pop()
    with pytest.raises(BoardFault, match="pas autant de bulletins montrés"):
        check_board(altered)


@pytest.mark.parametrize(("card", "sentence"), [("left", "carte annulée"), ("none", "aucune carte imprimée"), ("again", "servi deux fois")])
def test_a_paper_added_or_put_in_the_place_of_another_is_seen(published: tuple[Started, Records], card: str, sentence: str) -> None:
    started, records = published
    token_of = {"left": started.left[0], "none": "f" * 32, "again": board(records)[0]["tracker"]}
    for replaced in (False, True):
        altered = deepcopy(records)
        if replaced:
            board(altered).pop()
        board(altered).append({"tracker": token_of[card], "choice": {"marks": ["bleu"]}})
        in_order(altered, started.ballot)
        with pytest.raises(BoardFault, match=sentence):
            check_board(altered)


def test_papers_that_change_places_are_seen(published: tuple[Started, Records]) -> None:
    altered = deepcopy(published[1])
    papers = board(altered)
    papers[0], papers[1] = papers[1], papers[0]
    with pytest.raises(BoardFault, match="pas dans l'ordre"):
        check_board(altered)


def test_two_papers_that_exchange_their_choices_are_seen(published: tuple[Started, Records]) -> None:
    altered = deepcopy(published[1])
    blue = next(one for one in board(altered) if one["choice"]["marks"] == ["bleu"])
    green = next(one for one in board(altered) if one["choice"]["marks"] == ["vert"])
    blue["choice"], green["choice"] = green["choice"], blue["choice"]
    with pytest.raises(BoardFault, match="la racine scellée ne correspond pas"):
        check_board(altered)

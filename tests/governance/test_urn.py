"""The urn by itself: a paper a card, the same answer to the same paper, and papers that come out in the order of their keys."""

import hashlib
import secrets
from base64 import b64decode
from itertools import permutations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.governance.urn.box import BoxClosed, CardUnknown, CardUsed, NoSuchBox, Opening, PaperMisshapen, StillVoting, Urn
from services.governance.urn.cards import key_of
from tests.governance.card_room import token

BALLOT = "b" * 26
KEY = Ed25519PrivateKey.generate()
YES, NO = b'{"marks":["yes"]}', b'{"marks":["no"]} '


class Hours:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def opening(cards: int = 5, **more: object) -> Opening:
    keys = tuple(sorted(key_of(BALLOT, token(one)) for one in range(cards)))
    return Opening(keys=keys, length=len(YES), **{"shown": {"question": "Oui ?"}, **more})  # type: ignore[arg-type]


def an_urn(hours: Hours | None = None, **more: object) -> Urn:
    urn = Urn(KEY, hours or Hours(), lambda: secrets.token_hex(8))
    urn.open(BALLOT, opening(**more))  # type: ignore[arg-type]
    return urn


def test_a_paper_is_taken_once_for_a_card() -> None:
    urn = an_urn()
    first = urn.cast(BALLOT, token(0), YES)
    assert urn.cast(BALLOT, token(0), YES) == first
    with pytest.raises(CardUsed):
        urn.cast(BALLOT, token(0), NO)
    assert [paper for _, _, paper in urn.close(BALLOT)[0]] == [YES]


def test_a_receipt_is_signed_over_ballot_key_and_paper() -> None:
    receipt = an_urn().cast(BALLOT, token(0), YES)
    assert (receipt.key, receipt.paper) == (key_of(BALLOT, token(0)), hashlib.sha256(YES).hexdigest())
    said = b"ruche/urn-receipt/v1\x00" + BALLOT.encode() + bytes.fromhex(receipt.key) + bytes.fromhex(receipt.paper)
    KEY.public_key().verify(b64decode(receipt.signature), said)
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(b64decode(receipt.signature), said.replace(BALLOT.encode(), b"c" * 26))


@pytest.mark.parametrize("wrong", [token(5), "0" * 31, "0" * 33, "zz" * 16, token(0).upper().replace("0", "A"), ""])
def test_only_cards_that_were_drawn_vote(wrong: str) -> None:
    urn = an_urn()
    with pytest.raises(CardUnknown):
        urn.cast(BALLOT, wrong, YES)
    assert urn.close(BALLOT) == ([], False)


@pytest.mark.parametrize("paper", [YES + b" ", YES[:-1], b""])
def test_all_papers_have_one_length(paper: bytes) -> None:
    urn = an_urn()
    with pytest.raises(PaperMisshapen):
        urn.cast(BALLOT, token(0), paper)


def test_a_ballot_that_was_not_opened_has_no_box() -> None:
    urn = an_urn()
    with pytest.raises(NoSuchBox):
        urn.cast("c" * 26, token(0), YES)
    with pytest.raises(NoSuchBox):
        urn.seen("c" * 26)
    with pytest.raises(NoSuchBox):
        urn.close("c" * 26)


def test_whatever_the_order_of_votes_papers_come_out_in_the_same_one() -> None:
    batches = set()
    for order in permutations(range(4)):
        urn = an_urn()
        for number in order:
            urn.cast(BALLOT, token(number), YES if number % 2 else NO)
        batches.add(tuple(urn.close(BALLOT)[0]))
    ((batch,),) = [tuple(batches)]
    assert [key for key, _, _ in batch] == sorted(key for key, _, _ in batch)


def test_once_closed_nothing_more_comes_in_and_the_same_comes_out() -> None:
    urn = an_urn()
    urn.cast(BALLOT, token(0), YES)
    first = urn.close(BALLOT)
    with pytest.raises(BoxClosed):
        urn.cast(BALLOT, token(1), YES)
    assert urn.cast(BALLOT, token(0), YES).key == key_of(BALLOT, token(0))  # the same answer as before
    assert urn.close(BALLOT) == first
    urn.forget(BALLOT)
    with pytest.raises(BoxClosed):
        urn.cast(BALLOT, token(0), YES)
    urn.open(BALLOT, opening())
    assert urn.seen(BALLOT).closed
    with pytest.raises(NoSuchBox):
        urn.close(BALLOT)


def test_the_box_stays_open_while_cards_are_awaited() -> None:
    urn = an_urn()
    urn.cast(BALLOT, token(0), YES)
    with pytest.raises(StillVoting):
        urn.close(BALLOT, at_least=2)
    urn.cast(BALLOT, token(1), YES)
    assert len(urn.close(BALLOT, at_least=2)[0]) == 2
    assert len(urn.close(BALLOT, at_least=5)[0]) == 2  # it is closed: the same papers again


def test_after_the_hour_nothing_comes_in_until_it_is_moved() -> None:
    hours = Hours()
    urn = an_urn(hours, closes_at=2_000.0)
    urn.cast(BALLOT, token(0), YES)
    hours.now = 2_000.0
    with pytest.raises(BoxClosed):
        urn.cast(BALLOT, token(1), YES)
    assert urn.seen(BALLOT).closed
    urn.move(BALLOT, 3_000.0)
    urn.cast(BALLOT, token(1), YES)
    urn.move("c" * 26, 3_000.0)


def test_turnout_moves_every_two_seconds_at_most() -> None:
    hours = Hours()
    urn = an_urn(hours)
    assert urn.seen(BALLOT).papers == 0
    urn.cast(BALLOT, token(0), YES)
    hours.now += 1.9
    assert urn.seen(BALLOT).papers == 0
    hours.now += 0.1
    assert urn.seen(BALLOT).papers == 1


def test_a_box_made_again_has_another_mark_and_says_so_at_closing() -> None:
    urn = an_urn()
    mark = urn.seen(BALLOT).mark
    urn.open(BALLOT, opening(again=True))
    assert (urn.seen(BALLOT).mark, urn.close(BALLOT)[1]) == (mark, False)
    other = Urn(KEY, Hours(), lambda: secrets.token_hex(8))
    other.open(BALLOT, opening(again=True))
    assert other.seen(BALLOT).mark != mark
    assert other.close(BALLOT)[1]

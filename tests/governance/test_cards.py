"""What a card is: a key that follows from its token, a code that follows from its key."""

import hashlib
import re

from hypothesis import given as forall
from hypothesis import strategies as st

from services.governance.events.papers import Choice, Points
from services.governance.urn.cards import CARDS_OF_TWO_DIGITS_MAX, animals, code_of, codes_of, key_of, paper_bytes, paper_length, void_bytes
from tests.governance.card_room import CardRoom, carded, token

BALLOT = "b" * 26
TOKENS = st.binary(min_size=16, max_size=16).map(bytes.hex)


def test_a_key_is_two_hashes_of_the_ballot_and_the_token() -> None:
    secret = bytes(range(16))
    auth = hashlib.sha256(b"ruche/card-auth/v1" + b"\x00" + BALLOT.encode() + secret).digest()
    assert key_of(BALLOT, secret.hex()) == hashlib.sha256(b"ruche/card-key/v1" + b"\x00" + auth).hexdigest()
    assert key_of(BALLOT, secret.hex()) == "5573fb49ed406e397e9432d7b6fcb88cbb282338bc387f16737308d944d4f1da"  # as pages reckon it too


def test_another_ballot_or_token_has_another_key() -> None:
    assert len({key_of(BALLOT, token(1)), key_of("c" * 26, token(1)), key_of(BALLOT, token(2))}) == 3


def test_there_are_sixty_four_animals_that_nobody_mixes_up() -> None:
    assert len(animals()) == 64
    for names in zip(*animals(), strict=True):
        assert len(set(names)) == 64
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one.code) for one in animals())
    assert [one.code for one in animals()] == sorted(one.code for one in animals())


@forall(TOKENS, st.integers(5, 900))
def test_a_code_has_an_animal_and_two_digits_or_three(secret: str, cards: int) -> None:
    word, _, number = code_of(key_of(BALLOT, secret), cards).rpartition("-")
    assert word in {one.code for one in animals()}
    low, high = (10, 99) if cards <= CARDS_OF_TWO_DIGITS_MAX else (100, 999)
    assert low <= int(number) <= high


def test_codes_lead_back_to_their_keys() -> None:
    keys = {key_of(BALLOT, token(one)) for one in range(30)}
    codes = codes_of(keys)
    assert set(codes.values()) <= keys
    assert all(code_of(key, len(keys)) == code for code, key in codes.items())


def test_every_choice_of_a_ballot_fits_its_one_length() -> None:
    room = CardRoom()
    opened = room.opened(room.open(carded()))
    codes = [one.option for one in opened.options]
    length = paper_length(opened)
    for choice in (
        Choice(),
        Choice(marks=tuple(codes)),
        Choice(ranks=tuple((code,) for code in codes)),
        Choice(points=tuple(Points(option=code, points=1_000_000) for code in codes)),
    ):
        assert len(paper_bytes(choice)) <= length
    assert void_bytes("unreadable") == b'{"void":"unreadable"}'

"""Commitments: only the salt and the value that were sealed open them."""

import hashlib

import orjson
import pytest
import rfc8785
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.text import fault_of
from shared.vault.sealing import NotCanonical, canonical, commitment_of, opens, seal

TEXTS = st.text(max_size=20).filter(lambda text: fault_of(text) is None)
KEYS = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def test_the_commitment_is_the_published_formula() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(b"ruche/seal/v1" + b"\x00" + salt + '{"a":"é","b":[1,null,true]}'.encode()).digest()
    assert commitment_of(salt, {"b": [1, None, True], "a": "é"}) == expected
    assert expected.hex() == "01324ed3f67657edf39347484f68c93e78dd012d3011602dc7186616c720efb1"


@forall(VALUES)
def test_what_was_sealed_opens_even_after_a_journey_through_json(value: object) -> None:
    commitment, salt = seal(value)
    assert len(commitment) == len(salt) == 32
    assert opens(commitment, salt, orjson.loads(orjson.dumps(value)))


@forall(VALUES)
def test_the_canonical_text_is_that_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@forall(VALUES, VALUES)
def test_another_value_opens_nothing(value: object, other: object) -> None:
    commitment, salt = seal(value)
    assert opens(commitment, salt, other) == (canonical(value) == canonical(other))


def test_another_salt_or_a_short_one_opens_nothing() -> None:
    commitment, salt = seal("oui")
    assert opens(commitment, salt, "oui")
    assert not opens(commitment, bytes([salt[0] ^ 1]) + salt[1:], "oui")
    assert not opens(commitment, salt[:-1], "oui")
    assert not opens(commitment, salt + b'"', "oui")
    assert not opens(bytes([commitment[0] ^ 1]) + commitment[1:], salt, "oui")
    assert not opens(commitment[:-1], salt, "oui")


def test_bytes_cannot_slide_between_salt_and_value() -> None:
    salt = b"s" * 31 + b'"'
    shorter = hashlib.sha256(b"ruche/seal/v1\x00" + salt[:31] + b'""').digest()
    assert not opens(shorter, salt[:31], "")


def test_the_same_value_twice_gives_two_commitments() -> None:
    assert seal("oui")[0] != seal("oui")[0]


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, -(2**53), b"x", {1: 2}, {"é": 1}, "\ud800", "e\u0301", "\x00", {"a": [1.0]}, object()]
)
def test_a_value_without_one_single_writing_is_not_sealed(value: object) -> None:
    with pytest.raises(NotCanonical):
        seal(value)
    assert not opens(b"\x00" * 32, b"\x00" * 32, value)


def test_a_value_nested_too_deep_is_not_sealed() -> None:
    value: object = "fond"
    for _ in range(12):
        value = [value]
    seal(value)
    with pytest.raises(NotCanonical):
        seal([value])

"""What bytes a record is: canonical JSON as RFC 8785 says, and what cannot be recorded."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
import rfc8785
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.eventlog.record import INTEGER_MAX, NESTING_MAX, RECORD_BYTES_MAX, Unrecordable, canonical, envelope, moment, parsed
from shared.refusals import Corrupt
from shared.text import fault_of
from tests.given import COMMAND_ID, NOW, REGISTER, SOMEBODY

UNASSIGNED_IN_14 = "\U0001fae8"  # the shaking face of Unicode 15.0
ASTRAL, ABOVE_SURROGATES = "\U0001f41d", "\uff5e"  # UTF-16 orders these two the other way round than code points

texts = st.text().map(lambda text: unicodedata.normalize("NFC", text)).filter(lambda text: fault_of(text) is None)
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20)
documents = st.dictionaries(keys, values, max_size=5)


@forall(documents)
def test_canonical_bytes_are_those_of_rfc_8785(document: dict[str, Any]) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@forall(documents)
def test_what_was_written_reads_back_and_writes_the_same_bytes(document: dict[str, Any]) -> None:
    assert parsed(canonical(document)) == document
    assert canonical(parsed(canonical(document))) == canonical(document)


def test_the_example_of_rfc_8785_without_its_floats() -> None:
    """Section 3.2.2 of RFC 8785: escapes, literals and sorted keys. Its raw line feed is no text of a record."""
    document = {"string": '\u20ac$A\'B"\\\\"/', "literals": [None, True, False], "numbers": [333333333, 4, 0, -1]}
    expected = '{"literals":[null,true,false],"numbers":[333333333,4,0,-1],"string":"€$A\'B\\"\\\\\\\\\\"/"}'
    assert canonical(document) == expected.encode() == rfc8785.dumps(document)


def test_texts_are_not_sorted_and_keys_are_ascii_so_that_every_order_is_the_same() -> None:
    assert canonical({"b": ASTRAL, "a": ABOVE_SURROGATES, "B": 0}) == f'{{"B":0,"a":"{ABOVE_SURROGATES}","b":"{ASTRAL}"}}'.encode()


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (0.5, "float"),
        (1.0, "float"),
        (float("nan"), "float"),
        (INTEGER_MAX + 1, "outside"),
        (-INTEGER_MAX - 1, "outside"),
        ("cafe\u0301", "NFC"),
        ("\ud800", "U\\+D800"),
        ("a\nb", "U\\+000A"),
        ("\x00", "U\\+0000"),
        (UNASSIGNED_IN_14, "U\\+1FAE8"),
        (b"bytes", "bytes"),
        (datetime(2025, 1, 1, tzinfo=UTC), "datetime"),
        (Colour.RED, "Colour"),
        ({1, 2}, "set"),
        ({"été": 1}, "not ASCII"),
        ({1: 1}, "not ASCII"),
        ([{"deep": "\x07"}], "deep: .*U\\+0007"),
    ],
)
def test_what_cannot_be_recorded(value: Any, why: str) -> None:
    with pytest.raises(Unrecordable, match=why):
        canonical({"value": value})


@pytest.mark.parametrize("value", [INTEGER_MAX, -INTEGER_MAX, 0, "café", ASTRAL, "", (), [[]], {"": None}])
def test_what_stands_right_at_the_limit_can(value: Any) -> None:
    assert canonical({"value": value})


def test_a_record_has_a_greatest_size() -> None:
    overhead = len(canonical({"text": ""}))
    assert len(canonical({"text": "a" * (RECORD_BYTES_MAX - overhead)})) == RECORD_BYTES_MAX
    with pytest.raises(Unrecordable, match="65536 bytes"):
        canonical({"text": "a" * (RECORD_BYTES_MAX - overhead + 1)})


def test_a_record_has_a_greatest_depth() -> None:
    assert canonical(nested(NESTING_MAX))
    with pytest.raises(Unrecordable, match="levels"):
        canonical(nested(NESTING_MAX + 1))
    with pytest.raises(Corrupt):
        parsed(b'{"a":' * 5_000 + b"1" + b"}" * 5_000)


def nested(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(levels):
        document = {"in": document}
    return document


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b'{"a":1',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\/"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'\xef\xbb\xbf{"a":1}',
    ],
)
def test_bytes_that_are_not_canonical_are_corrupt(stored: bytes) -> None:
    with pytest.raises(Corrupt):
        parsed(stored)


def test_the_envelope_is_a_cloudevents_document() -> None:
    document = envelope(REGISTER, 17, "test.seen.v1", NOW, SOMEBODY, COMMAND_ID, {"on": "2024-10-14"})
    assert document == {
        "specversion": "1.0",
        "id": f"{REGISTER}/17",
        "source": f"/registers/{REGISTER}",
        "type": "test.seen.v1",
        "time": "2024-10-14T08:15:27.123456Z",
        "datacontenttype": "application/json",
        "sequence": "17",
        "actor": SOMEBODY,
        "command": COMMAND_ID,
        "data": {"on": "2024-10-14"},
    }


def test_a_moment_is_written_in_utc_with_six_decimals() -> None:
    assert moment(datetime(2024, 7, 1, 9, tzinfo=UTC)) == "2024-07-01T09:00:00.000000Z"
    assert moment(datetime(2024, 7, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-06-30T23:00:00.000000Z"

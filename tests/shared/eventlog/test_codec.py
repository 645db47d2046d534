"""From a fact to its record and back, and which records are not believed."""

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.eventlog.codec import Codec, codec_of, data_of
from shared.eventlog.record import INTEGER_MAX, RECORD_BYTES_MAX, Unrecordable, canonical
from shared.messages import Event, Recorded
from shared.refusals import Corrupt
from shared.values import Cents, Checked, Code, Value
from tests.given import COMMAND_ID, NOW, REGISTER, SOMEBODY


class Part(Value):
    code: Code
    amount: Cents


class Measured(Event, name="test.measured.v2", fr="Mesuré", en="Measured"):
    on: date
    label: Checked
    parts: tuple[Part, ...]
    where: Code | None = None


class Rung(Event, name="test.rung.v1", fr="Sonné", en="Rung"):
    """A fact without fields."""


class Spoken(Event, name="test.spoken.v1", fr="Dit", en="Spoken"):
    words: tuple[Checked, ...]


def in_parts(data: dict[str, Any]) -> dict[str, Any]:
    """The first version had one amount and no parts."""
    return {"on": data["on"], "label": data["label"], "parts": [{"code": "all", "amount": data["amount"]}]}


CODEC = codec_of(Measured | Rung | Spoken, upcasters=[{"test.measured.v1": (Measured, in_parts)}])
MEASURED = Measured(on=date(2024, 10, 14), label="Pommes", parts=(Part(code="a", amount=3), Part(code="b", amount=-4)))
STORED = CODEC.encode(REGISTER, 17, NOW, SOMEBODY, COMMAND_ID, MEASURED)

parts = st.builds(Part, code=st.sampled_from(["a", "b-1"]), amount=st.integers(-(10**13), 10**13))
events = st.just(Rung()) | st.builds(
    Measured,
    on=st.dates(),
    label=st.sampled_from(["Pommes", "été 🐝"]),
    parts=st.lists(parts, max_size=3).map(tuple),
    where=st.none() | st.just("cour"),
)


@forall(events, st.integers(1, INTEGER_MAX))
def test_a_fact_reads_back_as_it_was_written(event: Event, seq: int) -> None:
    stored = CODEC.encode(REGISTER, seq, NOW, SOMEBODY, COMMAND_ID, event)
    assert CODEC.decode(event.wire, stored) == Recorded(REGISTER, seq, NOW, SOMEBODY, COMMAND_ID, event)
    assert CODEC.encode(*CODEC.decode_strictly(stored)) == stored


def test_an_absent_field_is_absent_from_the_bytes() -> None:
    assert "where" not in data_of(MEASURED)
    assert b"null" not in STORED


def test_a_codec_knows_the_names_it_was_given() -> None:
    assert CODEC.types == {"test.measured.v1": Measured, "test.measured.v2": Measured, "test.rung.v1": Rung, "test.spoken.v1": Spoken}


def test_two_classes_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="test.rung.v1"):
        Codec([Rung, Rung])


def test_a_name_of_another_log_is_not_written() -> None:
    with pytest.raises(Unrecordable, match="test.rung.v1"):
        Codec([Measured]).encode(REGISTER, 1, NOW, SOMEBODY, COMMAND_ID, Rung())


def test_a_name_of_another_log_is_not_read() -> None:
    with pytest.raises(Corrupt, match="unknown type"):
        Codec([Rung]).decode(Measured.wire, STORED)


def test_a_fact_too_long_is_not_written() -> None:
    long = Spoken(words=("mot " * 70,) * (RECORD_BYTES_MAX // 280 + 1))
    with pytest.raises(Unrecordable, match="bytes"):
        CODEC.encode(REGISTER, 1, NOW, SOMEBODY, COMMAND_ID, long)


def test_an_old_name_becomes_the_class_of_today() -> None:
    old = altered(type="test.measured.v1", data={"on": "2024-10-14", "label": "Pommes", "amount": 7})
    record = CODEC.decode("test.measured.v1", old)
    assert record.event == Measured(on=date(2024, 10, 14), label="Pommes", parts=(Part(code="all", amount=7),))


def test_an_old_record_that_does_not_become_one_of_today_is_corrupt() -> None:
    old = altered(type="test.measured.v1", data={"on": "2024-10-14", "label": "Pommes", "amount": "seven"})
    with pytest.raises(Corrupt):
        CODEC.decode("test.measured.v1", old)


@pytest.mark.parametrize(
    "change",
    [
        {"id": f"{REGISTER}/18"},
        {"id": f"{'q' * 26}/17"},
        {"sequence": "18"},
        {"sequence": "017"},
        {"source": "/registers/" + "q" * 26},
        {"type": "test.rung.v1"},
        {"specversion": "0.3"},
        {"datacontenttype": "text/plain"},
        {"time": "yesterday"},
        {"extra": "field"},
        {"data": {"on": "2024-10-14", "label": "Pommes", "parts": [], "extra": 1}},
        {"data": {"on": "2024-10-14", "label": "Pommes"}},
        {"data": {"on": "2024-10-14", "label": "Pommes", "parts": [{"code": "a", "amount": "3"}]}},
        {"data": {"on": "2024-10-14", "label": "", "parts": []}},
        {"data": []},
    ],
    ids=str,
)
def test_a_record_that_contradicts_itself_or_its_shape_is_corrupt(change: dict[str, Any]) -> None:
    with pytest.raises(Corrupt):
        CODEC.decode(Measured.wire, altered(**change))


@pytest.mark.parametrize("field", sorted(orjson.loads(STORED)))
def test_every_field_of_the_envelope_is_needed(field: str) -> None:
    document = orjson.loads(STORED)
    del document[field]
    with pytest.raises(Corrupt):
        CODEC.decode(Measured.wire, canonical(document))


def test_optional_extensions_of_cloudevents_are_read() -> None:
    traced = altered(traceparent="00-" + "ab" * 16 + "-" + "cd" * 8 + "-01", causation=f"{REGISTER}/3")
    assert CODEC.decode_strictly(traced).event == MEASURED


def test_bytes_from_elsewhere_must_be_canonical() -> None:
    spaced = STORED.replace(b":", b": ", 1)
    assert CODEC.decode(Measured.wire, spaced).event == MEASURED
    with pytest.raises(Corrupt, match="canonical"):
        CODEC.decode_strictly(spaced)


def altered(**changes: Any) -> bytes:
    return canonical(orjson.loads(STORED) | changes)

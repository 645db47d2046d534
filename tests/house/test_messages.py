"""Events, commands and refusals say what they are, in both languages; what they may hold is declared."""

from typing import Annotated

import pytest
from pydantic import Field

from shared.messages import Command, Event
from shared.refusals import Refused
from shared.values import Checked, Code, Count, PositiveCents, Private, Value
from tests.house.message_rules import (
    ASKED,
    RECORDED,
    declared_texts,
    optional_fields,
    shared_codes,
    subjects,
    templates,
    two_sentences,
    wire_names,
)
from tests.house.sources import ROOT, commands, events, said, sentences

GOLDEN = ROOT / "tests" / "golden"
SPOKEN_ELSEWHERE = {"Sentence"}  # what all of them stand on: nobody reads it


def test_wire_names_say_what_the_class_says() -> None:
    assert not (found := list(wire_names(events()))), said(found)


def test_each_event_has_a_sentence_in_both_languages_made_of_its_fields() -> None:
    assert not (found := list(templates(events()))), said(found)


def test_each_text_of_a_fact_says_what_it_may_hold_and_each_number_is_whole() -> None:
    assert not (found := list(declared_texts(events(), RECORDED))), said(found)


def test_each_text_of_a_command_says_what_it_may_hold() -> None:
    assert not (found := list(declared_texts(commands(), ASKED))), said(found)


def test_what_an_event_may_lack_is_none_when_it_lacks() -> None:
    assert not (found := list(optional_fields(events()))), said(found)


def test_a_code_stands_for_one_sentence() -> None:
    assert not (found := list(shared_codes(sentences()))), said(found)


def test_two_sentences_under_one_code_are_found() -> None:
    twin = type("Refused", (Refused,), {})  # what another file would call the same
    assert list(shared_codes([Refused, twin])) == [f"refused: {Refused.__module__} and {twin.__module__}"]


def test_events_commands_and_refusals_speak_two_languages() -> None:
    spoken = [kind for kind in sentences() if kind.__name__ not in SPOKEN_ELSEWHERE]
    assert not (found := list(two_sentences([*events(), *commands(), *spoken]))), said(found)


def test_each_command_says_who_may_give_it() -> None:
    assert not (found := list(subjects(commands()))), said(found)


def test_each_event_has_its_golden_file_and_each_golden_file_its_event() -> None:
    files = {path.name.removesuffix(".json") for path in GOLDEN.glob("*.json")}
    missing = {event.wire for event in events()} - files
    assert not missing, f"write tests/golden/<wire name>.json for {sorted(missing)}"


def test_each_golden_file_holds_one_record_of_its_own_name() -> None:
    """A later shape of a class stands in the folder of its name."""
    for path in sorted(GOLDEN.rglob("*.json")):
        text = path.read_text("utf8")
        name = path.name.removesuffix(".json") if path.parent == GOLDEN else path.parent.name
        assert f'"type":"{name}"' in text, f"{path.name} holds another type"
        assert "\n" not in text, f"{path.name} is not canonical"


# What follows shows that each rule bites.


class Thing(Value):
    """A value that says too much."""

    label: str
    amount: PositiveCents
    kept: bool = False


class StockUpdated(Event, name="house.stock-changed.v1", fr="{amount:money} de {what}", en="{amount:money}"):
    """Une seule ligne."""

    amount: PositiveCents
    note: str
    rate: float
    things: tuple[Thing, ...]
    maybe: Code = None  # type: ignore[assignment]  # the fault that is planted


class ThingBought(Event, name="test_messages.thing-bought.v1", fr="Une chose : {amount:money}", en="One thing: {amount:money}"):
    """Une chose a été achetée.
    A thing was bought."""

    amount: PositiveCents
    label: Checked
    count: Count | None = None


class Nod(Command, may=set()):
    """Faire oui
    Nod."""

    who: Private
    how: Annotated[str, Field(max_length=3)]


class NoWay(Refused):
    """Non."""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (wire_names([StockUpdated]), ["is not", "no member would say"]),
        (templates([StockUpdated]), ["in one language only", "names what"]),
        (
            declared_texts([StockUpdated], RECORDED),
            ["note: a text that is not declared", "rate: <class 'float'>", "things: Thing.label: a text"],
        ),
        (declared_texts([Nod], RECORDED), ["who: a text", "how: a text"]),
        (declared_texts([Nod], ASKED), ["how: a text"]),
        (two_sentences([StockUpdated, Nod, NoWay]), ["one line in French", "ends with its mark", "one line in French"]),
        (subjects([Nod]), ["nobody may ask"]),
    ],
    ids=["wire", "template", "texts", "private in a record", "undeclared in a command", "docstring", "roles"],
)
def test_a_planted_fault_is_found(found: object, expected: list[str]) -> None:
    lines = list(found)  # type: ignore[call-overload]  # an iterator of findings
    assert len(lines) == len(expected), said(lines)
    assert all(part in line for part, line in zip(expected, lines, strict=True)), said(lines)


def test_a_default_that_is_no_none_is_found() -> None:
    found = sorted(optional_fields([StockUpdated]))
    assert found == ["StockUpdated.maybe defaults to None, which its type does not allow", "Thing.kept defaults to something"]


def test_a_sound_event_passes_every_rule() -> None:
    assert not [
        *templates([ThingBought]),
        *declared_texts([ThingBought], RECORDED),
        *optional_fields([ThingBought]),
        *two_sentences([ThingBought]),
    ]

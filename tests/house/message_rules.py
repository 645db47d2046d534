"""What the classes of events, commands and refusals must be like: each rule takes classes and returns what is wrong with them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from string import Formatter
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from shared.messages import Command, Event
from shared.refusals import Sentence, kebab
from shared.values import TextClass, Value

RECORDED = frozenset({TextClass.CODE, TextClass.CHECKED, TextClass.SEALED})
ASKED = RECORDED | {TextClass.PRIVATE}  # a private text goes to the vault before anything is decided
SAYS_NOTHING = re.compile(r"(Updated|Deleted|Set|Changed|Event)$")  # not facts: no member would say what happened that way
SAID_SO = frozenset({"BallotChanged"})  # the voters' word for a moved closing time, the one setting that may change
NUMBERS = frozenset({"money", "02"})  # the ways of shared/sentences.py to write a whole number, and the sum of amounts
AMOUNTS = "total"


def wire_names(classes: Iterable[type[Event]]) -> Iterator[str]:
    """A wire name is <service>.<noun-participle>.v<N>, and says what the class says."""
    seen: dict[str, str] = {}
    for event in classes:
        service = event.__module__.split(".")[1] if "." in event.__module__ else event.__module__
        if not re.fullmatch(rf"{re.escape(service)}\.{kebab(event.__name__)}\.v[1-9][0-9]*", event.wire):
            yield f"{event.__name__}: {event.wire} is not {service}.{kebab(event.__name__)}.vN"
        if SAYS_NOTHING.search(event.__name__) and event.__name__ not in SAID_SO:
            yield f"{event.__name__}: no member would say what happened that way"
        if event.wire in seen:
            yield f"{event.__name__} and {seen[event.wire]} share the name {event.wire}"
        seen[event.wire] = event.__name__


def templates(classes: Iterable[type[Event]]) -> Iterator[str]:
    """Both sentences of an event are there, differ, and use its own fields, the same ones in the same writing."""
    for event in classes:
        used = {language: set(_used(template)) for language, template in (("fr", event.fr), ("en", event.en))}
        if not event.fr.strip() or not event.en.strip() or event.fr == event.en:
            yield f"{event.__name__}: a sentence in French and one in English"
        if used["fr"] != used["en"]:
            yield f"{event.__name__}: the two sentences show {sorted(used['fr'] ^ used['en'])} in one language only"
        for name, writing in used["fr"] | used["en"]:
            if name not in event.model_fields:
                yield f"{event.__name__}: its sentence names {name}, which it does not have"
            elif writing not in _writings(event.model_fields[name].annotation):
                yield f"{event.__name__}: no way to write {name} as {writing}"


def declared_texts(classes: Iterable[type[BaseModel]], allowed: frozenset[TextClass]) -> Iterator[str]:
    """Every text of a fact says what it may hold; every number is whole; nothing else is in it."""
    for kind in classes:
        for name, field in kind.model_fields.items():
            annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            yield from (f"{kind.__name__}.{name}: {fault}" for fault in _faults(annotation, (), allowed))


def optional_fields(classes: Iterable[type[BaseModel]]) -> Iterator[str]:
    """What may be missing is None when missing: an absent field stays absent in the bytes written again."""
    for kind in {part for one in classes for part in parts(one)}:
        for name, field in kind.model_fields.items():
            if field.default_factory is not None or field.default not in (None, PydanticUndefined):
                yield f"{kind.__name__}.{name} defaults to something"
            if field.default is None and type(None) not in get_args(field.annotation):
                yield f"{kind.__name__}.{name} defaults to None, which its type does not allow"


def two_sentences(classes: Iterable[type]) -> Iterator[str]:
    """A docstring that people read is one line in French and one in English."""
    for kind in classes:
        lines = [line.strip() for line in (kind.__doc__ or "").strip().splitlines()]
        if len(lines) != 2 or len(set(lines)) != 2:
            yield f"{kind.__module__}.{kind.__name__}: one line in French, then one in English"
        elif not all(line.endswith((".", "?", "!")) for line in lines):
            yield f"{kind.__module__}.{kind.__name__}: a sentence ends with its mark"


def shared_codes(classes: Iterable[type[Sentence]]) -> Iterator[str]:
    """A code stands for one sentence: two classes of one name in two files would say two things under one code."""
    known: dict[str, type[Sentence]] = {}
    for kind in classes:
        other = known.setdefault(kind.code(), kind)
        if other is not kind:
            yield f"{kind.code()}: {other.__module__} and {kind.__module__}"


def parts(kind: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a class and the values its fields are made of, however deep."""
    found = {kind}
    for field in kind.model_fields.values():
        for inner in _leaves(field.annotation):
            if isinstance(inner, type) and issubclass(inner, Value) and inner not in found:
                found |= parts(inner)
    return found


def _faults(annotation: Any, marks: tuple[Any, ...], allowed: frozenset[TextClass]) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        yield from _faults(inner, (*marks, *more), allowed)
    elif origin in {Union, UnionType, tuple}:
        for part in get_args(annotation):
            yield from _faults(part, marks if origin is not tuple else (), allowed)
    elif annotation is str:
        if not [mark for mark in marks if isinstance(mark, TextClass) and mark in allowed]:
            yield "a text that is not declared code, checked or sealed"
    elif isinstance(annotation, type) and issubclass(annotation, Value):
        yield from declared_texts([annotation], allowed)
    elif annotation not in {int, bool, date, datetime, type(None), ...} and not _is_enumeration(annotation):
        yield f"{annotation!r} has no place in a fact"


def _leaves(annotation: Any) -> Iterator[Any]:
    if inner := get_args(annotation):
        for part in inner:
            yield from _leaves(part)
    else:
        yield annotation


def _used(template: str) -> Iterator[tuple[str, str]]:
    for _, name, writing, _ in Formatter().parse(template):
        if name is not None:
            yield name, writing or ""


def _writings(annotation: Any) -> set[str]:
    leaves = list(_leaves(annotation))
    found = {""}
    if int in leaves:
        found |= NUMBERS
    for leaf in leaves:
        if isinstance(leaf, type) and issubclass(leaf, Value):
            found |= {name for name, field in leaf.model_fields.items() if int in _leaves(field.annotation)}
            found |= {AMOUNTS} if "amount" in leaf.model_fields else set()
    return found


def _is_enumeration(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum) and not issubclass(annotation, datetime)


def subjects(classes: Iterable[type[Command]]) -> Iterator[str]:
    """A command says who may give it."""
    return (f"{command.__name__}: nobody may ask for it" for command in classes if not command.may)

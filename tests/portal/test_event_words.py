"""No code of an enumeration stands raw in a sentence of the trail: each that an event can say has a word."""

from collections.abc import Iterator
from enum import StrEnum
from string import Formatter
from typing import Any, get_args

from deploy.catalogue import CODEC
from services.governance.events.ballots import ResultDeclared, Verdict
from services.portal.words import WORDS
from shared.messages import Event


def enumerations(annotation: Any) -> Iterator[type[StrEnum]]:
    """Iterate over the enumerations that a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    for inner in get_args(annotation):
        yield from enumerations(inner)


def codes_said(event: type[Event]) -> set[str]:
    """Return every code of an enumeration that the sentences of an event can say, in either language."""
    fields = {field for sentence in (event.fr, event.en) for _, field, _, _ in Formatter().parse(sentence) if field in event.model_fields}
    return {str(code) for name in fields for kind in enumerations(event.model_fields[name].annotation) for code in kind}


def test_every_code_that_a_sentence_can_say_has_a_word() -> None:
    raw = {wire: sorted(codes_said(event) - set(WORDS)) for wire, event in CODEC.types.items()}
    assert {wire: codes for wire, codes in raw.items() if codes} == {}


def test_the_look_sees_the_codes_of_a_sentence() -> None:
    assert codes_said(ResultDeclared) == set(Verdict)
    assert {"elected", "adopted"} <= codes_said(ResultDeclared)

"""The plain texts of a command name nobody of the register: checked after its rules, before anything is recorded.

Whoever brings a person in writes the name here first and the record afterwards, and a command is recorded only on a state that has
seen every record before it. So an index made when the register held as many people as it does now misses nobody, whichever process
enrolled them, and the usual command asks the database nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sized
from functools import cache
from threading import Lock
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from shared.messages import Command
from shared.refusals import Refused
from shared.values import TextClass
from shared.vault.naming import NameIndex
from shared.vault.store import INDEXES_MAX, Vault

# An erasure adds nobody to count: a name erased by another process is forgotten here within a minute. It is refused until then, no longer.
FORGOTTEN_SECONDS: Final = 60.0


class NamesSomebody(Refused):
    """Ce texte nomme quelqu'un de la coopérative, et ce qui est écrit ici reste pour toujours : dis-le sans nom (« goûter de CM2 »).
    This text names somebody of the cooperative, and what is written here stays for ever: say it without a name (“Year 6 snack”)."""


class _Known(NamedTuple):
    """The index of one register, how many people the register held when it was made, and when that was."""

    people: int
    at: float
    names: NameIndex


class NameCheck:
    """Refuses commands whose plain texts name somebody of their register. For any thread."""

    def __init__(self, vault: Vault, forgotten_seconds: float = FORGOTTEN_SECONDS) -> None:
        """Take the vault that knows the names; an index older than `forgotten_seconds` is compared with it again."""
        self._vault, self._forgotten_seconds = vault, forgotten_seconds
        self._lock = Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def refuse_names(self, register: str, command: Command, people: Sized) -> None:
        """Raise NamesSomebody with the places that name somebody, each a JSON Pointer (RFC 6901) into the command and a span in code
        points, never a name. `people` are all whom the register ever held, as the command is decided."""
        texts = list(checked_texts(command))
        if not texts:
            return
        index = self._index(register, len(people))
        places = [{"field": field, "start": span.start, "end": span.end} for field, text in texts for span in index.found_in(text)]
        if places:
            raise NamesSomebody(places=places)

    def _index(self, register: str, people: int) -> NameIndex:
        now = time.monotonic()
        with self._lock:
            known = self._known.get(register)
        if known is not None and known.people >= people and now - known.at < self._forgotten_seconds:
            return known.names
        index = self._vault.name_index(register)
        with self._lock:
            self._known[register] = _Known(people, now, index)
            self._known.move_to_end(register)
            while len(self._known) > INDEXES_MAX:
                self._known.popitem(last=False)
        return index


def checked_texts(command: Command) -> Iterator[tuple[str, str]]:
    """Iterate over the texts of a command that are classed as checked, however deep, each with its JSON Pointer."""
    return _texts("", command)


def _texts(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield pointer, value
        case BaseModel():
            for name in _fields(type(value)):
                yield from _texts(f"{pointer}/{name}", getattr(value, name))
        case Mapping():
            for key, inner in value.items():
                yield from _texts(f"{pointer}/{key}", inner)
        case tuple():
            for place, inner in enumerate(value):
                yield from _texts(f"{pointer}/{place}", inner)


@cache
def _fields(kind: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name, field in kind.model_fields.items() if _holds_text(field.annotation, tuple(field.metadata)))


def _holds_text(annotation: Any, marks: tuple[Any, ...] = ()) -> bool:
    if TextClass.CHECKED in marks:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_fields(annotation))
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _holds_text(inner[0], inner[1:])
    return any(_holds_text(part) for part in inner)

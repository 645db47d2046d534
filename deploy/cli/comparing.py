"""Whether what is shown is what the records say: each view of the portal beside the same view folded from the log."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from deploy.catalogue import CODEC
from deploy.installation import Installation
from services.governance import projections as of_governance
from services.ledger import projections as of_ledger
from services.portal.copy import SEQ_MAX, Copy
from services.portal.database import Database
from services.portal.main import SCHEMA, STORED
from shared.messages import Recorded
from shared.projecting import Cut, Projection
from shared.refusals import Refused
from shared.view_store import Fact, Unreadable, ViewStore

SHOWN_LENGTH_MAX = 80  # of a value that differs: enough to see which, not a page


class NotArrived(Refused):
    """Le portail n'a encore rien reçu de ce registre : lance « ruche up », puis compare.
    The portal has received nothing of this register yet: start “ruche up”, then compare."""


class Difference(NamedTuple):
    """The first place where two states differ, a JSON Pointer (RFC 6901), and what stands there in each."""

    path: str
    live: str
    folded: str


class Live(NamedTuple):
    """A view as the portal has it: its state, the last record in it, and whether it was read from its row or folded from the copy."""

    projection: Projection[Any]
    state: Any
    seq: int
    stored: bool
    missing: bool = False  # a view that is stored, whose row is not there or cannot be read


class Compared(NamedTuple):
    """What the comparison of one view found, at a record."""

    name: str
    version: int
    seq: int
    stored: bool
    difference: Difference | None

    @property
    def identical(self) -> bool:
        """Tell whether both are equal."""
        return self.difference is None

    def plain(self) -> dict[str, Any]:
        """Return the same as a JSON object."""
        told = {"view": self.name, "version": self.version, "seq": self.seq, "stored": self.stored, "identical": self.identical}
        return told | (self.difference._asdict() if self.difference else {})


@cache
def every_view() -> tuple[Projection[Any], ...]:
    """Return every projection that the services declare, by name: a new one is compared without being listed anywhere."""
    found: dict[str, Projection[Any]] = {}
    for package in (of_governance, of_ledger):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            declared = vars(importlib.import_module(module.name)).values()
            found |= {one.name: one for one in declared if isinstance(one, Projection)}
    return tuple(found[name] for name in sorted(found))


@contextmanager
def portal_views(installation: Installation, register: str, cut: Cut) -> Iterator[list[Live]]:
    """Give every view of a register as the portal has it, all of one moment; raises NotArrived, Unavailable."""
    database, copy, store = Database(installation.url("ruche_portal")), Copy(CODEC), ViewStore(STORED, SCHEMA)
    try:
        with database.one(register) as connection:
            if copy.head(connection, register) is None:
                raise NotArrived(register=register)
            found: list[Live] = []
            for projection in STORED if cut.whole else ():
                row = store.load(connection, projection, register)
                state, seq = row or (projection.initial, 0)
                found.append(Live(projection, state, seq, stored=True, missing=row is None))
            known = {one.projection.name for one in found}
            others = [projection for projection in every_view() if projection.name not in known]
            states, seq = folded([(projection, cut) for projection in others], copy.facts(connection, register, 0))
        found += [Live(projection, state, seq, stored=False) for projection, state in zip(others, states, strict=True)]
        yield sorted(found, key=lambda one: one.projection.name)
    finally:
        database.close()


def compared(live: Sequence[Live], records: Iterable[Recorded[Any]], cut: Cut) -> list[Compared]:
    """Fold every view from a register's first record up to where the portal's stands, and compare them."""
    again, read = folded([(one.projection, replace(cut, seq=one.seq)) for one in live], records)
    found = []
    for one, state in zip(live, again, strict=True):
        difference = first_difference(one.state, state)
        if one.missing:
            difference = Difference("", "no readable row", f"{read} records")
        elif one.seq > read:
            difference = Difference("/seq", str(one.seq), str(read))
        found.append(Compared(one.projection.name, one.projection.version, one.seq, one.stored, difference))
    return found


def folded(wanted: Sequence[tuple[Projection[Any], Cut]], facts: Iterable[Fact]) -> tuple[list[Any], int]:
    """Fold several views in one reading, each of the records that its cut shows; return their states and the last record read."""
    states = [projection.initial for projection, _ in wanted]
    upto = max((SEQ_MAX if cut.seq is None else cut.seq for _, cut in wanted), default=0)
    seq = 0
    for fact in facts:
        if isinstance(fact, Unreadable) or fact.seq > upto:
            break
        for number, (projection, cut) in enumerate(wanted):
            if cut.shows(fact):
                states[number] = projection.evolve(states[number], fact)
        seq = fact.seq
    return states, seq


def first_difference(live: Any, folded_again: Any, path: str = "") -> Difference | None:
    """Return the first place where two states differ, going down by the names of their parts in order; None when they are equal."""
    if live == folded_again:
        return None
    left, right = parts(live), parts(folded_again)
    if type(live) is type(folded_again) and (left or right):
        for name in {**left, **right}:
            at = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in left or name not in right:
                return Difference(at, _brief(left.get(name, "-")), _brief(right.get(name, "-")))
            if (found := first_difference(left[name], right[name], at)) is not None:
                return found
    return Difference(path, _brief(live), _brief(folded_again))


def parts(value: Any) -> dict[str, Any]:
    """Return the named parts of a state, in order, none for a plain value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, BaseModel):
        return dict(value)
    if isinstance(value, Mapping):
        return {str(key): value[key] for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return {str(number): inner for number, inner in enumerate(value)}
    return {}


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN_LENGTH_MAX else f"{text[:SHOWN_LENGTH_MAX]}…"

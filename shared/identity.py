"""What was given to whom, from when, until when: a persistent, dated list of grants.

A grant is a word (a role, a mandate) held by a person between two days, both included. Nothing here decides; services
fold their facts into it and ask who held what on a given day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from shared.values import Code, Pseudonym


@dataclass(frozen=True, slots=True)
class Grant:
    """One thing given to one person: `until` None means without an end; `scope` narrows it (a class, a body)."""

    what: str
    holder: Pseudonym
    starts: date
    until: date | None = None
    scope: Code | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the grant holds on that day."""
        return self.starts <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Grants:
    """Every grant ever made in a register, by its key; an ended one keeps its place with its last day."""

    by_key: Map[str, Grant] = Map()
    by_holder: Map[Pseudonym, tuple[str, ...]] = Map()

    def given(self, key: str, grant: Grant) -> "Grants":
        """Add a grant under its key; one that is there already is replaced."""
        keys = self.by_holder.get(grant.holder, ())
        if key not in keys:
            keys = (*keys, key)
        return Grants(self.by_key.set(key, grant), self.by_holder.set(grant.holder, keys))

    def ended(self, key: str, last_day: date) -> "Grants":
        """Shorten a grant to its last day; an unknown key changes nothing (a cut may hide the giving)."""
        grant = self.by_key.get(key)
        if grant is None or (grant.until is not None and grant.until <= last_day):
            return self
        return replace(self, by_key=self.by_key.set(key, replace(grant, until=last_day)))

    def of(self, holder: Pseudonym) -> Iterator[Grant]:
        """Iterate over all that one person ever held."""
        return (self.by_key[key] for key in self.by_holder.get(holder, ()))

    def held(self, holder: Pseudonym, day: date) -> frozenset[str]:
        """Return what one person holds on that day."""
        return frozenset(grant.what for grant in self.of(holder) if grant.holds_on(day))

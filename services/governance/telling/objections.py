"""Why people objected, beside each objection in minutes that somebody reads: opened from the vault at the last moment.

Minutes are drafted, and their digest computed, without these texts: what was approved stays the same when one of them is erased.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.governance.projections.deliberations import Deliberations
from services.governance.seats import Seats
from services.governance.telling.deliberated import Told
from shared.values import Code, Id, Sealed

Opens = Callable[[Sealed], str | None]  # what is behind a seal; None where it was erased


def with_reasons(document: Told, known: Deliberations, opens: Opens) -> Told:
    """Return minutes or a minute book with `said` in each objection whose reason can still be read; the document itself is not changed."""
    sealed = {said.event.objection: said.event.reason for story in known.proposals.values() for said in story.objections}
    filled: Told = _filled(document, sealed, opens)
    return filled


def reads_reasons(seats: Seats, person: str, body: Code, day: date) -> bool:
    """Tell whether somebody may read why people objected: who sits in the body, or conducts it."""
    return seats.sits(person, body, day) or seats.conducts(person, body, day)


def _filled(value: Any, sealed: Mapping[Id, Sealed], opens: Opens) -> Any:
    if isinstance(value, list):
        return [_filled(one, sealed, opens) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _filled(inner, sealed, opens) for name, inner in value.items()}
    reason = sealed.get(value["objection"]) if isinstance(value.get("objection"), str) else None
    said = opens(reason) if reason is not None else None
    return told | ({"said": said} if said is not None else {})

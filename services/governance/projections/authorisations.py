"""What families agreed to for their children, and which pupils sit in a bureau without an agreement."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import BUREAU, PersonKind
from services.governance.events.privacy import AuthorisationKind, AuthorisationRecorded, AuthorisationState
from services.governance.seats import NOBODY, Seats, seated
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Table


@dataclass(frozen=True, slots=True)
class Authorisations:
    """The last answer of each family, by pseudonym and kind; who has which role."""

    answers: Table[str, AuthorisationRecorded] = Map()
    seats: Seats = NOBODY


def evolve(known: Authorisations, record: Recorded[GovernanceEvent]) -> Authorisations:
    """Apply one fact."""
    if isinstance(record.event, AuthorisationRecorded):
        return replace(known, answers=known.answers.set(_key(record.event.member, record.event.kind), record.event))
    return replace(known, seats=seated(known.seats, record.event))


AUTHORISATIONS: Projection[Authorisations] = Projection("governance.authorisations", 1, Authorisations(), evolve)


def authorisations_shown(known: Authorisations, day: date) -> dict[str, Any]:
    """Return every answer, and each role in a bureau that a pupil holds on a day or later without an agreement."""
    missing = [
        {"person": grant.holder, "role": grant.what, "class_code": grant.scope, "starts": grant.starts, "until": grant.until}
        for grant in known.seats.grants.values()
        if grant.what in BUREAU and (grant.until is None or day <= grant.until)
        if (seat := known.seats.people.get(grant.holder)) and seat.kind is PersonKind.PUPIL and (seat.left is None or day <= seat.left)
        if not _agreed(known, grant.holder, max(day, grant.starts))
    ]
    return {
        "authorisations": [one for _, one in sorted(known.answers.items())],
        "missing": sorted(missing, key=lambda one: (str(one["person"]), str(one["role"]))),
    }


def _agreed(known: Authorisations, person: str, day: date) -> bool:
    answer = known.answers.get(_key(person, AuthorisationKind.BUREAU))
    return answer is not None and answer.state is AuthorisationState.GIVEN and (answer.until is None or day <= answer.until)


def _key(member: str, kind: AuthorisationKind) -> str:
    return f"{member} {kind}"

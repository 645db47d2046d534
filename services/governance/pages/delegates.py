"""The delegates of a ballot as its page shows them: for how many votes each counts, and the mandate that their class gave them."""

from typing import NamedTuple

from services.governance.events.ballots import BallotOpened
from services.governance.pages.desk import Desk, Visit
from services.governance.projections.decisions import DECISIONS
from services.governance.projections.meetings import MEETINGS
from shared.values import Code, Id, Pseudonym


class Mandate(NamedTuple):
    """What a class decided and its delegate carries: the decision, its title, and the council that took it."""

    decision: Id
    title: str
    body: Code
    council: str


class Delegate(NamedTuple):
    """Somebody who counts for several, or carries a mandate."""

    voter: Pseudonym
    weight: int
    mandate: Mandate | None


class Delegation(NamedTuple):
    """The delegates of a ballot, and how many votes there are in all: theirs, and one of each other voter."""

    delegates: tuple[Delegate, ...]
    votes: int


def delegates_in(opened: BallotOpened) -> set[Pseudonym]:
    """Return who counts for several or carries a mandate."""
    return {line.voter for one in opened.roll if not one.advisory for line in one.voters if line.weight or line.mandate}


def delegation(desk: Desk, visit: Visit, opened: BallotOpened) -> Delegation:
    """Return the delegates of a ballot in the order of its roll; none where everybody counts for one and decides alone."""
    lines = [line for one in opened.roll if not one.advisory for line in one.voters]
    chosen = delegates_in(opened)
    found = tuple(Delegate(line.voter, line.weight or 1, _mandate(desk, visit, line.mandate)) for line in lines if line.voter in chosen)
    return Delegation(found, sum(line.weight or 1 for line in lines))


def _mandate(desk: Desk, visit: Visit, decision: Id | None) -> Mandate | None:
    decided = desk.view(DECISIONS, visit).by_id.get(decision) if decision else None
    if decided is None or decision is None:
        return None
    body = desk.view(MEETINGS, visit).bodies.get(decided.body)
    return Mandate(decision, decided.title, decided.body, body.label if body else decided.body)

"""What was decided and what became of it: followed, revoked, rejected; the envelope in cents and what of it was released.

What an envelope still holds is not told here: payments are the ledger's facts, and its view of commitments has the figure.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from immutables import Map

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import Money
from services.governance.events.proposals import (
    CommitmentReleased,
    ConsentReached,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRejected,
    DecisionRevoked,
    FollowUp,
)
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Cents, Code, Count, Id, Pseudonym, Seq, Table


@dataclass(frozen=True, slots=True)
class Look:
    """A council that looked at where a decision stood."""

    state: FollowUp
    at: datetime
    by: Pseudonym
    seq: Seq
    meeting: Id | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Money of an envelope that was given back, in cents."""

    amount: Cents
    reason: str
    at: datetime
    by: Pseudonym
    seq: Seq


@dataclass(frozen=True, slots=True)
class Revocation:
    """The later decision that revoked one, none when it was revoked with its ballot, and why."""

    decision: Id | None
    reason: str
    at: datetime
    by: Pseudonym
    seq: Seq


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, adopted or not: by a ballot or in a consent round, in which meeting, on which version of a proposal."""

    body: Code
    title: str
    adopted: bool
    at: datetime
    seq: Seq
    proposal: Id | None = None
    version: Count | None = None
    ballot: Id | None = None
    round: Count | None = None
    meeting: Id | None = None
    elected: tuple[Code, ...] = ()
    envelope: Money | None = None
    until: date | None = None
    looks: tuple[Look, ...] = ()
    releases: tuple[Release, ...] = ()
    revoked: Revocation | None = None

    @property
    def open(self) -> bool:
        """Tell whether a council still has to look at it."""
        return self.adopted and self.revoked is None and (not self.looks or self.looks[-1].state is FollowUp.ONGOING)

    @property
    def released(self) -> int:
        """Return what was given back of the envelope, in cents."""
        return sum(one.amount for one in self.releases)


@dataclass(frozen=True, slots=True)
class Decisions:
    """Every decision by its id, and the round in which each proposal met with consent."""

    by_id: Table[Id, Decided] = Map()
    rounds: Table[Id, Count] = Map()


def evolve(decisions: Decisions, record: Recorded[GovernanceEvent]) -> Decisions:
    """Apply one fact; one about a decision that a cut hides changes nothing."""
    mark: dict[str, Any] = {"at": record.time, "by": record.actor, "seq": record.seq}
    match record.event:
        case ConsentReached() as event:
            return replace(decisions, rounds=decisions.rounds.set(event.proposal, event.round))
        case DecisionAdopted() as event:
            told = {name: value for name, value in dict(event).items() if name not in {"decision", "spending", "elected"}}
            agreed = decisions.rounds.get(event.proposal) if event.proposal and not event.ballot else None
            adopted = Decided(
                **told, adopted=True, at=record.time, seq=record.seq, round=agreed, elected=event.elected or (), envelope=event.spending
            )
            return replace(decisions, by_id=decisions.by_id.set(event.decision, adopted))
        case DecisionRejected() as event:
            told = {name: value for name, value in dict(event).items() if name != "decision"}
            rejected = Decided(**told, adopted=False, at=record.time, seq=record.seq)
            return replace(decisions, by_id=decisions.by_id.set(event.decision, rejected))
        case DecisionFollowed() as event:
            look = Look(event.state, **mark, meeting=event.meeting, reason=event.reason)
            return _decided(decisions, event.decision, looks=look)
        case CommitmentReleased() as event:
            return _decided(decisions, event.decision, releases=Release(event.amount, event.reason, **mark))
        case DecisionRevoked() as event:
            return _decided(decisions, event.decision, revoked=Revocation(event.by, event.reason, **mark))
        case _:
            return decisions


DECISIONS: Projection[Decisions] = Projection(name="governance.decisions", version=1, initial=Decisions(), evolve=evolve)


def decisions_shown(decisions: Decisions, body: Code | None = None) -> dict[str, Any]:
    """Return the decisions of one body or of all, the last one first; money in cents."""
    chosen = [(name, one) for name, one in decisions.by_id.items() if body in {None, one.body}]
    newest = sorted(chosen, key=lambda pair: -pair[1].seq)
    return {"decisions": [decision_shown(name, one) for name, one in newest]}


def decision_shown(name: Id, decided: Decided) -> dict[str, Any]:
    """Return one decision as it is shown."""
    fields = {field: getattr(decided, field) for field in decided.__dataclass_fields__}
    return {"decision": name, "open": decided.open, "released": decided.released, **fields}


def _decided(decisions: Decisions, name: Id, **more: Any) -> Decisions:
    """Add to a list of a decision, or set its one revocation."""
    known = decisions.by_id.get(name)
    if known is None:
        return decisions
    changed: dict[str, Any] = {field: value if field == "revoked" else (*getattr(known, field), value) for field, value in more.items()}
    return replace(decisions, by_id=decisions.by_id.set(name, replace(known, **changed)))

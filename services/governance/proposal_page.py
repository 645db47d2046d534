"""What the page of a proposal shows: the shapes of its versions, amendments, frame, rounds and votes, and its four dated steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.governance.events.people import Role
from services.governance.events.proposals import Nominee
from shared.values import Cents, Code, Count, Id, Pseudonym, Sealed, Seq


class Stage(StrEnum):
    """Where a proposal stands for whoever reads its page."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    AGREEING = "agreeing"
    VOTING = "voting"
    ADOPTED = "adopted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Mark:
    """When something was recorded, by whom, and as which fact."""

    at: datetime
    by: Pseudonym
    seq: Seq


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a text, or an amendment to that version; `cost` in cents; `amendment` is the one it came from."""

    version: Count
    title: str
    text: str
    mark: Mark
    cost: Cents | None = None
    pot: Code | None = None
    project: Code | None = None
    amendment: Id | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How an amendment or an objection was answered, and why."""

    answer: str
    mark: Mark
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AmendmentShown:
    """An amendment, and its answer once there is one."""

    amendment: Id
    reason: str
    wording: Wording
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A limit set by the adult in charge, in which capacity, and why."""

    limits: str
    reason: str
    role: Role
    mark: Mark


@dataclass(frozen=True, slots=True)
class Veto:
    """The refusal of the adult in charge, before any vote; `rule` is the association's, where there is one."""

    reason: str
    role: Role
    rule: Code | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Round:
    """A consent round, on which version, and who led it."""

    round: Count
    version: Count
    facilitator: Pseudonym
    mark: Mark


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """An objection, its reason under seal, and how it was lifted."""

    objection: Id
    round: Count
    reason: Sealed
    mark: Mark
    lifted: Answer | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How something ended, in a word or with its reason."""

    said: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Vote:
    """A ballot on one version, and how it ended."""

    ballot: Id
    version: Count | None
    mark: Mark
    ended: Ending | None = None


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One proposal. `dropped` is when its idea was; `supporters` says how many, never who."""

    body: Code
    made: Mark
    versions: tuple[Wording, ...]
    stage: Stage = Stage.OPEN
    idea: Id | None = None
    dropped: Mark | None = None
    nominee: Nominee | None = None
    supporters: Count = 0
    amendments: tuple[AmendmentShown, ...] = ()
    frames: tuple[Frame, ...] = ()
    veto: Veto | None = None
    withdrawn: Ending | None = None
    rounds: tuple[Round, ...] = ()
    objections: tuple[ObjectionShown, ...] = ()
    escalated: Ending | None = None
    votes: tuple[Vote, ...] = ()
    decision: Id | None = None

    def version(self, number: int) -> Wording | None:
        """Return one version; None when there is none of that number, or a cut hides it."""
        return next((one for one in self.versions if one.version == number), None)


def steps_of(page: ProposalShown) -> list[dict[str, Any]]:
    """Return the four steps of a proposal, in order, each with its day once it was taken and how it came out (F29).

    `idea`: none when it came without one; `proposal`; `frame`: vetoed, limited, or no-limit once people decide without
    one; `vote`: the first ballot or consent round.
    """
    begun = [*(one.mark for one in page.votes), *(one.mark for one in page.rounds)]
    first = min(begun, key=lambda mark: mark.seq, default=None)
    if page.veto is not None:
        frame: tuple[Mark | None, str] = page.veto.mark, "vetoed"
    elif page.frames:
        frame = page.frames[0].mark, "limited"
    else:
        frame = None, "no-limit" if first else "awaited"
    vote = page.stage if first else ("stopped" if page.stage in {Stage.VETOED, Stage.WITHDRAWN} else "awaited")
    return [
        _step("idea", page.dropped, "dropped" if page.idea else "none"),
        _step("proposal", page.made, "made"),
        _step("frame", *frame),
        _step("vote", first, vote),
    ]


def proposals_shown(by_id: Mapping[Id, ProposalShown], body: Code | None = None) -> dict[str, Any]:
    """Return the proposals of one body or of all, the last one first."""
    chosen = [(name, page) for name, page in by_id.items() if body in {None, page.body}]
    return {"proposals": [proposal_shown(name, page) for name, page in sorted(chosen, key=lambda one: -one[1].made.seq)]}


def proposal_shown(name: Id, page: ProposalShown) -> dict[str, Any]:
    """Return one proposal as it is shown, with its steps."""
    fields = {field: getattr(page, field) for field in page.__dataclass_fields__}
    return {"proposal": name, "steps": steps_of(page), **fields}


def _step(name: str, mark: Mark | None, outcome: str) -> dict[str, Any]:
    return {"step": name, "at": mark and mark.at, "seq": mark and mark.seq, "outcome": outcome}

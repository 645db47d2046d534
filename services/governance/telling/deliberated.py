"""How minutes tell, as JSON, what was deliberated up to one fact: a proposal's story, a ballot with all its numbers, a decision.

Of a ballot that publishes only its outcome, minutes give the outcome alone. What says nothing is absent, as in a record.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from services.governance.events.ballots import BallotOpened, Publish
from services.governance.events.proposals import ProposalMade, ProposalRevised
from services.governance.projections.deliberations import Deliberations, Discussed, Said, Voted
from shared.messages import Event
from shared.values import Code, Id, Value

E = TypeVar("E", bound=Event)

Told = dict[str, Any]  # JSON values by name

WORDING: Final = {"title", "text", "cost", "pot", "project", "amendment"}
SETTINGS: Final = {
    *("ballot", "question", "method", "method_version", "parameters", "tie_policy", "way", "publish", "call"),
    *("quorum", "options", "tellers", "casting_vote", "closes_at", "confers", "spending", "after"),
}
OUTCOME: Final = {"verdict", "registered", "voters"}  # what even a ballot of few papers says
NUMBERS: Final = OUTCOME | {"tallied", "advisory", "proxies"}


def proposals_shown(known: Deliberations, names: Iterable[Id], end: int) -> list[Told]:
    """Tell the stories of proposals up to a fact, oldest first; those that came later are left out."""
    stories = [(name, known.proposals[name]) for name in names if name in known.proposals]
    return [_story(name, one, end) for name, one in sorted(stories, key=lambda pair: pair[1].made.seq) if one.made.seq <= end]


def ballots_shown(known: Deliberations, names: Iterable[Id], end: int) -> list[Told]:
    """Tell of ballots up to a fact, in the order of their openings."""
    return [_ballot(one, end) for one in sorted((known.ballots[name] for name in names), key=lambda one: one.opened.seq)]


def decisions_shown(known: Deliberations, body: Code) -> list[Told]:
    """Tell every decision of a body, adopted or not, numbered from 1 in the order of recording."""
    both: list[Said[Any]] = [*known.adopted, *known.rejected]
    own = sorted((said for said in both if said.event.body == body), key=lambda said: said.seq)
    adopted = {said.seq for said in known.adopted}
    return [
        {"number": number, **_placed(said), "adopted": said.seq in adopted, **_fields(said.event, exclude={"body"})}
        for number, said in enumerate(own, start=1)
    ]


def looks_shown(known: Deliberations, meeting: Id, end: int) -> list[Told]:
    """Tell how a meeting found the earlier decisions that it looked at."""
    return [
        {"seq": said.seq, **_fields(said.event, include={"decision", "state", "reason"})}
        for said in _until(known.followed, end)
        if said.event.meeting == meeting
    ]


def named_in(opened: BallotOpened) -> frozenset[Id]:
    """Return the proposals that a ballot is about."""
    return frozenset(one for one in (opened.proposal, *(option.proposal for option in opened.options)) if one)


def _story(name: Id, story: Discussed, end: int) -> Told:
    made = story.made.event
    rewordings: list[Said[Any]] = [story.made, *_until(story.revised, end)]
    told: Told = {
        "proposal": name,
        **_placed(story.made),
        **_fields(made, include={"idea", "nominee"}),
        "supporters": len({said.by for said in _until(story.supported, end)}),
        "versions": [_version(said) for said in rewordings],
        "amendments": list(_amendments(story, end)),
        "frames": [{**_placed(said), **_fields(said.event, exclude={"proposal"})} for said in _until(story.framed, end)],
        "rounds": list(_rounds(story, end)),
    }
    for said in _until(story.vetoed, end):
        told["veto"] = {**_placed(said), **_fields(said.event, exclude={"proposal"})}
    for gone in _until(story.withdrawn, end):
        told["withdrawal"] = {**_placed(gone), "reason": gone.event.reason}
    return told


def _version(said: Said[ProposalMade] | Said[ProposalRevised]) -> Told:
    version = said.event.version if isinstance(said.event, ProposalRevised) else 1
    return {"version": version, "seq": said.seq, **_fields(said.event, include=WORDING)}


def _amendments(story: Discussed, end: int) -> Iterator[Told]:
    accepted = {said.event.amendment for said in _until(story.accepted, end)}
    refused = {said.event.amendment: said.event.reason for said in _until(story.refused, end)}
    for said in _until(story.amended, end):
        name = said.event.amendment
        told = {**_placed(said), **_fields(said.event, exclude={"proposal"})}
        if name in accepted:
            told["accepted"] = True
        elif name in refused:
            told |= {"accepted": False, "refusal": refused[name]}
        yield told


def _rounds(story: Discussed, end: int) -> Iterator[Told]:
    agreed = {said.event.round for said in _until(story.agreed, end)}
    escalated = {said.event.round: said.event.reason for said in _until(story.escalated, end)}
    lifted = {said.event.objection: said.event for said in _until(story.lifted, end)}
    for said in _until(story.rounds, end):
        number = said.event.round
        raised = [one.event.objection for one in _until(story.objections, end) if one.event.round == number]
        told = {"seq": said.seq, **_fields(said.event, exclude={"proposal"}), "consent": number in agreed}
        told["objections"] = [{"objection": name} | (_fields(lifted[name]) if name in lifted else {}) for name in raised]
        yield told | ({"escalation": escalated[number]} if number in escalated else {})


def _ballot(ballot: Voted, end: int) -> Told:
    opened = ballot.opened.event
    told = {"seq": ballot.opened.seq, **_fields(opened, include=SETTINGS), "proposals": sorted(named_in(opened)), "state": "open"}
    told["colleges"] = [{"college": one.college, "registered": len(one.voters), "advisory": bool(one.advisory)} for one in opened.roll]
    if ballot.cancelled and ballot.cancelled.seq <= end:
        told |= {"state": "cancelled", "reason": ballot.cancelled.event.reason}
    elif ballot.missed and ballot.missed.seq <= end:
        told |= {"state": "no-quorum", **_fields(ballot.missed.event, include={"needed", "counted"})}
    elif ballot.result and ballot.result.seq <= end:
        result, alone = ballot.result.event, opened.publish is Publish.OUTCOME
        shown = _fields(result, include=OUTCOME if alone else NUMBERS)
        told |= {"state": "declared", "result": shown | {"elected": list(result.tallied.elected)}}
    return told


def _placed(said: Said[Any]) -> Told:
    return {"seq": said.seq, "at": said.at.isoformat(), "by": said.by}


def _fields(value: Value, include: set[str] | None = None, exclude: set[str] | None = None) -> Told:
    return value.model_dump(mode="json", exclude_none=True, include=include, exclude=exclude)


def _until(said: Iterable[Said[E]], end: int) -> list[Said[E]]:
    return [one for one in said if one.seq <= end]

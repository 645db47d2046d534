"""The minutes of a meeting and the minute book of a body, drafted from the records alone.

Minutes say what was so when the meeting ended: nothing recorded later changes them. In the book (*registre des délibérations*)
entries are numbered in the order in which meetings opened, or missed their quorum, and decisions were taken between them;
decisions have a second number, their own. Both numberings have no gap and never change. People are pseudonyms.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.governance.events.bodies import AgendaItem, ItemKind
from services.governance.events.catalogue import GovernanceEvent
from services.governance.projections.deliberations import DELIBERATIONS, Deliberations
from services.governance.projections.meetings import MEETINGS, Meeting, Meetings, Missed
from services.governance.telling.deliberated import Told, ballots_shown, decisions_shown, looks_shown, named_in, proposals_shown
from shared.messages import Recorded
from shared.projecting import Projection
from shared.refusals import NotFound
from shared.values import Code, Digest, Id

SEQ_MAX: Final = 2**53 - 1
BUSINESS: Final = ("proposals", "ballots", "decisions", "looks")


class NoSuchMinutes(NotFound):
    """Cette réunion n'est pas connue dans ce registre, ou ne l'était pas encore à la date demandée.
    This meeting is not known in this register, or was not yet at the date asked for."""


class NoSuchBook(NotFound):
    """Cette instance n'est pas connue dans ce registre, ou ne l'était pas encore à la date demandée.
    This body is not known in this register, or was not yet at the date asked for."""


@dataclass(frozen=True, slots=True)
class Minuted:
    """Everything that minutes are written from."""

    meetings: Meetings = MEETINGS.initial
    deliberations: Deliberations = DELIBERATIONS.initial


def evolve(minuted: Minuted, record: Recorded[GovernanceEvent]) -> Minuted:
    """Apply one fact to both halves."""
    return Minuted(MEETINGS.evolve(minuted.meetings, record), DELIBERATIONS.evolve(minuted.deliberations, record))


MINUTES: Projection[Minuted] = Projection(name="governance.minutes", version=1, initial=Minuted(), evolve=evolve)


def minutes_of(minuted: Minuted, meeting: Id) -> Told:
    """Return the minutes of a meeting as JSON values; `number` is its place in the minute book. Raises NoSuchMinutes."""
    known = minuted.meetings.meetings.get(meeting)
    if known is None:
        raise NoSuchMinutes(meeting=meeting)
    decisions = decisions_shown(minuted.deliberations, known.body)
    entries = _ordered(minuted, known.body, decisions)
    number = next((number for number, entry in enumerate(entries, start=1) if entry == meeting), None)
    return _drafted(minuted, meeting, known, decisions) | ({"number": number} if number else {})


def minute_book(minuted: Minuted, body: Code) -> Told:
    """Return the minute book of a body as JSON values: each entry has a number and `minutes`, or a `decision`. Raises NoSuchBook."""
    formed = minuted.meetings.bodies.get(body)
    if formed is None:
        raise NoSuchBook(body=body)
    decisions = decisions_shown(minuted.deliberations, body)
    entries: list[Told] = []
    for number, entry in enumerate(_ordered(minuted, body, decisions), start=1):
        if isinstance(entry, str):
            minutes = _drafted(minuted, entry, minuted.meetings.meetings[entry], decisions)
            entries.append({"number": number, "minutes": minutes | {"number": number}})
        else:
            entries.append({"number": number, "decision": entry})
    return {"body": body, "label": formed.label, "kind": formed.kind.value, "entries": entries}


def minutes_digest(minutes: Told) -> Digest:
    """Return the SHA-256 of minutes as canonical JSON (RFC 8785), in hexadecimal: what is approved."""
    return hashlib.sha256(orjson.dumps(minutes, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _ordered(minuted: Minuted, body: Code, decisions: list[Told]) -> list[Id | Told]:
    """Return the entries of a book in order: the ids of meetings that were held, and the decisions taken between them."""
    held = [(key, one) for key, one in minuted.meetings.of(body) if one.held_seq]
    placed: list[tuple[int, Id | Told]] = [(one.held_seq, key) for key, one in held]
    own: set[int] = set()
    for key, one in held:
        ballots = _ballots_of(minuted.deliberations, key, one)
        own |= {decision["number"] for decision in decisions if _is_of(decision, key, one, ballots)}
    placed += [(decision["seq"], decision) for decision in decisions if decision["number"] not in own]
    return [entry for _, entry in sorted(placed, key=lambda pair: pair[0])]


def _drafted(minuted: Minuted, name: Id, meeting: Meeting, decisions: list[Told]) -> Told:
    left = _business(minuted.deliberations, name, meeting, decisions)
    own: dict[Id, Told] = {}
    for item in sorted(meeting.agenda, key=lambda one: one.kind is ItemKind.IDEA):  # a proposal's own point before that of its idea
        own[item.item] = _about(left, item)
        left = {kind: [one for one in left[kind] if one not in own[item.item][kind]] for kind in BUSINESS}
    points = [_point(item, meeting) | own[item.item] for item in meeting.agenda]
    times = {"opened_at": meeting.opened_at, "closed_at": meeting.closed_at}
    told: Told = {
        "meeting": name,
        "body": meeting.body,
        "state": meeting.state,
        "call": meeting.call,
        "called_for": meeting.on.isoformat(),
        "called_seq": meeting.called_seq,
        "present": list(meeting.present),
        "moves": [_move(move.at.isoformat(), move.arrived, move.left) for move in meeting.moves],
        "roles": [one.model_dump(mode="json") for one in meeting.roles],
        "points": points,
        "beside": left,
        **{name: at.isoformat() for name, at in times.items() if at},
    }
    if meeting.label and meeting.kind:
        told |= {"label": meeting.label, "kind": meeting.kind.value}
    if meeting.opened_on:
        told |= {"on": meeting.opened_on.isoformat(), "opened_seq": meeting.opened_seq}
    if meeting.closed_seq:
        told |= {"closed_seq": meeting.closed_seq}
    return told | (_missed(meeting.missed) if meeting.missed else {})


def _business(known: Deliberations, name: Id, meeting: Meeting, decisions: list[Told]) -> Told:
    """Gather what belongs to a meeting: what names it, what its agenda names, and what its body did while it sat."""
    end = meeting.closed_seq or SEQ_MAX
    subjects = {item.subject for item in meeting.agenda if item.subject}
    ballots = _ballots_of(known, name, meeting)
    decided = [one for one in decisions if one["seq"] <= end and _is_of(one, name, meeting, ballots)]
    discussed = {key for key, one in known.proposals.items() if key in subjects or one.made.event.idea in subjects}
    for key, one in known.proposals.items():
        if one.made.event.body == meeting.body and any(meeting.sat_at(said.seq) for said in one.rounds):
            discussed.add(key)
    discussed |= {one["proposal"] for one in decided if "proposal" in one}
    for key in ballots:
        discussed |= named_in(known.ballots[key].opened.event)
    return {
        "proposals": proposals_shown(known, discussed, end),
        "ballots": ballots_shown(known, ballots, end),
        "decisions": decided,
        "looks": looks_shown(known, name, end),
    }


def _ballots_of(known: Deliberations, name: Id, meeting: Meeting) -> frozenset[Id]:
    """Return the ballots that were held in a meeting, or that it has on its agenda."""
    subjects = {item.subject for item in meeting.agenda}
    end = meeting.closed_seq or SEQ_MAX
    own = ((key, one.opened) for key, one in known.ballots.items() if one.opened.seq <= end)
    return frozenset(key for key, opened in own if opened.event.meeting == name or key in subjects)


def _is_of(decision: Told, name: Id, meeting: Meeting, ballots: Collection[Id]) -> bool:
    """Tell whether a decision was taken in a meeting: it says so, or its ballot was, or it was recorded while the body sat."""
    if "meeting" in decision:
        return bool(decision["meeting"] == name)
    if meeting.closed_seq and decision["seq"] > meeting.closed_seq:
        return False
    return decision.get("ballot") in ballots or meeting.sat_at(decision["seq"])


def _about(business: Told, item: AgendaItem) -> Told:
    """Choose from business what one point is about, by its subject: an idea, a proposal, a ballot, or an earlier decision."""
    subject = item.subject
    if subject is None:
        return {kind: [] for kind in BUSINESS}
    voted = {name for one in business["ballots"] if one["ballot"] == subject for name in one["proposals"]}
    proposals = [one for one in business["proposals"] if subject in {one["proposal"], one.get("idea")} or one["proposal"] in voted]
    names = {one["proposal"] for one in proposals}
    ballots = [one for one in business["ballots"] if one["ballot"] == subject or names & set(one["proposals"])]
    held = {one["ballot"] for one in ballots}
    decisions = [one for one in business["decisions"] if one.get("ballot") in held or one.get("proposal") in names]
    looks = [one for one in business["looks"] if one["decision"] == subject]
    return {"proposals": proposals, "ballots": ballots, "decisions": decisions, "looks": looks}


def _point(item: AgendaItem, meeting: Meeting) -> Told:
    became = next((one for one in meeting.outcomes if one.item == item.item), None)
    told: dict[str, Any] = item.model_dump(mode="json", exclude_none=True)
    return told | (became.model_dump(mode="json", exclude_none=True) if became else {})


def _move(at: str, arrived: Collection[str], left: Collection[str]) -> Told:
    return {"at": at, "arrived": list(arrived), "left": list(left)}


def _missed(missed: Missed) -> Told:
    return {"missed": {"needed": missed.needed, "counted": missed.counted, "at": missed.at.isoformat(), "seq": missed.seq}}

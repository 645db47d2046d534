"""The idea box of each body: every card, and whether it is open, on an agenda, set aside with the reason, or a proposal by now."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from immutables import Map

from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import AgendaItem, AgendaRevised, ItemKind, MeetingCalled, MeetingClosed
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import IdeaSetAside, IdeaSubmitted, IdeaWord, ProposalMade
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Pseudonym, Sealed, Seq, Table


class CardState(StrEnum):
    """What became of a card."""

    OPEN = "open"
    ON_AGENDA = "on-agenda"
    SET_ASIDE = "set-aside"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Card:
    """One card: `remark` is the seal of what it says about a person; `reason` is why it was set aside."""

    body: Code
    word: IdeaWord
    author: Pseudonym
    at: datetime
    seq: Seq
    text: str | None = None
    remark: Sealed | None = None
    reason: str | None = None
    proposal: Id | None = None


@dataclass(frozen=True, slots=True)
class IdeaBox:
    """Every card by its id, and the cards on the agenda of each meeting that is not over."""

    cards: Table[Id, Card] = Map()
    agendas: Table[Id, tuple[Id, ...]] = Map()

    def state(self, idea: Id) -> CardState:
        """Return what became of a card; one whose meeting ended without an answer is in the box again."""
        card = self.cards[idea]
        if card.proposal is not None:
            return CardState.PROPOSAL
        if card.reason is not None:
            return CardState.SET_ASIDE
        return CardState.ON_AGENDA if self.meetings(idea) else CardState.OPEN

    def meetings(self, idea: Id) -> tuple[Id, ...]:
        """Return the meetings to come that have a card on their agenda, sorted."""
        return tuple(sorted(meeting for meeting, ideas in self.agendas.items() if idea in ideas))


def evolve(box: IdeaBox, record: Recorded[GovernanceEvent]) -> IdeaBox:
    """Apply one fact; one about a card that a cut hides changes nothing."""
    match record.event:
        case IdeaSubmitted() as event:
            card = Card(event.body, event.word, record.actor, record.time, record.seq, event.text, event.remark)
            return replace(box, cards=box.cards.set(event.idea, card))
        case IdeaSetAside() as event:
            return _card(box, event.idea, reason=event.reason)
        case ProposalMade(idea=str(idea)) as event:
            return _card(box, idea, proposal=event.proposal)
        case MeetingCalled(meeting=meeting, agenda=agenda) | AgendaRevised(meeting=meeting, agenda=agenda):
            return replace(box, agendas=box.agendas.set(meeting, _ideas(agenda)))
        case MeetingClosed(meeting=meeting) | QuorumMissed(meeting=str(meeting)) if meeting in box.agendas:
            return replace(box, agendas=box.agendas.delete(meeting))
        case _:
            return box


IDEA_BOX: Projection[IdeaBox] = Projection(name="governance.ideas", version=1, initial=IdeaBox(), evolve=evolve)


def ideas_shown(box: IdeaBox, body: Code | None = None) -> dict[str, Any]:
    """Return the cards of one body or of all, the last one first."""
    chosen = [(idea, card) for idea, card in box.cards.items() if body in {None, card.body}]
    newest = sorted(chosen, key=lambda one: -one[1].seq)
    return {"ideas": [{"idea": idea, "state": box.state(idea), "meetings": box.meetings(idea), **_fields(card)} for idea, card in newest]}


def _fields(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}


def _ideas(agenda: tuple[AgendaItem, ...]) -> tuple[Id, ...]:
    return tuple(item.subject for item in agenda if item.kind is ItemKind.IDEA and item.subject)


def _card(box: IdeaBox, idea: Id, **changed: Any) -> IdeaBox:
    card = box.cards.get(idea)
    return replace(box, cards=box.cards.set(idea, replace(card, **changed))) if card else box

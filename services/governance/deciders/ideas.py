"""The idea box of each body: who may drop a card in it, what it may hold, and how a card is set aside."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.proposals import SetIdeaAside, SubmitIdea
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.proposals import IdeaSetAside, IdeaSubmitted
from services.governance.rules.conducting import must_conduct, must_take_part
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused


class OneTextOrOneRemark(Refused):
    """Une carte dit une seule chose : un texte sur la vie de l'école, ou une remarque sur une personne, qui ira au coffre.
    A card says one thing: a text about life at school, or a remark about a person, which goes to the vault."""


class NoSuchIdea(Refused):
    """Cette idée n'est pas dans la boîte.
    This idea is not in the box."""


class IdeaBecameProposal(Refused):
    """Cette idée est devenue une proposition : c'est la proposition que l'on discute maintenant.
    This idea became a proposal: it is the proposal that is discussed now."""


IdeaCommand = SubmitIdea | SetIdeaAside


def decide(chamber: Chamber, command: IdeaCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about ideas."""
    match command:
        case SubmitIdea():
            return _submit(chamber, command, given)
        case SetIdeaAside():
            return _set_aside(chamber, command, given)
        case _:
            assert_never(command)


IDEAS: Decider[Chamber] = Decider(IdeaCommand, CHAMBER, decide)


def _submit(chamber: Chamber, command: SubmitIdea, given: Circumstances) -> Sequence[GovernanceEvent]:
    must_take_part(chamber, command.body, given)
    if (command.text is None) == (command.remark is None):
        raise OneTextOrOneRemark
    remark = given.seals["remark"] if command.remark is not None else None
    return [IdeaSubmitted(idea=given.id(), body=command.body, word=command.word, text=command.text, remark=remark)]


def _set_aside(chamber: Chamber, command: SetIdeaAside, given: Circumstances) -> Sequence[GovernanceEvent]:
    idea = chamber.proposals.ideas.get(command.idea)
    if idea is None:
        raise NoSuchIdea
    must_conduct(chamber, idea.body, command, given)
    if idea.proposal is not None:
        raise IdeaBecameProposal(proposal=idea.proposal)
    return [] if idea.set_aside else [IdeaSetAside(**dict(command))]

"""Everything that can be asked about ideas, proposals, consent and decisions, and who may ask."""

from typing import Annotated

from pydantic import Field

from services.governance.commands.bodies import CONDUCTS
from services.governance.commands.people import SETS_UP
from services.governance.events.people import Role
from services.governance.events.proposals import FollowUp, HowLifted, IdeaWord, Nominee
from shared.messages import Command
from shared.values import Checked, Code, Confided, Count, Id, Passage, PositiveCents, TextClass

MEMBERS = {Role.MEMBER}
FRAMES = SETS_UP | {Role.CLASS_TUTOR}  # the adult in charge of the body

MaybeConfided = Annotated[Confided | None, TextClass.SEALED]  # declared outside the union too, where a field's class is looked up


class SubmitIdea(Command, may=MEMBERS):
    """Déposer une idée dans la boîte d'une instance ; ce qui parle d'une personne va au coffre.
    Put an idea in the box of a body; what is said about a person goes to the vault."""

    body: Code
    word: IdeaWord
    text: Passage | None = None
    remark: MaybeConfided = None


class SetIdeaAside(Command, may=CONDUCTS):
    """Mettre une idée de côté, avec la raison.
    Set an idea aside, with the reason."""

    idea: Id
    reason: Passage


class MakeProposal(Command, may=MEMBERS):
    """Faire une proposition à une instance, à partir d'une idée ou non ; avec un coût, dire de quel pot.
    Make a proposal to a body, from an idea or not; with a cost, say of which pot."""

    body: Code
    title: Checked
    text: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None
    idea: Id | None = None
    nominee: Nominee | None = None


class SupportProposal(Command, may=MEMBERS):
    """Soutenir une proposition.
    Support a proposal."""

    proposal: Id


class ReviseProposal(Command, may=MEMBERS):
    """Écrire une nouvelle version de sa proposition.
    Write a new version of one's proposal."""

    proposal: Id
    title: Checked
    text: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None


class WithdrawProposal(Command, may=MEMBERS):
    """Retirer sa proposition, avec la raison.
    Withdraw one's proposal, with the reason."""

    proposal: Id
    reason: Passage


class ProposeAmendment(Command, may=MEMBERS):
    """Proposer une autre rédaction de la version en cours.
    Propose another wording of the version that stands."""

    proposal: Id
    version: Annotated[Count, Field(ge=1)]
    title: Checked
    text: Passage
    reason: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None


class AcceptAmendment(Command, may=MEMBERS):
    """Accepter un amendement à sa proposition : elle reçoit une nouvelle version.
    Accept an amendment to one's proposal: it receives a new version."""

    amendment: Id


class RejectAmendment(Command, may=MEMBERS):
    """Refuser un amendement à sa proposition, avec la raison.
    Reject an amendment to one's proposal, with the reason."""

    amendment: Id
    reason: Passage


class StateFrame(Command, may=FRAMES):
    """Poser une limite à une proposition avant le vote, avec la raison.
    Set a limit to a proposal before the vote, with the reason."""

    proposal: Id
    limits: Passage
    reason: Passage


class VetoProposal(Command, may=FRAMES):
    """Refuser une proposition avant tout vote, avec la raison que les votants liront.
    Refuse a proposal before any vote, with the reason that the voters will read."""

    proposal: Id
    reason: Passage
    rule: Code | None = None


class OpenRound(Command, may=CONDUCTS):
    """Ouvrir un tour de consentement sur la version en cours.
    Open a consent round on the version that stands."""

    proposal: Id


class RaiseObjection(Command, may=MEMBERS):
    """Poser une objection dans le tour en cours ; la raison va au coffre et se lit dans l'instance.
    Raise an objection in the round that is open; the reason goes to the vault and is read in the body."""

    proposal: Id
    reason: Confided


class LiftObjection(Command, may=MEMBERS):
    """Lever une objection : intégrée, retirée par qui l'a posée, ou jugée sans fondement, avec la raison.
    Lift an objection: built in, withdrawn by whoever raised it, or ruled unfounded, with the reason."""

    objection: Id
    how: HowLifted
    reason: Passage


class DeclareConsent(Command, may=CONDUCTS):
    """Constater le consentement : plus aucune objection ne tient.
    State that there is consent: no objection stands any more."""

    proposal: Id


class EscalateConsent(Command, may=CONDUCTS):
    """Constater que le consentement ne vient pas, avec la raison : la proposition pourra aller au vote.
    State that consent does not come, with the reason: the proposal may go to a vote."""

    proposal: Id
    reason: Passage


class FollowDecision(Command, may=CONDUCTS):
    """Dire où en est une décision : faite, en cours, ou pas réalisée avec la raison.
    Say where a decision stands: done, ongoing, or not carried out with the reason."""

    decision: Id
    state: FollowUp
    meeting: Id | None = None
    reason: Passage | None = None


class RevokeDecision(Command, may=CONDUCTS):
    """Annuler une décision par une décision plus récente de la même instance.
    Revoke a decision by a later decision of the same body."""

    decision: Id
    by: Id
    reason: Passage


class ReleaseCommitment(Command, may={Role.MANDATE_HOLDER}):
    """Rendre au disponible ce qui ne sera plus dépensé d'une décision.
    Give back to what is available what will no longer be spent of a decision."""

    decision: Id
    amount: PositiveCents
    reason: Passage

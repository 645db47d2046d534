"""Everything that can have happened to an idea on its way to a decision, and to the decision afterwards."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.governance.events.papers import Money
from services.governance.events.people import Role
from shared.messages import Event
from shared.values import Checked, Code, Count, Id, Passage, PositiveCents, Pseudonym, Sealed, Value


class IdeaWord(StrEnum):
    """How a card of the idea box begins (« je félicite, je critique, je propose, je demande »)."""

    CONGRATULATE = "congratulate"
    CRITICISE = "criticise"
    PROPOSE = "propose"
    ASK = "ask"


class HowLifted(StrEnum):
    """What became of an objection."""

    INTEGRATED = "integrated"
    WITHDRAWN = "withdrawn"
    UNFOUNDED = "unfounded"


class FollowUp(StrEnum):
    """Where a decision stands when a council looks at it again."""

    DONE = "done"
    ONGOING = "ongoing"
    NOT_CARRIED_OUT = "not-carried-out"


class Conferral(Value):
    """What whoever is elected receives: a role, from when to when, in a class or a body."""

    role: Role
    starts: date
    until: date
    class_code: Code | None = None
    body: Code | None = None


class Nominee(Value):
    """The person whom an election without candidates proposes, for what."""

    person: Pseudonym
    confers: Conferral


class IdeaSubmitted(
    Event,
    name="governance.idea-submitted.v1",
    fr="Une idée arrive dans la boîte de {body} ({word})",
    en="An idea arrives in the box of {body} ({word})",
):
    """Une idée a été déposée ; ce qui parle d'une personne est au coffre.
    An idea was submitted; what is said about a person is in the vault."""

    idea: Id
    body: Code
    word: IdeaWord
    text: Passage | None = None
    remark: Sealed | None = None


class IdeaSetAside(
    Event,
    name="governance.idea-set-aside.v1",
    fr="Une idée est mise de côté : {reason}",
    en="An idea is set aside: {reason}",
):
    """Une idée a été mise de côté, avec la raison.
    An idea was set aside, with the reason."""

    idea: Id
    reason: Passage


class ProposalMade(
    Event,
    name="governance.proposal-made.v1",
    fr="Proposition à {body} : {title}",
    en="Proposal to {body}: {title}",
):
    """Une proposition a été déposée : c'est sa version 1. Avec `nominee`, elle propose une personne (élection sans candidat).
    A proposal was made: this is its version 1. With `nominee` it proposes a person (election without candidates)."""

    proposal: Id
    body: Code
    title: Checked
    text: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None
    idea: Id | None = None
    nominee: Nominee | None = None


class ProposalSupported(
    Event,
    name="governance.proposal-supported.v1",
    fr="La proposition reçoit un soutien",
    en="The proposal is supported",
):
    """Une personne a soutenu une proposition.
    Somebody supported a proposal."""

    proposal: Id


class ProposalRevised(
    Event,
    name="governance.proposal-revised.v1",
    fr="La proposition devient « {title} » (version {version})",
    en="The proposal becomes “{title}” (version {version})",
):
    """Une proposition a reçu une nouvelle version.
    A proposal received a new version."""

    proposal: Id
    version: Annotated[Count, Field(ge=2)]
    title: Checked
    text: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None
    amendment: Id | None = None


class ProposalWithdrawn(
    Event,
    name="governance.proposal-withdrawn.v1",
    fr="La proposition est retirée : {reason}",
    en="The proposal is withdrawn: {reason}",
):
    """Une proposition a été retirée par qui l'avait faite, avec la raison.
    A proposal was withdrawn by whoever made it, with the reason."""

    proposal: Id
    reason: Passage


class AmendmentProposed(
    Event,
    name="governance.amendment-proposed.v1",
    fr="Amendement proposé : {title}",
    en="Amendment proposed: {title}",
):
    """Une autre rédaction d'une version a été proposée, avec la raison.
    Another wording of a version was proposed, with the reason."""

    amendment: Id
    proposal: Id
    version: Annotated[Count, Field(ge=1)]
    title: Checked
    text: Passage
    reason: Passage
    cost: PositiveCents | None = None
    pot: Code | None = None
    project: Code | None = None


class AmendmentAccepted(
    Event,
    name="governance.amendment-accepted.v1",
    fr="L'amendement est accepté",
    en="The amendment is accepted",
):
    """Un amendement a été accepté : la proposition reçoit une nouvelle version.
    An amendment was accepted: the proposal receives a new version."""

    amendment: Id


class AmendmentRejected(
    Event,
    name="governance.amendment-rejected.v1",
    fr="L'amendement est refusé : {reason}",
    en="The amendment is rejected: {reason}",
):
    """Un amendement a été refusé, avec la raison.
    An amendment was rejected, with the reason."""

    amendment: Id
    reason: Passage


class FrameStated(
    Event,
    name="governance.frame-stated.v1",
    fr="L'adulte responsable pose une limite : {limits} ({reason})",
    en="The adult in charge sets a limit: {limits} ({reason})",
):
    """L'adulte responsable a posé une limite à une proposition, avant le vote ; `role` dit à quel titre.
    The adult in charge set a limit to a proposal, before the vote; `role` says in which capacity."""

    proposal: Id
    limits: Passage
    reason: Passage
    role: Role


class ProposalVetoed(
    Event,
    name="governance.proposal-vetoed.v1",
    fr="L'adulte responsable refuse la proposition avant le vote : {reason}",
    en="The adult in charge refuses the proposal before the vote: {reason}",
):
    """L'adulte responsable a refusé une proposition avant tout vote, avec sa raison ; `rule` nomme la règle de l'association.
    The adult in charge refused a proposal before any vote, with the reason; `rule` names the association's rule."""

    proposal: Id
    reason: Passage
    role: Role
    rule: Code | None = None


class RoundOpened(
    Event,
    name="governance.round-opened.v1",
    fr="Tour {round} de consentement, animé par {facilitator}",
    en="Consent round {round}, led by {facilitator}",
):
    """Un tour de consentement s'est ouvert sur une version d'une proposition.
    A consent round opened on a version of a proposal."""

    proposal: Id
    version: Annotated[Count, Field(ge=1)]
    round: Annotated[Count, Field(ge=1)]
    facilitator: Pseudonym


class ObjectionRaised(
    Event,
    name="governance.objection-raised.v1",
    fr="Une objection est posée au tour {round}",
    en="An objection is raised in round {round}",
):
    """Une objection a été posée ; sa raison est au coffre.
    An objection was raised; its reason is in the vault."""

    objection: Id
    proposal: Id
    round: Annotated[Count, Field(ge=1)]
    reason: Sealed


class ObjectionLifted(
    Event,
    name="governance.objection-lifted.v1",
    fr="Une objection est levée ({how})",
    en="An objection is lifted ({how})",
):
    """Une objection a été levée : intégrée à la proposition, retirée, ou jugée sans fondement, avec la raison.
    An objection was lifted: built into the proposal, withdrawn, or ruled unfounded, with the reason."""

    objection: Id
    how: HowLifted
    reason: Passage


class ConsentReached(
    Event,
    name="governance.consent-reached.v1",
    fr="La proposition est adoptée par consentement au tour {round}",
    en="The proposal is adopted by consent in round {round}",
):
    """Plus personne n'objecte : il y a consentement.
    Nobody objects any more: there is consent."""

    proposal: Id
    round: Annotated[Count, Field(ge=1)]


class ConsentEscalated(
    Event,
    name="governance.consent-escalated.v1",
    fr="Pas de consentement au tour {round} : {reason}",
    en="No consent in round {round}: {reason}",
):
    """Le consentement n'est pas venu : la proposition va au vote ou à une autre instance, avec la raison.
    Consent did not come: the proposal goes to a vote or to another body, with the reason."""

    proposal: Id
    round: Annotated[Count, Field(ge=1)]
    reason: Passage


class DecisionAdopted(
    Event,
    name="governance.decision-adopted.v1",
    fr="Décision de {body} : {title}",
    en="Decision of {body}: {title}",
):
    """Une instance a décidé ; avec `spending`, l'enveloppe est engagée à l'instant.
    A body decided; with `spending` the envelope is committed at once."""

    decision: Id
    body: Code
    title: Checked
    proposal: Id | None = None
    version: Count | None = None
    ballot: Id | None = None
    meeting: Id | None = None
    elected: tuple[Code, ...] | None = None
    spending: Money | None = None
    until: date | None = None


class DecisionRejected(
    Event,
    name="governance.decision-rejected.v1",
    fr="{body} ne retient pas : {title}",
    en="{body} does not adopt: {title}",
):
    """Une instance a rejeté une proposition.
    A body rejected a proposal."""

    decision: Id
    body: Code
    title: Checked
    proposal: Id | None = None
    version: Count | None = None
    ballot: Id | None = None
    meeting: Id | None = None


class DecisionRevoked(
    Event,
    name="governance.decision-revoked.v1",
    fr="Une décision est annulée : {reason}",
    en="A decision is revoked: {reason}",
):
    """Une décision a été annulée par une autre, ou avec le scrutin qui l'avait prise ; ce qui est déjà dépensé le reste.
    A decision was revoked by another one, or with the ballot that took it; what is already spent stays spent."""

    decision: Id
    by: Id | None = None
    reason: Passage


class DecisionFollowed(
    Event,
    name="governance.decision-followed.v1",
    fr="Une décision est suivie : {state}",
    en="A decision is followed up: {state}",
):
    """Un conseil a regardé où en est une décision.
    A council looked at where a decision stands."""

    decision: Id
    state: FollowUp
    meeting: Id | None = None
    reason: Passage | None = None


class CommitmentReleased(
    Event,
    name="governance.commitment-released.v1",
    fr="{amount:money} d'une décision sont libérés : {reason}",
    en="{amount:money} of a decision are released: {reason}",
):
    """Ce qui reste d'une enveloppe a été rendu au disponible.
    What is left of an envelope was given back to what is available."""

    decision: Id
    amount: PositiveCents
    reason: Passage


ProposalEvent = (
    IdeaSubmitted
    | IdeaSetAside
    | ProposalMade
    | ProposalSupported
    | ProposalRevised
    | ProposalWithdrawn
    | AmendmentProposed
    | AmendmentAccepted
    | AmendmentRejected
    | FrameStated
    | ProposalVetoed
    | RoundOpened
    | ObjectionRaised
    | ObjectionLifted
    | ConsentReached
    | ConsentEscalated
    | DecisionAdopted
    | DecisionRejected
    | DecisionRevoked
    | DecisionFollowed
    | CommitmentReleased
)

"""How the sample's people bring something to a body and decide it: an idea, a proposal, its frame, a consent round, a ballot."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deploy.stage import Stage, data_of, facts_of
from services.governance.commands.ballots import CastVote, CloseBallot, EnterHandCount, OpenBallot
from services.governance.commands.proposals import (
    DeclareConsent,
    MakeProposal,
    OpenRound,
    ReleaseCommitment,
    StateFrame,
    SubmitIdea,
    SupportProposal,
)
from services.governance.events.ballots import BallotOption, HandCount, Publish, Way
from services.governance.events.papers import ABSTAIN, NO, YES, Choice, DrawKind, Method, Parameters, TiePolicy
from services.governance.events.proposals import DecisionAdopted, IdeaWord
from shared.handling import Answer
from shared.values import Code, Id

YES_OR_NO = tuple(BallotOption(option=one) for one in (YES, NO, ABSTAIN))
DRAW = TiePolicy(draw=DrawKind.REGISTER)


def idea(stage: Stage, day: date, by: str, body: Code, text: str) -> Id:
    """Put a card « je propose » in the box of a body."""
    return str(data_of(stage.ask(day, by, SubmitIdea(body=body, word=IdeaWord.PROPOSE, text=text)))["idea"])


def proposal(stage: Stage, day: date, by: str, body: Code, title: str, text: str, **more: Any) -> Id:
    """Make a proposal; `more` are its cost, its pot, its project, the idea it comes from, the person it names."""
    command = MakeProposal(body=body, title=title, text=text, **more)
    return str(data_of(stage.ask(day, by, command))["proposal"])


def supported(stage: Stage, day: date, name: Id, by: Sequence[str]) -> None:
    """Have people support a proposal."""
    for one in by:
        stage.ask(day, one, SupportProposal(proposal=name))


def framed(stage: Stage, day: date, by: str, name: Id, limits: str, reason: str) -> None:
    """Have the adult in charge set a limit."""
    stage.ask(day, by, StateFrame(proposal=name, limits=limits, reason=reason))


def consented(stage: Stage, day: date, by: str, name: Id, vote: str | None = None) -> Answer:
    """Ask for consent in one round, to which nobody objects."""
    stage.ask(day, by, OpenRound(proposal=name))
    return declared(stage, stage.ask(day, by, DeclareConsent(proposal=name)), vote)


def by_hand(stage: Stage, day: date, by: str, count: HandCount, tellers: Sequence[str], **settings: Any) -> Answer:
    """Hold a ballot on paper or by raised hands: opened, then counted by each teller; returns what the second count brought about."""
    opened = ballot(stage, day, by, way=Way.HAND, tellers=tuple(stage.people[one] for one in tellers), **settings)
    for teller in tellers:
        answer = stage.ask(day, teller, EnterHandCount(ballot=opened, count=count))
    return answer


def by_name(stage: Stage, day: date, by: str, choices: Mapping[str, Choice], **settings: Any) -> Answer:
    """Hold a ballot in everybody's name, closed once everybody has voted."""
    opened = ballot(stage, day, by, way=Way.NAMED, tellers=(), **settings)
    for voter, choice in choices.items():
        stage.ask(day, voter, CastVote(ballot=opened, choice=choice))
    return stage.ask(day, by, CloseBallot(ballot=opened))


def ballot(stage: Stage, day: date, by: str, **settings: Any) -> Id:
    """Open a ballot: a yes or no unless it says otherwise, all papers published, ties parted by a draw anybody can repeat."""
    usual = {"options": YES_OR_NO, "method": Method.YES_NO, "parameters": Parameters(), "tie_policy": DRAW, "publish": Publish.LIST}
    return str(data_of(stage.ask(day, by, OpenBallot(**{**usual, **settings})))["ballot"])


def declared(stage: Stage, answer: Answer, vote: str | None) -> Answer:
    """Remember the decision of a vote, so that what it allows can cite it."""
    adopted = facts_of(answer, DecisionAdopted)
    if vote is not None and adopted:
        stage.decisions[vote] = adopted[0]["decision"]
    return answer


def released(stage: Stage, day: date, by: str, vote: str, amount: int, reason: str) -> None:
    """Give back what a decision will not spend, in cents."""
    stage.ask(day, by, ReleaseCommitment(decision=stage.decisions[vote], amount=amount, reason=reason))


def options(labels: Mapping[Code, str]) -> tuple[BallotOption, ...]:
    """Return options with their labels."""
    return tuple(BallotOption(option=code, label=label) for code, label in labels.items())


def code_of(label: str) -> Code:
    """Return a code for a label: « Le Tilleul bavard » is le-tilleul-bavard."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")

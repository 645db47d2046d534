"""Decisions, an idea, a ballot and the commands about the council's meetings, for the tests of meetings and agendas."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.governance.commands.bodies import (
    AgendaPoint,
    CallMeeting,
    CloseMeeting,
    OpenMeeting,
    ReviseAgenda,
)
from services.governance.events.ballots import BallotOpened, BallotOption, Publish, QuorumMissed, Way
from services.governance.events.bodies import (
    ItemKind,
    MeetingRole,
)
from services.governance.events.papers import DrawKind, Method, Parameters, TiePolicy
from services.governance.events.proposals import DecisionAdopted, IdeaSubmitted, IdeaWord
from shared.merkle import Frontier
from shared.messages import Circumstances
from tests.examples_bodies import (
    CLOSED,
    COUNCIL_DAY,
    IDEAS_ITEM,
    MEETING,
    NEWS,
)
from tests.examples_governance import LOU
from tests.given import COMMAND_ID, NOW, REGISTER, SEED, Asked
from tests.governance.council import MAJORITY

A_DAY = timedelta(days=1)
FRESH = Circumstances(LOU, REGISTER, COMMAND_ID, NOW, SEED)
BAKE, SORT = "d" * 26, "e" * 26
BAKE_SALE = DecisionAdopted(decision=BAKE, body="conseil-CM2", title="Vente de gâteaux")
SORTING = DecisionAdopted(decision=SORT, body="conseil-CM2", title="Bac de tri")
BALLOT = "v" * 26
BALLOT_OPENED = BallotOpened(
    ballot=BALLOT,
    body="conseil-CM2",
    question="Achetons-nous une table ?",
    options=(BallotOption(option="yes"), BallotOption(option="no")),
    method=Method.YES_NO,
    method_version=1,
    parameters=Parameters(),
    tie_policy=TiePolicy(draw=DrawKind.REGISTER),
    way=Way.HAND,
    publish=Publish.COUNTS,
    call=1,
    roll=(),
    tellers=(),
    meeting=MEETING,
)
IDEA = IdeaSubmitted(idea="f" * 26, body="conseil-CM2", word=IdeaWord.PROPOSE, text="Une boîte à livres")


def point(title: str = "Les idées de la boîte", **more: Any) -> AgendaPoint:
    return AgendaPoint(**{"kind": ItemKind.IDEA, "title": title} | more)


def call(*points: AgendaPoint, **changed: Any) -> CallMeeting:
    asked: dict[str, Any] = {"body": "conseil-CM2", "on": COUNCIL_DAY, "agenda": points} | changed
    return CallMeeting(**asked)


def opening(present: Sequence[str] = MAJORITY, roles: tuple[MeetingRole, ...] = ()) -> OpenMeeting:
    return OpenMeeting(meeting=MEETING, present=tuple(present), roles=roles)


def closing(*left_out: str) -> CloseMeeting:
    return CloseMeeting(meeting=MEETING, outcomes=tuple(one for one in CLOSED.outcomes if one.item not in left_out))


def in_a_register(asked: Asked, records: int) -> Asked:
    asked.given = replace(asked.given, tree=Frontier().grown([b"record"] * records))
    return asked


MISSED = QuorumMissed(call=1, needed=3, counted=2, meeting=MEETING)


def revise(*points: AgendaPoint) -> ReviseAgenda:
    return ReviseAgenda(meeting=MEETING, agenda=points)


IDEAS_POINT = point(item=IDEAS_ITEM)
NEWS_POINT = AgendaPoint(kind=NEWS.kind, title=NEWS.title, item=NEWS.item)

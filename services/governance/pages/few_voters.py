"""What the page that opens a ballot says about who votes: how many, what may be shown after, and a vote nearly the same before it."""

from typing import Final, NamedTuple

from services.governance.chamber.whole import CHAMBER
from services.governance.events.ballots import Publish, Way
from services.governance.events.papers import Method
from services.governance.pages.desk import Desk, Visit
from services.governance.rules.rolls import roll_of, voters_of
from services.governance.rules.small_groups import LIST_MIN, nearly_the_same, offered, too_few
from shared.projecting import Projection
from shared.refusals import Refused
from shared.values import Code, Id

WHOLE_CHAMBER: Final = Projection("governance.chamber", 1, CHAMBER.initial, CHAMBER.listening())


class NearlyTheSameVoters(Refused):
    """Ce vote et un autre sur la même question ont presque les mêmes votants : relis l'avertissement, puis ouvre-le si tu le veux encore.
    This vote and another one on the same question have nearly the same voters: read the warning again, then open it if you still wish."""


class Asked(NamedTuple):
    """The ballot that is being written: of which body, counted and given how, on what, during which meeting."""

    body: Code
    method: Method
    way: Way
    people: bool = False
    question: str = ""
    proposal: Id | None = None
    meeting: Id | None = None


class FewVoters(NamedTuple):
    """How many vote (in a meeting: of those present), what may be shown, the proposed first, and the ballots nearly the same."""

    voters: int
    publishes: tuple[Publish, ...]
    few: bool
    too_few: bool
    near: tuple[tuple[Id, str], ...]


def few_voters(desk: Desk, visit: Visit, asked: Asked) -> FewVoters:
    """Look at the roll as it would be frozen now."""
    chamber = desk.view(WHOLE_CHAMBER, visit)
    roll = voters_of(roll_of(chamber, asked.body, visit.now.date()))
    meeting = chamber.sittings.meetings.get(asked.meeting) if asked.meeting else None
    voters = len(roll & meeting.present) if meeting is not None and meeting.running else len(roll)
    ballots = chamber.ballots.by_id
    near = nearly_the_same(ballots, roll, asked.question, asked.proposal, asked.way)
    return FewVoters(
        voters,
        offered(asked.way, asked.method, voters, on_people=asked.people),
        few=asked.way is Way.CARDS and voters < LIST_MIN,
        too_few=too_few(asked.way, voters),
        near=tuple((name, ballots[name].opened.question) for name in near),
    )

"""What every command about a ballot looks at first: is there such a ballot, does it still take something, what is behind its seals.

Pure. Shared by the deciders of ballots: opened, by hand, by name, closed.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import CloseBallot, EnterHandCount, HoldDraw
from services.governance.events.ballots import BallotOpened, RollCollege, Way
from services.governance.events.people import PersonKind
from shared.messages import Circumstances, Command
from shared.refusals import Refused
from shared.values import Code, Id, Pseudonym, Value

Said = TypeVar("Said", bound=Value)

OVER: Final = frozenset({Phase.DRAW_NEEDED, Phase.NO_QUORUM, Phase.CANCELLED, Phase.DECLARED, Phase.ARCHIVED})
OPENINGS: Final = "openings"  # the name under which what is behind the seals is brought


class NoSuchBallot(Refused):
    """Aucun scrutin ne porte cet identifiant dans cette coopérative.
    No ballot has this identifier in this cooperative."""


class ClosedNeverReopens(Refused):
    """Un scrutin clos ne se rouvre pas et ne change plus : s'il faut voter encore, ouvre un nouveau scrutin.
    A closed ballot never reopens and no longer changes: if a vote is needed again, open a new ballot."""


class HourIsPast(Refused):
    """L'heure de clôture est passée : ce scrutin ne reçoit plus rien, son résultat arrive.
    The closing time is past: this ballot takes nothing more, its result is coming."""


class GivenAnotherWay(Refused):
    """On ne vote pas de cette façon à ce scrutin : regarde sur sa page comment il se déroule.
    This is not how people vote in this ballot: look on its page how it is held."""


class Opening(NamedTuple):
    """What is behind one seal: the salt in base64 and the JSON value."""

    salt: str
    value: Any

    def as_a(self, kind: type[Said]) -> Said:
        """Return what was sealed as the value it was."""
        return kind.model_validate_json(orjson.dumps(self.value))


def ballot_of(chamber: Chamber, name: Id) -> Ballot:
    """Return a ballot, wherever it stands. Raises NoSuchBallot."""
    if (ballot := chamber.ballots.by_id.get(name)) is None:
        raise NoSuchBallot(ballot=name)
    return ballot


def running(chamber: Chamber, name: Id) -> Ballot:
    """Return a ballot that is not closed. Raises NoSuchBallot or ClosedNeverReopens."""
    ballot = ballot_of(chamber, name)
    if ballot.phase in OVER:
        raise ClosedNeverReopens(phase=ballot.phase)
    return ballot


def taking(chamber: Chamber, name: Id, given: Circumstances, way: Way) -> Ballot:
    """Return a ballot that is held in this way and still takes votes. Raises HourIsPast or GivenAnotherWay besides."""
    ballot = running(chamber, name)
    if ballot.opened.way is not way:
        raise GivenAnotherWay(way=ballot.opened.way)
    if ballot.closes_at is not None and given.now >= ballot.closes_at:
        raise HourIsPast(closes_at=ballot.closes_at.isoformat())
    return ballot


def weights(roll: tuple[RollCollege, ...], *, advisory: bool = False) -> dict[Pseudonym, int]:
    """Return how many votes each person on the roll has: those who decide, or those who are only heard."""
    return {line.voter: line.weight or 1 for one in roll if bool(one.advisory) is advisory for line in one.voters}


def is_staff(chamber: Chamber, person: Pseudonym, given: Circumstances) -> bool:
    """Tell whether a person is one of the educating staff today."""
    belonging = chamber.standing.people.get(person)
    return belonging is not None and belonging.kind is PersonKind.STAFF and belonging.belongs_on(given.today)


def codes_of(opened: BallotOpened) -> tuple[Code, ...]:
    """Return what can be chosen, in the order of the ballot."""
    return tuple(one.option for one in opened.options)


def seals_behind(chamber: Chamber, command: Command) -> frozenset[str]:
    """Return the commitments, in base64, whose openings the command must be brought with; none before they are needed."""
    ballot = chamber.ballots.by_id.get(command.ballot) if isinstance(command, CloseBallot | EnterHandCount | HoldDraw) else None
    if ballot is None or (isinstance(command, EnterHandCount) and ballot.phase in OVER):
        return frozenset()
    if ballot.opened.way is Way.HAND:
        return frozenset(ballot.counts.values())
    if ballot.opened.way is Way.CARDS:
        return frozenset({ballot.board} if ballot.board else ())
    return frozenset(cast.sealed for cast in ballot.votes.values())


def opening_of(given: Circumstances, commitment: str) -> Opening | None:
    """Return what is behind a seal, as it was brought; None when it was erased with the person it concerned."""
    found: Mapping[str, Any] | None = given.brought[OPENINGS].get(commitment)
    return Opening(found["salt"], found["value"]) if found else None

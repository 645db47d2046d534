"""What is due at a moment: ballots to close at their hour, ballots to archive, as commands that two clocks give as one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from services.governance.chamber.balloting import Ballots, Phase
from services.governance.commands.ballots import ArchiveBallot, CloseBallot
from services.governance.events.ballots import Way
from services.governance.rules.polling import OVER
from shared.messages import Command, id_from
from shared.values import Id

CHALLENGE: Final = timedelta(hours=48)  # after its result a ballot with cards can be challenged so long (trust, B13)


def due(ballots: Ballots, now: datetime) -> tuple[tuple[Command, str], ...]:
    """Return each command that is due and its command id, the earliest hour first: asked twice it is done once."""
    past = sorted((hour, command.slug(), command.ballot, command) for hour, command in _hours(ballots) if hour <= now)
    return tuple((command, command_id(command)) for _, _, _, command in past)


def next_hour(ballots: Ballots, now: datetime) -> datetime | None:
    """Return when something is due next; None when nothing is."""
    return min((hour for hour, _ in _hours(ballots) if hour > now), default=None)


def closing_id(ballot: Id) -> str:
    """Return the id of the command by which the clock closes a ballot."""
    return command_id(CloseBallot(ballot=ballot))


def command_id(command: CloseBallot | ArchiveBallot) -> str:
    """Return the id under which every clock gives this command."""
    return id_from(sha256(command.ballot.encode() + command.slug().removesuffix("-ballot").encode()).digest())


def _hours(ballots: Ballots) -> Iterator[tuple[datetime, CloseBallot | ArchiveBallot]]:
    """Iterate over what the clock does. Cards are closed by their tellers, hands by two equal counts."""
    for name, ballot in ballots.by_id.items():
        if ballot.closes_at is not None and ballot.opened.way is Way.NAMED and ballot.phase not in OVER:
            yield ballot.closes_at, CloseBallot(ballot=name)
        if ballot.opened.way is Way.CARDS and ballot.phase is Phase.DECLARED and ballot.closed_at is not None:
            yield ballot.closed_at + CHALLENGE, ArchiveBallot(ballot=name)

"""What one source shows of the sample year, and where a vote is found in it: by the body that voted and the day."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from deploy.player_councils import ADULTS, ASSEMBLY, COUNCIL, VERIFIERS
from services.governance.events.ballots import ResultDeclared
from services.governance.projections.ballots import BALLOTS, Poll, Polls
from services.governance.projections.meetings import MEETINGS, Meetings
from services.governance.projections.members import MEMBERS, Members
from services.governance.projections.proposals import PROPOSALS, ProposalPages
from services.governance.proposal_page import ProposalShown
from services.ledger.commitments import Commitments
from services.ledger.projections.commitments import COMMITMENTS
from shared.messages import Recorded
from shared.projecting import Projection, fold
from shared.values import Code

BODIES = {
    **dict.fromkeys(("V02", "V06", "V08", "V11"), COUNCIL),
    **dict.fromkeys(("V04", "V07", "V12"), ASSEMBLY),
    "V03": ADULTS,
    "V05": "CONSEIL-CM2",
    "V09": "CONSEIL-CM1",
    "V10": "CONSEIL-CE2CM1",
    "V13": VERIFIERS,
}


class Seen(NamedTuple):
    """What one source shows of the year."""

    records: Sequence[Recorded[Any]]
    polls: Polls
    pages: ProposalPages
    meetings: Meetings
    members: Members
    commitments: Commitments


def seen_in(records: Sequence[Recorded[Any]]) -> Seen:
    """Fold every view that the checks ask."""
    views: tuple[Projection[Any], ...] = (BALLOTS, PROPOSALS, MEETINGS, MEMBERS, COMMITMENTS)
    return Seen(records, *(fold(view, records) for view in views))


def poll_of(seen: Seen, vote: str, on: str) -> Poll:
    """Return the ballot of a body that was opened on a day. Raises LookupError."""
    for poll in seen.polls.polls.values():
        if poll.opened.body == BODIES[vote] and poll.at.date().isoformat() == on:
            return poll
    raise LookupError(f"no ballot of {BODIES[vote]} on {on}")


def page_of(seen: Seen, vote: str, on: str) -> ProposalShown:
    """Return the proposal of a body on which a consent round opened on a day, or which was refused then. Raises LookupError."""
    for page in seen.pages.by_id.values():
        marks = [one.mark for one in page.rounds] + ([page.veto.mark] if page.veto else [])
        if page.body == BODIES[vote] and on in {mark.at.date().isoformat() for mark in marks}:
            return page
    raise LookupError(f"no proposal of {BODIES[vote]} on {on}")


def result_of(poll: Poll) -> ResultDeclared:
    """Return what was declared. Raises LookupError."""
    if poll.result is None:
        raise LookupError(f"no result of “{poll.opened.question}”")
    return poll.result


def numbers_of(poll: Poll) -> dict[Code, int]:
    """Return the number of each option. Raises LookupError."""
    return {one.of: int(one.value) for one in result_of(poll).tallied.counts}

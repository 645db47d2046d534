"""Until when a result with cards can be challenged, and what is undone when its tellers cancel it: its decisions and its roles.

What is already spent stays spent: a revoked decision commits nothing more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import CancelBallot
from services.governance.events.ballots import BallotCancelled, Way
from services.governance.events.people import RoleEnded
from services.governance.events.proposals import Conferral, DecisionRevoked
from services.governance.rules.due import CHALLENGE
from services.governance.rules.polling import ClosedNeverReopens
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused
from shared.values import Pseudonym

Undone = BallotCancelled | DecisionRevoked | RoleEnded


class NothingToChallenge(Refused):
    """Ce scrutin n'a pas de résultat : il n'y a rien à contester ni à archiver.
    This ballot has no result: there is nothing to challenge or to archive."""


class ChallengeIsOver(Refused):
    """Le temps de contester est passé : le scrutin est archivé ou va l'être.
    The time to challenge is over: the ballot is archived or about to be."""


class NobodyChallenged(Refused):
    """Personne n'a contesté ce scrutin : son résultat tient. Entre d'abord le code de la carte contestée.
    Nobody has challenged this ballot: its result stands. First enter the code of the card that is challenged."""


class AnotherFollows(Refused):
    """Un autre scrutin fait suite à celui-ci : annule-le d'abord.
    Another ballot follows this one: cancel that one first."""


def challengeable_until(ballot: Ballot) -> datetime:
    """Return when a declared ballot can no longer be challenged. Raises NothingToChallenge."""
    if ballot.phase is not Phase.DECLARED or ballot.closed_at is None:
        raise NothingToChallenge(phase=ballot.phase)
    return ballot.closed_at + CHALLENGE


def undone(chamber: Chamber, ballot: Ballot, command: CancelBallot, given: Circumstances) -> list[Undone]:
    """Return the facts by which a teller cancels a declared ballot after a challenge, all of one append.

    Raises ClosedNeverReopens for a ballot without cards, Forbidden, ChallengeIsOver, NobodyChallenged or AnotherFollows.
    """
    name = ballot.opened.ballot
    if ballot.opened.way is not Way.CARDS or ballot.phase is not Phase.DECLARED:
        raise ClosedNeverReopens(phase=ballot.phase)
    if given.actor not in ballot.opened.tellers:
        raise Forbidden(asked=command.slug(), needs=["teller"])
    if given.now >= (until := challengeable_until(ballot)):
        raise ChallengeIsOver(until=until.isoformat())
    if not ballot.challenged:
        raise NobodyChallenged
    if any(one.opened.after == name and one.phase is not Phase.CANCELLED for one in chamber.ballots.by_id.values()):
        raise AnotherFollows
    revoked = [key for key, one in chamber.proposals.decisions.items() if one.ballot == name and not one.revoked]
    return [
        BallotCancelled(ballot=name, reason=command.reason, cause="challenged"),
        *(DecisionRevoked(decision=decision, reason=command.reason) for decision in sorted(revoked)),
        *_roles_ended(chamber, ballot, given),
    ]


def _roles_ended(chamber: Chamber, ballot: Ballot, given: Circumstances) -> Iterator[RoleEnded]:
    """End the roles that the result conferred: today is their last day, or the eve of a role that has not begun."""
    proposal = chamber.proposals.by_id.get(ballot.opened.proposal or "")
    conferred = [(person, ballot.opened.confers) for person in ballot.elected if ballot.opened.confers]
    if proposal is not None and proposal.nominee is not None:
        conferred.append((proposal.nominee.person, proposal.nominee.confers))
    for person, confers in conferred:
        last_day = max(given.today, confers.starts - timedelta(days=1))
        if last_day < confers.until and _holds(chamber, person, confers):
            yield RoleEnded(role=confers.role, person=person, on=last_day, class_code=confers.class_code)


def _holds(chamber: Chamber, person: Pseudonym, confers: Conferral) -> bool:
    scope = confers.class_code or confers.body
    grants = chamber.standing.grants.of(person)
    return any((one.what, one.starts, one.scope) == (confers.role, confers.starts, scope) for one in grants)

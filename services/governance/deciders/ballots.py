"""What a ballot is: opened with all that rules it, its closing time moved in the voters' sight, cancelled before it is counted.

Once its result is declared only its tellers cancel it, after a challenge (`rules/challenging.py`).
"""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.proposing import Life, Proposal, Version
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import CancelBallot, MoveClosing, OpenBallot
from services.governance.events.ballots import BallotCancelled, BallotChanged, BallotOpened, BallotOption, Way
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import Method, Money
from services.governance.rules.challenging import undone
from services.governance.rules.conducting import must_conduct
from services.governance.rules.consequences import cost_of
from services.governance.rules.opening import (
    ClosingNotInFuture,
    NobodyToVote,
    allowed_proxies,
    call_of,
    check_candidates,
    check_casting_vote,
    check_hour,
    check_quorum,
    check_rule,
    check_secrecy,
    check_tellers,
    goes_on,
    weighted,
)
from services.governance.rules.polling import HourIsPast, ballot_of, running
from services.governance.rules.rolls import body_of, classes_of, roll_of, voters_of
from services.governance.tally.methods import counting_of
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Id


class ProposalOfAnotherBody(Refused):
    """Aucune proposition de cette instance ne porte cet identifiant.
    No proposal of this body has this identifier."""


class ProposalNotOpen(Refused):
    """Cette proposition n'est pas ouverte : elle est retirée, refusée avant le vote, en discussion, déjà au vote ou déjà décidée.
    This proposal is not open: it is withdrawn, refused before the vote, in discussion, already put to a vote or already decided."""


class NotTheVersionThatStands(Refused):
    """On vote sur la version qui tient aujourd'hui : relis la proposition, elle a changé.
    The vote is on the version that stands today: read the proposal again, it has changed."""


class MeetingNotRunning(Refused):
    """Cette réunion n'est pas en cours dans cette instance : ouvre-la d'abord, ou vote en dehors d'une réunion.
    This meeting is not running in this body: open it first, or vote outside a meeting."""


class BeyondTheProposal(Refused):
    """L'enveloppe dépasse ce que la proposition coûte, ou le budget à partager : mets au plus ce montant.
    The envelope is larger than what the proposal costs, or than the budget to share: put at most that amount."""


class PotIsNotOpen(Refused):
    """Aucun pot ouvert ne porte ce code : choisis-en un qui existe.
    No open pot has this code: choose one that exists."""


class NoMandateOfTheirClass(Refused):
    """La décision que ce délégué doit porter n'est pas une décision du conseil de sa classe : vérifie laquelle.
    The decision that this delegate carries is none of the council of their class: check which one it is."""


class ProxiesNotAllowed(Refused):
    """Les règles de l'association ne permettent pas tant de procurations, ou pas à un vote de cette façon.
    The association's rules do not allow so many proxies, or not in this way of voting."""


class NotAFollowUp(Refused):
    """Un scrutin en suit un autre de la même instance : un second tour avec ses deux finalistes, ou un second appel après un quorum manqué.
    A ballot follows another one of the same body: a second round with its two finalists, or a second call after a missed quorum."""


class NothingToMove(Refused):
    """Ce scrutin n'a pas d'heure de clôture à déplacer.
    This ballot has no closing time to move."""


BallotCommand = OpenBallot | MoveClosing | CancelBallot


def decide(chamber: Chamber, command: BallotCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about the settings of ballots."""
    match command:
        case OpenBallot():
            return _open(chamber, command, given)
        case MoveClosing():
            return _move(chamber, command, given)
        case CancelBallot():
            return _cancel(chamber, command, given)
        case _:
            assert_never(command)


BALLOTS: Decider[Chamber] = Decider(BallotCommand, CHAMBER, decide)


def _open(chamber: Chamber, command: OpenBallot, given: Circumstances) -> Sequence[GovernanceEvent]:
    formed = body_of(chamber, command.body)
    must_conduct(chamber, command.body, command, given)
    before = _followed(chamber, command)
    _in_its_meeting(chamber, command)
    roll = weighted(roll_of(chamber, command.body, given.today), command.delegates or (), command.way)
    if not voters_of(roll):
        raise NobodyToVote
    _must_be_of_their_class(chamber, command, given)
    check_rule(command)
    check_tellers(chamber, command, roll, given)
    check_secrecy(command, roll)
    check_hour(command, given)
    check_casting_vote(command, roll)
    check_candidates(chamber, command)
    check_quorum(formed.quorum, command)
    if command.proxies_max and (command.way is not Way.NAMED or command.proxies_max > allowed_proxies(chamber, given.today)):
        raise ProxiesNotAllowed(proxies_max=allowed_proxies(chamber, given.today))
    proposal = _proposal(chamber, command, command.proposal) if command.proposal else None
    settings = dict(command)
    del settings["delegates"]
    return [
        BallotOpened(
            **settings
            | {
                "ballot": given.id(),
                "options": tuple(_with_version(chamber, command, one) for one in command.options),
                "method_version": counting_of(command.method).version,
                "call": call_of(chamber, command, before),
                "roll": roll,
                "version": proposal.version if proposal else None,
                "quorum": formed.quorum,
                "spending": _spending(chamber, command, proposal.versions[-1] if proposal else None),
            }
        )
    ]


def _must_be_of_their_class(chamber: Chamber, command: OpenBallot, given: Circumstances) -> None:
    """Let pass delegates whose mandate, where they carry one, the council of their own class decided. Raises NoMandateOfTheirClass."""
    lines = [line for line in command.delegates or () if line.mandate is not None]
    classes = classes_of(chamber, [line.voter for line in lines], given.today)
    for line in lines:
        decision = chamber.proposals.decisions.get(line.mandate or "")
        if decision is None or body_of(chamber, decision.body).class_code != classes.get(line.voter, ""):
            raise NoMandateOfTheirClass(person=line.voter)


def _move(chamber: Chamber, command: MoveClosing, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = running(chamber, command.ballot)
    must_conduct(chamber, ballot.opened.body, command, given)
    if ballot.closes_at is None:
        raise NothingToMove
    if given.now >= ballot.closes_at:
        raise HourIsPast(closes_at=ballot.closes_at.isoformat())
    if command.closes_at <= given.now:
        raise ClosingNotInFuture(closes_at=command.closes_at.isoformat())
    if command.closes_at == ballot.closes_at:
        return []
    return [BallotChanged(ballot=command.ballot, before=ballot.closes_at, after=command.closes_at, reason=command.reason)]


def _cancel(chamber: Chamber, command: CancelBallot, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = ballot_of(chamber, command.ballot)
    if ballot.phase is Phase.DECLARED:
        return undone(chamber, ballot, command, given)
    ballot = running(chamber, command.ballot)
    must_conduct(chamber, ballot.opened.body, command, given)
    return [BallotCancelled(ballot=command.ballot, reason=command.reason)]


def _followed(chamber: Chamber, command: OpenBallot) -> Ballot | None:
    """Return the ballot that this one follows. Raises NoSuchBallot or NotAFollowUp."""
    if command.after is None:
        return None
    before = ballot_of(chamber, command.after)
    same = (before.opened.body, before.opened.method) == (command.body, command.method)
    options = goes_on(before)
    taken = any(one.opened.after == command.after and one.phase is not Phase.CANCELLED for one in chamber.ballots.by_id.values())
    if not same or taken or options is None or sorted(options) != sorted(one.option for one in command.options):
        raise NotAFollowUp(options=options)
    return before


def _in_its_meeting(chamber: Chamber, command: OpenBallot) -> None:
    if command.meeting is None:
        return
    meeting = chamber.sittings.meetings.get(command.meeting)
    if meeting is None or meeting.body != command.body or not meeting.running:
        raise MeetingNotRunning


def _proposal(chamber: Chamber, command: OpenBallot, name: Id) -> Proposal:
    """Return a proposal that can be voted on: open, or going on into the second round of its own ballot."""
    proposal = chamber.proposals.by_id.get(name)
    if proposal is None or proposal.body != command.body:
        raise ProposalOfAnotherBody(proposal=name)
    goes_on_here = proposal.life is Life.VOTING and command.after is not None and chamber.proposals.voted_in.get(name) == command.after
    if proposal.life is not Life.OPEN and not goes_on_here:
        raise ProposalNotOpen(life=proposal.life)
    return proposal


def _with_version(chamber: Chamber, command: OpenBallot, option: BallotOption) -> BallotOption:
    if option.proposal is None:
        return option.model_copy(update={"version": None})
    proposal = _proposal(chamber, command, option.proposal)
    if option.version not in {None, proposal.version}:
        raise NotTheVersionThatStands(version=proposal.version)
    return option.model_copy(update={"version": proposal.version})


def _spending(chamber: Chamber, command: OpenBallot, wording: Version | None) -> Money | None:
    """Return the envelope that is put to the vote: as asked, else what the proposal costs."""
    asked = command.spending
    costs = cost_of(wording) if wording else None
    if asked is None:
        return costs
    if asked.pot not in chamber.purse.pots:
        raise PotIsNotOpen(pot=asked.pot)
    ceiling = command.parameters.budget if command.method is not Method.YES_NO else None
    ceiling = costs.amount if costs else ceiling
    if ceiling is not None and asked.amount > ceiling:
        raise BeyondTheProposal(amount_max=ceiling)
    return asked

"""Voting cards: printed, drawn and marked, the roll closed, the urn opened; then challenged and archived, in this order and no other.

The register holds keys and marks, never which voter drew which card. What the urn holds comes at closing (`rules/unboxing.py`).
"""

from collections.abc import Sequence
from typing import Final, assert_never

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import (
    ArchiveBallot,
    ChallengeBallot,
    CloseRoll,
    IssueCards,
    MarkVoter,
    StartVoting,
    UnmarkVoter,
)
from services.governance.events.ballots import (
    BallotArchived,
    BallotChallenged,
    BoxSealed,
    CardsIssued,
    RollClosed,
    VoterMarked,
    VoterUnmarked,
    VotingStarted,
    Way,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role
from services.governance.rules.challenging import ChallengeIsOver, challengeable_until
from services.governance.rules.conducting import must_conduct
from services.governance.rules.declaring import SECRET_MIN
from services.governance.rules.opening import NotOnTheRoll, TooFewForCards
from services.governance.rules.polling import GivenAnotherWay, ballot_of, taking
from services.governance.rules.rolls import voters_of
from services.governance.urn.cards import CARDS_OF_TWO_DIGITS_MAX, codes_of
from shared.deciding import Decider
from shared.messages import Circumstances, Command, Recorded
from shared.refusals import Forbidden, Notice, Refused
from shared.values import Id

BATCH_MIN: Final = SECRET_MIN  # one card alone is a name: a few are drawn by people whom everybody saw come late (B6)


class RollIsClosed(Refused):
    """La liste est close : plus personne n'est émargé, plus aucune carte n'est faite.
    The roll is closed: nobody can be marked any more, and no card made."""


class NoCardsYet(Refused):
    """Aucune carte n'est imprimée : imprime les cartes d'abord.
    No cards are printed: print the cards first."""


class RollNotClosed(Refused):
    """La liste n'est pas close : clos-la avant d'ouvrir l'urne.
    The roll is not closed: close it before opening the box."""


class VotingIsOver(Refused):
    """Le vote a déjà commencé ou est fini : cette étape est passée.
    Voting has started already, or is over: this step is past."""


class TooFewCards(Refused):
    """On imprime au moins cinq cartes à la fois : une carte seule serait un nom ; détruis les cartes et recommence avec tout le monde.
    At least five cards are printed at a time: one card alone would be a name; destroy the cards and start again with everybody."""


class KeysNotSorted(Refused):
    """Les clés des cartes arrivent triées et toutes différentes : recharge la page et imprime à nouveau.
    The keys of cards come sorted and all different: load the page again and print again."""


class CodesCollide(Refused):
    """Deux cartes auraient le même code : tire-les à nouveau.
    Two cards would have the same code: draw them again."""


class CodesWouldChange(Refused):
    """Au-delà de deux cents cartes, les codes déjà imprimés changeraient : annule le scrutin et imprime tout d'un coup.
    Beyond two hundred cards, the codes already printed would change: cancel the ballot and print all at once."""


class AlreadyMarked(Refused):
    """Cette personne a déjà tiré une carte : une seule chacun.
    This person has already drawn a card: one each."""


class NoCardLeft(Refused):
    """Il n'y a plus de carte à tirer : il y a déjà autant d'émargements que de cartes.
    There is no card left to draw: there are already as many marks as cards."""


class UnknownCode(Refused):
    """Aucune carte de ce scrutin ne porte ce code, ou il est cité deux fois : relis la carte.
    No card of this ballot has this code, or it is named twice: read the card again."""


class DrawnIsNotMarked(Refused):
    """Les cartes tirées ne sont pas autant que les émargements : recompte les cartes restées dans le chapeau et la liste.
    The cards drawn are not as many as the marks: count again the cards left in the hat, and the roll."""


class TheOtherTeller(Refused):
    """Les deux scrutateurs du scrutin closent la liste ensemble : nomme l'autre.
    The two tellers of the ballot close the roll together: name the other one."""


class StillChallengeable(Refused):
    """On peut encore contester ce scrutin : il s'archive quand ce temps est passé.
    This ballot can still be challenged: it is archived once that time is over."""


class PapersDifferFromVoters(Notice):
    """L'urne n'a pas autant de bulletins que les scrutateurs ont compté de votants : cherchez pourquoi avant de publier.
    The box does not hold as many papers as the tellers counted voters: find out why before publishing."""


CardCommand = IssueCards | MarkVoter | UnmarkVoter | CloseRoll | StartVoting | ChallengeBallot | ArchiveBallot


def decide(chamber: Chamber, command: CardCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about voting cards."""
    match command:
        case IssueCards():
            return _issue(_of_teller(chamber, command.ballot, command, given), command)
        case MarkVoter():
            return _mark(_drawing(_of_teller(chamber, command.ballot, command, given)), command)
        case UnmarkVoter():
            ballot = _drawing(_of_teller(chamber, command.ballot, command, given))
            return [VoterUnmarked(ballot=command.ballot, voter=command.voter)] if command.voter in ballot.marked else []
        case CloseRoll():
            return _close_roll(_drawing(_of_teller(chamber, command.ballot, command, given)), command, given)
        case StartVoting():
            return _start(_of_teller(chamber, command.ballot, command, given), command)
        case ChallengeBallot():
            return _challenge(chamber, command, given)
        case ArchiveBallot():
            ballot = archivable(chamber, command, given)
            return [] if ballot.phase is Phase.ARCHIVED else [BallotArchived(ballot=command.ballot)]
        case _:
            assert_never(command)


def warn(_chamber: Chamber, record: Recorded[GovernanceEvent]) -> Sequence[Notice]:
    """Say that papers and voters are not as many."""
    event = record.event
    if isinstance(event, BoxSealed) and event.received != event.counted:
        return [PapersDifferFromVoters(received=event.received, counted=event.counted)]
    return ()


CARDS: Decider[Chamber] = Decider(CardCommand, CHAMBER, decide, warn)


def _of_teller(chamber: Chamber, name: Id, command: Command, given: Circumstances) -> Ballot:
    """Return a ballot with cards that is not over, to one of its tellers. Raises Forbidden besides what `taking` raises."""
    ballot = taking(chamber, name, given, Way.CARDS)
    if given.actor not in ballot.opened.tellers:
        raise Forbidden(asked=command.slug(), needs=["teller"])
    return ballot


def _drawing(ballot: Ballot) -> Ballot:
    """Return a ballot whose cards are being drawn. Raises NoCardsYet or RollIsClosed."""
    if ballot.phase is Phase.OPEN:
        raise NoCardsYet
    if ballot.phase is not Phase.CARDS_ISSUED:
        raise RollIsClosed(phase=ballot.phase)
    return ballot


def _issue(ballot: Ballot, command: IssueCards) -> Sequence[GovernanceEvent]:
    if ballot.phase not in {Phase.OPEN, Phase.CARDS_ISSUED}:
        raise RollIsClosed(phase=ballot.phase)
    if len(command.keys) < BATCH_MIN:
        raise TooFewCards(cards=len(command.keys), cards_min=BATCH_MIN)
    if list(command.keys) != sorted(set(command.keys)):
        raise KeysNotSorted
    known = ballot.keys | set(command.keys)
    if 0 < len(ballot.keys) <= CARDS_OF_TWO_DIGITS_MAX < len(known):
        raise CodesWouldChange(cards_max=CARDS_OF_TWO_DIGITS_MAX)
    if len(codes_of(known)) < len(ballot.keys) + len(command.keys):
        raise CodesCollide
    return [CardsIssued(ballot=command.ballot, batch=ballot.batches + 1, keys=command.keys)]


def _mark(ballot: Ballot, command: MarkVoter) -> Sequence[GovernanceEvent]:
    if command.voter not in voters_of(ballot.opened.roll):
        raise NotOnTheRoll(person=command.voter)
    if command.voter in ballot.marked:
        raise AlreadyMarked(person=command.voter)
    if len(ballot.marked) >= len(ballot.keys):
        raise NoCardLeft(cards=len(ballot.keys))
    return [VoterMarked(ballot=command.ballot, voter=command.voter)]


def _close_roll(ballot: Ballot, command: CloseRoll, given: Circumstances) -> Sequence[GovernanceEvent]:
    if {given.actor, command.other_teller} != set(ballot.opened.tellers):
        raise TheOtherTeller
    codes = codes_of(ballot.keys)
    wrong = sorted({code for code in command.void if code not in codes or command.void.count(code) > 1})
    if wrong:
        raise UnknownCode(codes=wrong)
    drawn, marked = len(ballot.keys) - len(command.void), len(ballot.marked)
    if drawn != marked:
        raise DrawnIsNotMarked(cards=len(ballot.keys), void=len(command.void), drawn=drawn, marked=marked)
    if marked < SECRET_MIN:
        raise TooFewForCards(voters=marked, voters_min=SECRET_MIN)
    void = tuple(sorted(codes[code] for code in command.void))
    return [RollClosed(ballot=command.ballot, marked=marked, void=void, tellers=ballot.opened.tellers)]


def _start(ballot: Ballot, command: StartVoting) -> Sequence[GovernanceEvent]:
    match ballot.phase:
        case Phase.ROLL_CLOSED:
            return [VotingStarted(ballot=command.ballot)]
        case Phase.VOTING:
            return []
        case _:
            raise RollNotClosed(phase=ballot.phase)


def _challenge(chamber: Chamber, command: ChallengeBallot, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = _with_cards(chamber, command.ballot)
    if given.actor not in ballot.opened.tellers:  # a voter tells a teller: who asks stands in the record, beside the code of a card
        raise Forbidden(asked=command.slug(), needs=["teller"])
    if ballot.phase is Phase.ARCHIVED:
        raise ChallengeIsOver
    until = challengeable_until(ballot)
    if given.now >= until:
        raise ChallengeIsOver(until=until.isoformat())
    key = codes_of(ballot.keys).get(command.code)
    if key is None or key in ballot.void:
        raise UnknownCode(codes=[command.code])
    return [] if command.code in ballot.challenged else [BallotChallenged(ballot=command.ballot, code=command.code)]


def archivable(chamber: Chamber, command: ArchiveBallot, given: Circumstances) -> Ballot:
    """Return a ballot that is archived already or may be now. Raises Forbidden, NothingToChallenge or StillChallengeable besides what
    `ballot_of` raises."""
    ballot = _with_cards(chamber, command.ballot)
    if Role.CLOCK not in chamber.standing.invited(given.badge) and given.actor not in ballot.opened.tellers:
        must_conduct(chamber, ballot.opened.body, command, given)
    if ballot.phase is not Phase.ARCHIVED and given.now < (until := challengeable_until(ballot)):
        raise StillChallengeable(until=until.isoformat())
    return ballot


def _with_cards(chamber: Chamber, name: Id) -> Ballot:
    ballot = ballot_of(chamber, name)
    if ballot.opened.way is not Way.CARDS:
        raise GivenAnotherWay(way=ballot.opened.way)
    return ballot

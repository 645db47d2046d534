"""How the urn is opened: its papers read in the order of their keys, sealed under one root, shown or kept under seal, and counted.

The batch of papers is fetched before the decision (services/governance/bringing/boxes.py), so all of this is pure. Nothing of it can be
asked twice: a ballot is closed once. Papers that were lost with a urn that restarted are never counted in part: the ballot is cancelled.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from pydantic import ValidationError

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import CloseBallot
from services.governance.events.ballots import BallotCancelled, BallotEvent, BoxOpened, BoxSealed, Paper, Publish, Token, tidied
from services.governance.events.papers import Choice
from services.governance.rules.consequences import Decided
from services.governance.rules.declaring import SECRET_MIN, box_of_papers, declared
from services.governance.rules.parts import in_parts
from services.governance.rules.polling import codes_of, opening_of
from services.governance.tally.methods import counting_of
from services.governance.urn.cards import key_of, paper_bytes, paper_length, void_bytes
from shared.merkle import Frontier
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused
from shared.values import Digest, Sealed, Value

BOX: Final = "box"  # the name under which the urn's batch is brought
UNREADABLE: Final = "unreadable"  # why a paper is void that says nothing a page of ours writes
LOST: Final = "Bulletins perdus : l'urne a redémarré et n'a pas retrouvé tous les bulletins. On imprime de nouvelles cartes."
TOO_MANY: Final = "Il y a plus de bulletins dans l'urne que de cartes tirées."
FOREIGN: Final = "L'urne contient un bulletin qui ne vient d'aucune carte tirée."


class VotingNotStarted(Refused):
    """Le vote n'a pas commencé : imprime les cartes, émarge, clos la liste, puis ouvre l'urne.
    Voting has not started: print the cards, mark the roll, close it, then open the box."""


class CountTheVoters(Refused):
    """Dis combien de votants les scrutateurs ont comptés : ce nombre est comparé à celui des bulletins.
    Say how many voters the tellers counted: that number is compared with the number of papers."""


class VotingGoesOn(Refused):
    """L'heure annoncée n'est pas venue et des cartes tirées n'ont pas encore voté : attends l'heure, ou tous les votants.
    The announced time has not come and some cards drawn have not voted yet: wait for the time, or for all voters."""


class BoxLost(Refused):
    """L'urne a redémarré et ne connaît plus ce scrutin : rouvre-la pour que les appareils redonnent leurs bulletins, ou annule le scrutin.
    The box restarted and no longer knows this ballot: open it again so that devices give their papers again, or cancel the ballot."""


class Batch(NamedTuple):
    """What the urn hands over: (key, token, paper) of each paper. `again` when it was opened a second time, so papers may be missing;
    `board` is the seal of the papers where they are not published."""

    papers: tuple[tuple[Digest, Token, bytes], ...]
    again: bool = False
    board: Sealed | None = None


class Board(Value):
    """The papers in the order of their keys, as they are put under seal."""

    papers: tuple[Paper, ...]


def must_be_closable(ballot: Ballot, command: CloseBallot, given: Circumstances) -> None:
    """Let pass what can be judged before the urn is asked. Raises Forbidden, VotingNotStarted or CountTheVoters."""
    if given.actor not in ballot.opened.tellers:
        raise Forbidden(asked=command.slug(), needs=["teller"])
    if ballot.phase is not Phase.VOTING:
        raise VotingNotStarted(phase=ballot.phase)
    if command.counted is None:
        raise CountTheVoters


def awaited(ballot: Ballot, given: Circumstances) -> int:
    """Return how many papers must be in the urn for it to close: all cards drawn before the hour, any number from then on."""
    before_the_hour = ballot.closes_at is not None and given.now < ballot.closes_at
    return len(ballot.keys - ballot.void) if before_the_hour else 0


def unboxed(chamber: Chamber, ballot: Ballot, command: CloseBallot, given: Circumstances) -> list[BallotEvent | Decided]:
    """Return the sealed box, the board, the result and what follows from it; or why the ballot is cancelled by rule."""
    must_be_closable(ballot, command, given)
    batch: Batch | None = given.brought.get(BOX)
    if batch is None:
        raise BoxLost
    if len(batch.papers) < awaited(ballot, given):
        raise VotingGoesOn(closes_at=ballot.closes_at and ballot.closes_at.isoformat())
    counted = command.counted or 0
    if why_not := cancelled(ballot, batch, counted):
        return [why_not]
    name, received = ballot.opened.ballot, len(batch.papers)
    papers = read(ballot, batch)
    sealed = BoxSealed(ballot=name, received=received, counted=counted, root=root_of(ballot, papers))
    return [sealed, *declared(chamber, ballot, box_of_papers(papers, ballot.marked), given, shown=_opened(ballot, papers, batch.board))]


def cancelled(ballot: Ballot, batch: Batch, counted: int) -> BallotCancelled | None:
    """Return why a box cannot be counted: more papers than cards, a paper of no card, papers lost; None when it can."""
    drawn, name = ballot.keys - ballot.void, ballot.opened.ballot
    keys = [key for key, _, _ in batch.papers]
    if len(keys) > len(drawn):
        return BallotCancelled(ballot=name, reason=TOO_MANY, cause="more-papers-than-cards")
    if len(set(keys)) < len(keys) or any(key not in drawn or key_of(name, token) != key for key, token, _ in batch.papers):
        return BallotCancelled(ballot=name, reason=FOREIGN, cause="paper-without-card")
    if batch.again and len(keys) < counted:
        return BallotCancelled(ballot=name, reason=LOST, cause="urn-lost")
    return None


def is_published(ballot: Ballot, received: int) -> bool:
    """Tell whether the papers themselves are shown: fewer than five would tell who voted what."""
    return ballot.opened.publish is Publish.LIST and received >= SECRET_MIN


def read(ballot: Ballot, batch: Batch) -> tuple[Paper, ...]:
    """Return the papers in the order of their keys; what could not be counted is void, with its reason and without its text."""
    return tuple(_read(ballot, token, paper) for _, token, paper in sorted(batch.papers))


def root_of(ballot: Ballot, papers: Sequence[Paper]) -> Digest:
    """Return the RFC 6962 root over key ‖ token ‖ paper, in the order of the keys, each paper written as its line of the board says it.

    Keys are public and papers are few: without its token, which nobody knows who may not read the board, a paper could be guessed from
    the root by trying them all.
    """
    name, length = ballot.opened.ballot, paper_length(ballot.opened)
    leaves = [bytes.fromhex(key_of(name, one.tracker)) + bytes.fromhex(one.tracker) + _written(one, length) for one in papers]
    return Frontier().grown(leaves).root().hex()


def shown_papers(ballot: Ballot, given: Circumstances) -> tuple[Paper, ...]:
    """Return the papers of a ballot that is closed and still has no result, from the register or from behind their seal."""
    if ballot.board is None:
        return ballot.papers
    opening = opening_of(given, ballot.board)
    return opening.as_a(Board).papers if opening else ()


def _opened(ballot: Ballot, papers: tuple[Paper, ...], board: Sealed | None) -> list[BoxOpened]:
    name = ballot.opened.ballot
    if not is_published(ballot, len(papers)):
        return [BoxOpened(ballot=name, part=1, parts=1, board=board)]
    parts = in_parts(papers)
    return [BoxOpened(ballot=name, part=part, parts=len(parts), papers=lines) for part, lines in enumerate(parts, start=1)]


def _read(ballot: Ballot, token: Token, paper: bytes) -> Paper:
    opened = ballot.opened
    try:
        choice = tidied(Choice.model_validate_json(paper))
    except ValidationError:
        return Paper(tracker=token, void=UNREADABLE)
    counting = counting_of(opened.method, opened.method_version)
    fault = None if choice.blank else counting.fault(codes_of(opened), choice, opened.parameters)
    return Paper(tracker=token, void=fault) if fault else Paper(tracker=token, choice=choice)


def _written(paper: Paper, length: int) -> bytes:
    said = paper_bytes(paper.choice) if paper.choice is not None else void_bytes(paper.void or UNREADABLE)
    return said.ljust(length)

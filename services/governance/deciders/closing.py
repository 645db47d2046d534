"""How a ballot ends: closed once, by the clock at its hour or by who conducts the body; ties parted by a draw or the casting vote."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from immutables import Map

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import CloseBallot, HoldDraw
from services.governance.events.ballots import ERASED, DrawHeld, HandCount, NamedVote, ResultDeclared, VotesRevealed, Way
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import NO, YES, Choice, Pile
from services.governance.events.people import Role
from services.governance.rules.conducting import must_conduct
from services.governance.rules.consequences import KEPT, fits
from services.governance.rules.declaring import Box, box_of_count, box_of_papers, declared
from services.governance.rules.parts import in_parts
from services.governance.rules.polling import (
    OVER,
    ClosedNeverReopens,
    ballot_of,
    codes_of,
    is_staff,
    opening_of,
    running,
    weights,
)
from services.governance.rules.rolls import voters_of
from services.governance.rules.unboxing import must_be_closable, shown_papers, unboxed
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Notice, Refused
from shared.values import Pseudonym


class NotYet(Refused):
    """L'heure de clôture n'est pas encore venue : elle a été annoncée aux votants, seul un report motivé la change.
    The closing time has not come yet: it was announced to the voters, only a move with its reason changes it."""


class TellersCloseIt(Refused):
    """Ce scrutin se clôt quand les deux scrutateurs entrent le même comptage.
    This ballot closes when the two tellers enter the same count."""


class CastingVoteIsTheirs(Refused):
    """La voix prépondérante revient à la personne désignée à l'ouverture : elle dit oui ou non, une fois l'égalité connue.
    The casting vote belongs to the person named at opening: they say yes or no, once the tie is known."""


class NoDrawAwaited(Refused):
    """Aucune égalité n'attend un tirage en classe à ce scrutin.
    No tie waits for a draw in class in this ballot."""


class TwoOtherWitnesses(Refused):
    """Un tirage se fait devant deux témoins différents, de la liste ou de l'équipe, autres que qui l'entre.
    A draw is held before two different witnesses, from the roll or the staff, other than who enters it."""


class NotEachOptionOnce(Refused):
    """L'ordre du tirage nomme chaque option une fois.
    The order of the draw names each option once."""


class ElectedWithoutRole(Notice):
    """Une personne élue ne remplit plus les conditions du rôle : il ne lui est pas confié, décidez ensemble de la suite.
    Somebody elected no longer fits the role: it is not given to them, decide together what comes next."""


ClosingCommand = CloseBallot | HoldDraw


def decide(chamber: Chamber, command: ClosingCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands that end a ballot."""
    match command:
        case CloseBallot():
            return _close(chamber, command, given)
        case HoldDraw():
            return _draw(chamber, command, given)
        case _:
            assert_never(command)


def warn(chamber: Chamber, record: Recorded[GovernanceEvent]) -> Sequence[Notice]:
    """Say that somebody elected gets no role."""
    event = record.event
    ballot = chamber.ballots.by_id.get(event.ballot) if isinstance(event, ResultDeclared) and event.part == 1 else None
    confers = ballot.opened.confers if ballot else None
    if not isinstance(event, ResultDeclared) or confers is None or event.verdict not in KEPT:
        return ()
    return [ElectedWithoutRole(person=one) for one in event.tallied.elected if not fits(chamber, one, confers)]


CLOSING: Decider[Chamber] = Decider(ClosingCommand, CHAMBER, decide, warn)


def closable(chamber: Chamber, command: CloseBallot, given: Circumstances) -> Ballot:
    """Return a ballot that the asker may close now: all that is judged before anything of it is read. Raises why not."""
    ballot = ballot_of(chamber, command.ballot)
    if ballot.phase is Phase.DRAW_NEEDED and command.casting is not None:
        if given.actor != ballot.opened.casting_vote or command.casting not in {YES, NO}:
            raise CastingVoteIsTheirs
        return ballot
    ballot = running(chamber, command.ballot)
    if command.casting is not None:
        raise CastingVoteIsTheirs
    match ballot.opened.way:
        case Way.HAND:
            raise TellersCloseIt
        case Way.CARDS:
            must_be_closable(ballot, command, given)
        case Way.NAMED:
            _may_close(chamber, ballot, command, given)
        case _:
            assert_never(ballot.opened.way)
    return ballot


def drawable(chamber: Chamber, command: HoldDraw, given: Circumstances) -> Ballot:
    """Return a ballot whose tie the asker may part by this draw, before anything of it is read. Raises why not."""
    ballot = ballot_of(chamber, command.ballot)
    opened = ballot.opened
    if ballot.phase in OVER - {Phase.DRAW_NEEDED}:
        raise ClosedNeverReopens(phase=ballot.phase)
    if ballot.phase is not Phase.DRAW_NEEDED or opened.casting_vote is not None:
        raise NoDrawAwaited
    if opened.tellers and given.actor not in opened.tellers:
        raise Forbidden(asked=command.slug(), needs=["teller"])
    if not opened.tellers:
        must_conduct(chamber, opened.body, command, given)
    listed = {line.voter for one in opened.roll for line in one.voters}
    witnesses = set(command.witnesses) - {given.actor}
    if len(witnesses) < len(command.witnesses) or not all(one in listed or is_staff(chamber, one, given) for one in witnesses):
        raise TwoOtherWitnesses
    if sorted(command.order) != sorted(codes_of(opened)):
        raise NotEachOptionOnce
    return ballot


def _close(chamber: Chamber, command: CloseBallot, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = closable(chamber, command, given)
    if command.casting is not None:
        return declared(chamber, ballot, _shown_box(ballot, given), given, casting=command.casting == YES)
    if ballot.opened.way is Way.CARDS:
        return unboxed(chamber, ballot, command, given)
    return declared(chamber, ballot, _named_box(ballot, given), given, shown=_revealed(ballot, given))


def _draw(chamber: Chamber, command: HoldDraw, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = drawable(chamber, command, given)
    held = DrawHeld(ballot=command.ballot, order=command.order, witnesses=command.witnesses)
    return [held, *declared(chamber, ballot, _shown_box(ballot, given), given, drawn=command.order)]


def _may_close(chamber: Chamber, ballot: Ballot, command: CloseBallot, given: Circumstances) -> None:
    """Let pass the clock at the hour, and who conducts the body: at the hour, or whenever there is none. Raises NotYet or Forbidden."""
    if Role.CLOCK not in chamber.standing.invited(given.badge):
        must_conduct(chamber, ballot.opened.body, command, given)
        if ballot.closes_at is None:
            return
    if ballot.closes_at is None or given.now < ballot.closes_at:
        raise NotYet(closes_at=ballot.closes_at and ballot.closes_at.isoformat())


def _shown_box(ballot: Ballot, given: Circumstances) -> Box:
    """Return the box of a ballot that was closed and shown, and still has no result."""
    match ballot.opened.way:
        case Way.HAND:
            found = [opening for seal in sorted(ballot.counts.values()) if (opening := opening_of(given, seal))]
            return box_of_count(found[0].as_a(HandCount))
        case Way.NAMED:
            return _named_box(ballot, given)
        case Way.CARDS:
            return box_of_papers(shown_papers(ballot, given), ballot.marked)
        case _:
            assert_never(ballot.opened.way)


def _named_box(ballot: Ballot, given: Circumstances) -> Box:
    """Put the named votes in piles, each as often as its voter counts; those who are only heard apart."""
    worth = weights(ballot.opened.roll)
    piles = _piles(ballot, given, worth)
    heard = {one.college: _piles(ballot, given, {line.voter: 1 for line in one.voters}) for one in ballot.opened.roll if one.advisory}
    void = sum(worth[voter] for voter, cast in ballot.votes.items() if voter in worth and opening_of(given, cast.sealed) is None)
    return Box(
        piles=piles,
        set_aside=Map({ERASED: void} if void else {}),
        advisory=Map({college: found for college, found in heard.items() if found}),
        who=frozenset(ballot.votes) & voters_of(ballot.opened.roll),
        proxies=sum(1 for cast in ballot.votes.values() if cast.proxy_for is not None),
    )


def _piles(ballot: Ballot, given: Circumstances, worth: Mapping[Pseudonym, int]) -> tuple[Pile, ...]:
    papers: dict[Choice, int] = {}
    for voter, cast in sorted(ballot.votes.items()):
        if voter in worth and (opening := opening_of(given, cast.sealed)):
            choice = opening.as_a(Choice)
            papers[choice] = papers.get(choice, 0) + worth[voter]
    return tuple(Pile(choice=choice, papers=number) for choice, number in papers.items())


def _revealed(ballot: Ballot, given: Circumstances) -> list[VotesRevealed]:
    """Show every named vote with the salt of its seal, sorted by voter, cut into records."""
    votes = [
        NamedVote(voter=cast.voter, choice=opening.as_a(Choice), salt=opening.salt, proxy_for=cast.proxy_for)
        for _, cast in sorted(ballot.votes.items(), key=lambda one: (one[1].voter, one[0]))
        if (opening := opening_of(given, cast.sealed))
    ]
    parts = in_parts(votes)
    return [
        VotesRevealed(ballot=ballot.opened.ballot, votes=votes, part=part, parts=len(parts)) for part, votes in enumerate(parts, start=1)
    ]

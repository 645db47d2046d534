"""Votes in somebody's name: each sealed until closing, the last one counts, and a proxy is given to one person for one ballot."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import CastVote, GiveProxy
from services.governance.events.ballots import ProxyGiven, VoteCast, Way
from services.governance.events.catalogue import GovernanceEvent
from services.governance.rules.opening import NotOnTheRoll
from services.governance.rules.polling import codes_of, taking, weights
from services.governance.tally.methods import counting_of
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused


class PaperNotRight(Refused):
    """Ce bulletin ne serait pas compté : le détail dit pourquoi, corrige-le ou laisse-le blanc.
    This paper would not count: the detail says why, correct it or leave it blank."""


class NoProxyFromThem(Refused):
    """Cette personne ne t'a pas donné procuration pour ce scrutin.
    This person gave you no proxy for this ballot."""


class VotesInPerson(Refused):
    """Cette personne a voté elle-même : sa procuration ne sert plus.
    This person voted in person: the proxy is of no use any more."""


class NoProxyHere(Refused):
    """On ne donne pas procuration à ce scrutin.
    No proxies are given in this ballot."""


class TooManyProxies(Refused):
    """Cette personne tient déjà autant de procurations que le scrutin en permet : choisis quelqu'un d'autre.
    This person already holds as many proxies as the ballot allows: choose somebody else."""


class AlreadyVoted(Refused):
    """Ton vote est déjà donné : change-le toi-même si tu veux, une procuration n'y sert plus.
    Your vote is already given: change it yourself if you like, a proxy is of no use for it."""


class ProxyToOneself(Refused):
    """On ne se donne pas procuration à soi-même : choisis une autre personne de la liste.
    Nobody gives themselves a proxy: choose another person of the roll."""


NamedCommand = CastVote | GiveProxy


def decide(chamber: Chamber, command: NamedCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about named votes."""
    match command:
        case CastVote():
            return _cast(chamber, command, given)
        case GiveProxy():
            return _give(chamber, command, given)
        case _:
            assert_never(command)


NAMED: Decider[Chamber] = Decider(NamedCommand, CHAMBER, decide)


def _cast(chamber: Chamber, command: CastVote, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = taking(chamber, command.ballot, given, Way.NAMED)
    roll = weights(ballot.opened.roll) | weights(ballot.opened.roll, advisory=True)
    if given.actor not in roll:
        raise NotOnTheRoll(person=given.actor)
    if command.proxy_for is not None:
        if ballot.proxies.get(command.proxy_for) != given.actor:
            raise NoProxyFromThem(giver=command.proxy_for)
        cast = ballot.votes.get(command.proxy_for)
        if cast is not None and cast.proxy_for is None:
            raise VotesInPerson(giver=command.proxy_for)
    opened = ballot.opened
    if not command.choice.blank:
        counting = counting_of(opened.method, opened.method_version)
        if fault := counting.fault(codes_of(opened), command.choice, opened.parameters):
            raise PaperNotRight(fault=fault)
    return [VoteCast(ballot=command.ballot, voter=given.actor, choice=given.seals["choice"], proxy_for=command.proxy_for)]


def _give(chamber: Chamber, command: GiveProxy, given: Circumstances) -> Sequence[GovernanceEvent]:
    ballot = taking(chamber, command.ballot, given, Way.NAMED)
    most = ballot.opened.proxies_max or 0
    if not most:
        raise NoProxyHere
    roll = weights(ballot.opened.roll)
    for person in (given.actor, command.holder):
        if person not in roll:
            raise NotOnTheRoll(person=person)
    if command.holder == given.actor:
        raise ProxyToOneself
    if ballot.proxies.get(given.actor) == command.holder:
        return []
    if given.actor in ballot.votes:
        raise AlreadyVoted
    if sum(1 for holder in ballot.proxies.values() if holder == command.holder) >= most:
        raise TooManyProxies(proxies_max=most)
    return [ProxyGiven(ballot=command.ballot, giver=given.actor, holder=command.holder)]

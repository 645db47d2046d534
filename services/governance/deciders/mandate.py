"""Who holds a written mandate of the association: given to staff, two at once at most, ended once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, assert_never

from services.governance.commands.people import EndMandate, GiveMandate
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import MandateEnded, MandateGiven, PersonKind, Role
from services.governance.standing import STANDING, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.identity import Grant
from shared.messages import Circumstances, Recorded
from shared.refusals import Refused
from shared.values import Id

HOLDERS_MAX: Final = 2  # "one or two per cooperative" (OCCE 07, 95; domain, section 2)


class MandateEndsBeforeItStarts(Refused):
    """Le dernier jour du mandat vient avant le premier : corrige les dates.
    The last day of the mandate comes before the first: correct the dates."""


class HolderNotHereAllThatTime(Refused):
    """Cette personne n'est pas dans la coopérative tout ce temps : inscris-la d'abord, ou choisis d'autres dates.
    This person is not in the cooperative all that time: enrol them first, or choose other dates."""


class OnlyStaffHoldMandates(Refused):
    """Un mandat est donné à un enseignant ou à un autre adulte de l'équipe éducative : choisis-en un.
    A mandate is given to a teacher or another adult of the educating staff: choose one of them."""


class HoldsOneAlready(Refused):
    """Cette personne tient déjà un mandat dans ce temps-là : mets-y fin d'abord, ou fais commencer l'autre après.
    This person already holds a mandate in that time: end it first, or let the other one start afterwards."""


class TwoHoldersAlready(Refused):
    """Deux personnes tiennent déjà un mandat ce jour-là, et c'est le plus possible : mets d'abord fin à l'un des deux.
    Two people already hold a mandate on that day, and that is the most: end one of the two first."""


class VerifiesTheAccounts(Refused):
    """Cette personne vérifie les comptes dans ce temps-là : qui vérifie ne peut pas tenir les comptes.
    This person verifies the accounts in that time: whoever verifies cannot keep the books."""


class NoSuchMandate(Refused):
    """Aucun mandat ne porte cet identifiant dans cette coopérative.
    No mandate has this identifier in this cooperative."""


class MandateIsOver(Refused):
    """Ce mandat a déjà pris fin, à la date indiquée.
    This mandate has already ended, on the date shown."""


@dataclass(frozen=True, slots=True)
class Mandates:
    """Everybody's standing, and which mandates were ended before their time."""

    standing: Standing = STANDING.initial
    ended: frozenset[Id] = frozenset()


MandateCommand = GiveMandate | EndMandate


def decide(mandates: Mandates, command: MandateCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about mandates."""
    match command:
        case GiveMandate():
            return _give(mandates.standing, command, given)
        case EndMandate():
            return _end(mandates, command)
        case _:
            assert_never(command)


def evolve(mandates: Mandates, record: Recorded[StandingEvent]) -> Mandates:
    """Apply one fact about people."""
    ended = mandates.ended | {record.event.mandate} if isinstance(record.event, MandateEnded) else mandates.ended
    return replace(mandates, standing=STANDING.evolve(mandates.standing, record), ended=ended)


MANDATE: Decider[Mandates] = Decider(MandateCommand, Fold(StandingEvent, Mandates(), evolve), decide)


def _give(standing: Standing, command: GiveMandate, given: Circumstances) -> Sequence[GovernanceEvent]:
    starts, until = command.starts, command.until or date.max
    if until < starts:
        raise MandateEndsBeforeItStarts(starts=starts, until=until)
    belonging = standing.people.get(command.holder)
    if belonging is None or not belonging.belongs_on(starts) or not belonging.belongs_on(until):
        raise HolderNotHereAllThatTime(left=belonging and belonging.left)
    if belonging.kind is not PersonKind.STAFF:
        raise OnlyStaffHoldMandates(kind=belonging.kind)
    for grant in standing.grants.of(command.holder):
        if not _overlaps(grant, starts, until):
            continue
        if grant.what == Role.VERIFIER:
            raise VerifiesTheAccounts(starts=grant.starts, until=grant.until)
        if grant.what == Role.MANDATE_HOLDER:
            if (grant.starts, grant.until) == (starts, command.until):
                return []
            raise HoldsOneAlready(starts=grant.starts, until=grant.until)
    _at_most_two(standing, starts, until)
    return [MandateGiven(mandate=given.id(), **dict(command))]


def _end(mandates: Mandates, command: EndMandate) -> Sequence[GovernanceEvent]:
    grant = mandates.standing.grants.by_key.get(command.mandate)
    if grant is None or grant.what != Role.MANDATE_HOLDER:
        raise NoSuchMandate
    if command.mandate in mandates.ended or (grant.until is not None and grant.until <= command.on):
        raise MandateIsOver(until=grant.until)
    if command.on < grant.starts - timedelta(days=1):  # the day before its first: given by mistake, it never holds
        raise MandateEndsBeforeItStarts(starts=grant.starts, until=command.on)
    return [MandateEnded(**dict(command))]


def _at_most_two(standing: Standing, starts: date, until: date) -> None:
    """Look at the days on which somebody more begins to hold: the most are held on one of them."""
    others = [grant for grant in _mandates(standing) if _overlaps(grant, starts, until)]
    for day in sorted({max(grant.starts, starts) for grant in others}):
        holders = {grant.holder for grant in others if grant.holds_on(day)}
        if len(holders) >= HOLDERS_MAX:
            raise TwoHoldersAlready(on=day, holders_max=HOLDERS_MAX)


def _mandates(standing: Standing) -> Iterator[Grant]:
    return (grant for grant in standing.grants.by_key.values() if grant.what == Role.MANDATE_HOLDER)


def _overlaps(grant: Grant, starts: date, until: date) -> bool:
    """Tell whether some day is in both; a grant ended before it started holds on no day."""
    return max(grant.starts, starts) <= min(grant.until or date.max, until)

"""How a body is made up, and who may not vote in it for a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, assert_never

from services.governance.chamber.sittings import Suspension
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.bodies import FormBody, RestoreVotingRight, SuspendVotingRight
from services.governance.commands.people import SETS_UP
from services.governance.events.bodies import BodyFormed, BodyKind, VotingRightRestored, VotingRightSuspended
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role
from services.governance.rules.rolls import body_of, leads, sits_in
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused

SUSPENSION_DAYS_MAX: Final = 366  # "for a time" (domain, section 3): never longer than the longest role, a year


class ClassCouncilNeedsOpenClass(Refused):
    """Un conseil de classe est celui d'une classe ouverte : dis laquelle, ou ouvre-la d'abord.
    A class council is that of an open class: say which one, or open it first."""


class OnlyClassCouncilsHaveAClass(Refused):
    """Cette sorte d'instance est à toute l'école : enlève la classe, ou forme un conseil de classe.
    This kind of body belongs to the whole school: leave the class out, or form a class council."""


class OtherBodyHasThisCode(Refused):
    """Une instance d'une autre sorte, ou d'une autre classe, porte déjà ce code : choisis un autre code.
    A body of another kind, or of another class, already has this code: choose another code."""


class CollegeNamedTwice(Refused):
    """Deux collèges portent le même nom : donne un nom à chacun.
    Two colleges have the same name: give each its own."""


class NobodyVotes(Refused):
    """Tous les collèges sont consultatifs : il en faut un qui vote.
    All colleges are advisory: one of them must vote."""


class QuorumOfNobody(Refused):
    """Le quorum compte un collège qui n'est pas là ou qui est consultatif : nomme un collège qui vote.
    The quorum counts a college that is not there or is advisory: name one that votes."""


class QuorumBeyondEverybody(Refused):
    """Ce quorum demande plus que tout le monde : choisis une part d'un tout au plus.
    This quorum asks for more than everybody: choose a share of one whole at most."""


class DoesNotSitThere(Refused):
    """Cette personne ne siège pas dans cette instance ce jour-là : vérifie la personne et la date.
    This person does not sit in this body on that day: check the person and the date."""


class SuspensionEndsBeforeItStarts(Refused):
    """Le dernier jour de la suspension vient avant le premier : corrige les dates.
    The last day of the suspension comes before the first: correct the dates."""


class SuspensionTooLong(Refused):
    """Une suspension ne dure qu'un temps, un an au plus : choisis une date de fin plus proche.
    A suspension lasts only for a time, a year at most: choose an earlier end."""


class VotingRightInThePast(Refused):
    """Un droit de vote se suspend ou se rend à partir d'aujourd'hui : choisis une date qui n'est pas passée.
    A voting right is suspended or given back from today on: choose a day that is not past."""


class VotesAlready(Refused):
    """Le droit de vote de cette personne n'est pas suspendu ce jour-là : il n'y a rien à rendre.
    This person's right to vote is not suspended on that day: there is nothing to give back."""


BodyCommand = FormBody | SuspendVotingRight | RestoreVotingRight


def decide(chamber: Chamber, command: BodyCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about bodies and voting rights."""
    match command:
        case FormBody():
            return _form(chamber, command, given)
        case SuspendVotingRight():
            return _suspend(chamber, command, given)
        case RestoreVotingRight():
            return _restore(chamber, command, given)
        case _:
            assert_never(command)


BODIES: Decider[Chamber] = Decider(BodyCommand, CHAMBER, decide)


def _form(chamber: Chamber, command: FormBody, given: Circumstances) -> Sequence[GovernanceEvent]:
    _tutors_only_their_class(chamber, command, given)
    if command.kind is BodyKind.CLASS_COUNCIL and not chamber.sittings.open_years.get(command.class_code or "", frozenset()):
        raise ClassCouncilNeedsOpenClass(class_code=command.class_code)
    if command.kind is not BodyKind.CLASS_COUNCIL and command.class_code:
        raise OnlyClassCouncilsHaveAClass(class_code=command.class_code)
    before = chamber.sittings.bodies.get(command.body)
    if before and (before.kind, before.class_code) != (command.kind, command.class_code):
        raise OtherBodyHasThisCode(kind=before.kind, class_code=before.class_code)
    names = [college.college for college in command.composition]
    if len(set(names)) < len(names):
        raise CollegeNamedTwice(college=next(name for name in names if names.count(name) > 1))
    voting = {college.college for college in command.composition if not college.advisory}
    if not voting:
        raise NobodyVotes
    if quorum := command.quorum:
        if quorum.college not in {None, *voting}:
            raise QuorumOfNobody(college=quorum.college)
        if quorum.numerator > quorum.denominator:
            raise QuorumBeyondEverybody(numerator=quorum.numerator, denominator=quorum.denominator)
    formed = BodyFormed(**dict(command))
    return [] if formed == before else [formed]


def _suspend(chamber: Chamber, command: SuspendVotingRight, given: Circumstances) -> Sequence[GovernanceEvent]:
    body_of(chamber, command.body)
    _only_who_leads(chamber, command, given)
    if command.until < command.starts:
        raise SuspensionEndsBeforeItStarts(starts=command.starts, until=command.until)
    if (command.until - command.starts).days > SUSPENSION_DAYS_MAX:
        raise SuspensionTooLong(days_max=SUSPENSION_DAYS_MAX)
    if command.starts < given.today:
        raise VotingRightInThePast(starts=command.starts, today=given.today)
    if not sits_in(chamber, command.body, command.member, command.starts):
        raise DoesNotSitThere(on=command.starts)
    if Suspension(command.member, command.body, command.starts, command.until) in chamber.sittings.suspensions:
        return []
    return [VotingRightSuspended(**dict(command) | {"reason": given.seals["reason"]})]


def _restore(chamber: Chamber, command: RestoreVotingRight, given: Circumstances) -> Sequence[GovernanceEvent]:
    body_of(chamber, command.body)
    _only_who_leads(chamber, command, given)
    if command.on < given.today:
        raise VotingRightInThePast(starts=command.on, today=given.today)
    theirs = [one for one in chamber.sittings.suspensions if (one.member, one.body) == (command.member, command.body)]
    if any(one.until >= command.on for one in theirs):
        return [VotingRightRestored(**dict(command))]
    if any(one.until == command.on - timedelta(days=1) for one in theirs):  # given back from that day on already
        return []
    raise VotesAlready(on=command.on)


def _tutors_only_their_class(chamber: Chamber, command: FormBody, given: Circumstances) -> None:
    held = chamber.standing.roles(given.actor, given.today) | chamber.standing.invited(given.badge)
    own_class = command.class_code is not None and chamber.holds(given.actor, Role.CLASS_TUTOR, given.today, command.class_code)
    if not held & SETS_UP and not own_class:
        raise Forbidden(asked=command.slug(), needs=sorted(SETS_UP))


def _only_who_leads(chamber: Chamber, command: SuspendVotingRight | RestoreVotingRight, given: Circumstances) -> None:
    if not leads(chamber, command.body, given):
        raise Forbidden(asked=command.slug(), needs=sorted(SETS_UP))

"""Who belongs: the classes of each year, and the people who join, move to another class and leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, assert_never

from immutables import Map

from services.governance.commands.people import CloseClass, EnrolMember, MoveMember, OpenClass, RecordDeparture
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import ClassClosed, ClassOpened, MemberEnrolled, MemberLeft, MemberMoved, PersonKind, Role, Year
from services.governance.standing import STANDING, Belonging, Standing, StandingEvent
from shared.deciding import Decider, Fold
from shared.messages import Circumstances, Command, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code, Pseudonym


class ClassOpenedOtherwise(Refused):
    """Cette classe est déjà ouverte pour cette année, sous un autre nom ou d'autres niveaux : ferme-la d'abord ou choisis un autre code.
    This class is already open for this year, with another label or other levels: close it first or choose another code."""


class NoSuchClass(Refused):
    """Aucune classe n'est ouverte sous ce code : ouvre-la d'abord, ou vérifie le code.
    No class is open under this code: open it first, or check the code."""


class PupilWithoutClass(Refused):
    """Un élève entre toujours dans une classe : dis laquelle.
    A pupil always joins a class: say which one."""


class NotAMember(Refused):
    """Cette personne n'est pas dans cette coopérative : inscris-la d'abord.
    This person is not in this cooperative: enrol them first."""


class NotThereYet(Refused):
    """Cette personne n'avait pas encore rejoint la coopérative ce jour-là : choisis une date plus tardive.
    This person had not yet joined the cooperative on that day: choose a later date."""


class HasLeft(Refused):
    """Cette personne a déjà quitté la coopérative, à la date indiquée : si elle revient, inscris-la de nouveau.
    This person has already left the cooperative, on the date shown: if they come back, enrol them again."""


class MandateStillRuns(Refused):
    """Cette personne tient encore un mandat après ce jour : les comptes se transmettent, ou l'association met fin au mandat, d'abord.
    This person still holds a mandate after that day: first the books are handed over, or the association ends the mandate."""


class Opened(NamedTuple):
    """A class of one year, as it was opened, and whether it is closed by now."""

    opening: ClassOpened
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """Everybody's standing, and the classes of each year."""

    standing: Standing = STANDING.initial
    classes: Map[tuple[Code, Year], Opened] = Map()

    def is_open(self, class_code: Code) -> bool:
        """Tell whether a class is open under this code, in whichever year: two may be open in September."""
        return any(code == class_code and not opened.closed for (code, _), opened in self.classes.items())


MemberCommand = OpenClass | CloseClass | EnrolMember | MoveMember | RecordDeparture
MembershipEvent = StandingEvent | ClassOpened | ClassClosed


def decide(membership: Membership, command: MemberCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about classes and members."""
    if not membership.standing.association:  # an officer's token opens the gate of any register, but this one is no cooperative's yet
        raise Forbidden(asked=command.slug(), needs=[Role.MANDATE_HOLDER])
    match command:
        case OpenClass():
            return _open(membership, command)
        case CloseClass():
            known = membership.classes.get((command.class_code, command.year))
            if known is None:
                raise NoSuchClass(class_code=command.class_code, year=command.year)
            return [] if known.closed else [ClassClosed(**dict(command))]
        case EnrolMember():
            return _enrol(membership, command, given)
        case MoveMember():
            belonging = _there(membership.standing, command.member, command.on)
            _in_open_class(membership, command.class_code)
            return [] if belonging.class_code == command.class_code else [MemberMoved(**dict(command))]
        case RecordDeparture():
            return _depart(membership, command, given)
        case _:
            assert_never(command)


def evolve(membership: Membership, record: Recorded[MembershipEvent]) -> Membership:
    """Apply one fact about classes and members."""
    match record.event:
        case ClassOpened() as event:
            return replace(membership, classes=membership.classes.set((event.class_code, event.year), Opened(event)))
        case ClassClosed() as event:
            key = (event.class_code, event.year)
            known = membership.classes.get(key)
            return replace(membership, classes=membership.classes.set(key, known._replace(closed=True))) if known else membership
        case _:
            return replace(membership, standing=STANDING.evolve(membership.standing, record))


MEMBER: Decider[Membership] = Decider(MemberCommand, Fold(MembershipEvent, Membership(), evolve), decide)


def _open(membership: Membership, command: OpenClass) -> Sequence[GovernanceEvent]:
    opening = ClassOpened(**dict(command))
    known = membership.classes.get((command.class_code, command.year))
    if known is None or known.closed:
        return [opening]
    if known.opening != opening:
        raise ClassOpenedOtherwise(class_code=command.class_code, year=command.year, label=known.opening.label)
    return []


def _enrol(membership: Membership, command: EnrolMember, given: Circumstances) -> Sequence[GovernanceEvent]:
    _only_the_association(membership.standing, command.kind, command, given)
    if command.class_code is not None:
        _in_open_class(membership, command.class_code)
    elif command.kind is PersonKind.PUPIL:
        raise PupilWithoutClass
    if given.person in membership.standing.people:  # the same person of the same command
        return []
    return [MemberEnrolled(member=given.person, kind=command.kind, on=command.on, class_code=command.class_code)]


def _depart(membership: Membership, command: RecordDeparture, given: Circumstances) -> Sequence[GovernanceEvent]:
    standing = membership.standing
    known = standing.people.get(command.member)
    if known is not None and known.left == command.on:
        return []
    belonging = _there(standing, command.member, command.on)
    if belonging.left is not None:
        raise HasLeft(left=belonging.left)
    _only_the_association(standing, belonging.kind, command, given)
    running = [
        grant for grant in standing.grants.of(command.member) if grant.what == Role.MANDATE_HOLDER and _runs_past(grant.until, command.on)
    ]
    if running:
        raise MandateStillRuns(until=running[0].until)
    return [MemberLeft(**dict(command))]


def _there(standing: Standing, person: Pseudonym, day: date) -> Belonging:
    belonging = standing.people.get(person)
    if belonging is None:
        raise NotAMember
    if belonging.left is not None and belonging.left < day:
        raise HasLeft(left=belonging.left)
    if day < belonging.joined:
        raise NotThereYet(joined=belonging.joined)
    return belonging


def _in_open_class(membership: Membership, class_code: Code) -> None:
    if not membership.is_open(class_code):
        raise NoSuchClass(class_code=class_code)


def _only_the_association(standing: Standing, kind: PersonKind, command: Command, given: Circumstances) -> None:
    """Belonging for the association is a right over the register: a mandate holder neither gives nor takes it."""
    if kind is PersonKind.ASSOCIATION and Role.ASSOCIATION not in standing.roles(given.actor, given.today) | standing.invited(given.badge):
        raise Forbidden(asked=command.slug(), needs=[Role.ASSOCIATION])


def _runs_past(until: date | None, day: date) -> bool:
    return until is None or day < until

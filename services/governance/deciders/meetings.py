"""Meetings from their call to their approved minutes: agenda, quorum, roles of the day, attendance, an outcome for each point."""

from collections.abc import Sequence
from typing import Final, assert_never

from services.governance.chamber.balloting import Phase
from services.governance.chamber.sittings import Meeting
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.bodies import ApproveMinutes, CallMeeting, CloseMeeting, NoteAttendance, OpenMeeting, ReviseAgenda
from services.governance.commands.people import SETS_UP
from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import (
    AgendaRevised,
    AttendanceNoted,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MinutesApproved,
    QuorumOf,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role
from services.governance.rules.agendas import NoSuchItem, agenda_of
from services.governance.rules.quorums import SECOND_CALL, missed, sitting
from services.governance.rules.rolls import acts_in, body_of
from services.governance.rules.turns import kept_roles
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Notice, Refused
from shared.values import Code, Pseudonym

ROLES_OF_THE_DAY: Final = frozenset(
    {Role.PRESIDENT, Role.SECRETARY, Role.TIME_KEEPER, Role.FLOOR_GIVER, Role.DECISION_KEEPER, Role.TREASURER}
)
OVER: Final = frozenset({Phase.NO_QUORUM, Phase.CANCELLED, Phase.DECLARED, Phase.ARCHIVED})


class NoSuchMeeting(Refused):
    """Aucune réunion ne porte cet identifiant dans cette coopérative.
    No meeting has this identifier in this cooperative."""


class MeetingInThePast(Refused):
    """On convoque une réunion pour aujourd'hui ou pour plus tard : choisis un autre jour.
    A meeting is called for today or for later: choose another day."""


class CalledThatDayAlready(Refused):
    """Cette instance est déjà convoquée ce jour-là : complète l'ordre du jour de cette réunion, ou choisis un autre jour.
    This body is already called on that day: add to the agenda of that meeting, or choose another day."""


class NoFirstCall(Refused):
    """Une seconde convocation suit une première réunion de la même instance qui n'a pas eu son quorum, et une seule fois.
    A second call follows a first meeting of the same body that missed its quorum, and only once."""


class MeetingIsOver(Refused):
    """Cette réunion est terminée, ou n'a pas eu son quorum : elle ne change plus, convoque la suivante.
    This meeting is over, or missed its quorum: it does not change any more, call the next one."""


class PointsStayOnceOpen(Refused):
    """La réunion est ouverte : on peut ajouter un point, mais pas en enlever ; un point peut être reporté.
    The meeting is open: a point can be added but none taken away; a point can be postponed."""


class MeetingIsOpen(Refused):
    """Cette réunion est déjà ouverte : note plutôt qui arrive ou s'en va.
    This meeting is already open: note who arrives or leaves instead."""


class BeforeItsDay(Refused):
    """Cette réunion est convoquée pour un autre jour : elle ne s'ouvre pas avant.
    This meeting is called for another day: it does not open before."""


class NotAMemberThere(Refused):
    """Une des personnes notées n'est pas dans la coopérative aujourd'hui : vérifie la liste des présents.
    One of the people noted is not in the cooperative today: check the list of those present."""


class RoleOfSomebodyAway(Refused):
    """Un rôle de la réunion se confie à une personne présente : choisis quelqu'un qui est là.
    A role of the meeting is given to somebody present: choose someone who is there."""


class NotARoleOfTheDay(Refused):
    """Ce rôle ne se prend pas le temps d'une réunion : choisis parmi les métiers du conseil.
    This role is not taken for one meeting: choose among the trades of the council."""


class RoleTakenTwice(Refused):
    """Deux personnes ont le même rôle dans cette réunion : choisis-en une.
    Two people have the same role in this meeting: choose one of them."""


class MeetingNotOpen(Refused):
    """Cette réunion n'est pas encore ouverte : ouvre-la d'abord.
    This meeting is not open yet: open it first."""


class LeavesWithoutBeingThere(Refused):
    """Une personne notée comme partie n'était pas là : vérifie les présents.
    Somebody noted as leaving was not there: check those present."""


class PointWithoutOutcome(Refused):
    """Il manque l'issue d'un point : décidé, rejeté, discuté, reporté ou renvoyé ; dis-la pour chaque point.
    The outcome of a point is missing: decided, rejected, discussed, postponed or referred; say it for each point."""


class TwoOutcomes(Refused):
    """Un point a deux issues : garde la bonne.
    A point has two outcomes: keep the right one."""


class BallotStillOpen(Refused):
    """Un scrutin de cette réunion est encore ouvert : ferme-le, ou annule-le avec la raison, avant de terminer.
    A ballot of this meeting is still open: close it, or cancel it with the reason, before ending."""


class MinutesOfOpenMeeting(Refused):
    """Le procès-verbal s'approuve quand la réunion est terminée, et avec tous ses faits.
    Minutes are approved once the meeting has ended, and with all its facts."""


class BeyondTheRegister(Refused):
    """Ce fait n'est pas encore dans le registre : approuve ce que tu as pu lire.
    This fact is not in the register yet: approve what you could read."""


class ApprovedAlready(Refused):
    """Ce procès-verbal est déjà approuvé : une correction se décide à une autre réunion.
    These minutes are already approved: a correction is decided at another meeting."""


class CallAgain(Notice):
    """Il manque du monde : la réunion ne s'est pas ouverte. Tu peux la convoquer une seconde fois.
    Too few people are there: the meeting did not open. You can call it a second time."""


MeetingCommand = CallMeeting | ReviseAgenda | OpenMeeting | NoteAttendance | CloseMeeting | ApproveMinutes


def decide(chamber: Chamber, command: MeetingCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about meetings.

    The digest of approved minutes cannot be judged here: no decider runs a view. It is recorded as given, and whoever reads the
    minutes afterwards is told whether the minutes written from facts 1 to `through_seq` have that digest.
    """
    if isinstance(command, CallMeeting):
        return _call(chamber, command, given)
    meeting = chamber.sittings.meetings.get(command.meeting)
    if meeting is None:
        raise NoSuchMeeting
    _only_in_their_body(chamber, meeting.body, command, given)
    match command:
        case ReviseAgenda():
            return _revise(chamber, meeting, command, given)
        case OpenMeeting():
            return _open(chamber, meeting, command, given)
        case NoteAttendance():
            return _note(chamber, meeting, command, given)
        case CloseMeeting():
            return _close(chamber, meeting, command)
        case ApproveMinutes():
            return _approve(meeting, command, given)
        case _:
            assert_never(command)


def warn(before: Chamber, record: Recorded[GovernanceEvent]) -> Sequence[Notice]:
    """Say what to do without a quorum, and when the same pupils keep the same roles."""
    match record.event:
        case QuorumMissed(meeting=str(), call=1):
            return [CallAgain(needed=record.event.needed, counted=record.event.counted)]
        case MeetingOpened() as event:
            return list(kept_roles(before, event))
        case _:
            return []


MEETINGS: Decider[Chamber] = Decider(MeetingCommand, CHAMBER, decide, warn)


def _call(chamber: Chamber, command: CallMeeting, given: Circumstances) -> Sequence[GovernanceEvent]:
    body_of(chamber, command.body)
    _only_in_their_body(chamber, command.body, command, given)
    if command.on < given.today:
        raise MeetingInThePast(on=command.on, today=given.today)
    if any(meeting.on == command.on and not meeting.opened for _, meeting in chamber.sittings.open_meetings(command.body)):
        raise CalledThatDayAlready(on=command.on)
    meetings = chamber.sittings.meetings
    first = meetings.get(command.first_call) if command.first_call else None
    if command.first_call:
        answered = any(one.first_call == command.first_call for one in meetings.values())
        if first is None or first.body != command.body or not first.missed_quorum or first.call == SECOND_CALL or answered:
            raise NoFirstCall
    agenda = agenda_of(chamber, command.body, command.agenda, given, first.agenda if first else ())
    call = SECOND_CALL if first else 1
    return [MeetingCalled(meeting=given.id(), call=call, **dict(command) | {"agenda": agenda})]


def _revise(chamber: Chamber, meeting: Meeting, command: ReviseAgenda, given: Circumstances) -> Sequence[GovernanceEvent]:
    _not_over(meeting)
    agenda = agenda_of(chamber, meeting.body, command.agenda, given, meeting.agenda)
    if meeting.opened and (gone := {item.item for item in meeting.agenda} - {item.item for item in agenda}):
        raise PointsStayOnceOpen(items=sorted(gone))
    return [] if agenda == meeting.agenda else [AgendaRevised(meeting=command.meeting, agenda=agenda)]


def _open(chamber: Chamber, meeting: Meeting, command: OpenMeeting, given: Circumstances) -> Sequence[GovernanceEvent]:
    _not_over(meeting)
    if meeting.opened:
        raise MeetingIsOpen
    if given.today < meeting.on:
        raise BeforeItsDay(on=meeting.on, today=given.today)
    _belong(chamber, command.present, given)
    taken = [one.role for one in command.roles]
    for one in command.roles:
        if one.role not in ROLES_OF_THE_DAY:
            raise NotARoleOfTheDay(role=one.role)
        if one.person not in command.present:
            raise RoleOfSomebodyAway(role=one.role)
        if taken.count(one.role) > 1:
            raise RoleTakenTwice(role=one.role)
    present = tuple(sorted(set(command.present)))
    quorum = body_of(chamber, meeting.body).quorum
    if quorum and quorum.of is not QuorumOf.EXPRESSED:  # nothing is expressed yet: its ballots judge that one
        short = missed(quorum, sitting(chamber, meeting.body, given.today, present), meeting.call)
        if short:
            return [QuorumMissed(call=meeting.call, needed=short.needed, counted=short.counted, meeting=command.meeting)]
    return [MeetingOpened(meeting=command.meeting, on=given.today, present=present, roles=command.roles)]


def _note(chamber: Chamber, meeting: Meeting, command: NoteAttendance, given: Circumstances) -> Sequence[GovernanceEvent]:
    _running(meeting)
    _belong(chamber, command.arrived, given)
    arrived, left = set(command.arrived) - meeting.present, set(command.left)
    if left - meeting.present - arrived:
        raise LeavesWithoutBeingThere
    if not arrived and not left:
        return []
    return [AttendanceNoted(meeting=command.meeting, arrived=tuple(sorted(arrived)) or None, left=tuple(sorted(left)) or None)]


def _close(chamber: Chamber, meeting: Meeting, command: CloseMeeting) -> Sequence[GovernanceEvent]:
    _running(meeting)
    agenda, told = [item.item for item in meeting.agenda], [one.item for one in command.outcomes]
    if unknown := set(told) - set(agenda):
        raise NoSuchItem(item=min(unknown))
    if len(set(told)) < len(told):
        raise TwoOutcomes(item=next(item for item in told if told.count(item) > 1))
    if missing := [item for item in agenda if item not in told]:
        raise PointWithoutOutcome(items=missing)
    for ballot, one in chamber.ballots.by_id.items():
        if one.opened.meeting == command.meeting and one.phase not in OVER:
            raise BallotStillOpen(ballot=ballot)
    return [MeetingClosed(meeting=command.meeting, outcomes=tuple(sorted(command.outcomes, key=lambda one: agenda.index(one.item))))]


def _approve(meeting: Meeting, command: ApproveMinutes, given: Circumstances) -> Sequence[GovernanceEvent]:
    if not meeting.closed or command.through_seq < meeting.closed_seq:
        raise MinutesOfOpenMeeting(closed_seq=meeting.closed_seq or None)
    if command.through_seq > given.checkpoint.size:
        raise BeyondTheRegister(last_seq=given.checkpoint.size)
    if meeting.approved:
        raise ApprovedAlready
    return [MinutesApproved(**dict(command))]


def _only_in_their_body(chamber: Chamber, body: Code, command: MeetingCommand, given: Circumstances) -> None:
    if not acts_in(chamber, body, given):
        raise Forbidden(asked=command.slug(), needs=sorted(SETS_UP))


def _not_over(meeting: Meeting) -> None:
    if meeting.closed or meeting.missed_quorum:
        raise MeetingIsOver


def _running(meeting: Meeting) -> None:
    _not_over(meeting)
    if not meeting.running:
        raise MeetingNotOpen


def _belong(chamber: Chamber, people: Sequence[Pseudonym], given: Circumstances) -> None:
    for person in people:
        belonging = chamber.standing.people.get(person)
        if belonging is None or not belonging.belongs_on(given.today):
            raise NotAMemberThere(person=person)

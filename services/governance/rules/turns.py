"""Whether the roles of a council go round: who takes the same one again while others in the room have never had it."""

from collections.abc import Iterator

from services.governance.chamber.sittings import Meeting
from services.governance.chamber.whole import Chamber
from services.governance.events.bodies import MeetingOpened
from services.governance.events.people import PersonKind
from shared.refusals import Notice
from shared.values import Id


class SameRoleAgain(Notice):
    """Cette personne avait déjà ce rôle la dernière fois, et d'autres ici ne l'ont jamais eu : pense à faire tourner.
    This person had the role last time too, and others here have never had it: think of taking turns."""


def kept_roles(before: Chamber, event: MeetingOpened) -> Iterator[Notice]:
    """Compare an opening with the earlier meetings of the body: the last one for the turn, all of them for who never had it."""
    earlier = _earlier(before, event.meeting)
    if not earlier:
        return
    pupils = {one for one in event.present if before.standing.kind(one) is PersonKind.PUPIL}
    for taken in event.roles:
        had = {one.person for meeting in earlier for one in meeting.roles if one.role is taken.role}
        if taken in earlier[-1].roles and taken.person in pupils and pupils - had:
            yield SameRoleAgain(role=taken.role)


def _earlier(chamber: Chamber, meeting: Id) -> list[Meeting]:
    """Return the meetings of the same body that were held before, in the order of their openings."""
    own = chamber.sittings.meetings.get(meeting)
    held = (one for key, one in chamber.sittings.meetings.items() if own and one.body == own.body and one.opened and key != meeting)
    return sorted(held, key=lambda one: one.opened_seq)

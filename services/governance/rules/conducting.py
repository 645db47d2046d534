"""Who may bring something to a body, conduct it, or set its frame: what the deciders of proposals, consent and decisions ask first.

Pure, over the chamber on the day of the command.
"""

from typing import Final

from services.governance.chamber.whole import Chamber
from services.governance.commands.bodies import CONDUCTS
from services.governance.commands.proposals import FRAMES
from services.governance.events.bodies import BodyKind
from services.governance.events.people import PersonKind, Role
from services.governance.rules.rolls import acts_in, body_of, leads, sits_in
from shared.messages import Circumstances, Command
from shared.refusals import Forbidden, Refused
from shared.values import Code

OF_THE_WHOLE_SCHOOL: Final = frozenset({BodyKind.SCHOOL_COUNCIL, BodyKind.GENERAL_ASSEMBLY})  # every pupil may bring an idea to them
COOPERATORS: Final = frozenset({PersonKind.PUPIL, PersonKind.STAFF})


class NotOfThisBody(Refused):
    """Tu ne fais pas partie de cette instance : passe par quelqu'un qui y siège.
    You are not part of this body: go through somebody who sits in it."""


def conducts(chamber: Chamber, body: Code, given: Circumstances) -> bool:
    """Tell whether the asker may lead a body: has one of the roles that conduct, and may use it there."""
    held = chamber.standing.roles(given.actor, given.today) | chamber.standing.invited(given.badge)
    return bool(held & CONDUCTS) and acts_in(chamber, body, given)


def must_conduct(chamber: Chamber, body: Code, command: Command, given: Circumstances) -> None:
    """Let pass whoever may lead a body. Raises Forbidden."""
    if not conducts(chamber, body, given):
        raise Forbidden(asked=command.slug(), needs=sorted(CONDUCTS))


def charge_of(chamber: Chamber, body: Code, command: Command, given: Circumstances) -> Role:
    """Return in which capacity the asker answers for a body as an adult: tutor of its class before anything else. Raises Forbidden."""
    formed = body_of(chamber, body)
    if formed.class_code is not None and chamber.holds(given.actor, Role.CLASS_TUTOR, given.today, formed.class_code):
        return Role.CLASS_TUTOR
    if not leads(chamber, body, given):
        raise Forbidden(asked=command.slug(), needs=sorted(FRAMES))
    return Role.MANDATE_HOLDER if chamber.standing.mandated(given.actor, given.today) else Role.ASSOCIATION


def must_take_part(chamber: Chamber, body: Code, given: Circumstances) -> None:
    """Let pass whoever may bring something to a body: who sits in it or conducts it, and every cooperator where it is the whole school's.

    A suspended right to vote takes the vote away, not the word. Raises NoSuchBody or NotOfThisBody.
    """
    formed = body_of(chamber, body)
    if formed.kind in OF_THE_WHOLE_SCHOOL and formed.class_code is None and chamber.standing.kind(given.actor) in COOPERATORS:
        return
    if not sits_in(chamber, body, given.actor, given.today) and not conducts(chamber, body, given):
        raise NotOfThisBody(body=body)

"""The right to vote in a body on the page of councils: who lost it until when, and the forms that suspend it or give it back."""

from datetime import date, timedelta
from typing import Any, Final

from services.governance.chamber.sittings import SITTINGS, Suspension
from services.governance.commands.bodies import RestoreVotingRight, SuspendVotingRight
from services.governance.pages.desk import Desk, Visit
from services.governance.seats import Seats
from shared.projecting import Projection
from shared.values import Code
from shared.web.forms import Builds, Filled

SUSPENDED: Final = Projection("governance.sittings", 1, SITTINGS.initial, SITTINGS.listening())
USUAL_DAYS: Final = 7  # until the next council of most classes; whoever suspends chooses
WHY: Final = "page.voting-rights"  # in the vault's log of accesses


def voting_rights(desk: Desk, visit: Visit, body: Code, seats: Seats) -> dict[str, Any]:
    """Return what the page needs: `rights` is None for whoever neither answers for the body nor lost the right to vote there."""
    today = visit.now.date()
    theirs = [one for one in desk.view(SUSPENDED, visit).suspensions if one.body == body and one.until >= max(today, one.starts)]
    leads = bool(body) and seats.leads(visit.actor, body, today)
    seen = theirs if leads else [one for one in theirs if one.member == visit.actor]
    if not leads and not seen:
        return {"rights": None}
    people = [one for one in seats.people if seats.sits(one, body, today)] if leads else []
    names = desk.names(visit, {*people, *(one.member for one in seen)}, WHY)
    usual = today + timedelta(days=USUAL_DAYS)
    choices = [(one, names(one)) for one in names.ordered(people)]
    return {"rights": {"leads": leads, "suspended": sorted(seen, key=_order), "choices": choices, "who": names, "until": usual}}


def rights_builds(body: Code) -> Builds:
    """Return the forms about the right to vote in a body."""
    return {
        "suspend-voting-right": lambda form: _suspend(body, form),
        "restore-voting-right": lambda form: RestoreVotingRight(member=form.about, body=body, on=_day(form, "on")),
    }


def _suspend(body: Code, form: Filled) -> SuspendVotingRight:
    return SuspendVotingRight(
        member=form.text("member") or "",
        body=body,
        starts=_day(form, "starts"),
        until=_day(form, "until"),
        reason=form.text("reason") or "",
    )


def _day(form: Filled, name: str) -> Any:
    return form.day(name)  # a field left empty is refused by the command itself


def _order(one: Suspension) -> tuple[date, str]:
    return one.until, one.member

"""The page of decisions: what was decided, where it stands, and what of its envelope is used and left."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.chamber.purse import Purse
from services.governance.commands.proposals import ReleaseCommitment, RevokeDecision
from services.governance.events.papers import YES
from services.governance.events.proposals import FollowUp
from services.governance.pages.councils import POTS
from services.governance.pages.desk import HERE, Desk, Shown, Visit
from services.governance.pages.meetings import followed
from services.governance.pages.names import Names
from services.governance.projections.ballots import BALLOTS, Poll
from services.governance.projections.decisions import DECISIONS, Decided
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.members import MEMBERS
from shared.handling import Answer
from shared.values import Code, Id
from shared.web.forms import NOT_SENT, Builds, Filled, Typed, filled

WHY: Final = "page.decisions"  # in the vault's log of accesses

BodyQuery = Annotated[str, Query(max_length=40)]


def routes_decisions(app: FastAPI, desk: Desk) -> None:
    """Add the page of decisions."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = DecisionsPage(desk)

    @app.get(f"{HERE}/decisions", include_in_schema=False)
    def decisions(visit: Visit = visiting, instance: BodyQuery = "") -> Response:
        return page.show(visit, instance)

    @app.post(f"{HERE}/decisions", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading, instance: BodyQuery = "") -> Response:
        return page.settle(visit, sent, instance)


class DecisionsPage:
    """Draws the page of decisions and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, body: Code, typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the decisions of one body, or of all: those that must still be looked at first, then the last first."""
        meetings, seats = self._desk.view(MEETINGS, visit), self._desk.seats(visit)
        members, purse = self._desk.view(MEMBERS, visit), self._desk.view(POTS, visit)
        known = [(key, one) for key, one in self._desk.view(DECISIONS, visit).by_id.items() if body in {"", one.body}]
        led = {code for code in meetings.bodies if seats.conducts(visit.actor, code, visit.now.date())}
        elected = {person for _, one in known for person in one.elected if person in members.people}
        names = self._desk.names(visit, elected, WHY)
        polls = self._desk.view(BALLOTS, visit).polls
        ordered = sorted(known, key=lambda pair: -pair[1].seq)
        return self._desk.show(
            visit,
            Shown("governance/decisions.html", f"{visit.here}/decisions?instance={body}", "decisions"),
            typed,
            status,
            bodies=sorted(((code, one.label) for code, one in meetings.bodies.items()), key=lambda pair: pair[1]),
            labels={code: one.label for code, one in meetings.bodies.items()},
            chosen=body,
            open_ones=[_shown(key, one, purse, led, _elected(one, polls, names)) for key, one in ordered if one.open],
            settled=[_shown(key, one, purse, led, _elected(one, polls, names)) for key, one in ordered if one.adopted and not one.open],
            rejected=[_shown(key, one, purse, led, _elected(one, polls, names)) for key, one in ordered if not one.adopted],
            later=_later,
            titles={key: one.title for key, one in known},
            releases=bool(visit.roles & ReleaseCommitment.may),
            follow_ups=list(FollowUp),
        )

    def settle(self, visit: Visit, sent: Filled, body: Code) -> Response:
        """Take a form of the page."""
        builds: Builds = {
            "follow-decision": followed,
            "revoke-decision": lambda form: RevokeDecision(decision=form.about, by=form.text("by") or "", reason=form.text("reason") or ""),
            "release-commitment": lambda form: ReleaseCommitment(
                decision=form.about, amount=form.cents("amount") or 0, reason=form.text("reason") or ""
            ),
        }

        def then(_: Answer) -> str:
            return f"{visit.here}/decisions?instance={body}"

        return self._desk.settle(visit, sent, builds, lambda typed, status: self.show(visit, body, typed, status), then)


def _later(one: dict[str, Any], known: Sequence[dict[str, Any]]) -> list[tuple[Id, str]]:
    """Return the decisions of the same body that came after one, to choose among."""
    decided: Decided = one["decided"]
    same = (other for other in known if other["decided"].body == decided.body and other["decided"].seq > decided.seq)
    return [(other["decision"], other["decided"].title) for other in same]


def _elected(decided: Decided, polls: Mapping[Id, Poll], names: Names) -> list[str]:
    """Return what or who was chosen, as the ballot called it; a yes says nothing more than that it was adopted."""
    poll = polls.get(decided.ballot) if decided.ballot else None
    labels = {one.option: one.label for one in poll.opened.options if one.label} if poll else {}
    return [labels.get(one) or names(one) for one in decided.elected if one != YES]


def _shown(name: Id, decided: Decided, purse: Purse, led: set[Code], elected: list[str]) -> dict[str, Any]:
    """Show a decision with its money, in cents: what was decided, what entries that cite it took, what was given back, what is left."""
    money = None
    if decided.envelope is not None:
        known = purse.commitments.decisions.get(name)
        used = known.used if known else 0
        left = known.left if known else decided.envelope.amount - decided.released
        money = {"amount": decided.envelope.amount, "used": used, "released": decided.released, "left": left}
    return {"decision": name, "decided": decided, "money": money, "conducts": decided.body in led, "elected": elected}

"""The page of decisions: what was decided, where it stands, and what of its envelope is used and left."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.commands.proposals import ReleaseCommitment, RevokeDecision
from services.governance.events.proposals import FollowUp
from services.governance.pages_councils import POTS
from services.governance.pages_desk import Desk, Shown, Visit
from services.governance.pages_forms import Filled, Typed, filled
from services.governance.pages_meetings import followed
from services.governance.projections.decisions import DECISIONS, Decided
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.members import MEMBERS
from services.governance.purse import Purse
from shared.handling import Answer
from shared.values import Code, Id

WHY: Final = "page.decisions"  # in the vault's log of accesses

BodyQuery = Annotated[str, Query(max_length=40)]


def routes_decisions(app: FastAPI, desk: Desk) -> None:
    """Add the page of decisions."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = DecisionsPage(desk)

    @app.get("/c/{register}/decisions", include_in_schema=False)
    def decisions(visit: Visit = visiting, instance: BodyQuery = "") -> Response:
        return page.show(visit, instance)

    @app.post("/c/{register}/decisions", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading, instance: BodyQuery = "") -> Response:
        return page.settle(visit, sent, instance)


class DecisionsPage:
    """Draws the page of decisions and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, body: Code, typed: Typed = Typed(), status: int = 200) -> Response:
        """Draw the decisions of one body, or of all: those that must still be looked at first, then the last first."""
        meetings, seats = self._desk.view(MEETINGS, visit), self._desk.seats(visit)
        members, purse = self._desk.view(MEMBERS, visit), self._desk.view(POTS, visit)
        known = [(key, one) for key, one in self._desk.view(DECISIONS, visit).by_id.items() if body in {"", one.body}]
        led = {code for code in meetings.bodies if seats.conducts(visit.actor, code, visit.now.date())}
        elected = {person for _, one in known for person in one.elected if person in members.people}
        ordered = sorted(known, key=lambda pair: -pair[1].seq)
        return self._desk.show(
            visit,
            Shown("governance/decisions.html", f"{visit.here}/decisions?instance={body}", "decisions"),
            typed,
            status,
            bodies=sorted(((code, one.label) for code, one in meetings.bodies.items()), key=lambda pair: pair[1]),
            labels={code: one.label for code, one in meetings.bodies.items()},
            chosen=body,
            who=self._desk.names(visit, elected, WHY),
            people=members.people,
            open_ones=[_shown(key, one, purse, led) for key, one in ordered if one.open],
            settled=[_shown(key, one, purse, led) for key, one in ordered if one.adopted and not one.open],
            rejected=[_shown(key, one, purse, led) for key, one in ordered if not one.adopted],
            titles={key: one.title for key, one in known},
            releases=bool(visit.roles & ReleaseCommitment.may),
            follow_ups=list(FollowUp),
        )

    def settle(self, visit: Visit, sent: Filled, body: Code) -> Response:
        """Take a form of the page."""
        builds = {
            "follow-decision": followed,
            "revoke-decision": lambda form: RevokeDecision(
                decision=form.about, by=form.text("by") or "", reason=form.text("reason") or ""
            ),
            "release-commitment": lambda form: ReleaseCommitment(
                decision=form.about, amount=form.cents("amount") or 0, reason=form.text("reason") or ""
            ),
        }

        def then(_: Answer) -> str:
            return f"{visit.here}/decisions?instance={body}"

        return self._desk.settle(visit, sent, builds, lambda typed, status: self.show(visit, body, typed, status), then)


def _shown(name: Id, decided: Decided, purse: Purse, led: set[Code]) -> dict[str, Any]:
    """Show a decision with its money, in cents: what was decided, what entries that cite it took, what was given back, what is left."""
    money = None
    if decided.envelope is not None:
        used = purse.spent.get(name, 0)
        left = decided.envelope.amount - decided.released - used
        money = {"amount": decided.envelope.amount, "used": used, "released": decided.released, "left": left}
    return {"decision": name, "decided": decided, "money": money, "conducts": decided.body in led}

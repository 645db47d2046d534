"""The pages of proposals: the list, and one with its versions compared, its amendments, the adult's frame, consent and its four steps."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.api.proposals import ProposalPath, page_of, versions_compared
from services.governance.commands.proposals import (
    AcceptAmendment,
    DeclareConsent,
    EscalateConsent,
    LiftObjection,
    OpenRound,
    ProposeAmendment,
    RaiseObjection,
    RejectAmendment,
    ReviseProposal,
    StateFrame,
    SupportProposal,
    VetoProposal,
    WithdrawProposal,
)
from services.governance.events.proposals import HowLifted
from services.governance.pages.councils import POTS, proposal_from
from services.governance.pages.desk import HERE, Desk, Shown, Visit, made
from services.governance.pages.names import opened
from services.governance.projections.ideas import IDEA_BOX
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.proposals import PROPOSALS
from services.governance.proposal_page import AmendmentShown, ObjectionShown, ProposalShown, Stage, steps_of
from services.governance.telling.word_diff import diff
from shared.handling import Answer
from shared.values import Code, Id
from shared.web.forms import NOT_SENT, Builds, Filled, Typed, filled

WHY: Final = "page.proposal"  # in the vault's log of accesses
DISCUSSED: Final = frozenset({Stage.OPEN, Stage.AGREEING})

BodyQuery = Annotated[str, Query(max_length=40)]
IdeaQuery = Annotated[str, Query(max_length=26)]
VersionQuery = Annotated[int, Query(ge=0, le=1_000_000)]


def routes_proposals_pages(app: FastAPI, desk: Desk) -> None:
    """Add the pages of proposals."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    every, one = ProposalsPage(desk), ProposalPage(desk)

    @app.get(f"{HERE}/propositions", include_in_schema=False)
    def proposals(visit: Visit = visiting, instance: BodyQuery = "", idee: IdeaQuery = "") -> Response:
        return every.show(visit, instance, idee)

    @app.post(f"{HERE}/propositions", include_in_schema=False)
    def make(visit: Visit = visiting, sent: Filled = reading, instance: BodyQuery = "", idee: IdeaQuery = "") -> Response:
        return every.settle(visit, sent, instance, idee)

    @app.get(f"{HERE}/propositions/{{proposal}}", include_in_schema=False)
    def proposal(proposal: ProposalPath, visit: Visit = visiting, de: VersionQuery = 0, a: VersionQuery = 0) -> Response:
        return one.show(visit, proposal, (de, a))

    @app.post(f"{HERE}/propositions/{{proposal}}", include_in_schema=False)
    def settle(proposal: ProposalPath, visit: Visit = visiting, sent: Filled = reading) -> Response:
        return one.settle(visit, sent, proposal)


class ProposalsPage:
    """Draws the list of proposals, and takes a new one."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, body: Code, idea: Id, typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw every proposal of one body, or of all, the last one first; with an idea, the form begins from it."""
        meetings = self._desk.view(MEETINGS, visit)
        card = self._desk.view(IDEA_BOX, visit).cards.get(idea)
        pages = sorted(self._desk.view(PROPOSALS, visit).by_id.items(), key=lambda pair: -pair[1].made.seq)
        return self._desk.show(
            visit,
            Shown("governance/proposals.html", f"{visit.here}/propositions?instance={body}&idee={idea}", "proposals"),
            typed,
            status,
            bodies=sorted(((code, one.label) for code, one in meetings.bodies.items()), key=lambda pair: pair[1]),
            chosen=card.body if card else body,
            idea=idea if card else "",
            card=card,
            pots=sorted(self._desk.view(POTS, visit).pots),
            proposals=[(key, one) for key, one in pages if body in {"", one.body}],
        )

    def settle(self, visit: Visit, sent: Filled, body: Code, idea: Id) -> Response:
        """Take a new proposal."""

        def then(answer: Answer) -> str:
            return f"{visit.here}/propositions/{made(answer, 'proposal')}"

        builds = {"make-proposal": proposal_from}
        return self._desk.settle(visit, sent, builds, lambda typed, status: self.show(visit, body, idea, typed, status), then)


class ProposalPage:
    """Draws one proposal and takes its forms."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, name: Id, compared: tuple[int, int], typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the proposal, with two of its versions compared: those asked for, else the two last. Raises NoSuchProposalHere."""
        page = page_of(self._desk.view(PROPOSALS, visit), name)
        seats, today = self._desk.seats(visit), visit.now.date()
        body = self._desk.view(MEETINGS, visit).bodies.get(page.body)
        authors = {page.made.by, *(one.wording.mark.by for one in page.amendments), *(one.mark.by for one in page.objections)}
        authors |= {one.mark.by for one in page.frames} | ({page.veto.mark.by} if page.veto else set())
        authors |= {page.nominee.person} if page.nominee else set()
        last = len(page.versions)
        before, after = compared if all(compared) else (last - 1, last)
        sits = seats.sits(visit.actor, page.body, today)
        conducts = seats.conducts(visit.actor, page.body, today)
        return self._desk.show(
            visit,
            Shown("governance/proposal.html", f"{visit.here}/propositions/{name}", "proposals"),
            typed,
            status,
            name=name,
            page=page,
            label=body.label if body else page.body,
            now=page.versions[-1],
            steps=steps_of(page),
            compared=versions_compared(page, before, after) if last > 1 else None,
            who=self._desk.names(visit, authors, WHY),
            amendments=[_amended(page, one) for one in page.amendments],
            objections=[self._objection(visit, one, may_read=sits or conducts) for one in page.objections],
            mine=page.made.by == visit.actor,
            may_answer=page.made.by == visit.actor or conducts,
            sits=sits,
            conducts=conducts,
            leads=seats.leads(visit.actor, page.body, today),
            discussed=page.stage in DISCUSSED,
            vetoable=page.stage is Stage.OPEN and not page.rounds and not page.votes,
            pots=sorted(self._desk.view(POTS, visit).pots),
            hows=list(HowLifted),
        )

    def settle(self, visit: Visit, sent: Filled, name: Id) -> Response:
        """Take a form of the page."""

        def then(_: Answer) -> str:
            return f"{visit.here}/propositions/{name}"

        def again(typed: Typed, status: int) -> Response:
            return self.show(visit, name, (0, 0), typed, status)

        return self._desk.settle(visit, sent, _builds(name), again, then)

    def _objection(self, visit: Visit, objection: ObjectionShown, *, may_read: bool) -> dict[str, Any]:
        """Show an objection; its reason is read in the body, and by whoever raised it."""
        reason = None
        if may_read or objection.mark.by == visit.actor:
            reason = opened(self._desk.vault, visit, objection.reason, WHY) or ""
        return {"objection": objection, "reason": reason}


def _builds(name: Id) -> Builds:
    return {
        "support-proposal": lambda _: SupportProposal(proposal=name),
        "revise-proposal": lambda form: ReviseProposal(proposal=name, **_wording(form)),
        "withdraw-proposal": lambda form: WithdrawProposal(proposal=name, reason=_reason(form)),
        "propose-amendment": lambda form: ProposeAmendment(
            proposal=name, version=form.whole("version") or 0, reason=_reason(form), **_wording(form)
        ),
        "accept-amendment": lambda form: AcceptAmendment(amendment=form.about),
        "reject-amendment": lambda form: RejectAmendment(amendment=form.about, reason=_reason(form)),
        "state-frame": lambda form: StateFrame(proposal=name, limits=form.text("limits") or "", reason=_reason(form)),
        "veto-proposal": lambda form: VetoProposal(proposal=name, reason=_reason(form), rule=form.text("rule")),
        "open-round": lambda _: OpenRound(proposal=name),
        "raise-objection": lambda form: RaiseObjection(proposal=name, reason=_reason(form)),
        "lift-objection": lambda form: LiftObjection(objection=form.about, how=HowLifted(form.text("how") or ""), reason=_reason(form)),
        "declare-consent": lambda _: DeclareConsent(proposal=name),
        "escalate-consent": lambda form: EscalateConsent(proposal=name, reason=_reason(form)),
    }


def _wording(form: Filled) -> dict[str, Any]:
    return {
        "title": form.text("title") or "",
        "text": form.text("text") or "",
        "cost": form.cents("cost"),
        "pot": form.text("pot"),
        "project": form.text("project"),
    }


def _reason(form: Filled) -> str:
    return form.text("reason") or ""


def _amended(page: ProposalShown, amendment: AmendmentShown) -> dict[str, Any]:
    """Show what an amendment changes in the version it is about, word by word."""
    about = page.version(amendment.wording.version)
    title = diff(about.title, amendment.wording.title) if about else ()
    return {"amendment": amendment, "title": title, "text": diff(about.text, amendment.wording.text) if about else ()}

"""The page that opens a ballot: first what is voted on, how it is counted and how votes are given, then the settings that go with it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Response

from services.governance.commands.ballots import OpenBallot
from services.governance.events.ballots import BallotOption, Publish, Way
from services.governance.events.papers import (
    ABSTAIN,
    NO,
    YES,
    Completion,
    Cost,
    DrawKind,
    Method,
    Missing,
    Money,
    Overflow,
    Parameters,
    Rule,
    Strength,
    TiedLast,
    TiedPoints,
    TiePolicy,
    Utility,
)
from services.governance.events.people import PersonKind, Role
from services.governance.events.proposals import Conferral
from services.governance.pages.councils import POTS
from services.governance.pages.desk import HERE, Desk, Shown, Visit, made
from services.governance.pages.few_voters import Asked, NearlyTheSameVoters, few_voters
from services.governance.pages.words import word
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.members import MEMBERS
from services.governance.projections.proposals import PROPOSALS
from services.governance.proposal_page import ProposalShown, Stage
from services.governance.tally.methods import counting_of
from services.governance.tally.opening import BUDGETS
from shared.handling import Answer
from shared.refusals import Refused
from shared.values import Code, Id
from shared.web import formats
from shared.web.forms import NOT_SENT, Filled, Typed, cents_of, filled
from shared.web.reader import reader_of

WHY: Final = "page.ballot"  # in the vault's log of accesses
OFFICES: Final = (Role.DELEGATE, Role.PRESIDENT, Role.SECRETARY, Role.TREASURER, Role.VERIFIER, Role.TELLER)
WORDS_OF: Final[Mapping[str, type[StrEnum]]] = {
    "rule": Rule,
    "tied_points": TiedPoints,
    "strength": Strength,
    "tied_last": TiedLast,
    "missing": Missing,
    "overflow": Overflow,
    "utility": Utility,
    "completion": Completion,
}
WHOLE: Final = ("seats", "top", "dots", "dots_each")
SLUG_MAX: Final = 30  # characters of an option's code, which leaves room for the number that tells two apart

Code40 = Annotated[str, Query(max_length=40)]


class CostNotRead(Refused):
    """Écris chaque projet et son coût sur une ligne, séparés par un point-virgule, comme « Des livres ; 300 ».
    Write each project and its cost on one line, with a semicolon between, as in “Books; 300”."""


def routes_opening(app: FastAPI, desk: Desk) -> None:
    """Add the page that opens a ballot; before those of ballots, whose address would take its own."""
    visiting, reading = Depends(desk.visit), Depends(filled)
    page = OpeningPage(desk)

    def asked(
        proposition: Code40 = "", instance: Code40 = "", reunion: Code40 = "", methode: Code40 = "", facon: Code40 = "", quoi: Code40 = ""
    ) -> dict[str, str]:
        return {"proposition": proposition, "instance": instance, "reunion": reunion, "methode": methode, "facon": facon, "quoi": quoi}

    choosing = Depends(asked)

    @app.get(f"{HERE}/scrutins/nouveau", include_in_schema=False)
    def new(visit: Visit = visiting, chosen: dict[str, str] = choosing) -> Response:
        return page.show(visit, chosen)

    @app.post(f"{HERE}/scrutins/nouveau", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading, chosen: dict[str, str] = choosing) -> Response:
        return page.settle(visit, sent, chosen)


class OpeningPage:
    """Draws the page and takes its form."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, chosen: dict[str, str], typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the first choices, and below them the settings that go with them."""
        meetings, members, seats = self._desk.view(MEETINGS, visit), self._desk.view(MEMBERS, visit), self._desk.seats(visit)
        today = visit.now.date()
        proposals = self._desk.view(PROPOSALS, visit).by_id
        proposal = proposals.get(chosen["proposition"])
        led = [code for code in sorted(meetings.bodies) if seats.conducts(visit.actor, code, today)]
        body = proposal.body if proposal else (chosen["instance"] if chosen["instance"] in meetings.bodies else next(iter(led), ""))
        method = Method(chosen["methode"]) if chosen["methode"] in set(Method) else Method.YES_NO
        way = Way(chosen["facon"]) if chosen["facon"] in set(Way) else Way.HAND
        people = [one for one in seats.people if seats.sits(one, body, today)] if body else []
        staff = [one for one, about in members.on(today) if about.kind is PersonKind.STAFF]
        names = self._desk.names(visit, {*people, *staff}, WHY)
        running = [(key, one) for key, one in meetings.of(body) if one.state == "running"]
        counting = counting_of(method)
        wanted = [name for name in Parameters.model_fields if name in counting.needs | counting.takes]
        say, language = self._desk.gettext, reader_of(visit.request).language
        people_vote = chosen["quoi"] == "personnes" and method is not Method.YES_NO
        meeting = chosen["reunion"] or (running[-1][0] if running else None)
        question = typed.filled.text("question") or (proposal.versions[-1].title if proposal else "")
        few = few_voters(self._desk, visit, Asked(body, method, way, people_vote, question, chosen["proposition"] or None, meeting))
        return self._desk.show(
            visit,
            Shown("governance/opening.html", f"{visit.here}/scrutins/nouveau?{_query(chosen)}", "ballots"),
            typed,
            status,
            asked=chosen,
            bodies=[(code, meetings.bodies[code].label) for code in led],
            body=body,
            label=meetings.bodies[body].label if body in meetings.bodies else body,
            proposal=proposal,
            method=method,
            methods=list(Method),
            way=way,
            ways=list(Way),
            people_vote=people_vote,
            wanted=[(name, name in counting.needs, list(WORDS_OF.get(name, ()))) for name in wanted],
            options_of=lambda name, codes: [(one, word(say, one, name if name == "utility" else "")) for one in codes],
            whole=WHOLE,
            budgets=method in BUDGETS,
            open_proposals=_of_body(proposals, body),
            seated=names.ordered(people),
            tellers=names.ordered({*people, *staff}),
            who=names,
            running=[(key, formats.middle_date(one.on, language)) for key, one in running],
            few=few,
            pots=sorted(self._desk.view(POTS, visit).pots),
            draws=list(DrawKind),
            offices=OFFICES,
            today=today,
        )

    def settle(self, visit: Visit, sent: Filled, chosen: dict[str, str]) -> Response:
        """Take the form."""
        proposals = self._desk.view(PROPOSALS, visit).by_id

        def build(form: Filled) -> OpenBallot:
            ballot = _ballot(form, visit, proposals)
            asked = Asked(ballot.body, ballot.method, ballot.way, question=ballot.question, proposal=ballot.proposal)
            if form.text("warned") is None and few_voters(self._desk, visit, asked).near:
                raise NearlyTheSameVoters
            return ballot

        def then(answer: Answer) -> str:
            return f"{visit.here}/scrutins/{made(answer, 'ballot')}"

        return self._desk.settle(visit, sent, {"open-ballot": build}, lambda typed, status: self.show(visit, chosen, typed, status), then)


def slug(label: str, taken: Sequence[Code]) -> Code:
    """Return a code that reads as a label does: « Échasses et cordes » is echasses-et-cordes; a number tells two apart."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].strip("-") or "option"
    number = 2
    free = code
    while free in {*taken, ABSTAIN, YES, NO}:
        free, number = f"{code}-{number}", number + 1
    return free


def _ballot(form: Filled, visit: Visit, proposals: Mapping[Id, ProposalShown]) -> OpenBallot:
    method, way = Method(form.text("method") or ""), Way(form.text("way") or "")
    options, costs = _options(form, method, proposals)
    codes = tuple(one.option for one in options)
    tellers = tuple(one for name in ("first_teller", "second_teller") if (one := form.text(name)))
    return OpenBallot(
        body=form.text("body") or "",
        question=form.text("question") or "",
        options=options,
        method=method,
        parameters=_parameters(form, method, costs),
        tie_policy=TiePolicy(draw=DrawKind(form.text("draw") or DrawKind.REGISTER), order=codes if form.text("in_order") else None),
        way=way,
        publish=Publish(form.text("publish") or Publish.LIST),
        tellers=tellers,
        meeting=form.text("meeting"),
        proposal=form.text("proposal"),
        closes_at=form.moment("closes_at", visit.zone),
        casting_vote=form.text("casting_vote"),
        spending=_envelope(form, method),
        confers=_conferral(form),
        proxies_max=form.whole("proxies_max") or None,
        after=form.text("after"),
    )


def _options(form: Filled, method: Method, proposals: Mapping[Id, ProposalShown]) -> tuple[tuple[BallotOption, ...], tuple[Cost, ...]]:
    """Return the options of a form and, where they are projects, what each costs. Raises CostNotRead or AmountUnread."""
    if method is Method.YES_NO:
        codes = (YES, NO, ABSTAIN) if form.text("abstain") else (YES, NO)
        return tuple(BallotOption(option=one) for one in codes), ()
    options: list[BallotOption] = [BallotOption(option=one) for one in form.texts("candidate")]
    costs: list[Cost] = []
    for name in form.texts("option_proposal"):
        wording = proposals[name].versions[-1] if name in proposals else None
        label = wording.title if wording else name
        option = BallotOption(option=slug(label, [one.option for one in options]), label=label, proposal=name)
        options.append(option)
        if wording and wording.cost:
            costs.append(Cost(option=option.option, amount=wording.cost))
    for line in form.lines("options"):
        label, separator, cost = line.rpartition(";") if method in BUDGETS else (line, ";", "")
        if not separator or not label.strip():
            raise CostNotRead(field="options")
        option = BallotOption(option=slug(label, [one.option for one in options]), label=label.strip())
        options.append(option)
        if method in BUDGETS:
            costs.append(Cost(option=option.option, amount=cents_of(cost, "options")))
    return tuple(options), tuple(costs)


def _parameters(form: Filled, method: Method, costs: tuple[Cost, ...]) -> Parameters:
    """Return the settings that the method needs or takes; what was left empty is left to the method."""
    counting = counting_of(method)
    told: dict[str, Any] = {name: form.whole(name) for name in WHOLE}
    told |= {name: kind(typed) for name, kind in WORDS_OF.items() if (typed := form.text(name))}
    told["grades"] = form.lines("grades") or None
    told["mean"] = True if form.text("mean") else None
    told["budget"] = form.cents("budget")
    told["costs"] = costs or None
    return Parameters(**{name: value for name, value in told.items() if name in counting.needs | counting.takes})


def _envelope(form: Filled, method: Method) -> Money | None:
    """Return what the projects that are kept may spend of a pot: the budget that is shared; none where no pot pays."""
    budget, pot = form.cents("budget"), form.text("pot")
    return Money(amount=budget, pot=pot) if method in BUDGETS and budget and pot else None


def _conferral(form: Filled) -> Conferral | None:
    """Return the role that the elected receive; none where the vote is not an election."""
    if (role := form.text("office")) is None:
        return None
    starts, until = form.day("starts"), form.day("until")
    scope = {"class_code": form.text("office_class"), "body": form.text("office_body")}
    return Conferral.model_validate({"role": Role(role), "starts": starts, "until": until, **scope})


def _of_body(proposals: Mapping[Id, ProposalShown], body: Code) -> list[tuple[Id, ProposalShown]]:
    found = [(key, one) for key, one in proposals.items() if one.body == body and one.stage is Stage.OPEN]
    return sorted(found, key=lambda pair: pair[1].made.seq)


def _query(chosen: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in chosen.items() if re.fullmatch(r"[A-Za-z0-9._-]+", value))

"""The portal over HTTP, for programs: the figures of the pages as JSON, the audit trail, and the register's own bytes. Cents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import StreamingResponse

from services.ledger.available import FUNDS, funds_shown
from services.ledger.projections.advances import ADVANCE_BOOK, advances_shown
from services.ledger.projections.commitments import COMMITMENTS, commitments_shown
from services.ledger.projections.membership import MEMBERSHIPS, memberships_shown
from services.portal.acts import Act
from services.portal.trail import Line, Trail
from services.portal.treasury import treasury_of
from services.portal.views import PortalViews
from services.portal.words import Speaker
from shared.clock import Clock
from shared.projecting import Cut, Projection
from shared.web.queries import Question, Questions, read_at, shown

LIMIT_MAX = 500  # lines of the trail in one answer: about 300 kB
JSONL = "application/jsonl"
# Of a record that this program can read, else null.
TOLD = ("time", "on", "actor", "role", "command", "asked", "asked_fr", "asked_en", "reason", "fr", "en")

AfterSeq = Annotated[int, Query(ge=0, le=2**53 - 1, description="Records after this one; 0 for the first.")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Lines on a page.")]
Types = Annotated[str | None, Query(max_length=2_000, description="Wire names of the records wanted, separated by commas; all without it.")]


def routes(app: FastAPI, views: PortalViews, trail: Trail, questions: Questions, clock: Clock) -> None:
    """Add the portal's questions to an app."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}"

    @app.get(f"{url}/portal/treasury", tags=["portal"], operation_id="get_treasury")
    def treasury(question: Question = asked) -> Response:
        """Where the money is: accounts, pots with what is committed and available of each, projects, what the year brought in and cost."""
        today = day_of(question.cut, views, question.register, clock)
        return questions.answer(FUNDS, question, lambda state: treasury_of(state, today))

    for noun, projection, show in FIGURES:
        _figures(app, f"{url}/portal/{noun}", projection, show, questions)

    @app.get(f"{url}/portal/trail", tags=["portal"], operation_id="list_trail")
    def audit_trail(question: Question = asked, after: AfterSeq = 0, limit: Limit = 100, types: Types = None) -> Response:
        """Every record as a sentence: who (a role and a pseudonym), when, what was asked, and why where somebody said so.

        `next` is the `after` of the next page; `asked` is the last part of the command's address, `command` its id.
        """
        page = trail.onward(question.register, after, limit, question.cut, listed(types))
        speaker, _ = trail.speaker(question.register)
        asked_by = trail.asked(question.register, page.lines)
        lines = [_line(line, speaker, asked_by[line.kept.seq]) for line in page.lines]
        return shown({"facts": lines, "next": page.last if page.more else None}, views.head(question.register).seq, question.cut)

    @app.get(f"{url}/records", tags=["portal"], operation_id="export_records", responses={200: {"content": {JSONL: {}}}})
    def records(question: Question = asked, after: AfterSeq = 0, types: Types = None) -> Response:
        """The register's records, byte for byte as they were published, one a line, up to the last one known when the answer begins."""
        head = views.head(question.register).seq
        cut = replace(question.cut, seq=head if question.cut.seq is None else min(head, question.cut.seq))
        lines = (record + b"\n" for record in trail.exported(question.register, after, cut, listed(types)))
        return StreamingResponse(lines, headers=read_at(head, question.cut), media_type=JSONL)


def _figures(app: FastAPI, url: str, projection: Projection[Any], show: Callable[[Any], Any], questions: Questions) -> None:
    noun, asked = url.rpartition("/")[2], Depends(questions.asked)

    @app.get(url, tags=["portal"], operation_id=f"get_portal_{noun}", summary=f"The ledger's {noun}, folded from the stream.")
    def figures(question: Question = asked) -> Response:
        return questions.answer(projection, question, show)


# What the ledger answers from the log, answered from the stream: two sources that must agree.
FIGURES: tuple[tuple[str, Projection[Any], Callable[[Any], Any]], ...] = (
    ("balances", FUNDS, funds_shown),
    ("advances", ADVANCE_BOOK, advances_shown),
    ("commitments", COMMITMENTS, commitments_shown),
    ("memberships", MEMBERSHIPS, memberships_shown),
)


def day_of(cut: Cut, views: PortalViews, register: str, clock: Clock) -> date:
    """Return the day somebody looks at: that of their cut, else today in the cooperative's zone."""
    chosen = [day for day in (cut.au, cut.connu_au) if day is not None]
    return min(chosen) if chosen else clock().astimezone(ZoneInfo(views.standing(register).zone)).date()


def listed(types: str | None) -> list[str] | None:
    """Read a list of wire names."""
    return [name for name in types.split(",") if name] if types else None


def _line(line: Line, speaker: Speaker, act: Act | None) -> dict[str, Any]:
    if line.fact is None:
        return dict.fromkeys(TOLD) | {"seq": line.kept.seq, "type": line.kept.type, "readable": False}
    fact = line.fact
    return {
        "seq": fact.seq,
        "type": line.kept.type,
        "readable": True,
        "time": fact.time,
        "on": fact.event.business_date,
        "actor": fact.actor,
        "role": speaker.who(fact),
        "command": fact.command,
        "asked": act and act.slug,
        "asked_fr": act and act.fr,
        "asked_en": act and act.en,
        "reason": speaker.why(fact) or None,
        "fr": speaker.in_language("fr", fact),
        "en": speaker.in_language("en", fact),
    }

"""The portal's pages: the cooperative's home, the audit trail, one fact. They only read; their forms choose what is looked at."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter

from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.portal.copy import SEQ_MAX
from services.portal.home import TEMPLATE, Board, Told, stale_since, told
from services.portal.live import Live, topic
from services.portal.surroundings import Reading, Surroundings
from services.portal.trail import Line, Trail
from services.portal.views import Seen
from services.portal.words import titles
from shared.merkle import leaf_hash
from shared.projecting import Cut
from shared.refusals import Busy, NotFound
from shared.web.asking import Askers, RegisterPath
from shared.web.pages import Frame, Pages, Past, reading_as
from shared.web.queries import Questions
from shared.web.reader import reader_of
from shared.web.tokens import BadToken

TEMPLATES = Path(__file__).parent / "templates"
AWAITED_SECONDS = 2.0  # nobody sees their own act missing; past it, the page says that the fact is on its way
LINES = 50  # of the trail on a page: three screens
DAY = TypeAdapter(date | None)
NUMBER = TypeAdapter(Annotated[int, Query(ge=1, le=SEQ_MAX)] | None)

Text = Annotated[str, Query(max_length=100)]  # a form sends what was left empty too


class Looking(NamedTuple):
    """Who looks at which register and in which roles, which records are shown, and the fact of their own that has not arrived yet."""

    register: str
    actor: str
    roles: frozenset[str]
    cut: Cut
    awaited: int | None


class PortalPages:
    """Makes the pages; `routes` puts them on an app."""

    def __init__(
        self, trail: Trail, questions: Questions, askers: Askers, pages: Pages, board: Board, live: Live, around: Surroundings
    ) -> None:
        self._views, self._trail, self._questions, self._askers = trail.views, trail, questions, askers
        self._pages, self._board, self._live, self._around = pages, board, live, around
        self._titles = titles(self._views.copy.codec.types)

    def routes(self, app: FastAPI) -> None:
        """Add the pages to an app."""
        looking = Depends(self.looking)

        @app.get("/", include_in_schema=False)
        def front(request: Request) -> Response:
            return self.front(request)

        here = "/c/{register}"

        @app.get(here, include_in_schema=False)
        def home(request: Request, asked: Looking = looking) -> Response:
            return self.home(request, asked)

        @app.get(f"{here}/direct", include_in_schema=False)
        async def direct(request: Request, register: RegisterPath) -> Response:
            asked = await asyncio.to_thread(self.looking, request, register)
            reader = reader_of(request)
            return self._live.hub.stream(
                topic(register, reader), reader=asked.actor, snapshot=lambda: self._live.snapshot(register, reader)
            )

        @app.get(f"{here}/verifier", include_in_schema=False)
        def verify(request: Request, asked: Looking = looking, type: Text = "", avant: Text = "") -> Response:  # noqa: A002 - as in the address
            return self.verify(request, asked, type, NUMBER.validate_python(avant or None, strict=False))

        @app.get(f"{here}/verifier/faits/{{number}}", include_in_schema=False)
        def fact(request: Request, number: Annotated[int, InPath(ge=1, le=SEQ_MAX)], asked: Looking = looking) -> Response:
            return self.fact(request, asked, number)

    def looking(
        self, request: Request, register: RegisterPath, au: Text = "", connu_au: Text = "", seq: Text = "", apres: Text = ""
    ) -> Looking:
        """Read who looks at what; the dependency of every page. Raises BadToken, NotFound, or a ValidationError for what is no date."""
        claims = self._askers.of(request, register)
        awaited = NUMBER.validate_python(apres or None, strict=False)
        if awaited is not None:
            try:
                self._views.wait_for(register, awaited, AWAITED_SECONDS)
                awaited = None
            except Busy:
                pass  # the page says so
        cut = Cut(
            DAY.validate_python(au or None, strict=False),
            DAY.validate_python(connu_au or None, strict=False),
            NUMBER.validate_python(seq or None, strict=False),
        )
        admitted = self._questions.admitted(claims, cut)
        return Looking(register, admitted.actor, admitted.roles, cut, awaited)

    def front(self, request: Request) -> Response:
        """Send whoever is signed in to their cooperative; show the others the way in."""
        try:
            claims = self._askers.anyone(request)
        except BadToken:
            return self._pages.render(request, "portal/front.html")
        return RedirectResponse(f"/c/{claims.register}", 303)

    def home(self, request: Request, asked: Looking) -> Response:
        """Show the cooperative's money and its last facts."""
        reader, here = reader_of(request), f"/c/{asked.register}"
        with reading_as(reader):
            context = self._board.context(asked.register, asked.cut)
        frame = self._frame(asked, here, context["name"], context["zone"])
        stream = f"{here}/direct?lang={reader.language}&niveau={reader.level}"
        return self._pages.render(request, TEMPLATE, frame=frame, cut=asked.cut, stream=stream, live=asked.cut.whole, **context)

    def verify(self, request: Request, asked: Looking, type_: str, before: int | None) -> Response:
        """Show the audit trail, the last record first."""
        here = f"/c/{asked.register}/verifier"
        seen = self._views.together((COOPERATIVE,), asked.register)
        zone = ZoneInfo(seen.states[0].zone)
        page = self._trail.backward(asked.register, before or SEQ_MAX, LINES, asked.cut, [type_] if type_ else None)
        lines = self._told(request, asked, page.lines)
        chosen = _query(asked.cut, type=type_)
        return self._pages.render(
            request,
            "portal/verify.html",
            frame=self._frame(asked, here, seen.states[0].name, zone, seen),
            register=asked.register,
            cut=asked.cut,
            zone=zone,
            lines=lines,
            chosen_type=type_,
            types=self._titles(reader_of(request).language),
            stale_since=stale_since(seen),
            newest_href=f"{here}?{chosen}" if before else "",
            older_href=f"{here}?{_query(asked.cut, type=type_, avant=page.last)}" if page.more else "",
        )

    def fact(self, request: Request, asked: Looking, number: int) -> Response:
        """Show one record: in words, and as the bytes that were published, with their hash. Raises NotFound."""
        line = self._trail.one(asked.register, number)
        if line is None or (line.fact is not None and not self._trail.shows(asked.register, asked.cut, line.fact)):
            raise NotFound(seq=number)
        here = f"/c/{asked.register}/verifier"
        seen = self._views.together((COOPERATIVE,), asked.register)
        zone = ZoneInfo(seen.states[0].zone)
        (words,) = self._told(request, asked, [line])
        return self._pages.render(
            request,
            "portal/fact.html",
            frame=self._frame(asked, here, seen.states[0].name, zone, seen),
            fact=words,
            title=self._titles(reader_of(request).language).get(line.kept.type, line.kept.type),
            record=orjson.loads(line.kept.record),
            raw=line.kept.record.decode(),
            size_bytes=len(line.kept.record),
            hash=leaf_hash(line.kept.record).hex(),
            zone=zone,
            trail_href=here,
            previous=number - 1,
            next=number + 1 if number < seen.head.seq else None,
        )

    def _told(self, request: Request, asked: Looking, lines: Sequence[Line]) -> list[Told]:
        """Put records into words for whoever reads this page, people by name where they may know it: never for a stream or an export."""
        speaker, zone = self._trail.speaker(asked.register)
        members = self._views.of(MEMBERS, asked.register).state
        reading = Reading(asked.register, asked.actor, asked.roles, self._board.clock().astimezone(zone))
        names = self._around.names(reading, members, {line.fact.actor for line in lines if line.fact})
        acts = self._trail.asked(asked.register, lines)
        with reading_as(reader_of(request)):
            return [told(line, speaker, names, acts[line.kept.seq]) for line in lines]

    def _frame(self, asked: Looking, current: str, name: str, zone: ZoneInfo, seen: Seen | None = None) -> Frame:
        """Surround a page; with `seen`, the stamp stands in the footer, else the page has its own."""
        cut = asked.cut
        return Frame(
            name=name or "Ruche",
            home=f"/c/{asked.register}",
            links=self._around.links(asked.register, current),
            seq=seen.head.seq if seen else None,
            at=seen.head.time if seen else None,
            awaited=asked.awaited,
            past=None if cut.whole else Past(current, cut.au, cut.connu_au, cut.seq),
            export_href=f"/v1/registers/{asked.register}/records",
            leave_href="/sortir",
            exercise=self._views.standing(asked.register).sandbox,
            zone=zone,
        )


def _query(cut: Cut, **more: object) -> str:
    """Write what is looked at as the query of an address; what is not asked is left out."""
    return urlencode({**cut.asked(), **{name: str(value) for name, value in more.items() if value not in {None, ""}}})

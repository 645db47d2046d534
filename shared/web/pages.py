"""How a page is made: its frame, its words for one reader, its template."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.web import formats
from shared.web.drawings import LOGO, Icons
from shared.web.reader import READER, Reader, reader_of, remember
from shared.web.static_files import StaticFiles
from shared.web.wordings import Wordings

SHARED_TEMPLATES = Path(__file__).parent / "layout"
PARIS = ZoneInfo("Europe/Paris")
# The same address gives another page to another language, to another level, and to htmx asking for a fragment.
VARY = "Accept-Language, Cookie, HX-Request"
# On a shared tablet, Back must not show the last pupil's page.
NO_STORE = "no-store"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the header. The label is a French sentence of the catalogue; the icon is one of Lucide's."""

    label: str
    href: str
    icon: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """The page shows the past: as of a business date, as known on a day, or up to a fact; they may be combined."""

    today_href: str
    au: date | None = None
    connu_au: date | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the content of a page.

    `seq` and `at` make the stamp « À jour jusqu'au fait n° 1 284 »; `awaited` is a fact the reader has just written and that this
    page does not show yet: the page says so and asks again by itself. `leave_href` signs the reader out; `exercise` marks what is invented.
    """

    name: str = "Ruche"
    home: str = "/"
    links: Sequence[Link] = ()
    seq: int | None = None
    at: datetime | None = None
    awaited: int | None = None
    past: Past | None = None
    export_href: str | None = None
    help_href: str | None = None
    leave_href: str | None = None
    exercise: bool = False
    zone: ZoneInfo = field(default=PARIS)


class Pages:
    """The templates of the shared layout and of some services, ready to be rendered from any thread.

    Each folder holds templates; the catalogues of a service stand beside them, in `<folder>/../i18n/`. A name missing from the
    context is an error (StrictUndefined), and everything is escaped.
    """

    def __init__(self, template_folders: Sequence[Path] = (), static: StaticFiles | None = None) -> None:
        folders = (SHARED_TEMPLATES, *template_folders)
        self.static = static or StaticFiles()
        self.wordings = Wordings(folder.parent / "i18n" for folder in folders)
        self._templates = _environment(folders, self.static, self.wordings)

    def render(
        self, request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """The whole page, for this request's reader. `frame` in the context surrounds it; every name goes to the template."""
        reader = reader_of(request)
        with reading_as(reader):
            html = self._templates.get_template(template).render(self._with_request(request, reader, context))
        response = HTMLResponse(
            html, status, {"Vary": VARY, "Cache-Control": NO_STORE, "Content-Language": reader.language, **(headers or {})}
        )
        remember(request, response, reader)
        return response

    def fragment(self, reader: Reader, template: str, block: str, **context: Any) -> str:
        """One block of a template alone, the same code as in the full page: what a live region is sent. KeyError without that block."""
        with reading_as(reader):
            found = self._templates.get_template(template)
            return "".join(found.blocks[block](found.new_context({"reader": reader, **context})))

    def error(
        self,
        request: Request,
        status: int,
        title: str,
        detail: str,
        *,
        help_href: str | None = None,
        reference: str | None = None,
        headers: Mapping[str, str] | None = None,
        frame: Frame | None = None,
    ) -> HTMLResponse:
        """The page of a refusal or of a failure: what is in the way, what to do next, and a reference one can quote.

        `title` and `detail` are in the reader's language already: they come from refusals, which carry both languages.
        """
        return self.render(
            request,
            "error.html",
            status=status,
            headers=headers,
            frame=frame or Frame(),
            title=title,
            detail=detail,
            error_status=status,
            more_href=help_href,
            reference=reference,
        )

    def _with_request(self, request: Request, reader: Reader, context: dict[str, Any]) -> dict[str, Any]:
        def here(**changed: str) -> str:
            """The same address, with another language or level."""
            url = request.url.include_query_params(**changed)
            return f"{url.path}?{url.query}"

        return {"frame": Frame(), "reader": reader, "here": here, **context}


@contextmanager
def reading_as(reader: Reader) -> Iterator[None]:
    """While this lasts, sentences and filters speak to that reader: for text made outside a template."""
    before = READER.set(reader)
    try:
        yield
    finally:
        READER.reset(before)


def _environment(folders: Sequence[Path], static: StaticFiles, wordings: Wordings) -> Environment:
    templates = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.policies["ext.i18n.trimmed"] = True
    templates.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        wordings.gettext, wordings.ngettext, newstyle=True, pgettext=wordings.pgettext, npgettext=wordings.npgettext
    )
    templates.globals |= {"icon": Icons(static), "logo": LOGO, "static": static.url}
    templates.filters |= FILTERS
    return templates


def _money(cents: int) -> str:
    """The youngest read whole euros, everybody else cents."""
    reader = READER.get()
    return formats.whole_money(cents, reader.language) if reader.level == "petits" else formats.money(cents, reader.language)


def _for_reader(written: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *more: written(value, *more, READER.get().language)


FILTERS: Mapping[str, Callable[..., str]] = {
    "money": _money,
    "signed_money": _for_reader(formats.signed_money),
    "count": _for_reader(formats.number),
    "percent_of": _for_reader(formats.percent),
    "short_date": _for_reader(formats.short_date),
    "middle_date": _for_reader(formats.middle_date),
    "long_date": _for_reader(formats.long_date),
    "long_month": _for_reader(formats.long_month),
    "clock": _for_reader(formats.clock),
    "moment": _for_reader(formats.moment),
    "ago": _for_reader(formats.ago),
}

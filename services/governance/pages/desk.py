"""What every page of governance is made with: who looks at which register, the views, the names, and forms that give commands."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from services.governance.pages.names import Names, Naming
from services.governance.pages.words import detail_of, word
from services.governance.projections.members import MEMBERS, Members
from services.governance.projections.todo import TO_DO
from services.governance.seats import Seats
from shared.eventlog.record import parsed
from shared.handling import Answer, Asked, Handling
from shared.messages import Command
from shared.projecting import Cut, Projection
from shared.refusals import Busy, Forbidden, KeyReused, NotFound, Notice, Refused, Unanswered
from shared.serving import Means
from shared.values import Code, Pseudonym
from shared.web.asking import RegisterPath
from shared.web.commands import COMMAND_ID
from shared.web.forms import NOT_SENT, Builds, Filled, NoSuchForm, Typed
from shared.web.pages import Frame, Link, Pages, Past, reading_as
from shared.web.problems import Malformed
from shared.web.queries import Questions
from shared.web.reader import reader_of

S = TypeVar("S")
STATUSES: Final[tuple[tuple[type[Unanswered], int], ...]] = ((Busy, 503), (Forbidden, 403), (NotFound, 404))
HERE: Final = "/c/{register}"  # where the pages of a register stand
CONFLICT, MALFORMED, SEEN = 409, 422, 303
SEQ = re.compile(r"[0-9]{1,16}")
DAY: Final = TypeAdapter(date | None)
NUMBER: Final = TypeAdapter(Annotated[int, Query(ge=0, le=2**53 - 1)] | None)

Said = Annotated[str, Query(max_length=60)]


class Visit(NamedTuple):
    """Who looks at which register, in which roles, at which moment on its clock; what they have just written, what was said of it, and
    which records they want to look at: all of them, or those of a past."""

    request: Request
    register: str
    actor: Pseudonym
    badge: Code | None
    roles: frozenset[str]
    now: datetime
    name: str
    exercise: bool
    written: int | None = None
    notice: type[Notice] | None = None
    cut: Cut = Cut()

    @property
    def here(self) -> str:
        """Return the address under which the pages of the register stand."""
        return f"/c/{self.register}"

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the cooperative."""
        return ZoneInfo(str(self.now.tzinfo))


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a page stands: its template, its own address, and the part of governance it belongs to."""

    template: str
    address: str
    part: str


class Desk:
    """Makes the pages of governance; the views are governance's own, so a page shows what its reader has just written."""

    def __init__(self, means: Means, handling: Handling, questions: Questions, pages: Pages, vault: Naming) -> None:
        """Take the doors of the process, the handling of governance's commands, its questions, and the templates."""
        self._askers, self._clock = means.askers, means.clock
        self._handling, self._questions, self._pages, self.vault = handling, questions, pages, vault
        self.gettext, self.chores = pages.wordings.gettext, means.chores

    def visit(
        self, request: Request, register: RegisterPath, fait: Said = "", avis: Said = "", au: Said = "", connu_au: Said = "", seq: Said = ""
    ) -> Visit:
        """Read who looks at what; the dependency of every page. Raises BadToken, NotFound, or a ValidationError for what is no date."""
        claims = self._askers.of(request, register)
        question = self._questions.admitted(claims, Cut())
        standing = self._questions.views.standing(register)
        now = self._clock().astimezone(ZoneInfo(standing.zone))
        written = int(fait) if SEQ.fullmatch(fait) else None
        who = (claims.actor, claims.association, question.roles)
        past = Cut(
            DAY.validate_python(au or None, strict=False),
            DAY.validate_python(connu_au or None, strict=False),
            NUMBER.validate_python(seq or None, strict=False),
        )
        cut = past if request.method == "GET" else Cut()  # a form is about today, whatever its page was
        return Visit(request, register, *who, now, standing.name, standing.sandbox, written, notice_of(avis), cut)

    def view(self, projection: Projection[S], visit: Visit) -> S:
        """Return one of governance's views, as of the moment that the visitor looks at."""
        return self.read(projection, visit)[0]

    def read(self, projection: Projection[S], visit: Visit) -> tuple[S, int]:
        """Return one of governance's views, and the last record it was folded from."""
        state, seq = self._questions.views.of(projection, visit.register, visit.cut)
        return state, seq

    def seats(self, visit: Visit) -> Seats:
        """Return who sits where."""
        return self.view(TO_DO, visit).seats

    def conducts_somewhere(self, visit: Visit) -> bool:
        """Tell whether the reader may lead a body today."""
        seats = self.seats(visit)
        return any(seats.conducts(visit.actor, body, visit.now.date()) for body in seats.bodies)

    def names(self, visit: Visit, people: Collection[Pseudonym], why: str) -> Names:
        """Return how each of these people is called for this reader: by name where the reader may know it."""
        members: Members = self.view(MEMBERS, visit)
        return Names.for_reader(self.vault, members, visit, people, why, self.gettext)

    def show(self, visit: Visit, shown: Shown, typed: Typed = NOT_SENT, status: int = 200, **context: Any) -> Response:
        """Draw a page."""
        seq = self._questions.views.of(MEMBERS, visit.register)[1]
        frame = Frame(
            name=visit.name or "Ruche",
            home=visit.here,
            links=links(visit.here, council=True),
            seq=seq,
            past=None if visit.cut.whole else Past(shown.address, visit.cut.au, visit.cut.connu_au, visit.cut.seq),
            export_href=f"/v1/registers/{visit.register}/records",
            leave_href="/sortir",
            exercise=visit.exercise,
            zone=visit.zone,
        )
        return self._pages.render(
            visit.request,
            shown.template,
            status=status,
            frame=frame,
            visit=visit,
            zone=visit.zone,
            root=visit.here,
            post_href=shown.address,
            part=shown.part,
            form=typed.form,
            notice=sentence_of(visit.request, visit.notice) if visit.notice else "",
            word=partial(word, self.gettext),
            named=lambda codes: [(code, word(self.gettext, code)) for code in codes],
            plain=lambda codes: [(code, code) for code in codes],
            called_as=lambda people: [(one, context["who"](one)) for one in people],
            **context,
        )

    def settle(
        self, visit: Visit, sent: Filled, builds: Builds, again: Callable[[Typed, int], Response], then: Callable[[Answer], str]
    ) -> Response:
        """Give the command that a form stands for; go on to another page, or show this one again with what was typed and why not."""
        try:
            if (build := builds.get(sent.do)) is None or not re.fullmatch(COMMAND_ID, sent.key):
                raise NoSuchForm
            command: Command = build(sent)
            answer = self._handling.handle(command, Asked(visit.register, visit.actor, sent.key, visit.badge))
        except ValueError as error:  # pydantic's own, and a word of a form that is none of the page
            wrong = (
                frozenset(str(one["loc"][0]) for one in error.errors() if one["loc"]) if isinstance(error, ValidationError) else frozenset()
            )
            return again(Typed(sent, sentence_of(visit.request, Malformed), wrong), MALFORMED)
        except (Refused, Forbidden, NotFound, KeyReused, Busy) as no:
            status = next((code for kind, code in STATUSES if isinstance(no, kind)), CONFLICT)
            with reading_as(reader_of(visit.request)):
                detail = detail_of(no.details, self.gettext)
            wrong = frozenset({str(no.details["field"])}) if "field" in no.details else frozenset()
            sentence = f"{sentence_of(visit.request, type(no))} {detail}".rstrip()
            return again(Typed(sent, sentence, wrong, same_key=isinstance(no, Busy)), status)
        notice = f"&avis={answer.warnings[0].code()}" if answer.warnings else ""
        address, _, anchor = then(answer).partition("#")
        joint = "&" if "?" in address else "?"
        where = f"{address}{joint}fait={answer.last_seq}{notice}"
        return RedirectResponse(f"{where}#{anchor}" if anchor else where, SEEN)


def links(here: str, *, council: bool = False) -> tuple[Link, ...]:
    """Return the links of the header, as they stand on every page of governance."""
    return (
        Link("Accueil", here, "house"),
        Link("Conseil", f"{here}/conseils", "users", current=council),
        Link("Comptes", f"{here}/comptes", "wallet"),
        Link("Vérifier", f"{here}/verifier", "shield-check"),
    )


def made(answer: Answer, name: str) -> str:
    """Return the id under which a command's first record names what it made, such as `proposal`; nothing when it recorded nothing."""
    return str(parsed(answer.records[0])["data"].get(name, "")) if answer.records else ""


def sentence_of(request: Request, said: Any) -> str:
    """Return the sentence of a refusal or of a notice in the reader's language."""
    french, english = said.sentences()
    return str(english if reader_of(request).language == "en" else french)


def notice_of(code: str) -> type[Notice] | None:
    """Return what a code of an address stands for; None for any text that is no notice."""
    kinds: list[type[Notice]] = [Notice]
    while kinds:
        kind = kinds.pop()
        if kind.code() == code:
            return kind
        kinds += kind.__subclasses__()
    return None

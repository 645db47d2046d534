"""What the pages of the accounts are made with: who looks at which records, the views, the names, and forms that give commands."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from services.governance.events.people import Role
from services.ledger.books import BOOKS, Books
from services.ledger.exports.exported import EXPORTED, Exported
from services.ledger.pages.words import KINDS, MEANS, TYPES, detail_of
from shared.handling import Answer, Asked, Handling
from shared.messages import Command
from shared.projecting import Cut, Projection
from shared.refusals import Busy, Forbidden, KeyReused, NotFound, Notice, Refused, Sentence, Unanswered
from shared.serving import Means
from shared.values import Code, Pseudonym
from shared.vault.store import Vault
from shared.web.asking import RegisterPath
from shared.web.commands import COMMAND_ID
from shared.web.forms import Filled, NoSuchForm, Typed
from shared.web.pages import Frame, Link, Pages, Past, reading_as
from shared.web.problems import Malformed
from shared.web.queries import Questions
from shared.web.reader import reader_of

HERE: Final = "/c/{register}/comptes"
READS_NAMES: Final = frozenset({Role.MANDATE_HOLDER, Role.CLASS_TUTOR})  # adults of the school
STATUSES: Final[tuple[tuple[type[Unanswered], int], ...]] = ((Busy, 503), (Forbidden, 403), (NotFound, 404))
CONFLICT, MALFORMED, SEEN = 409, 422, 303
LETTERS: Final = slice(2, 6)  # of a pseudonym, where its name is not for the reader
SEQ: Final = re.compile(r"[0-9]{1,16}")
DAY: Final = TypeAdapter(date | None)
NUMBER: Final = TypeAdapter(Annotated[int, Query(ge=0, le=2**53 - 1)] | None)
BOOKS_VIEW: Final = Projection("ledger.books", 1, BOOKS.initial, BOOKS.listening())  # what the deciders know, for what a form offers

Text = Annotated[str, Query(max_length=60)]  # a form sends what was left empty too


class Visit(NamedTuple):
    """Who looks at which records of which register, in which roles, at which moment on its clock; what they have just written."""

    request: Request
    register: str
    actor: Pseudonym
    badge: Code | None
    roles: frozenset[str]
    now: datetime
    cut: Cut
    written: int | None = None
    notice: type[Notice] | None = None

    @property
    def here(self) -> str:
        """Return the address under which the pages of the accounts stand."""
        return f"/c/{self.register}/comptes"

    @property
    def keeps_the_books(self) -> bool:
        """Tell whether the reader may write in the journal now; nobody writes in the past."""
        return Role.MANDATE_HOLDER in self.roles and self.cut.whole


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a page stands: its template, its own address, and the part of the accounts it belongs to."""

    template: str
    address: str
    part: str


class Desk:
    """Makes the pages of the accounts; the views are the ledger's own, so a page shows what its reader has just written."""

    def __init__(self, means: Means, handling: Handling, questions: Questions, pages: Pages, vault: Vault) -> None:
        """Take the doors of the process, the handling of the ledger's commands, its questions, the templates and the vault."""
        self._askers, self._clock = means.askers, means.clock
        self._handling, self._questions, self._pages, self._vault = handling, questions, pages, vault
        self._say = pages.wordings.gettext

    def visit(self, request: Request, register: RegisterPath, fait: Text = "", avis: Text = "") -> Visit:
        """Read who looks at the present; the dependency of every page with a form. Raises BadToken, NotFound."""
        claims = self._askers.of(request, register)
        question = self._questions.admitted(claims, Cut())
        now = self._clock().astimezone(ZoneInfo(self._questions.views.standing(register).zone))
        written = int(fait) if SEQ.fullmatch(fait) else None
        return Visit(request, register, claims.actor, claims.association, question.roles, now, Cut(), written, notice_of(avis))

    def look(
        self, request: Request, register: RegisterPath, au: Text = "", connu_au: Text = "", seq: Text = "", fait: Text = "", avis: Text = ""
    ) -> Visit:
        """Read who looks at what; the dependency of pages that may show the past. Raises as `visit`, or ValidationError."""
        as_of, known_on = (DAY.validate_python(one or None, strict=False) for one in (au, connu_au))
        cut = Cut(as_of, known_on, NUMBER.validate_python(seq or None, strict=False))
        return self.visit(request, register, fait, avis)._replace(cut=cut)

    def shown(self, visit: Visit) -> tuple[Exported, int]:
        """Return the funds and the journal, of the records that are looked at, and the last record there is."""
        state, seq = self._questions.views.of(EXPORTED, visit.register, visit.cut)
        return state, seq

    def books(self, visit: Visit) -> Books:
        """Return the books as the deciders know them now."""
        books: Books = self._questions.views.of(BOOKS_VIEW, visit.register)[0]
        return books

    def names(self, visit: Visit, people: Collection[Pseudonym], why: str) -> Mapping[Pseudonym, str]:
        """Return how each person is called for this reader; `why` goes to the vault's log of accesses."""
        called = {one: one[LETTERS] for one in people}
        if not visit.roles & READS_NAMES or not people:
            return called
        found = self._vault.names(visit.register, set(people), reader=visit.actor, why=why)
        return called | {person: f"{name.first_name} {name.last_name}" for person, name in found.items()}

    def mandated(self, visit: Visit, person: Pseudonym, on: date) -> bool:
        """Tell whether somebody held a mandate on a day."""
        held: bool = self._questions.views.standing(visit.register).mandated(person, on)
        return held

    def show(self, visit: Visit, shown: Shown, status: int = 200, **context: Any) -> Response:
        """Draw a page."""
        standing, cut = self._questions.views.standing(visit.register), visit.cut
        home = f"/c/{visit.register}"
        frame = Frame(
            name=standing.name or "Ruche",
            home=home,
            links=links(home, accounts=True),
            seq=self.shown(visit)[1],
            past=None if cut.whole else Past(shown.address, cut.au, cut.connu_au, cut.seq),
            export_href=f"/v1/registers/{visit.register}/records",
            leave_href="/sortir",
            exercise=standing.sandbox,
            zone=ZoneInfo(standing.zone),
        )
        return self._pages.render(
            visit.request,
            shown.template,
            status=status,
            frame=frame,
            visit=visit,
            home=home,
            root=visit.here,
            cut=cut,
            cut_query="&".join(f"{name}={value}" for name, value in cut.asked().items()),
            post_href=shown.address,
            part=shown.part,
            notice=sentence_of(visit.request, visit.notice) if visit.notice else "",
            word=self._word,
            **context,
        )

    def _word(self, code: str) -> str:
        return self._say({**MEANS, **KINDS, **TYPES}.get(code, code))

    def settle(
        self,
        visit: Visit,
        sent: Filled,
        build: Callable[[Filled], Command],
        again: Callable[[Typed, int], Response],
        then: Callable[[Answer], str],
    ) -> Response:
        """Give the command that a form stands for; go on to another page, or show this one again with what was typed and why not."""
        try:
            if not re.fullmatch(COMMAND_ID, sent.key):
                raise NoSuchForm
            answer = self._handling.handle(build(sent), Asked(visit.register, visit.actor, sent.key, visit.badge))
        except ValueError as error:  # pydantic's own, and a word of a form that is none of the page
            places = {str(one["loc"][0]) for one in error.errors() if one["loc"]} if isinstance(error, ValidationError) else set()
            return again(Typed(sent, sentence_of(visit.request, Malformed), frozenset(places)), MALFORMED)
        except (Refused, Forbidden, NotFound, KeyReused, Busy) as no:
            status = next((code for kind, code in STATUSES if isinstance(no, kind)), CONFLICT)
            wrong = frozenset({str(no.details["field"])}) if "field" in no.details else frozenset()
            return again(Typed(sent, self.told(visit, no), wrong, same_key=isinstance(no, Busy)), status)
        notice = f"&avis={answer.warnings[0].code()}" if answer.warnings else ""
        return RedirectResponse(f"{then(answer)}?fait={answer.last_seq}{notice}", SEEN)

    def told(self, visit: Visit, no: Unanswered) -> str:
        """Return a refusal in the reader's language, with the figures that show what is wrong."""
        reader = reader_of(visit.request)
        with reading_as(reader):
            detail = detail_of(no.details, self._say, reader.language)
        return f"{sentence_of(visit.request, type(no))} {detail}".rstrip()


def links(home: str, *, accounts: bool = False) -> tuple[Link, ...]:
    """Return the links of the header, as they stand on every page."""
    return (
        Link("Accueil", home, "house"),
        Link("Conseil", f"{home}/conseils", "users"),
        Link("Comptes", f"{home}/comptes", "wallet", current=accounts),
        Link("Vérifier", f"{home}/verifier", "shield-check"),
    )


def sentence_of(request: Request, said: type[Sentence]) -> str:
    """Return a sentence in the reader's language."""
    french, english = said.sentences()
    return english if reader_of(request).language == "en" else french


def notice_of(code: str) -> type[Notice] | None:
    """Return what a code of an address stands for; None for any text that is no notice."""
    kinds: list[type[Notice]] = [Notice]
    while kinds:
        kind = kinds.pop()
        if kind.code() == code:
            return kind
        kinds += kind.__subclasses__()
    return None

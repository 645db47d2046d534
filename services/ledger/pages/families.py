"""The pages of families, for mandate holders alone: what each was asked and gave, and the sum held against the books.

Names are filled in as a page is made; each opening of a sheet and of a name is noted.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Path, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.governance.events.people import PersonKind
from services.ledger.books import Books
from services.ledger.family_sheets import FamilySheets, KeptSheet, Reader
from services.ledger.pages.desk import CONFLICT, HERE, MALFORMED, SEEN, STATUSES, Desk, Shown, Text, Visit, sentence_of
from services.ledger.pages.family_forms import as_typed, family_of, rows_of
from services.ledger.pages.words import MEANS
from services.ledger.projections.contributions import CONTRIBUTIONS
from shared.refusals import Busy, NotFound, Refused, Stale
from shared.values import ID_LENGTH, Id, Pseudonym
from shared.web.forms import NOT_SENT, Blank, Filled, Typed, filled, fresh_key
from shared.web.problems import Malformed
from shared.web.queries import Questions

WHY: Final = "page.families"  # in the vault's log of accesses, for the names
PART: Final = "families"
SheetPath = Annotated[str, Path(pattern=rf"^[a-z2-7]{{{ID_LENGTH}}}$")]


def routes_family_pages(app: FastAPI, desk: Desk, families: FamilySheets, questions: Questions) -> None:
    """Add the list of sheets, and the page of one."""
    visiting, reading, page = Depends(desk.visit), Depends(filled), FamilyPages(desk, families, questions)

    @app.get(f"{HERE}/familles", include_in_schema=False)
    def listed(visit: Visit = visiting, annee: Text = "") -> Response:
        return page.list(visit, annee)

    @app.get(f"{HERE}/familles/nouvelle", include_in_schema=False)
    def new(visit: Visit = visiting, annee: Text = "") -> Response:
        return page.new(visit, annee)

    @app.get(f"{HERE}/familles/{{sheet}}", include_in_schema=False)
    def one(sheet: SheetPath, visit: Visit = visiting) -> Response:
        return page.one(visit, sheet)

    @app.post(f"{HERE}/familles/{{sheet}}", include_in_schema=False)
    def settle(sheet: SheetPath, visit: Visit = visiting, sent: Filled = reading) -> Response:
        return page.settle(visit, sheet, sent)


class FamilyPages:
    """Draws the pages and takes their forms."""

    def __init__(self, desk: Desk, families: FamilySheets, questions: Questions) -> None:
        """Take what pages are made with, the sheets, and the views of the ledger."""
        self._desk, self._families, self._views = desk, families, questions.views

    def list(self, visit: Visit, asked: str) -> Response:
        """Draw the sheets of a fiscal year, those of the same class together, and their sum against the books."""
        reader, books = _reader(visit), self._desk.books(visit)
        self._families.let_in(reader)
        year = _year(books, visit, asked)
        sheets = self._families.listed(reader, year) if year else ()
        names = self._names(visit, {child for one in sheets for child in one.family.children})
        days = books.closing.days.get(year)
        contributions = self._views.of(CONTRIBUTIONS, visit.register)[0]
        return self._desk.show(
            visit,
            Shown("ledger/families.html", f"{visit.here}/familles", PART),
            year=year,
            years=sorted(books.closing.days),
            families=sorted(((_called(one, names), one) for one in sheets), key=lambda item: item[0].casefold()),
            compared=self._families.compared(reader, contributions, days.starts, days.ends) if days else None,
            papers_href=f"/v1/registers/{visit.register}/ledger/family-sheets",
        )

    def new(self, visit: Visit, asked: str) -> Response:
        """Draw an empty sheet, under an id that is drawn with it. Raises NotFound where no fiscal year is open."""
        self._families.let_in(_reader(visit))
        year = _year(self._desk.books(visit), visit, asked)
        if not year:
            raise NotFound(year=asked)
        return self._form(visit, fresh_key(), 0, {"year": [year]})

    def one(self, visit: Visit, sheet: Id) -> Response:
        """Draw a sheet that is kept. Raises NoSuchFamilySheet."""
        kept = self._families.found(_reader(visit), sheet)
        return self._form(visit, sheet, kept.version, as_typed(kept.family))

    def settle(self, visit: Visit, sheet: Id, sent: Filled) -> Response:
        """Write or delete a sheet and go on to the list; or show the form again with what was typed and why not."""
        reader = _reader(visit)
        self._families.let_in(reader)
        try:
            if sent.do == "delete":
                self._families.drop(reader, sheet)
                return RedirectResponse(f"{visit.here}/familles?annee={sent.text('year') or ''}", SEEN)
            family = family_of(sent)
            self._families.put(reader, sheet, family, sent.whole("version") or 0)
        except ValueError as error:  # pydantic's own, and a means that is none
            places = {str(one["loc"][0]) for one in error.errors() if one["loc"]} if isinstance(error, ValidationError) else set()
            return self._again(visit, sheet, Typed(sent, sentence_of(visit.request, Malformed), frozenset(places)), MALFORMED)
        except (Refused, Stale, Busy) as no:
            status = next((code for kind, code in STATUSES if isinstance(no, kind)), CONFLICT)
            wrong = frozenset({str(no.details["field"])}) if "field" in no.details else frozenset()
            return self._again(visit, sheet, Typed(sent, sentence_of(visit.request, type(no)), wrong), status)
        return RedirectResponse(f"{visit.here}/familles?annee={family.year}", SEEN)

    def _again(self, visit: Visit, sheet: Id, typed: Typed, status: int) -> Response:
        return self._form(visit, sheet, typed.filled.whole("version") or 0, typed.filled.fields, typed, status)

    def _form(
        self,
        visit: Visit,
        sheet: Id,
        version: int,
        fields: Mapping[str, Sequence[str]],
        typed: Typed = NOT_SENT,
        status: int = 200,
    ) -> Response:
        standing, today = self._views.standing(visit.register), visit.now.date()
        on_it = set(fields.get("children", ()))
        pupils = {
            person: one.class_code or ""
            for person, one in standing.people.items()
            if one.kind is PersonKind.PUPIL and (person in on_it or one.belongs_on(today))
        }
        return self._desk.show(
            visit,
            Shown("ledger/family.html", f"{visit.here}/familles/{sheet}", PART),
            status,
            mine=Blank("family", "", typed.sentence, fields, typed.wrong),
            sheet=sheet,
            version=version,
            classes=_by_class(pupils, self._names(visit, set(pupils))),
            chosen=on_it,
            rows=range(rows_of(fields)),
            means=list(MEANS),
            print_href=f"/v1/registers/{visit.register}/ledger/family-sheets/{sheet}/print.pdf" if version else "",
        )

    def _names(self, visit: Visit, people: set[Pseudonym]) -> Mapping[Pseudonym, str]:
        return self._desk.names(visit, people, WHY)


def _reader(visit: Visit) -> Reader:
    return Reader(visit.register, visit.actor, visit.roles)


def _year(books: Books, visit: Visit, asked: str) -> str:
    """Return the year asked for, else the one of today, else the last; nothing where none is open."""
    days = books.closing.days
    return asked if asked in days else books.year_of(visit.now.date()) or max(days, default="")


def _called(one: KeptSheet, names: Mapping[Pseudonym, str]) -> str:
    return ", ".join(sorted((names[child] for child in one.family.children), key=str.casefold))


def _by_class(pupils: Mapping[Pseudonym, str], names: Mapping[Pseudonym, str]) -> list[tuple[str, list[tuple[Pseudonym, str]]]]:
    """Return the classes, each with its pupils by name."""
    classes: dict[str, list[tuple[Pseudonym, str]]] = {}
    for person, name in sorted(names.items(), key=lambda item: item[1].casefold()):
        classes.setdefault(pupils[person], []).append((person, name))
    return sorted(classes.items())

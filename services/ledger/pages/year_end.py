"""The page of a year's end: each step done or missing, the documents to print, what the verifiers found."""

from fastapi import Depends, FastAPI, Response

from services.ledger.books import Books
from services.ledger.opening import OPENS_ANY
from services.ledger.pages.desk import HERE, Desk, Shown, Visit
from services.ledger.telling.year_end import discharge_shown, findings_shown, guide_shown
from shared.refusals import NotFound
from shared.values import Code
from shared.web.reader import reader_of


def routes_year_end_page(app: FastAPI, desk: Desk) -> None:
    """Add the page, of the oldest year that is not closed or of the one named."""
    visiting = Depends(desk.visit)

    @app.get(f"{HERE}/fin", include_in_schema=False)
    def year_end(visit: Visit = visiting, annee: str = "") -> Response:
        return show(desk, visit, annee)


def show(desk: Desk, visit: Visit, asked: str) -> Response:
    """Draw the steps of a year. Raises NotFound for a year that is not open, and where none is."""
    books = desk.books(visit)
    year = asked or to_end(books)
    if year not in books.closing.days:
        raise NotFound(year=asked)
    guide, discharge = guide_shown(books, year), discharge_shown(books, year)
    language = "en" if reader_of(visit.request).language == "en" else "fr"
    steps = [(one["done"], one[language], one["missing"][language] if one["missing"] else "") for one in guide["steps"]]
    return desk.show(
        visit,
        Shown("ledger/year_end.html", f"{visit.here}/fin", "end"),
        year=year,
        years=sorted(books.closing.days),
        steps=steps,
        closed=guide["closed"],
        ready=guide["ready"],
        result=guide["result"],
        through=discharge["through_seq"],
        findings=[one for one in findings_shown(books)["findings"] if one["year"] == year],
        may_archive=bool(visit.roles & OPENS_ANY),
        papers_href=f"/v1/registers/{visit.register}/ledger/years/{year}",
    )


def to_end(books: Books) -> Code:
    """Return the oldest year that is not closed; the last one where all are."""
    years = sorted(books.closing.days)
    return next((year for year in years if year not in books.closing.closed), years[-1] if years else "")

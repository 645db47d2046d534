"""The page of the chart of accounts: its versions, the accounts in force, and a new version brought as a file."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Depends, FastAPI, Request, Response
from starlette.datastructures import UploadFile

from services.ledger.chart_file import COLUMNS, FILE_BYTES_MAX, BadLine, ChartUnread, read_chart
from services.ledger.commands.books import AdoptChart
from services.ledger.pages.desk import HERE, Desk, Shown, Visit
from shared.handling import Answer
from shared.projecting import Cut
from shared.web.forms import NOT_SENT, Filled, NotADate, Typed
from shared.web.reader import reader_of

FIELDS_MAX: Final = 10


def routes_charts(app: FastAPI, desk: Desk) -> None:
    """Add the page and its form."""
    looking, visiting = Depends(desk.look), Depends(desk.visit)

    async def sent(request: Request) -> tuple[Filled, bytes]:
        form = await request.form(max_files=1, max_fields=FIELDS_MAX)
        file = form.get("file")
        content = await file.read(FILE_BYTES_MAX + 1) if isinstance(file, UploadFile) else b""
        fields = {name: [value] for name, value in form.multi_items() if isinstance(value, str)}
        return Filled(fields), content

    reading = Depends(sent)

    @app.get(f"{HERE}/plan", include_in_schema=False)
    def chart(visit: Visit = looking) -> Response:
        return show(desk, visit)

    @app.post(f"{HERE}/plan", include_in_schema=False)
    def adopt(visit: Visit = visiting, submitted: tuple[Filled, bytes] = reading) -> Response:
        form, content = submitted
        bad: list[BadLine] = []

        def build(typed: Filled) -> AdoptChart:
            if (day := typed.day("valid_from")) is None:
                raise NotADate(field="valid_from")
            try:
                accounts = read_chart(content, day)
            except ChartUnread as no:
                bad.extend(no.lines)
                raise
            return AdoptChart(chart=typed.text("chart") or "", version=typed.text("version") or "", valid_from=day, content=accounts)

        def then(_answer: Answer) -> str:
            return f"{visit.here}/plan"

        return desk.settle(visit, form, build, lambda typed, status: show(desk, visit, typed, status, bad), then)


def show(desk: Desk, visit: Visit, typed: Typed = NOT_SENT, status: int = 200, bad: Sequence[BadLine] = ()) -> Response:
    """Draw the versions, the accounts of the day that is looked at, the form, and the lines to correct."""
    balances = desk.shown(visit)[0].funds.balances
    day = visit.cut.au or visit.now.date()
    span = balances.span_on(day)
    codes = sorted(balances.chart)
    english = reader_of(visit.request).language == "en"
    context: dict[str, Any] = {
        "versions": sorted(balances.charts, key=lambda one: one.valid_from),
        "accounts": [account for code in codes if (account := balances.account_on(code, day)) is not None],
        "day": day,
        "current": span.chart if span else None,
        "mine": typed.form("adopt-chart"),
        "may_adopt": bool(visit.roles & AdoptChart.may) and visit.cut == Cut(),
        "columns": ";".join(COLUMNS),
        "bad": [(one.line, one.column, one.en if english else one.fr) for one in bad],
    }
    return desk.show(visit, Shown("ledger/charts.html", f"{visit.here}/plan", "chart"), status, **context)

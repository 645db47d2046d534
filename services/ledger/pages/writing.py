"""The page on which a receipt, an expense or a transfer is recorded: what it offers, what was typed, what stands in the way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fastapi import Depends, FastAPI, Response

from services.governance.events.people import Role
from services.ledger.books import Books
from services.ledger.events.books import AccountType, PotKind, TreasuryKind
from services.ledger.pages.desk import HERE, Desk, Shown, Text, Visit
from services.ledger.pages.entry_forms import (
    EXPENSE,
    FIELDS,
    OF_KIND,
    RECEIPT,
    ROWS_MAX,
    SERIES,
    as_typed,
    command_of,
    next_number,
    rows_of,
)
from services.ledger.pages.words import MEANS
from services.ledger.projections.balances import Balances, label_of
from shared.eventlog.record import parsed
from shared.handling import Answer
from shared.values import Code
from shared.web.forms import NOT_SENT, Blank, Filled, Typed, filled, fresh_key

WHY: Final = "page.entry"  # in the vault's log of accesses
SIDES: Final[Mapping[str, AccountType]] = {RECEIPT: AccountType.INCOME, EXPENSE: AccountType.EXPENSE}


def routes_writing(app: FastAPI, desk: Desk) -> None:
    """Add the page and its form."""
    visiting, reading, page = Depends(desk.visit), Depends(filled), WritingPage(desk)

    @app.get(f"{HERE}/saisir", include_in_schema=False)
    def write(visit: Visit = visiting, quoi: Text = "", remplace: Text = "") -> Response:
        return page.show(visit, quoi, remplace)

    @app.post(f"{HERE}/saisir", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading) -> Response:
        return page.settle(visit, sent)


class WritingPage:
    """Draws the form and takes it."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def show(self, visit: Visit, what: str, replaces: str = "", typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the form: empty, with what was typed, or as an entry that it is to replace."""
        exported, books = self._desk.shown(visit)[0], self._desk.books(visit)
        fields: Mapping[str, Sequence[str]] = typed.filled.fields
        line = exported.journal.lines.get(exported.journal.seqs.get(replaces, 0))
        if line is not None and not fields and line.kind in OF_KIND:
            what, fields = OF_KIND[line.kind], as_typed(line)
        what = what if what in SERIES else RECEIPT
        day = _day(fields, visit.now.date())
        wrong = frozenset(FIELDS.get(name, name) for name in typed.wrong)
        key = typed.filled.key if typed.same_key else fresh_key()
        offered = self._offered(visit, books, exported.funds.balances, what, day)
        return self._desk.show(
            visit,
            Shown("ledger/writing.html", f"{visit.here}/saisir", "writing"),
            status,
            what=what,
            mine=Blank("entry", key, typed.sentence, fields, wrong),
            rows=range(rows_of(fields)),
            rows_max=ROWS_MAX,
            day=day,
            **offered,
        )

    def _offered(self, visit: Visit, books: Books, balances: Balances, what: str, day: date) -> dict[str, Any]:
        """Return what the form offers to choose from, on a day."""
        year = books.year_of(day) or max(books.years, default="")
        places = [(code, one) for code, one in sorted(books.treasuries.items()) if one.span.closed is None]
        pots = sorted(books.pots.items(), key=lambda item: (item[1].kind is not PotKind.SCHOOL, item[0]))
        holders = {one.holder for one in books.standing.grants.by_key.values() if one.what == Role.MANDATE_HOLDER}
        names = self._desk.names(visit, holders, WHY) if what == EXPENSE else {}
        series = SERIES[what]
        return {
            "years": [(one, next_number(books, one, series)) for one in sorted(books.years)],
            "series": series,
            "number": next_number(books, year, series),
            "offered": f"{year}:{series}{next_number(books, year, series)}",
            "places": [(code, label_of(balances, code)) for code, _ in places],
            "usual_place": next((code for code, one in places if one.kind is TreasuryKind.BANK), ""),
            "accounts": _accounts(books, balances, SIDES.get(what), day),
            "pots": [(code, balances.labels.get(code, code)) for code, one in pots if one.span.closed is None],
            "projects": sorted(balances.projects),
            "means": list(MEANS),
            "holders": sorted(names.items(), key=lambda item: item[1].casefold()),
            "decisions": sorted(
                ((key, one) for key, one in books.commitments.decisions.items() if not one.revoked and (one.left or one.pot is None)),
                key=lambda item: -item[1].seq,
            ),
        }

    def settle(self, visit: Visit, sent: Filled) -> Response:
        """Record the entry; or give the form one line more."""
        what, books = sent.text("what") or "", self._desk.books(visit)
        if sent.text("add"):
            rows = str(min(rows_of(sent.fields) + 1, ROWS_MAX))
            return self.show(visit, what, typed=Typed(Filled({**sent.fields, "rows": [rows]})))

        def then(answer: Answer) -> str:
            return f"{visit.here}/ecritures/{parsed(answer.records[0])['data']['entry']}"

        return self._desk.settle(
            visit, sent, lambda form: command_of(form, books), lambda typed, status: self.show(visit, what, "", typed, status), then
        )


def _day(fields: Mapping[str, Sequence[str]], today: date) -> date:
    """Return the day that was typed, whose chart and year the form follows; today where it cannot be read."""
    try:
        return date.fromisoformat((fields.get("on") or [""])[0])
    except ValueError:
        return today


def _accounts(books: Books, balances: Balances, side: AccountType | None, day: date) -> list[tuple[Code, str, bool]]:
    """Return the accounts of one side of the chart in force on a day: code, label, whether an association printed the code."""
    chart = books.chart_on(day)
    if chart is None:
        return []
    codes = sorted(code for code, kind in chart.types.items() if kind is side)
    known = ((code, balances.account_on(code, day)) for code in codes)
    return [(code, one.label, one.verified) for code, one in known if one is not None]

"""The ledger over HTTP: commands by name, questions by noun. Amounts are integer cents."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Response

from services.ledger.available import FUNDS, funds_shown
from services.ledger.charts import OCCE_NAME, OCCE_VERSION, chart_on
from services.ledger.commands.bank import ImportStatement
from services.ledger.commands.books import AdoptChart, AttachVoucher
from services.ledger.projections.advances import ADVANCE_BOOK, advances_shown
from services.ledger.projections.balances import BALANCES, Balances, YearSpan, trial_balance_shown
from services.ledger.projections.budget import BUDGETS, budget_shown
from services.ledger.projections.chase import CHASE, chase_shown
from services.ledger.projections.commitments import COMMITMENTS, commitments_shown
from services.ledger.projections.journal import JOURNAL, account_shown, line_shown
from services.ledger.projections.membership import MEMBERSHIPS, memberships_shown
from shared.handling import Handling
from shared.projecting import Cut
from shared.refusals import NotFound
from shared.web.asking import Askers
from shared.web.commands import mount_commands
from shared.web.queries import Question, Questions, paged

AccountPath = Annotated[str, Path(pattern=r"^[0-9]{3,8}$", description="A code of the chart of accounts.")]
YearQuery = Annotated[
    str | None,
    Query(
        pattern=r"^20[0-9]{2}-[0-9]{2}$",
        description="A fiscal year such as 2024-25. Without it: the trial balance of the last one, the entries of every year.",
    ),
]
Cursor = Annotated[str | None, Query(max_length=40, description="Where the last page ended.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Lines on a page.")]


def routes(app: FastAPI, ledger: Handling, questions: Questions, askers: Askers) -> None:
    """Add the ledger's routes."""
    mount_commands(app, "ledger", ledger, askers, apart={AttachVoucher, ImportStatement})  # their bodies are files

    @app.get("/v1/charts/occe", tags=["ledger"], operation_id="get_chart")
    def chart(valid_from: date) -> AdoptChart:
        """The chart that OCCE cooperatives use, as the body of adopt-chart; `verified` says which codes an association printed."""
        return AdoptChart(chart=OCCE_NAME, version=OCCE_VERSION, valid_from=valid_from, content=chart_on(valid_from))

    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/ledger"

    @app.get(f"{url}/balances", tags=["ledger"], operation_id="get_balances", responses=_example(BALANCES_EXAMPLE))
    def balances(question: Question = asked) -> Response:
        """Every balance: treasury accounts, pots, projects, and the result of each year.

        Of a pot, `available` is what it holds less what is entrusted in advances and less what is committed.
        """
        return questions.answer(FUNDS, question, funds_shown)

    @app.get(f"{url}/commitments", tags=["ledger"], operation_id="list_commitments")
    def commitments(question: Question = asked) -> Response:
        """Each decision with an envelope: what was used, released and left of it, the entries that cite it; what each pot holds back."""
        return questions.answer(COMMITMENTS, question, commitments_shown)

    @app.get(f"{url}/trial-balance", tags=["ledger"], operation_id="get_trial_balance")
    def trial_balance(question: Question = asked, year: YearQuery = None) -> Response:
        """The balance of every account in one year, at its end when a later one is open; the lines sum to zero."""
        balances, _ = questions.views.of(BALANCES, question.register, question.cut)
        cut = question.cut if year is None else closed_with(span_of(year, balances), balances.years, question.cut)
        return questions.answer(BALANCES, question._replace(cut=cut), lambda state: trial_balance_shown(state, year))

    @app.get(f"{url}/budget", tags=["ledger"], operation_id="get_budget")
    def budget(question: Question = asked, year: YearQuery = None) -> Response:
        """The budget of a year, the last one when none is named: of each line what was planned, committed, done, and what is left."""
        return questions.answer(BUDGETS, question, lambda state: budget_shown(state, year))

    _journal(app, url, questions)

    @app.get(f"{url}/anomalies", tags=["ledger"], operation_id="list_anomalies")
    def anomalies(question: Question = asked) -> Response:
        """What somebody must look at: cash or pots below zero, expenses without a decision, late entries, missing numbers.

        `settled`: the expenses and advances that a council regularised since, or that were reversed.
        """
        return questions.answer(CHASE, question, chase_shown)

    @app.get(f"{url}/advances", tags=["ledger"], operation_id="list_advances")
    def advances(question: Question = asked) -> Response:
        """Every petty cash advance: granted, justified, returned, left."""
        return questions.answer(ADVANCE_BOOK, question, advances_shown)

    @app.get(f"{url}/memberships", tags=["ledger"], operation_id="list_memberships")
    def memberships(question: Question = asked) -> Response:
        """What was declared to the association, and what it costs."""
        return questions.answer(MEMBERSHIPS, question, memberships_shown)


def _journal(app: FastAPI, url: str, questions: Questions) -> None:
    asked = Depends(questions.asked)

    @app.get(f"{url}/journal", tags=["ledger"], operation_id="list_journal")
    def journal(question: Question = asked, cursor: Cursor = None, limit: Limit = 100) -> Response:
        """The journal, by business date then by order of recording."""
        return questions.answer(
            JOURNAL, question, lambda state: paged("entries", [line_shown(state, one) for one in state.ordered()], cursor, limit)
        )

    @app.get(f"{url}/accounts/{{account}}/entries", tags=["ledger"], operation_id="list_account_entries")
    def account_entries(
        account: AccountPath,
        question: Question = asked,
        year: YearQuery = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """The page of one account in the general ledger, with its running balance; an account of the result starts each year at zero."""
        balances, _ = questions.views.of(BALANCES, question.register, question.cut)
        days = None if year is None else span_of(year, balances)
        first, last = (days.starts, days.ends) if days else (None, None)
        return questions.answer(
            JOURNAL, question, lambda state: paged("entries", account_shown(state, account, first, last), cursor, limit)
        )


class NoSuchYear(NotFound):
    """Cet exercice n'est pas ouvert dans ce registre, ou ne l'était pas encore à la date demandée.
    This fiscal year is not open in this register, or was not yet at the date asked for."""


def span_of(year: str, balances: Balances) -> YearSpan:
    """Return the days of a fiscal year. Raises NoSuchYear."""
    for span in balances.years:
        if span.year == year:
            return span
    raise NoSuchYear(year=year)


def closed_with(span: YearSpan, years: tuple[YearSpan, ...], cut: Cut) -> Cut:
    """Return the cut that stops at the end of a year followed by another, so that later entries do not count in it."""
    if all(other.starts <= span.starts for other in years):
        return cut
    return replace(cut, au=min(span.ends, cut.au or span.ends))


def _example(value: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The view, in cents.", "content": {"application/json": {"example": value}}}}


BALANCES_EXAMPLE = {
    "treasury": 301346,
    "accounts": [
        {"account": "512", "label": "Compte bancaire", "balance": 291256},
        {"account": "530", "label": "Caisse", "balance": 10090},
    ],
    "pots": [
        {"pot": "ECOLE", "label": "Coopérative d'école", "held": 301346, "entrusted": 0, "committed": 0, "available": 301346},
    ],
    "projects": [{"project": "loto", "income": 112400, "expense": 26840, "margin": 85560}],
    "years": [{"year": "2024-25", "income": 1534600, "expense": 1524131, "result": 10469, "by_account": []}],
}

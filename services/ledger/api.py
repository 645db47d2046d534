"""The ledger over HTTP: commands by name, questions by noun. Amounts are integer cents."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Response

from services.ledger.events import CARRIED_FORWARD
from services.ledger.projections.advances import ADVANCE_BOOK, Advances
from services.ledger.projections.balances import BALANCES, Balances, YearSpan
from services.ledger.projections.chase import CHASE, Chase
from services.ledger.projections.journal import JOURNAL, Journal, JournalLine, entries_of
from services.ledger.projections.membership import MEMBERSHIPS, Memberships
from shared.handling import Handling
from shared.projecting import Cut
from shared.web.asking import Askers
from shared.web.commands import mount_commands
from shared.web.queries import Question, Questions, paged

AccountPath = Annotated[str, Path(pattern=r"^[0-9]{3,8}$", description="A code of the chart of accounts.")]
YearQuery = Annotated[
    str | None, Query(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="A fiscal year such as 2024-25; the last one by default.")
]
Cursor = Annotated[str | None, Query(max_length=40, description="Where the last page ended.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Lines on a page.")]


def routes(app: FastAPI, ledger: Handling, questions: Questions, askers: Askers) -> None:
    """Add the ledger's routes."""
    mount_commands(app, "ledger", ledger, askers)
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/ledger"

    @app.get(f"{url}/balances", tags=["ledger"], operation_id="get_balances", responses=_example(BALANCES_EXAMPLE))
    def balances(question: Question = asked) -> Response:
        """Every balance: treasury accounts, pots, projects, and the result of each year."""
        return questions.answer(BALANCES, question, balances_shown)

    @app.get(f"{url}/trial-balance", tags=["ledger"], operation_id="get_trial_balance")
    def trial_balance(question: Question = asked, year: YearQuery = None) -> Response:
        """The balance of every account in one year, at its end when a later one is open; the lines sum to zero."""
        years = questions.views.of(BALANCES, question.register, question.cut).state.years
        cut = closed_with(year, years, question.cut)
        return questions.answer(BALANCES, question._replace(cut=cut), lambda state: trial_balance_shown(state, year))

    @app.get(f"{url}/journal", tags=["ledger"], operation_id="list_journal")
    def journal(question: Question = asked, cursor: Cursor = None, limit: Limit = 100) -> Response:
        """The journal, by business date then by order of recording."""
        return questions.answer(
            JOURNAL, question, lambda state: paged("entries", [line_shown(one) for one in state.ordered()], cursor, limit)
        )

    @app.get(f"{url}/accounts/{{account}}/entries", tags=["ledger"], operation_id="list_account_entries")
    def account_entries(account: AccountPath, question: Question = asked, cursor: Cursor = None, limit: Limit = 100) -> Response:
        """The page of one account in the general ledger, with its running balance."""
        return questions.answer(JOURNAL, question, lambda state: paged("entries", account_shown(state, account), cursor, limit))

    @app.get(f"{url}/anomalies", tags=["ledger"], operation_id="list_anomalies")
    def anomalies(question: Question = asked) -> Response:
        """What somebody must look at: cash or pots below zero, expenses without a decision, late entries, missing numbers."""
        return questions.answer(CHASE, question, chase_shown)

    @app.get(f"{url}/advances", tags=["ledger"], operation_id="list_advances")
    def advances(question: Question = asked) -> Response:
        """Every petty cash advance: granted, justified, returned, left."""
        return questions.answer(ADVANCE_BOOK, question, advances_shown)

    @app.get(f"{url}/memberships", tags=["ledger"], operation_id="list_memberships")
    def memberships(question: Question = asked) -> Response:
        """What was declared to the association, and what it costs."""
        return questions.answer(MEMBERSHIPS, question, memberships_shown)


def balances_shown(balances: Balances) -> dict[str, Any]:
    """Return balances as JSON values, in cents; treasury accounts first."""
    treasury = [code for code in balances.accounts if code[0] in "45" and code != "580"]
    return {
        "treasury": sum(balances.pots.values()),
        "accounts": [{"account": code, "label": label_of(balances, code), "balance": balances.accounts[code]} for code in sorted(treasury)],
        "pots": [{"pot": pot, "label": balances.labels.get(pot, pot), "held": held} for pot, held in sorted(balances.pots.items())],
        "projects": [
            {"project": project, "income": one.income, "expense": one.expense, "margin": one.income - one.expense}
            for project, one in sorted(balances.projects.items())
        ],
        "years": [year_shown(balances, year) for year in sorted(balances.results)],
    }


def year_shown(balances: Balances, year: str) -> dict[str, Any]:
    """Return the operating account of one year: income and expense by account, positive unless more was given back than came."""
    turnover = sorted(balances.results[year].items())
    by_account = [
        {
            "account": code,
            "label": label_of(balances, code),
            "verified": is_verified(balances, code),
            "amount": -amount if code[0] == "7" else amount,
        }
        for code, amount in turnover
    ]
    income = -sum(amount for code, amount in turnover if code[0] == "7")
    expense = sum(amount for code, amount in turnover if code[0] == "6")
    return {"year": year, "income": income, "expense": expense, "result": income - expense, "by_account": by_account}


def closed_with(year: str | None, years: tuple[YearSpan, ...], cut: Cut) -> Cut:
    """Return the cut that stops at the end of a year followed by another, so that later entries do not count in it."""
    span = next((span for span in years if span.year == year), None)
    if span is None or all(other.starts <= span.starts for other in years):
        return cut
    return replace(cut, au=min(span.ends, cut.au or span.ends))


def trial_balance_shown(balances: Balances, year: str | None) -> dict[str, Any]:
    """Return one year's trial balance, debit positive; results of the other years stand in the balance carried forward."""
    chosen = year or max(balances.results, default=None)
    of_year = dict(balances.results.get(chosen, {})) if chosen else {}
    standing = {code: amount for code, amount in balances.accounts.items() if code[0] not in "67"}
    lines = {**standing, **of_year}
    carried = sum(sum(turnover.values()) for of, turnover in balances.results.items() if of != chosen)
    lines[CARRIED_FORWARD] = lines.get(CARRIED_FORWARD, 0) + carried
    return {
        "year": chosen,
        "lines": [
            {"account": code, "label": label_of(balances, code), "balance": amount} for code, amount in sorted(lines.items()) if amount
        ],
        "sum": sum(lines.values()),
    }


def line_shown(line: JournalLine) -> dict[str, Any]:
    """Return one journal line; `postings` are debit positive."""
    return {
        "seq": line.seq,
        "entry": line.entry,
        "kind": line.kind,
        "on": line.on,
        "recorded_at": line.recorded_at,
        "actor": line.actor,
        "voucher": f"{line.voucher.series}{line.voucher.number:02d}" if line.voucher else None,
        "label": line.label,
        "postings": line.lines,
        "signatory": line.signatory,
        "irregular": line.irregular,
        "reverses": line.reverses,
        "reversed_by": line.reversed_by,
        "replaces": line.replaces,
        "taken_over": line.taken_over,
    }


def account_shown(journal: Journal, account: str) -> list[dict[str, Any]]:
    """Return the lines of one account with the balance after each, in order of business date."""
    shown, balance = [], 0
    for line, posting in entries_of(journal, account):
        balance += posting.amount
        shown.append({"seq": line.seq, "on": line.on, "label": line.label, "amount": posting.amount, "balance": balance})
    return shown


def chase_shown(chase: Chase) -> dict[str, Any]:
    """Return anomalies and the gaps in voucher numbers."""
    return {"anomalies": chase.anomalies, "gaps": chase.gaps()}


def advances_shown(advances: Advances) -> dict[str, Any]:
    """Return every advance, and what all of them make."""
    lines = [{"advance": name, "left": one.left, **_fields(one)} for name, one in advances.by_id.items()]
    return {"advances": sorted(lines, key=lambda line: (line["on"], line["pot"])), **advances.totals()}


def memberships_shown(memberships: Memberships) -> dict[str, Any]:
    """Return each year's declaration with the fee and the insurance it makes."""
    return {
        "memberships": [
            {"year": year, "members": one.members, "fee": one.fee, "insured": one.insured, **_fields(one)}
            for year, one in sorted(memberships.by_year.items())
        ]
    }


def label_of(balances: Balances, code: str) -> str:
    """Return the label of an account: its own when it was opened, else that of the chart."""
    account = balances.chart.get(code)
    return balances.labels.get(code) or (account.label if account else code)


def is_verified(balances: Balances, code: str) -> bool:
    """Tell whether an association confirmed this code."""
    account = balances.chart.get(code)
    return bool(account and account.verified)


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _example(value: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The view, in cents.", "content": {"application/json": {"example": value}}}}


BALANCES_EXAMPLE = {
    "treasury": 301346,
    "accounts": [
        {"account": "512", "label": "Compte bancaire", "balance": 291256},
        {"account": "530", "label": "Caisse", "balance": 10090},
    ],
    "pots": [{"pot": "ECOLE", "label": "Coopérative d'école", "held": 301346}],
    "projects": [{"project": "loto", "income": 112400, "expense": 26840, "margin": 85560}],
    "years": [{"year": "2024-25", "income": 1534600, "expense": 1524131, "result": 10469, "by_account": []}],
}

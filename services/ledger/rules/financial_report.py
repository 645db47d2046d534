"""The financial report of a year (compte rendu financier): its operating account, its balance sheet, and what stands behind each code.

One pure function makes it; what is issued, asked for, printed and digested is always its result.
"""

import hashlib
from typing import Any, Final

import orjson

from services.ledger.books import Books
from services.ledger.closing import Closing
from services.ledger.double_entry import BROUGHT_IN, COST, HELD, OWED
from services.ledger.events.books import ChartAccount
from services.ledger.events.legs import BETWEEN_POTS
from shared.values import Code, Digest

Told = dict[str, Any]
EQUITY: Final = {"brought": ("110", "119"), "result": ("120", "129")}  # credit and debit side (ANC 2018-06)
WORDS: Final = {
    "110": "Report à nouveau (solde créditeur)",
    "119": "Report à nouveau (solde débiteur)",
    "120": "Résultat de l'exercice (excédent)",
    "129": "Résultat de l'exercice (déficit)",
}


def financial_report(books: Books, year: Code) -> Told:
    """Return the report of a year that was opened, amounts in cents; raises KeyError for another.

    Income and expense are positive. The balance sheet is that of the last day: where the money is, and what it is made of.
    An account whose code no association confirmed has `verified` false.
    """
    closing = books.closing
    days, moved, at_end = closing.days[year], closing.sums.get(year), closing.through(year)
    turnover = moved.accounts if moved else {}
    chart = chart_of(closing, year)
    income = [_line(closing, chart, code, -amount) for code, amount in sorted(turnover.items()) if code[0] == BROUGHT_IN and amount]
    expense = [_line(closing, chart, code, amount) for code, amount in sorted(turnover.items()) if code[0] == COST and amount]
    result = result_of(closing, year)
    places = sorted(places_at_end(closing, year).items())
    assets = [_line(closing, chart, code, amount) for code, amount in places if amount]
    total = sum(amount for _, amount in places)
    equity = [_equity(chart, name, amount) for name, amount in (("brought", total - result), ("result", result))]
    return {
        "year": year,
        "starts": days.starts.isoformat(),
        "ends": days.ends.isoformat(),
        "chart": _named(closing, year),
        "income": income,
        "expense": expense,
        "income_total": sum(one["amount"] for one in income),
        "expense_total": sum(one["amount"] for one in expense),
        "result": result,
        "assets": assets,
        "assets_total": total,
        "equity": equity,
        "equity_total": sum(one["amount"] for one in equity),
        "pots": [{"pot": pot, "label": _pot(closing, pot), "held": held} for pot, held in sorted(at_end.pots.items()) if held],
        "in_kind": _in_kind(books, year),
        "unverified": sorted({one["account"] for one in (*income, *expense, *assets, *equity) if not one["verified"]}),
    }


def report_digest(report: Told) -> Digest:
    """Return the SHA-256 of a report as canonical JSON (RFC 8785), in hexadecimal: what is issued."""
    return hashlib.sha256(orjson.dumps(report, option=orjson.OPT_SORT_KEYS)).hexdigest()


def result_of(closing: Closing, year: Code) -> int:
    """Return what a year brought in less what it cost, in cents."""
    moved = closing.sums.get(year)
    return -sum(amount for code, amount in moved.accounts.items() if code[0] in {BROUGHT_IN, COST}) if moved else 0


def places_at_end(closing: Closing, year: Code) -> dict[Code, int]:
    """Return where the money is at the end of a year, by account, in cents: treasury accounts and advances."""
    accounts = closing.through(year).accounts
    return {code: amount for code, amount in accounts.items() if code[0] in {HELD, OWED} and code != BETWEEN_POTS}


def chart_of(closing: Closing, year: Code) -> dict[Code, ChartAccount]:
    """Return the accounts of the chart that a year follows, as its last day knew them; one that a later version dropped is kept."""
    days = closing.days[year]
    versions = [one for one in closing.charts if one.chart == days.chart and one.valid_from <= days.ends]
    return {account.code: account for one in sorted(versions, key=lambda one: one.valid_from) for account in one.content}


def _named(closing: Closing, year: Code) -> Told | None:
    """Return the name, version and digest of the chart in force on the last day of a year."""
    days = closing.days[year]
    begun = [one for one in closing.charts if one.chart == days.chart and one.valid_from <= days.ends]
    found = max(reversed(begun), key=lambda one: one.valid_from, default=None)  # of one date, the last adopted
    return {"chart": found.chart, "version": found.version, "digest": found.digest} if found else None


def _line(closing: Closing, chart: dict[Code, ChartAccount], code: Code, amount: int) -> Told:
    account = chart.get(code)
    label = closing.treasuries.get(code) or (account.label if account else code)
    return {"account": code, "label": label, "verified": bool(account and account.verified), "amount": amount}


def _equity(chart: dict[Code, ChartAccount], name: str, amount: int) -> Told:
    code = EQUITY[name][amount < 0]
    account = chart.get(code)
    return {"account": code, "label": WORDS[code], "verified": bool(account and account.verified), "amount": amount}


def _in_kind(books: Books, year: Code) -> list[Told]:
    """Return what was given without money in a year, by pair of accounts of classes 86 and 87, in cents."""
    sums: dict[tuple[Code, Code], int] = {}
    for _, one in books.registers.in_kind.standing():
        if books.closing.year_of(one.on) == year:
            sums[one.used_in, one.given_as] = sums.get((one.used_in, one.given_as), 0) + one.amount
    return [{"used_in": use, "given_as": origin, "amount": amount} for (use, origin), amount in sorted(sums.items())]


def _pot(closing: Closing, pot: Code) -> str:
    known = closing.pots.get(pot)
    return known.label if known else pot

"""Every figure of the sample year held against what was expected: the only reader of `expected.json` beside the tests.

The ledger folds the log and the portal folds the stream; each is asked over HTTP, and each must agree to the cent.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from deploy.sample import LES_TILLEULS

Ask = Callable[[str, dict[str, str]], dict[str, Any]]  # the end of an address under /v1/registers/{register}, and its cuts

SOURCES = ("ledger", "portal")
PLACES = ("512", "530", "467")
BANK = "512"
LAST_DAY = "2025-08-31"
YEAR = "2024-25"
CULTURE = {"received": [90000, 35000], "used": 159500, "left": 0}  # cents, as `domain.md` tells the year; expected.json has no grants
UNREADABLE = "D33"  # the voucher that the verifiers reserve


class Check(NamedTuple):
    """One figure: what was expected and what was found, in cents."""

    name: str
    expected: Any
    found: Any

    @property
    def ok(self) -> bool:
        """Tell whether they are equal."""
        return bool(self.expected == self.found)


def checks(ask: Ask, folder: Path = LES_TILLEULS) -> Iterator[Check]:
    """Compare every figure of the ledger, from both sources."""
    expected = orjson.loads((folder / "expected.json").read_bytes())
    for source in SOURCES:
        closing = ask(f"{source}/balances", {"au": LAST_DAY})
        yield from _standing(f"{source} closing", {**expected["closing"]}, closing)
        for row in expected["as_of"]:
            yield from _standing(f"{source} {row['date']}", row, ask(f"{source}/balances", {"au": row["date"]}))
        yield from _totals(source, expected, closing)
        yield from _projects(source, expected["projects"], closing)
        advances = ask(f"{source}/advances", {"au": LAST_DAY})
        for name, amount in expected["regies"].items():
            yield Check(f"{source} advances {name}", amount, advances[name])
        fee = ask(f"{source}/memberships", {"au": LAST_DAY})["memberships"][0]
        for name, amount in expected["membership_fee"].items():
            yield Check(f"{source} membership {name}", amount, fee[name])
    yield from _year_end(expected, ask)
    yield from _goods(expected, ask)
    told = expected["reconciliation"]
    yield from _reconciliation(told, ask("ledger/reconciliation", {"account": BANK, "on": told["at"]}))


def _reconciliation(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Check]:
    """The books of the bank account on the last day: the statement explained to the cent, and signed."""
    for name in ("statement", "book"):
        yield Check(f"ledger reconciliation {name}", expected[name], found[name])
    outstanding = [[one["voucher"], one["amount"]] for one in found["outstanding"]]
    yield Check("ledger reconciliation outstanding", expected["outstanding"], outstanding)
    yield Check("ledger reconciliation unexplained", [0, []], [found["difference"], found["unexplained"]])
    signed = [{"on": expected["at"], "statement": expected["statement"], "book": expected["book"], "holds": True}]
    yield Check("ledger reconciliation signed", signed, found["signed"])


def _year_end(expected: dict[str, Any], ask: Ask) -> Iterator[Check]:
    """The year's end: report, quitus with its reservation, closing, and what the next year carries."""
    shown, totals = ask(f"ledger/years/{YEAR}/financial-report", {}), expected["totals"]
    for name, amount in (("income_total", totals["income"]), ("expense_total", totals["expense"]), ("result", totals["result"])):
        yield Check(f"ledger report {name}", amount, shown["report"][name])
    yield Check("ledger report balance sheet", [sum(expected["closing"]["pots"].values())] * 2, _sides(shown["report"]))
    yield Check("ledger report issued", shown["digest"], shown["issued"]["digest"])
    discharge = ask(f"ledger/years/{YEAR}/discharge", {})
    found = [discharge["in_effect"], [one["voucher"] for one in discharge["reservations"]]]
    yield Check("ledger quitus", [True, [UNREADABLE]], found)
    closed = ask(f"ledger/years/{YEAR}/closing", {})["closed"] or {"result": None, "carried": []}
    yield Check("ledger closed with", totals["result"], closed["result"])
    carried = {one["account"]: one["amount"] for one in closed["carried"]}
    yield Check("ledger carried", {place: expected["closing"][place] for place in PLACES if expected["closing"][place]}, carried)


def _goods(expected: dict[str, Any], ask: Ask) -> Iterator[Check]:
    """The four goods of the inventory, equal to the account of durable goods; what was given for culture, and its use."""
    shown = ask("ledger/inventory", {"au": LAST_DAY})
    found = sorted([one["label"].lower(), one["value"]] for one in shown["assets"])
    yield Check("ledger inventory", sorted(expected["inventory"]), found)
    total = sum(value for _, value in expected["inventory"])
    [year] = [one for one in shown["years"] if one["year"] == YEAR]
    sums = [shown["insured"], year["added"], year["account"], expected["totals"]["by_account"]["6800"]]
    yield Check("ledger inventory equals 6800", [total] * 4, sums)
    yield Check("ledger inventory without", [], shown["without"])
    [purse] = [one for one in ask("ledger/grants", {"au": LAST_DAY})["purses"] if one["project"] == "culture"]
    culture = {"received": [one["amount"] for one in purse["receipts"]], "used": purse["used"], "left": purse["left"]}
    yield Check("ledger grants culture", CULTURE, culture)
    yield Check("ledger grants proof", CULTURE["used"], sum(one["amount"] for one in purse["expenses"]))


def _sides(report: dict[str, Any]) -> list[int]:
    return [report["assets_total"], report["equity_total"]]


def _standing(name: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Check]:
    accounts = {one["account"]: one["balance"] for one in found["accounts"]}
    pots = {one["pot"]: one["held"] for one in found["pots"]}
    for place in PLACES:
        yield Check(f"{name} {place}", expected[place], accounts.get(place, 0))
    for pot, amount in expected["pots"].items():
        yield Check(f"{name} {pot}", amount, pots.get(pot))
    yield Check(f"{name} pots equal treasury", sum(pots.values()), sum(accounts.get(place, 0) for place in PLACES))


def _totals(source: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Check]:
    totals = expected["totals"]
    year = next(one for one in found["years"] if one["year"] == "2024-25")
    by_account = {one["account"]: one["amount"] for one in year["by_account"]}
    for account, amount in totals["by_account"].items():
        yield Check(f"{source} total {account}", amount, by_account.get(account))
    yield Check(f"{source} accounts used", sorted(totals["by_account"]), sorted(by_account))
    for name in ("income", "expense", "result"):
        yield Check(f"{source} {name}", totals[name], year[name])


def _projects(source: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Check]:
    projects = {one["project"]: one for one in found["projects"]}
    for project, figures in expected.items():
        for name, amount in figures.items():
            yield Check(f"{source} {project} {name}", amount, projects.get(project, {}).get(name))

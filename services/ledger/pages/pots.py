"""The pages of the money: the accounts of a year, and each pot alone, with its balance, its entries and its advances."""

from typing import Annotated, Final

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.api_pots import pot_told
from services.ledger.available import pot_shown
from services.ledger.events.legs import ADVANCES
from services.ledger.pages.desk import HERE, Desk, Shown, Text, Visit
from services.ledger.pages.journal import year_shown
from services.ledger.projections.balances import label_of, turnover_of
from services.ledger.projections.balances import year_shown as accounts_of_year
from shared.refusals import NotFound

WHY: Final = "page.pot"  # in the vault's log of accesses
PotPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


def routes_pots(app: FastAPI, desk: Desk) -> None:
    """Add the page of the accounts, and the page of one pot."""
    looking = Depends(desk.look)

    @app.get(HERE, include_in_schema=False)
    def accounts(visit: Visit = looking, annee: Text = "") -> Response:
        return show_accounts(desk, visit, annee)

    @app.get(f"{HERE}/pots/{{pot}}", include_in_schema=False)
    def pot(pot: PotPath, visit: Visit = looking) -> Response:
        return show_pot(desk, visit, pot)


def show_accounts(desk: Desk, visit: Visit, year: str) -> Response:
    """Draw three numbers, the pots, where the money is, and the accounts of the year under the labels of its own chart."""
    exported = desk.shown(visit)[0]
    funds = exported.funds
    balances = funds.balances
    span = year_shown(exported, year, visit)
    income, expense = turnover_of(balances, span.year) if span else (0, 0)
    pots = [(code, balances.labels.get(code, code), held, pot_shown(funds, code)) for code, held in sorted(balances.pots.items())]
    return desk.show(
        visit,
        Shown("ledger/accounts.html", visit.here, "accounts"),
        total=balances.in_treasury,
        income=income,
        expense=expense,
        years=sorted(one.year for one in balances.years),
        year=span.year if span else "",
        pots=pots,
        places=[(code, label_of(balances, code), balances.accounts[code]) for code in sorted(balances.treasury)],
        by_account=accounts_of_year(balances, span.year)["by_account"] if span and span.year in balances.results else [],
        entrusted=balances.accounts.get(ADVANCES, 0),
        anomalies=len(exported.chase.anomalies),
    )


def show_pot(desk: Desk, visit: Visit, pot: str) -> Response:
    """Draw one pot and nothing of the others. Raises NotFound for a pot that the cut hides."""
    exported = desk.shown(visit)[0]
    if pot not in exported.funds.balances.pots:
        raise NotFound(pot=pot)
    told = pot_told(exported, pot)
    return desk.show(
        visit,
        Shown("ledger/pot.html", f"{visit.here}/pots/{pot}", "accounts"),
        pot=told,
        entries=list(reversed(told["entries"])),
        who=desk.names(visit, {one["holder"] for one in told["advances"]}, WHY),
    )

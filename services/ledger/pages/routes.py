"""The pages of the accounts: what there is, each pot, the journal, writing in it, the chart of accounts."""

from fastapi import FastAPI

from services.ledger.pages.charts import routes_charts
from services.ledger.pages.desk import Desk
from services.ledger.pages.journal import routes_journal
from services.ledger.pages.pots import routes_pots
from services.ledger.pages.writing import routes_writing


def routes_pages(app: FastAPI, desk: Desk) -> None:
    """Add every page that has the header of the accounts."""
    routes_pots(app, desk)
    routes_journal(app, desk)
    routes_writing(app, desk)
    routes_charts(app, desk)

"""Where an account stands among the kinds that plain-text accounting knows: what is held, own funds, what came in, what was spent."""

from enum import StrEnum

from services.ledger.events.books import AccountType
from services.ledger.exports.exported import Exported
from shared.values import Code


class Root(StrEnum):
    """The kinds of account; a cooperative owes nothing for long, so there are no liabilities."""

    ASSETS = "assets"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSES = "expenses"


OF_TYPE = {
    AccountType.TREASURY: Root.ASSETS,
    AccountType.ADVANCE: Root.ASSETS,
    AccountType.INCOME: Root.INCOME,
    AccountType.EXPENSE: Root.EXPENSES,
    AccountType.EQUITY: Root.EQUITY,
}
OF_CLASS = {"1": Root.EQUITY, "6": Root.EXPENSES, "7": Root.INCOME}  # of an account that the chart does not have


def root_of(exported: Exported, account: Code) -> Root:
    """Return the kind of an account, by the chart or else by its class."""
    known = exported.funds.balances.chart.get(account)
    return OF_TYPE[known.type] if known else OF_CLASS.get(account[0], Root.ASSETS)

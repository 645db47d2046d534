"""What goes to the bank and what stays in the cash box: a deposit slip was made, the cash was counted."""

from datetime import date

from shared.messages import Event
from shared.values import Cents, Code, Id, PositiveCents


class DepositSlipMade(
    Event,
    name="ledger.deposit-slip-made.v1",
    fr="Bordereau de remise sur le compte {account} : {amount:money}",
    en="Deposit slip on account {account}: {amount:money}",
):
    """Des chèques et des espèces ont été portés ensemble à la banque : une seule ligne de relevé les attend.
    Cheques and cash were taken to the bank together: one line of a statement is to come."""

    slip: Id
    on: date
    account: Code
    entries: tuple[Id, ...]
    amount: PositiveCents


class CashCounted(
    Event,
    name="ledger.cash-counted.v1",
    fr="Caisse {account} comptée : {counted:money}, selon les comptes {book:money}",
    en="Cash {account} counted: {counted:money}, by the books {book:money}",
):
    """Quelqu'un a compté la caisse ; à côté, ce que les comptes en disaient ce jour-là.
    Somebody counted the cash box; beside it, what the books said of it that day."""

    account: Code
    on: date
    counted: Cents
    book: Cents


DepositEvent = DepositSlipMade | CashCounted

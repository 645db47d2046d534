"""Cash kept in the school longer than the rules find prudent: each cash receipt counts until the next time cash goes to the bank."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts, Written
from services.ledger.checking.found import Found, Severity
from services.ledger.events.entries import ReceiptRecorded, TransferRecorded
from shared.refusals import Notice


class CashKept(Notice):
    """Cette recette en espèces est restée à l'école plus longtemps que la règle ne le demande avant d'aller à la banque.
    This cash receipt stayed at the school longer than the rule asks before it went to the bank."""


def found(facts: Facts, today: date) -> Iterator[Found]:
    """Find each cash receipt whose next deposit came later than the rules of its day allow, or has not come yet."""
    cash = frozenset(facts.chase.cash)
    standing = [one for one in facts.standing() if not getattr(one.event, "taken_over", None)]
    deposits = sorted(one.event.on for one in standing if isinstance(one.event, TransferRecorded) and one.event.out_of in cash)
    for one in standing:
        rules = facts.rules_on(one.event.on)
        amount = _in_cash(one, cash)
        if rules is None or amount <= 0:
            continue
        deposited = next((day for day in deposits if day >= one.event.on), None)
        days = ((deposited or today) - one.event.on).days
        if days > rules.content.cash_kept_days:
            why = facts.why(CashKept.code(), one.event.entry)
            about = {"entry": one.event.entry, "amount": amount, "days": days, "days_max": rules.content.cash_kept_days}
            notice = CashKept(**about, deposited=deposited.isoformat() if deposited else None)
            yield Found(one.seq, Severity.WARNING if why is None else Severity.NOTE, notice, why)


def _in_cash(one: Written, cash: frozenset[str]) -> int:
    if not isinstance(one.event, ReceiptRecorded):
        return 0
    return sum(leg.amount for leg in one.event.treasury if leg.account in cash)

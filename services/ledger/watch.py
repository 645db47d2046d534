"""What looks wrong about an entry although it happened: said when it is recorded, and listed ever after.

Pure, over the balances before the entry. The floors of `domain.md` 5: cash, a pot or an account at zero are never passed
without being listed; nothing here refuses a fact.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from services.governance.events.people import Rules
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified
from services.ledger.events.books import MembershipDeclared
from services.ledger.events.entries import ExpenseRecorded, ReceiptRecorded
from services.ledger.events.legs import Posting
from shared.messages import Event, Recorded
from shared.refusals import Notice
from shared.values import Code


class CashBelowZero(Notice):
    """La caisse passe sous zéro : une recette reste sans doute à enregistrer.
    The cash box goes below zero: a receipt is probably still to be recorded."""


class AccountBelowZero(Notice):
    """Le compte passe sous zéro : vérifie le relevé ou enregistre la recette qui manque.
    The account goes below zero: check the statement or record the receipt that is missing."""


class PotBelowZero(Notice):
    """Le pot passe sous zéro : il a dépensé plus qu'il n'avait.
    The pot goes below zero: it spent more than it had."""


class WithoutDecision(Notice):
    """Aucune décision du conseil ne porte cette dépense : elle reste signalée tant qu'un conseil ne l'a pas régularisée.
    No decision of the council carries this expense: it stays listed until a council regularises it."""


class AboveTheCeiling(Notice):
    """Une dépense dépasse le plafond fixé pour cette avance.
    An expense is above the ceiling set for this advance."""


class RecordedLate(Notice):
    """Cette écriture est enregistrée longtemps après sa date.
    This entry is recorded long after its date."""


class OtherRate(Notice):
    """Ce tarif n'est pas celui des règles en vigueur à cette date.
    This rate is not the one of the rules in force on that date."""


def floors(
    accounts: Mapping[Code, int], pots: Mapping[Code, int], lines: Iterable[Posting], cash: Container[Code], treasury: Container[Code]
) -> list[Notice]:
    """Say which treasury accounts and pots these lines bring or keep below zero by taking money out of them."""
    said: list[Notice] = []
    account_moves: dict[Code, int] = {}
    pot_moves: dict[Code, int] = {}
    for line in lines:
        account_moves[line.account] = account_moves.get(line.account, 0) + line.amount
        if line.pot is not None:
            pot_moves[line.pot] = pot_moves.get(line.pot, 0) - line.amount
    for account, change in account_moves.items():
        balance = accounts.get(account, 0) + change
        if change < 0 and balance < 0 and account in treasury:
            said.append((CashBelowZero if account in cash else AccountBelowZero)(account=account, balance=balance))
    for pot, change in pot_moves.items():
        balance = pots.get(pot, 0) + change
        if change < 0 and balance < 0:
            said.append(PotBelowZero(pot=pot, balance=balance))
    return said


def undecided(event: Event) -> list[Notice]:
    """Say whether an expense or an advance was made without a decision; history taken over is not irregular."""
    match event:
        case ExpenseRecorded() | AdvanceGranted() if event.irregular is not None and not event.taken_over:
            return [WithoutDecision(reason=event.irregular)]
        case _:
            return []


def above_ceiling(event: AdvanceJustified, ceiling: int | None) -> list[Notice]:
    """Say whether one of the expenses that a justification lists is above the ceiling of its advance, in cents."""
    highest = max((one.amount for one in event.allocations), default=0)
    return [AboveTheCeiling(ceiling=ceiling, amount=highest)] if ceiling is not None and highest > ceiling else []


def other_rate(event: MembershipDeclared, rules: Rules | None) -> list[Notice]:
    """Say whether a headcount is declared at another rate than that of the rules of its day."""
    if rules is None or (rules.membership_fee, rules.insurance) == (event.rate, event.insurance):
        return []
    return [OtherRate(rate=event.rate, expected=rules.membership_fee, insurance=event.insurance, expected_insurance=rules.insurance)]


def needs_paper(event: Event) -> bool:
    """Tell whether an invoice, a till receipt or a list must stand behind a fact: whatever was earned, spent or justified here.

    What moves money from one place to another is shown by the statements; history taken over has its papers in its own registers.
    """
    return isinstance(event, ReceiptRecorded | ExpenseRecorded | AdvanceJustified) and not event.taken_over


def late(record: Recorded[Any], zone: str, days: int | None) -> list[Notice]:
    """Say whether an entry with a voucher was recorded more days after its business date than the rules find normal.

    Both days are those of the cooperative, whose zone is given by its IANA name.
    """
    event = record.event
    if days is None or getattr(event, "voucher", None) is None or event.taken_over:
        return []
    passed = (record.time.astimezone(ZoneInfo(zone)).date() - event.on).days
    return [RecordedLate(on=event.on.isoformat(), days=passed)] if passed > days else []

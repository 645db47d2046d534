"""Deposit slips and counts of cash: what may go to the bank together, and what is in the box beside what the books say."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.goods import CashPutIn, CountCash, MakeDepositSlip
from services.ledger.deciders.checks import free_voucher, has_come, still_affiliated, treasury_accounts, writable
from services.ledger.events.books import TreasuryKind
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.deposits import CashCounted, DepositSlipMade
from services.ledger.events.entries import TransferRecorded
from services.ledger.reconciling import reconciled
from services.ledger.registers.deposits import Line
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused
from shared.values import Code, Id

DepositCommand = MakeDepositSlip | CountCash


class SlipGoesToABank(Refused):
    """Un bordereau de remise va sur un compte tenu par une banque.
    A deposit slip goes to an account held by a bank."""


class NothingToDeposit(Refused):
    """Ce bordereau est vide : il faut au moins un chèque ou des espèces, et chacun une seule fois.
    This slip is empty: there must be at least one cheque or some cash, and each only once."""


class NotForASlip(Refused):
    """Cette écriture n'est ni un chèque reçu ni des espèces déposées sur ce compte, ou elle a été annulée.
    This entry is neither a cheque received nor cash put on this account, or it was undone."""


class AlreadyDeposited(Refused):
    """Cette écriture est déjà sur un bordereau, ou la banque l'a déjà.
    This entry is already on a slip, or the bank has it already."""


class DepositedBeforeReceived(Refused):
    """Un chèque ne part pas à la banque avant d'avoir été reçu.
    A cheque does not go to the bank before it was received."""


class NotACashBox(Refused):
    """Ce compte n'est pas une caisse.
    This account is not a cash box."""


class CashDiffers(Notice):
    """La caisse ne contient pas ce que disent les comptes : la différence est indiquée, cherche une écriture oubliée.
    The cash box does not hold what the books say: the difference is shown, look for a forgotten entry."""


def decide(books: Books, command: DepositCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command about deposits and cash."""
    still_affiliated(books, command)
    match command:
        case MakeDepositSlip():
            return _slip(books, command, given)
        case CountCash():
            has_come(command.on, given)
            _cash_box(books, command.account)
            book = reconciled(books.bank, command.account, command.on).book
            return [CashCounted(**dict(command), book=book)]
        case _:
            assert_never(command)


def _slip(books: Books, command: MakeDepositSlip, given: Circumstances) -> list[LedgerEvent]:
    has_come(command.on, given)
    treasury_accounts(books, command.on, [command.account])
    if books.treasuries[command.account].kind is TreasuryKind.CASH:
        raise SlipGoesToABank(account=command.account)
    if len(set(command.entries)) < len(command.entries) or not (command.entries or command.cash):
        raise NothingToDeposit
    amount = sum(_line(books, name, command).amount(command.account) for name in command.entries)
    if command.cash is None:
        return [DepositSlipMade(slip=given.id(0), on=command.on, account=command.account, entries=command.entries, amount=amount)]
    cash = _cash(books, command, command.cash, given)
    entries = (*command.entries, cash.entry)
    made = DepositSlipMade(slip=given.id(0), on=command.on, account=command.account, entries=entries, amount=amount + cash.amount)
    return [cash, made]


def _line(books: Books, name: Id, command: MakeDepositSlip) -> Line:
    """Return what an entry brings to the bank. Refuses one that brings nothing, or has gone there already."""
    deposits, line = books.registers.deposits, books.registers.deposits.lines.get(name)
    if line is None or line.undone or line.amount(command.account) <= 0 or (line.cash and not _from_a_box(books, line)):
        raise NotForASlip(entry=name, account=command.account)
    if name in deposits.slip_of or (command.account, name) in books.bank.lines_of:
        raise AlreadyDeposited(entry=name, slip=deposits.slip_of.get(name))
    if command.on < line.on:
        raise DepositedBeforeReceived(entry=name, received=line.on.isoformat(), on=command.on.isoformat())
    return line


def _from_a_box(books: Books, line: Line) -> bool:
    [out_of] = [account for account, cents in line.moved if cents < 0]
    return (known := books.treasuries.get(out_of)) is not None and known.kind is TreasuryKind.CASH


def _cash(books: Books, command: MakeDepositSlip, cash: CashPutIn, given: Circumstances) -> TransferRecorded:
    year = writable(books, command.on, given)
    free_voucher(books, year, cash.voucher)
    treasury_accounts(books, command.on, [cash.out_of])
    _cash_box(books, cash.out_of)
    return TransferRecorded(entry=given.id(1), on=command.on, into=command.account, **dict(cash))


def _cash_box(books: Books, account: Code) -> None:
    treasury = books.treasuries.get(account)
    if treasury is None or treasury.kind is not TreasuryKind.CASH:
        raise NotACashBox(account=account)


def warn(_before: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say that a count of the cash box does not give what the books say."""
    event = record.event
    if isinstance(event, CashCounted) and event.counted != event.book:
        return [CashDiffers(account=event.account, counted=event.counted, book=event.book, difference=event.counted - event.book)]
    return []


DEPOSITS: Decider[Books] = Decider(DepositCommand, BOOKS, decide, warn)

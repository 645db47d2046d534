"""Cheque books and their numbers: what is received, what is made void; which number an expense paid by cheque should have."""

from collections.abc import Sequence
from typing import Final, TypeGuard, assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.goods import ReceiveChequeBook, VoidCheque
from services.ledger.deciders.checks import has_come, still_affiliated, treasury_accounts
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.books import TreasuryKind
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.cheques import ChequeBookReceived, ChequeVoided
from services.ledger.events.entries import ExpenseRecorded, Means
from services.ledger.registers.cheques import ChequeIsUsed, Cheques, accounts_of, key_of, number_of
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused

ChequeCommand = ReceiveChequeBook | VoidCheque

CHEQUES_MAX: Final = 200  # of one book: banks print 25 to 100


class BookOutOfOrder(Refused):
    """Un chéquier va du premier au dernier numéro, et n'a pas plus de chèques que le nombre indiqué.
    A cheque book goes from its first number to its last, and has no more cheques than the number shown."""


class BookOverlaps(Refused):
    """Ces numéros sont déjà dans un autre chéquier de ce compte.
    These numbers are already in another book of this account."""


class NoChequesHere(Refused):
    """Ce compte n'est pas tenu par une banque : il n'a pas de chéquier.
    This account is not held by a bank: it has no cheque book."""


class NoSuchCheque(Refused):
    """Ce numéro n'est dans aucun chéquier reçu pour ce compte.
    This number is in no cheque book received for this account."""


class VoidBeforeReceived(Refused):
    """Un chèque ne s'annule pas avant l'arrivée de son chéquier.
    A cheque is not made void before its book arrived."""


class ChequeNumberAsked(Notice):
    """Payé par chèque sans son numéro : le prochain du chéquier est indiqué.
    Paid by cheque without its number: the next one of the book is shown."""


class ChequeOfNoBook(Notice):
    """Ce numéro n'est dans aucun chéquier reçu : vérifie-le, ou enregistre le chéquier.
    This number is in no cheque book received: check it, or record the book."""


class ChequesPassedOver(Notice):
    """Des chèques d'avant n'ont pas été vus : il y a peut-être une dépense à enregistrer ou un chèque à annuler.
    Earlier cheques were never seen: there may be an expense to record or a cheque to make void."""


def decide(books: Books, command: ChequeCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command about cheque books."""
    still_affiliated(books, command)
    has_come(command.on, given)
    cheques = books.registers.cheques
    match command:
        case ReceiveChequeBook():
            return _received(books, command, given)
        case VoidCheque():
            return _voided(cheques, command)
        case _:
            assert_never(command)


def _received(books: Books, command: ReceiveChequeBook, given: Circumstances) -> list[LedgerEvent]:
    treasury_accounts(books, command.on, [command.account])
    if books.treasuries[command.account].kind is TreasuryKind.CASH:
        raise NoChequesHere(account=command.account)
    if not 0 <= command.last - command.first < CHEQUES_MAX:
        raise BookOutOfOrder(first=command.first, last=command.last, most=CHEQUES_MAX)
    for _, book in books.registers.cheques.of_account(command.account):
        if book.first <= command.last and command.first <= book.last:
            raise BookOverlaps(first=book.first, last=book.last)
    return [ChequeBookReceived(book=given.id(), **dict(command))]


def _voided(cheques: Cheques, command: VoidCheque) -> list[LedgerEvent]:
    found = cheques.holding(command.account, command.number)
    if found is None:
        raise NoSuchCheque(account=command.account, number=command.number)
    name, book = found
    if command.on < book.on:
        raise VoidBeforeReceived(received=book.on.isoformat(), on=command.on.isoformat())
    key = key_of(command.account, command.number)
    if key in cheques.void:
        return []
    if (used := cheques.used.get(key)) is not None and not used.undone:
        told = {"account": command.account, "number": command.number, "next": cheques.next_number(command.account)}
        raise ChequeIsUsed(**told, entry=used.entry)
    return [ChequeVoided(book=name, number=command.number, on=command.on, reason=command.reason)]


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say what is odd about the cheque of an expense, on the accounts whose books are recorded."""
    event, cheques = record.event, books.registers.cheques
    if not cheques.books or not _by_cheque(event):
        return []
    said: list[Notice] = []
    number = number_of(event.cheque)
    for account in sorted({one for one in accounts_of(event) if cheques.of_account(one)}):
        if number is None:
            said.append(ChequeNumberAsked(account=account, next=cheques.next_number(account)))
        elif (found := cheques.holding(account, number)) is None:
            said.append(ChequeOfNoBook(account=account, number=number))
        elif (following := cheques.next_of(found[1])) is not None and number > following:
            said.append(ChequesPassedOver(account=account, numbers=list(range(following, number))))
    return said


def _by_cheque(event: LedgerEvent) -> TypeGuard[ExpenseRecorded | AdvanceGranted]:
    if isinstance(event, AdvanceGranted):
        return event.cheque is not None
    return isinstance(event, ExpenseRecorded) and event.means is Means.CHEQUE


CHEQUES: Decider[Books] = Decider(ChequeCommand, BOOKS, decide, warn)

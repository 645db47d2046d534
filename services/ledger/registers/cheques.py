"""Which cheques there are: the books received, the numbers used and made void, and the next one of each book."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.cheques import ChequeBookReceived, ChequeVoided
from services.ledger.events.entries import EntryReversed, ExpenseRecorded
from shared.refusals import Refused
from shared.values import Code, Id, Table

DIGITS = 7  # of a number as it is printed on a French cheque


class ChequeIsUsed(Refused):
    """Ce chèque a déjà servi : prends le numéro suivant du chéquier, indiqué ici.
    This cheque was already used: take the next number of the book, shown here."""


class ChequeIsVoid(Refused):
    """Ce chèque a été annulé : prends le numéro suivant du chéquier, indiqué ici.
    This cheque was made void: take the next number of the book, shown here."""


class ChequeBook(NamedTuple):
    """One book: its account, the day it was received, its first and last numbers."""

    account: Code
    on: date
    first: int
    last: int


class Used(NamedTuple):
    """The entry that a cheque paid; `undone` once that entry is reversed."""

    entry: Id
    on: date
    amount: int
    label: str
    voucher: str
    undone: bool = False


class Void(NamedTuple):
    """When and why a cheque was made void."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Cheques:
    """The cheque books of a register; cheques are kept under `account number`, such as `512 4520101`."""

    books: Table[Id, ChequeBook] = Map()
    used: Table[str, Used] = Map()
    void: Table[str, Void] = Map()
    cheque_of: Table[Id, tuple[str, ...]] = Map()

    def of_account(self, account: Code) -> list[tuple[Id, ChequeBook]]:
        """Return the books of an account in the order they came."""
        books = ((name, one) for name, one in self.books.items() if one.account == account)
        return sorted(books, key=lambda item: (item[1].on, item[1].first))

    def holding(self, account: Code, number: int) -> tuple[Id, ChequeBook] | None:
        """Return the book that a number is in."""
        return next((item for item in self.of_account(account) if item[1].first <= number <= item[1].last), None)

    def seen(self, book: ChequeBook) -> list[int]:
        """Return the numbers of a book that were used or made void, in order."""
        numbers = range(book.first, book.last + 1)
        return [number for number in numbers if (key := key_of(book.account, number)) in self.used or key in self.void]

    def next_of(self, book: ChequeBook) -> int | None:
        """Return the number after the last one seen of a book, None once the book is at its end."""
        following = max(self.seen(book), default=book.first - 1) + 1
        return following if following <= book.last else None

    def next_number(self, account: Code) -> int | None:
        """Return the number to propose: that of the book begun last that has one left, else of the oldest one."""
        books = [book for _, book in self.of_account(account) if self.next_of(book) is not None]
        begun = [book for book in books if self.seen(book)]
        return self.next_of((begun[-1:] or books[:1])[0]) if books else None


def key_of(account: Code, number: int) -> str:
    """Return what a cheque is kept under."""
    return f"{account} {number}"


def number_of(cheque: Code | None) -> int | None:
    """Read the number of a cheque as it was written, None where it is no number."""
    return int(cheque) if cheque is not None and cheque.isdecimal() and int(cheque) else None


def printed(number: int) -> str:
    """Return a number as it stands on the cheque."""
    return f"{number:0{DIGITS}d}"


def accounts_of(event: ExpenseRecorded | AdvanceGranted) -> tuple[Code, ...]:
    """Return the treasury accounts that a payment leaves."""
    return (event.out_of,) if isinstance(event, AdvanceGranted) else tuple(leg.account for leg in event.treasury)


def noted(cheques: Cheques, event: Any) -> Cheques:
    """Apply one fact."""
    match event:
        case ExpenseRecorded(cheque=str()) | AdvanceGranted(cheque=str()):
            return _paid(cheques, event)
        case EntryReversed() if (keys := cheques.cheque_of.get(event.reverses)) is not None:
            used = cheques.used
            for key in keys:
                if used[key].entry == event.reverses:
                    used = used.set(key, used[key]._replace(undone=True))
            return replace(cheques, used=used)
        case ChequeBookReceived():
            book = ChequeBook(event.account, event.on, event.first, event.last)
            return replace(cheques, books=cheques.books.set(event.book, book))
        case ChequeVoided() if (known := cheques.books.get(event.book)) is not None:
            return replace(cheques, void=cheques.void.set(key_of(known.account, event.number), Void(event.on, event.reason)))
        case _:
            return cheques


def _paid(cheques: Cheques, event: ExpenseRecorded | AdvanceGranted) -> Cheques:
    if (number := number_of(event.cheque)) is None:
        return cheques
    voucher = f"{event.voucher.series}{event.voucher.number:02d}"
    if isinstance(event, AdvanceGranted):
        told = Used(event.advance, event.on, event.amount, "", voucher)  # an advance has no label
    else:
        told = Used(event.entry, event.on, sum(one.amount for one in event.allocations), event.label, voucher)
    keys = tuple(key_of(account, number) for account in accounts_of(event))
    return replace(cheques, used=cheques.used.update(dict.fromkeys(keys, told)), cheque_of=cheques.cheque_of.set(told.entry, keys))


def free_cheque(cheques: Cheques, cheque: Code | None, accounts: Iterable[Code]) -> None:
    """Refuse a cheque of a received book that was made void, or that pays an entry which stands. Raises ChequeIsVoid, ChequeIsUsed."""
    if (number := number_of(cheque)) is None:
        return
    for account in accounts:
        if cheques.holding(account, number) is None:
            continue  # of a book that nobody recorded nothing is known
        key, told = key_of(account, number), {"account": account, "number": number, "next": cheques.next_number(account)}
        if key in cheques.void:
            raise ChequeIsVoid(**told)
        if (used := cheques.used.get(key)) is not None and not used.undone:
            raise ChequeIsUsed(**told, entry=used.entry)

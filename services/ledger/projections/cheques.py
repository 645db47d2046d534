"""The cheque register: of each book the numbers used, made void and never seen, and the next one."""

from typing import Any

from services.ledger.registers.cheques import ChequeBook, Cheques, key_of, noted, printed
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Id


def evolve(cheques: Cheques, record: Recorded[Any]) -> Cheques:
    """Apply one fact."""
    return noted(cheques, record.event)


def cheques_shown(cheques: Cheques) -> dict[str, Any]:
    """Return each book, and for each account the number to propose; numbers as they are printed, amounts in cents.

    `never_seen` are numbers passed over: below the last one seen, neither used nor void. `blank` counts those after it. The cheque of
    an entry that was reversed is `undone`.
    """
    accounts = sorted({book.account for book in cheques.books.values()})
    proposed = {account: following for account in accounts if (following := cheques.next_number(account)) is not None}
    books = [_book_shown(cheques, name, book) for account in accounts for name, book in cheques.of_account(account)]
    return {"books": books, "proposed": {account: printed(number) for account, number in proposed.items()}}


def _book_shown(cheques: Cheques, name: Id, book: ChequeBook) -> dict[str, Any]:
    seen, following = cheques.seen(book), cheques.next_of(book)
    before = range(book.first, max(seen, default=book.first))
    keys = {number: key_of(book.account, number) for number in seen}
    used = [(number, cheques.used[key]) for number, key in keys.items() if key in cheques.used]
    return {
        "book": name,
        "account": book.account,
        "on": book.on,
        "first": printed(book.first),
        "last": printed(book.last),
        "used": [{"number": printed(number), **one._asdict()} for number, one in used],
        "void": [{"number": printed(number), **cheques.void[key]._asdict()} for number, key in keys.items() if key in cheques.void],
        "never_seen": [printed(number) for number in before if number not in keys],
        "next": None if following is None else printed(following),
        "blank": 0 if following is None else book.last - following + 1,
    }


CHEQUE_REGISTER = Projection(name="ledger.cheques", version=1, initial=Cheques(), evolve=evolve)

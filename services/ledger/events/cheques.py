"""What happens to cheque books: one was received from the bank, one of its cheques was made void."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages import Event
from shared.values import Checked, Code, Id

ChequeNumber = Annotated[int, Field(strict=True, ge=1, le=999_999_999)]  # seven digits in France; nine leave room


class ChequeBookReceived(
    Event,
    name="ledger.cheque-book-received.v1",
    fr="Chéquier du compte {account} : du n° {first} au n° {last}",
    en="Cheque book of account {account}: from no. {first} to no. {last}",
):
    """La banque a remis un chéquier, du premier au dernier numéro.
    The bank handed over a cheque book, from its first number to its last."""

    book: Id
    account: Code
    on: date
    first: ChequeNumber
    last: ChequeNumber


class ChequeVoided(
    Event,
    name="ledger.cheque-voided.v1",
    fr="Chèque n° {number} annulé : {reason}",
    en="Cheque no. {number} made void: {reason}",
):
    """Un chèque de ce chéquier ne servira pas, et on a dit pourquoi.
    A cheque of this book will not be used, and somebody said why."""

    book: Id
    number: ChequeNumber
    on: date
    reason: Checked


ChequeEvent = ChequeBookReceived | ChequeVoided

"""What a bank statement says, whatever the form of its file."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from services.ledger.statements.bad_statements import BalanceMissing, BalancesDoNotAddUp
from shared.values import Cents, Confided, TextClass, Value

ACCOUNT_LENGTH_MAX = 60  # characters: an IBAN has 34, banks put a word or two around it
REFERENCE_LENGTH_MAX = 80  # characters: the longest reference of a SEPA payment has 35

Account = Annotated[str, TextClass.SEALED, Field(max_length=ACCOUNT_LENGTH_MAX)]
Reference = Annotated[str, TextClass.SEALED, Field(max_length=REFERENCE_LENGTH_MAX)]


class StatementLine(Value):
    """One operation: its number in the statement from 1, the day it was booked, signed cents (positive: money came in).

    `text` and `reference` may name families: they belong in the vault. `reference` is the cheque's number where there is one, else what
    the bank or the payer calls the operation, else nothing.
    """

    line: Annotated[int, Field(strict=True, ge=1)]
    on: date
    amount: Cents
    text: Confided
    reference: Reference = ""


class Statement(Value):
    """The operations of an account from one day to another, in order of days; a balance is None where the file does not state it.

    `account` is written as in the file, empty where it is not there. Where both balances are known, they and the lines add up.
    """

    account: Account
    currency: Annotated[str, Field(pattern="^EUR$")]
    starts: date
    ends: date
    opening: Cents | None
    closing: Cents | None
    lines: tuple[StatementLine, ...]

    @property
    def moved(self) -> int:
        """Return what the lines sum to, in cents."""
        return sum(line.amount for line in self.lines)

    def completed(self, opening: int | None = None, closing: int | None = None) -> Self:
        """Return the statement with both balances, from what somebody reads on paper where the file says none; one gives the other.

        Raises BalanceMissing when neither is known, BalancesDoNotAddUp when they contradict the lines or the file.
        """
        known = [one for one in (self.opening, opening) if one is not None]
        known += [one - self.moved for one in (self.closing, closing) if one is not None]
        if not known:
            raise BalanceMissing(line=0)
        for other in known:
            if other != known[0]:
                raise BalancesDoNotAddUp(line=0, opening=known[0], moved=self.moved, closing=other + self.moved, missing=other - known[0])
        return self.model_copy(update={"opening": known[0], "closing": known[0] + self.moved})

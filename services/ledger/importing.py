"""From a file of the bank to a record: read, its operations marked under a key that is in no record, then asked for as any command is."""

import hmac
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from services.ledger.commands.bank import ImportStatement, LineText, LineTexts
from services.ledger.events.bank import BankLine
from services.ledger.statements.line_identity import LineKey, line_keys
from services.ledger.statements.reading import read_statement
from services.ledger.statements.source import FILE_BYTES_MAX
from services.ledger.statements.statement import Statement
from shared.handling import Answer, Asked
from shared.messages import Command
from shared.refusals import Refused
from shared.values import Code, Register
from shared.web.security import LargerBodies

LABEL: Final = b"ruche/bank-line/v1\x00"


class StatementTooLarge(Refused):
    """Ce relevé dépasse 5 Mo : télécharge une période plus courte.
    This statement is larger than 5 MB: download a shorter period."""


FORM_BYTES: Final = 64 * 1024  # what a form adds around its file
TAKES_STATEMENTS: Final = (
    LargerBodies(re.compile(r"/v1/registers/[a-z2-7]{26}/ledger/import-statement"), FILE_BYTES_MAX, StatementTooLarge),
    LargerBodies(re.compile(r"/c/[a-z2-7]{26}/comptes/banque/[0-9]{3,8}/[0-9-]{10}"), FILE_BYTES_MAX + FORM_BYTES, StatementTooLarge),
)


class Given(NamedTuple):
    """A file, how it is called, the account of the books it is about, and balances, in cents, read on paper where it says none."""

    account: Code
    file: str
    content: bytes
    opening: int | None = None
    closing: int | None = None


class Importing:
    """Takes statements in."""

    def __init__(self, handle: Callable[[Command, Asked], Answer], key: bytes) -> None:
        """Take the handling of the ledger's commands, and this installation's key for what must be recognised again."""
        self._handle, self._key = handle, key

    def take(self, asked: Asked, given: Given) -> Answer:
        """Import a statement; what is known already is not recorded again. Raises what reading a file and what handling do."""
        return self._handle(self.read(asked.register, given), asked)

    def read(self, register: Register, given: Given) -> ImportStatement:
        """Return what a file asks for. Raises a Refused of `bad_statements.py` with its file and line."""
        return self.asking(register, given.account, read_statement(given.file, given.content).completed(given.opening, given.closing))

    def asking(self, register: Register, account: Code, statement: Statement) -> ImportStatement:
        """Return what a statement with both balances asks for."""
        secret = hmac.digest(self._key, LABEL + register.encode(), "sha256")
        keys = line_keys(account, statement.lines, secret)
        return ImportStatement(
            account=account,
            starts=statement.starts,
            ends=statement.ends,
            opening=statement.opening or 0,
            closing=statement.closing or 0,
            lines=tuple(
                BankLine(line=one.line, on=one.on, amount=one.amount, mark=_mark(key, secret))
                for one, key in zip(statement.lines, keys, strict=True)
            ),
            texts=LineTexts(
                lines=tuple(LineText(line=one.line, text=one.text, reference=one.reference or None) for one in statement.lines)
            ),
        )


def _mark(key: LineKey, secret: bytes) -> str:
    """Return one digest of all that an operation is known by: two payments of one family share nothing in a record."""
    said = f"{key.account} {key.on.isoformat()} {key.amount} {key.words} {key.occurrence}"
    return hmac.digest(secret, said.encode(), "sha256").hex()

"""Which form a file of the bank is in: what is in it says so, whatever it is called."""

import re
from typing import Final

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.camt053 import MESSAGE, NEIGHBOUR, read_camt053
from services.ledger.statements.mt940 import is_mt940, read_mt940
from services.ledger.statements.ofx import is_ofx, read_ofx
from services.ledger.statements.source import source_of
from services.ledger.statements.statement import Statement
from services.ledger.statements.tables import read_table

HEAD_LENGTH: Final = 4_000  # characters: what a file is shows on its first page
# What people take for a statement file, by its first bytes, and how it is called.
OTHER_FORMS: Final = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "XLSX, ODS"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"!Type:", "QIF"),
    (b"!Account", "QIF"),
)
MARKUP: Final = re.compile(r"\s*<[?!A-Za-z]")


def read_statement(file: str, stored: bytes) -> Statement:
    """Read a file. Raises a Refused of `bad_statements.py` with `file`, `line` and what was `found`, in cents where it is a sum."""
    for begins, called in OTHER_FORMS:
        if stored.lstrip().startswith(begins):
            raise bad.UnknownForm(file=file, line=0, found=called)
    source = source_of(file, stored)
    head = source.text[:HEAD_LENGTH]
    if not head.strip():
        raise source.bad(bad.NothingInside, 0)
    if is_ofx(head):
        return read_ofx(source)
    if MARKUP.match(head):
        if MESSAGE.search(head):
            return read_camt053(source)
        neighbour = NEIGHBOUR.search(head)
        raise source.bad(bad.UnknownForm, 0, neighbour[0] if neighbour else head.strip().split("\n", 1)[0])
    if is_mt940(head):
        return read_mt940(source)
    return read_table(source)

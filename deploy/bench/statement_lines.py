"""How long a statement of 1,000 lines takes: its file read, its lines marked, and each held against the entries of a year."""

from datetime import date, timedelta
from typing import Any, Final

from deploy.bench.sample_books import BANK
from services.ledger.importing import Given, Importing
from services.ledger.projections.reconciliation import RECONCILIATION, Reconciling
from services.ledger.reconciling import unmatched
from services.ledger.statements.matching import BookEntry, proposals
from services.ledger.statements.statement import StatementLine
from shared.messages import Recorded, id_from
from shared.projecting import fold

CLEARING_DAYS: Final = 2  # between an entry and its line at the bank
CENTS: Final = 100


class NothingProposed(Exception):
    """The lines of the bench were not matched with the entries they were made from."""


def imported(file: bytes, records: list[Recorded[Any]]) -> int:
    """Read a file and propose an entry for its lines; return how many lines have one. Raises NothingProposed."""
    command = Importing(_unasked, b"bench").read(id_from(b"register"), Given(BANK, "releve.ofx", file, opening=None, closing=None))
    said = {one.line: one for one in command.texts.lines}
    lines = [StatementLine(line=one.line, on=one.on, amount=one.amount, text=said[one.line].text, reference="") for one in command.lines]
    found = {line for one in proposals(lines, _entries(fold(RECONCILIATION, records))) for line in one.lines}
    if len(found) < len(lines):
        raise NothingProposed(f"{len(found)} of {len(lines)} lines have a proposal")
    return len(found)


def statement_file(records: list[Recorded[Any]], count: int, starts: date) -> bytes:
    """Return the first entries of the bank account as a bank writes them: OFX, version 1."""
    entries = _entries(fold(RECONCILIATION, records))[:count]
    told = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{one.on + timedelta(CLEARING_DAYS):%Y%m%d}<TRNAMT>{_euros(one.amount)}"
        f"<FITID>{number}<NAME>{one.label[:32]}</STMTTRN>\n"
        for number, one in enumerate(entries, start=1)
    )
    ends = max(one.on for one in entries) + timedelta(CLEARING_DAYS)
    balance = f"<LEDGERBAL><BALAMT>{_euros(sum(one.amount for one in entries))}<DTASOF>{ends:%Y%m%d}</LEDGERBAL>"
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:UTF-8\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>1"
        f"</BANKACCTFROM><BANKTRANLIST><DTSTART>{starts:%Y%m%d}<DTEND>{ends:%Y%m%d}\n{told}</BANKTRANLIST>{balance}</STMTRS></OFX>\n"
    ).encode()


def _entries(state: Reconciling) -> list[BookEntry]:
    moves = sorted(unmatched(state.bank, BANK).items(), key=lambda item: (item[1].on, item[0]))
    return [BookEntry(name, one.on, one.amounts[BANK], **state.told[name]._asdict()) for name, one in moves]


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // CENTS}.{abs(cents) % CENTS:02d}"


def _unasked(*_: object) -> Any:
    raise AssertionError("the bench only reads")

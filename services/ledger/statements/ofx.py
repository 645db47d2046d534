"""Statements as OFX files: version 1 is SGML without most end tags, version 2 is XML; the tags are the same.

Source: Open Financial Exchange, specifications 1.6 and 2.3, section 11 (banking). The format has no opening balance.
"""

import re
from typing import Final

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.assembling import Found, Page, assembled
from services.ledger.statements.markup import Element, sgml, xml
from services.ledger.statements.source import Source
from services.ledger.statements.statement import Statement

OPENED: Final = re.compile(r"<OFX\s*>", re.IGNORECASE)
WRITTEN_AS_XML: Final = re.compile(r"\s*<\?(xml|OFX)\b", re.IGNORECASE)
DAY_LENGTH: Final = 8  # 20250831120000.000[+2:CEST]: hour and zone follow
# The tags that are read here and hold others.
CLOSED: Final = frozenset({"STMTRS", "BANKACCTFROM", "BANKTRANLIST", "STMTTRN", "LEDGERBAL", "CURRENCY", "PAYEE"})
GOES_OUT, COMES_IN = frozenset({"DEBIT"}), frozenset({"CREDIT"})


def is_ofx(text: str) -> bool:
    """Tell whether a text is OFX."""
    begins = text.lstrip().upper()
    return begins.startswith("OFXHEADER:") or (begins.startswith("<") and bool(OPENED.search(text)))


def read_ofx(source: Source) -> Statement:
    """Read one. Raises a Refused of `bad_statements.py`, with the line."""
    opened = OPENED.search(source.text)
    if opened is None:
        raise source.bad(bad.PartMissing, 0, "<OFX>")
    root = xml(source) if WRITTEN_AS_XML.match(source.text) else sgml(source, opened.start(), CLOSED)
    pages = [_page(source, one) for one in root.everywhere("STMTRS")]
    if not pages:
        raise source.bad(bad.PartMissing, 0, "<STMTRS>")
    return assembled(source, pages)


def _page(source: Source, one: Element) -> Page:
    source.in_euros(one.said("CURDEF") or "EUR", one.line)
    moves = one.first("BANKTRANLIST")
    if moves is None:
        raise source.bad(bad.PartMissing, one.line, "<BANKTRANLIST>")
    starts, ends = moves.said("DTSTART"), moves.said("DTEND")
    balance = one.first("LEDGERBAL")
    as_of = balance.said("DTASOF") if balance else ""
    return Page(
        account=" ".join(text for tag in ("BANKID", "BRANCHID", "ACCTID") if (text := one.said(f"BANKACCTFROM/{tag}"))),
        starts=source.day(starts[:DAY_LENGTH], moves.line) if starts else None,
        ends=source.day(ends[:DAY_LENGTH], moves.line) if ends else None,
        closing=source.cents(balance.said("BALAMT"), balance.line) if balance else None,
        dated=source.day(as_of[:DAY_LENGTH], balance.line) if balance and as_of else None,
        found=tuple(_found(source, move) for move in moves.all("STMTTRN")),
    )


def _found(source: Source, move: Element) -> Found:
    amount, kind = source.cents(move.said("TRNAMT"), move.line), move.said("TRNTYPE").upper()
    if (amount > 0 and kind in GOES_OUT) or (amount < 0 and kind in COMES_IN):
        raise source.bad(bad.SignUnclear, move.line, f"{kind} {move.said('TRNAMT')}")
    if symbol := move.said("CURRENCY/CURSYM"):
        source.in_euros(symbol, move.line)
    name, memo = move.said("NAME", "PAYEE/NAME"), move.said("MEMO")
    return Found(
        place=move.line,
        on=source.day(move.said("DTPOSTED")[:DAY_LENGTH], move.line),
        amount=amount,
        text=source.words([name, memo] if name or memo else [kind], move.line),
        reference=source.reference(move.said("CHECKNUM", "REFNUM"), move.line),
        mark=move.said("FITID"),
    )

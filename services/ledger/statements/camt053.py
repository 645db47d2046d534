"""Statements as CAMT.053 files, the XML of ISO 20022; versions 001.02 to 001.13 differ in places that both are looked for.

Source: ISO 20022, Bank-to-Customer Cash Management, camt.053.001. Entries that are only pending or for information are passed over.
"""

import re
from datetime import date
from typing import Final

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.assembling import Found, Page, assembled
from services.ledger.statements.markup import Element, xml
from services.ledger.statements.source import Source
from services.ledger.statements.statement import Statement

MESSAGE: Final = re.compile(r"<(?:[\w-]+:)?BkToCstmrStmt\b|camt\.053\.001")
NEIGHBOUR: Final = re.compile(r"camt\.05[24]\.001|<(?:[\w-]+:)?BkToCstmr(?:AcctRpt|DbtCdtNtfctn)\b")  # a day's report, a notice
DAY_LENGTH: Final = 10  # 2025-08-31T23:59:59+02:00
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)  # PRCD: what the statement before closed with
BETWEEN: Final = "ITBD"  # of a page that others follow
SIGNS: Final = {"CRDT": 1, "DBIT": -1}
NAMES: Final = ("Dbtr/Nm", "Dbtr/Pty/Nm", "Cdtr/Nm", "Cdtr/Pty/Nm")


def read_camt053(source: Source) -> Statement:
    """Read one. Raises a Refused of `bad_statements.py`, with the line."""
    root = xml(source)
    message = root.first("Document/BkToCstmrStmt", "BkToCstmrStmt")
    if message is None:
        raise source.bad(bad.PartMissing, 0, "<BkToCstmrStmt>")
    return assembled(source, [_page(source, one) for one in message.all("Stmt")])


def _page(source: Source, one: Element) -> Page:
    if currency := one.said("Acct/Ccy"):
        source.in_euros(currency, one.line)
    entries = list(one.all("Ntry"))
    counted = one.said("TxsSummry/TtlNtries/NbOfNtries")
    if counted and counted != str(len(entries)):
        raise source.bad(bad.OperationsDiffer, one.line, counted, announced=counted, counted=len(entries))
    first, last = _balance(one, *OPENING), _balance(one, *CLOSING)
    between = [bal for bal in one.all("Bal") if _code(bal) == BETWEEN]
    starts, ends = one.said("FrToDt/FrDtTm", "FrToDt/FrDt"), one.said("FrToDt/ToDtTm", "FrToDt/ToDt")
    return Page(
        account=one.said("Acct/Id/IBAN", "Acct/Id/Othr/Id"),
        starts=_day(source, starts, one.line) if starts else _dated(source, first),
        ends=_day(source, ends, one.line) if ends else _dated(source, last),
        opening=_amount(source, first or (between[0] if last and between else None)),
        closing=_amount(source, last or (between[-1] if first and between else None)),
        found=tuple(_found(source, entry) for entry in entries if entry.said("Sts/Cd", "Sts") in {"BOOK", ""}),
    )


def _found(source: Source, entry: Element) -> Found:
    booked, valued = entry.first("BookgDt"), entry.first("ValDt")
    day = next((text for one in (booked, valued) if one and (text := one.said("Dt", "DtTm"))), "")
    details = list(entry.all("NtryDtls/TxDtls"))
    texts = [entry.said("AddtlNtryInf")]
    if len(details) == 1:  # of a batch only what is said of all of it
        texts += [one.text for one in details[0].all("RmtInf/Ustrd")]
        texts += [details[0].said("AddtlTxInf"), details[0].said(*(f"RltdPties/{name}" for name in NAMES))]
    if not any(text.strip() for text in texts):
        texts = [entry.said("BkTxCd/Prtry/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Domn/Cd")]
    called = details[0].said("Refs/ChqNb", "Refs/EndToEndId") if len(details) == 1 else ""
    return Found(
        place=entry.line,
        on=_day(source, day, entry.line),
        amount=_amount(source, entry) or 0,
        text=source.words(texts, entry.line),
        reference=source.reference(called, entry.line) or source.reference(entry.said("NtryRef"), entry.line),
        mark=entry.said("AcctSvcrRef"),
    )


def _balance(one: Element, *codes: str) -> Element | None:
    balances = {_code(bal): bal for bal in one.all("Bal")}
    return next((balances[code] for code in codes if code in balances), None)


def _code(balance: Element) -> str:
    return balance.said("Tp/CdOrPrtry/Cd")


def _amount(source: Source, one: Element | None) -> int | None:
    """Read signed cents: the sum has no sign of its own. An indicator of reversal says why, and changes nothing."""
    if one is None:
        return None
    amount, sign = one.first("Amt"), SIGNS.get(one.said("CdtDbtInd"))
    if amount is None:
        raise source.bad(bad.PartMissing, one.line, "<Amt>")
    source.in_euros(amount.attributes.get("Ccy", ""), amount.line)
    if sign is None or amount.text.strip()[:1] in {"+", "-"}:
        raise source.bad(bad.SignUnclear, one.line, f"{one.said('CdtDbtInd')} {amount.text.strip()}")
    return sign * source.cents(amount.text, amount.line)


def _day(source: Source, text: str, line: int) -> date:
    return source.day(text[:DAY_LENGTH], line)


def _dated(source: Source, balance: Element | None) -> date | None:
    text = balance.said("Dt/Dt", "Dt/DtTm") if balance else ""
    return _day(source, text, balance.line) if balance and text else None

"""What is wrong with a file is said with its line: encoding, days, sums, directions, what is there twice, what lacks."""

from collections.abc import Callable
from datetime import date

import pytest

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.reading import read_statement
from services.ledger.statements.statement import Statement, StatementLine
from shared.refusals import Refused
from tests.ledger.statements.writing import FORMS

SMALL = Statement(
    account="FR76999990000000412",
    currency="EUR",
    starts=date(2025, 6, 1),
    ends=date(2025, 6, 30),
    opening=10_000,
    closing=12_460,
    lines=(
        StatementLine(line=1, on=date(2025, 6, 3), amount=-7_460, text="CHEQUE 4520131", reference="4520131"),
        StatementLine(line=2, on=date(2025, 6, 10), amount=15_000, text="REMISE CHEQUES MAIRIE DE SAINT-AUBIN"),
        StatementLine(line=3, on=date(2025, 6, 27), amount=-5_080, text="PRLV SEPA ASSURANCE"),
    ),
)
CASES: list[tuple[str, bytes, bytes, type[Refused], int]] = [
    # form, what stands in the file, what stands there instead, why not, line
    ("ofx1", b"<DTPOSTED>20250610", b"<DTPOSTED>20251310", bad.UnreadableDay, 35),
    ("ofx1", b"<TRNAMT>150.00", b"<TRNAMT>15O.00", bad.UnreadableAmount, 35),
    ("ofx1", b"<TRNAMT>150.00", b"<TRNAMT>1.500", bad.UnreadableAmount, 35),
    ("ofx1", b"<TRNAMT>150.00", b"<TRNAMT>-150.00", bad.SignUnclear, 35),
    ("ofx1", b"<FITID>F2", b"<FITID>F2\x81", bad.StatementUnread, 39),
    ("ofx1", b"<CURDEF>EUR", b"<CURDEF>XPF", bad.OtherCurrency, 18),
    ("ofx1", b"</BANKTRANLIST>", b"", bad.NotOfThisForm, 55),
    ("ofx1", b"</STMTTRN>", b"", bad.NotOfThisForm, 50),
    ("ofx1", b"BANKTRANLIST", b"OTHERLIST", bad.PartMissing, 18),
    ("ofx1", b"</OFX>", b"", bad.TruncatedFile, 59),
    ("ofx1", b"<STMTRS>", b"<STMTRX>", bad.NotOfThisForm, 55),
    ("ofx2", b"<MEMO>REMISE", b"<MEMO>REMISE & ", bad.NotOfThisForm, 35),
    ("ofx2", b"</LEDGERBAL>", b"<LEDGERBAL", bad.NotOfThisForm, 49),
    ("camt053", b"<CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK", b"<Sts>BOOK", bad.SignUnclear, 10),
    ("camt053", b'<Amt Ccy="EUR">74.60', b'<Amt Ccy="USD">74.60', bad.OtherCurrency, 10),
    ("camt053", b'<Amt Ccy="EUR">74.60', b'<Amt Ccy="EUR">-74.60', bad.SignUnclear, 10),
    ("camt053", b'<Amt Ccy="EUR">74.60', b'<Amt Ccy="EUR">74.605', bad.UnreadableAmount, 10),
    ("camt053", b"<BookgDt><Dt>2025-06-03", b"<BookgDt><Dt>2025-06-31", bad.UnreadableDay, 10),
    ("camt053", b'<Amt Ccy="EUR">74.60', b'<Amt Ccy="EUR">74.50', bad.BalancesDoNotAddUp, 0),
    ("camt053", b"<AcctSvcrRef>S3", b"<AcctSvcrRef>S3<", bad.NotOfThisForm, 19),
    ("camt053", b"<Stmt>", b"<Stmt><TxsSummry><TtlNtries><NbOfNtries>4</NbOfNtries></TtlNtries></TxsSummry>", bad.OperationsDiffer, 5),
    ("camt053", b"<Document", b'<!DOCTYPE d [<!ENTITY e "x">]><Document', bad.NotOfThisForm, 2),
    ("camt053", b"BkToCstmrStmt", b"BkToCstmrAcctRpt", bad.PartMissing, 0),
    ("mt940", b":61:250603", b":61:250632", bad.UnreadableDay, 6),
    ("mt940", b":61:2506030603", b":61:2506030640", bad.UnreadableDay, 6),
    ("mt940", b"0603DR", b"0603XR", bad.SignUnclear, 6),
    ("mt940", b"0603DR", b"0603", bad.SignUnclear, 6),
    ("mt940", b"DR74,60", b"DR74,6,0", bad.NotOfThisForm, 6),
    ("mt940", b"DR74,60", b"DR74,609", bad.UnreadableAmount, 6),
    ("mt940", b"DR74,60", b"DR74", bad.UnreadableAmount, 6),
    ("mt940", b"DR74,60", b"DR74,61", bad.BalancesDoNotAddUp, 0),
    ("mt940", b"C250601EUR", b"C250601GBP", bad.OtherCurrency, 5),
    ("mt940", b":60F:C", b":60F:", bad.SignUnclear, 5),
    ("mt940", b":60F:C250601EUR100,00\r\n", b"", bad.PartMissing, 2),
    ("mt940", b":62F:C250630EUR124,60\r\n", b"", bad.TruncatedFile, 11),
    ("credit_agricole", b"03/06/2025", b"33/06/2025", bad.UnreadableDay, 19),
    ("credit_agricole", b";74,60;", b";74,6O;", bad.UnreadableAmount, 19),
    ("credit_agricole", b";74,60;;", b";74,60;3,00;", bad.SignUnclear, 19),
    ("credit_agricole", b";74,60;;", b";;;", bad.UnreadableAmount, 19),
    ("credit_agricole", b";74,60;;", b";-74,60;;", bad.SignUnclear, 19),
    ("credit_agricole", b";;150,00;", b";;-150,00;", bad.SignUnclear, 15),
    ("credit_agricole", b'\n";74,60;;\r\n', b"", bad.TruncatedFile, 19),
    ("credit_agricole", "Débit euros".encode("cp1252"), b"Sortie", bad.UnknownTable, 10),
    ("credit_agricole", b";74,60;;", b";74,60;;;9,00", bad.NotOfThisForm, 19),
    ("banque_postale", b";euros", b";francs", bad.OtherCurrency, 3),
    ("banque_postale", b";CHEQUE 4520131;-74,60\r\n", b"", bad.TruncatedFile, 10),
    ("banque_postale", b"10/06/2025;REMISE CHEQUES MAIRIE DE SAINT-AUBIN;150,00", b"10/06/2025", bad.NotOfThisForm, 9),
    ("banque_postale", b"CHEQUE 4520131", b"", bad.UnreadableText, 10),
    ("credit_mutuel", "Libellé".encode(), b"Libell\xe9", bad.StatementUnread, 1),
    ("credit_mutuel", b"REMISE CHEQUES", b"REMISE CH\xc3QUES", bad.StatementUnread, 3),
    ("credit_mutuel", b";150,00;", b";155,00;", bad.BalancesDoNotAddUp, 3),
    ("credit_mutuel", b";-74,60;;", b";+74,60;;", bad.SignUnclear, 2),
    ("societe_generale", b";3;30/06", b";4;30/06", bad.OperationsDiffer, 0),
    ("societe_generale", b"-74,60;EUR", b"-74,60;CHF", bad.OtherCurrency, 6),
    ("bnp_paribas", b"2025-06-10", b"2025-02-30", bad.UnreadableDay, 5),
    ("caisse_epargne_before", b"riode;;;;124,60", b"riode;;;;125,60", bad.BalancesDoNotAddUp, 0),
]


@pytest.mark.parametrize(("form", "old", "new", "why", "line"), CASES)
def test_a_damaged_file_is_refused_with_its_line(form: str, old: bytes, new: bytes, why: type[Refused], line: int) -> None:
    stored = FORMS[form](SMALL)
    assert old in stored
    with pytest.raises(Refused) as no:
        read_statement("releve.txt", stored.replace(old, new) if why is bad.PartMissing else stored.replace(old, new, 1))
    assert (type(no.value), no.value.details["file"], no.value.details["line"]) == (why, "releve.txt", line)


def test_every_reason_has_a_case_and_speaks_both_languages() -> None:
    tried = {why for _, _, _, why, _ in CASES}
    elsewhere = {bad.UnknownForm, bad.LineTwice, bad.SeveralAccounts, bad.NothingInside, bad.TooManyLines, bad.BalanceMissing}
    reasons = {one for one in vars(bad).values() if isinstance(one, type) and issubclass(one, Refused) and one is not Refused}
    assert tried | elsewhere == reasons and not tried & elsewhere
    assert all(all(one.sentences()) for one in reasons)


@pytest.mark.parametrize("form", ["camt053", "mt940", "caisse_epargne_before"])
def test_the_missing_cents_are_named(form: str) -> None:
    short = SMALL.model_copy(update={"closing": 12_459})
    with pytest.raises(bad.BalancesDoNotAddUp) as no:
        read_statement("x", FORMS[form](short))
    figures = {name: no.value.details[name] for name in ("opening", "moved", "closing", "missing")}
    assert figures == {"opening": 10_000, "moved": 2_460, "closing": 12_459, "missing": -1}


def _twice(form: str, find: Callable[[list[bytes]], tuple[int, int]]) -> bytes:
    rows = FORMS[form](SMALL).split(b"\n")
    first, last = find(rows)
    return b"\n".join([*rows[:last], *rows[first:last], *rows[last:]])


@pytest.mark.parametrize(
    ("form", "begins", "size"),
    [("ofx1", b"<STMTTRN>", 8), ("camt053", b"<Ntry>", 4), ("mt940", b":61:", 2), ("credit_mutuel", b"03/06", 1)],
)
def test_an_operation_that_the_bank_counts_once_is_not_two(form: str, begins: bytes, size: int) -> None:
    def place(rows: list[bytes]) -> tuple[int, int]:
        first = next(number for number, row in enumerate(rows) if row.startswith(begins))
        return first, first + size

    stored = _twice(form, place)
    again = stored.split(b"\n").index(next(row for row in stored.split(b"\n") if row.startswith(begins))) + size + 1
    with pytest.raises(bad.LineTwice) as no:
        read_statement("x", stored)
    assert (no.value.details["line"], no.value.details["found"]) == (again, "CHEQUE 4520131")


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "XLSX, ODS"),
        (b"!Type:Bank\nD03/06/2025\nT-74.60\n^\n", "QIF"),
        (b"<html><body>Session expir\xc3\xa9e</body></html>", "<html><body>Session expirée</body></html>"),
        (FORMS["camt053"](SMALL).replace(b"camt.053", b"camt.052").replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), "camt.052.001"),
        ("Bonjour,\nvoici le relevé".encode(), "Bonjour,\nvoici le relevé"),
    ],
)
def test_what_is_no_statement_is_named(stored: bytes, found: str) -> None:
    with pytest.raises(bad.UnknownForm) as no:
        read_statement("x", stored)
    assert no.value.details["found"] == found


def test_an_unknown_table_is_named_by_its_headings() -> None:
    with pytest.raises(bad.UnknownTable) as no:
        read_statement("x", "Relevé\n\nJour;Objet;Euros\n03/06/2025;Chèque;-74,60\n".encode())
    assert (no.value.details["found"], no.value.details["line"]) == ("Jour ; Objet ; Euros", 3)
    assert "La Banque Postale" in no.value.details["known"]


def test_limits_are_said() -> None:
    with pytest.raises(bad.StatementUnread):
        read_statement("x", b"a" * 5_000_001)
    for empty in (b"", b" \r\n\r\n"):
        with pytest.raises(bad.NothingInside):
            read_statement("x", empty)
    rows = "".join(f"2025-06-{1 + number % 30:02d};A;1,00\n" for number in range(5_001))
    with pytest.raises(bad.TooManyLines):
        read_statement("x", f"Date;Libelle;Montant\n{rows}".encode())
    deep = b"<?xml version='1.0'?><OFX>" + b"<A>" * 10_000
    with pytest.raises(bad.NotOfThisForm):
        read_statement("x", deep)
    with pytest.raises(bad.NotOfThisForm):
        read_statement("x", b"OFXHEADER:100\n<OFX>" + b"<A>" * 10_000)


def test_a_tag_without_a_value_swallows_nothing() -> None:
    stored = FORMS["ofx1"](SMALL).replace(b"<NAME>PRLV SEPA ASSURANCE", b"<MEMO>\n<NAME>PRLV SEPA ASSURANCE")
    assert [line.text for line in read_statement("x", stored).lines] == [line.text for line in SMALL.lines]

"""A statement as a bank would write it, in each form: the tests read back what is written here."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from services.ledger.statements.statement import Statement, StatementLine

NAME_LENGTH_MAX: Final = 32  # of OFX
ROW_LENGTH_MAX: Final = 65  # of MT940
CAMT_VERSIONS: Final = ("02", "04", "06", "08", "13")
Row = list[str]


def ofx1(statement: Statement) -> bytes:
    """SGML, values without end tags, Windows-1252 as its header says."""
    header = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\n"
    return (header + _ofx(statement, lambda tag, text: f"<{tag}>{text}")).encode("cp1252")


def ofx2(statement: Statement) -> bytes:
    """XML, every tag closed."""
    header = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE"?>\n'
    return (header + _ofx(statement, lambda tag, text: f"<{tag}>{text}</{tag}>")).encode()


def _ofx(statement: Statement, value: Callable[[str, str], str]) -> str:
    rows = ["<OFX>", "<SIGNONMSGSRSV1>", "<SONRS>", value("LANGUAGE", "FRA"), "</SONRS>", "</SIGNONMSGSRSV1>"]
    rows += ["<BANKMSGSRSV1>", "<STMTTRNRS>", value("TRNUID", "1"), "<STMTRS>", value("CURDEF", statement.currency)]
    rows += [
        "<BANKACCTFROM>",
        value("ACCTID", escape(statement.account)),
        value("ACCTTYPE", "CHECKING"),
        "</BANKACCTFROM>",
        "<BANKTRANLIST>",
    ]
    rows += [value("DTSTART", f"{statement.starts:%Y%m%d}"), value("DTEND", f"{statement.ends:%Y%m%d}120000")]
    for line in statement.lines:
        rows += ["<STMTTRN>", value("TRNTYPE", "CREDIT" if line.amount > 0 else "DEBIT"), value("DTPOSTED", f"{line.on:%Y%m%d}")]
        rows += [value("TRNAMT", _plain(line.amount)), value("FITID", f"F{line.line}")]
        rows += [value("CHECKNUM", escape(line.reference))] if line.reference else []
        rows += [value("NAME", escape(line.text[:NAME_LENGTH_MAX].strip()))]
        rows += [value("MEMO", escape(line.text))] if len(line.text) > NAME_LENGTH_MAX else []
        rows += ["</STMTTRN>"]
    rows += ["</BANKTRANLIST>", "<LEDGERBAL>", value("BALAMT", _plain(statement.closing or 0))]
    rows += [value("DTASOF", f"{statement.ends:%Y%m%d}"), "</LEDGERBAL>", "</STMTRS>", "</STMTTRNRS>", "</BANKMSGSRSV1>", "</OFX>", ""]
    return "\n".join(rows)


def camt053(statement: Statement, version: str = "02") -> bytes:
    """XML of ISO 20022; from version 8 on a status is a code inside a tag."""
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">']
    rows += [
        "<BkToCstmrStmt>",
        "<GrpHdr><MsgId>1</MsgId></GrpHdr>",
        "<Stmt>",
        f"<Acct><Id><IBAN>{escape(statement.account)}</IBAN></Id></Acct>",
    ]
    rows += [f"<FrToDt><FrDtTm>{statement.starts}T00:00:00</FrDtTm><ToDtTm>{statement.ends}T23:59:59</ToDtTm></FrToDt>"]
    for code, amount, on in (("OPBD", statement.opening, statement.starts), ("CLBD", statement.closing, statement.ends)):
        rows += [f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_signed(amount or 0)}<Dt><Dt>{on}</Dt></Dt></Bal>"]
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= "08" else "<Sts>BOOK</Sts>"
    for line in statement.lines:
        called = f"<Refs><ChqNb>{escape(line.reference)}</ChqNb></Refs>" if line.reference else ""
        said = f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf>"
        rows += [f"<Ntry>{_signed(line.amount)}{status}<BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{statement.ends}</Dt></ValDt>"]
        rows += [f"<AcctSvcrRef>S{line.line}</AcctSvcrRef>", f"<NtryDtls><TxDtls>{called}{said}</TxDtls></NtryDtls>", "</Ntry>"]
    return "\n".join([*rows, "</Stmt>", "</BkToCstmrStmt>", "</Document>", ""]).encode()


def mt940(statement: Statement) -> bytes:
    """SWIFT's message in its blocks; texts without accents, cut where the row ends."""
    rows = ["{1:F01BANKFRPPXXXX0000000000}{2:O9400000000000BANKFRPPXXXX}{4:", ":20:STATEMENT", f":25:{statement.account}", ":28C:1/1"]
    rows += [f":60F:{_marked(statement.opening or 0, statement.starts)}"]
    for line in statement.lines:
        mark, amount = "C" if line.amount > 0 else "D", _plain(abs(line.amount)).replace(".", ",")
        rows += [f":61:{line.on:%y%m%d}{line.on:%m%d}{mark}R{amount}NMSC{line.reference or 'NONREF'}//B{line.line}"]
        cut = [line.text[start : start + ROW_LENGTH_MAX] for start in range(0, len(line.text), ROW_LENGTH_MAX)]
        rows += [f":86:{cut[0]}", *cut[1:]]
    return "\r\n".join([*rows, f":62F:{_marked(statement.closing or 0, statement.ends)}", "-}", ""]).encode()


def credit_agricole(statement: Statement) -> bytes:
    """A page of words, then two columns; texts over several lines, newest first, Windows-1252."""
    rows = [[], [f"Téléchargement du {_day(statement.ends)}", ""], [], ["COOP SCOLAIRE"], [f"Compte de Dépôt n° {statement.account}", ""]]
    rows += [[f"Solde au {_day(statement.ends)} {_french(statement.closing or 0)} €"], []]
    rows += [[f"Liste des opérations du compte entre le {_day(statement.starts)} et le {_day(statement.ends)}", ""], []]
    rows += [["Date", "Libellé", "Débit euros", "Crédit euros", ""]]
    for line in reversed(statement.lines):
        rows.append([_day(line.on), line.text.replace(" ", "\n", 1) + "\n\n", *_columns(line), ""])
    return _table(rows, "cp1252")


def banque_postale(statement: Statement) -> bytes:
    """Pairs of a name and a value, then one signed column, newest first."""
    rows = [["Numéro Compte   ", statement.account], ["Type         ", "CCP"], ["Compte tenu en  ", "euros"]]
    rows += [["Date            ", _day(statement.ends)], ["Solde (EUROS)   ", _french(statement.closing or 0)], []]
    rows += [["Date", "Libellé", "Montant(EUROS)"]]
    return _table([*rows, *([_day(line.on), line.text, _french(line.amount)] for line in reversed(statement.lines))], "cp1252")


def credit_mutuel(statement: Statement) -> bytes:
    """Debits with a minus, the balance beside each operation, UTF-8 with its mark."""
    rows, balance = [["Date", "Date de valeur", "Débit", "Crédit", "Libellé", "Solde"]], statement.opening or 0
    for line in statement.lines:
        balance += line.amount
        debit, credit = _columns(line)
        rows.append([_day(line.on), _day(line.on), debit and f"-{debit}", credit, line.text, _french(balance)])
    return _table(rows, "utf-8-sig")


def cic(statement: Statement) -> bytes:
    """Commas between cells, points in sums."""
    rows, balance = [["Date d'opération", "Date de valeur", "Montant", "Libellé", "Solde"]], statement.opening or 0
    for line in statement.lines:
        balance += line.amount
        rows.append([_day(line.on), _day(line.on), _plain(line.amount), line.text, _plain(balance)])
    return _table(rows, "cp1252", ",")


def societe_generale(statement: Statement) -> bytes:
    """One row about the account, which counts the operations; a short and a long label, a currency."""
    about = [statement.account, _day(statement.starts), _day(statement.ends), f"{len(statement.lines)}", _day(statement.ends)]
    rows = [[*about, f"{_plain(statement.closing or 0)} EUR"], []]
    rows += [["Date de l'opération", "Libellé", "Détail de l'écriture", "Montant de l'opération", "Devise"]]
    return _table(
        [*rows, *([_day(line.on), line.text[:18], line.text, _french(line.amount), "EUR"] for line in reversed(statement.lines))], "cp1252"
    )


def bnp_paribas(statement: Statement) -> bytes:
    """One row about the account, ISO days."""
    rows = [["Compte courant", "Coopérative", statement.account, f"{statement.ends}", "", _french(statement.closing or 0)], []]
    rows += [["Date operation", "Libelle court", "Type operation", "Libelle operation", "Montant operation en euro"]]
    return _table([*rows, *([f"{line.on}", "", "", line.text, _french(line.amount)] for line in statement.lines)], "utf-8")


def caisse_epargne(statement: Statement) -> bytes:
    """Thirteen columns; credits with a plus; nothing about the account but a line of totals."""
    heading = "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;Categorie"
    rows = [[*heading.split(";"), "Sous categorie", "Debit", "Credit", "Date operation", "Date de valeur", "Pointage operation"]]
    for line in reversed(statement.lines):
        debit, credit = _columns(line)
        texts = ["", line.text, line.reference, "", "Autre", "", ""]
        rows.append([_day(line.on), *texts, debit and f"-{debit}", credit and f"+{credit}", _day(line.on), _day(line.on), "0"])
    return _table(rows, "utf-8")


def caisse_epargne_before(statement: Statement) -> bytes:
    """The older six columns, between the balance of the end and that of the beginning."""
    rows = [["Code de la banque : 1", f"Date de début de téléchargement : {_day(statement.starts)}"]]
    rows[0] += [f"Date de fin de téléchargement : {_day(statement.ends)}", ""]
    rows += [[f"Numéro de compte : {statement.account}", "Nom du compte : COMPTE", "Devise : EUR", ""], []]
    rows += [
        ["Solde en fin de période", "", "", "", _french(statement.closing or 0)],
        ["Date", "Numéro d'opération", "Libellé", "Débit", "Crédit", "Détail", ""],
    ]
    for line in reversed(statement.lines):
        debit, credit = _columns(line)
        rows.append([f"{line.on:%d/%m/%y}", f"N{line.line}", line.text[:10], debit and f"-{debit}", credit, line.text, ""])
    return _table([*rows, ["Solde en début de période", "", "", "", _french(statement.opening or 0)]], "cp1252")


TABLES: Final[dict[str, Callable[[Statement], bytes]]] = {
    one.__name__: one
    for one in (credit_agricole, banque_postale, credit_mutuel, cic, societe_generale, bnp_paribas, caisse_epargne, caisse_epargne_before)
}
FORMS: Final[dict[str, Callable[[Statement], bytes]]] = {"ofx1": ofx1, "ofx2": ofx2, "camt053": camt053, "mt940": mt940, **TABLES}


def _table(rows: Iterable[Row], encoding: str, separator: str = ";") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode(encoding)


def _plain(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _french(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}".replace(",", "\u00a0") + f",{abs(cents) % 100:02d}"


def _columns(line: StatementLine) -> tuple[str, str]:
    amount = _french(abs(line.amount))
    return ("", amount) if line.amount > 0 else (amount, "")


def _signed(cents: int) -> str:
    return f'<Amt Ccy="EUR">{_plain(abs(cents))}</Amt><CdtDbtInd>{"DBIT" if cents < 0 else "CRDT"}</CdtDbtInd>'


def _marked(cents: int, on: date) -> str:
    return f"{'D' if cents < 0 else 'C'}{on:%y%m%d}EUR{_plain(abs(cents)).replace('.', ',')}"


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"

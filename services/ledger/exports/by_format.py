"""Which file each format makes of a ledger: its name, what it is, its bytes."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from services.ledger.exports.beancount import beancount
from services.ledger.exports.csv_files import FRENCH, INTERNATIONAL, csv_of
from services.ledger.exports.entry_tables import general_ledger_table, journal_table, trial_balance_table
from services.ledger.exports.exported import Exported
from services.ledger.exports.fec import fec, fec_description, fec_name
from services.ledger.exports.gnucash import gnucash, gnucash_accounts
from services.ledger.exports.hledger import hledger
from services.ledger.exports.state_tables import advances_table, anomalies_table, balances_table, commitments_table, pots_table
from services.ledger.exports.tables import Table, TableName
from services.ledger.exports.xlsx_files import xlsx_of
from services.ledger.projections.balances import YearSpan
from shared.refusals import NotFound


class Form(StrEnum):
    """The formats of a file."""

    FEC = "fec"
    FEC_DESCRIPTION = "fec-description"
    BEANCOUNT = "beancount"
    HLEDGER = "hledger"
    GNUCASH = "gnucash"
    GNUCASH_ACCOUNTS = "gnucash-accounts"
    CSV = "csv"
    CSV_INTERNATIONAL = "csv-intl"
    XLSX = "xlsx"


class NoYear(NotFound):
    """Aucun exercice n'est ouvert dans ce registre, ou ne l'était encore à la date demandée.
    No fiscal year is open in this register, or was yet at the date asked for."""


class NotOneTable(NotFound):
    """Ce format n'est pas fait d'un tableau : retire « table », ou demande csv, csv-intl ou xlsx.
    This format is not made of one table: take “table” away, or ask for csv, csv-intl or xlsx."""


class File(NamedTuple):
    """A file: what it is called, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


Entries = Callable[[Exported, YearSpan | None], bytes]
OF_ENTRIES: Final[dict[Form, tuple[str, str, Entries]]] = {
    Form.BEANCOUNT: (".beancount", "text/plain; charset=utf-8", beancount),
    Form.HLEDGER: (".journal", "text/plain; charset=utf-8", hledger),
    Form.GNUCASH: ("-gnucash.csv", "text/csv; charset=utf-8", gnucash),
    Form.GNUCASH_ACCOUNTS: ("-gnucash-comptes.csv", "text/csv; charset=utf-8", gnucash_accounts),
}
OF_TABLES: Final = frozenset({Form.CSV, Form.CSV_INTERNATIONAL, Form.XLSX})
LATIN9: Final = "text/plain; charset=iso-8859-15"
SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fec_file(exported: Exported, form: Form, span: YearSpan) -> File:
    """Write the FEC of a year, or the description that goes with it."""
    name = fec_name(exported, span)
    if form is Form.FEC_DESCRIPTION:
        return File(f"{name.removesuffix('.txt')}-description.txt", LATIN9, fec_description(exported, span))
    return File(name, LATIN9, fec(exported, span))


def exported_file(exported: Exported, form: Form, span: YearSpan | None = None, table: TableName | None = None) -> File:
    """Write a ledger in a format, every year of it where none is named. Raises NotOneTable, NoYear.

    The FEC of a ledger is always of one year: the last where none is named. Of CSV the table is the journal unless another is named; a
    workbook without one has them all.
    """
    if table is not None and form not in OF_TABLES:
        raise NotOneTable(form=form)
    stem = f"{exported.code}-{span.year if span else 'complet'}"
    if form in OF_ENTRIES:
        suffix, media_type, write = OF_ENTRIES[form]
        return File(stem + suffix, media_type, write(exported, span))
    match form:
        case Form.FEC | Form.FEC_DESCRIPTION:
            return fec_file(exported, form, span or last_year(exported))
        case Form.XLSX:
            chosen = tuple(TableName) if table is None else (table,)
            named = "" if table is None else f"-{table}"
            content = xlsx_of(exported.name, [table_of(exported, one, span) for one in chosen])
            return File(f"{stem}{named}.xlsx", SPREADSHEET, content)
        case _:
            one = table or TableName.JOURNAL
            dialect, named = (FRENCH, "") if form is Form.CSV else (INTERNATIONAL, "-intl")
            return File(f"{stem}-{one}{named}.csv", "text/csv; charset=utf-8", csv_of(table_of(exported, one, span), dialect))


def table_of(exported: Exported, name: TableName, span: YearSpan | None = None) -> Table:
    """Return one table; a year chooses entries, what stands at one moment has none."""
    match name:
        case TableName.JOURNAL:
            return journal_table(exported, span)
        case TableName.GENERAL_LEDGER:
            return general_ledger_table(exported, span)
        case TableName.TRIAL_BALANCE:
            return trial_balance_table(exported, span)
        case TableName.BALANCES:
            return balances_table(exported)
        case TableName.POTS:
            return pots_table(exported)
        case TableName.ADVANCES:
            return advances_table(exported)
        case TableName.ANOMALIES:
            return anomalies_table(exported)
        case TableName.COMMITMENTS:
            return commitments_table(exported)


def last_year(exported: Exported) -> YearSpan:
    """Return the fiscal year that began last. Raises NoYear."""
    years = exported.funds.balances.years
    if not years:
        raise NoYear
    return max(years, key=lambda span: span.starts)

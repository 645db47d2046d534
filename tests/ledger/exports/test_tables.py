"""Every table reads back from CSV and from XLSX to the same rows; no word becomes a formula; the figures are those of the views."""

import time
import zipfile
from collections import Counter
from functools import cache
from io import BytesIO

import pytest

from services.ledger.exports.by_format import Form, NotOneTable, NoYear, exported_file, table_of
from services.ledger.exports.csv_files import FRENCH, INTERNATIONAL, csv_of
from services.ledger.exports.exported import EXPORTED, Exported
from services.ledger.exports.guarding import DANGEROUS, guarded, unguarded
from services.ledger.exports.tables import Cell, Table, TableName
from services.ledger.exports.xlsx_files import xlsx_of
from services.ledger.projections.balances import trial_balance_shown
from shared.projecting import fold
from tests.ledger.exports.histories import LABELS, balances_of, busy, generated
from tests.ledger.exports.reading import csv_rows, xlsx_rows, xlsx_sheets
from tests.ledger.playing import Plan, played

BUSY = busy(40)
SECONDS_MAX = 5.0  # of one format, for a year of 1,000 entries: half a second when nothing else runs


def cents(cell: Cell) -> int:
    """Return what a cell of amounts holds, 0 when it is empty."""
    assert cell is None or isinstance(cell, int)
    return cell or 0


def read_back(table: Table) -> None:
    """Read a table back from each of its files."""
    for dialect in (FRENCH, INTERNATIONAL):
        head, rows = csv_rows(csv_of(table, dialect), table, dialect)
        assert head == [column.en if dialect.english else column.fr for column in table.columns]
        assert rows == list(table.rows)
    head, rows = xlsx_rows(xlsx_sheets(xlsx_of("Essai", [table]))[table.fr], table)
    assert head == [column.fr for column in table.columns]
    assert rows == list(table.rows)


@pytest.mark.parametrize("name", TableName)
def test_every_table_reads_back_to_the_same_rows(name: TableName) -> None:
    filled = 0
    for exported in (BUSY, *(generated(seed) for seed in range(8))):
        table = table_of(exported, name)
        filled += len(table.rows)
        read_back(table)
    assert filled


def test_a_workbook_has_every_table_and_the_same_bytes_again() -> None:
    file = exported_file(BUSY, Form.XLSX)
    sheets = xlsx_sheets(file.content)
    tables = {table_of(BUSY, name).fr: table_of(BUSY, name) for name in TableName}
    assert list(sheets) == list(tables)
    assert all(xlsx_rows(sheets[name], table)[1] == list(table.rows) for name, table in tables.items())
    assert exported_file(BUSY, Form.XLSX).content == file.content
    assert zipfile.ZipFile(BytesIO(file.content)).testzip() is None


def test_no_word_of_a_csv_is_taken_for_a_formula_and_no_number_is_guarded() -> None:
    for text in (*LABELS, *(f"{first}cmd" for first in DANGEROUS)):
        assert not guarded(text).startswith(tuple(first for first in DANGEROUS if first != "'"))
        assert unguarded(guarded(text)) == text
    lines = csv_of(table_of(BUSY, TableName.JOURNAL)).decode("utf-8-sig")
    assert ";'=1+1;" in lines and ";'@fête;" in lines and ";=1+1;" not in lines
    assert "'-" not in csv_of(table_of(BUSY, TableName.TRIAL_BALANCE)).decode("utf-8-sig")
    assert b"-" in csv_of(table_of(BUSY, TableName.TRIAL_BALANCE))


def test_a_formula_in_a_workbook_would_be_seen() -> None:
    content = xlsx_of("Essai", [table_of(BUSY, TableName.POTS)])
    planted = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as sound, zipfile.ZipFile(planted, "w") as wrong:
        for name in sound.namelist():
            page = sound.read(name)
            wrong.writestr(name, page.replace(b"<v>", b"<f>1+1</f><v>", 1) if "sheet1" in name and name.endswith(".xml") else page)
    with pytest.raises(AssertionError, match="a formula"):
        xlsx_sheets(planted.getvalue())


@pytest.mark.parametrize("seed", range(20))
def test_the_tables_have_the_figures_of_the_views(seed: int) -> None:
    exported = generated(seed)
    [span] = exported.funds.balances.years
    trial = table_of(exported, TableName.TRIAL_BALANCE, span)
    shown = trial_balance_shown(exported.funds.balances, span.year)["lines"]
    assert {row[0]: row[-1] for row in trial.rows if row[-1]} == {one["account"]: one["balance"] for one in shown}
    last = {row[0]: row[-1] for row in table_of(exported, TableName.GENERAL_LEDGER).rows}
    assert {account: balance for account, balance in last.items() if balance} == balances_of(exported)
    assert sum(cents(row[2]) for row in table_of(exported, TableName.POTS).rows) == exported.funds.balances.in_treasury
    assert sum(cents(row[3]) for row in table_of(exported, TableName.BALANCES).rows) == exported.funds.balances.in_treasury
    sides: Counter[str] = Counter()
    for row in table_of(exported, TableName.JOURNAL).rows:
        sides[str(row[6])] += cents(row[9]) - cents(row[10])
    assert {account: cents for account, cents in sides.items() if cents} == balances_of(exported)


def test_no_person_stands_in_any_file() -> None:
    exported = generated(3)
    for form in Form:
        assert b"p_" not in exported_file(exported, form).content.replace(b"docProps_", b"")
    sheets = xlsx_sheets(exported_file(exported, Form.XLSX).content)
    assert not any(text.startswith("p_") for rows in sheets.values() for row in rows for _, text in row)


def test_what_one_fact_at_a_time_gives_is_what_all_at_once_give() -> None:
    records = played([Plan("grant", 1, 0, 500, 0), Plan("justify", 1, 0, 700, 0), Plan("receipt", 2, 1, 900, 3)]).records
    state = EXPORTED.initial
    for record in records:
        state = EXPORTED.evolve(state, record)
    assert state == fold(EXPORTED, records)


def test_a_table_of_what_is_no_table_and_a_year_where_none_is_open_are_refused() -> None:
    for form in (Form.FEC, Form.BEANCOUNT, Form.GNUCASH):
        with pytest.raises(NotOneTable):
            exported_file(BUSY, form, None, TableName.POTS)
    with pytest.raises(NoYear):
        exported_file(Exported(), Form.FEC)
    assert exported_file(Exported(), Form.XLSX).name.startswith("BAC-A-SABLE")


@pytest.mark.parametrize("form", Form)
def test_a_year_of_a_thousand_entries_is_a_matter_of_seconds(form: Form) -> None:
    exported = thousand()
    began = time.perf_counter()
    file = exported_file(exported, form, exported.funds.balances.years[0])
    seconds = time.perf_counter() - began
    assert file.content and seconds < SECONDS_MAX


@cache
def thousand() -> Exported:
    """Return a year of 1,000 entries."""
    return busy(1_000)

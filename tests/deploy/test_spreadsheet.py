"""A mandate holder's sheet is read to the cent however it is written, and each cell that cannot be read is named."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given as forall
from hypothesis import strategies as some

from deploy import cells
from deploy.spreadsheet import Sheets, read_opening, read_sheets
from deploy.table import BadLine
from services.ledger.events.entries import Voucher
from shared.refusals import Refused
from shared.values import CENTS_MAX
from shared.web.formats import money
from tests.deploy.sheets import SAMPLE, copied

HEADING = "date;piece;libelle;banque_512;caisse_530;regies_467;ventilation;pot;projet"
MARKS = [("", ","), ("", "."), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("\u202f", "."), (".", ","), (",", ".")]


def read(folder: Path, *lines: str, heading: str = HEADING) -> Sheets:
    (folder / "journal.csv").write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return read_sheets(folder)


def only(bad_lines: list[BadLine]) -> tuple[str, int, str, str]:
    assert len(bad_lines) == 1, bad_lines
    bad = bad_lines[0]
    assert bad.reason_fr
    assert bad.reason_en
    assert bad.reason_fr != bad.reason_en
    return bad.file, bad.line, bad.column, bad.reason


@forall(
    some.integers(-CENTS_MAX, CENTS_MAX),
    some.sampled_from(MARKS),
    some.sampled_from(["-", "−", "–", "- "]),
    some.sampled_from(["", " €", "\u00a0€"]),
)
def test_a_sum_printed_in_any_style_is_read_back_to_the_cent(amount: int, marks: tuple[str, str], minus: str, unit: str) -> None:
    between, decimal = marks
    euros, rest = divmod(abs(amount), 100)
    printed = (minus if amount < 0 else "") + f"{euros:,}".replace(",", between) + f"{decimal}{rest:02d}{unit}"
    assert cells.cents(printed) == amount


@forall(some.integers(-CENTS_MAX, CENTS_MAX))
def test_a_sum_as_our_own_pages_print_it_is_read_back(amount: int) -> None:
    assert cells.cents(money(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"), [("", 0), (" \u00a0", 0), ("-", 0), ("12", 1200), ("+12,5", 1250), ("0,1", 10), ("0012,00", 1200), (" 7 €", 700)]
)
def test_short_ways_of_writing_a_sum(text: str, amount: int) -> None:
    assert cells.cents(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "1.234",
        "1,234",
        "18 06,00",
        "1 806 00",
        "12,345",
        "1,2,3",
        "1.2.3",
        "1.234.567",
        "12,",
        ",50",
        "1e3",
        "--5",
        "(5)",
        "5-",
        "٣,00",
        "12 euros",
        "O,50",
        "1,806 00",
        "1 1806,00",
        "9" * 30,
        str(CENTS_MAX),
        "nan",
        "½",
        "=1+1",
    ],
)
def test_what_is_no_sum_to_the_cent_is_refused(text: str) -> None:
    with pytest.raises(cells.NotASum):
        cells.cents(text)


@forall(some.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_in_both_ways_of_writing(day: date) -> None:
    assert cells.day(day.isoformat()) == cells.day(f"{day.day}/{day.month}/{day.year}") == cells.day(day.strftime("%d/%m/%Y")) == day


@pytest.mark.parametrize(
    "text", ["", "2024-02-30", "31/09/2024", "09/20/2024", "20/09/24", "20.09.2024", "2024-9-1", "hier", "45555", "٢٠/٠٩/٢٠٢٤"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(cells.NotADay):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "series", "number"),
    [("R01", "R", 1), ("d 007", "D", 7), ("FAC-12", "FAC", 12), ("12", "P", 12), (" T000999999 ", "T", 999_999)],
)
def test_a_voucher_is_letters_and_a_number(text: str, series: str, number: int) -> None:
    assert cells.voucher(text) == Voucher(series=series, number=number)


@pytest.mark.parametrize("text", ["", "R", "R0", "ABCD1", "R1a", "R1000000", "É1", "R-"])
def test_what_is_no_voucher_is_refused(text: str) -> None:
    with pytest.raises(cells.UnreadableVoucher):
        cells.voucher(text)


def test_a_split_names_each_account_and_its_sum() -> None:
    assert cells.split("6281:366,60 + 6168:39,00") == (("6281", 36660), ("6168", 3900))
    assert cells.split("6281 : 1 366.60+6168:39") == (("6281", 136660), ("6168", 3900))
    assert cells.split("  ") == ()


@pytest.mark.parametrize("text", ["6281", "6281:", "6281:0", "6281:-5,00", "6281:5 +", ":5", "6281:5,00 ; 6168:1,00", "62 81:5", "6281=5"])
def test_what_is_no_split_is_refused(text: str) -> None:
    with pytest.raises(cells.UnreadableSplit):
        cells.split(text)


@forall(some.text(max_size=30))
def test_no_text_at_all_breaks_a_reader(text: str) -> None:
    for reader in (cells.cents, cells.day, cells.voucher, cells.split, cells.code, cells.label):
        with suppress(Refused):
            reader(text)


def test_every_line_of_the_sample_is_read() -> None:
    sheets = read_sheets(SAMPLE)
    assert (len(sheets.operations), len(sheets.moves), sheets.bad_lines) == (68, 14, [])
    assert sheets.treasury == {"512": "banque_512", "530": "caisse_530", "467": "regies_467"}


def test_headings_are_found_whatever_case_accents_and_order(tmp_path: Path) -> None:
    sheets = read(
        tmp_path,
        "ECOLE;12,00;;R01;20/09/2024;Dons;7580:12,00;à voir",
        heading="Pot;Banque 512;Caisse (530);PIÈCE;Date;Libellé;Ventilation;Remarques",
    )
    assert sheets.bad_lines == []
    assert [(one.on, one.label, one.amounts, one.pot, one.project) for one in sheets.operations] == [
        (date(2024, 9, 20), "Dons", (("512", 1200),), "ECOLE", None)
    ]


def test_empty_lines_are_passed_over_and_lines_keep_their_number(tmp_path: Path) -> None:
    sheets = read(
        tmp_path, "", ";;;;;;;;", "2024-09-20;R01;Dons;12,00;;;7580:12,00;ECOLE;", "2024-09-21;R02;Dons;douze;;;7580:12,00;ECOLE;"
    )
    assert [one.row.line for one in sheets.operations] == [4]
    assert only(sheets.bad_lines) == ("journal.csv", 5, "banque_512", "not-a-sum")


def test_every_bad_cell_of_a_line_is_named(tmp_path: Path) -> None:
    sheets = read(tmp_path, "hier;R;;x;y;z;w;É;à vélo")
    assert [bad.column for bad in sheets.bad_lines] == [
        "date",
        "piece",
        "libelle",
        "regies_467",
        "banque_512",
        "caisse_530",
        "ventilation",
        "pot",
        "projet",
    ]
    assert {(bad.file, bad.line) for bad in sheets.bad_lines} == {("journal.csv", 2)}
    assert sheets.operations == []


@pytest.mark.parametrize(
    ("heading", "line", "expected"),
    [
        (HEADING.replace("pot;", ""), "", ("journal.csv", 1, "pot", "missing-column")),
        (HEADING + ";Date", "", ("journal.csv", 1, "date", "column-twice")),
        (HEADING, "2024-09-20;R01;Dons;12,00;;;7580:12,00;ECOLE;;encore", ("journal.csv", 2, "", "too-many-cells")),
        (HEADING, '2024-09-20;R01;"Dons" de juin;12,00;;;7580:12,00;ECOLE;', ("journal.csv", 2, "", "not-a-table")),
    ],
)
def test_a_table_of_the_wrong_shape_is_named(tmp_path: Path, heading: str, line: str, expected: tuple[str, int, str, str]) -> None:
    assert only(read(tmp_path, line, heading=heading).bad_lines) == expected


@pytest.mark.parametrize("stored", [b"", b"\n\n", b"\x81\x8d\x8f\x90", b";" * 5_000_001])
def test_what_is_no_table_is_named(tmp_path: Path, stored: bytes) -> None:
    (tmp_path / "journal.csv").write_bytes(stored)
    assert only(read_sheets(tmp_path).bad_lines) == ("journal.csv", 0, "", "not-a-table")


def test_a_folder_without_journal_is_named(tmp_path: Path) -> None:
    assert only(read_sheets(copied(tmp_path, without=["journal.csv"])).bad_lines) == ("journal.csv", 0, "", "missing-file")


def test_several_journals_make_one_year(tmp_path: Path) -> None:
    (tmp_path / "Journal 2.CSV").write_text(f"{HEADING}\n2025-01-10;R02;Dons;12,00;;;7580:12,00;ECOLE;\n", encoding="utf-8")
    sheets = read(tmp_path, "2024-09-20;R01;Dons;12,00;;;7580:12,00;ECOLE;")
    assert [one.row.file for one in sheets.operations] == ["Journal 2.CSV", "journal.csv"]


def test_a_label_that_names_somebody_is_named_and_nothing_else_is(tmp_path: Path) -> None:
    def lou(text: str) -> list[str]:
        return [word for word in text.split() if word == "Lou"]

    lines = ["2024-09-20;R01;Remboursement de Lou;12,00;;;7580:12,00;ECOLE;", "2024-09-20;R02;Loup en peluche;12,00;;;7580:12,00;ECOLE;"]
    (tmp_path / "journal.csv").write_text("\n".join([HEADING, *lines]), encoding="utf-8")
    assert only(read_sheets(tmp_path, lou).bad_lines) == ("journal.csv", 2, "libelle", "label-names-somebody")


def test_an_accent_written_as_two_characters_becomes_one(tmp_path: Path) -> None:
    sheets = read(tmp_path, "2024-09-20;R01;Fe\u0301vrier;12,00;;;7580:12,00;ECOLE;")
    assert [one.label for one in sheets.operations] == ["Février"]


def test_opening_balances_are_read_from_a_sheet_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "opening.csv"
    path.write_text("Compte;Pot;Montant\n512;ECOLE;2 846,37\n530;ECOLE;soixante\n", encoding="utf-8")
    bad_lines: list[BadLine] = []
    assert [(line.account, line.pot, line.amount) for line in read_opening(path, bad_lines)] == [("512", "ECOLE", 284637)]
    assert only(bad_lines) == ("opening.csv", 3, "Montant", "not-a-sum")

"""The file of accounting entries keeps the rules that the law prints, and each rule finds what breaks it."""

from collections import Counter

import pytest

from services.ledger.exports.entries import entries_of, sums
from services.ledger.exports.exported import Exported
from services.ledger.exports.fec import COLUMNS, fec, fec_description, fec_name, one_line
from services.ledger.projections.balances import trial_balance_shown
from tests.ledger.exports.fec_rules import FIELDS, faults, rows_of
from tests.ledger.exports.histories import busy, generated

YEARS_CHECKED = 60  # in Python alone: some ten milliseconds each, most of them to make the year
NAME = "99-0412FEC20250831.txt"
BUSY = busy(40)
FIRST, SECOND = BUSY.funds.balances.years


def account_sums(content: bytes) -> Counter[str]:
    """Return the balance of each account of a file, without zeros, in cents."""
    found: Counter[str] = Counter()
    for row in rows_of(content):
        found[row.cells["CompteNum"]] += row.cents()
    return Counter({account: cents for account, cents in found.items() if cents})


@pytest.mark.parametrize("seed", range(YEARS_CHECKED))
def test_a_generated_year_keeps_every_rule_and_has_the_trial_balance(seed: int) -> None:
    exported = generated(seed)
    [span] = exported.funds.balances.years
    content = fec(exported, span)
    assert faults(fec_name(exported, span), content) == []
    shown = trial_balance_shown(exported.funds.balances, span.year)["lines"]
    assert account_sums(content) == {one["account"]: one["balance"] for one in shown}


def test_labels_that_the_characters_cannot_write_come_near() -> None:
    content = fec(BUSY, FIRST)
    assert faults(fec_name(BUSY, FIRST), content) == []
    labels = {row.cells["EcritureLib"] for row in rows_of(content)}
    assert {'Œuvres d\'élèves - "jour" 2', "Goûter ; « crêpes »", "??????", "a|b\\c"} <= labels
    assert one_line("Ünïcode\u2028deux\u00a0mots ő ½ ﬁn") == "Ünïcode deux mots o ? fin"


def test_the_next_year_begins_with_what_the_one_before_left() -> None:
    content = fec(BUSY, SECOND)
    assert faults(fec_name(BUSY, SECOND), content) == []
    opening = [row for row in rows_of(content) if row.cells["JournalCode"] == "AN"]
    left = sums(entries_of(BUSY, FIRST))
    result = sum(cents for account, cents in left.items() if account[0] in "67")
    found: Counter[str] = Counter()
    for row in opening:
        found[row.cells["CompteNum"]] += row.cents()
    assert found == {"512": left["512"], "530": left["530"], "110": left["110"] + result}
    assert {row.cells["EcritureNum"] for row in opening} == {"1"}
    assert {row.cells["EcritureDate"] for row in opening} == {"20250901"}


def test_the_description_names_every_column_and_says_what_stands_for_the_siren() -> None:
    told = fec_description(BUSY, FIRST).decode("iso8859_15")
    assert all(f"{place}. {name} (" in told for place, name in enumerate(FIELDS, start=1))
    assert tuple(COLUMNS) == FIELDS
    assert "SIREN" in told and fec_name(BUSY, FIRST) in told and "ISO 8859-15" in told
    assert fec_name(BUSY, FIRST) == "BAC-A-SABLE-AD99-0412FEC20250831.txt"


def test_a_year_without_entries_is_the_line_of_names() -> None:
    empty = Exported(funds=BUSY.funds, openings=BUSY.openings)
    assert faults(NAME, fec(empty, FIRST)) == []
    assert fec(empty, FIRST).count(b"\r\n") == 1


def altered(line: int, field: str, value: str) -> bytes:
    """Return the file with one cell changed."""
    lines = fec(BUSY, FIRST).decode("iso8859_15").split("\r\n")
    cells = lines[line].split("\t")
    cells[FIELDS.index(field)] = value
    lines[line] = "\t".join(cells)
    return "\r\n".join(lines).encode("iso8859_15")


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("Debit", "1.50", "Debit 1.50"),
        ("Debit", "1 000,50", "Debit 1 000,50"),
        ("Debit", "0,01", "out of balance"),
        ("Credit", "0,00", "debit 0, credit 0"),
        ("EcritureDate", "2024-09-20", "EcritureDate"),
        ("EcritureDate", "20240231", "EcritureDate"),
        ("ValidDate", "", "ValidDate is empty"),
        ("ValidDate", "20230101", "disagree"),
        ("EcritureNum", "7", "numbers"),
        ("EcritureLib", "", "EcritureLib is empty"),
        ("PieceRef", " ", "PieceRef is empty"),
        ("CompteNum", "BQ1", "CompteNum"),
        ("CompteLib", "Autre", "two labels"),
        ("CompAuxNum", "F01", "one half"),
        ("DateLet", "20240901", "one half"),
        ("Idevise", "EUR", "currency"),
        ("JournalCode", "AN", "come first"),
    ],
)
def test_a_planted_fault_is_found(field: str, value: str, found: str) -> None:
    assert faults(NAME, fec(BUSY, FIRST)) == []
    content = altered(9, field, value)
    assert any(found in fault for fault in faults(NAME, content)), faults(NAME, content)


def test_a_planted_fault_of_form_is_found() -> None:
    content = fec(BUSY, FIRST)
    lines = content.split(b"\r\n")
    assert faults("99-0412EFC20250831.txt", content) and faults("99-0412FEC20250231.txt", content)
    for wrong in (
        content.replace(b"\r\n", b"\n"),
        content.removesuffix(b"\r\n"),
        content.decode("iso8859_15").encode("utf-8"),
        b"\xef\xbb\xbf" + content,
        content.replace(b"EcritureNum\tEcritureDate", b"EcritureDate\tEcritureNum", 1),
        content.replace(b"\t", b";"),
        b"\r\n".join([*lines[:3], lines[3] + b"\t", *lines[4:]]),
        b"\r\n".join([*lines[:6], *lines[8:]]),  # an entry taken out: a gap
        b"\r\n".join([lines[0], *lines[-5:-1], *lines[1:-5], lines[-1]]),
    ):
        assert faults(NAME, wrong)

"""The same statement in every form makes the same lines, and says its balances where its form has a place for them."""

from datetime import date

import pytest

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.reading import read_statement
from services.ledger.statements.source import source_of
from services.ledger.statements.statement import Statement, StatementLine
from tests.ledger.statements import the_sample, writing
from tests.ledger.statements.writing import FORMS, TABLES

YEAR = the_sample.year()
WITHOUT_OPENING = {"ofx1", "ofx2", "credit_agricole", "banque_postale", "bnp_paribas", "societe_generale"}
WITHOUT_BALANCE = {"caisse_epargne"}


def seen(statement: Statement) -> list[tuple[int, date, int, str]]:
    """What the register knows of the lines, with the texts of the vault."""
    return [(line.line, line.on, line.amount, line.text) for line in statement.lines]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_statement_makes_the_same_lines_in_every_form(form: str) -> None:
    read = read_statement("releve", FORMS[form](YEAR))
    assert seen(read) == seen(YEAR)
    assert read.opening == (None if form in WITHOUT_OPENING | WITHOUT_BALANCE else 284_637)
    assert read.closing == (None if form in WITHOUT_BALANCE else 298_716)
    whole = read.completed(closing=298_716)
    assert (whole.opening, whole.closing) == (284_637, 298_716)


@pytest.mark.parametrize("form", ["ofx1", "ofx2", "camt053", "mt940", "caisse_epargne"])
def test_the_number_of_a_cheque_is_the_reference_where_the_form_has_one(form: str) -> None:
    assert [line.reference for line in read_statement("x", FORMS[form](YEAR)).lines] == [line.reference for line in YEAR.lines]


@pytest.mark.parametrize("form", ["ofx1", "ofx2", "camt053", "mt940", "caisse_epargne_before", "credit_agricole"])
def test_account_and_period_are_those_of_the_file(form: str) -> None:
    read = read_statement("x", FORMS[form](YEAR))
    assert (read.account, read.starts, read.ends) == (YEAR.account, YEAR.starts, YEAR.ends)


def test_a_month_without_operations_is_a_statement() -> None:
    august = YEAR.model_copy(update={"starts": date(2025, 8, 1), "opening": 298_716, "lines": ()})
    for form in ("ofx1", "ofx2", "camt053", "mt940", "credit_agricole", "banque_postale", "bnp_paribas", "caisse_epargne_before"):
        read = read_statement("aout", FORMS[form](august))
        assert (read.lines, read.closing, read.ends) == ((), 298_716, date(2025, 8, 31)), form
    with pytest.raises(bad.NothingInside):
        read_statement("aout", FORMS["credit_mutuel"](august))


@pytest.mark.parametrize("version", writing.CAMT_VERSIONS)
def test_versions_of_camt_053_are_read_alike_with_a_prefix_or_without(version: str) -> None:
    stored = writing.camt053(YEAR, version)
    assert seen(read_statement("x", stored)) == seen(YEAR)
    prefixed = (
        stored.replace(b"</", b"</n:")
        .replace(b"<", b"<n:")
        .replace(b"<n:/n:", b"</n:")
        .replace(b"<n:?", b"<?")
        .replace(b"xmlns=", b"xmlns:n=")
    )
    assert seen(read_statement("x", prefixed)) == seen(YEAR)


@pytest.mark.parametrize("form", FORMS)
def test_ends_of_lines_change_nothing(form: str) -> None:
    stored = FORMS[form](YEAR)
    for ends in (b"\n", b"\r\n"):
        other = stored.replace(b"\r\n", b"\n").replace(b"\n", ends)
        assert seen(read_statement("x", other)) == seen(YEAR)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_accents_come_through_in_every_encoding(encoding: str) -> None:
    stored = "Date;Libellé;Montant\n2025-03-01;Kermesse d’été à l’école : 12 €;12,00\n".encode(encoding)
    assert read_statement("x", stored).lines[0].text == "Kermesse d’été à l’école : 12 €"


def test_a_form_is_known_by_what_is_in_it() -> None:
    for form, write in FORMS.items():
        assert seen(read_statement("releve.pdf", b"\n\n" + write(YEAR))) == seen(YEAR), form


def test_words_of_another_form_in_a_label_change_nothing() -> None:
    for text in ("<OFX>", "camt.053.001", ":20: :25:", "OFXHEADER:100"):
        line = StatementLine(line=1, on=date(2025, 1, 2), amount=500, text=text)
        one = YEAR.model_copy(update={"opening": 0, "closing": 500, "lines": (line,)})
        for form, write in FORMS.items():
            assert seen(read_statement("x", write(one))) == seen(one), form


def test_pages_of_one_account_follow_each_other() -> None:
    lines, middle = YEAR.lines, 30
    between = 284_637 + sum(line.amount for line in lines[:middle])
    first = YEAR.model_copy(update={"closing": between, "ends": lines[middle - 1].on, "lines": lines[:middle]})
    second = YEAR.model_copy(update={"opening": between, "starts": lines[middle].on, "lines": lines[middle:]})
    pages = writing.mt940(first) + writing.mt940(second)
    assert seen(read_statement("x", pages)) == seen(YEAR)
    assert seen(read_statement("x", writing.mt940(second) + writing.mt940(first))) == seen(YEAR)
    with pytest.raises(bad.BalancesDoNotAddUp) as no:
        read_statement("x", writing.mt940(first) + writing.mt940(second.model_copy(update={"opening": between + 1, "closing": 298_717})))
    assert no.value.details["missing"] == 1
    with pytest.raises(bad.SeveralAccounts):
        read_statement("x", writing.mt940(first) + writing.mt940(second.model_copy(update={"account": "OTHER"})))


def test_what_is_pending_or_zero_is_no_operation() -> None:
    stored = writing.camt053(YEAR)
    pending = b'<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry></Stmt>'
    assert seen(read_statement("x", stored.replace(b"</Stmt>", pending))) == seen(YEAR)
    table = writing.banque_postale(YEAR) + "31/08/2025;Nouveau taux;0,00\r\n".encode("cp1252")
    assert seen(read_statement("x", table)) == seen(YEAR)


def test_a_reversal_in_mt940_goes_the_other_way() -> None:
    line = StatementLine(line=1, on=date(2025, 1, 2), amount=500, text="RETOUR")
    one = YEAR.model_copy(update={"opening": 0, "closing": 500, "lines": (line,)})
    assert read_statement("x", writing.mt940(one).replace(b"0102CR", b"0102RDR")).lines[0].amount == 500
    turned = one.model_copy(update={"closing": -500})
    assert read_statement("x", writing.mt940(turned).replace(b"0102CR", b"0102RCR")).lines[0].amount == -500


def test_a_booking_after_new_year_keeps_its_year() -> None:
    line = StatementLine(line=1, on=date(2025, 1, 2), amount=500, text="A")
    one = YEAR.model_copy(update={"opening": 0, "closing": 500, "lines": (line,)})
    assert read_statement("x", writing.mt940(one).replace(b":61:250102", b":61:241231")).lines[0].on == date(2025, 1, 2)


def test_two_alike_on_one_day_are_two() -> None:
    bought = [StatementLine(line=number, on=date(2025, 5, 2), amount=-1_250, text="CARTE BOULANGERIE") for number in (1, 2)]
    two = YEAR.model_copy(update={"opening": 10_000, "closing": 7_500, "lines": tuple(bought)})
    for form, write in FORMS.items():
        assert len(read_statement("x", write(two)).lines) == 2, form


def test_the_balance_of_another_day_is_not_that_of_the_end() -> None:
    for write, day in (
        (writing.ofx1, (b"<DTASOF>20250831", b"<DTASOF>20250915")),
        (writing.credit_agricole, (b"Solde au 31/08", b"Solde au 15/09")),
    ):
        assert read_statement("x", write(YEAR).replace(*day)).closing is None


def test_what_somebody_reads_on_paper_completes_a_statement_and_may_not_contradict_it() -> None:
    read = read_statement("x", FORMS["caisse_epargne"](YEAR))
    with pytest.raises(bad.BalanceMissing):
        read.completed()
    assert read.completed(opening=284_637).closing == 298_716
    with pytest.raises(bad.BalancesDoNotAddUp) as no:
        read.completed(opening=284_637, closing=298_717)
    assert no.value.details["missing"] == 1
    with pytest.raises(bad.BalancesDoNotAddUp):
        read_statement("x", FORMS["ofx1"](YEAR)).completed(opening=0)
    overdrawn = read.model_copy(update={"lines": (), "closing": 100})
    with pytest.raises(bad.BalancesDoNotAddUp):
        overdrawn.completed(opening=0)


def test_every_table_of_a_bank_is_tried() -> None:
    assert set(TABLES) <= set(FORMS) and len(TABLES) == 8


def test_shown_text_is_one_line_in_normal_form() -> None:
    assert source_of("x", b"a\r\nb\rc").text == "a\nb\nc"
    table = 'Date;Libellé;Montant\n2025-03-01;"Cafe\u0301\n\t du \u00a0coin";1\n'.encode()
    assert read_statement("x", table).lines[0].text == "Café du coin"

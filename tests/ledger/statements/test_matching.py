"""What an operation of the bank may be in the books: the reason, what is ambiguous, what nobody proposes."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from services.ledger.statements import match_reasons as why
from services.ledger.statements.line_identity import line_keys, new_lines
from services.ledger.statements.matching import SHOWN_MAX, BookEntry, Proposal, proposals
from services.ledger.statements.reading import read_statement
from services.ledger.statements.statement import StatementLine
from shared.messages import id_from
from shared.refusals import Sentence
from tests.ledger.statements import the_sample
from tests.ledger.statements.writing import FORMS

MARCH = date(2025, 3, 1)


def entry(name: str, on: date, amount: int, label: str = "Achat", cheque: str = "", slip: str = "") -> BookEntry:
    """An entry whose id is made of its name, which is its voucher too."""
    return BookEntry(id_from(name.encode()), on, amount, label, name, cheque, id_from(slip.encode()) if slip else None)


def line(number: int, days: int, amount: int, text: str = "OPERATION", reference: str = "") -> StatementLine:
    """A line some days after the first of March."""
    return StatementLine(line=number, on=MARCH + timedelta(days), amount=amount, text=text, reference=reference)


def said(found: Sequence[Proposal], entries: Sequence[BookEntry]) -> list[tuple[tuple[int, ...], str, type[Sentence], bool]]:
    """Proposals as lines, vouchers, reason and whether ambiguous."""
    names = {one.entry: one.voucher for one in entries}
    return [(one.lines, "+".join(names[each] for each in one.entries), one.reason, one.ambiguous) for one in found]


def test_the_sample_year_reconciles_but_for_the_cheque_that_is_not_debited() -> None:
    statement, books = read_statement("x", FORMS["camt053"](the_sample.year())), the_sample.entries()
    assert statement.closing == 298_716
    found = proposals(statement.lines, books)
    vouchers = {one.entry: one for one in books}
    assert {one.rank for one in found} == {1} and not any(one.ambiguous for one in found)
    assert [number for one in found for number in one.lines] == list(range(1, 56))
    for one in found:
        (number,), (each,) = one.lines, one.entries
        assert statement.lines[number - 1].amount == vouchers[each].amount
        if vouchers[each].cheque:
            assert one.reason is why.SameCheque and vouchers[each].cheque in statement.lines[number - 1].text
    outstanding = [one for one in books if one.entry not in {each for match in found for each in match.entries}]
    assert [(one.voucher, one.amount) for one in outstanding] == [("D31", -7_460)]
    assert statement.closing + sum(one.amount for one in outstanding) == 291_256


def test_the_statement_of_august_has_no_line_and_the_books_one_cheque_more() -> None:
    year = the_sample.year()
    august = year.model_copy(update={"starts": date(2025, 8, 1), "opening": year.closing, "lines": ()})
    for form in ("ofx1", "camt053", "mt940", "banque_postale"):
        read = read_statement("aout", FORMS[form](august))
        assert read.completed().opening == read.closing == 298_716
        assert proposals(read.lines, [one for one in the_sample.entries() if one.voucher == "D31"]) == ()


@pytest.mark.parametrize("form", [form for form in FORMS if form != "camt053"])
def test_every_form_of_a_statement_gives_the_same_proposals(form: str) -> None:
    year, books = the_sample.year(), the_sample.entries()
    assert proposals(read_statement("x", FORMS[form](year)).lines, books) == proposals(year.lines, books)


def test_the_number_of_a_cheque_wins_over_everything_else() -> None:
    books = [entry("D01", MARCH, -500, "Peinture", cheque="0004512"), entry("D02", MARCH, -500, "Peinture", cheque="4513")]
    found = proposals([line(1, 200, -500, "CHEQUE N 0004513"), line(2, 1, -500, "CHQ. PEINTURE", "4512")], books)
    assert said(found, books) == [((1,), "D02", why.SameCheque, False), ((2,), "D01", why.SameCheque, False)]


def test_another_cheque_of_the_same_sum_is_none_of_it() -> None:
    books = [entry("D01", MARCH, -500, cheque="4512")]
    assert proposals([line(1, 1, -500, "CHEQUE 4999")], books) == ()
    assert said(proposals([line(1, 1, -500, "CHEQUE")], books), books) == [((1,), "D01", why.SameDays, False)]


def test_words_choose_between_two_entries_of_a_sum_and_days_between_two_without() -> None:
    books = [entry("D01", MARCH, -6_122, "Kermesse : SACEM"), entry("D02", MARCH, -6_122, "Cadeaux des CM2")]
    found = proposals([line(1, 2, -6_122, "PRLV SEPA SACEM 2025")], books)
    assert said(found, books) == [((1,), "D01", why.SameWordsAndDays, False)]
    fees = [entry("D01", MARCH, -150, "Frais de tenue"), entry("D02", MARCH + timedelta(31), -150, "Frais de tenue")]
    found = proposals([line(1, 1, -150, "FRAIS TENUE COMPTE"), line(2, 32, -150, "FRAIS TENUE COMPTE")], fees)
    assert said(found, fees) == [((1,), "D01", why.SameWordsAndDays, False), ((2,), "D02", why.SameWordsAndDays, False)]
    far = proposals([line(1, 30, -6_122)], books[:1])
    assert said(far, books) == [((1,), "D01", why.SameSum, False)]


def test_two_alike_are_said_to_be_ambiguous_and_still_proposed_apart() -> None:
    books = [entry("D10", MARCH, -37_250, "Cinéma"), entry("D22", MARCH, -37_250, "Cinéma")]
    found = proposals([line(1, 1, -37_250, "CINEMA"), line(2, 1, -37_250, "CINEMA")], books)
    assert all(one.ambiguous for one in found) and len(found) == 4
    firsts = [one for one in found if one.rank == 1]
    assert sorted(part for one in firsts for part in one.lines) == [1, 2]
    assert {each for one in firsts for each in one.entries} == {one.entry for one in books}


def test_a_deposit_slip_is_one_line() -> None:
    books = [entry(f"R0{number}", MARCH, 1_000 * number, "Vente", slip="slip") for number in (1, 2, 3)]
    found = proposals([line(1, 2, 6_000, "REMISE CHEQUES")], [*books, entry("R09", MARCH, 6_000, "Don")])
    assert said(found, [*books, entry("R09", MARCH, 6_000)]) == [((1,), "R01+R02+R03", why.SameSlip, False)]


def test_several_entries_of_a_day_make_one_line_without_a_slip() -> None:
    books = [entry(f"R{number:02d}", MARCH, 100 + number) for number in range(1, 9)]
    found = proposals([line(1, 2, 836, "REMISE CHEQUES")], [*books, entry("R20", MARCH - timedelta(4), 9_000)])
    assert said(found, books) == [((1,), "R01+R02+R03+R04+R05+R06+R07+R08", why.SeveralEntries, False)]
    some = proposals([line(1, 2, 204)], books[:3])
    assert said(some, books) == [((1,), "R01+R03", why.SeveralEntries, False)]
    either = proposals([line(1, 2, 205)], books[:4])
    assert [(one[1], one[3]) for one in said(either, books)] == [("R01+R04", True), ("R02+R03", True)]


def test_several_lines_make_one_entry() -> None:
    books = [entry("D01", MARCH, -30_000, "Autocar, en trois fois")]
    found = proposals([line(number, number, -10_000) for number in (1, 2, 3)], books)
    assert said(found, books) == [((1, 2, 3), "D01", why.SeveralLines, False)]


def test_nothing_is_proposed_that_is_out_of_reach() -> None:
    books = [entry("D01", MARCH, -500), entry("R01", MARCH, 700)]
    away = [line(1, 46, -500), line(2, -11, -500), line(3, 1, 500), line(4, 1, -501), line(5, 1, -700)]
    assert proposals(away, books) == () == proposals([], books) == proposals(away, [])


def test_what_is_taken_leaves_nothing_to_weaker_reasons() -> None:
    books = [entry("D01", MARCH, -500, "Peinture"), entry("D02", MARCH + timedelta(20), -500)]
    found = proposals([line(1, 1, -500, "PEINTURE SARL"), line(2, 22, -500)], books)
    assert said(found, books) == [((1,), "D01", why.SameWordsAndDays, False), ((2,), "D02", why.SameDays, False)]


def test_a_search_is_no_choice() -> None:
    books = [entry(f"D{number:02d}", MARCH, -500) for number in range(30)]
    found = proposals([line(number, 1, -500) for number in range(1, 31)], books)
    assert all(one.ambiguous and one.rank <= SHOWN_MAX for one in found)
    assert len({each for one in found if one.rank == 1 for each in one.entries}) >= 20


def test_every_reason_speaks_both_languages() -> None:
    assert all(all(reason.sentences()) for reason in why.REASONS)


def test_identical_lines_imported_twice_add_nothing_and_a_third_is_new() -> None:
    two = [line(1, 1, -125, "Boulangerie  de la Place"), line(2, 1, -125, "BOULANGERIE DE LA PLACE")]
    known = line_keys("512", two, b"secret")
    assert [key.occurrence for key in known] == [1, 2]
    assert new_lines("512", two[:1], known, b"secret") == () == new_lines("512", two, known, b"secret")
    three = [*two, line(3, 1, -125, "BOULANGERIE DE LA PLACE")]
    assert [one.line for one in new_lines("512", three, known, b"secret")] == [3]
    for other in (line(1, 2, -125, two[0].text), line(1, 1, -126, two[0].text), line(1, 1, -125, "AUTRE")):
        assert new_lines("512", [other], known, b"secret") == (other,)
    assert new_lines("514", two, known, b"secret") == tuple(two)


def test_the_words_of_a_line_cannot_be_guessed_without_the_secret() -> None:
    (one,), (other,) = (line_keys("512", [line(1, 1, 5_000, "VIR MME DUPONT")], secret) for secret in (b"a", b"b"))
    assert one.words != other.words and "dupont" not in str(one).lower()

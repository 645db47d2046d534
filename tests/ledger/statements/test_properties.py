"""What holds for every statement: reading undoes writing in every form, and no bytes do worse than be refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from services.ledger.statements.line_identity import line_keys, new_lines
from services.ledger.statements.matching import proposals
from services.ledger.statements.reading import read_statement
from services.ledger.statements.statement import Statement, StatementLine
from shared.refusals import Refused
from tests.ledger.statements.test_damaged import SMALL
from tests.ledger.statements.test_matching import entry
from tests.ledger.statements.writing import FORMS, TABLES

FIRST = date(2024, 9, 1)
SWIFT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?().,'+"  # no lower case, no accents; a row begins neither with `:` nor with `-`
WINDOWS = SWIFT + 'abcdefghijklmnopqrstuvwxyzéèàçôÉ’€&<>;:"-_=%#@'
NEWEST_LAST = {"ofx1", "ofx2", "camt053", "mt940", "credit_mutuel", "cic", "bnp_paribas"}
HEADS = (
    b"",
    b"OFXHEADER:100\n<OFX>",
    b"<?xml version='1.0'?><OFX>",
    b"<Document xmlns='camt.053.001'>",
    b":20:A\n:25:B\n",
    b"Date;Libelle;Montant\n",
)


def texts(alphabet: str) -> st.SearchStrategy[str]:
    """Words with one space between them."""
    words = st.lists(st.text(alphabet, min_size=1, max_size=30), min_size=1, max_size=6)
    return words.map(" ".join).filter(lambda text: not text.startswith(("=", "!Type", "%PDF")))


@st.composite
def statements(draw: st.DrawFn, alphabet: str) -> Statement:
    """A year's statement that adds up, with twins now and then."""
    one = st.tuples(
        st.integers(0, 364), st.integers(-500_000, 500_000).filter(bool), texts(alphabet), st.sampled_from(["", "4520131", "0000012"])
    )
    drawn = draw(st.lists(one, max_size=12))
    drawn += drawn[: draw(st.integers(0, 2))]
    opening = draw(st.integers(-1_000_000, 1_000_000))
    lines = tuple(
        StatementLine(line=number, on=FIRST + timedelta(days), amount=amount, text=text, reference=reference)
        for number, (days, amount, text, reference) in enumerate(sorted(drawn, key=lambda line: line[0]), 1)
    )
    ends = FIRST + timedelta(364)
    moved = sum(line.amount for line in lines)
    return Statement(
        account="FR7699999000010000000041299",
        currency="EUR",
        starts=FIRST,
        ends=ends,
        opening=opening,
        closing=opening + moved,
        lines=lines,
    )


@pytest.mark.parametrize("form", FORMS)
@forall(data=st.data())
@settings(max_examples=25)
def test_reading_undoes_writing(form: str, data: st.DataObject) -> None:
    statement = data.draw(statements(SWIFT if form == "mt940" else WINDOWS))
    if not statement.lines and form in {"credit_mutuel", "cic", "caisse_epargne"}:
        return
    read = read_statement("x", FORMS[form](statement))
    # Where the newest stand first, several of one day alone cannot tell which way time goes.
    told = form in NEWEST_LAST or len({line.on for line in statement.lines}) > 1
    written = [(line.on, line.amount, line.text) for line in statement.lines]
    found = [(line.on, line.amount, line.text) for line in read.lines]
    assert (found == written) if told else (sorted(found) == sorted(written))
    assert [line.line for line in read.lines] == list(range(1, len(written) + 1))
    whole = read.completed(closing=statement.closing)
    assert (whole.opening, whole.closing) == (statement.opening, statement.closing)


@forall(head=st.sampled_from(HEADS), rest=st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(head: bytes, rest: bytes) -> None:
    _read_or_refused(head + rest)


@forall(form=st.sampled_from(sorted(FORMS)), where=st.integers(0, 3_000), size=st.integers(0, 40), instead=st.binary(max_size=12))
@settings(max_examples=250)
def test_a_file_with_a_wound_anywhere_is_read_or_refused(form: str, where: int, size: int, instead: bytes) -> None:
    stored = FORMS[form](SMALL)
    _read_or_refused(stored[:where] + instead + stored[where + size :])


@forall(
    form=st.sampled_from(sorted(FORMS)), tag=st.sampled_from(["<A>", "</A>", "<", ";", ":61:", "\n", '"', "0"]), times=st.integers(1, 3_000)
)
@settings(max_examples=40)
def test_a_part_many_times_over_is_read_or_refused(form: str, tag: str, times: int) -> None:
    stored = FORMS[form](SMALL)
    _read_or_refused(stored[:200] + tag.encode() * times + stored[200:])


def _read_or_refused(stored: bytes) -> None:
    """Anything that is raised but a Refused fails the test; what is read adds up."""
    refused: Refused | None = None
    try:
        read = read_statement("x", stored)
    except Refused as no:
        refused = no
    if refused is None:
        assert read.opening is None or read.closing is None or read.opening + read.moved == read.closing
    else:
        assert refused.details["file"] == "x" and refused.details["line"] >= 0 and "found" in refused.details


@pytest.mark.parametrize(("form", "needed"), [("ofx1", b"</OFX>"), ("ofx2", b"</OFX>"), ("camt053", b"</Document>"), ("mt940", b"124,6")])
def test_every_beginning_of_a_file_alone_is_refused(form: str, needed: bytes) -> None:
    stored = FORMS[form](SMALL)
    for size in range(stored.rindex(needed) + len(needed)):
        with pytest.raises(Refused):
            read_statement("x", stored[:size])


@forall(statement=statements(WINDOWS), times=st.integers(1, 3))
@settings(max_examples=40)
def test_a_statement_imported_again_adds_nothing_in_any_form(statement: Statement, times: int) -> None:
    known = line_keys("512", statement.lines, b"secret")
    assert len(set(known)) == len(known) == len(statement.lines)
    for form in ("ofx2", "camt053", *TABLES)[:times]:
        again = read_statement("x", FORMS[form](statement))
        assert new_lines("512", again.lines, known, b"secret") == ()


@forall(statement=statements(WINDOWS), data=st.data())
@settings(max_examples=40)
def test_each_proposal_explains_its_sum_and_the_first_ones_can_all_be_accepted(statement: Statement, data: st.DataObject) -> None:
    amounts = st.one_of(st.sampled_from([line.amount for line in statement.lines] or [5]), st.integers(-900, 900).filter(bool))
    books = [
        entry(f"E{number}", FIRST + timedelta(data.draw(st.integers(0, 364))), data.draw(amounts), data.draw(texts(WINDOWS)))
        for number in range(data.draw(st.integers(0, 12)))
    ]
    lines, entries = {line.line: line.amount for line in statement.lines}, {one.entry: one.amount for one in books}
    found = proposals(statement.lines, books)
    assert found == proposals(statement.lines, books)
    sure = [part for one in found if not one.ambiguous for part in one.touched]
    assert len(sure) == len(set(sure))
    for one in found:
        assert sum(lines[line] for line in one.lines) == sum(entries[each] for each in one.entries)
        assert one.rank >= 1
        clear = {part for other in found if not other.ambiguous and other != one for part in other.touched}
        assert clear.isdisjoint(one.touched)

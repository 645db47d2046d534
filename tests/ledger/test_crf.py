"""The financial report: its figures against the views, its bytes after a replay, its page the same as its JSON."""

import hashlib
import html
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import typst
from hypothesis import given as forall
from hypothesis import settings

from services.governance.events.catalogue import GovernanceEvent
from services.ledger.books import BOOKS, Books
from services.ledger.events.books import ChartAdopted
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.in_kind import InKindContributionRecorded, Nature
from services.ledger.projections.balances import BALANCES, turnover_of
from services.ledger.projections.journal import JOURNAL
from services.ledger.rules.financial_report import financial_report, report_digest
from services.ledger.telling.blocks import euros
from services.ledger.telling.documents_of import discharge_blocks, financial_report_blocks
from services.ledger.telling.printing import SOURCE, Origin, printed
from services.ledger.telling.registers import journal_blocks, ledger_blocks
from services.ledger.telling.year_end import discharge_shown, report_shown
from shared.eventlog.codec import codec_of
from shared.messages import Recorded
from shared.projecting import fold
from shared.values import Checkpoint
from shared.web.queries import plain
from tests.examples_ledger import CHART, CHART_ADOPTED, FAMILIES_RECEIVED, voucher
from tests.given import REGISTER
from tests.ledger.asking import but, fresh
from tests.ledger.ending import KEPT, YEAR, Fact, books_of, ended, history
from tests.ledger.playing import PLANS, Plan, played

CODEC = codec_of(GovernanceEvent, LedgerEvent)
ORIGIN = Origin("Coopérative Les Tilleuls", REGISTER, Checkpoint(size=9, root="ab" * 32), datetime(2025, 9, 20, 9, 2, tzinfo=UTC))
PRINTS = """
import hashlib
from tests.ledger.test_crf import paper
print(hashlib.sha256(paper()).hexdigest())
"""


def report(*facts: Fact) -> dict[str, Any]:
    return financial_report(books_of(facts), YEAR)


def paper() -> bytes:
    return printed(f"Compte rendu financier {YEAR}", financial_report_blocks(plain(report_shown(books_of(KEPT), YEAR))), ORIGIN)


def words(blocks: list[dict[str, Any]]) -> str:
    """Return the text that the source prints: its HTML, without the tags."""
    given = {
        "title": "Titre",
        "blocks": blocks,
        "cooperative": "",
        "register": REGISTER,
        "cut": "",
        "checkpoint": {"size": 9, "root": "ab" * 32},
    }
    compiler = typst.Compiler(SOURCE.read_bytes(), ignore_system_fonts=True, sys_inputs={"given": orjson.dumps(given).decode()})
    made = compiler.compile(format="html")
    assert isinstance(made, bytes)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", made.decode())).split())


def test_income_expense_result_and_balance_sheet_are_those_of_the_entries() -> None:
    shown = report(*KEPT)
    assert (shown["income_total"], shown["expense_total"], shown["result"]) == (1_806_00, 405_60, 1_400_40)
    assert [(one["account"], one["amount"]) for one in shown["assets"]] == [("512", 4_246_77), ("530", 62_40)]
    assert [(one["account"], one["amount"]) for one in shown["equity"]] == [("110", 2_908_77), ("120", 1_400_40)]
    assert shown["assets_total"] == shown["equity_total"] == 4_309_17
    assert shown["chart"]["version"] == "1"


def test_a_code_that_no_association_confirmed_is_marked() -> None:
    shown = report(*KEPT)
    assert shown["unverified"] == ["110", "120", "530"]
    assert {one["account"]: one["verified"] for one in shown["expense"]} == {"6168": True, "6281": True}
    blocks = words(financial_report_blocks(plain(report_shown(books_of(KEPT), YEAR))))
    assert "530 *" in blocks and "512 *" not in blocks


def test_a_later_year_and_its_chart_change_nothing_and_a_late_entry_of_the_year_does() -> None:
    next_year = but(FAMILIES_RECEIVED, entry=fresh(1), on=date(2025, 9, 3))
    renamed = ChartAdopted(**dict(CHART_ADOPTED) | {"version": "2", "valid_from": date(2025, 9, 1), "content": CHART[:3]})
    assert report_digest(report(*KEPT, next_year, renamed)) == report_digest(report(*KEPT))
    late = but(FAMILIES_RECEIVED, entry=fresh(2), voucher=voucher("R02"))
    assert report(*KEPT, late)["result"] == 1_400_40 + 1_806_00


def test_contributions_in_kind_stand_beside_and_move_nothing() -> None:
    hours = InKindContributionRecorded(
        contribution=fresh(3),
        on=date(2025, 5, 4),
        nature=Nature.VOLUNTEERING,
        label="Bricolage",
        used_in="864",
        given_as="875",
        amount=120_00,
    )
    shown = report(*KEPT, hours)
    assert shown["in_kind"] == [{"used_in": "864", "given_as": "875", "amount": 120_00}]
    assert shown["result"] == 1_400_40


@settings(max_examples=40)
@forall(PLANS)
def test_replaying_gives_the_same_report_to_the_byte_and_the_figures_of_the_balances(plans: list[Plan]) -> None:
    records = played(plans).records
    first, again = folded(records), folded([CODEC.decode(one.event.wire, CODEC.encode(*one)) for one in records])
    told = [orjson.dumps(financial_report(books, YEAR), option=orjson.OPT_SORT_KEYS) for books in (first, again)]
    assert told[0] == told[1]
    shown = financial_report(first, YEAR)
    assert (shown["income_total"], shown["expense_total"]) == turnover_of(fold(BALANCES, records), YEAR)
    assert shown["assets_total"] == shown["equity_total"] == sum(fold(BALANCES, records).pots.values())


def folded(records: list[Recorded[Any]]) -> Books:
    books, listening = BOOKS.initial, BOOKS.listening()
    for record in records:
        books = listening(books, record)
    return books


def test_the_same_history_prints_the_same_bytes_on_another_clock_and_language() -> None:
    other = {"LANG": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    ran = subprocess.run([sys.executable, "-c", PRINTS], capture_output=True, check=True, env=os.environ | other, timeout=60)
    here = paper()
    assert ran.stdout.decode().strip() == hashlib.sha256(here).hexdigest()
    assert here.startswith(b"%PDF")
    later = ORIGIN._replace(checkpoint=Checkpoint(size=10, root="ab" * 32))
    assert printed("Compte rendu financier 2024-25", financial_report_blocks(plain(report_shown(books_of(KEPT), YEAR))), later) != here


def test_the_page_says_every_figure_of_the_json_and_the_checkpoint() -> None:
    shown = plain(report_shown(books_of(KEPT), YEAR))
    said = words(financial_report_blocks(shown))
    for one in (*shown["report"]["income"], *shown["report"]["expense"], *shown["report"]["assets"], *shown["report"]["equity"]):
        assert one["label"] in said
        assert " ".join(euros(one["amount"]).split()) in said
    assert shown["digest"] in said


@pytest.mark.parametrize(("cents", "written"), [(1_534_600, "15\u202f346,00\u00a0€"), (-5, "−0,05\u00a0€"), (0, "0,00\u00a0€")])
def test_sums_are_written_as_a_french_reader_does(cents: int, written: str) -> None:
    assert euros(cents) == written


def test_the_quitus_says_up_to_which_fact_and_by_whom_it_is_in_effect() -> None:
    facts = ended(*KEPT)
    shown = plain(discharge_shown(books_of(facts), YEAR))
    assert (shown["in_effect"], shown["through_seq"]) == (True, len(KEPT) + 1)
    assert f"faits 1 à {len(KEPT) + 1}" in words(discharge_blocks(shown))
    alone = plain(discharge_shown(books_of(facts[:-1]), YEAR))
    assert (alone["in_effect"], alone["through_seq"]) == (False, None)
    assert "n'est pas en effet" in words(discharge_blocks(alone)).replace("’", "'")


def test_journal_and_ledger_print_what_the_year_s_lines_say_and_mark_what_the_quitus_does_not_reach() -> None:
    late = but(FAMILIES_RECEIVED, entry=fresh(2), voucher=voucher("R02"))
    facts = (*ended(*KEPT), late)
    journal, days = fold(JOURNAL, history(facts)), books_of(facts).closing.days[YEAR]
    rows = journal_blocks(journal, days)[1]["rows"]
    assert [row[2] for row in rows] == ["", "R01", "R02", "D01"]
    assert ["hors quitus" in row[3] for row in rows] == [False, False, True, False]
    bank = next(block for title, block in pairs(ledger_blocks(journal, days)) if title == "Compte 512")
    assert bank["rows"][-1][-1] == euros(4_246_77 + 1_806_00)


def pairs(blocks: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return each table under its heading."""
    return [(title["words"][0], shown) for title, shown in zip(blocks[::2], blocks[1::2], strict=True)]

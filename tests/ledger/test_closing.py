"""The end of a year: each thing that a closing needs, what it refuses afterwards, whom it believes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.governance.events.people import CooperativeLeft
from services.ledger.commands.year_end import GiveDischarge, IssueFinancialReport, WithholdDischarge
from services.ledger.deciders.checks import InTheFuture, NoSuchFinding, NoSuchYearHere, YearIsClosed
from services.ledger.deciders.closing import (
    CLOSING,
    FiguresDiffer,
    NotAReservation,
    NotASignatory,
    VerifierKeptTheBooks,
    YearNotOver,
)
from services.ledger.deciders.entries import ENTRIES
from services.ledger.events.books import OpeningBalance, TreasuryAccountOpened, TreasuryKind
from services.ledger.events.closing import Capacity, DischargeGiven, DischargeWithheld, FinancialReportIssued, YearClosed
from services.ledger.events.entries import Voucher
from services.ledger.events.inventory import AssetInventoried, InventoryChecked
from services.ledger.events.pots import PotTransferRecorded, Purpose
from services.ledger.events.verification import FindingKind, FindingRecorded
from services.ledger.projections.journal import JOURNAL, line_shown
from services.ledger.rules.year_end import (
    AdvanceStillOpen,
    ClassPotNotEmpty,
    EarlierYearOpen,
    InventoryNotChecked,
    NextYearNotOpen,
    NoDischargeYet,
    NotReconciled,
    ReportNotIssued,
    VouchersStillMissing,
)
from services.ledger.telling.year_end import guide_shown
from shared.projecting import fold
from shared.refusals import Refused
from tests.examples_governance import GARNIER, HADDAD, LEFEVRE, LOU, OFFICER, ROUSSEAU, SUMMER
from tests.examples_ledger import ADVANCE_GRANTED, FAMILIES, FAMILIES_RECEIVED, FIRST_ENTRY, OPEN_BOOKS
from tests.given import Given
from tests.ledger.asking import but, fresh
from tests.ledger.ending import (
    AFTER,
    KEPT,
    MATCHED,
    NEXT,
    NEXT_OPENED,
    PAPERS,
    SIGNED,
    STATEMENT_READ,
    YEAR,
    Fact,
    books_of,
    closing,
    discharge,
    ended,
    history,
    report_of,
)

READY = ended(*KEPT)
CLOSED = (*READY, YearClosed(through_seq=len(READY), **dict(closing(*READY))))
SHARED = PotTransferRecorded(
    transfer=fresh(8), on=date(2024, 10, 8), label="Répartition", out_of="ECOLE", into="CM2", amount=10_00, purpose=Purpose.SHARE
)
LATE = but(FAMILIES_RECEIVED, entry=fresh(9), voucher=Voucher(series="R", number=2))
RESERVED = FindingRecorded(finding="d" * 26, subject=FIRST_ENTRY, kind=FindingKind.RESERVATION, text="Ne se lit pas.")


def after(*facts: Fact) -> Given:
    return Given(CLOSING, history(facts))


def without(*gone: Any) -> tuple[Fact, ...]:
    return tuple(fact for fact in KEPT if fact not in gone)


def test_a_year_with_nothing_missing_is_closed_with_its_result_and_what_the_next_one_carries() -> None:
    (closed,) = after(*READY).when(closing(*READY), by=GARNIER, on=AFTER).events()
    assert closed == YearClosed(
        year=YEAR,
        on=AFTER,
        through_seq=0,  # of the empty tree that these tests hand in
        result=1_400_40,
        carried=(OpeningBalance(account="512", pot="ECOLE", amount=4_246_77), OpeningBalance(account="530", pot="ECOLE", amount=62_40)),
    )
    assert guide_shown(books_of(READY), YEAR)["ready"] is True


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (lambda: ended(*KEPT, ADVANCE_GRANTED), AdvanceStillOpen),
        (lambda: ended(*KEPT, SHARED), ClassPotNotEmpty),
        (lambda: ended(*without(SIGNED)), NotReconciled),
        (lambda: ended(*without(MATCHED[0]), SIGNED), NotReconciled),
        (lambda: ended(*without(STATEMENT_READ, *MATCHED), SIGNED), NotReconciled),
        (lambda: ended(*without(PAPERS[0])), VouchersStillMissing),
        (lambda: (*KEPT, (HADDAD, discharge(len(KEPT))), (LEFEVRE, discharge(len(KEPT), Capacity.TEACHER))), ReportNotIssued),
        (lambda: (*KEPT, report_of(*KEPT)), NoDischargeYet),
        (lambda: READY[:-1], NoDischargeYet),
        (lambda: (*READY[:-2], (OFFICER, discharge(99, Capacity.TEACHER)), (LEFEVRE, discharge(99, Capacity.TEACHER))), NoDischargeYet),
        (lambda: ended(*without(NEXT_OPENED)), NextYearNotOpen),
        (lambda: (*READY, (HADDAD, withheld(len(READY)))), NoDischargeYet),
    ],
)  # fmt: skip
def test_each_thing_that_is_missing_is_in_the_way_and_the_guide_says_so(facts: Callable[[], tuple[Fact, ...]], why: type[Refused]) -> None:
    there = facts()
    after(*there).when(closing(*there), by=GARNIER, on=AFTER).refused(why)
    shown = {one["step"]: one for one in guide_shown(books_of(there), YEAR)["steps"]}
    assert (shown[why.code()]["done"], shown[why.code()]["missing"]["fr"]) == (False, why.sentences()[0])


def withheld(through: int) -> DischargeWithheld:
    return DischargeWithheld(**dict(discharge(through)))


def test_an_entry_that_no_discharge_reaches_is_in_the_way_until_the_verifiers_have_read_it() -> None:
    reported = (*READY, LATE, but(PAPERS[0], entry=fresh(9)))
    issued = (*reported, report_of(*reported))
    steps = {one["step"]: one["done"] for one in guide_shown(books_of(issued), YEAR)["steps"]}
    assert (steps["no-discharge-yet"], steps["report-not-issued"]) == (False, True)
    again = (*issued, (HADDAD, discharge(len(issued))), (LEFEVRE, discharge(len(issued), Capacity.TEACHER)))
    steps = {one["step"]: one["done"] for one in guide_shown(books_of(again), YEAR)["steps"]}
    assert steps["no-discharge-yet"] is True


def test_a_missing_voucher_that_a_verifier_judged_is_no_longer_in_the_way() -> None:
    facts = ended(*without(PAPERS[0]), (HADDAD, RESERVED))
    assert len(after(*facts).when(closing(*facts), by=GARNIER, on=AFTER).events()) == 1


def test_an_earlier_year_is_closed_first_and_the_figures_are_those_of_the_books() -> None:
    after(*READY).when(closing(*READY, year=NEXT, on=date(2026, 9, 20)), by=GARNIER, on=date(2026, 9, 20)).refused(
        EarlierYearOpen, years=[YEAR]
    )
    after(*READY).when(closing(*READY, result=1), by=GARNIER, on=AFTER).refused(FiguresDiffer, result=1_400_40)
    after(*READY).when(closing(*READY, carried=()), by=GARNIER, on=AFTER).refused(FiguresDiffer)
    after(*READY).when(closing(*READY), by=GARNIER, on=SUMMER).refused(YearNotOver)
    after(*READY).when(closing(*READY, on=date(2025, 12, 1)), by=GARNIER, on=AFTER).refused(InTheFuture)
    after(*READY).when(closing(*READY, year=YEAR).model_copy(update={"year": "2030-31"}), on=AFTER).refused(NoSuchYearHere)


def test_nothing_more_is_written_in_a_closed_year_and_the_next_one_takes_its_corrections() -> None:
    entries = Given(ENTRIES, history(CLOSED))
    wrong = but(FAMILIES, voucher=Voucher(series="R", number=2))
    entries.when(wrong, by=GARNIER, on=AFTER).refused(YearIsClosed, year=YEAR)
    assert len(Given(ENTRIES, history(READY)).when(wrong, by=GARNIER, on=AFTER).events()) == 1
    assert len(entries.when(but(wrong, on=date(2025, 9, 2)), by=GARNIER, on=AFTER).events()) == 1
    for command in (IssueFinancialReport(year=YEAR, signatories=(GARNIER,)), GiveDischarge(year=YEAR), closing(*READY)):
        after(*CLOSED).when(command, by=HADDAD, on=AFTER).refused(YearIsClosed)


def test_a_cooperative_that_left_closes_its_last_year() -> None:
    kept = (*without(NEXT_OPENED), CooperativeLeft(on=AFTER, reason="Fermeture"))
    facts = ended(*kept)
    assert len(after(*facts).when(closing(*facts), by=GARNIER, on=AFTER).events()) == 1


def test_an_account_opened_for_the_next_year_needs_no_statement_of_this_one() -> None:
    second = TreasuryAccountOpened(account="514", kind=TreasuryKind.POSTAL, label="CCP", on=date(2025, 9, 1))
    facts = ended(*KEPT, second)
    assert len(after(*facts).when(closing(*facts), by=GARNIER, on=AFTER).events()) == 1


def test_the_report_carries_its_digest_and_is_issued_once_while_nothing_changes() -> None:
    ask = IssueFinancialReport(year=YEAR, signatories=(GARNIER, LEFEVRE))
    (issued,) = after(*KEPT).when(ask, by=GARNIER, on=AFTER).events()
    assert isinstance(issued, FinancialReportIssued)
    assert issued.digest == report_of(*KEPT).digest
    after(*KEPT, issued).when(ask, by=GARNIER, on=AFTER).then()
    assert len(after(*KEPT, issued, LATE).when(ask, by=GARNIER, on=AFTER).events()) == 1
    after(*KEPT).when(ask, by=GARNIER, on=SUMMER).refused(YearNotOver)
    for signatories in ((LEFEVRE,), (GARNIER, GARNIER), (GARNIER, HADDAD), (GARNIER, LOU)):
        after(*KEPT).when(but(ask, signatories=signatories), by=GARNIER, on=AFTER).refused(NotASignatory)


def test_a_verifier_is_nobody_who_held_a_mandate_in_that_year() -> None:
    (given,) = after(*KEPT).when(GiveDischarge(year=YEAR), by=HADDAD, on=AFTER).events()
    assert isinstance(given, DischargeGiven)
    assert given.capacity is Capacity.PARENT
    (withholding,) = (
        after(*KEPT, (HADDAD, RESERVED)).when(WithholdDischarge(year=YEAR, reservations=("d" * 26,)), by=LEFEVRE, on=AFTER).events()
    )
    assert isinstance(withholding, DischargeWithheld)
    assert withholding.capacity is Capacity.TEACHER
    for holder in (GARNIER, ROUSSEAU):  # all year, and until February
        after(*KEPT).when(GiveDischarge(year=YEAR), by=holder, on=AFTER).refused(VerifierKeptTheBooks, year=YEAR)


def test_a_verifier_who_held_an_advance_is_told_so() -> None:
    after(*KEPT, ADVANCE_GRANTED).when(GiveDischarge(year=YEAR), by=LEFEVRE, on=AFTER).warned("verifier-held-an-advance")
    after(*KEPT, ADVANCE_GRANTED).when(GiveDischarge(year=YEAR), by=HADDAD, on=AFTER).warned()


def test_discharge_is_given_once_until_something_of_the_year_is_recorded_since() -> None:
    facts = (*KEPT, (HADDAD, discharge(len(KEPT))))
    after(*facts).when(GiveDischarge(year=YEAR), by=HADDAD, on=AFTER).then()
    assert len(after(*facts, LATE).when(GiveDischarge(year=YEAR), by=HADDAD, on=AFTER).events()) == 1
    assert len(after(*facts).when(GiveDischarge(year=YEAR), by=LEFEVRE, on=AFTER).events()) == 1


def test_a_reservation_is_a_finding_of_that_kind_about_that_year() -> None:
    question = but(RESERVED, finding="q" * 26, kind=FindingKind.QUESTION)
    elsewhere = but(RESERVED, finding="e" * 26, subject=NEXT)
    asked = after(*KEPT, (HADDAD, RESERVED), (HADDAD, question), (HADDAD, elsewhere))
    assert len(asked.when(GiveDischarge(year=YEAR, reservations=("d" * 26,)), by=HADDAD, on=AFTER).events()) == 1
    asked.when(GiveDischarge(year=YEAR, reservations=("q" * 26,)), by=HADDAD, on=AFTER).refused(NotAReservation)
    asked.when(GiveDischarge(year=YEAR, reservations=("e" * 26,)), by=HADDAD, on=AFTER).refused(NotAReservation)
    asked.when(GiveDischarge(year=YEAR, reservations=("z" * 26,)), by=HADDAD, on=AFTER).refused(NoSuchFinding)


def test_what_is_recorded_after_the_discharge_is_marked_outside_and_each_entry_names_its_mandate() -> None:
    journal = fold(JOURNAL, history((*READY, LATE)))
    shown = {line.seq: line_shown(journal, line) for line in journal.ordered()}
    assert shown[len(READY) + 1]["outside"] is True
    assert {one["outside"] for seq, one in shown.items() if seq <= len(READY)} == {False}
    assert {one["mandate"] for one in shown.values() if one["signatory"] == GARNIER} == {"m" * 26}
    undecided = fold(JOURNAL, history((*KEPT, LATE)))
    assert {line_shown(undecided, line)["outside"] for line in undecided.ordered()} == {None}


def test_the_inventory_is_checked_where_there_is_one() -> None:
    goods = AssetInventoried(asset="a" * 26, number="1", label="Projecteur", on=date(2025, 1, 10), value=429_00)
    facts = ended(*KEPT, goods)
    after(*facts).when(closing(*facts), by=GARNIER, on=AFTER).refused(InventoryNotChecked, goods=1)
    checked = ended(*KEPT, goods, InventoryChecked(on=SUMMER, present=("a" * 26,), missing=()))
    assert len(after(*checked).when(closing(*checked), by=GARNIER, on=AFTER).events()) == 1


def test_the_books_without_a_year_s_end_have_no_closing() -> None:
    assert books_of(OPEN_BOOKS).closing.closed.get(YEAR) is None
    assert guide_shown(books_of(CLOSED), YEAR)["closed"].result == 1_400_40

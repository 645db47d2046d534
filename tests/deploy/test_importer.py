"""A year comes into the log whole, once, and in the end the same however often it was cut."""

import itertools
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.catalogue import CODEC
from deploy.import_plan import Who
from deploy.importer import Importer
from services.ledger.commands.books import LockPeriod
from services.ledger.events.legs import ADVANCES
from services.ledger.main import LEDGER
from services.ledger.projections.balances import BALANCES
from services.ledger.projections.chase import CHASE
from services.ledger.projections.journal import JOURNAL
from shared.eventlog.append import Answer, Append
from shared.eventlog.connecting import Unavailable
from shared.handling import Asked, Handling
from shared.messages import Recorded
from shared.projecting import Cut, fold
from shared.refusals import Forbidden
from tests.deploy.sheets import NOW, SAMPLE, SCHOOL, copied, history_of, somewhere, stored, with_fault
from tests.examples_governance import LEFEVRE
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import Nothing

EXPECTED = orjson.loads((SAMPLE / "expected.json").read_bytes())
SECONDS_MAX = 5  # for the sample; it takes half a second


@dataclass
class Log:
    """The writer of the log under test, and how many commands it takes before the cable is pulled."""

    under_test: LogUnderTest
    commands_left: int | None = None
    cut_after_the_commit: bool = False

    def append(self, command: Append) -> Answer:
        """Append, unless the cable is pulled: before the commit, or after it and before its answer."""
        if self.commands_left == 0 and not self.cut_after_the_commit:
            raise Unavailable("the cable is pulled")
        answer = self.under_test.writer.submit(command)
        if self.commands_left == 0:
            raise Unavailable("the cable is pulled")
        if self.commands_left is not None:
            self.commands_left -= 1
        return answer


@dataclass
class School:
    """A register of the log under test with a mandate holder, nothing else."""

    log: LogUnderTest
    who: Who

    def importer(self, commands_left: int | None = None, *, cut_after_the_commit: bool = False) -> Importer:
        log = Log(self.log, commands_left, cut_after_the_commit)
        handling = Handling(LEDGER, CODEC, log, self.log.registers, b"k" * 32, Nothing(), clock=lambda: NOW)
        return Importer(handling, self.log.registers, CODEC, self.who, clock=lambda: NOW)

    def records(self) -> list[Recorded[Any]]:
        return [CODEC.decode(one.type, one.record) for one in self.log.registers.through(self.who.register)]

    def told(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What was recorded, ids replaced by the order in which they appear."""
        seen: dict[str, str] = {}
        told = []
        for record in self.records():
            data = record.event.model_dump(mode="json", exclude_none=True)
            for name in ("entry", "transfer", "advance"):
                if name in data:
                    data[name] = seen.setdefault(data[name], f"{name} {len(seen)}")
            told.append((record.command, record.event.wire, data))
        return told


@pytest.fixture
def school(log: LogUnderTest) -> School:
    return opened(log)


def opened(log: LogUnderTest) -> School:
    who = somewhere()
    history = history_of(who)
    log.writer.submit(Append(who.register, 0, tuple(stored(history)), "s" * 26, b"s" * 32))
    return School(log, who)


def test_a_dry_run_of_the_sample_reports_82_lines_and_writes_nothing(school: School) -> None:
    report = school.importer().run(SAMPLE, dry_run=True)
    assert (report.lines, report.set_up, report.recorded, report.known, report.bad_lines) == (82, 11, 0, 0, ())
    assert len(school.records()) == len(SCHOOL)
    assert report.as_json()["closing"] == {"467": 0, "512": 291256, "530": 10090}


def test_the_year_taken_over_gives_the_expected_figures(school: School) -> None:
    began = time.monotonic()
    report = school.importer().run(SAMPLE)
    assert time.monotonic() - began < SECONDS_MAX
    assert (report.recorded, report.known, report.bad_lines) == (93, 0, ())
    totals, closing = EXPECTED["totals"], EXPECTED["closing"]
    assert dict(report.by_account) == totals["by_account"]
    assert (report.income, report.expense, report.income - report.expense) == (totals["income"], totals["expense"], totals["result"])
    assert dict(report.closing) == {account: closing[account] for account in ("467", "512", "530")}
    assert dict(report.pots) == closing["pots"]


def test_every_as_of_row_comes_out_of_the_records(school: School) -> None:
    school.importer().run(SAMPLE)
    records = school.records()
    for row in EXPECTED["as_of"]:
        balances = fold(BALANCES, records, Cut(au=date.fromisoformat(row["date"])))
        assert {account: balances.accounts.get(account, 0) for account in ("512", "530", "467")} == {
            name: row[name] for name in ("512", "530", "467")
        }
        assert dict(balances.pots) == row["pots"]


def test_opening_plus_the_columns_of_the_sheet_is_closing(school: School) -> None:
    report = school.importer().run(SAMPLE)
    assert {account: EXPECTED["opening"][account] + moved for account, moved in report.moved.items()} == dict(report.closing)


def test_nothing_taken_over_is_irregular_late_or_without_decision(school: School) -> None:
    school.importer().run(SAMPLE)
    lines = fold(JOURNAL, school.records()).ordered()
    taken_over = [line for line in lines if line.kind != "year-opened"]
    assert len(taken_over) == 82
    assert all(line.taken_over and line.irregular is None for line in taken_over)
    assert not fold(CHASE, school.records()).anomalies


def test_the_same_sheets_again_add_nothing(school: School) -> None:
    school.importer().run(SAMPLE)
    before = school.records()
    again = school.importer().run(SAMPLE)
    assert (again.recorded, again.known, again.lines, again.set_up, again.bad_lines) == (0, 82, 82, 0, ())
    assert school.records() == before


@pytest.mark.parametrize(
    ("commands", "after_the_commit"), [(0, False), (3, False), (10, True), (15, True), (16, False), (55, True), (92, True)]
)
def test_an_import_that_was_cut_ends_as_if_it_had_not_been(log: LogUnderTest, commands: int, after_the_commit: bool) -> None:
    whole, cut = opened(log), opened(log)
    whole.importer().run(SAMPLE)
    with pytest.raises(Unavailable):
        cut.importer(commands, cut_after_the_commit=after_the_commit).run(SAMPLE)
    assert len(cut.records()) == len(SCHOOL) + commands + after_the_commit
    report = cut.importer().run(SAMPLE)
    assert report.recorded == 93 - commands - after_the_commit
    assert cut.told() == whole.told()
    assert dict(report.closing) == {account: EXPECTED["closing"][account] for account in ("467", "512", "530")}


def test_an_import_cut_again_and_again_still_ends(school: School) -> None:
    for _ in range(10):
        with pytest.raises(Unavailable):
            school.importer(9).run(SAMPLE)
    assert school.importer().run(SAMPLE).recorded == 3
    assert len(school.records()) == len(SCHOOL) + 93


def test_without_its_set_up_an_import_cut_in_the_middle_of_it_goes_on(school: School, tmp_path: Path) -> None:
    folder = copied(tmp_path, without=["cooperative.json"])
    with pytest.raises(Unavailable):
        school.importer(5).run(folder)
    assert school.importer().run(folder).bad_lines == ()


def test_one_bad_line_and_nothing_is_recorded(school: School, tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", "6180:112,35", "6180:112,36")
    report = school.importer().run(folder)
    assert (report.recorded, report.left_out, report.lines) == (0, 1, 81)
    assert len(school.records()) == len(SCHOOL)


def test_asked_to_go_on_it_leaves_the_bad_line_out_and_says_so_and_takes_it_in_once_mended(school: School, tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", "-74,60;;;6180:74,60", "-74,60;;;6180:74,61")
    report = school.importer().run(folder, keep_going=True)
    assert (report.recorded, report.left_out, [bad.line for bad in report.bad_lines]) == (92, 1, [57])
    assert report.closing["512"] == EXPECTED["closing"]["512"] + 7460
    mended = school.importer().run(SAMPLE)
    assert (mended.recorded, mended.known) == (1, 81)
    assert mended.closing["512"] == EXPECTED["closing"]["512"]


def test_a_broken_set_up_is_never_left_out(school: School, tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", "ventilation;pot", "ventilation;bourse")
    assert school.importer().run(folder, keep_going=True).recorded == 0
    assert len(school.records()) == len(SCHOOL)


def test_who_holds_no_mandate_records_nothing(school: School) -> None:
    importer = school.importer()
    with pytest.raises(Forbidden):
        replace(importer, who=school.who._replace(actor=LEFEVRE)).run(SAMPLE)
    assert len(school.records()) == len(SCHOOL)


def test_a_second_year_follows_the_first_in_the_same_register(school: School, tmp_path: Path) -> None:
    school.importer().run(SAMPLE)
    (tmp_path / "journal.csv").write_text(
        "date;piece;libelle;banque_512;ventilation;pot\n02/09/2025;R01;Dons;12,50;7580:12,50;ECOLE\n", encoding="utf-8"
    )
    (tmp_path / "opening.csv").write_text("compte;pot;montant\n512;ECOLE;2 912,56\n530;ECOLE;100,90\n", encoding="utf-8")
    report = school.importer().run(tmp_path)
    assert (report.bad_lines, report.recorded, report.year, report.closing["512"]) == ((), 2, "2025-26", 292506)


def test_what_is_locked_meanwhile_stays_recorded_and_the_rest_is_named(school: School) -> None:
    with pytest.raises(Unavailable):
        school.importer(40).run(SAMPLE)
    lock = LockPeriod(through=date(2025, 3, 31), reason="Comptes vérifiés")
    school.importer().handling.handle(lock, Asked(school.who.register, school.who.actor, "l" * 26))
    report = school.importer().run(SAMPLE)
    assert {bad.reason for bad in report.bad_lines} == {"period-is-locked"}
    assert report.known == 29


def test_the_report_reads_in_french_and_in_english(school: School, tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", ";7562:1806,00", ";7562:1806,01")
    report = school.importer().run(folder, dry_run=True)
    french, english = report.as_text(), report.as_text("en")
    assert "journal.csv, ligne 2, colonne ventilation « 7562:1806,01 » : La ventilation ne fait pas le compte" in french
    assert "écart −0,01\u00a0€" in french
    assert "Essai : rien n'est enregistré." in french
    assert "journal.csv, line 2, column ventilation « 7562:1806,01 »: The split does not add up" in english
    assert "difference −€0.01" in english
    told = report.as_json()
    assert orjson.loads(orjson.dumps(told)) == told
    assert told["bad_lines"][0]["reason"] == "not-balanced"


def test_advances_stand_at_zero_in_the_end_whoever_looks(school: School) -> None:
    school.importer().run(SAMPLE)
    entries = [
        posting.amount for line in fold(JOURNAL, school.records()).ordered() for posting in line.lines if posting.account == ADVANCES
    ]
    assert (sum(entries), sum(amount for amount in entries if amount > 0)) == (0, EXPECTED["regies"]["granted"])
    assert list(itertools.accumulate(entries))[-1] == 0

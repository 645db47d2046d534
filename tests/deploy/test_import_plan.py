"""Every line of a year is judged in memory: what it would record, or the cell and the reason that stop it."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from services.governance.events.people import EndOfMandate, MandateEnded
from services.ledger.charts import OCCE_NAME, OCCE_VERSION, chart_on
from services.ledger.commands.books import AdoptChart, GrantAdvance, JustifyAdvance, RecordReceipt, TransferBetweenPots
from services.ledger.deciders.year import YEAR
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.books import PeriodLocked
from services.ledger.events.entries import Leg, Means, ReceiptRecorded
from services.ledger.events.legs import legs
from services.ledger.events.pots import Purpose
from shared.refusals import Forbidden
from tests.deploy.sheets import (
    SCHOOL,
    Style,
    asked,
    commands,
    copied,
    grouped,
    happened,
    named,
    only_journal,
    planned,
    rewritten,
    with_fault,
)
from tests.examples_governance import FIRST_MANDATE, GARNIER, LEFEVRE, RENTREE
from tests.given import given

FIRST_RECEIPT = "2024-09-20;R01;Participation volontaire des familles (chèques, 98 familles);1806,00;;;7562:1806,00;ECOLE;"
SHARE_CE1 = "ECOLE;CE1;162,68"


def test_every_line_of_the_sample_passes() -> None:
    plan = planned()
    lines = Counter(step.file for step in plan.steps if step.line)
    assert (plan.bad_lines, lines) == ((), {"journal.csv": 68, "transferts.csv": 14})
    assert len({step.command_id for step in plan.steps}) == len(plan.steps)


def test_every_fact_taken_over_says_so_and_none_is_irregular() -> None:
    facts = [event for step in planned().steps if step.line for event in step.events]
    assert len(facts) == 82
    assert all(event.taken_over for event in facts)  # type: ignore[attr-defined]
    assert not any(getattr(event, "irregular", None) for event in facts)


def test_lines_follow_the_calendar_and_on_one_day_operations_come_first() -> None:
    steps = [step for step in planned().steps if step.line]
    days = [step.events[0].business_date for step in steps]
    assert days == sorted(days, key=lambda day: day or date.min)
    # 20 May 2025 has operations and transfers
    on_the_day = [(step.file, step.line) for step, day in zip(steps, days, strict=True) if day == date(2025, 5, 20)]
    assert on_the_day == sorted(on_the_day)


def test_each_justification_falls_on_the_advance_of_its_pot() -> None:
    plan = planned()
    pots = {event.advance: event.pot for event in happened(plan) if isinstance(event, AdvanceGranted)}
    justified = [pots[command.advance] for command in commands(plan, JustifyAdvance)]
    assert justified == ["CP", "CE1", "CE1CE2", "CE2CM1", "CM1", "CM2"]


def test_an_advance_is_entrusted_to_the_tutor_of_the_class_else_to_who_imports() -> None:
    holders = {command.pot: command.holder for command in commands(planned(), GrantAdvance)}
    assert holders == {pot: LEFEVRE if pot == "CM2" else GARNIER for pot in ("CP", "CE1", "CE1CE2", "CE2CM1", "CM1", "CM2")}


def test_a_renewed_advance_is_justified_from_the_oldest_that_holds_enough(tmp_path: Path) -> None:
    lines = [
        "2024-10-07;D02;Régie;-50,00;;50,00;;CP;",
        "2024-11-07;D03;Régie;-80,00;;80,00;;CP;",
        "2025-01-10;D04;Tickets;;;-60,00;6180:60,00;CP;",
        "2025-01-11;D05;Tickets;;;-50,00;6180:50,00;CP;",
        "2025-01-12;D06;Tickets;;;-30,00;6180:30,00;CP;",
    ]
    plan = planned(only_journal(tmp_path, *lines))
    assert named(plan.bad_lines) == [("journal.csv", 6, "regies_467", "beyond-advance")]
    assert plan.bad_lines[0].figures == {"left": 2000, "asked": 3000}


def test_words_of_the_label_say_the_means_and_the_purpose() -> None:
    plan = planned()
    means = Counter(command.means for command in commands(plan, RecordReceipt))
    purposes = Counter(command.purpose for command in commands(plan, TransferBetweenPots))
    assert (
        means[Means.CASH]
        == sum(1 for event in happened(plan) if isinstance(event, ReceiptRecorded) and event.treasury[0].account == "530")
        > 0
    )
    assert means[Means.CHEQUE] == 4
    assert purposes == {Purpose.SHARE: 6, Purpose.COMPLEMENT: 2, Purpose.PAYBACK: 6}


def test_each_fact_balances_and_pots_equal_treasury_after_every_one() -> None:
    pots: Counter[str] = Counter()
    treasury: Counter[str] = Counter()
    advance_pots: dict[str, str] = {}
    for event in happened(planned()):
        if isinstance(event, AdvanceGranted):
            advance_pots[event.advance] = event.pot
        lines = legs(event)
        assert sum(line.amount for line in lines) == 0
        for line in lines:
            pot = line.pot or (advance_pots.get(getattr(event, "advance", "")) if line.account[0] in "67" else None)
            if pot:
                pots[pot] -= line.amount
            elif line.account[0] in "45":
                treasury[line.account] += line.amount
        assert pots.total() == treasury.total()


STYLES = {
    "comma": Style(separator=",", amount=lambda text: text.replace(",", ".")),
    "comma, quoted decimal commas": Style(separator=","),
    "tab": Style(separator="\t", encoding="utf-8-sig"),
    "Windows": Style(encoding="cp1252", day=lambda text: "/".join(reversed(text.split("-")))),
    "spaces": Style(amount=lambda text: grouped(text, " ", ",") + " €"),
    "narrow spaces": Style(amount=lambda text: grouped(text, "\u202f", ",").replace("-", "−")),
    "points": Style(amount=lambda text: grouped(text, ".", ",")),
    "headings": Style(
        heading=lambda text: text.replace("piece", "Pièce").replace("libelle", "LIBELLÉ").replace("_", " ").title(), turned=True
    ),
    "line feeds": Style(ending="\n"),
}


@pytest.mark.parametrize("style", STYLES)
def test_another_way_of_writing_the_sheets_is_the_same_year(tmp_path: Path, style: str) -> None:
    plan = planned(rewritten(tmp_path, STYLES[style]))
    assert plan.bad_lines == ()
    assert asked(plan) == asked(planned())


def test_another_amount_is_another_command(tmp_path: Path) -> None:
    changed = with_fault(tmp_path, "journal.csv", FIRST_RECEIPT, FIRST_RECEIPT.replace("1806,00", "1806,01"))
    before, after = dict(asked(planned())), dict(asked(planned(changed)))
    assert (len(before.keys() - after.keys()), len(after.keys() - before.keys())) == (1, 1)


def test_the_same_line_twice_is_two_commands_and_three_times_a_third(tmp_path: Path) -> None:
    folder = only_journal(tmp_path, "2024-10-01;D01;Timbres;-5,00;;;6180:5,00;ECOLE;")
    ids = []
    for times in (1, 2, 3):
        (folder / "transferts.csv").write_text(
            "date;motif;de;vers;montant\n" + "2024-10-02;Partage;ECOLE;ECOLES;10,00\n" * times, encoding="utf-8"
        )
        ids.append({step.command_id for step in planned(folder).steps if step.file == "transferts.csv"})
    assert [len(one) for one in ids] == [1, 2, 3]
    assert ids[0] < ids[1] < ids[2]


def test_what_a_line_says_is_another_command_in_another_year(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    told = orjson.loads((folder / "cooperative.json").read_bytes())
    told["fiscal_year"]["year"] = "2023-24"
    (folder / "cooperative.json").write_bytes(orjson.dumps(told))
    assert not dict(asked(planned(folder))).keys() & dict(asked(planned())).keys()


LINES = [
    pytest.param("2024-09-20;R01", "2024-13-20;R01", 2, "date", "not-a-day", id="no such day"),
    pytest.param("2024-09-20;R01", "2023-09-20;R01", 2, "date", "not-this-year", id="another year"),
    pytest.param("2024-09-20;R01", "2024-09-20;R0x", 2, "piece", "unreadable-voucher", id="no number"),
    pytest.param(";R02;", ";R01;", 4, "piece", "voucher-taken", id="number taken"),
    pytest.param("98 familles);1806,00", "98 familles);18O6,00", 2, "banque_512", "not-a-sum", id="letter O"),
    pytest.param(";7562:1806,00", ";7562 1806,00", 2, "ventilation", "unreadable-split", id="no colon"),
    pytest.param(";7562:1806,00", ";7562:1806,01", 2, "ventilation", "not-balanced", id="one cent"),
    pytest.param(";7562:1806,00", ";7999:1806,00", 2, "ventilation", "no-such-account", id="account unknown"),
    pytest.param(";7562:1806,00", ";467:1806,00", 2, "ventilation", "wrong-side-of-chart", id="treasury in the split"),
    pytest.param(";7562:1806,00;ECOLE", ";7562:1806,00;CM7", 2, "pot", "no-such-pot", id="pot unknown"),
    pytest.param(";7562:1806,00;ECOLE", ";7562:1806,00;", 2, "pot", "pot-missing", id="pot missing"),
    pytest.param(";7562:1806,00;ECOLE", ";7562:1806,00;École", 2, "pot", "unreadable-code", id="accent in a code"),
    pytest.param("Participation volontaire des familles (chèques, 98 familles)", "", 2, "libelle", "unreadable-label", id="no label"),
    pytest.param(";1806,00;;;7562:1806,00", ";;;;", 2, "", "nothing-moves", id="nothing moves"),
    pytest.param(";1806,00;;;7562:1806,00", ";1806,00;;;", 2, "", "unknown-shape", id="money from nowhere"),
    pytest.param(";1806,00;;;7562:1806,00", ";1806,00;-6,00;;7562:1800,00", 2, "", "unknown-shape", id="in and out"),
    pytest.param(";200,00;-200,00;", ";200,10;-200,00;", 11, "", "columns-disagree", id="transfer"),
    pytest.param(";-112,35;", ";-112,30;", 58, "ventilation", "not-balanced", id="justified"),
    pytest.param("régie d'avance CP;-120,00", "régie d'avance CP;-121,00", 5, "", "columns-disagree", id="granted"),
]


@pytest.mark.parametrize(("good", "bad", "line", "column", "reason"), LINES)
def test_a_planted_fault_is_named_by_file_line_column_and_reason(
    tmp_path: Path, good: str, bad: str, line: int, column: str, reason: str
) -> None:
    plan = planned(with_fault(tmp_path, "journal.csv", good, bad))
    assert ("journal.csv", line, column, reason) in named(plan.bad_lines)
    # nothing else but what follows from it: the rest of an advance that was never granted, in the end
    assert {(bad.line, bad.reason) for bad in plan.bad_lines} - {(line, reason)} <= {(58, "no-open-advance"), (64, "no-open-advance")}
    assert not plan.blocked


MOVES = [
    pytest.param("ECOLE;CE1;162,68", "ECOLE;CE9;162,68", "vers", "no-such-pot", id="unknown pot"),
    pytest.param("ECOLE;CE1;162,68", "CE9;CE1;162,68", "de", "no-such-pot", id="from an unknown pot"),
    pytest.param("ECOLE;CE1;162,68", "CE1;CE1;162,68", "vers", "same-pot", id="same pot"),
    pytest.param("ECOLE;CE1;162,68", "ECOLE;CE1;-162,68", "montant", "not-a-sum", id="below zero"),
    pytest.param("ECOLE;CE1;162,68", "ECOLE;CE1;", "montant", "not-a-sum", id="no amount"),
    pytest.param("ECOLE;CE1;162,68", "ECOLE;;162,68", "vers", "unreadable-code", id="no pot"),
]


@pytest.mark.parametrize(("good", "bad", "column", "reason"), MOVES)
def test_a_bad_transfer_between_pots_is_named(tmp_path: Path, good: str, bad: str, column: str, reason: str) -> None:
    plan = planned(with_fault(tmp_path, "transferts.csv", good, bad))
    assert named(plan.bad_lines) == [("transferts.csv", 3, column, reason)]


def test_all_faults_are_named_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", FIRST_RECEIPT, FIRST_RECEIPT.replace("2024-09-20", "hier").replace("ECOLE", "É"))
    text = (folder / "transferts.csv").read_text(encoding="utf-8")
    (folder / "transferts.csv").write_text(text.replace(SHARE_CE1, "ECOLE;CE9;162,68"), encoding="utf-8")
    assert named(planned(folder).bad_lines) == [
        ("journal.csv", 2, "date", "not-a-day"),
        ("journal.csv", 2, "pot", "unreadable-code"),
        ("transferts.csv", 3, "vers", "no-such-pot"),
    ]


def test_a_treasury_column_without_an_account_in_the_register_is_named(tmp_path: Path) -> None:
    folder = with_fault(tmp_path, "journal.csv", "caisse_530", "livret_517")
    plan = planned(folder)
    assert {(bad.column, bad.reason) for bad in plan.bad_lines} == {("livret_517", "no-such-treasury")}


def test_a_day_that_has_not_come_is_named() -> None:
    bad = named(planned(now=datetime(2025, 6, 30, 12, tzinfo=UTC)).bad_lines)
    assert [one for one in bad if one[3] == "in-the-future"] == [("journal.csv", 69, "date", "in-the-future")]


def test_what_happened_since_the_register_was_opened_is_no_history() -> None:
    bad = named(planned(now=datetime(2025, 6, 30, 12, tzinfo=UTC)).bad_lines)
    assert {(file, column) for file, _, column, reason in bad if reason == "not-history"} == {("transferts.csv", "date")}


def test_a_locked_period_is_named() -> None:
    locked = PeriodLocked(through=date(2024, 9, 25), reason="Comptes vérifiés")
    (chart,) = given(YEAR).when(AdoptChart(chart=OCCE_NAME, version=OCCE_VERSION, valid_from=RENTREE, content=chart_on(RENTREE))).events()
    assert named(planned(events=(*SCHOOL, chart, locked)).bad_lines) == [("journal.csv", 2, "date", "period-is-locked")]
    without = named(planned(events=(*SCHOOL, locked)).bad_lines)
    assert ("occe.csv", 0, "", "period-is-locked") in without, "a chart would change the labels of what is locked"


def test_a_label_that_names_a_member_is_named() -> None:
    plan = planned(names=lambda text: ["photographe"] if "photographe" in text else [])
    assert named(plan.bad_lines) == [("journal.csv", 14, "libelle", "label-names-somebody")]


def test_who_holds_no_mandate_today_imports_nothing() -> None:
    ended = MandateEnded(mandate=FIRST_MANDATE, on=date(2025, 8, 31), reason=EndOfMandate.RESIGNED)
    with pytest.raises(Forbidden):
        planned(events=(*SCHOOL, ended))


def test_a_folder_may_lack_transfers(tmp_path: Path) -> None:
    plan = planned(copied(tmp_path, without=["transferts.csv"]))
    assert (plan.bad_lines, sum(1 for step in plan.steps if step.line)) == ((), 68)


def test_legs_are_ordered_by_account_whatever_the_columns(tmp_path: Path) -> None:
    plan = planned(only_journal(tmp_path, "2024-09-20;R01;Dons;12,00;3,00;;7580:15,00;ECOLE;"))
    receipt = next(event for event in happened(plan) if isinstance(event, ReceiptRecorded))
    assert receipt.treasury == (Leg(account="512", amount=1200), Leg(account="530", amount=300))

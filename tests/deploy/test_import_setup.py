"""What a register lacks before a year is opened for it, from the set-up or from the lines; what contradicts it stops all."""

from datetime import date
from pathlib import Path

import orjson
import pytest

from services.ledger.commands.books import AdoptChart, OpenYear
from services.ledger.events.books import ChartAdopted, OpeningBalance, PotKind, PotOpened, TreasuryAccountOpened, TreasuryKind, YearOpened
from shared.messages import Event
from tests.deploy.sheets import SCHOOL, commands, copied, happened, named, only_journal, planned
from tests.examples_governance import RENTREE


def test_without_a_set_up_accounts_pots_and_year_come_from_the_lines(tmp_path: Path) -> None:
    plan = planned(copied(tmp_path, without=["cooperative.json"]))
    opened = [event for event in happened(plan) if isinstance(event, TreasuryAccountOpened)]
    assert [(event.account, event.kind, event.label) for event in opened] == [
        ("512", TreasuryKind.BANK, "Banque"),
        ("530", TreasuryKind.CASH, "Caisse"),
    ]
    pots = {event.pot: event.kind for event in happened(plan) if isinstance(event, PotOpened)}
    assert pots == {"ECOLE": PotKind.SCHOOL} | dict.fromkeys(["CP", "CE1", "CE1CE2", "CE2CM1", "CM1", "CM2"], PotKind.CLASS)
    year = next(event for event in happened(plan) if isinstance(event, YearOpened))
    assert (year.year, year.starts, year.ends, year.opening) == ("2024-25", RENTREE, date(2025, 8, 31), None)
    assert plan.bad_lines == ()


def test_the_year_is_that_of_most_lines_and_a_mistyped_one_is_named(tmp_path: Path) -> None:
    lines = [f"2024-1{month}-03;R0{month + 1};Dons;12,00;;;7580:12,00;ECOLE;" for month in range(3)]
    plan = planned(only_journal(tmp_path, "2042-09-03;R09;Dons;12,00;;;7580:12,00;ECOLE;", *lines))
    assert plan.year is not None
    assert (plan.year.year, named(plan.bad_lines)) == ("2024-25", [("journal.csv", 2, "date", "not-this-year")])


def test_an_empty_folder_has_no_year(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert (plan.year, plan.steps, plan.blocked) == (None, (), True)
    assert {bad.reason for bad in plan.bad_lines} == {"missing-file", "no-year-named"}


@pytest.mark.parametrize("day", ["1924-09-20", "2124-09-20", "9999-12-31"])
def test_days_of_another_century_make_no_year(tmp_path: Path, day: str) -> None:
    plan = planned(only_journal(tmp_path, f"{day};R01;Dons;12,00;;;7580:12,00;ECOLE;"))
    assert (plan.steps, [bad.reason for bad in plan.bad_lines]) == ((), ["no-year-named"])


SET_UP: tuple[Event, ...] = (
    ChartAdopted(chart="mine", version="7", valid_from=RENTREE, content=(), digest="0" * 64),
    TreasuryAccountOpened(account="512", kind=TreasuryKind.BANK, label="Banque", on=RENTREE),
    TreasuryAccountOpened(account="530", kind=TreasuryKind.CASH, label="Caisse", on=RENTREE),
    PotOpened(pot="ECOLE", label="École", kind=PotKind.SCHOOL, on=RENTREE),
)


def year_opened(*balances: tuple[str, int]) -> YearOpened:
    opening = tuple(OpeningBalance(account=account, pot="ECOLE", amount=amount) for account, amount in balances)
    return YearOpened(year="2024-25", starts=RENTREE, ends=date(2025, 8, 31), chart="mine", opening=opening or None)


def test_what_the_register_has_is_not_asked_again() -> None:
    plan = planned(events=(*SCHOOL, *SET_UP))
    assert not commands(plan, AdoptChart)
    assert [one.chart for one in commands(plan, OpenYear)] == ["mine"]
    assert {bad.reason for bad in plan.bad_lines} == {"no-such-account"}  # its own chart is empty


def test_once_a_year_is_open_a_mistyped_pot_is_no_new_pot(tmp_path: Path) -> None:
    folder = only_journal(tmp_path, "2024-09-20;T01;Dépôt;12,00;-12,00;;;;", "2024-09-21;R01;Dons;12,00;;;7580:12,00;ECOLLE;")
    plan = planned(folder, (*SCHOOL, *SET_UP, year_opened()))
    assert len(plan.steps) == 1
    assert plan.bad_lines[0].line == 3


@pytest.mark.parametrize(
    ("balances", "reasons"),
    [
        ([("512", 284637), ("530", 6240)], set()),
        ([("512", 284637)], {"opening-differs"}),
        ([("512", 1), ("530", 6240)], {"opening-differs"}),
    ],
)
def test_opening_balances_are_compared_with_those_of_a_year_already_open(balances: list[tuple[str, int]], reasons: set[str]) -> None:
    plan = planned(events=(*SCHOOL, *SET_UP, year_opened(*balances)))
    assert {bad.reason for bad in plan.bad_lines if bad.whole} == reasons
    assert plan.blocked == bool(reasons)


@pytest.mark.parametrize(("cash", "blocked"), [(6240, False), (6241, True)])
def test_a_later_year_carries_forward_what_the_sheet_opens_with(tmp_path: Path, cash: int, blocked: bool) -> None:
    before = YearOpened(
        year="2023-24",
        starts=date(2023, 9, 1),
        ends=date(2024, 8, 31),
        chart="mine",
        opening=(OpeningBalance(account="512", pot="ECOLE", amount=284637), OpeningBalance(account="530", pot="ECOLE", amount=cash)),
    )
    plan = planned(events=(*SCHOOL, *SET_UP, before))
    assert plan.blocked is blocked
    assert [one.opening for one in commands(plan, OpenYear)] == [None]


def test_opening_balances_come_from_their_sheet_before_the_set_up(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "opening.csv").write_text("compte;pot;montant\n512;ECOLE;100,00\n530;ECOLE;0,00\n", encoding="utf-8")
    other = tmp_path / "autre.csv"
    other.write_text("compte;pot;montant\n512;CP;7,00\n", encoding="utf-8")
    for opening, expected in ((None, ("512", "ECOLE", 10000)), (other, ("512", "CP", 700))):
        year = next(event for event in happened(planned(folder, opening=opening)) if isinstance(event, YearOpened))
        assert year.opening is not None
        assert [(one.account, one.pot, one.amount) for one in year.opening] == [expected]


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("512;ECOLE;cent", "not-a-sum", "montant"),
        ("514;ECOLE;100,00", "no-such-treasury", "compte"),
        ("512;CM7;100,00", "no-such-pot", "pot"),
    ],
)
def test_a_bad_opening_balance_is_named_and_stops_everything(tmp_path: Path, text: str, reason: str, column: str) -> None:
    folder = copied(tmp_path)
    (folder / "opening.csv").write_text(f"compte;pot;montant\n530;CP;1,00\n{text}\n", encoding="utf-8")
    plan = planned(folder)
    assert ("opening.csv", 3, column, reason) in named(plan.bad_lines)
    assert plan.blocked


def test_a_set_up_that_says_nonsense_is_named_by_its_field(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    told = orjson.loads((folder / "cooperative.json").read_bytes())
    told["pots"][2]["kind"] = "purse"
    (folder / "cooperative.json").write_bytes(orjson.dumps(told))
    plan = planned(folder)
    assert ("cooperative.json", 0, "pots.2.kind", "unreadable-set-up") in named(plan.bad_lines)
    assert plan.blocked


def test_a_label_of_the_set_up_that_names_somebody_stops_everything() -> None:
    plan = planned(names=lambda text: [text] if text == "Classe de CM1" else [])
    assert named(plan.bad_lines) == [("cooperative.json", 0, "pots.5.label", "label-names-somebody")]
    assert plan.blocked

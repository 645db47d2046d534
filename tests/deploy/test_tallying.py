"""`ruche tally`: files of ballots counted without a server; and how long counts take."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.bench import tally as tally_bench
from deploy.cli.bench import bench_app
from deploy.cli.ending import Exit
from deploy.cli.main import app
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.by_extension import write_ballots
from services.governance.events.papers import Cost, DrawKind, Method, Parameters, Pile, TiePolicy
from services.governance.tally.counting import Papers
from tests.governance.tally.boxes import marks, rankings
from tests.governance.tally.test_borda import CLASS_TRIP, FIVE_WINNERS
from tests.governance.tally.test_budgets import EUROS, T8
from tests.governance.tally.test_stv import SWEETS

TRIP = ("mer", "volcans", "paris", "montagne")
SWEET_NAMES = ("Orange", "Pear", "Chocolate", "Strawberry", "Sweets")
COSTS = tuple(Cost(option=name, amount=100 * cost) for name, cost in EUROS.items())


def box(options: tuple[str, ...], papers: Papers, **others: Any) -> BallotFile:
    """A file with these papers."""
    return BallotFile(options=options, piles=tuple(Pile(choice=choice, papers=n) for choice, n in papers.items()), **others)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a file of each format."""
    written = {
        "v05.soc": box(TRIP, CLASS_TRIP, title="Lieu"),
        "t3.soi": box(tuple("ABCDE"), FIVE_WINNERS),
        "t7.blt": box(SWEET_NAMES, SWEETS, parameters=Parameters(seats=3)),
        "t8.pb": box(tuple(EUROS), T8, method=Method.EQUAL_SHARES, parameters=Parameters(budget=120_000, costs=COSTS)),
        "v04.cat": box(("a", "b"), marks("3 a\n2 a b\n4 b")),
        "own.json": box(
            ("a", "b", "c"),
            rankings("2 a>b\n2 b>a\n1 c=a"),
            method=Method.IRV,
            tie_policy=TiePolicy(order=("b", "a", "c"), draw=DrawKind.CLASS),
        ),
        "open.json": box(("a", "b"), marks("1 a\n1 b")),
    }
    for name, ballots in written.items():
        (tmp_path / name).write_bytes(write_ballots(name, ballots))
    return tmp_path


def ruche(*words: object) -> Result:
    """Run `ruche tally` with these words."""
    return CliRunner().invoke(app, ["tally", *map(str, words)])


def elected(*words: object) -> list[str]:
    """Run it, and return who is elected."""
    ran = ruche(*words, "--json")
    assert ran.exit_code == Exit.DONE, ran.output
    chosen: list[str] = json.loads(ran.stdout)["result"]["elected"]
    return chosen


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("v05.soc", "volcans"),
        ("v05.soc --method irv", "volcans"),
        ("v05.soc --method borda", "volcans"),
        ("v05.soc --method plurality", "mer"),
        ("t3.soi --method plurality", "A"),
        ("t3.soi --method two-rounds", "B"),
        ("t3.soi --method irv", "C"),
        ("t3.soi --method borda", "D"),
        ("t3.soi", "E"),
        ("t7.blt", "Chocolate Orange Strawberry"),
        ("t7.blt --seats 1", "Chocolate"),
        ("t8.pb", "jardin livres velos"),
        ("t8.pb --budget 1000", "jardin livres"),
        ("t8.pb --method knapsack --order livres,velos,cabane,jardin,jeux-bois,spectacle", "livres velos jardin"),
        ("v04.cat", "b"),
        ("own.json", "b"),
        ("own.json --order a,b,c", "a"),
    ],
)
def test_a_file_is_counted_by_its_method_or_another(files: Path, words: str, chosen: str) -> None:
    name, *others = words.split()
    assert elected(files / name, *others) == chosen.split()


def test_the_steps_are_told_when_asked_for(files: Path) -> None:
    plain, told = (json.loads(ruche(files / "t7.blt", "--json", *more).stdout) for more in ((), ("--steps",)))
    assert "steps" not in plain and plain["result"] == told["result"]
    assert (told["method"], told["version"], told["parameters"]) == ("stv", 1, {"seats": 3})
    assert [step["step"] for step in told["steps"]][:4] == ["quota", "round", "elected", "transferred"]


def test_people_read_tables_and_sentences(files: Path) -> None:
    french, english = (ruche(files / "own.json", "--steps", "--lang", lang).stdout for lang in ("fr", "en"))
    assert "5 bulletins : 4 exprimés, 0 blancs, 1 nuls (equal-ranks 1)" in french and "Retenu : b" in french
    assert "Ex aequo : a, b, départagés par l'ordre déclaré : b, a" in french and "dropped" in french
    assert "Chosen: b" in english and "parted by the declared order" in english
    assert "Dépensé : 930,00 €" in ruche(files / "t8.pb").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("open.json", Exit.REFUSED, "--method"),
        ("open.json --method plurality", Exit.REFUSED, "a, b"),
        ("open.json --method score", Exit.REFUSED, "needs-top"),
        ("v05.soc --method stv --seats 4", Exit.REFUSED, "too-many-seats"),
        ("own.json --order a,b", Exit.REFUSED, "order-incomplete"),
        ("t8.pb --budget beaucoup", Exit.REFUSED, ""),
        ("t8.pb --budget 0", Exit.USAGE, "budget"),
        ("t8.pb --method chance", Exit.USAGE, ""),
        ("absent.soc", Exit.USAGE, ""),
    ],
)
def test_what_cannot_be_counted_is_said_with_an_exit_code(files: Path, words: str, code: Exit, said: str) -> None:
    name, *others = words.split()
    ran = ruche(files / name, *others)
    assert ran.exit_code == code and said in ran.stderr, ran.output


def test_a_bad_file_says_which_line_and_why(files: Path) -> None:
    path = files / "t7.blt"
    path.write_text(path.read_text("utf8").replace("2 2 1 0", "2 2 9 0"), "utf8")
    ran = ruche(path, "--lang", "en")
    assert ran.exit_code == Exit.REFUSED and not ran.stdout
    assert "does not declare. (file = t7.blt, line = 3, found = 9)" in " ".join(ran.stderr.split())


def test_the_bench_counts_by_five_methods() -> None:
    found = CliRunner().invoke(bench_app, ["tally", "--json"])
    assert found.exit_code == 0, found.output
    figures = json.loads(found.stdout)["figures"]
    assert figures.keys() == {"schulze_s", "irv_s", "stv_s", "majority_judgment_s", "equal_shares_s"}
    assert all(seconds > 0 for seconds in figures.values())
    assert tally_bench.measure().machine.keys() == {"cores", "python", "load_before", "load_after"}

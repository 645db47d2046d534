"""The published vectors of the tallies, counted by the command `ruche tally` as anybody can: no server, the same numbers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app

Rows = Sequence[tuple[int, str]]

TENNESSEE: Rows = ((42, "M>N>C>K"), (26, "N>C>K>M"), (15, "C>K>N>M"), (17, "K>C>N>M"))  # T1
FIVE_WINNERS: Rows = ((18, "A>D>E>C>B"), (12, "B>E>D>C>A"), (10, "C>B>E>D>A"), (9, "D>C>E>B>A"), (4, "E>B>D>C>A"), (2, "E>C>D>B>A"))  # T3
TIED: Rows = ((5, "a>b=c"), (4, "b>c>a"), (3, "c>a=b"))  # T10
SWEETS: Rows = (
    (4, "Orange"),
    (2, "Pear>Orange"),
    (8, "Chocolate>Strawberry"),
    (4, "Chocolate>Sweets"),
    (1, "Strawberry"),
    (1, "Sweets"),
)  # T7
TEN_JUDGES = {"A": (2, 2, 2, 2, 2), "B": (2, 1, 1, 1, 5), "C": (2, 1, 1, 2, 4), "D": (2, 1, 5, 0, 2), "E": (2, 2, 2, 2, 2)}  # T5
THREE_JUDGES = {"A": (1, 1, 1), "B": (1, 2, 0), "C": (0, 2, 1)}  # T5
GAUGE_TRAP = {"BA": (1, 2, 4, 7, 5), "RA": (2, 2, 3, 6, 6), "SE": (0, 3, 7, 6, 3)}  # T6
COSTS = {"cabane": 700_00, "velos": 500_00, "livres": 250_00, "jeux-bois": 350_00, "jardin": 180_00, "spectacle": 300_00}  # T8
BASKETS = ((64, ("cabane", "velos")), (36, ("jeux-bois", "livres")), (28, ("jardin", "livres")), (21, ("spectacle", "jardin")))
BUDGET = {"budget": 1_200_00, "costs": [{"option": name, "amount": cost} for name, cost in COSTS.items()]}
CHEAPEST_FIRST = "jardin,livres,spectacle,jeux-bois,velos,cabane"


@pytest.fixture
def tally(tmp_path: Path) -> Any:
    """Count piles by a method; return what the command prints."""

    def count(options: Sequence[str], piles: Sequence[Any], method: str, *more: str, **parameters: Any) -> dict[str, Any]:
        box = {"options": list(options), "method": method, "parameters": parameters, "piles": piles}
        path = tmp_path / "ballots.json"
        path.write_text(json.dumps(box), "utf8")
        ran = CliRunner().invoke(app, ["tally", str(path), "--steps", "--json", *more])
        assert ran.exit_code == 0, ran.output
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    return count


def ranked(rows: Rows) -> list[Any]:
    """Write rankings as piles, `a>b=c`."""
    return [{"choice": {"ranks": [rank.split("=") for rank in order.split(">")]}, "papers": papers} for papers, order in rows]


def judged(by_grade: Mapping[str, Sequence[int]]) -> list[Any]:
    """Write papers that give each option the grades it had, worst first."""
    spread = {name: [grade for grade, number in enumerate(numbers) for _ in range(number)] for name, numbers in by_grade.items()}
    judges = range(len(next(iter(spread.values()))))
    return [{"choice": {"points": [{"option": name, "points": spread[name][one]} for name in by_grade]}, "papers": 1} for one in judges]


def figures(told: Mapping[str, Any]) -> dict[str, str]:
    return {one["of"]: one["value"] for one in told["figures"]}


def counts(told: Mapping[str, Any]) -> dict[str, str]:
    return {one["of"]: one["value"] for one in told["result"]["counts"]}


def steps(told: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    return [one for one in told["steps"] if one["step"] in names]


@pytest.mark.parametrize(
    ("rows", "scores"),
    [
        (TENNESSEE, {"M": "126", "N": "194", "C": "173", "K": "107"}),
        (FIVE_WINNERS, {"A": "72", "B": "101", "C": "107", "D": "136", "E": "134"}),
    ],
    ids=["T1", "T3"],
)
def test_borda_scores(tally: Any, rows: Rows, scores: dict[str, str]) -> None:
    assert counts(tally(sorted(scores), ranked(rows), "borda")) == scores


@pytest.mark.parametrize(
    ("rule", "scores", "winner"),
    [("average", "23/2 12 25/2", "c"), ("lowest", "10 8 10", None), ("highest", "13 16 15", "b")],
)
def test_t10_borda_with_ties_in_a_ranking_says_its_rule(tally: Any, rule: str, scores: str, winner: str | None) -> None:
    told = tally("abc", ranked(TIED), "borda", "--order", "a,b,c", tied_points=rule)
    assert list(counts(told).values()) == scores.split()
    assert told["parameters"] == {"tied_points": rule}
    assert winner is None or told["result"]["elected"] == [winner]


@pytest.mark.parametrize(
    ("rows", "winner", "out", "last"),
    [
        (TENNESSEE, "K", "CN", {"M": "42", "K": "58", "exhausted": "0"}),
        (FIVE_WINNERS, "C", "EDB", {"A": "18", "C": "37", "exhausted": "0"}),
    ],
    ids=["T1", "T3"],
)
def test_irv_tells_every_round_and_where_papers_go(tally: Any, rows: Rows, winner: str, out: str, last: dict[str, str]) -> None:
    told = tally(sorted(rows[0][1].split(">")), ranked(rows), "irv")
    assert told["result"]["elected"] == [winner]
    dropped = steps(told, "dropped")
    assert "".join(one["options"][0] for one in dropped) == out
    rounds = steps(told, "round")
    assert figures(rounds[-1]) == last
    for before, leaving, after in zip(rounds, dropped, rounds[1:], strict=False):  # each transfer is what the next round has more
        had, moved = figures(before), figures(leaving)
        assert int(had[leaving["options"][0]]) == sum(map(int, moved.values()))
        assert figures(after) == {one: str(int(had[one]) + int(moved.get(one, "0"))) for one in figures(after)}


def test_t7_stv_rounds_with_each_transfer(tally: Any) -> None:
    told = tally(("Orange", "Pear", "Chocolate", "Strawberry", "Sweets"), ranked(SWEETS), "stv", seats=3)
    assert told["result"]["elected"] == ["Chocolate", "Orange", "Strawberry"]
    assert figures(steps(told, "quota")[0])["quota"] == "6"
    (moved,) = steps(told, "transferred")
    assert (figures(moved)["weight"], figures(moved)["Strawberry"], figures(moved)["Sweets"]) == ("1/2", "4", "2")
    named = [(one["step"], one["options"][0]) for one in steps(told, "elected", "dropped", "filled")]
    assert named == [("elected", "Chocolate"), ("dropped", "Pear"), ("elected", "Orange"), ("dropped", "Sweets"), ("filled", "Strawberry")]
    assert figures(steps(told, "dropped")[0])["Orange"] == "2"
    standing = [
        {name: votes for name, votes in figures(one).items() if name in {"Orange", "Strawberry", "Sweets"}} for one in steps(told, "round")
    ]
    assert standing[1] == {"Orange": "4", "Strawberry": "5", "Sweets": "3"}
    assert standing[2] == {"Orange": "6", "Strawberry": "5", "Sweets": "3"}


@pytest.mark.parametrize(("rows", "winner"), [(TENNESSEE, "N"), (FIVE_WINNERS, "E")], ids=["T1", "T3"])
def test_schulze_tells_every_pair_and_the_strongest_paths(tally: Any, rows: Rows, winner: str) -> None:
    options = sorted(rows[0][1].split(">"))
    told = tally(options, ranked(rows), "schulze")
    assert told["result"]["elected"] == [winner]
    papers = sum(number for number, _ in rows)
    pairs = {one["options"][0]: figures(one) for one in steps(told, "pairs")}
    assert all(int(pairs[one][other]) + int(pairs[other][one]) == papers for one in options for other in options if one != other)
    paths = {one["options"][0]: figures(one) for one in steps(told, "paths")}
    assert all(int(paths[winner][other]) > int(paths[other][winner]) for other in options if other != winner)


def test_t5_and_t6_majority_judgment_by_the_full_sequence(tally: Any) -> None:
    five, three = {"grades": ["0", "1", "2", "3", "4"]}, {"grades": ["0", "1", "2"]}
    ranks = tally(TEN_JUDGES, judged(TEN_JUDGES), "majority-judgment", "--order", "E,D,C,B,A", seats=4, **five)
    assert ranks["result"]["elected"] == ["B", "C", "D", "E"]
    assert [tie["options"] for tie in ranks["result"]["ties"]] == [["A", "E"]]  # the fourth rank is theirs together
    assert tally(THREE_JUDGES, judged(THREE_JUDGES), "majority-judgment", seats=2, **three)["result"]["elected"] == ["C", "A"]
    trap = tally(GAUGE_TRAP, judged(GAUGE_TRAP), "majority-judgment", seats=2, **five)
    assert trap["result"]["elected"] == ["RA", "BA"]
    first = tally(GAUGE_TRAP, judged(GAUGE_TRAP), "majority-judgment", **five)
    (parted,) = steps(first, "parted")
    assert figures(parted) == {"taken": "8", "RA": "4", "BA": "3"}


def baskets() -> list[Any]:
    return [{"choice": {"marks": list(marks)}, "papers": papers} for papers, marks in BASKETS]


def test_t8_knapsack_with_ties_to_the_cheapest_shows_what_is_left(tally: Any) -> None:
    told = tally(COSTS, baskets(), "knapsack", "--order", CHEAPEST_FIRST, **BUDGET)
    assert (told["result"]["elected"], told["result"]["spent"]) == (["livres", "velos", "jardin"], 930_00)
    assert told["result"]["ties"][0]["step"] == "declared-order"
    assert figures(steps(told, "fits")[-1])["left"] == "27000"


def test_t8_equal_shares_with_every_price_and_payment(tally: Any) -> None:
    told = tally(COSTS, baskets(), "equal-shares", completion="none", **BUDGET)
    assert (told["result"]["elected"], told["result"]["spent"]) == (["jardin", "livres", "velos"], 930_00)
    assert figures(steps(told, "share")[0])["share"] == "120000/149"
    paid = [(one["options"][0], figures(one)["price"], figures(one)["supporters"]) for one in steps(told, "funded")]
    assert paid == [("jardin", "18000/49", "49"), ("livres", "3125/8", "64"), ("velos", "3125/4", "64")]
    less = tally(COSTS, baskets(), "equal-shares", "--budget", "1000", completion="none", **BUDGET)
    assert (less["result"]["elected"], less["result"]["spent"]) == (["jardin", "livres"], 430_00)
    assert less["parameters"]["completion"] == "none"


def test_another_paper_gives_another_count(tally: Any) -> None:
    """The control: one paper more for M is seen in every number that it touches."""
    more = [*TENNESSEE, (1, "M>N>C>K")]
    assert counts(tally("CKMN", ranked(more), "borda")) == {"C": "174", "K": "107", "M": "129", "N": "196"}

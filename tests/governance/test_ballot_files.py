"""Ballot papers as files of other programs: read, written again the same, refused with the line."""

import pytest

from services.governance.ballot_files import bad_files as bad
from services.governance.ballot_files.ballot_file import BallotFile, codes_of
from services.governance.ballot_files.by_extension import FORMATS, read_ballots, write_ballots
from services.governance.events.papers import (
    Choice,
    Completion,
    Cost,
    DrawKind,
    Method,
    Overflow,
    Parameters,
    Pile,
    Points,
    TiePolicy,
)
from services.governance.tally.counting import Papers
from services.governance.tally.stv import STV_1
from shared.refusals import Refused
from tests.governance.tally.boxes import drawn, marks, rankings
from tests.governance.tally.test_borda import CLASS_TRIP
from tests.governance.tally.test_budgets import EUROS, T8
from tests.governance.tally.test_stv import SWEETS

HEAD = """# FILE NAME: {file}
# TITLE: {title}
# DESCRIPTION:
# DATA TYPE: {kind}
# MODIFICATION TYPE: original
# RELATES TO:
# RELATED FILES:
# PUBLICATION DATE:
# MODIFICATION DATE:
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: {voters}
"""
NAMES = "# ALTERNATIVE NAME 1: mer\n# ALTERNATIVE NAME 2: Les volcans\n# ALTERNATIVE NAME 3: forêt\n"
ORDERS = "# NUMBER UNIQUE ORDERS: 2\n"


def preflib(kind: str, voters: int, more: str, papers: str) -> str:
    """A file of our own making in the shape of PrefLib's."""
    return HEAD.format(file=f"trip.{kind}", title="Un lieu", kind=kind, voters=voters) + more + NAMES + papers


CAT = "# NUMBER UNIQUE PREFERENCES: 2\n# NUMBER CATEGORIES: 2\n# CATEGORY NAME 1: approved\n# CATEGORY NAME 2: not approved\n"
GRADES = (
    "# NUMBER UNIQUE PREFERENCES: 2\n# NUMBER CATEGORIES: 3\n"
    "# CATEGORY NAME 1: bien\n# CATEGORY NAME 2: passable\n# CATEGORY NAME 3: à rejeter\n"
)
BLT = """5 3
4 1 0
2 2 1 0
8 3 4 0
4 3=5 2 0
1 0
0
"Orange"
"Poire (un fruit)"
"Chocolat #1"
"Fraise"
"Bonbons"
"Le goûter"
"""
PB = """META
key;value
description;"Budget; élèves"
country;
unit;
instance;
num_projects;3
num_votes;5
budget;1200.50
rule;{rule}
vote_type;approval
PROJECTS
project_id;cost;votes;name
cabane;700;2;Une cabane
p2;0.05;3;Vélos
jardin;180;0;jardin
VOTES
voter_id;vote
1;cabane,p2
2;cabane,p2
3;p2
4;
5;
"""
FILES = {
    "trip.soc": preflib("soc", 27, ORDERS, "17: 1,3,2\n10: 2,1,3\n"),
    "trip.soi": preflib("soi", 6, ORDERS, "5: 2\n1: 3,1\n"),
    "trip.toc": preflib("toc", 6, ORDERS, "5: {1,2},3\n1: 3,1,2\n"),
    "trip.toi": preflib("toi", 6, ORDERS, "5: {1,2}\n1: 3,1\n"),
    "trip.cat": preflib("cat", 6, CAT, "5: {1,2},3\n1: 3,{1,2}\n"),
    "grades.cat": preflib("cat", 6, GRADES, "5: {1,2},{},3\n1: 3,1,2\n").replace("trip.cat", "grades.cat"),
    "snack.blt": BLT,
    "shares.pb": PB.format(rule="equalshares/add1"),
    "basket.pb": PB.format(rule="greedy-no-skip"),
    "own.json": write_ballots(
        "own.json",
        BallotFile(
            options=("a", "b"),
            names=("Å", "β"),
            piles=(Pile(choice=Choice(ranks=(("a", "b"),)), papers=3), Pile(choice=Choice(), papers=1)),
            title="Ici",
            method=Method.SCHULZE,
            tie_policy=TiePolicy(status_quo="a", draw=DrawKind.CLASS),
        ),
    ).decode(),
}


def read(file: str, text: str | None = None) -> BallotFile:
    """Read one of the files, or another text of that name."""
    return read_ballots(file, (FILES[file] if text is None else text).encode())


@pytest.mark.parametrize("file", FILES)
def test_what_was_read_is_written_the_same(file: str) -> None:
    assert write_ballots(file, read(file)).decode() == FILES[file]
    assert read_ballots(file, write_ballots(file, read(file))) == read(file)


@pytest.mark.parametrize("file", FILES)
def test_other_line_ends_and_a_byte_order_mark_change_nothing(file: str) -> None:
    assert read_ballots(file, b"\xef\xbb\xbf" + FILES[file].replace("\n", "\r\n").encode()) == read(file)


def test_every_format_is_here() -> None:
    assert {file.rpartition(".")[2] for file in FILES} == set(FORMATS)


def test_preflib_says_rankings_marks_and_grades() -> None:
    assert read("trip.soc").options == ("mer", "les-volcans", "foret")
    assert read("trip.soc").names == ("mer", "Les volcans", "forêt") and read("trip.soc").title == "Un lieu"
    assert read("trip.toi").piles == (
        Pile(choice=Choice(ranks=(("mer", "les-volcans"),)), papers=5),
        Pile(choice=Choice(ranks=(("foret",), ("mer",))), papers=1),
    )
    assert read("trip.cat").piles[1] == Pile(choice=Choice(marks=("foret",)), papers=1) and read("trip.cat").method is Method.APPROVAL
    graded = read("grades.cat")
    assert graded.parameters.grades == ("à rejeter", "passable", "bien") and graded.method is Method.MAJORITY_JUDGMENT
    assert graded.piles[1].choice.points == (
        Points(option="foret", points=2), Points(option="mer", points=1), Points(option="les-volcans", points=0),
    )  # fmt: skip


def test_blt_says_seats_blank_papers_equals_and_who_withdrew() -> None:
    box = read("snack.blt")
    assert box.parameters == Parameters(seats=3) and box.method is Method.STV and box.title == "Le goûter"
    assert box.options == ("Orange", "poire-un-fruit", "chocolat-1", "Fraise", "Bonbons")
    assert box.piles[3:] == (
        Pile(choice=Choice(ranks=(("chocolat-1", "Bonbons"), ("poire-un-fruit",))), papers=4),
        Pile(choice=Choice(), papers=1),
    )
    fewer = read("x.blt", '# a comment\n3 1 # one seat\n-2\n3 2 - 1 0\n1 2 0\n0\n"A"\n"B"\n"C"\n')
    assert fewer.options == ("A", "C") and fewer.method is Method.IRV and fewer.title is None
    assert fewer.piles == (Pile(choice=Choice(ranks=(("A",),)), papers=3), Pile(choice=Choice(), papers=1))


def test_pabulib_says_costs_in_cents_and_the_rule() -> None:
    box = read("shares.pb")
    assert box.parameters.budget == 120_050 and box.parameters.completion is Completion.ADD_ONE_THEN_GREEDY
    assert box.parameters.costs is not None and box.parameters.costs[1] == Cost(option="p2", amount=5)
    assert box.piles[-1] == Pile(choice=Choice(), papers=2) and box.names == ("Une cabane", "Vélos", "jardin")
    basket = read("basket.pb")
    assert basket.method is Method.KNAPSACK and basket.parameters.overflow is Overflow.STOP
    text = (
        PB.format(rule="x")
        .replace("vote_type;approval", "vote_type;cumulative\nmax_sum_points;10")
        .replace("r_id;vote", "r_id;vote;points")
    )
    dots = read("dots.pb", text.replace("1;cabane,p2", "1;cabane,p2;7,3").replace("2;cabane,p2", "2;cabane;9").replace("3;p2", "3;p2;1"))
    assert dots.method is Method.DOTS and dots.parameters == Parameters(dots=10)
    assert dots.piles[0].choice.points == (Points(option="cabane", points=7), Points(option="p2", points=3))
    ranked = read("ranked.pb", PB.format(rule="x").replace("approval", "ordinal"))
    assert ranked.piles[0].choice.ranks == (("cabane",), ("p2",)) and ranked.method is Method.BORDA


def test_the_votes_of_the_sample_year_and_t7_come_back_from_each_format_they_fit() -> None:
    trip = BallotFile(options=("mer", "volcans", "paris", "montagne"), piles=_piles(CLASS_TRIP))
    for kind in ("soc", "soi", "toc", "toi", "blt", "json"):
        assert read_ballots(f"v05.{kind}", write_ballots(f"v05.{kind}", trip)).piles == trip.piles
    costs = tuple(Cost(option=name, amount=100 * cost) for name, cost in EUROS.items())
    budget = BallotFile(
        options=tuple(EUROS),
        piles=_piles(T8),
        method=Method.EQUAL_SHARES,
        parameters=Parameters(budget=120_000, costs=costs),
        names=tuple(EUROS),
    )
    assert read_ballots("v07.pb", write_ballots("v07.pb", budget)) == budget
    sweets = BallotFile(
        options=("Orange", "Pear", "Chocolate", "Strawberry", "Sweets"), piles=_piles(SWEETS), parameters=Parameters(seats=3)
    )
    again = read_ballots("t7.blt", write_ballots("t7.blt", sweets))
    count = STV_1.count(again.options, {pile.choice: pile.papers for pile in again.piles}, again.parameters, drawn(*again.options))
    assert count.elected == ("Chocolate", "Orange", "Strawberry")


def _piles(papers: Papers) -> tuple[Pile, ...]:
    return tuple(Pile(choice=choice, papers=number) for choice, number in papers.items())


@pytest.mark.parametrize(
    ("file", "old", "new", "why", "line"),
    [
        ("trip.soc", "17: 1,3,2", "17: 1,4,2", bad.OptionNotDeclared, 16),
        ("trip.soc", "17: 1,3,2", "17: 1,3,1", bad.OptionTwice, 16),
        ("trip.soc", "17: 1,3,2", "17: 1,3", bad.OptionsLeftOut, 16),
        ("trip.soc", "17: 1,3,2", "17: {1,3},2", bad.EqualsNotAllowed, 16),
        ("trip.soc", "17: 1,3,2", "17: 1,3,2,", bad.NotOfThisFormat, 16),
        ("trip.soc", "17: 1,3,2", "17: 1;3;2", bad.NotOfThisFormat, 16),
        ("trip.soc", "17: 1,3,2", "99999999: 1,3,2", bad.NotANumber, 16),
        ("trip.soc", "VOTERS: 27", "VOTERS: 28", bad.NumbersDiffer, 11),
        ("trip.soc", "VOTERS: 27", "VOTERS: many", bad.NotANumber, 11),
        ("trip.soc", "ALTERNATIVES: 3", "ALTERNATIVES: 4", bad.HeadingMissing, 0),
        ("trip.soc", "ALTERNATIVES: 3", "ALTERNATIVES: 201", bad.OptionsBeyondLimit, 10),
        ("trip.soc", "forêt", "", bad.NotOfThisFormat, 15),
        ("trip.toi", "5: {1,2}", "5: {1,2},{}", bad.NotOfThisFormat, 16),
        ("trip.cat", "5: {1,2},3", "5: {1,2,3}", bad.NotOfThisFormat, 19),
        ("trip.cat", "# CATEGORY NAME 2: not approved\n", "", bad.HeadingMissing, 0),
        ("snack.blt", "5 3\n", "5\n", bad.NotOfThisFormat, 1),
        ("snack.blt", "5 3\n", "x 3\n", bad.NotANumber, 1),
        ("snack.blt", "2 2 1 0", "2 2 1", bad.NotOfThisFormat, 3),
        ("snack.blt", "2 2 1 0", "2 2 6 0", bad.OptionNotDeclared, 3),
        ("snack.blt", "2 2 1 0", "2 2 2 0", bad.OptionTwice, 3),
        ("snack.blt", "2 2 1 0", "2.5 2 1 0", bad.NotANumber, 3),
        ("snack.blt", '"Fraise"', "Fraise", bad.NotOfThisFormat, 11),
        ("snack.blt", '"Fraise"\n"Bonbons"\n"Le goûter"\n', "", bad.HeadingMissing, 0),
        ("snack.blt", BLT[BLT.index("1 0\n0") :], "1 0\n", bad.HeadingMissing, 0),
        ("shares.pb", "cabane;700;", "cabane;7e2;", bad.NotAnAmount, 14),
        ("shares.pb", "cabane;700;", "cabane;0;", bad.NotAnAmount, 14),
        ("shares.pb", "p2;0.05", "cabane;0.05", bad.OptionTwice, 15),
        ("shares.pb", "3;p2", "3;p3", bad.OptionNotDeclared, 21),
        ("shares.pb", "3;p2", "3;p2,p2", bad.OptionTwice, 21),
        ("shares.pb", "3;p2", "3;p2;x", bad.NotOfThisFormat, 21),
        ("shares.pb", "num_votes;5", "num_votes;6", bad.NumbersDiffer, 8),
        ("shares.pb", "budget;1200.50\n", "", bad.HeadingMissing, 0),
        ("shares.pb", "vote_type;approval", "vote_type;song", bad.NotOfThisFormat, 11),
        ("shares.pb", "vote_type;approval", "vote_type;cumulative\nmax_sum_points;5", bad.HeadingMissing, 20),
        ("shares.pb", "META\n", "", bad.NotOfThisFormat, 1),
        ("own.json", '"papers": 3', '"papers": 0', bad.NotOfThisFormat, 0),
        ("own.json", '"Ici"', "Ici", bad.NotOfThisFormat, 27),
        ("own.json", '"schulze"', '"coin"', bad.NotOfThisFormat, 0),
    ],
)
def test_a_bad_file_is_refused_with_its_line(file: str, old: str, new: str, why: type[Refused], line: int) -> None:
    assert old in FILES[file]
    with pytest.raises(Refused) as no:
        read(file, FILES[file].replace(old, new, 1))
    assert (type(no.value), no.value.details["file"], no.value.details["line"]) == (why, file, line)


def test_what_is_no_text_or_no_known_format_is_refused() -> None:
    for stored in (b"\xff\xfe", b"3 1\0"):
        with pytest.raises(bad.NotText):
            read_ballots("x.blt", stored)
    with pytest.raises(bad.UnknownFormat) as no:
        read_ballots("x.docx", b"")
    assert ".blt" in no.value.details["known"]


@pytest.mark.parametrize("kind", ["soc", "soi", "toc", "toi", "cat", "blt", "pb"])
def test_a_format_refuses_papers_that_it_cannot_say(kind: str) -> None:
    other = "2 a b" if kind != "cat" else "2 a>b=c"
    papers = rankings(other) if kind == "cat" else marks(other)
    with pytest.raises(bad.CannotBeWritten):
        write_ballots(f"x.{kind}", BallotFile(options=("a", "b", "c"), piles=_piles(papers)))


def test_a_name_becomes_a_code_that_says_it_where_it_can() -> None:
    names = ["mer", "Les volcans !", "Œuf", "les volcans", "日本", "3", "mer"]
    assert codes_of(names) == ("mer", "les-volcans", "oeuf", "4", "5", "3", "7")
    assert codes_of(["2", "日本", "2.2", "日本"]) == ("2", "2.2", "2-2", "4")

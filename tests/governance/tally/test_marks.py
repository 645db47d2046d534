"""Papers with marks: yes/no by its five rules, plurality, two rounds, approval; and dots."""

import pytest

from services.governance.events.papers import DrawKind, Figure, Parameters, Rule, Step, TieBroken, TiePolicy
from services.governance.tally.approval import APPROVAL_1
from services.governance.tally.counting import CASTING_VOTE, DECLARED_ORDER, DRAW, STATUS_QUO, Count, DrawNeeded, Ties
from services.governance.tally.dots import DOTS_1
from services.governance.tally.plurality import PLURALITY_1
from services.governance.tally.sorting import BLANK
from services.governance.tally.two_rounds import TWO_ROUNDS_1, finalists
from services.governance.tally.yes_no import YES_NO_1
from tests.governance.tally.boxes import DRAW_IN_CLASS, NOT_DRAWN, counted, drawn, marks, numbers, points, steps_named

RULES = """
  rule                 10-9-0  9-9-1  8-7-4  12-6-1  0-0-19
  simple               yes     no     yes    yes     no
  absolute-expressed   yes     no     yes    yes     no
  absolute-present     yes     no     no     yes     no
  two-thirds           no      no     no     yes     no
  unanimity            no      no     no     no      no
"""
HEADER, *ROWS = (line.split() for line in RULES.strip().splitlines())
CASES = [(row[0], votes, passes == "yes") for row in ROWS for votes, passes in zip(HEADER[1:], row[1:], strict=True)]


def question(votes: str, rule: str, ties: Ties = NOT_DRAWN, silent: int = 0) -> Count:
    """Count a vote written for-against-abstaining, with so many blank or void papers besides."""
    pairs = zip(votes.split("-"), ("yes", "no", "abstain"), strict=True)
    box = marks("\n".join(f"{number} {name}" for number, name in pairs if number != "0"))
    return YES_NO_1.count(("yes", "no", "abstain"), {**box, BLANK: silent} if silent else box, Parameters(rule=Rule(rule)), ties)


@pytest.mark.parametrize(("rule", "votes", "passes"), CASES)
def test_t9_a_vote_passes_by_its_rule(rule: str, votes: str, passes: bool) -> None:
    count = question(votes, rule)
    assert count.elected == (("yes",) if passes else ())
    assert count.steps[-1].step == ("passed" if passes else "rejected")
    assert [str(int(value)) for value in numbers(count.counts).values()] == votes.split("-")


@pytest.mark.parametrize(
    ("rule", "votes", "needed"),
    [
        ("simple", "8-7-4", 8),
        ("absolute-expressed", "8-7-4", 8),
        ("absolute-present", "8-7-4", 10),
        ("two-thirds", "8-7-4", 10),
        ("unanimity", "8-7-4", 15),
        ("two-thirds", "0-0-19", 1),
        ("unanimity", "0-0-19", 1),
    ],
)
def test_the_steps_say_how_many_were_needed(rule: str, votes: str, needed: int) -> None:
    assert numbers(steps_named(question(votes, rule), "threshold")[0].figures)["needed"] == needed


def test_unanimity_is_everybody_who_chose_and_somebody() -> None:
    assert question("3-0-5", "unanimity").elected == ("yes",)
    assert question("0-0-5", "unanimity").elected == ()


def test_blank_and_void_papers_are_present_but_not_expressed() -> None:
    assert question("10-9-0", "absolute-present", silent=0).elected == ("yes",)
    assert question("10-9-0", "absolute-present", silent=1).elected == ()
    assert question("10-9-0", "absolute-expressed", silent=9).elected == ("yes",)


def test_a_tie_is_a_rejection_and_says_so() -> None:
    count = question("9-9-1", "simple")
    assert count.ties == (TieBroken(options=("no", "yes"), step=STATUS_QUO, order=("no", "yes")),)
    assert Step(step="tied", options=("no", "yes")) in count.steps


@pytest.mark.parametrize("casting", [True, False])
def test_a_casting_vote_parts_a_tie(casting: bool) -> None:
    count = question("9-9-1", "simple", Ties(DRAW_IN_CLASS, casting=casting))
    assert count.elected == (("yes",) if casting else ())
    assert count.ties[0].step == CASTING_VOTE and count.ties[0].order == (("yes", "no") if casting else ("no", "yes"))


@pytest.mark.parametrize(
    ("rule", "votes"), [("simple", "8-9-1"), ("two-thirds", "9-9-0"), ("absolute-present", "9-9-1"), ("simple", "0-0-3")]
)
def test_a_casting_vote_is_heard_on_a_tie_alone(rule: str, votes: str) -> None:
    count = question(votes, rule, Ties(DRAW_IN_CLASS, casting=True))
    assert (count.elected, count.ties) == ((), ())


def test_plurality_elects_the_most_named() -> None:
    count = counted(PLURALITY_1, "a b c", marks("3 a\n5 b\n1 c"))
    assert count.elected == ("b",) and count.ties == ()
    assert count.counts == (Figure(of="a", value="3"), Figure(of="b", value="5"), Figure(of="c", value="1"))
    assert [step.step for step in count.steps] == ["votes", "elected"]


def test_a_tie_waits_for_a_draw_and_follows_it() -> None:
    box = marks("3 a\n3 b\n1 c")
    with pytest.raises(DrawNeeded) as waiting:
        counted(PLURALITY_1, "a b c", box)
    assert waiting.value.options == ("a", "b")
    count = counted(PLURALITY_1, "a b c", box, ties=drawn("c", "b", "a"))
    assert count.elected == ("b",)
    assert count.ties == (TieBroken(options=("a", "b"), step=DRAW, order=("b", "a")),)
    assert [step.step for step in count.steps] == ["votes", "tied", "elected"]


@pytest.mark.parametrize(
    ("policy", "elected", "step"),
    [
        (TiePolicy(status_quo="b", order=("a", "b", "c"), draw=DrawKind.CLASS), "b", STATUS_QUO),
        (TiePolicy(status_quo="c", order=("a", "b", "c"), draw=DrawKind.CLASS), "a", DECLARED_ORDER),
        (TiePolicy(order=("c", "b", "a"), draw=DrawKind.CLASS), "b", DECLARED_ORDER),
    ],
)
def test_the_policy_parts_before_any_draw(policy: TiePolicy, elected: str, step: str) -> None:
    count = counted(PLURALITY_1, "a b c", marks("3 a\n3 b\n1 c"), ties=Ties(policy))
    assert count.elected == (elected,) and count.ties[0].step == step


def test_a_tie_that_decides_no_seat_needs_no_draw() -> None:
    count = counted(PLURALITY_1, "a b c d", marks("3 b\n3 a\n1 c\n1 d"), Parameters(seats=2))
    assert count.elected == ("a", "b") and count.ties == ()


def test_a_tie_at_the_last_seat_is_parted_among_its_own_alone() -> None:
    count = counted(PLURALITY_1, "a b c d", marks("3 b\n2 a\n2 c\n2 d"), Parameters(seats=3), drawn("b", "d", "a", "c"))
    assert count.elected == ("b", "d", "a")
    assert count.ties == (TieBroken(options=("a", "c", "d"), step=DRAW, order=("d", "a", "c")),)


def test_a_status_quo_takes_one_seat_and_the_next_one_waits_for_the_draw() -> None:
    box, policy = marks("3 b\n2 a\n2 c\n2 d"), TiePolicy(status_quo="c", draw=DrawKind.CLASS)
    assert counted(PLURALITY_1, "a b c d", box, Parameters(seats=2), Ties(policy)).elected == ("b", "c")
    with pytest.raises(DrawNeeded):
        counted(PLURALITY_1, "a b c d", box, Parameters(seats=3), Ties(policy))
    count = counted(PLURALITY_1, "a b c d", box, Parameters(seats=3), Ties(policy, ("d", "c", "b", "a")))
    assert count.elected == ("b", "c", "d") and count.ties[0].step == DRAW


def test_nobody_is_elected_by_no_paper() -> None:
    for counting in (PLURALITY_1, APPROVAL_1, DOTS_1, TWO_ROUNDS_1):
        assert counted(counting, "a b c", {}, Parameters(dots=3)).elected == ()
    assert counted(PLURALITY_1, "a b c", marks("3 a"), Parameters(seats=2)).elected == ("a",)


def test_more_than_half_is_elected_in_the_first_round() -> None:
    count = counted(TWO_ROUNDS_1, "a b c", marks("6 a\n3 b\n2 c"))
    assert count.elected == ("a",) and finalists(count.steps) is None
    assert numbers(steps_named(count, "half")[0].figures) == {"expressed": 11, "needed": 6}


def test_exactly_half_is_not_more_than_half() -> None:
    count = counted(TWO_ROUNDS_1, "a b c", marks("5 a\n2 b\n3 c"))
    assert count.elected == () and finalists(count.steps) == ("a", "c")


def test_a_tie_for_the_second_place_follows_the_policy() -> None:
    count = counted(TWO_ROUNDS_1, "a b c", marks("4 a\n3 b\n3 c"), ties=drawn("c", "a", "b"))
    assert finalists(count.steps) == ("a", "c") and count.ties[0].options == ("b", "c")
    with pytest.raises(DrawNeeded):
        counted(TWO_ROUNDS_1, "a b c", marks("4 a\n3 b\n3 c"))


def test_the_second_round_elects_the_one_with_more_papers() -> None:
    assert counted(TWO_ROUNDS_1, "a c", marks("5 a\n6 c")).elected == ("c",)
    tied = counted(TWO_ROUNDS_1, "a c", marks("5 a\n5 c"), ties=drawn("c", "a"))
    assert tied.elected == ("c",) and tied.ties[0].step == DRAW and finalists(tied.steps) is None


def test_approval_elects_the_most_approved() -> None:
    box = marks("4 a b\n3 b c\n2 c\n1 a b c")
    assert numbers(counted(APPROVAL_1, "a b c", box).counts) == {"a": 5, "b": 8, "c": 6}
    assert counted(APPROVAL_1, "a b c", box, Parameters(seats=2)).elected == ("b", "c")


def test_dots_elect_what_has_most_of_them() -> None:
    count = counted(DOTS_1, "plants pool library", points("5 pool:4 library:4\n3 library:1 plants:3"), Parameters(dots=8, dots_each=4))
    assert numbers(count.counts) == {"plants": 9, "pool": 20, "library": 23}
    assert count.elected == ("library",)


@pytest.mark.parametrize(
    ("paper", "fault"),
    [
        ("1 a:4 b:4", None),
        ("1 a:1", None),
        ("1 a:4 b:4 c:1", "too-many-dots"),
        ("1 a:5", "too-many-on-one"),
        ("1 a:1 a:1", "twice"),
        ("1 z:1", "unknown-option"),
    ],
)
def test_dots_above_what_a_paper_had_make_it_void(paper: str, fault: str | None) -> None:
    (choice,) = points(paper)
    assert DOTS_1.fault(("a", "b", "c"), choice, Parameters(dots=8, dots_each=4)) == fault


@pytest.mark.parametrize(
    ("paper", "one", "several"),
    [("1 a", None, None), ("1 a b", "too-many", None), ("1 a a", "twice", "twice"), ("1 z", "unknown-option", "unknown-option")],
)
def test_marks_are_known_options_each_once(paper: str, one: str | None, several: str | None) -> None:
    (choice,) = marks(paper)
    for counting in (PLURALITY_1, TWO_ROUNDS_1, YES_NO_1):
        assert counting.fault(("a", "b"), choice, Parameters()) == one
    assert APPROVAL_1.fault(("a", "b"), choice, Parameters()) == several


def test_a_paper_of_another_kind_is_void() -> None:
    (scored,) = points("1 a:1")
    (marked,) = marks("1 a")
    assert PLURALITY_1.fault(("a", "b"), scored, Parameters()) == "wrong-kind"
    assert DOTS_1.fault(("a", "b"), marked, Parameters(dots=3)) == "wrong-kind"
    both = marked.model_copy(update={"points": scored.points})
    assert PLURALITY_1.fault(("a", "b"), both, Parameters()) == "wrong-kind"

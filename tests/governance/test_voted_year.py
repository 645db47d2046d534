"""The votes of the sample year and the vectors of the methods, asked as commands: papers in, declared result out."""

from collections.abc import Sequence

import pytest

from services.governance.commands.ballots import CastVote, CloseBallot, OpenBallot
from services.governance.events.ballots import AdvisoryCount, HandCount, QuorumMissed, ResultDeclared, Verdict
from services.governance.events.bodies import College, Members, Quorum, QuorumOf
from services.governance.events.papers import Choice, Completion, Cost, Method, Parameters, Pile, Points, Rule, TiedPoints
from services.governance.events.people import Role, RoleAssigned
from services.governance.events.proposals import Conferral
from shared.messages import Event
from tests.examples_governance import RENTREE, SUMMER
from tests.governance.polls import (
    BEN,
    CLEO,
    COUNCIL,
    DAN,
    PUPILS,
    PUPILS_VOTE,
    TEACHER,
    Room,
    ballot,
    hand_count,
    joined,
    named,
    options,
    pile,
    ranked,
    school,
    sums,
)

T1 = ((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))
T3 = ((18, "ADECB"), (12, "BEDCA"), (10, "CBEDA"), (9, "DCEBA"), (4, "EBDCA"), (2, "ECDBA"))


def big_school(pupils: int, quorum: Quorum | None = None) -> tuple[Event, ...]:
    """A school whose body calls that many pupils."""
    crowd = [f"p_{first}{second}{'5' * 24}" for first in "abcdefghijklm" for second in "abcdefghijklm"]
    return (*school(pupils=2, quorum=quorum), *(joined(one) for one in crowd[: pupils - 2]))


def declared(room: Room, command: OpenBallot, count: HandCount) -> ResultDeclared:
    (result,) = (fact for fact in room.both_count(room.open(command), count) if isinstance(fact, ResultDeclared))
    return result


def numbers(result: ResultDeclared) -> dict[str, str]:
    return {one.of: one.value for one in result.tallied.counts}


def box(rows: Sequence[tuple[int, str]]) -> HandCount:
    return hand_count(*(ranked(papers, *order) for papers, order in rows))


def test_v02_yes_no_with_an_absolute_majority_of_the_expressed() -> None:
    quorum = Quorum(of=QuorumOf.ROLL, numerator=10, denominator=19)
    room = Room(school(pupils=19, quorum=quorum))
    command = ballot(parameters=Parameters(rule=Rule.ABSOLUTE_EXPRESSED))
    result = declared(room, command, hand_count(pile(15, "yes"), pile(1, "no"), pile(2)))
    assert (result.verdict, numbers(result)["yes"], numbers(result)["no"], result.tallied.blank) == (Verdict.ADOPTED, "15", "1", 2)


T9 = [  # rule, then whether it passes for (10,9,0), (9,9,1), (8,7,4), (12,6,1), (0,0,19)
    (Rule.SIMPLE, "yes no yes yes no"),
    (Rule.ABSOLUTE_EXPRESSED, "yes no yes yes no"),
    (Rule.ABSOLUTE_PRESENT, "yes no no yes no"),
    (Rule.TWO_THIRDS, "no no no yes no"),
    (Rule.UNANIMITY, "no no no no no"),
]


@pytest.mark.parametrize(("rule", "passes"), T9, ids=[rule for rule, _ in T9])
def test_t9_every_cell_of_the_rules(rule: Rule, passes: str) -> None:
    room = Room(school(pupils=19))
    for votes, expected in zip(((10, 9, 0), (9, 9, 1), (8, 7, 4), (12, 6, 1), (0, 0, 19)), passes.split(), strict=True):
        piles = [pile(number, option) for number, option in zip(votes, ("yes", "no", "abstain"), strict=True) if number]
        result = declared(room, ballot(parameters=Parameters(rule=rule)), hand_count(*piles))
        assert result.verdict is (Verdict.ADOPTED if expected == "yes" else Verdict.REJECTED), (rule, votes)
        assert result.tallied.abstain == votes[2]


def test_v04_approvals_from_143_papers() -> None:
    room = Room(big_school(149))
    games = ballot(method=Method.APPROVAL, options=options("echasses", "cordes", "ping-pong", "ballons"))
    approved = sums(143, **{"echasses": 71, "cordes": 64, "ping-pong": 98, "ballons": 55})
    result = declared(room, games, approved)
    assert numbers(result) == {"echasses": "71", "cordes": "64", "ping-pong": "98", "ballons": "55"}
    assert (result.tallied.elected, result.registered, result.voters) == (("ping-pong",), 149, 143)


@pytest.mark.parametrize(("rows", "scores"), [(T1, "M126 N194 C173 K107"), (T3, "A72 B101 C107 D136 E134")], ids=["T1", "T3"])
def test_borda_scores(rows: Sequence[tuple[int, str]], scores: str) -> None:
    result = declared(Room(big_school(100)), ballot(method=Method.BORDA, options=options(*sorted(rows[0][1]))), box(rows))
    assert numbers(result) == {one[0]: one[1:] for one in scores.split()}


def test_t10_the_ballot_says_what_ties_in_a_ranking_get() -> None:
    piles = [
        Pile(choice=Choice(ranks=ranks), papers=papers)
        for papers, ranks in ((5, (("a",), ("b", "c"))), (4, (("b",), ("c",), ("a",))), (3, (("c",), ("a", "b"))))
    ]
    for rule, scores in ((TiedPoints.AVERAGE, "23/2 12 25/2"), (TiedPoints.LOWEST, "10 8 10"), (TiedPoints.HIGHEST, "13 16 15")):
        command = ballot(method=Method.BORDA, options=options("a", "b", "c"), parameters=Parameters(tied_points=rule))
        assert list(numbers(declared(Room(), command, hand_count(*piles))).values()) == scores.split()


@pytest.mark.parametrize(("rows", "winner", "out"), [(T1, "K", "CN"), (T3, "C", "EDB")], ids=["T1", "T3"])
def test_irv_rounds(rows: Sequence[tuple[int, str]], winner: str, out: str) -> None:
    result = declared(Room(big_school(100)), ballot(method=Method.IRV, options=options(*sorted(rows[0][1]))), box(rows))
    assert result.tallied.elected == (winner,)
    assert "".join(step.options[0] for step in result.rounds if step.step == "dropped" and step.options) == out


def test_t7_stv_fills_three_seats() -> None:
    papers = (
        *((4, ("orange",)), (2, ("pear", "orange")), (8, ("chocolate", "strawberry")), (4, ("chocolate", "sweets"))),
        *((1, ("strawberry",)), (1, ("sweets",))),
    )
    foods = options("orange", "pear", "chocolate", "strawberry", "sweets")
    command = ballot(method=Method.STV, options=foods, parameters=Parameters(seats=3))
    result = declared(Room(), command, hand_count(*(ranked(number, *order) for number, order in papers)))
    assert result.tallied.elected == ("chocolate", "orange", "strawberry")


@pytest.mark.parametrize(("rows", "winner"), [(T1, "N"), (T3, "E")], ids=["T1", "T3"])
def test_schulze_winners(rows: Sequence[tuple[int, str]], winner: str) -> None:
    result = declared(Room(big_school(100)), ballot(method=Method.SCHULZE, options=options(*sorted(rows[0][1]))), box(rows))
    assert result.tallied.elected == (winner,)
    assert {step.step for step in result.rounds} >= {"pairs", "paths"}


def test_v05_the_pupils_choose_volcanoes() -> None:
    rows = (
        (10, ("mer", "volcans", "montagne", "paris")),
        (8, ("paris", "volcans", "mer", "montagne")),
        (5, ("volcans", "montagne", "mer", "paris")),
        (4, ("montagne", "volcans", "mer", "paris")),
    )
    command = ballot(method=Method.SCHULZE, options=options("mer", "volcans", "montagne", "paris"))
    assert declared(Room(), command, hand_count(*(ranked(number, *order) for number, order in rows))).tallied.elected == ("volcans",)


def test_v09_scores_say_what_a_missing_score_gets() -> None:
    command = ballot(method=Method.SCORE, options=options("tilleul", "echo"), parameters=Parameters(top=5))
    assert numbers(declared(Room(), command, sums(26, tilleul=96, echo=80)))["tilleul"] == "96"


GRADES = ("à rejeter", "insuffisant", "passable", "bien", "très bien")


def test_v06_the_full_sequence_parts_the_shelter_from_the_food_bank() -> None:
    counts = {"banque": (1, 2, 4, 7, 5), "refuge": (2, 2, 3, 6, 6), "secours": (0, 3, 7, 6, 3)}
    spread = {name: [grade for grade, number in enumerate(grades) for _ in range(number)] for name, grades in counts.items()}
    piles = [
        Pile(choice=Choice(points=tuple(Points(option=name, points=spread[name][judge]) for name in counts)), papers=1)
        for judge in range(19)
    ]
    command = ballot(method=Method.MAJORITY_JUDGMENT, options=options(*counts), parameters=Parameters(grades=GRADES))
    result = declared(Room(school(pupils=19)), command, hand_count(*piles))
    assert result.tallied.elected == ("refuge",)
    assert any(step.step == "parted" for step in result.rounds)


def test_v10_dots() -> None:
    wishes = options("bibliotheque", "piscine", "plantes", "jeux")
    command = ballot(method=Method.DOTS, options=wishes, parameters=Parameters(dots=8, dots_each=4))
    result = declared(Room(school(pupils=25)), command, sums(25, bibliotheque=71, piscine=64, plantes=38, jeux=27))
    assert list(numbers(result).values()) == ["71", "64", "38", "27"]


def test_f38_a_paper_with_nine_dots_or_five_on_one_option_is_void_with_its_reason() -> None:
    def dotted(**dots: int) -> Pile:
        return Pile(choice=Choice(points=tuple(Points(option=one, points=number) for one, number in dots.items())), papers=1)

    command = ballot(method=Method.DOTS, options=options("a", "b", "c"), parameters=Parameters(dots=8, dots_each=4))
    result = declared(Room(), command, hand_count(dotted(a=4, b=3, c=2), dotted(a=5), dotted(a=4, b=3)))
    assert {one.reason: one.papers for one in result.tallied.void} == {"too-many-dots": 1, "too-many-on-one": 1}
    assert (result.tallied.voters, result.tallied.expressed, result.tallied.elected) == (3, 1, ("a",))


COSTS = {"cabane": 700_00, "velos": 500_00, "livres": 250_00, "jeux-bois": 350_00, "jardin": 180_00, "spectacle": 300_00}
T8 = ((64, ("cabane", "velos")), (36, ("jeux-bois", "livres")), (28, ("jardin", "livres")), (21, ("spectacle", "jardin")))
CHEAPEST_FIRST = tuple(sorted(COSTS, key=lambda one: COSTS[one]))


@pytest.mark.parametrize(
    ("method", "budget", "elected", "spent"),
    [
        (Method.KNAPSACK, 1_200_00, {"livres", "velos", "jardin"}, 930_00),
        (Method.EQUAL_SHARES, 1_200_00, {"jardin", "livres", "velos"}, 930_00),
        (Method.EQUAL_SHARES, 1_000_00, {"jardin", "livres"}, 430_00),
    ],
)
def test_t8_participatory_budget(method: Method, budget: int, elected: set[str], spent: int) -> None:
    costs = tuple(Cost(option=one, amount=COSTS[one]) for one in COSTS)
    completion = Completion.NONE if method is Method.EQUAL_SHARES else None
    parameters = Parameters(budget=budget, costs=costs, completion=completion)
    policy = ballot().tie_policy.model_copy(update={"order": CHEAPEST_FIRST})
    command = ballot(method=method, options=options(*COSTS), parameters=parameters, tie_policy=policy)
    result = declared(Room(big_school(149)), command, hand_count(*(pile(number, *marks) for number, marks in T8)))
    assert (set(result.tallied.elected), result.tallied.spent) == (elected, spent)


def test_v12_fails_its_quorum_meets_again_and_is_adopted() -> None:
    half = Quorum(of=QuorumOf.ROLL, numerator=1, denominator=2)
    room = Room(big_school(149, half))
    first = room.open(ballot())
    assert room.both_count(first, hand_count(pile(60, "yes"), pile(8, "no")))[1:] == [
        QuorumMissed(call=1, needed=75, counted=68, ballot=first)
    ]
    result = declared(room, ballot(after=first), hand_count(pile(121, "yes"), pile(3, "no"), pile(9)))
    assert (result.verdict, result.voters, result.tallied.blank) == (Verdict.ADOPTED, 133, 9)
    assert numbers(result) == {"yes": "121", "no": "3", "abstain": "0"}


def test_v08_three_parents_are_heard_and_counted_apart() -> None:
    parents = College(college="parents", of=Members.ADVISORY_PARENTS, advisory=True)
    quorum = Quorum(of=QuorumOf.ROLL, numerator=17, denominator=19)
    room = Room(school(pupils=19, composition=(*PUPILS_VOTE, parents), quorum=quorum))
    heard = (AdvisoryCount(college="parents", found=3, piles=(pile(3, "yes"),)),)
    result = declared(room, ballot(), hand_count(pile(13, "yes"), pile(2, "no"), pile(2), advisory=heard))
    assert (numbers(result)["yes"], numbers(result)["no"], result.registered, result.voters) == ("13", "2", 19, 17)
    assert result.advisory and result.advisory[0].tallied.expressed == 3


def test_f52_registered_voters_blank_void_abstain_and_expressed_add_up() -> None:
    room = Room()
    count = hand_count(pile(9, "yes"), pile(4, "no"), pile(2, "abstain"), pile(3), pile(1, "yes", "no"), pile(1, "perhaps"))
    tallied = declared(room, ballot(), count).tallied
    void = sum(one.papers for one in tallied.void)
    assert {one.reason for one in tallied.void} == {"too-many", "unknown-option"}
    assert tallied.voters == tallied.blank + void + tallied.abstain + tallied.expressed == 20


def test_v01_two_delegates_by_two_rounds_and_a_bureau_by_hand() -> None:
    room = Room()
    delegate = Conferral(role=Role.DELEGATE, starts=RENTREE, until=SUMMER, class_code="CM2")
    roles: list[str] = []
    for role in (Role.PRESIDENT, Role.SECRETARY, Role.TREASURER):
        confers = delegate.model_copy(update={"role": role})
        name = room.open(named(method=Method.PLURALITY, options=options(BEN, CLEO, DAN), confers=confers))
        for voter in PUPILS[:14]:
            room.ask(CastVote(ballot=name, choice=Choice(marks=(BEN,))), voter)
        roles += [fact.role for fact in room.ask(CloseBallot(ballot=name), TEACHER) if isinstance(fact, RoleAssigned)]
    assert roles == [Role.PRESIDENT, Role.SECRETARY, Role.TREASURER]
    assert room.state.holds(BEN, Role.PRESIDENT, RENTREE, "CM2") and room.state.sittings.bodies[COUNCIL].class_code == "CM2"

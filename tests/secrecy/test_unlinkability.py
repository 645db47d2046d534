"""300 secret elections through all that is shipped: no attack links marks to papers better than chance, and each finds what is broken."""

from collections import Counter

import pytest

from tests.secrecy.attacks import ATTACKS
from tests.secrecy.broken import CONTROLS, VOTERS
from tests.secrecy.chance import LEVEL, fixed_points, interval, sums
from tests.secrecy.election import aliases
from tests.secrecy.experiment import BROKEN, Outcome, tried
from tests.secrecy.house import PUPILS

ELECTIONS = 300
FOUND_MIN = 0.95
pytestmark = pytest.mark.timeout(900)  # the elections are held once, for the first test that asks


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return tried(ELECTIONS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_links_a_mark_to_a_paper_better_than_chance(outcome: Outcome, attack: str) -> None:
    linked = outcome.linked[attack]
    assert outcome.chance.holds(linked), f"{linked} of {outcome.cards} cards linked, chance is {outcome.chance}"


@pytest.mark.parametrize(("control", "attack"), [(name, attack) for name, (_, finds) in CONTROLS.items() for attack in finds])
def test_every_broken_way_is_found(outcome: Outcome, control: str, attack: str) -> None:
    assert outcome.broken[control][attack] >= FOUND_MIN * BROKEN * VOTERS


def test_every_attack_finds_some_broken_way(outcome: Outcome) -> None:
    finds = {attack for _, attacks in CONTROLS.values() for attack in attacks}
    assert finds == set(ATTACKS)


def test_the_elections_were_real(outcome: Outcome) -> None:
    assert len(outcome.elections) == ELECTIONS and outcome.cards == ELECTIONS * PUPILS
    for election in outcome.elections:
        assert set(outcome.dump.marks[election.ballot]) == set(election.drew)
        assert sorted(outcome.dump.boards[election.ballot]) == sorted(election.drew.values())
        assert Counter(outcome.dump.results[election.ballot]) == election.votes


def test_the_adversary_has_everything(outcome: Outcome) -> None:
    for election in outcome.elections:
        traces = outcome.dump.marks[election.ballot].values()
        assert all(trace.xmin and trace.place and trace.lsn and trace.times for trace in traces)
        for token in election.drew.values():
            kinds = {one.trace.series for name in aliases(election.ballot, token) for one in outcome.dump.sightings.by_name[name]}
            assert {"eventlog.records governance.box-opened.v1", "stream governance.box-opened.v1"} <= kinds
    assert outcome.dump.sizes["bytes of write-ahead log"] > 0 and outcome.dump.sizes["log lines"] > 0


def test_no_log_and_no_figure_names_a_card(outcome: Outcome) -> None:
    for election in outcome.elections:
        for token in election.drew.values():
            for name in aliases(election.ballot, token):
                assert all(one.trace.line is None for one in outcome.dump.sightings.by_name.get(name, ()))
    shipped = {name: said for name, said in outcome.dump.logs.items() if name != "access.log"}
    assert not [name for name, said in shipped.items() for election in outcome.elections if election.ballot in said]


# What chance is


def test_chance_has_as_many_fixed_points_as_permutations_have() -> None:
    law = fixed_points(PUPILS)
    assert sum(law) == 1
    assert sum(k * chance for k, chance in enumerate(law)) == 1
    assert sum((k - 1) ** 2 * chance for k, chance in enumerate(law)) == 1


def test_the_interval_of_300_elections_is_4_percent_give_or_take_three_quarters_of_a_point() -> None:
    fewest, most = interval(ELECTIONS, PUPILS)
    assert (fewest, most) == (245, 359)
    law = sums(ELECTIONS, PUPILS)
    assert sum(law[fewest : most + 1]) >= float(LEVEL)
    assert sum(law[: fewest + 1]) > 0.0005 >= sum(law[:fewest]) and sum(law[most:]) > 0.0005 >= sum(law[most + 1 :])

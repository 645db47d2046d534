"""The sample year played into a real log: its votes, the people they elect, and a play that is cut, repeated and gone on with."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.assembly import Doors, doors
from deploy.catalogue import CODEC
from deploy.checking_votes import votes_checks
from deploy.cli.joining import begun
from deploy.here import settings_here
from deploy.player import BUREAU
from deploy.sample import Sample
from deploy.score import play
from deploy.stage import Stage
from services.governance.events.ballots import BallotOpened, HandCountsAgreed, ResultDeclared
from services.governance.events.people import Role
from services.governance.events.proposals import CommitmentReleased
from services.governance.projections.ballots import BALLOTS
from services.governance.projections.members import MEMBERS
from services.ledger.events.entries import ExpenseRegularised
from shared.messages import Recorded, id_from
from shared.projecting import fold

TODAY = date(2026, 9, 1)
Records = list[Recorded[Any]]


class Cut(Exception):
    """Somebody stops the play."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """An installation with its log and vault, nothing served."""
    folder = tmp_path_factory.mktemp("played")
    for one in (folder, *folder.parents[:2]):
        one.chmod(0o711)
    with begun(settings_here(data=Path(folder) / "data", port=0), "fr", quiet=True) as installation, doors(installation) as both:
        yield both


@pytest.fixture(scope="module")
def played(opened: Doors) -> Stage:
    """The year and the one after it, played in one go."""
    return on_the_stage(opened, id_from(secrets.token_bytes(32)))


def on_the_stage(opened: Doors, register: str, until: date = TODAY, steps: int | None = None) -> Stage:
    """Play up to a day, or until it is cut after some steps."""
    stage, left = Stage(opened, register, Sample()), [steps]

    def moved(_: int) -> None:
        if left[0] is not None:
            left[0] -= 1
            if not left[0]:
                raise Cut

    play(stage, until, moved)
    return stage


def records_of(stage: Stage) -> Records:
    return [CODEC.decode(one.type, one.record) for one in stage.doors.means.reader.through(stage.register)]


def wrong_in(records: Sequence[Recorded[Any]]) -> set[str]:
    return {check.name for check in votes_checks("played", records) if not check.ok}


def assert_two_ballots_are_open(records: Records, day: date) -> None:
    """On any day since the sample a visitor finds two ballots to vote in."""
    waiting = [poll for poll in fold(BALLOTS, records).polls.values() if poll.stage == "open"]
    assert sorted(poll.opened.body for poll in waiting) == ["CONSEIL-CE1", "MAITRES"]
    assert all(poll.closes_at is not None and poll.closes_at.date() >= day for poll in waiting)


def test_every_vote_comes_out_as_expected(played: Stage) -> None:
    found = list(votes_checks("played", records_of(played)))
    assert [check for check in found if not check.ok] == []
    assert {f"played V{number:02d}" for number in range(1, 14)} <= {check.name[:10] for check in found}


def test_what_is_missing_from_a_year_is_said(played: Stage) -> None:
    """The checks are held against years in which something did not happen."""
    records = records_of(played)

    def without(kind: type, number: int = 0) -> Records:
        gone = [one for one in records if isinstance(one.event, kind)][number]
        return [one for one in records if one is not gone]

    assert "played D31 regularised" in wrong_in(without(ExpenseRegularised))
    assert {"played V04 given back", "played V04 left"} <= wrong_in(without(CommitmentReleased))
    games = next(one.event.ballot for one in records if isinstance(one.event, BallotOpened) and one.event.method == "approval")
    no_result = [one for one in records if not (isinstance(one.event, ResultDeclared) and one.event.ballot == games)]
    assert "played V04" in wrong_in(no_result)
    no_papers = [one for one in records if not (isinstance(one.event, HandCountsAgreed) and one.event.ballot == games)]
    assert "played V04 individual papers" in wrong_in(no_papers)


def test_a_count_that_differs_by_one_paper_is_found(played: Stage) -> None:
    records = records_of(played)
    at, first = next(
        (at, one) for at, one in enumerate(records) if isinstance(one.event, ResultDeclared) and one.event.verdict == "adopted"
    )
    tallied = first.event.tallied.model_copy(update={"blank": first.event.tallied.blank + 1})
    records[at] = first._replace(event=first.event.model_copy(update={"tallied": tallied}))
    assert wrong_in(records) == {"played V02 blank"}


def test_the_elections_seat_whom_the_list_of_members_names(played: Stage) -> None:
    members = fold(MEMBERS, records_of(played))
    day = date(2024, 9, 20)
    for code, one in played.sample.people.items():
        if one.kind == "pupil" and code != "E150":
            holdings = [holding for holding in members.people[played.people[code]].holdings if holding.holds_on(day)]
            assert sorted(holding.role for holding in holdings) == sorted(Role(BUREAU[word]) for word in one.roles), code
            assert {holding.class_code for holding in holdings} <= {one.class_code}


def test_no_command_gives_a_role_that_an_election_gave(played: Stage) -> None:
    seated = {record.command for record in records_of(played) if record.event.wire == "governance.role-assigned.v1"}
    alone = {record.command for record in records_of(played) if record.command in seated and record.time.date() == date(2024, 9, 16)}
    kinds = {record.event.wire for record in records_of(played) if record.command in alone}
    assert {"governance.result-declared.v1", "governance.consent-reached.v1"} <= kinds


def test_a_play_that_was_cut_goes_on_day_after_day_and_ends_as_one_that_was_not(opened: Doors, played: Stage) -> None:
    register = id_from(secrets.token_bytes(32))
    for steps in (1, 30, 75):
        with pytest.raises(Cut):
            on_the_stage(opened, register, steps=steps)
    for until in (date(2025, 3, 3), date(2025, 9, 1), date(2026, 8, 31), TODAY):
        again = on_the_stage(opened, register, until)
        if until > date(2025, 8, 31):
            assert_two_ballots_are_open(records_of(again), until)
    assert [one.event.wire for one in records_of(again)] == [one.event.wire for one in records_of(played)]
    assert [one.time.date() for one in records_of(again)] == [one.time.date() for one in records_of(played)]


def test_playing_again_records_nothing(opened: Doors, played: Stage) -> None:
    before = len(records_of(played))
    assert on_the_stage(opened, played.register).last_seq == before == len(records_of(played))

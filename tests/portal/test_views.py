"""What the portal knows of a register, now or as of any moment, equals a fresh fold of the records the cut shows."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from deploy.catalogue import CODEC
from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.ledger.available import FUNDS, Funds
from services.ledger.projections.journal import JOURNAL
from services.portal.treasury import days_of, treasury_of
from shared.eventlog.codec import Codec
from shared.projecting import Cut, Projection, fold
from shared.refusals import Busy, NotFound
from tests.examples_governance import GARNIER
from tests.portal.scene import BOOKS, YEAR, PortalScene, fresh_register, records_of

PARIS = ZoneInfo("Europe/Paris")
DAYS = st.none() | st.dates(date(2024, 8, 25), date(2024, 11, 10))
CUTS = st.builds(Cut, au=DAYS, connu_au=DAYS, seq=st.none() | st.integers(0, len(YEAR) + 3))


@pytest.fixture(scope="module")
def year(portal_tables: EmbeddedPostgres) -> Iterator[tuple[PortalScene, str]]:
    """One register with everything in it."""
    scene, register = PortalScene(portal_tables), fresh_register()
    scene.level()
    scene.take(records_of(register, YEAR))
    yield scene, register
    scene.close()


@settings(max_examples=60)
@forall(cut=CUTS, warm=st.booleans())
def test_every_view_as_of_a_moment_is_a_fresh_fold_of_what_the_cut_shows(year: tuple[PortalScene, str], cut: Cut, warm: bool) -> None:
    scene, register = year
    if not warm:
        scene.views.drop()
    records = records_of(register, YEAR)
    seen = scene.views.together((FUNDS, JOURNAL, COOPERATIVE, MEMBERS), register, cut)
    here = replace(cut, zone=PARIS)
    views: tuple[Projection[Any], ...] = (FUNDS, JOURNAL, COOPERATIVE, MEMBERS)
    assert list(seen.states) == [fold(projection, records, here) for projection in views]
    assert seen.seq == len(YEAR)  # what was read, whatever is shown of it


def test_a_cut_that_hides_something_gives_another_answer(year: tuple[PortalScene, str]) -> None:
    scene, register = year
    assert scene.views.of(FUNDS, register, Cut(au=date(2024, 9, 20))) != scene.views.of(FUNDS, register)


@pytest.mark.parametrize("seq", range(27, len(YEAR) + 1))
def test_the_staircase_ends_at_what_is_in_the_till_and_the_places_make_the_whole(year: tuple[PortalScene, str], seq: int) -> None:
    scene, register = year
    funds, journal = scene.views.together((FUNDS, JOURNAL), register, Cut(seq=seq)).states
    treasury = treasury_of(funds, date(2024, 10, 14))
    assert sum(place.balance for place in treasury.accounts) == sum(pot.held for pot in treasury.pots) == treasury.total
    assert days_of(journal)[-1][1] == treasury.total


def test_nothing_is_there_before_the_first_record(year: tuple[PortalScene, str]) -> None:
    scene, _ = year
    with pytest.raises(NotFound):
        scene.views.of(FUNDS, fresh_register())
    assert treasury_of(Funds(), date(2024, 10, 14)).year is None


def test_views_taken_together_are_of_the_same_record_while_others_arrive(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, YEAR)
    scene.take(records[:5])
    views: tuple[Projection[Any], ...] = (JOURNAL, FUNDS)

    def write() -> None:
        for record in records[5:]:
            scene.take([record])

    writing = threading.Thread(target=write)
    writing.start()
    while writing.is_alive():
        seen = scene.views.together((JOURNAL, FUNDS), register)
        assert list(seen.states) == [fold(projection, records[: seen.seq]) for projection in views]
        assert seen.head.seq == seen.seq
    writing.join()
    assert scene.views.of(JOURNAL, register).seq == len(records)


def test_whoever_waits_for_their_record_is_told_when_it_is_committed(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records[:5])
    later = threading.Timer(0.3, lambda: scene.take(records[5:8]))
    later.start()
    started = time.monotonic()
    scene.views.wait_for(register, 8, 2.0)
    waited_seconds = time.monotonic() - started
    later.join()
    assert 0.25 < waited_seconds < 1.5
    with pytest.raises(Busy):
        scene.views.wait_for(register, 9, 0.1)


def test_a_process_that_does_not_follow_the_stream_sees_the_record_too(scene: PortalScene, portal_tables: EmbeddedPostgres) -> None:
    reading = PortalScene(portal_tables)
    register = fresh_register()
    records = records_of(register, BOOKS)
    later = threading.Timer(0.2, lambda: scene.take(records))
    later.start()
    reading.views.wait_for(register, len(records), 2.0)
    assert reading.views.of(FUNDS, register) == (fold(FUNDS, records), len(records))
    later.join()
    reading.close()


def test_a_record_this_program_cannot_read_stops_the_views_before_it_and_is_named(portal_tables: EmbeddedPostgres) -> None:
    known = {kind for kind in CODEC.types.values() if kind.wire != BOOKS[-1].wire}
    older, register = PortalScene(portal_tables, codec=Codec(known)), fresh_register()
    records = records_of(register, BOOKS)
    older.take(records)
    seen = older.views.together((FUNDS,), register)
    assert (seen.states[0], seen.seq, seen.head.seq) == (fold(FUNDS, records[:-1]), len(records) - 1, len(records))
    assert {one.seq for one in seen.parked} == {len(records)}
    past = older.views.together((FUNDS,), register, Cut(connu_au=date(2024, 12, 1)))
    assert past.states == seen.states
    newer = PortalScene(portal_tables)
    newer.store.rebuild(newer.database.every, newer.copy.facts, FUNDS.name, register)
    assert newer.stored(FUNDS, register) == fold(FUNDS, records)
    for one in (older, newer):
        one.close()


def test_who_belongs_is_known_from_the_copy(year: tuple[PortalScene, str]) -> None:
    scene, register = year
    standing = scene.views.standing(register)
    assert "mandate_holder" in standing.roles(GARNIER, date(2024, 10, 14))
    assert standing.roles("p_" + "z" * 26, date(2024, 10, 14)) == frozenset()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from eventlog.records limit 1",
        "select eventlog.append(1::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "update portal.records set seq = 3",
        "delete from portal.records",
    ],
)
def test_the_portal_has_no_right_in_the_log_and_never_changes_its_copy(portal_tables: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(portal_tables.url("ruche_portal")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_a_transaction_sees_the_register_it_names_and_no_other(year: tuple[PortalScene, str]) -> None:
    scene, register = year
    other = fresh_register()
    scene.take(records_of(other, BOOKS))
    for table in ("records", "seen", "views"):
        statement = f"select distinct register_id from portal.{table}".encode()
        with scene.database.one(register) as connection:
            assert connection.execute(statement).fetchall() == [(register,)]
        with psycopg.connect(scene.postgres.url("ruche_portal")) as bare:
            assert bare.execute(statement).fetchall() == []
    with pytest.raises(psycopg.errors.Error), scene.database.one(register) as connection:
        connection.execute("insert into portal.seen values (%s, 1)", (fresh_register(),))

"""Questions about a register: now, as of another moment, and never an older answer than one's own write."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deploy.catalogue import CODEC
from services.governance.standing import STANDING
from services.ledger.projections.advances import ADVANCE_BOOK
from services.ledger.projections.balances import BALANCES
from services.ledger.projections.journal import JOURNAL
from shared.projecting import Cut, Projection, fold
from shared.refusals import Busy, NotFound
from shared.views import Views
from tests.examples_governance import GARNIER
from tests.examples_ledger import FAMILIES, FEES, OPEN_BOOKS, voucher
from tests.given import PARIS
from tests.ledger.asking import but
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import Desk, desks, fresh_id, opened, written

SEVERAL: tuple[Projection[Any], ...] = (BALANCES, JOURNAL, ADVANCE_BOOK)


@pytest.fixture
def views(log: LogUnderTest) -> Views:
    return Views(CODEC, log.registers, STANDING, views_max=3)


@pytest.fixture
def desk(log: LogUnderTest) -> Iterator[Desk]:
    with desks(log, register=opened(log)) as (one,):
        yield one


def test_a_register_without_record_is_not_there(views: Views) -> None:
    for cut in (None, Cut(), Cut(au=date(2024, 10, 1))):
        with pytest.raises(NotFound):
            views.of(BALANCES, fresh_id(), cut)


def test_a_view_is_a_fold_of_the_register_and_says_how_far_it_went(log: LogUnderTest, views: Views, desk: Desk) -> None:
    for number in range(1, 4):
        answer = desk.ask(but(FAMILIES, voucher=voucher(f"R{number:02d}")))
        for projection in SEVERAL:
            viewed = views.of(projection, desk.register)
            assert viewed == (fold(projection, written(log, desk.register)), answer.last_seq)


def test_a_dropped_or_crowded_out_view_is_the_same_again(views: Views, desk: Desk) -> None:
    other = [views.of(projection, desk.register) for projection in SEVERAL]
    views.standing(desk.register)
    assert views.of(BALANCES, desk.register) == other[0]
    views.drop()
    assert [views.of(projection, desk.register) for projection in SEVERAL] == other


def test_as_of_a_date_is_a_selection_by_business_date(log: LogUnderTest, views: Views, desk: Desk) -> None:
    desk.ask(FAMILIES)
    last = desk.ask(FEES).last_seq
    assert views.of(BALANCES, desk.register, Cut(au=FAMILIES.on)).state.accounts["512"] == 2_846_37 + 1_806_00
    now = views.of(BALANCES, desk.register)
    assert now.state.accounts["512"] == 2_846_37 + 1_806_00 - 405_60
    as_of = views.of(BALANCES, desk.register, Cut(au=FEES.on))
    assert (as_of.state.accounts["512"], as_of.seq) == (now.state.accounts["512"], last)


def test_up_to_a_record_is_a_prefix(log: LogUnderTest, views: Views, desk: Desk) -> None:
    first = desk.ask(FAMILIES).last_seq
    last = desk.ask(FEES).last_seq
    assert views.of(BALANCES, desk.register, Cut(seq=first)).seq == last
    assert views.of(BALANCES, desk.register, Cut(seq=first)).state == fold(BALANCES, written(log, desk.register)[:first])


def test_the_day_of_a_record_is_that_of_the_cooperative(views: Views, desk: Desk) -> None:
    """Half past midnight in Paris, when UTC is still at the day before."""
    desk.clock.at = datetime(2024, 10, 20, 22, 30, tzinfo=UTC)
    desk.ask(FAMILIES)
    day = date(2024, 10, 20)
    assert desk.clock.at.astimezone(PARIS).date() == date(2024, 10, 21)
    assert views.of(BALANCES, desk.register, Cut(connu_au=day)).state.accounts["512"] == 2_846_37
    assert views.of(BALANCES, desk.register, Cut(connu_au=date(2024, 10, 21))).state.accounts["512"] == 2_846_37 + 1_806_00


def test_the_standing_says_who_holds_what_now(views: Views, desk: Desk) -> None:
    assert views.standing(desk.register).mandated(GARNIER, date(2024, 10, 1))
    assert views.standing(desk.register).zone == "Europe/Paris"


def test_whoever_wrote_waits_until_the_write_is_seen(views: Views, desk: Desk) -> None:
    seen = desk.ask(FAMILIES).last_seq
    views.wait_for(desk.register, seen, 0)
    late = threading.Timer(0.2, lambda: desk.ask(FEES))
    late.start()
    began = time.monotonic()
    views.wait_for(desk.register, seen + 1, 5)
    assert 0.1 < time.monotonic() - began < 5
    late.join()
    assert views.of(BALANCES, desk.register).seq == seen + 1


def test_a_write_that_never_comes_is_not_waited_for_for_ever(views: Views, desk: Desk) -> None:
    began = time.monotonic()
    with pytest.raises(Busy) as no:
        views.wait_for(desk.register, len(OPEN_BOOKS) + 1, 0.1)
    assert 0.1 <= time.monotonic() - began < 3
    assert no.value.details == {"after": len(OPEN_BOOKS) + 1}


def test_a_reader_never_sees_the_register_go_back_while_others_write(log: LogUnderTest, views: Views, desk: Desk) -> None:
    done = threading.Event()
    seen: list[list[int]] = [[], []]

    def read(mine: list[int]) -> None:
        while not done.is_set():
            mine.append(views.of(BALANCES, desk.register).seq)

    readers = [threading.Thread(target=read, args=(mine,)) for mine in seen]
    for reader in readers:
        reader.start()
    for number in range(1, 16):
        desk.ask(but(FAMILIES, voucher=voucher(f"R{number:02d}")))
    done.set()
    for reader in readers:
        reader.join(10)
    assert all(mine == sorted(mine) and mine for mine in seen)
    assert views.of(BALANCES, desk.register) == (fold(BALANCES, written(log, desk.register)), len(OPEN_BOOKS) + 15)
